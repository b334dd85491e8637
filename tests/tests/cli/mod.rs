//! The built binary, and persons who run it against a local chain.

// Not every test needs all of it.
#![allow(dead_code)]

use std::path::{Path, PathBuf};
use std::process::Stdio;

use sealane_localnet::{Backend, Chain, ChainConfig, program_files, workspace_root};
use serde_json::Value;
use solana_keypair::Keypair;
use tempfile::TempDir;
use tokio::process::{Child, Command};

/// The exit code of what was refused or failed.
pub(crate) const REFUSED: i32 = 1;
/// The exit code of wrong usage.
pub(crate) const USAGE: i32 = 2;

/// The binary, beside the folder of this test's executable.
fn binary() -> PathBuf {
    let own = std::env::current_exe().expect("this test's executable");
    let folder = own.ancestors().nth(2).expect("target/debug");
    let binary = folder.join("sealane");
    assert!(
        binary.is_file(),
        "{} is missing: build it with `cargo build -p sealane-cli`",
        binary.display()
    );
    binary
}

pub(crate) async fn start_chain() -> Chain {
    let backend = std::env::var_os("SEALANE_VALIDATOR").map_or(Backend::Embedded, |path| {
        Backend::Validator {
            binary: PathBuf::from(path),
        }
    });
    let root = workspace_root(Path::new(env!("CARGO_MANIFEST_DIR"))).expect("a checkout");
    Chain::start(ChainConfig {
        backend,
        programs: program_files(&root.join("target/deploy")),
        ..ChainConfig::default()
    })
    .await
    .expect("the chain starts")
}

/// What a run of the binary came to.
pub(crate) struct Outcome {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Outcome {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self}"))
    }
}

impl std::fmt::Display for Outcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", self.stdout, self.stderr)
    }
}

/// A person with an empty home and a wallet of their own.
pub(crate) struct Person {
    pub(crate) home: TempDir,
    url: String,
}

impl Person {
    /// With a wallet that holds nothing.
    pub(crate) fn new(url: &str) -> Self {
        Self::with_wallet(url, &Keypair::new())
    }

    /// With a wallet at hand.
    pub(crate) fn with_wallet(url: &str, wallet: &Keypair) -> Self {
        let home = tempfile::tempdir().expect("a home");
        let person = Self {
            home,
            url: url.to_owned(),
        };
        let key = serde_json::to_vec(wallet.to_bytes().as_slice()).expect("a key");
        std::fs::write(person.key(), key).expect("the key is written");
        person
    }

    fn key(&self) -> PathBuf {
        self.home.path().join("key.json")
    }

    /// Runs the binary with nobody at a terminal. No argument has blanks in it.
    pub(crate) async fn run(&self, line: &str) -> Outcome {
        let (url, key) = (&self.url, self.key());
        self.run_bare(&format!("{line} --url {url} --keypair {}", key.display()))
            .await
    }

    /// The same without saying where the chain and the wallet are.
    pub(crate) async fn run_bare(&self, line: &str) -> Outcome {
        let output = Command::new(binary())
            .args(line.split_whitespace())
            .current_dir(self.home.path())
            .env("HOME", self.home.path())
            .env_remove("SEALANE_URL")
            .env_remove("SEALANE_KEYPAIR")
            .stdin(Stdio::null())
            .output()
            .await
            .expect("the binary runs");
        Outcome {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).expect("UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("UTF-8"),
        }
    }

    /// Starts the binary and leaves it running, its outcomes in a pipe.
    pub(crate) fn start(&self, line: &str) -> Child {
        Command::new(binary())
            .args(line.split_whitespace())
            .args(["--url", &self.url, "--keypair"])
            .arg(self.key())
            .current_dir(self.home.path())
            .env("HOME", self.home.path())
            .env_remove("SEALANE_URL")
            .env_remove("SEALANE_KEYPAIR")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("the binary runs")
    }

    /// Runs what has to work and returns its JSON.
    pub(crate) async fn json(&self, line: &str) -> Value {
        let outcome = self.run(&format!("{line} --output json")).await;
        assert_eq!(outcome.code, Some(0), "{line}: {outcome}");
        assert_eq!(outcome.stderr, "", "{line}: nothing to say off a terminal");
        outcome.json()
    }

    /// Runs what has to fail with this exit code, and returns the error after checking that it
    /// says what to do next.
    pub(crate) async fn fails(&self, line: &str, code: i32) -> Value {
        let outcome = self.run(&format!("{line} --output json")).await;
        assert_eq!(outcome.code, Some(code), "{line}: {outcome}");
        let error = outcome.json()["error"].clone();
        for field in ["code", "message", "hint"] {
            let text = error[field].as_str().unwrap_or_default();
            assert!(!text.is_empty(), "{line}: no {field} in {error}");
        }
        error
    }

    /// Asserts that something is refused with this code.
    pub(crate) async fn refused(&self, line: &str, code: &str) {
        assert_eq!(self.fails(line, REFUSED).await["code"], code, "{line}");
    }

    pub(crate) async fn address(&self) -> String {
        text(&self.json("address").await["address"])
    }

    /// Base units of a mint in the wallet.
    pub(crate) async fn holds(&self, mint: &str) -> u64 {
        let balances = self.json("balances --all").await;
        let tokens = balances["tokens"].as_array().expect("tokens").clone();
        let held = tokens.iter().find(|token| token["mint"] == mint);
        held.map_or(0, |token| token["amount"].as_u64().expect("an amount"))
    }
}

pub(crate) fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

pub(crate) fn number(value: &Value) -> u64 {
    value
        .as_u64()
        .unwrap_or_else(|| panic!("{value} is no amount"))
}
