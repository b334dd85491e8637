//! The machine stops in the middle of a stream.

use std::sync::Mutex;

use sealane_journal::fault::{Failure, Torn};

use super::*;

const MARKETS: u32 = 4;
const WORKERS: usize = 2;
const TORN: [Torn; 4] = [Torn::Cut, Torn::Kept, Torn::Zeros, Torn::Garbage];

/// A worker's part of the stream, and what the model says of it, by name.
#[derive(Default)]
struct Part {
    commands: Vec<(MarketId, Command)>,
    /// Of each command.
    events: Vec<Vec<Published<EventOf<Book>>>>,
}

/// The first records of each journal are those that open its markets.
const OPENED: u64 = MARKETS as u64 / WORKERS as u64;

fn parts(runtime: &Runtime<Book>, stream: &[(MarketId, Command)]) -> Vec<Part> {
    let mut parts: Vec<Part> = (0..WORKERS).map(|_| Part::default()).collect();
    let mut model = Model::new(MARKETS);
    for (market, command) in stream {
        let worker = runtime.worker_of(*market).expect("an open market");
        let part = &mut parts[worker];
        part.commands.push((*market, *command));
        let sequence = Sequence(OPENED + part.commands.len() as u64);
        let mut said = Said::default();
        let book = model.books.get_mut(market).expect("an open market");
        book.apply(command, &mut said);
        let events = said.named(Streams::ALL, worker, *market, sequence);
        part.events.push(events);
    }
    parts
}

/// What a life ended with.
struct Life {
    parts: Vec<Part>,
    published: Vec<Published<EventOf<Book>>>,
    /// Which of each worker's commands had not been published, in order.
    given_back: Vec<Vec<(MarketId, Command)>>,
    submitted: Vec<usize>,
}

/// Runs the stream until the disks fail, which they do at random.
fn life(
    disks: &[MemoryDisk],
    config: &RuntimeConfig,
    stream: &[(MarketId, Command)],
    random: &mut ChaCha8Rng,
) -> Life {
    let Started { runtime, .. } = start(disks, config, MARKETS).expect("empty disks");
    let parts = parts(&runtime, stream);
    for disk in disks {
        let at = disk.operations() + random.random_range(0..150);
        disk.fail_at(at, Failure::PowerOff);
    }
    let consumer = runtime
        .subscribe(&Subscription {
            markets: Selection::All(Streams::ALL),
            ..reports(1 << 16, SlowConsumer::Wait)
        })
        .expect("nothing was written yet");
    let mut producer = runtime.producer();
    let mut submitted = vec![0; WORKERS];
    let deadline = Instant::now() + PATIENCE;
    for (market, command) in stream {
        let worker = runtime.worker_of(*market).expect("an open market");
        match producer.submit(*market, *command, deadline) {
            Ok(()) => submitted[worker] += 1,
            Err(refused) => assert_eq!(refused.reason, Refusal::WorkerFailed),
        }
    }
    let outcomes = runtime.shutdown(PATIENCE);
    let (published, ended) = drain(&consumer);
    assert_eq!(ended, Ended::Finished);
    let given_back = outcomes.into_iter().map(|outcome| match outcome {
        Ok(_) => Vec::new(),
        Err(failure) => {
            assert!(matches!(failure.reason, FailureReason::Journal(_)));
            [failure.unpublished, failure.unprocessed].concat()
        }
    });
    Life {
        parts,
        published,
        given_back: given_back.collect(),
        submitted,
    }
}

