//! The project's commands, run as `cargo xtask …`: building programs, running a local chain,
//! testing and measuring.
//!
//! It links none of the crates it builds: it compiles in seconds and runs the others' binaries.

mod browser;
mod docs;
mod fingerprint;
mod host;
mod process;
mod programs;
mod sbf;
mod testing;
mod ui;
mod validator;
mod wasm;
mod web;
mod workspace;

use std::ffi::OsString;
use std::fs;
use std::os::unix::process::CommandExt;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};
use clap::{Parser, Subcommand, ValueEnum};
use console::style;

use testing::TestArguments;
use workspace::Workspace;

/// Builds, runs, tests and measures Sealane
#[derive(Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    disable_help_subcommand = true
)]
struct Cli {
    #[command(subcommand)]
    command: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Compile the programs to target/deploy/*.so and write their IDLs to target/idl/*.json
    ///
    /// Uses `cargo build-sbf` where it is installed. Elsewhere a toolchain from package registries,
    /// which is built once into the cache (Debian 12 on x86_64). SEALANE_SBF=official or =registry
    /// chooses one.
    BuildPrograms {
        /// Packages or libraries of programs, such as sealane-amm; all of them if none is named
        programs: Vec<String>,
        /// Compile even what has not changed
        #[arg(long)]
        force: bool,
    },
    /// The whole exchange on this machine: a local chain, makers and traders, gateway and web app;
    /// Ctrl-C stops all of it
    Up(PassedOn),
    /// Start a local chain with the programs, wallets, tokens, pools and an order book; Ctrl-C
    /// stops it
    ///
    /// With --validator it is Agave's test validator, else one inside this process.
    Localnet(PassedOn),
    /// From nothing to a finished trade on a local chain, equal to its quote
    ///
    /// A swap in a pool; with --book a take from several makers in an order book; with --governance a
    /// proposal from its first line to its execution. With --json,
    /// one JSON object and nothing else goes to stdout. With --validator the chain is Agave's test
    /// validator.
    Demo(PassedOn),
    /// Compile the SDK to WebAssembly for the web app, to app/web/src/wasm
    ///
    /// With the host's compiler where `wasm32-unknown-unknown` is installed, otherwise with Debian's
    /// (Debian 12 on x86_64).
    Wasm {
        /// Compile even what has not changed
        #[arg(long)]
        force: bool,
    },
    /// Run all tests, or some
    Test(TestArguments),
    /// Check formatting, and that everything compiles without a warning
    Lint,
    /// Format the sources
    Fmt,
    /// Measure the programs and the engine
    ///
    /// Each prints a table and writes target/bench/<name>.json, and where there is something to
    /// compare a plot beside it.
    Bench {
        /// What
        what: Bench,
        #[command(flatten)]
        passed_on: PassedOn,
    },
    /// Find Agave's test validator, or build it once into the cache (about an hour); print its path
    Validator,
    /// Remove toolchains that no longer match the sources, and what was compiled with them
    CleanCache,
}

/// What can be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Bench {
    /// Compute units of every instruction, in an SVM
    Cu,
    /// Which trades of a day conflict, here and on other exchanges' account layouts
    Contention,
    /// The off-chain order book beside public crates
    Match,
    /// Simulating trades on one and more threads, and the scheduler beside public ones
    Parallel,
    /// The gateway under load: quotes at a fixed rate beside WebSocket clients
    Gateway,
}

impl Bench {
    /// The binary that measures it.
    fn binary(self) -> &'static str {
        match self {
            Self::Cu | Self::Contention => "sealane-bench",
            Self::Match | Self::Parallel => "sealane-engine-bench",
            Self::Gateway => "sealane-gateway-bench",
        }
    }

    /// Whether seconds are measured, for which everything has to be optimised.
    fn is_timed(self) -> bool {
        matches!(self, Self::Match | Self::Parallel)
    }
}

/// Arguments for the binary that does the work.
#[derive(clap::Args)]
struct PassedOn {
    /// Passed on to the program that does the work: `-- --help` lists what it takes
    #[arg(
        value_name = "ARGUMENTS",
        trailing_var_arg = true,
        allow_hyphen_values = true
    )]
    arguments: Vec<OsString>,
}

impl PassedOn {
    fn contains(&self, flag: &str) -> bool {
        self.arguments.iter().any(|argument| argument == flag)
    }
}

fn main() -> ExitCode {
    if let Some(output) = docs::standing_in() {
        return docs::stand_in(output);
    }
    match run(Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report(&error);
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> Result<()> {
    let workspace = Workspace::locate()?;
    match task {
        Task::BuildPrograms { programs, force } => programs::build(&workspace, &programs, force),
        Task::Up(passed_on) => up(&workspace, &passed_on),
        Task::Localnet(passed_on) => localnet(&workspace, "up", &passed_on),
        Task::Demo(passed_on) => localnet(&workspace, "demo", &passed_on),
        Task::Wasm { force } => wasm::build(&workspace, force),
        Task::Test(arguments) => testing::run(&workspace, &arguments),
        Task::Lint => testing::lint(&workspace),
        Task::Fmt => process::run_visible(workspace.cargo().args(["fmt", "--all"])),
        Task::Bench { what, passed_on } => bench(&workspace, what, &passed_on),
        Task::Validator => {
            println!("{}", validator::ensure(&workspace)?.display());
            Ok(())
        }
        Task::CleanCache => clean_cache(&workspace),
    }
}

/// Builds everything that people use, and runs it.
fn up(workspace: &Workspace, passed_on: &PassedOn) -> Result<()> {
    programs::build(workspace, &[], false)?;
    web::build(workspace)?;
    host::build_binaries(workspace, &["sealane-up", "sealane"])?;
    let mut command = Command::new(workspace.binary("sealane-up"));
    become_command(command.args(&passed_on.arguments))
}

/// Builds what a local chain needs, and runs it.
fn localnet(workspace: &Workspace, task: &str, passed_on: &PassedOn) -> Result<()> {
    let mut command = Command::new(workspace.binary("sealane-localnet"));
    if passed_on.contains("--validator") {
        command.env(validator::VARIABLE, validator::ensure(workspace)?);
    }
    programs::build(workspace, &[], false)?;
    // The command line goes along: the chain's output says how to use it.
    host::build_binaries(workspace, &["sealane-localnet", "sealane"])?;
    become_command(command.arg(task).args(&passed_on.arguments))
}

/// Builds what measures, and runs it.
fn bench(workspace: &Workspace, what: Bench, passed_on: &PassedOn) -> Result<()> {
    if what == Bench::Gateway {
        return bench_gateway(workspace, passed_on);
    }
    let binary = what.binary();
    let path = if what.is_timed() {
        host::build_timed_binary(workspace, "sealane-engine-benches", binary)?
    } else {
        programs::build(workspace, &[], false)?;
        host::build_binaries(workspace, &[binary])?;
        workspace.binary(binary)
    };
    let name = what.to_possible_value();
    let name = name.as_ref().map_or("", |value| value.get_name());
    become_command(Command::new(path).arg(name).args(&passed_on.arguments))
}

/// Builds a chain, the gateway and what loads it, and runs the last, which starts the others. The
/// chain is not what is measured, and stays unoptimised.
fn bench_gateway(workspace: &Workspace, passed_on: &PassedOn) -> Result<()> {
    programs::build(workspace, &[], false)?;
    host::build_binaries(workspace, &["sealane-localnet"])?;
    let gateway = host::build_timed_binary(workspace, "sealane-server", "sealane-gateway")?;
    let name = Bench::Gateway.binary();
    let load = host::build_timed_binary(workspace, "sealane-gateway-benches", name)?;
    let mut command = Command::new(load);
    command.arg("--localnet");
    command.arg(workspace.binary("sealane-localnet"));
    command.arg("--gateway").arg(gateway);
    become_command(command.args(&passed_on.arguments))
}

/// Gives this process to the command, so that signals and the exit status are its own.
fn become_command(command: &mut Command) -> Result<()> {
    let error = command.exec();
    Err(error).with_context(|| format!("`{}` does not start", process::command_line(command)))
}

fn clean_cache(workspace: &Workspace) -> Result<()> {
    let stale = sbf::stale(workspace)?.into_iter();
    for path in stale.chain(wasm::stale(workspace)?) {
        ui::note(format!("removing {}", path.display()));
        fs::remove_dir_all(&path).with_context(|| format!("cannot remove {}", path.display()))?;
    }
    Ok(())
}

/// The error, then what caused it, each on its own lines.
fn report(error: &anyhow::Error) {
    eprintln!("\n{} {error}", style("error:").red().bold().for_stderr());
    for cause in error.chain().skip(1) {
        eprintln!("{} {cause}", style("because:").bold().for_stderr());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn arguments_of_other_binaries_pass_through() {
        let line = ["cargo xtask", "demo", "--json", "--port", "80", "x"];
        let Ok(Cli {
            command: Task::Demo(passed_on),
        }) = Cli::try_parse_from(line)
        else {
            panic!("`demo` was refused");
        };
        assert!(passed_on.contains("--json"));
        assert_eq!(passed_on.arguments.len(), 4);
    }
}
