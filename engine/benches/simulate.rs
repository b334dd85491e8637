//! Constant product swaps a second: executing, decoding, both, and in parallel.

use std::{hint::black_box, num::NonZeroUsize};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use sealane_engine::simulate::{Batch, State, Trade, fixtures::Exchange};
use sealane_schedule::Executor;

/// Swaps in a batch.
const SWAPS: usize = 10_000;
const SHARDS: u8 = 32;
const WALLETS: usize = 256;

fn decoded(state: &mut State, trades: &[Trade]) -> Batch {
    let mut batch = Batch::new();
    for trade in trades {
        batch.push(state, trade).expect("few accounts");
    }
    batch
}

fn swaps(criterion: &mut Criterion) {
    let (exchange, mut state) = Exchange::new(SHARDS, WALLETS);
    let trades = exchange.swaps(SWAPS);
    let batch = decoded(&mut state, &trades);
    let mut results = Vec::new();
    state.run_into(&batch, &mut results);
    assert!(results.iter().all(Result::is_ok), "every swap succeeds");

    let mut group = criterion.benchmark_group("swap");
    group.throughput(Throughput::Elements(SWAPS as u64));
    group.bench_function("execute", |bencher| {
        bencher.iter(|| state.run_into(black_box(&batch), &mut results));
    });
    group.bench_function("decode", |bencher| {
        let mut batch = Batch::new();
        bencher.iter(|| {
            batch.clear();
            for trade in black_box(&trades) {
                batch.push(&mut state, trade).expect("few accounts");
            }
        });
    });
    group.bench_function("decode and execute", |bencher| {
        let mut batch = Batch::new();
        bencher.iter(|| {
            batch.clear();
            for trade in black_box(&trades) {
                batch.push(&mut state, trade).expect("few accounts");
            }
            state.run_into(&batch, &mut results);
        });
    });
    for threads in [1, 2] {
        let mut executor = Executor::new(NonZeroUsize::new(threads).expect("not zero"));
        group.bench_function(format!("execute on {threads} threads"), |bencher| {
            bencher.iter(|| {
                state.run_parallel_into(black_box(&batch), &mut executor, &mut results);
            });
        });
    }
    group.finish();
}

criterion_group!(benches, swaps);
criterion_main!(benches);
