//! Building the workspace for the host.
//!
//! Cargo unites the features of what it is asked to build, so another choice of packages can mean
//! compiling some nine hundred dependencies again. Every command therefore asks for the same
//! packages, all but this one, and narrows the work by naming targets.
//!
//! Lints work the same way. `cargo clippy` would check every dependency once more without compiling
//! it; here clippy's compiler stands in for the ordinary one while the workspace's own crates are
//! compiled, and what it compiles is what the tests run.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, bail};

use crate::process::{first_line, run_logged, run_visible};
use crate::ui::Step;
use crate::workspace::Workspace;

/// The packages of every build for the host.
pub(crate) const SELECTION: [&str; 3] = ["--workspace", "--exclude", "xtask"];

/// What separates clippy's arguments in its environment variable.
const CLIPPY_SEPARATOR: &str = "__CLIPPY_HACKERY__";

/// Builds binaries of the workspace for somebody to run: no lints, so it needs no clippy.
pub(crate) fn build_binaries(workspace: &Workspace, names: &[&str]) -> Result<()> {
    let first_time = !names.iter().all(|name| workspace.binary(name).is_file());
    let hint = match first_time {
        true => " (with all dependencies: some fifteen minutes on two cores)",
        false => "",
    };
    let step = Step::start(format!("compiling {}{hint}", names.join(" and ")));
    let mut cargo = workspace.cargo();
    cargo.arg("build").args(SELECTION);
    for name in names {
        cargo.args(["--bin", name]);
    }
    run_logged(&mut cargo, &workspace.log_dir().join("build.log"), &step)?;
    step.done();
    Ok(())
}

/// Builds all binaries as tests have them, warnings denied.
pub(crate) fn build_linted_binaries(workspace: &Workspace) -> Result<()> {
    let mut cargo = linting_cargo(workspace)?;
    run_visible(cargo.args(["build", "--lib", "--bins"]).args(SELECTION))
}

/// Builds a binary that takes time, with the profile for that; tells where it is.
///
/// The one build that does not ask for [`SELECTION`]: with this profile nothing else is built, and
/// the binary links a small part of the workspace.
pub(crate) fn build_timed_binary(
    workspace: &Workspace,
    package: &str,
    name: &str,
) -> Result<PathBuf> {
    let path = workspace.timed_binary(name);
    let hint = match path.is_file() {
        true => "",
        false => " (optimised, with its dependencies: some minutes)",
    };
    let step = Step::start(format!("compiling {name}{hint}"));
    let mut cargo = workspace.cargo();
    cargo.args(["build", "--profile", "bench", "--package", package]);
    cargo.args(["--bin", name]);
    run_logged(&mut cargo, &workspace.log_dir().join("bench.log"), &step)?;
    step.done();
    Ok(path)
}

/// Cargo with clippy as the compiler of the workspace's crates, and warnings denied.
pub(crate) fn linting_cargo(workspace: &Workspace) -> Result<Command> {
    let driver = clippy_driver()?;
    let mut cargo = workspace.cargo();
    cargo
        .env("RUSTC_WORKSPACE_WRAPPER", driver)
        .env("CLIPPY_ARGS", ["-D", "warnings", ""].join(CLIPPY_SEPARATOR));
    Ok(cargo)
}

fn clippy_driver() -> Result<PathBuf> {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let sysroot = first_line(Command::new(rustc).args(["--print", "sysroot"]))?;
    let driver = PathBuf::from(sysroot).join("bin/clippy-driver");
    if !driver.is_file() {
        bail!("clippy is not installed: run `rustup component add clippy`");
    }
    Ok(driver)
}
