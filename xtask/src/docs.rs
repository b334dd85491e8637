//! Building the documentation with the tests in it.
//!
//! `cargo doc` would check every dependency once more, as `cargo clippy` would. `cargo test --doc`
//! uses what is compiled already, so this command passes itself to it as the documentation tool:
//! for each crate it first writes the documentation, with warnings denied, then runs the tests.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::Result;

use crate::host::{SELECTION, linting_cargo};
use crate::process::run_visible;
use crate::workspace::Workspace;

/// Set for this binary when Cargo runs it as the documentation tool: where to write.
const OUTPUT: &str = "SEALANE_XTASK_DOC_DIR";

/// Options of a test run that a documentation run does not know, each with a value.
const TEST_OPTIONS: [&str; 3] = ["--test-args", "--test-run-directory", "--test-builder"];

/// Writes the documentation of every library and runs the examples in it.
///
/// `this` is where this binary is. The caller asks for it before anything is compiled: that may
/// replace the file, and then the system no longer knows its place.
pub(crate) fn build_and_test(workspace: &Workspace, this: &Path, filters: &[String]) -> Result<()> {
    let mut cargo = linting_cargo(workspace)?;
    cargo
        .args(["test", "--doc"])
        .args(SELECTION)
        .arg("--")
        .args(filters)
        .env("RUSTDOC", this)
        .env(OUTPUT, workspace.target_dir().join("doc"));
    run_visible(&mut cargo)
}

/// Where to write, if this process stands in for the documentation tool.
pub(crate) fn standing_in() -> Option<PathBuf> {
    env::var_os(OUTPUT).map(PathBuf::from)
}

/// Does as the documentation tool does, and writes documentation before running its tests.
pub(crate) fn stand_in(output: PathBuf) -> ExitCode {
    let arguments: Vec<OsString> = env::args_os().skip(1).collect();
    let rustdoc = |arguments: &[OsString]| {
        Command::new("rustdoc")
            .args(arguments)
            .env_remove(OUTPUT)
            .status()
            .is_ok_and(|status| status.success())
    };
    if arguments.iter().any(|argument| argument == "--test") {
        let mut writing = without_tests(&arguments);
        writing.extend([
            "-D".into(),
            "warnings".into(),
            "--out-dir".into(),
            output.into(),
        ]);
        if !rustdoc(&writing) {
            return ExitCode::FAILURE;
        }
    }
    match rustdoc(&arguments) {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}

/// The arguments of a test run, less what makes it one.
fn without_tests(arguments: &[OsString]) -> Vec<OsString> {
    let mut kept = Vec::new();
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        let text = argument.to_string_lossy();
        if TEST_OPTIONS.contains(&&*text) {
            arguments.next();
        } else if text != "--test"
            && text != "--no-run"
            && !TEST_OPTIONS
                .iter()
                .any(|option| text.starts_with(&format!("{option}=")))
        {
            kept.push(argument.clone());
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_writing_run_keeps_all_but_the_tests() {
        let words =
            |text: &str| -> Vec<OsString> { text.split_whitespace().map(OsString::from).collect() };
        let test = words(
            "--crate-name a --test lib.rs --test-run-directory /repo --extern b=b.rlib \
             --test-args=--quiet --test-args x",
        );
        assert_eq!(
            without_tests(&test),
            words("--crate-name a lib.rs --extern b=b.rlib")
        );
    }
}
