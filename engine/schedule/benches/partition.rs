//! Partitioning a batch, for two workers.
#![allow(missing_docs)]

mod common;

use common::{CONTENTIONS, batch, workers};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use sealane_schedule::{Partitioner, Plan};

const TRADES: usize = 2048;

fn partition(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("partition");
    group.throughput(Throughput::Elements(TRADES as u64));
    for contention in CONTENTIONS {
        let batch = batch(contention, TRADES);
        let mut partitioner = Partitioner::new();
        let mut plan = Plan::default();
        group.bench_function(
            BenchmarkId::from_parameter(format!("{contention:?}")),
            |bencher| {
                bencher
                    .iter(|| partitioner.partition_into(&batch, 0..TRADES, workers(2), &mut plan));
            },
        );
    }
}

criterion_group!(benches, partition);
criterion_main!(benches);
