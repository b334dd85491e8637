//! The web app: installed, built and tested with Node.js and npm.

use std::ffi::OsStr;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::fingerprint::{Fingerprint, Stamp};
use crate::process::{first_line, run_logged};
use crate::ui::{self, Step};
use crate::wasm;
use crate::workspace::{Workspace, find_on_path};

/// What the build is made of, beside the sources: each changes what comes out.
const CONFIGURATION: [&str; 5] = [
    "index.html",
    "package.json",
    "package-lock.json",
    "tsconfig.json",
    "vite.config.ts",
];

/// What is checked, by the scripts of `package.json`, in this order.
const CHECKS: [(&str, &str); 4] = [
    ("lint", "style"),
    ("types", "types"),
    ("test", "unit tests"),
    ("size", "size"),
];

fn dir(workspace: &Workspace) -> PathBuf {
    workspace.root.join("app/web")
}

/// The page that is served first.
fn page(workspace: &Workspace) -> PathBuf {
    dir(workspace).join("dist/index.html")
}

/// Builds the web app if its sources, its packages or the SDK in it changed.
pub(crate) fn build(workspace: &Workspace) -> Result<()> {
    wasm::build(workspace, false)?;
    install(workspace)?;
    let inputs = inputs(workspace)?;
    let page = page(workspace);
    let stamp = Stamp::of(&page);
    if stamp.is_current(&inputs) {
        ui::note("the web app is up to date");
        return Ok(());
    }
    run(workspace, "building the web app", &["run", "build"])?;
    stamp.record(&inputs)
}

/// Builds it and checks it, but for the browser.
pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    build(workspace)?;
    for (script, what) in CHECKS {
        run(workspace, &format!("web app: {what}"), &["run", script])?;
    }
    Ok(())
}

/// Installs the packages of the lock file, if that changed.
fn install(workspace: &Workspace) -> Result<()> {
    let dir = dir(workspace);
    let mut print = Fingerprint::default();
    print.file(&workspace.root, &dir.join("package-lock.json"))?;
    print.text("node", &node_version()?);
    let inputs = print.finish();
    // Written by npm when it is done.
    let stamp = Stamp::of(&dir.join("node_modules/.package-lock.json"));
    if stamp.is_current(&inputs) {
        return Ok(());
    }
    let what = "installing the web app's packages";
    run(workspace, what, &["ci", "--no-audit", "--no-fund"])?;
    stamp.record(&inputs)
}

fn node_version() -> Result<String> {
    let Some(node) = find_on_path("node") else {
        bail!("Node.js is not installed: the web app needs version 20.19 or later");
    };
    first_line(Command::new(node).arg("--version"))
}

fn inputs(workspace: &Workspace) -> Result<String> {
    let (root, dir) = (&workspace.root, dir(workspace));
    let mut print = Fingerprint::default();
    print.text("node", &node_version()?);
    for name in CONFIGURATION {
        print.file(root, &dir.join(name))?;
    }
    print.tree(root, &dir.join("src"))?;
    print.tree(root, &dir.join("public"))?;
    Ok(print.finish())
}

fn run(workspace: &Workspace, what: &str, arguments: &[&str]) -> Result<()> {
    let npm = find_on_path("npm").context("npm is not installed; it comes with Node.js")?;
    let step = Step::start(what);
    let mut command = Command::new(npm);
    command.current_dir(dir(workspace)).args(arguments);
    // What a person's own settings of npm say must not matter.
    command.env("CI", OsStr::new("1"));
    let log = workspace.log_dir().join("web.log");
    fs::create_dir_all(workspace.log_dir()).context("no folder for logs")?;
    run_logged(&mut command, &log, &step)?;
    step.done();
    Ok(())
}
