//! Trades side by side: simulating them on several threads, taking them through the pipeline, and
//! what scheduling them costs.

mod flow;
mod pipeline;
mod plot;
mod report;
mod round_trip;
mod schedulers;
mod signatures;
mod simulation;

use std::{
    fs,
    num::NonZeroUsize,
    path::{Path, PathBuf},
    thread,
};

use anyhow::{Context, Result};

use self::report::Report;

/// What `parallel` is told.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Trades in a simulated batch
    #[arg(long, default_value_t = 16_384, value_parser = clap::value_parser!(u32).range(64..=1_000_000))]
    trades: u32,
    /// Trades scheduled before the first is done
    #[arg(long, default_value_t = 1024, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    scheduled: u32,
    /// Timed rounds, interleaved; schedulers have twice as many, the pipeline a third
    #[arg(long, default_value_t = 21, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// Print the JSON instead of the tables
    #[arg(long)]
    json: bool,
    /// Where to write the JSON; the plot goes beside it, and so do journals for as long as they are
    /// measured
    #[arg(long, default_value_os_t = default_output())]
    output: PathBuf,
}

fn default_output() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/bench/parallel.json")
}

/// Measures and reports.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let folder = arguments
        .output
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    fs::create_dir_all(folder)
        .with_context(|| format!("cannot make the folder {}", folder.display()))?;
    let rounds = arguments.rounds as usize;
    let load_before = fs::read_to_string("/proc/loadavg").ok();
    let simulation = simulation::measure(arguments.trades as usize, rounds)?;
    let (pipeline_setup, pipeline) = pipeline::measure(rounds.div_ceil(3), folder)?;
    let signatures = signatures::measure(rounds.div_ceil(3))?;
    eprintln!("schedulers");
    let schedulers = schedulers::measure(arguments.scheduled as usize, 2 * rounds + 1)?;
    let report = Report {
        machine_threads: thread::available_parallelism().map_or(1, NonZeroUsize::get),
        load_before: load_before.map(|load| load.split(' ').take(3).collect::<Vec<_>>().join(" ")),
        trades: arguments.trades,
        scheduled: arguments.scheduled,
        rounds: arguments.rounds,
        simulation,
        pipeline_setup,
        pipeline,
        signatures,
        schedulers,
    };
    let written = report.write(&arguments.output)?;
    let plot = written.with_extension("svg");
    plot::draw(&report, &plot).with_context(|| format!("cannot draw {}", plot.display()))?;
    if arguments.json {
        println!("{}", report.json()?);
    } else {
        println!("{report}");
        println!("written to {} and {}", written.display(), plot.display());
    }
    Ok(())
}
