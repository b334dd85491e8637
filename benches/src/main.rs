//! `sealane-bench`: what the exchange costs.
//!
//! `sealane-bench cu` runs every instruction of the programs in an SVM, many times with varied
//! amounts, prints the compute units of the program's instruction alone, and writes them to
//! `target/bench/cu.json`.
//!
//! `sealane-bench contention` schedules one generated day of trades under Agave's rules, with the
//! accounts that this exchange and others write, prints how many fit into a block and how well
//! blocks run in parallel, and writes `target/bench/contention.json` and plots.

mod book;
mod cases;
mod contention;
mod governance;
mod report;
mod staking;

use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::report::Report;

/// Measures what the exchange costs.
#[derive(Parser)]
#[command(name = "sealane-bench", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Compute units of every instruction, in an SVM with today's token programs.
    Cu(Cu),
    /// What sharing accounts costs: blocks of one day under Agave's rules, on several exchanges.
    Contention(contention::Arguments),
}

#[derive(clap::Args)]
struct Cu {
    /// How often each instruction is run.
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,
    /// Print the JSON instead of the table.
    #[arg(long)]
    json: bool,
    /// Where to write the JSON.
    #[arg(long, default_value_os_t = default_output())]
    output: PathBuf,
}

fn default_output() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/bench/cu.json")
}

fn main() -> Result<()> {
    match Cli::parse().command {
        Command::Cu(cu) => measure_units(&cu),
        Command::Contention(arguments) => contention::run(&arguments),
    }
}

fn measure_units(cu: &Cu) -> Result<()> {
    let runs = cu.runs as usize;
    let mut measured = cases::measure(runs);
    measured.extend(book::measure(runs));
    measured.extend(staking::measure(runs));
    measured.extend(governance::measure(runs));
    let report = Report::new(measured);
    let written = report.write(&cu.output)?;
    if cu.json {
        println!("{}", report.json()?);
    } else {
        println!("{report}");
        println!("written to {}", written.display());
    }
    Ok(())
}
