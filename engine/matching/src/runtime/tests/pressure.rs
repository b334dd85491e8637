//! Queues and rings are bounded, and nothing is dropped.

use std::thread;

use super::*;

/// A consumer that does not read, and workers that may hold little.
fn stalled(policy: SlowConsumer) -> (Vec<MemoryDisk>, Runtime<Book>, Consumer<Book>) {
    let config = RuntimeConfig {
        queue: size(4),
        batch: size(2),
        ..small(SyncPolicy::EveryBatch)
    };
    let disks = disks(1);
    let Started { runtime, .. } = start(&disks, &config, 2).expect("empty disks");
    let consumer = runtime
        .subscribe(&reports(3, policy))
        .expect("a sound worker");
    (disks, runtime, consumer)
}

/// Submits until refused, twice with a pause, so that the worker has taken what it will.
fn fill(runtime: &Runtime<Book>, stream: &[(MarketId, Command)]) -> usize {
    let mut producer = runtime.producer();
    let mut taken = 0;
    let mut refusals = 0;
    while refusals < 20 {
        let (market, command) = stream[taken];
        match producer.try_submit(market, command) {
            Ok(()) => taken += 1,
            Err(refused) => {
                assert_eq!(refused.reason, Refusal::Full);
                assert_eq!(refused.command, command);
                refusals += 1;
                thread::sleep(Duration::from_millis(5));
            }
        }
    }
    taken
}

#[test]
fn a_stalled_consumer_holds_producers_back() {
    let stream = stream(3, 2, 200);
    let (_disks, runtime, consumer) = stalled(SlowConsumer::Wait);
    let taken = fill(&runtime, &stream);
    // At most the queue, a batch, and what made the reports in the ring.
    assert!((6..30).contains(&taken), "{taken}");
    assert_eq!(consumer.len(), 3);
    let (market, command) = stream[taken];
    let begun = Instant::now();
    let refused = runtime
        .producer()
        .submit(market, command, begun + Duration::from_millis(40));
    assert_eq!(
        refused.map_err(|refused| refused.reason),
        Err(Refusal::TimedOut)
    );
    assert!(begun.elapsed() >= Duration::from_millis(40));

    // As soon as it reads, all goes on, and every report comes.
    let rest = &stream[taken..];
    let reports = thread::scope(|scope| {
        let reader = scope.spawn(|| drain(&consumer).0);
        submit_all(&runtime, rest);
        assert_eq!(hashes(&runtime), Model::of(2, &stream).hashes());
        runtime.shutdown(PATIENCE);
        reader.join().expect("no panic")
    });
    let mut model = Model::new(2);
    let expected: Vec<_> = stream
        .iter()
        .flat_map(|(market, command)| model.apply(*market, command).to_vec())
        .collect();
    let reports: Vec<_> = reports.iter().map(report).collect();
    assert_eq!(reports, expected);
}

#[test]
fn a_slow_consumer_is_ended_with_a_reason() {
    let stream = stream(4, 2, 200);
    let (_disks, runtime, consumer) = stalled(SlowConsumer::Disconnect);
    submit_all(&runtime, &stream);
    assert_eq!(hashes(&runtime), Model::of(2, &stream).hashes());
    let (delivered, ended) = drain(&consumer);
    assert_eq!(delivered.len(), 3);
    let Ended::TooSlow {
        worker: 0,
        sequence,
    } = ended
    else {
        panic!("{ended}");
    };
    let last = delivered.last().expect("three").sequence;
    assert!(sequence >= last);
    // Others are not concerned.
    let other = runtime
        .subscribe(&reports(1 << 10, SlowConsumer::Disconnect))
        .expect("a sound worker");
    submit_all(&runtime, &stream[..50]);
    runtime.shutdown(PATIENCE);
    let (reports, ended) = drain(&other);
    assert!(reports.len() >= 50);
    assert_eq!(ended, Ended::Finished);
}

#[test]
fn a_shutdown_does_not_wait_for_ever() {
    let stream = stream(5, 2, 200);
    let (disks, runtime, consumer) = stalled(SlowConsumer::Wait);
    let taken = fill(&runtime, &stream);
    let begun = Instant::now();
    let outcomes = runtime.shutdown(Duration::from_millis(50));
    assert!(begun.elapsed() < Duration::from_secs(20));
    let summary = outcomes[0].as_ref().expect("a sound worker");
    assert_eq!(summary.commands, taken as u64);
    let (reports, ended) = drain(&consumer);
    assert_eq!(reports.len(), 3);
    assert_eq!(ended, Ended::Abandoned);
    let config = small(SyncPolicy::EveryBatch);
    let Started { runtime, .. } = start(&disks, &config, 2).expect("a sound journal");
    assert_eq!(hashes(&runtime), Model::of(2, &stream[..taken]).hashes());
}

/// A shutdown frees a producer that waits behind a consumer that does not read.
#[test]
fn a_shutdown_frees_waiting_producers() {
    let stream = stream(6, 2, 200);
    let (_disks, runtime, consumer) = stalled(SlowConsumer::Wait);
    let taken = fill(&runtime, &stream);
    let (market, command) = stream[taken];
    let mut producer = runtime.producer();
    let waiting =
        thread::spawn(move || producer.submit(market, command, Instant::now() + PATIENCE));
    thread::sleep(Duration::from_millis(50));
    let outcomes = runtime.shutdown(Duration::from_millis(50));
    let submitted = waiting.join().expect("no panic").is_ok();
    let summary = outcomes[0].as_ref().expect("a sound worker");
    assert_eq!(summary.commands, taken as u64 + u64::from(submitted));
    assert_eq!(drain(&consumer).1, Ended::Abandoned);
}

/// Whatever was taken while the runtime shut down is processed, and what was not is refused.
#[test]
fn nothing_is_lost_in_a_shutdown() {
    let stream = stream(7, 2, 100_000);
    for round in 0..30 {
        let config = RuntimeConfig {
            snapshot_every: None,
            ..small(SyncPolicy::Never)
        };
        let disks = disks(2);
        let Started { runtime, .. } = start(&disks, &config, 2).expect("empty disks");
        let producers = [runtime.producer(), runtime.producer()];
        let taken: u64 = thread::scope(|scope| {
            let threads = producers.map(|mut producer| {
                let stream = &stream;
                scope.spawn(move || {
                    let mut taken = 0;
                    for (market, command) in stream {
                        match producer.submit(*market, *command, Instant::now() + PATIENCE) {
                            Ok(()) => taken += 1,
                            Err(refused) => {
                                assert_eq!(refused.reason, Refusal::ShutDown);
                                break;
                            }
                        }
                    }
                    taken
                })
            });
            thread::sleep(Duration::from_micros(100 * round));
            let outcomes = runtime.shutdown(PATIENCE);
            let processed: u64 = outcomes
                .iter()
                .map(|outcome| outcome.as_ref().expect("a sound worker").commands)
                .sum();
            let taken = threads.map(|thread| thread.join().expect("no panic"));
            assert_eq!(taken.iter().sum::<u64>(), processed);
            processed
        });
        assert!(taken <= 200_000);
    }
}
