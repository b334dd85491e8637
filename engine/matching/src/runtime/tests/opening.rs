//! Markets are opened once, and stay where they were opened.

use sealane_journal::FileStorage;

use super::*;

fn places(runtime: &Runtime<Book>) -> Vec<(u32, usize)> {
    let markets = runtime.markets().into_iter();
    markets
        .map(|market| (market.0, runtime.worker_of(market).expect("listed")))
        .collect()
}

#[test]
fn markets_stay_where_they_are() {
    let disks = disks(3);
    let config = small(SyncPolicy::EveryBatch);
    let Started { runtime, .. } = start(&disks, &config, 4).expect("empty disks");
    assert_eq!(places(&runtime), [(0, 0), (1, 1), (2, 2), (3, 0)]);
    runtime.open_market(MarketId(9), book()).expect("a new one");
    assert_eq!(
        runtime.open_market(MarketId(9), book()),
        Err(ControlError::MarketExists(MarketId(9)))
    );
    let expected = [(0, 0), (1, 1), (2, 2), (3, 0), (9, 1)];
    assert_eq!(places(&runtime), expected);
    let stream: Vec<_> = stream(9, 1, 200)
        .into_iter()
        .map(|(_, command)| (MarketId(9), command))
        .collect();
    submit_all(&runtime, &stream);
    let before = hashes(&runtime);
    assert!(runtime.snapshot().iter().all(Result::is_ok));
    drop(runtime);
    // Named in another order, and with two that are new.
    let storages = disks.iter().map(MemoryDisk::mount).collect();
    let new = [7, 3, 8, 0].map(|id| (MarketId(id), book()));
    let Started {
        runtime,
        recoveries,
    } = Runtime::start(config, storages, new, &|_| {}).expect("sound journals");
    assert!(
        recoveries
            .iter()
            .all(|recovery| recovery.snapshot.is_some())
    );
    let mut expected = expected.to_vec();
    expected.extend([(7, 2), (8, 0)]);
    expected.sort_unstable();
    assert_eq!(places(&runtime), expected);
    let after = hashes(&runtime);
    assert!(before.iter().all(|hash| after.contains(hash)));
}

#[test]
fn another_number_or_order_of_storages_is_refused() {
    let disks = disks(2);
    let config = small(SyncPolicy::EveryBatch);
    drop(start(&disks, &config, 4).expect("empty disks"));
    let swapped = [disks[1].clone(), disks[0].clone()];
    for wrong in [
        &disks[..1],
        &swapped,
        &[disks.clone(), self::disks(1)].concat(),
    ] {
        let error = start(wrong, &config, 4).map(drop);
        assert!(
            matches!(error, Err(StartError::Misplaced { .. })),
            "{error:?}"
        );
    }
    assert!(matches!(start(&[], &config, 4), Err(StartError::NoWorkers)));
}

#[test]
fn records_must_hold_commands_and_markets() {
    let with = |max_record_bytes| {
        let mut config = small(SyncPolicy::EveryBatch);
        config.journal.max_record_bytes = max_record_bytes;
        config
    };
    let started = start(&disks(1), &with(44), 1).map(drop);
    assert!(matches!(
        started,
        Err(StartError::RecordsTooShort {
            allowed: 44,
            needed: 45
        })
    ));
    // Commands fit, an empty book does not.
    let started = start(&disks(1), &with(45), 1).map(drop);
    assert!(
        matches!(started, Err(StartError::Open { .. })),
        "{started:?}"
    );
    let Started { runtime, .. } = start(&disks(1), &with(45), 0).expect("no market");
    let opened = runtime.open_market(MarketId(1), book());
    assert!(matches!(
        opened,
        Err(ControlError::MarketTooLarge { limit: 45, .. })
    ));
    assert_eq!(runtime.failed_workers(), []);
}

#[test]
fn commands_to_unknown_markets_come_back() {
    let Started { runtime, .. } =
        start(&disks(1), &small(SyncPolicy::Never), 1).expect("empty disks");
    let command = Command::CancelAll { owner: OwnerId(1) };
    let mut producer = runtime.producer();
    let refused = producer
        .try_submit(MarketId(1), command)
        .expect_err("unknown");
    assert_eq!(refused.reason, Refusal::UnknownMarket);
    assert_eq!(refused.command, command);
    // Opened meanwhile, it is found.
    runtime.open_market(MarketId(1), book()).expect("a new one");
    producer.try_submit(MarketId(1), command).expect("open now");
    runtime.shutdown(PATIENCE);
    let refused = producer.try_submit(MarketId(1), command).expect_err("shut");
    assert_eq!(refused.reason, Refusal::ShutDown);
}

/// On a real file system, over several lives.
#[test]
fn files() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let stream = stream(10, 5, 6_000);
    let config = RuntimeConfig {
        snapshot_every: NonZeroU64::new(700),
        ..small(SyncPolicy::EveryBatch)
    };
    for (life, part) in stream.chunks(1_500).enumerate() {
        let storages = (0..2)
            .map(|worker| FileStorage::open(directory.path().join(worker.to_string())))
            .collect::<Result<Vec<_>, _>>()
            .expect("directories of our own");
        let Started { runtime, .. } =
            Runtime::start(config.clone(), storages, markets(5), &|_| {}).expect("sound journals");
        let so_far = life * 1_500;
        assert_eq!(hashes(&runtime), Model::of(5, &stream[..so_far]).hashes());
        submit_all(&runtime, part);
    }
}
