//! `cargo xtask test`: everything, in stages.

use std::env;
use std::fmt;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::ValueEnum;
use console::style;
use serde_json::Value;

use crate::host::{SELECTION, linting_cargo};
use crate::process::run_visible;
use crate::ui::{self, human};
use crate::workspace::Workspace;
use crate::{browser, docs, host, programs, validator, wasm, web};

/// The package of the tests of the whole system.
const SYSTEM_TESTS: &str = "sealane-testkit";
/// How the names of test files begin that need a chain with an RPC server.
const END_TO_END: &str = "e2e";

/// A part of the tests that can run by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Stage {
    /// Formatting is as rustfmt has it
    Fmt,
    /// Programs compile to bytecode, with their IDLs
    Programs,
    /// Everything compiles, without a warning of the compiler or of clippy
    Lint,
    /// Documentation builds without a warning, and its examples run
    Docs,
    /// Unit and property tests of every crate, and the integration tests of libraries
    Unit,
    /// The SDK in WebAssembly says what it says here
    Wasm,
    /// The web app builds, its style and types are right, its unit tests pass, its size is in budget
    Web,
    /// The programs' bytecode in a virtual machine
    Svm,
    /// The whole system on a local chain
    E2e,
    /// The web app in Debian's chromium, on a local chain
    Browser,
}

impl Stage {
    /// What a filter by test name applies to.
    fn runs_tests(self) -> bool {
        matches!(self, Self::Docs | Self::Unit | Self::Svm | Self::E2e)
    }

    fn title(self) -> &'static str {
        match self {
            Self::Fmt => "formatting",
            Self::Programs => "programs to bytecode",
            Self::Lint => "compile everything, warnings denied",
            Self::Docs => "documentation and its examples",
            Self::Unit => "unit and property tests",
            Self::Wasm => "the SDK in WebAssembly",
            Self::Web => "the web app",
            Self::Svm => "bytecode in the SVM",
            Self::E2e => "end to end on a local chain",
            Self::Browser => "the web app in a browser",
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.to_possible_value();
        f.write_str(value.as_ref().map_or("", |value| value.get_name()))
    }
}

/// What to run.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct TestArguments {
    /// Run the end-to-end tests on Agave's validator instead of the embedded chain
    #[arg(long)]
    validator: bool,
    /// Run this stage only; can be given again
    #[arg(long = "stage", value_name = "STAGE")]
    stages: Vec<Stage>,
    /// Run only the tests whose names contain one of these
    #[arg(value_name = "FILTER")]
    filters: Vec<String>,
}

impl TestArguments {
    /// The stages asked for; with filters, those that have tests and the bytecode they load.
    fn chosen(&self) -> Vec<Stage> {
        let all = Stage::value_variants().iter().copied();
        match (self.stages.is_empty(), self.filters.is_empty()) {
            (false, _) => all.filter(|stage| self.stages.contains(stage)).collect(),
            (true, true) => all.collect(),
            (true, false) => all
                .filter(|stage| *stage == Stage::Programs || stage.runs_tests())
                .collect(),
        }
    }

    /// How to run one of the stages again.
    fn again(&self, stage: Stage) -> String {
        let mut words = vec!["cargo xtask test".to_owned(), format!("--stage {stage}")];
        if self.validator {
            words.push("--validator".to_owned());
        }
        words.extend(self.filters.iter().cloned());
        words.join(" ")
    }
}

/// Runs the stages in order and stops at the first that fails.
pub(crate) fn run(workspace: &Workspace, arguments: &TestArguments) -> Result<()> {
    let run = Run::prepare(workspace, arguments)?;
    let stages = arguments.chosen();
    let mut times = Vec::new();
    for (at, stage) in stages.iter().enumerate() {
        heading(&format!("[{}/{}] {}", at + 1, stages.len(), stage.title()));
        let started = Instant::now();
        run.stage(*stage).with_context(|| {
            format!(
                "stage `{stage}` failed. To run it again by itself:\n\n    {}\n",
                arguments.again(*stage)
            )
        })?;
        times.push((stage.title(), started.elapsed()));
    }
    eprint!("{}", table(&times));
    Ok(())
}

