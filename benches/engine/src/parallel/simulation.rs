//! Trades simulated a second, on one thread and on more.

use std::{num::NonZeroUsize, time::Instant};

use anyhow::{Result, ensure};
use sealane_engine::simulate::{Batch, State};
use sealane_schedule::Executor;
use serde::Serialize;

use super::flow::{FLOWS, Flow, Generator};
use super::round_trip;
use crate::matching::report::Spread;

/// How often a batch runs in a round.
const PASSES: usize = 4;

/// What was measured of one flow.
#[derive(Serialize)]
pub(crate) struct Row {
    pub(crate) flow: Flow,
    /// Share of trades that were not refused, in the first pass.
    pub(crate) succeeded: f64,
    /// Trades a second, one after the other.
    pub(crate) sequential: Spread,
    pub(crate) parallel: Vec<Threads>,
    /// Nanoseconds for a cache line to the other processor and back, between the rounds: on virtual
    /// machines this changes by itself. `None` if there is one processor.
    pub(crate) round_trip_ns: Option<f64>,
}

/// What was measured on so many threads. Dividing the trades among them is included.
#[derive(Serialize)]
pub(crate) struct Threads {
    pub(crate) threads: usize,
    pub(crate) trades_per_second: Spread,
    /// Median over the rounds of how many times as fast it was as one after the other in that round.
    pub(crate) speedup: f64,
    pub(crate) speedup_min: f64,
    pub(crate) speedup_max: f64,
}

/// One, two, and all threads of the machine.
pub(crate) fn thread_counts() -> Vec<usize> {
    let mut counts = vec![1, 2, processors()];
    counts.sort_unstable();
    counts.dedup();
    counts
}

fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, NonZeroUsize::get)
}

/// A way to run a batch, with a state of its own.
struct Lane {
    /// `None` runs one after the other.
    executor: Option<Executor>,
    state: State,
    rates: Vec<f64>,
}

impl Lane {
    fn run(
        &mut self,
        batch: &Batch,
        results: &mut Vec<sealane_engine::simulate::TradeResult>,
    ) -> f64 {
        let start = Instant::now();
        for _ in 0..PASSES {
            match &mut self.executor {
                None => self.state.run_into(batch, results),
                Some(executor) => self.state.run_parallel_into(batch, executor, results),
            }
        }
        (PASSES * batch.len()) as f64 / start.elapsed().as_secs_f64()
    }
}

/// Times all flows. In every round each number of threads has its turn, and who starts changes.
pub(crate) fn measure(trades: usize, rounds: usize) -> Result<Vec<Row>> {
    let (mut generator, state) = Generator::new();
    let rows = FLOWS.into_iter().map(|flow| {
        eprintln!("simulation: {}", flow.name());
        let trades = generator.trades(flow, trades);
        let mut first = state.copy();
        let mut batch = Batch::new();
        for trade in &trades {
            batch.push(&mut first, trade)?;
        }
        measure_flow(flow, &batch, &first, rounds)
    });
    rows.collect()
}

fn measure_flow(flow: Flow, batch: &Batch, state: &State, rounds: usize) -> Result<Row> {
    let results = state.copy().run(batch);
    let succeeded = results.iter().filter(|result| result.is_ok()).count();
    let lane = |threads: Option<usize>| Lane {
        executor: threads.and_then(NonZeroUsize::new).map(Executor::new),
        state: state.copy(),
        rates: Vec::new(),
    };
    let counts = thread_counts();
    let mut lanes = vec![lane(None)];
    lanes.extend(counts.iter().map(|&threads| lane(Some(threads))));
    let mut results = Vec::new();
    let mut round_trips = Vec::new();
    // The first round warms up.
    for round in 0..=rounds {
        for turn in 0..lanes.len() {
            let at = (turn + round) % lanes.len();
            let rate = lanes[at].run(batch, &mut results);
            if round > 0 {
                lanes[at].rates.push(rate);
            }
        }
        if processors() > 1 {
            round_trips.push(round_trip::measure());
        }
    }
    let hash = lanes[0].state.state_hash();
    let is_same = lanes.iter().all(|lane| lane.state.state_hash() == hash);
    ensure!(is_same, "{}: threads led to different states", flow.name());
    let sequential = lanes.remove(0).rates;
    round_trips.sort_by(f64::total_cmp);
    let parallel = counts.into_iter().zip(lanes).map(|(threads, lane)| {
        let ratios = lane.rates.iter().zip(&sequential);
        let mut ratios: Vec<f64> = ratios.map(|(rate, alone)| rate / alone).collect();
        ratios.sort_by(f64::total_cmp);
        Threads {
            threads,
            trades_per_second: Spread::of(lane.rates),
            speedup: ratios[rounds / 2],
            speedup_min: ratios[0],
            speedup_max: ratios[rounds - 1],
        }
    });
    Ok(Row {
        flow,
        succeeded: succeeded as f64 / batch.len() as f64,
        parallel: parallel.collect(),
        round_trip_ns: round_trips.get(round_trips.len() / 2).copied(),
        sequential: Spread::of(sequential),
    })
}
