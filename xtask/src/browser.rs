//! The web app in a real browser, on a chain that runs only for that.

use std::env;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::host::{SELECTION, linting_cargo};
use crate::process::{run_logged, run_visible};
use crate::ui::Step;
use crate::web;
use crate::workspace::{Workspace, find_on_path};

/// Names a browser, where it is not Debian's.
const BROWSER: &str = "SEALANE_CHROMIUM";
/// The SDK's example that answers what the browser's quotes are compared with.
const QUOTES: &str = "quotes";
/// Whatever goes wrong, the chain ends after so many seconds.
const LONGEST: &str = "2400";
/// Milliseconds between slots: half of the usual, since a test waits until a blockhash is too old.
const SLOT_TIME: &str = "200";

/// Runs the browser tests.
pub(crate) fn test(workspace: &Workspace, filters: &[String]) -> Result<()> {
    let browser = browser(workspace)?;
    web::build(workspace)?;
    let mut cargo = linting_cargo(workspace)?;
    let targets = ["build", "--lib", "--bins", "--example", QUOTES];
    run_visible(cargo.args(targets).args(SELECTION))?;
    let quotes = workspace.target_dir().join("debug/examples").join(QUOTES);
    let exchange = Exchange::start(workspace)?;
    let npm = find_on_path("npm").context("npm is not installed; it comes with Node.js")?;
    run_visible(
        Command::new(npm)
            .current_dir(workspace.root.join("app/web"))
            .args(["run", "--silent", "e2e", "--"])
            .args(filters)
            .env("CI", "1")
            .env("SEALANE_URL", &exchange.url)
            .env("SEALANE_STATE", exchange.state_dir.join("state.json"))
            .env("SEALANE_CLI", workspace.binary("sealane"))
            .env("SEALANE_QUOTES", quotes)
            .env(BROWSER, browser),
    )
}

/// The browser. Where it is missing it is installed, if that may be done here.
fn browser(workspace: &Workspace) -> Result<PathBuf> {
    if let Some(named) = env::var_os(BROWSER) {
        return Ok(named.into());
    }
    if let Some(found) = find_on_path("chromium") {
        return Ok(found);
    }
    let (Some(apt), true) = (find_on_path("apt-get"), is_root()) else {
        bail!(
            "chromium is not installed: run `sudo apt-get install chromium`, or name a browser of \
             that kind in {BROWSER}"
        );
    };
    let step = Step::start("installing chromium, for the browser tests");
    let log = workspace.log_dir().join("chromium.log");
    let run = |arguments: &[&str]| {
        let mut command = Command::new(&apt);
        command.env("DEBIAN_FRONTEND", "noninteractive");
        run_logged(command.args(arguments), &log, &step)
    };
    run(&["update"])?;
    run(&["install", "--yes", "--no-install-recommends", "chromium"])?;
    step.done();
    find_on_path("chromium").context("chromium was installed and is not there")
}

fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt as _;
    // This process's own folder belongs to whoever runs it.
    Path::new("/proc/self")
        .metadata()
        .is_ok_and(|own| own.uid() == 0)
}

/// A running exchange. Ends when dropped.
struct Exchange {
    process: Child,
    url: String,
    state_dir: PathBuf,
}

impl Exchange {
    fn start(workspace: &Workspace) -> Result<Self> {
        let step = Step::start("starting a chain with the gateway and the web app");
        let state_dir = workspace.root.join("target/browser-tests");
        let mut command = Command::new(workspace.binary("sealane-up"));
        command
            .current_dir(&workspace.root)
            .args(["--quiet", "--no-bots", "--port", "0", "--rpc-port", "0"])
            .args(["--for", LONGEST, "--slot-time", SLOT_TIME, "--state-dir"])
            .arg(&state_dir)
            .stdin(Stdio::null())
            .stdout(Stdio::piped());
        let mut process = command.spawn().context("sealane-up does not start")?;
        let output = process.stdout.take().context("a pipe was asked for")?;
        let mut url = String::new();
        // Ends with the process, if that fails; its standard error has said why.
        BufReader::new(output).read_line(&mut url)?;
        let exchange = Self {
            process,
            url: url.trim().to_owned(),
            state_dir,
        };
        if exchange.url.is_empty() {
            bail!("the chain for the browser tests does not start");
        }
        step.done();
        Ok(exchange)
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        // So that it stops in order; std can only kill.
        let script = format!("kill -TERM {}", self.process.id());
        let asked = Command::new("sh").args(["-c", &script]).status();
        if !asked.is_ok_and(|status| status.success()) {
            let _ = self.process.kill();
        }
        let _ = self.process.wait();
    }
}
