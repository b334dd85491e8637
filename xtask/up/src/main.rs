//! `sealane-up`: the whole exchange on this machine, until Ctrl-C.
//!
//! - [`run`]: starts the chain, the gateway and the bots, and stops them in the other order.
//! - [`bots`]: makers who quote, traders who trade, and one who keeps pools near the market.
//! - [`bank`]: SOL and test tokens for wallets; [`faucet`] hands them out over HTTP.

mod bank;
mod bots;
mod faucet;
mod run;

use std::{path::PathBuf, process::ExitCode};

use clap::Parser;
use console::style;

/// The whole exchange on this machine: a local chain, makers and traders, gateway and web app
///
/// Runs until Ctrl-C. Everything lives in memory and is gone afterwards.
#[derive(Debug, Parser)]
#[command(name = "sealane-up", version)]
pub(crate) struct Arguments {
    /// Port of the web app and the gateway, 0 for any
    #[arg(long, value_name = "PORT", default_value_t = 8080)]
    port: u16,

    /// Port of the chain's JSON-RPC, 0 for any; its WebSocket takes the next one
    #[arg(long, value_name = "PORT", default_value_t = 8899)]
    rpc_port: u16,

    /// Folder for state.json and the demo wallets' keys [default: target/localnet]
    #[arg(long, value_name = "DIR")]
    state_dir: Option<PathBuf>,

    /// Folder with the compiled programs [default: target/deploy]
    #[arg(long, value_name = "DIR")]
    programs_dir: Option<PathBuf>,

    /// Folder with the built web app [default: app/web/dist]
    #[arg(long, value_name = "DIR")]
    web_dir: Option<PathBuf>,

    /// Milliseconds between slots
    #[arg(long, value_name = "MS", default_value_t = 400,
          value_parser = clap::value_parser!(u64).range(10..=10_000))]
    slot_time: u64,

    /// Stop after so many seconds
    #[arg(long = "for", value_name = "SECONDS")]
    seconds: Option<u64>,

    /// Nobody trades but you
    #[arg(long)]
    no_bots: bool,

    /// Print nothing but the page's address and errors
    #[arg(long, short)]
    quiet: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let filter = tracing_subscriber::EnvFilter::builder()
        .with_default_directive(tracing_subscriber::filter::LevelFilter::OFF.into())
        .from_env_lossy();
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error.into()),
    };
    let outcome = runtime.block_on(run::run(arguments));
    // Requests of clients may still be under way; nobody waits for their answers.
    runtime.shutdown_background();
    outcome.unwrap_or_else(|error| fail(&error))
}

fn fail(error: &anyhow::Error) -> ExitCode {
    eprintln!("{} {error:#}", style("error:").red().bold().for_stderr());
    ExitCode::FAILURE
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_well_formed() {
        super::Arguments::command().debug_assert();
    }
}
