//! `sealane-engine-bench`: how fast the engine is, beside public crates.
//!
//! `sealane-engine-bench match` runs one stream of orders through the matching book and through
//! public crates, and writes `target/bench/match.json` and a plot.

mod allocations;
mod matching;

use clap::{Parser, Subcommand};

#[global_allocator]
static ALLOCATOR: allocations::Counting = allocations::Counting;

/// Measures the engine.
#[derive(Parser)]
#[command(name = "sealane-engine-bench", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Orders matched on one core, beside public crates
    Match(matching::Arguments),
}

fn main() -> anyhow::Result<()> {
    match Cli::parse().command {
        Command::Match(arguments) => matching::run(&arguments),
    }
}
