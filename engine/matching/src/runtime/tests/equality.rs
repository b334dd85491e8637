//! The same commands give the same reports and hashes, however they are run.

use super::*;

#[test]
fn any_number_of_workers_and_any_batches() {
    const MARKETS: u32 = 13;
    let stream = stream(1, MARKETS, 20_000);
    let mut model = Model::new(MARKETS);
    let mut expected: BTreeMap<MarketId, Vec<Report>> = BTreeMap::new();
    for (market, command) in &stream {
        let reports = model.apply(*market, command);
        expected.entry(*market).or_default().extend(reports);
    }
    for (workers, batch, policy) in [
        (1, 1_024, SyncPolicy::EveryBatch),
        (2, 7, SyncPolicy::EveryBatch),
        (4, 1, SyncPolicy::EveryRecord),
        (4, 64, SyncPolicy::Never),
    ] {
        let config = RuntimeConfig {
            batch: size(batch),
            snapshot_every: NonZeroU64::new(2_000),
            ..small(policy)
        };
        let disks = disks(workers);
        let Started { runtime, .. } = start(&disks, &config, MARKETS).expect("empty disks");
        let consumer = runtime
            .subscribe(&reports(1 << 20, SlowConsumer::Wait))
            .expect("sound workers");
        submit_all(&runtime, &stream);
        assert_eq!(hashes(&runtime), model.hashes());
        let summaries = runtime.shutdown(PATIENCE);
        let summaries: Vec<_> = summaries
            .into_iter()
            .map(|outcome| outcome.expect("a sound worker"))
            .collect();
        let commands: u64 = summaries.iter().map(|summary| summary.commands).sum();
        assert_eq!(commands, stream.len() as u64);
        let (reports, ended) = drain(&consumer);
        assert_eq!(ended, Ended::Finished);
        assert_eq!(by_market(&reports), expected);

        // And again, from the journals.
        let Started {
            runtime,
            recoveries,
        } = start(&disks, &config, MARKETS).expect("sound journals");
        assert_eq!(hashes(&runtime), model.hashes());
        for (recovery, summary) in recoveries.iter().zip(&summaries) {
            assert_eq!(recovery.last, summary.last);
            assert_eq!(recovery.state_hash, summary.state_hash);
            assert_eq!(recovery.tail, None);
            assert!(recovery.compared >= 1, "the hash of the shutdown");
            assert!(recovery.snapshot.is_some());
        }
    }
}

/// Several producers: each market's commands come in its producer's order.
#[test]
fn several_producers() {
    const MARKETS: u32 = 4;
    let stream = stream(2, MARKETS, 8_000);
    let disks = disks(2);
    let config = small(SyncPolicy::EveryBatch);
    let Started { runtime, .. } = start(&disks, &config, MARKETS).expect("empty disks");
    let first = runtime.producer();
    std::thread::scope(|scope| {
        for market in 0..MARKETS {
            let mut producer = first.clone();
            let mine = stream.iter().filter(move |(id, _)| id.0 == market);
            scope.spawn(move || {
                let deadline = Instant::now() + PATIENCE;
                for (market, command) in mine {
                    producer
                        .submit(*market, *command, deadline)
                        .expect("a sound worker makes room");
                }
            });
        }
    });
    assert_eq!(hashes(&runtime), Model::of(MARKETS, &stream).hashes());
}
