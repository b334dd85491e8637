//! `sealane-engine-bench`: how fast the engine is, beside public crates.
//!
//! `sealane-engine-bench match` runs one stream of orders through the matching book and through
//! public crates, and writes `target/bench/match.json` and a plot. `sealane-engine-bench parallel`
//! simulates trades on one thread and on more, takes them through the pipeline, schedules them here and
//! in public crates, and writes `target/bench/parallel.json` and a plot.

mod allocations;
mod matching;
mod parallel;

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
    /// Trades simulated in parallel and end to end, and scheduled beside public crates
    Parallel(parallel::Arguments),
}

fn main() -> anyhow::Result<()> {
    match Cli::parse().command {
        Command::Match(arguments) => matching::run(&arguments),
        Command::Parallel(arguments) => parallel::run(&arguments),
    }
}
