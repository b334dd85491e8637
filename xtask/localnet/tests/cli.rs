//! The command as a person or a script runs it.

mod common;

use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use common::port_of;
use sealane_localnet::State;
use serde_json::Value;

const PATIENCE: Duration = Duration::from_secs(120);

fn localnet() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sealane-localnet"));
    command
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stdin(Stdio::null());
    command
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

/// Two neighbouring free ports, for a chain that is given the first.
fn free_port() -> u16 {
    loop {
        let first = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = first.local_addr().unwrap().port();
        if port < u16::MAX && TcpListener::bind(("127.0.0.1", port + 1)).is_ok() {
            return port;
        }
    }
}

fn up(port: u16, state_dir: &Path, more: &[&str]) -> Child {
    localnet()
        .args(["up", "--bare", "--slot-time", "100"])
        .args(["--port", &port.to_string()])
        .args(more)
        .arg("--state-dir")
        .arg(state_dir)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn wait_for_state(child: &mut Child, state_dir: &Path) -> State {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Ok(state) = State::read(state_dir) {
            return state;
        }
        assert!(child.try_wait().unwrap().is_none(), "it ended too early");
        assert!(Instant::now() < deadline, "no state.json appeared");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill")
        .args([name, &child.id().to_string()])
        .status()
        .unwrap();
    assert!(sent.success());
}

#[test]
fn demo_prints_one_json_object_and_nothing_else() {
    let Output {
        status,
        stdout,
        stderr,
    } = localnet().args(["demo", "--json"]).output().unwrap();
    assert!(status.success(), "{}", text(&stderr));
    let report: Value = serde_json::from_slice(&stdout).unwrap();
    assert!(report["quote_out"].as_u64().unwrap() > 0);
    assert_eq!(report["quote_out"], report["executed_out"]);
    assert!(report["compute_units"].as_u64().unwrap() > 0);
    assert_eq!(report["signature"].as_str().unwrap().len().min(80), 80);
    assert!(report["shards"].as_u64().unwrap() > 1);
    assert!(text(&stderr).contains("Swapping"), "{}", text(&stderr));
}

#[test]
fn the_book_demo_prints_what_was_quoted_and_what_came_of_it() {
    let Output {
        status,
        stdout,
        stderr,
    } = localnet()
        .args(["demo", "--book", "--json"])
        .output()
        .unwrap();
    assert!(status.success(), "{}", text(&stderr));
    let report: Value = serde_json::from_slice(&stdout).unwrap();
    for (quoted, executed) in [
        ("quote_base", "executed_base"),
        ("quote_value", "executed_value"),
    ] {
        assert!(report[quoted].as_u64().unwrap() > 0);
        assert_eq!(report[quoted], report[executed]);
    }
    for number in ["fee", "compute_units"] {
        assert!(report[number].as_u64().unwrap() > 0, "{number}");
    }
    let (fills, lanes) = (&report["fills"], &report["lanes"]);
    assert!(lanes.as_u64().unwrap() > 1 && fills.as_u64() > lanes.as_u64());
    assert_eq!(report["signature"].as_str().unwrap().len().min(80), 80);
    assert_eq!(
        report["book_before"]["bids"], report["book_after"]["bids"],
        "who buys is left alone"
    );
    assert_ne!(report["book_before"]["asks"], report["book_after"]["asks"]);
    assert!(text(&stderr).contains("Taking"), "{}", text(&stderr));
}

#[test]
fn the_governance_demo_plays_a_proposal_to_its_end() {
    let Output {
        status,
        stdout,
        stderr,
    } = localnet()
        .args(["demo", "--governance", "--json"])
        .output()
        .unwrap();
    assert!(status.success(), "{}", text(&stderr));
    let report: Value = serde_json::from_slice(&stdout).unwrap();
    assert_eq!(report["state"], "completed");
    assert_eq!(report["max_fee_pips_after"], 2_000);
    assert_ne!(report["authority_before"], report["authority_after"]);
    assert!(report["steps"].as_array().unwrap().len() > 6);
    assert!(text(&stderr).contains("Voting"), "{}", text(&stderr));
}

#[test]
fn the_book_demo_shows_the_book_before_and_after() {
    let output = localnet()
        .args(["demo", "--book", "--quiet"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    let shown = text(&output.stdout);
    assert_eq!(shown.matches("spread").count(), 2, "{shown}");
    for maker in ["carol", "dave", "erin"] {
        assert!(shown.contains(maker), "{shown}");
    }
    assert!(shown.contains("equal to the last unit"), "{shown}");
}

#[test]
fn up_runs_until_interrupted_and_leaves_nothing_behind() {
    for name in ["-INT", "-TERM"] {
        let directory = tempfile::tempdir().unwrap();
        let port = free_port();
        let mut child = up(port, directory.path(), &[]);
        let state = wait_for_state(&mut child, directory.path());
        assert_eq!(port_of(&state.rpc_url), port);
        signal(&child, name);
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", text(&output.stderr));
        assert!(text(&output.stdout).contains(&state.rpc_url));
        assert!(State::read(directory.path()).is_err());
        TcpListener::bind(("127.0.0.1", port)).unwrap();
    }
}

#[test]
fn a_second_chain_on_the_same_port_or_folder_is_refused_with_advice() {
    let (first, second) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let port = free_port();
    let mut running = up(port, first.path(), &["--quiet"]);
    wait_for_state(&mut running, first.path());

    let same_port = up(port, second.path(), &[]).wait_with_output().unwrap();
    assert!(!same_port.status.success());
    let said = text(&same_port.stderr);
    assert!(said.contains(&format!("port {port}")), "{said}");
    assert!(said.contains("--port"), "{said}");

    let same_folder = up(free_port(), first.path(), &[])
        .wait_with_output()
        .unwrap();
    assert!(!same_folder.status.success());
    let said = text(&same_folder.stderr);
    assert!(said.contains("--state-dir"), "{said}");

    signal(&running, "-INT");
    let output = running.wait_with_output().unwrap();
    assert!(output.status.success());
    assert_eq!(text(&output.stdout), "", "--quiet says nothing");
    assert_eq!(text(&output.stderr), "", "--quiet says nothing");
}

#[test]
fn missing_programs_are_named_before_anything_starts() {
    let empty = tempfile::tempdir().unwrap();
    let output = localnet()
        .args(["demo", "--programs-dir"])
        .arg(empty.path())
        .output()
        .unwrap();
    assert!(!output.status.success());
    let said = text(&output.stderr);
    assert!(said.contains("cargo xtask build-programs"), "{said}");
}