/// `cargo xtask lint`.
pub(crate) fn lint(workspace: &Workspace) -> Result<()> {
    let arguments = TestArguments::default();
    let run = Run::prepare(workspace, &arguments)?;
    run.stage(Stage::Fmt)?;
    run.stage(Stage::Lint)
}

struct Run<'a> {
    workspace: &'a Workspace,
    arguments: &'a TestArguments,
    files: TestFiles,
    validator: Option<PathBuf>,
    this: PathBuf,
}

impl<'a> Run<'a> {
    fn prepare(workspace: &'a Workspace, arguments: &'a TestArguments) -> Result<Self> {
        let files = TestFiles::sort(&workspace.packages()?)?;
        let validator = match arguments.validator {
            true => Some(validator::ensure(workspace)?),
            false => None,
        };
        Ok(Self {
            workspace,
            arguments,
            files,
            validator,
            this: env::current_exe().context("this binary does not know its own place")?,
        })
    }

    fn stage(&self, stage: Stage) -> Result<()> {
        match stage {
            Stage::Fmt => run_visible(self.workspace.cargo().args(["fmt", "--all", "--check"])),
            Stage::Programs => programs::build(self.workspace, &[], false),
            Stage::Lint => self.compile(),
            Stage::Docs => {
                docs::build_and_test(self.workspace, &self.this, &self.arguments.filters)
            }
            Stage::Unit => {
                self.test(&["--package", "xtask"], &[])?;
                self.test(&["--lib", "--bins", "--examples"], &self.files.unit)
            }
            Stage::Wasm => wasm::test(self.workspace),
            Stage::Web => web::check(self.workspace),
            Stage::Svm => self.test(&[], &self.files.svm),
            Stage::E2e => {
                self.binaries()?;
                self.test(&[], &self.files.end_to_end)
            }
            Stage::Browser => browser::test(self.workspace, &self.arguments.filters),
        }
    }

    /// Compiles what the other stages run.
    fn compile(&self) -> Result<()> {
        self.binaries()?;
        let mut cargo = linting_cargo(self.workspace)?;
        run_visible(
            cargo
                .args(["test", "--no-run", "--all-targets"])
                .args(SELECTION),
        )?;
        let mut cargo = linting_cargo(self.workspace)?;
        run_visible(cargo.args(["test", "--no-run", "--package", "xtask"]))
    }

    fn binaries(&self) -> Result<()> {
        host::build_linted_binaries(self.workspace)
    }

    /// Runs the tests of the targets and of the named test files.
    fn test(&self, targets: &[&str], files: &[String]) -> Result<()> {
        if targets.is_empty() && files.is_empty() {
            ui::note("there are no tests of this kind");
            return Ok(());
        }
        let mut cargo = linting_cargo(self.workspace)?;
        cargo.arg("test").args(targets);
        if !targets.contains(&"--package") {
            cargo.args(SELECTION);
        }
        for file in files {
            cargo.args(["--test", file]);
        }
        match &self.validator {
            Some(validator) => cargo.env(validator::VARIABLE, validator),
            None => cargo.env_remove(validator::VARIABLE),
        };
        run_visible(cargo.arg("--").args(&self.arguments.filters))
    }
}

/// The names of the workspace's test files, by the stage that runs them.
#[derive(Debug, Default, PartialEq, Eq)]
struct TestFiles {
    unit: Vec<String>,
    svm: Vec<String>,
    end_to_end: Vec<String>,
}

