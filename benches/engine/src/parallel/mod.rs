//! Trades side by side: what scheduling them costs.

mod schedulers;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::Serialize;

use self::schedulers::Row;

/// What `parallel` is told.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Trades scheduled before the first is done
    #[arg(long, default_value_t = 1024, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    trades: u32,
    /// Timed rounds of each scheduler, interleaved
    #[arg(long, default_value_t = 51, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// Print the JSON instead of the table
    #[arg(long)]
    json: bool,
    /// Where to write the JSON
    #[arg(long, default_value_os_t = default_output())]
    output: PathBuf,
}

fn default_output() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/bench/parallel.json")
}

/// All that was measured.
#[derive(Serialize)]
struct Report {
    trades: u32,
    rounds: u32,
    schedulers: Vec<Row>,
}

/// Measures and reports.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let (trades, rounds) = (arguments.trades, arguments.rounds);
    let schedulers = schedulers::measure(trades as usize, rounds as usize)?;
    let report = Report {
        trades,
        rounds,
        schedulers,
    };
    let json = serde_json::to_string_pretty(&report)?;
    let output = &arguments.output;
    if let Some(folder) = output.parent() {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("cannot make {}", folder.display()))?;
    }
    std::fs::write(output, &json).with_context(|| format!("cannot write {}", output.display()))?;
    if arguments.json {
        println!("{json}");
    } else {
        schedulers::print(&report.schedulers);
        println!("written to {}", output.display());
    }
    Ok(())
}
