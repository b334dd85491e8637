//! One stream of orders through several matching engines.

mod engines;
mod flow;
mod instructions;
mod measure;
mod plot;
pub(crate) mod report;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use self::{
    engines::{
        lobster::Lobster, matchcore::Matchcore, orderbook_rs::OrderbookRs, sealane::Sealane,
    },
    flow::{Flow, FlowConfig},
    measure::{Contender, Measured},
    report::Report,
};

/// What `match` is told.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Messages measured, after those that fill the books
    #[arg(long, default_value_t = 2_000_000, value_parser = clap::value_parser!(u32).range(1_000..))]
    messages: u32,
    /// Markets; a market's popularity follows Pareto's law
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    markets: u32,
    /// Of the random numbers
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Timed rounds of each engine, interleaved
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// Measure only these engines
    #[arg(long, value_delimiter = ',')]
    engines: Vec<String>,
    /// Print the JSON instead of the table
    #[arg(long)]
    json: bool,
    /// Where to write the JSON; the plot goes beside it
    #[arg(long, default_value_os_t = default_output())]
    output: PathBuf,
    /// Run the stream once, measured or only warmed up, and print nothing: for a tool that counts
    /// instructions from outside
    #[arg(long, hide = true)]
    only: Option<instructions::Only>,
}

fn default_output() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/bench/match.json")
}

/// All engines; ours is first, and the others' trades are compared with its.
fn contenders(names: &[String]) -> Result<Vec<Contender>> {
    let mut all = vec![
        Contender::of::<Sealane>(),
        Contender::of::<Matchcore>(),
        Contender::of::<Lobster>(),
        Contender::of::<OrderbookRs>(),
    ];
    if let Some(unknown) = names
        .iter()
        .find(|name| all.iter().all(|contender| contender.name != **name))
    {
        let known: Vec<_> = all.iter().map(|contender| contender.name).collect();
        bail!(
            "no engine is called {unknown}: choose from {}",
            known.join(", ")
        );
    }
    if !names.is_empty() {
        all.retain(|contender| names.iter().any(|name| name == contender.name));
    }
    Ok(all)
}

/// Measures and reports.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let contenders = contenders(&arguments.engines)?;
    let config = FlowConfig {
        messages: arguments.messages as usize,
        markets: arguments.markets as usize,
        seed: arguments.seed,
    };
    if arguments.only.is_none() {
        eprintln!(
            "making {} messages for {} markets",
            config.messages, config.markets
        );
    }
    let flow = Flow::generate(config);
    if let Some(only) = arguments.only {
        contenders
            .iter()
            .for_each(|contender| (contender.only)(&flow, only));
        return Ok(());
    }

    let reference = Contender::of::<Sealane>();
    let agreements = measure::agreements(&contenders, &reference, &flow);
    let rounds = measure::rounds(&contenders, &flow, arguments.rounds as usize);
    let mut measured = Vec::new();
    for ((contender, agreement), rounds) in contenders.iter().zip(agreements).zip(rounds) {
        eprintln!("{}: latencies, allocations, instructions", contender.name);
        measured.push(Measured {
            name: contender.name,
            version: contender.version,
            note: contender.note,
            agreement,
            rates: rounds,
            latencies: (contender.latencies)(&flow),
            allocations: (contender.allocations)(&flow),
            instructions: instructions::per_message(contender, &flow, config),
        });
    }

    let report = Report::new(config, &flow, measured, measure::timer_cost());
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