impl TestFiles {
    fn sort(packages: &[Value]) -> Result<Self> {
        let mut files = Self::default();
        for package in packages.iter().filter(|package| package["name"] != "xtask") {
            for target in package["targets"].as_array().into_iter().flatten() {
                let is_test = target["kind"] == serde_json::json!(["test"]);
                let (true, Some(name)) = (is_test, target["name"].as_str()) else {
                    continue;
                };
                let system = package["name"] == SYSTEM_TESTS;
                let list = match (system, name.starts_with(END_TO_END)) {
                    (true, true) => &mut files.end_to_end,
                    (true, false) => &mut files.svm,
                    (false, _) => &mut files.unit,
                };
                list.push(name.to_owned());
            }
        }
        files.check()?;
        Ok(files)
    }

    /// Cargo chooses test files by name alone: one name in two stages would run in both.
    fn check(&self) -> Result<()> {
        let lists = [&self.unit, &self.svm, &self.end_to_end];
        let mut all: Vec<&String> = lists.into_iter().flatten().collect();
        all.sort();
        match all.windows(2).find(|pair| pair[0] == pair[1]) {
            Some(pair) => bail!("two test files are named `{}`: rename one", pair[0]),
            None => Ok(()),
        }
    }
}

fn heading(text: &str) {
    eprintln!("\n{}", style(text).bold().cyan().for_stderr());
}

fn table(times: &[(&str, Duration)]) -> String {
    let width = times
        .iter()
        .map(|(title, _)| title.len())
        .max()
        .unwrap_or(0);
    let total: Duration = times.iter().map(|(_, time)| *time).sum();
    let line = |title: &str, time: Duration| format!("  {title:width$}  {:>12}\n", human(time));
    let mut text = "\nall stages passed\n\n".to_owned();
    for (title, time) in times {
        text.push_str(&line(title, *time));
    }
    text.push_str(&line("total", total));
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn package(name: &str, tests: &[&str]) -> Value {
        let targets: Vec<Value> = tests
            .iter()
            .map(|test| json!({"kind": ["test"], "name": test}))
            .chain([json!({"kind": ["lib"], "name": name})])
            .collect();
        json!({"name": name, "targets": targets})
    }

    #[test]
    fn test_files_go_to_their_stages() {
        let packages = [
            package("sealane-core", &["stable_swap"]),
            package(SYSTEM_TESTS, &["swaps", "e2e_cli"]),
            package("xtask", &["builtins"]),
        ];
        let files = TestFiles::sort(&packages).unwrap();
        assert_eq!(files.unit, ["stable_swap"]);
        assert_eq!(files.svm, ["swaps"]);
        assert_eq!(files.end_to_end, ["e2e_cli"]);
        let twice = [package("a", &["x"]), package(SYSTEM_TESTS, &["x"])];
        let error = TestFiles::sort(&twice).unwrap_err();
        assert!(error.to_string().contains("`x`"));
    }

    #[test]
    fn filters_leave_out_what_has_no_tests() {
        let all = TestArguments::default();
        assert_eq!(all.chosen().len(), Stage::value_variants().len());
        let filtered = TestArguments {
            filters: vec!["swap".into()],
            validator: true,
            ..TestArguments::default()
        };
        assert!(!filtered.chosen().contains(&Stage::Fmt));
        assert!(filtered.chosen().contains(&Stage::Programs));
        assert_eq!(
            filtered.again(Stage::E2e),
            "cargo xtask test --stage e2e --validator swap"
        );
        let chosen = TestArguments {
            stages: vec![Stage::Svm, Stage::Fmt],
            ..TestArguments::default()
        };
        assert_eq!(chosen.chosen(), [Stage::Fmt, Stage::Svm]);
    }

    #[test]
    fn the_table_lines_up() {
        let text = table(&[
            ("a", Duration::from_secs(1)),
            ("longer", Duration::from_secs(70)),
        ]);
        let widths: Vec<usize> = text.lines().skip(3).map(str::len).collect();
        assert_eq!(widths.len(), 3);
        assert!(widths.iter().all(|width| *width == widths[0]), "{text}");
    }
}
