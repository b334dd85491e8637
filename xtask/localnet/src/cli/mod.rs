//! The command line.

mod args;
mod demo;
mod print;
mod up;

use std::process::ExitCode;

use clap::Parser as _;
use console::style;

use args::{Arguments, Command};

/// Parses the command line and does what it says.
pub(crate) fn run() -> ExitCode {
    let arguments = Arguments::parse();
    log_to_stderr();
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error.into()),
    };
    let outcome = runtime.block_on(async {
        match arguments.command {
            Command::Up(arguments) => up::run(arguments).await,
            Command::Demo(arguments) => demo::run(arguments).await,
        }
    });
    // Requests of clients may still be under way; nobody waits for their answers.
    runtime.shutdown_background();
    outcome.unwrap_or_else(|error| fail(&error))
}

fn fail(error: &anyhow::Error) -> ExitCode {
    eprintln!("{} {error:#}", style("error:").red().bold().for_stderr());
    ExitCode::FAILURE
}

/// Logs what `RUST_LOG` asks for, and nothing else: progress is for people, logs for debugging.
fn log_to_stderr() {
    let filter = tracing_subscriber::EnvFilter::builder()
        .with_default_directive(tracing_subscriber::filter::LevelFilter::OFF.into())
        .from_env_lossy();
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
}
