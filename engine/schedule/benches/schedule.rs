//! Scheduling and descheduling trades of ten accounts, nine of them written.
#![allow(missing_docs)]

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sealane_schedule::{Access, AccountId, Batch, Scheduler};

const TRADES: u32 = 1024;

/// Trades of which some share of a hundred write one account.
fn batch(on_one: u32) -> Batch {
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    let account = |index: usize| AccountId::new(index).expect("few accounts");
    let mut batch = Batch::new();
    for trade in 0..TRADES {
        let hot = if rng.random_range(0..100) < on_one {
            1
        } else {
            2 + 9 * trade as usize
        };
        let own = (1..9).map(|place| 2 + 9 * trade as usize + place);
        let written = own.chain([hot]).map(|index| Access::write(account(index)));
        let accesses: Vec<_> = [Access::read(account(0))]
            .into_iter()
            .chain(written)
            .collect();
        batch.push(1, &accesses).expect("room");
    }
    batch
}

fn schedule(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("schedule");
    group.throughput(Throughput::Elements(TRADES.into()));
    for on_one in [0, 10, 100] {
        let batch = batch(on_one);
        let mut scheduler = Scheduler::new();
        let mut running = Vec::with_capacity(TRADES as usize);
        group.bench_function(
            BenchmarkId::from_parameter(format!("{on_one}% on one account")),
            |bencher| {
                bencher.iter(|| {
                    for trade in 0..TRADES {
                        running.extend(scheduler.schedule(trade, batch.accesses(trade as usize)));
                    }
                    running
                        .drain(..)
                        .for_each(|ready| scheduler.deschedule(ready));
                    while let Some(ready) = scheduler.next_ready() {
                        scheduler.deschedule(ready);
                    }
                    assert!(scheduler.is_empty());
                });
            },
        );
    }
}

criterion_group!(benches, schedule);
criterion_main!(benches);
