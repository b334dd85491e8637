//! Running a batch of trades of some 200 ns: a plain loop, one worker and two.
#![allow(missing_docs)]

mod common;

use std::hint::black_box;

use common::{CONTENTIONS, batch, workers};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use sealane_schedule::{AccessError, Accounts, Batch, Executor, Panicked};

const TRADES: usize = 10_000;

/// Multiplications in a row, each some 1 ns.
const WORK: u32 = 200;

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

fn work(states: [&mut State; 3]) -> u64 {
    let mut seen = states.iter().fold(1, |seen, state| seen ^ state.0);
    for _ in 0..WORK {
        seen = black_box(seen.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(17));
    }
    for state in states {
        state.0 ^= seen;
    }
    seen
}

fn plainly(batch: &Batch, states: &mut [State], outputs: &mut Vec<u64>) {
    outputs.clear();
    for trade in 0..batch.len() {
        let accesses = batch.accesses(trade);
        let places = [1, 2, 3].map(|place: usize| accesses[place].account().index());
        outputs.push(work(
            states.get_disjoint_mut(places).expect("different accounts"),
        ));
    }
}

fn trade(batch: &Batch, trade: usize, accounts: &mut Accounts<'_, State>) -> Result<u64, Refused> {
    let accesses = batch.accesses(trade);
    Ok(work(accounts.write_many(
        [1, 2, 3].map(|place: usize| accesses[place].account()),
    )?))
}

fn run(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("run");
    group.throughput(Throughput::Elements(TRADES as u64));
    for contention in CONTENTIONS {
        let batch = batch(contention, TRADES);
        let mut states = vec![State::default(); batch.account_bound()];
        let mut outputs = Vec::new();
        group.bench_function(
            BenchmarkId::new("loop", format!("{contention:?}")),
            |bencher| {
                bencher.iter(|| plainly(&batch, &mut states, &mut outputs));
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
                            trade(&batch, index, accounts)
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
