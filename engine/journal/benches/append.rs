//! What appending costs under each policy, on the file system that holds the temporary directory.

use std::{hint::black_box, num::NonZeroU32};

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use sealane_journal::{Config, FileStorage, Journal, Machine, Sequence, SyncPolicy, recover};
use tempfile::TempDir;

/// As long as a market's number and an order.
const RECORD: [u8; 45] = [7; 45];

struct Nothing;

impl Machine for Nothing {
    type Error = std::convert::Infallible;

    fn apply(&mut self, _: Sequence, record: &[u8]) -> Result<(), Self::Error> {
        black_box(record);
        Ok(())
    }

    fn state_hash(&self) -> u64 {
        0
    }

    fn snapshot(&self, _: &mut Vec<u8>) {}

    fn restore(&mut self, _: &[u8]) -> Result<(), Self::Error> {
        Ok(())
    }
}

/// A journal that keeps one snapshot, so that the bench can let it forget.
fn journal(directory: &TempDir, policy: SyncPolicy) -> Journal<FileStorage> {
    let storage = FileStorage::open(directory.path()).expect("a directory of our own");
    let config = Config {
        policy,
        snapshots_kept: std::num::NonZeroUsize::MIN,
        ..Config::default()
    };
    recover(storage, config, || Nothing)
        .expect("an empty directory")
        .journal
}

fn append(criterion: &mut Criterion) {
    let count = |count| NonZeroU32::new(count).expect("not zero");
    let policies = [
        ("every record", SyncPolicy::EveryRecord, 1),
        ("every 64 records", SyncPolicy::EveryRecords(count(64)), 64),
        ("batches of 64", SyncPolicy::EveryBatch, 64),
        ("batches of 1024", SyncPolicy::EveryBatch, 1_024),
        ("on sync, batches of 64", SyncPolicy::OnSync, 64),
        ("never, batches of 64", SyncPolicy::Never, 64),
        ("never, batches of 1024", SyncPolicy::Never, 1_024),
    ];
    let mut group = criterion.benchmark_group("append");
    group.sample_size(20);
    for (name, policy, batch) in policies {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let mut journal = journal(&directory, policy);
        group.throughput(Throughput::Elements(batch));
        group.bench_function(BenchmarkId::from_parameter(name), |bencher| {
            bencher.iter(|| {
                for _ in 0..batch {
                    journal.append(&RECORD).expect("a sound disk");
                }
                journal.commit().expect("a sound disk");
                // Let segments go now and then: the disk is not for filling.
                if journal.segments().nth(16).is_some() {
                    journal.snapshot(&Nothing).expect("a sound disk");
                }
            });
        });
    }
    group.finish();
}

/// Reading and checking a log, per record.
fn recovery(criterion: &mut Criterion) {
    const RECORDS: u64 = 100_000;
    let directory = tempfile::tempdir().expect("a temporary directory");
    let mut journal = journal(&directory, SyncPolicy::Never);
    for _ in 0..RECORDS {
        journal.append(&RECORD).expect("a sound disk");
    }
    drop(journal.close().expect("a sound disk"));
    let mut group = criterion.benchmark_group("recover");
    group.sample_size(20);
    group.throughput(Throughput::Elements(RECORDS));
    group.bench_function("100000 records", |bencher| {
        bencher.iter(|| self::journal(&directory, SyncPolicy::Never).last());
    });
    group.finish();
}

criterion_group!(benches, append, recovery);
criterion_main!(benches);
