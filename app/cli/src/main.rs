//! `sealane`: the exchange on the command line.
//!
//! A command is read ([`arguments`]), given a connection, a wallet and names ([`session`]), run
//! ([`command`]), and its outcome is written as a table or as JSON ([`output`]). Standard output
//! carries the outcome and nothing else; progress, questions and warnings go to standard error.

mod arguments;
mod balance;
mod book;
mod command;
mod desk;
mod duration;
mod failure;
mod output;
mod screen;
mod session;
mod settings;
mod token;
mod trade;
mod transaction;
mod venue;
mod view;

use std::process::ExitCode;

use clap::Parser as _;
use tracing_subscriber::{EnvFilter, fmt};

use crate::{
    arguments::Arguments,
    failure::{Failure, Result},
    output::Output,
    session::Session,
};

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return failure::usage(error),
    };
    start_tracing(arguments.global.verbose);
    let output = Output::new(&arguments.global);
    match run(arguments, output) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            output.failure(&failure);
            failure.exit_code()
        }
    }
}

fn run(arguments: Arguments, output: Output) -> Result<()> {
    let Arguments { global, command } = arguments;
    let mut session = Session::open(&global, output)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| {
            Failure::new("System", format!("no event loop could be started: {error}"))
        })?;
    runtime.block_on(command::run(command, &mut session))
}

/// What the SDK does, on standard error, for those who asked for it.
fn start_tracing(verbose: u8) {
    let level = match verbose {
        0 => return,
        1 => "debug",
        _ => "trace",
    };
    fmt()
        .with_env_filter(EnvFilter::new(format!(
            "sealane={level},sealane_sdk={level}"
        )))
        .with_writer(std::io::stderr)
        .with_ansi(console::colors_enabled_stderr())
        .without_time()
        .init();
}

/// The flags as a test gives them.
#[cfg(test)]
fn parse(
    arguments: &[&str],
) -> std::result::Result<(arguments::Global, command::Command), clap::Error> {
    let all = std::iter::once("sealane").chain(arguments.iter().copied());
    Arguments::try_parse_from(all).map(|parsed| (parsed.global, parsed.command))
}
