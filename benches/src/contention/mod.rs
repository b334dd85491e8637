//! What sharing accounts costs an exchange.
//!
//! One generated day of orders and swaps is turned into the transactions of several exchanges, each
//! with the accounts that its program asks for, and put into blocks under Agave's rules. How many
//! fit, and how long a block takes on how many threads, then follows from the account lists alone.
//!
//! - [`day`]: what happens on the day, and where its shape comes from
//! - [`design`]: the same action on each exchange
//! - [`agave`], [`block`], [`schedule`]: costs and limits, filling a block, running it
//! - [`study`], [`price`], [`cases`]: what is measured
//! - [`report`], [`plot`]: how it is told

mod agave;
mod block;
mod cases;
mod day;
mod design;
mod plot;
mod price;
mod report;
mod schedule;
mod stream;
mod study;
#[cfg(test)]
mod tests;
mod units;

use std::path::{Path, PathBuf};

use anyhow::Result;

use agave::Limits;
use cases::{NEAR, sharded};
use day::{Parameters, Window};
use design::{
    Both, Central, Choice, Compute, Cpmm, Design, Lanes, LanesOptions, MANIFEST, OpenBook, PHOENIX,
    Shards,
};
use report::Report;
use study::{Make, full_blocks, offered};
use units::{Source, Units};

/// How to measure.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Where all randomness comes from.
    #[arg(long, default_value_t = Parameters::default().seed)]
    seed: u64,
    /// Hours of the day that are looked at, evenly spread.
    #[arg(long, default_value_t = Parameters::default().hours, value_parser = clap::value_parser!(u32).range(1..=24))]
    hours: u32,
    /// Slots of each hour that are looked at (an hour has 9,000).
    #[arg(long, default_value_t = Parameters::default().slots, value_parser = clap::value_parser!(u32).range(1..=9_000))]
    slots: u32,
    /// Transactions that arrive in a slot on average over the day.
    #[arg(long, default_value_t = Parameters::default().rate)]
    rate: f64,
    /// Print the JSON instead of the tables.
    #[arg(long)]
    json: bool,
    /// The folder for `contention.json` and the plots; Sealane's compute units are read from
    /// `cu.json` in it.
    #[arg(long, default_value_os_t = default_folder())]
    output: PathBuf,
}

fn default_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/bench")
}

/// Measures, writes and prints.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let day = Parameters {
        seed: arguments.seed,
        hours: arguments.hours,
        slots: arguments.slots,
        rate: arguments.rate,
        ..Parameters::default()
    };
    let (units, source) = Units::load(&arguments.output.join("cu.json"))?;
    let report = measure(&day, units, source);
    let written = report.write(&arguments.output)?;
    if arguments.json {
        println!("{}", report.json()?);
    } else {
        println!("{report}");
        for path in written {
            println!("written to {}", path.display());
        }
    }
    Ok(())
}

/// A design under its name.
struct Named<'a> {
    name: &'static str,
    make: Box<Make<'a>>,
}

fn named<'a, D: Design + 'static>(
    name: &'static str,
    make: impl Fn() -> D + Sync + 'a,
) -> Named<'a> {
    Named {
        name,
        make: Box::new(move || Box::new(make())),
    }
}

fn lanes(day: &Parameters, units: Units) -> Lanes {
    Lanes::new(day, units, LanesOptions::default())
}

/// Books, the others' at their own compute units and then at Sealane's.
fn books(day: &Parameters, units: Units) -> Vec<Named<'_>> {
    let same = Compute::AsSealane(units);
    let published = Compute::Published;
    vec![
        named("Sealane, lanes", move || lanes(day, units)),
        named("Phoenix", move || Central::new(PHOENIX, published)),
        named("Manifest", move || Central::new(MANIFEST, published)),
        named("OpenBook v2", move || OpenBook::new(day.markets, published)),
        named("Manifest at Sealane's units", move || {
            Central::new(MANIFEST, same)
        }),
        named("OpenBook v2 at Sealane's units", move || {
            OpenBook::new(day.markets, same)
        }),
    ]
}

/// Pools.
fn pools(day: &Parameters, units: Units) -> Vec<Named<'_>> {
    let shards = move |shards, choice| Shards::new(day.pools, units, sharded(shards, choice));
    vec![
        named("Sealane, 8 shards, any near the best", move || {
            shards(8, NEAR)
        }),
        named("Sealane, 8 shards, the best", move || {
            shards(8, Choice::Best)
        }),
        named("Sealane, 1 shard", move || shards(1, Choice::Best)),
        named("Raydium CPMM", || Cpmm(Compute::Published)),
        named("CPMM at Sealane's units", move || {
            Cpmm(Compute::AsSealane(units))
        }),
    ]
}

/// Both.
fn whole(day: &Parameters, units: Units) -> Vec<Named<'_>> {
    let cpmm = || Cpmm(Compute::Published);
    let same = Compute::AsSealane(units);
    let published = Compute::Published;
    vec![
        named("Sealane", move || {
            Both(
                lanes(day, units),
                Shards::new(day.pools, units, sharded(8, NEAR)),
            )
        }),
        named("Phoenix and CPMM", move || {
            Both(Central::new(PHOENIX, published), cpmm())
        }),
        named("Manifest and CPMM", move || {
            Both(Central::new(MANIFEST, published), cpmm())
        }),
        named("OpenBook v2 and CPMM", move || {
            Both(OpenBook::new(day.markets, published), cpmm())
        }),
        named("Manifest and CPMM at Sealane's units", move || {
            Both(Central::new(MANIFEST, same), Cpmm(same))
        }),
    ]
}

fn measure(day: &Parameters, units: Units, source: Source) -> Report {
    let windows = day.windows();
    let full = |designs: Vec<Named<'_>>| {
        let blocks = designs.iter();
        let measured = blocks.map(|one| full_blocks(one.name, &windows, &*one.make, Limits::TODAY));
        measured.collect()
    };
    let as_it_comes = |one: &Named<'_>| offered(one.name, &windows, &*one.make, Limits::TODAY);
    let raised = |one: &Named<'_>| full_blocks(one.name, &windows, &*one.make, Limits::RAISED);
    let price_day = price::day(day);
    let price_windows = price_day.windows();
    let compare = |choice| price::compare(&price_windows, day.pools, units, choice);
    Report {
        day: *day,
        actions: windows
            .iter()
            .map(|window: &Window| window.actions.len())
            .sum(),
        units,
        units_source: source,
        limits: Limits::TODAY,
        books: full(books(day, units)),
        pools: full(pools(day, units)),
        whole: full(whole(day, units)),
        raised: whole(day, units).iter().map(raised).collect(),
        offered: whole(day, units).iter().map(as_it_comes).collect(),
        book_cases: cases::books(day, units),
        pool_cases: cases::one_pool(day, units),
        price_day,
        price_swaps: price::sizes(&price_windows).len(),
        sizes: price::percentiles(&price_windows),
        costs: compare(NEAR),
        herding: compare(Choice::Best),
    }
}
