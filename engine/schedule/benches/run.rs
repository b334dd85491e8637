//! Running a batch of trades of some 200 and some 500 ns: a plain loop, one worker and two.
#![allow(missing_docs)]

mod common;

use std::hint::black_box;

use common::{CONTENTIONS, batch, workers};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use sealane_schedule::{AccessError, Accounts, Batch, Executor, Panicked};

const TRADES: usize = 10_000;

/// Multiplications in a row, each some 1 ns.
const WORKS: [u32; 2] = [200, 450];

/// A state in a cache line of its own, as those of markets are larger than one anyway.
#[derive(Clone, Copy, Default)]
#[repr(align(64))]
struct State(u64);

/// Why a trade fails: none does.
#[derive(Debug, thiserror::Error)]
enum Refused {
    #[error(transparent)]
    Access(#[from] AccessError),
    #[error(transparent)]
    Panicked(#[from] Panicked),
}

fn work(states: [&mut State; 3], work: u32) -> u64 {
    let mut seen = states.iter().fold(1, |seen, state| seen ^ state.0);
    for _ in 0..work {
        seen = black_box(seen.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(17));
    }
    for state in states {
        state.0 ^= seen;
    }
    seen
}

fn plainly(batch: &Batch, states: &mut [State], outputs: &mut Vec<u64>, amount: u32) {
    outputs.clear();
    for trade in 0..batch.len() {
        let accesses = batch.accesses(trade);
        let places = [1, 2, 3].map(|place: usize| accesses[place].account().index());
        let states = states.get_disjoint_mut(places).expect("different accounts");
        outputs.push(work(states, amount));
    }
}

fn trade(
    batch: &Batch,
    trade: usize,
    accounts: &mut Accounts<'_, State>,
    amount: u32,
) -> Result<u64, Refused> {
    let accesses = batch.accesses(trade);
    let states = accounts.write_many([1, 2, 3].map(|place: usize| accesses[place].account()))?;
    Ok(work(states, amount))
}

fn run(criterion: &mut Criterion) {
    WORKS
        .into_iter()
        .for_each(|amount| run_trades(criterion, amount));
}

fn run_trades(criterion: &mut Criterion, amount: u32) {
    let mut group = criterion.benchmark_group(format!("run, {amount} steps a trade"));
    group.throughput(Throughput::Elements(TRADES as u64));
    for contention in CONTENTIONS {
        let batch = batch(contention, TRADES);
        let mut states = vec![State::default(); batch.account_bound()];
        let mut outputs = Vec::new();
        group.bench_function(
            BenchmarkId::new("loop", format!("{contention:?}")),
            |bencher| {
                bencher.iter(|| plainly(&batch, &mut states, &mut outputs, amount));
            },
        );
        for count in [1, 2] {
            let mut executor = Executor::new(workers(count));
            let mut outcomes = Vec::new();
            group.bench_function(
                BenchmarkId::new(count.to_string(), format!("{contention:?}")),
                |bencher| {
                    bencher.iter(|| {
                        let trade = |index, accounts: &mut Accounts<'_, State>| {
                            trade(&batch, index, accounts, amount)
                        };
                        executor
                            .run_into(&batch, &mut states, &mut outcomes, trade)
                            .expect("slots for all");
                    });
                },
            );
        }
    }
}

criterion_group!(benches, run);
criterion_main!(benches);
