//! `sealane-engine-bench`: how fast the engine is, beside public crates.

use clap::{Parser, Subcommand};

/// Measures the engine.
#[derive(Parser)]
#[command(name = "sealane-engine-bench", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Nothing yet
    None,
}

fn main() -> anyhow::Result<()> {
    match Cli::parse().command {
        Command::None => Ok(()),
    }
}