/// Checks the first life's end, crashes, and checks the second life's beginning and end.
fn crash_and_recover(seed: u64, policy: SyncPolicy) {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let stream = stream(seed, MARKETS, 600);
    let disks = disks(WORKERS);
    let config = small(policy);
    let life = life(&disks, &config, &stream, &mut random);
    let mut published = [0; WORKERS];
    for (worker, part) in life.parts.iter().enumerate() {
        let mine = life.published.iter().copied();
        let mine: Vec<_> = mine.filter(|event| event.worker == worker).collect();
        let all: Vec<_> = part.events.concat();
        assert!(all.starts_with(&mine), "not a prefix of the model's");
        // Nothing is dropped: what was taken was published or is given back, in order.
        let given_back = &life.given_back[worker];
        published[worker] = life.submitted[worker] - given_back.len();
        let taken = &part.commands[published[worker]..life.submitted[worker]];
        assert_eq!(taken, given_back);
        assert_eq!(mine.len(), part.events[..published[worker]].concat().len());
    }

    for disk in &disks {
        disk.crash(&TORN, &mut |n| random.random_range(0..n));
    }
    let replayed = Mutex::new(Vec::new());
    let storages = disks.iter().map(MemoryDisk::mount).collect();
    let started = Runtime::start(config, storages, markets(MARKETS), &|event| {
        replayed.lock().expect("no panic").push(*event);
    });
    let Started {
        runtime,
        recoveries,
    } = started.expect("a torn end is cut");
    let replayed = replayed.into_inner().expect("no panic");
    let mut model = Model::new(MARKETS);
    let mut rest = Vec::new();
    for (worker, (part, recovery)) in life.parts.iter().zip(&recoveries).enumerate() {
        let is_promised = policy != SyncPolicy::Never;
        // Without a promise the opening of markets may be lost as well; the start did it again.
        let commands = recovery.last.0.saturating_sub(OPENED) as usize;
        if is_promised {
            assert!(recovery.last.0 >= OPENED);
            // What was published is as durable as promised: whole, or but for the last two.
            let spare = match policy {
                SyncPolicy::EveryRecords(count) => count.get() as usize - 1,
                _ => 0,
            };
            assert!(commands + spare >= published[worker], "{commands}");
        }
        let (found, lost) = part.commands.split_at(commands);
        for (market, command) in found {
            model.apply(*market, command);
        }
        rest.extend_from_slice(lost);
        let seen = recovery.snapshot.map_or(0, |snapshot| snapshot.0);
        let expected = part.events[..commands].concat();
        let expected: Vec<_> = expected
            .into_iter()
            .filter(|event| event.sequence.0 > seen)
            .collect();
        let again = replayed.iter().copied();
        let again: Vec<_> = again.filter(|event| event.worker == worker).collect();
        assert_eq!(again, expected);
    }
    assert_eq!(hashes(&runtime), model.hashes());
    // What was lost or never taken can be submitted again, and all is as if nothing had been.
    submit_all(&runtime, &rest);
    assert_eq!(hashes(&runtime), Model::of(MARKETS, &stream).hashes());
}

/// `SEALANE_RUNTIME_SEEDS` for a long run.
fn seeds() -> u64 {
    let seeds = std::env::var("SEALANE_RUNTIME_SEEDS").ok();
    seeds.and_then(|seeds| seeds.parse().ok()).unwrap_or(40)
}

#[test]
fn what_was_published_is_recovered() {
    for seed in 0..seeds() {
        let three = std::num::NonZeroU32::MIN.saturating_add(2);
        for policy in [
            SyncPolicy::EveryBatch,
            SyncPolicy::EveryRecord,
            SyncPolicy::EveryRecords(three),
            SyncPolicy::Never,
        ] {
            crash_and_recover(seed, policy);
        }
    }
}

/// A crash at every operation of the first start, and of the start after it.
#[test]
fn starting_is_safe_at_every_point() {
    let config = small(SyncPolicy::EveryBatch);
    for at in 0..40 {
        let disks = disks(1);
        let mut random = ChaCha8Rng::seed_from_u64(at);
        for offset in [at, at / 2] {
            disks[0].fail_at(disks[0].operations() + offset, Failure::PowerOff);
            let started = start(&disks, &config, 3);
            drop(started);
            disks[0].crash(&TORN, &mut |n| random.random_range(0..n));
        }
        let Started { runtime, .. } = start(&disks, &config, 3).expect("a torn end is cut");
        assert_eq!(hashes(&runtime), Model::new(3).hashes());
    }
}
