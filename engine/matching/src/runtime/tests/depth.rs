//! Depth leaves through the rings, and copies made of it are equal to the books.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use super::{
    following::{Following, MARKETS, WORKERS},
    *,
};

/// `SEALANE_RUNTIME_COMMANDS` for a long run.
fn commands(usual: usize) -> usize {
    let commands = std::env::var("SEALANE_RUNTIME_COMMANDS").ok();
    commands
        .and_then(|commands| commands.parse().ok())
        .unwrap_or(usual)
}

fn subscription(streams: Streams, ring: usize, slow: SlowConsumer) -> Subscription {
    Subscription {
        markets: Selection::All(streams),
        ring: size(ring),
        slow,
    }
}

const DEPTH: Streams = Streams {
    reports: false,
    ..Streams::ALL
};

/// A reader that is waited for, however slow, has an equal copy after every record.
#[test]
fn a_copy_is_equal_after_every_record() {
    let stream = stream(21, MARKETS, commands(12_000));
    for (streams, ring) in [
        (Streams::ALL, 3),
        (DEPTH, 1_000),
        (Streams::LEVELS, 64),
        (Streams::ORDERS, 64),
    ] {
        let disks = disks(WORKERS);
        let config = RuntimeConfig {
            queue: size(1_000),
            batch: size(100),
            snapshot_every: NonZeroU64::new(20_000),
            ..small(SyncPolicy::Never)
        };
        let Started { runtime, .. } = start(&disks, &config, MARKETS).expect("empty disks");
        let mut consumer = runtime
            .subscribe(&subscription(streams, ring, SlowConsumer::Wait))
            .expect("sound workers");
        let mut following = Following::new(&runtime, &stream, streams);
        let depths = consumer.take_depths();
        assert_eq!(depths.len(), MARKETS as usize);
        depths.iter().for_each(|depth| following.restore(depth));
        thread::scope(|scope| {
            let reader = scope.spawn(|| {
                while let Ok(event) = consumer.recv_timeout(PATIENCE) {
                    following.hear(&event.expect("no end of patience"));
                }
                following
            });
            submit_all(&runtime, &stream);
            runtime.shutdown(PATIENCE);
            let mut following = reader.join().expect("no panic");
            following.assert_all_equal();
            assert_eq!(following.gaps, 0);
            assert!(following.compared > stream.len() / 3);
        });
    }
}

/// Reads now and then, and takes a snapshot of what it has missed now and then.
fn read_slowly(
    consumer: &Consumer<Book>,
    following: &mut Following,
    random: &mut ChaCha8Rng,
    is_over: &AtomicBool,
) -> usize {
    let mut snapshots = 0;
    loop {
        let was_over = is_over.load(Ordering::Acquire);
        for _ in 0..random.random_range(0..40) {
            match consumer.try_recv().expect("not shut down") {
                Some(event) => following.hear(&event),
                None => break,
            }
        }
        let lost = following.lost();
        if !lost.is_empty() && random.random_ratio(1, 4) {
            let market = lost[random.random_range(0..lost.len())];
            let depth = consumer.resync(market).expect("sound workers");
            following.restore(&depth);
            snapshots += 1;
        } else if random.random_ratio(1, 3) {
            thread::sleep(Duration::from_micros(20));
        }
        if was_over && lost.is_empty() && consumer.is_empty() {
            // No gap either, which is told aside.
            match consumer.try_recv().expect("not shut down") {
                None => return snapshots,
                Some(event) => following.hear(&event),
            }
        }
    }
}

#[test]
fn a_copy_is_equal_after_every_gap_and_snapshot() {
    let stream = stream(22, MARKETS, commands(20_000));
    for (seed, (streams, ring)) in (0..).zip([
        (DEPTH, 1),
        (DEPTH, 2_000),
        (Streams::LEVELS, 20),
        (Streams::ORDERS, 7),
    ]) {
        let disks = disks(WORKERS);
        let config = RuntimeConfig {
            snapshot_every: NonZeroU64::new(20_000),
            ..small(SyncPolicy::Never)
        };
        let Started { runtime, .. } = start(&disks, &config, MARKETS).expect("empty disks");
        let mut consumer = runtime
            .subscribe(&subscription(streams, ring, SlowConsumer::Skip))
            .expect("sound workers");
        let mut following = Following::new(&runtime, &stream, streams);
        let depths = consumer.take_depths();
        depths.iter().for_each(|depth| following.restore(depth));
        let is_over = AtomicBool::new(false);
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        thread::scope(|scope| {
            let reader = scope.spawn(|| {
                let snapshots = read_slowly(&consumer, &mut following, &mut random, &is_over);
                (following, snapshots)
            });
            // Bursts, so that it gets behind and comes up again.
            for burst in stream.chunks(200) {
                submit_all(&runtime, burst);
                thread::sleep(Duration::from_micros(100));
            }
            assert_eq!(hashes(&runtime), Model::of(MARKETS, &stream).hashes());
            is_over.store(true, Ordering::Release);
            let (mut following, snapshots) = reader.join().expect("no panic");
            following.assert_all_equal();
            println!(
                "ring of {ring}: {} gaps, {snapshots} snapshots, {} records compared",
                following.gaps, following.compared
            );
            assert!(ring > 100 || following.gaps >= MARKETS as usize);
            assert!(snapshots >= following.gaps);
        });
    }
}

/// A consumer that never reads holds nobody back, and finds out when it does.
#[test]
fn a_stalled_copy_holds_nobody_back() {
    let stream = stream(23, MARKETS, 20_000);
    let disks = disks(WORKERS);
    let config = small(SyncPolicy::Never);
    let Started { runtime, .. } = start(&disks, &config, MARKETS).expect("empty disks");
    let mut stalled = runtime
        .subscribe(&subscription(DEPTH, 1, SlowConsumer::Skip))
        .expect("sound workers");
    let mut following = Following::new(&runtime, &stream, DEPTH);
    let depths = stalled.take_depths();
    depths.iter().for_each(|depth| following.restore(depth));
    submit_all(&runtime, &stream);
    assert_eq!(hashes(&runtime), Model::of(MARKETS, &stream).hashes());
    assert_eq!(stalled.len(), 1);
    // All gaps are told at once, before what is in the ring.
    for _ in 0..MARKETS {
        let told = stalled.try_recv().expect("not shut down").expect("a gap");
        assert!(matches!(told.event, Event::Gap), "{told:?}");
        following.hear(&told);
    }
    assert_eq!(following.lost().len(), MARKETS as usize);
    for market in following.lost() {
        following.restore(&stalled.resync(market).expect("sound workers"));
    }
    while let Some(event) = stalled.try_recv().expect("not shut down") {
        following.hear(&event);
    }
    following.assert_all_equal();
    // From here on it can only be told, not helped.
    let mut producer = runtime.producer();
    for (market, command) in &stream[..500] {
        let deadline = Instant::now() + PATIENCE;
        producer
            .submit(*market, *command, deadline)
            .expect("a sound worker makes room");
    }
    runtime.shutdown(PATIENCE);
    let (events, ended) = drain(&stalled);
    let gaps = events.iter().filter(|event| event.event == Event::Gap);
    assert_eq!(gaps.count(), MARKETS as usize);
    assert_eq!(ended, Ended::Finished);
    assert_eq!(stalled.resync(MarketId(0)), Err(ControlError::ShutDown));
}

#[test]
fn each_consumer_gets_what_it_asked_for() {
    let stream = stream(24, MARKETS, 3_000);
    let disks = disks(WORKERS);
    let config = small(SyncPolicy::Never);
    let Started { runtime, .. } = start(&disks, &config, MARKETS).expect("empty disks");
    let with = |markets| Subscription {
        markets,
        ..reports(1 << 16, SlowConsumer::Wait)
    };
    let chosen = vec![
        (MarketId(3), Streams::LEVELS),
        (MarketId(1), Streams::REPORTS),
        (MarketId(0), DEPTH),
        (MarketId(3), Streams::REPORTS),
    ];
    let selections = [
        Selection::All(Streams::ALL),
        Selection::All(Streams::REPORTS),
        Selection::All(Streams::NONE),
        Selection::Only(chosen),
    ];
    let consumers = selections.clone().map(|selection| {
        let mut consumer = runtime.subscribe(&with(selection.clone())).expect("sound");
        let followed = |market: &MarketId| {
            let streams = selection.of(*market);
            streams.levels || streams.orders
        };
        let followed: Vec<_> = runtime.markets().into_iter().filter(followed).collect();
        let mut depths: Vec<_> = consumer.take_depths().iter().map(|d| d.market).collect();
        depths.sort_unstable();
        assert_eq!(depths, followed);
        consumer
    });
    submit_all(&runtime, &stream);
    let mut model = Model::new(MARKETS);
    let mut expected = vec![vec![Vec::new(); WORKERS]; selections.len()];
    let mut sequences = following::OPENED;
    for (market, command) in &stream {
        let worker = runtime.worker_of(*market).expect("an open market");
        sequences[worker] += 1;
        let mut said = Said::default();
        let book = model.books.get_mut(market).expect("an open market");
        book.apply(command, &mut said);
        for (expected, selection) in expected.iter_mut().zip(&selections) {
            let streams = selection.of(*market);
            let named = said.named(streams, worker, *market, Sequence(sequences[worker]));
            expected[worker].extend(named);
        }
    }
    runtime.shutdown(PATIENCE);
    for (consumer, expected) in consumers.iter().zip(expected) {
        let (events, ended) = drain(consumer);
        assert_eq!(ended, Ended::Finished);
        for (worker, expected) in expected.into_iter().enumerate() {
            let of_worker = events.iter().filter(|event| event.worker == worker);
            assert!(of_worker.copied().eq(expected));
        }
    }
}

#[test]
fn a_market_opened_later_starts_from_nothing() {
    let stream = stream(25, 1, 2_000);
    let disks = disks(1);
    let mut config = small(SyncPolicy::EveryBatch);
    // Markets with orders in them are longer than commands.
    config.journal.max_record_bytes = 1 << 20;
    config.journal.segment_bytes = 4 << 20;
    config.journal.buffer_bytes = 2 << 20;
    let Started { runtime, .. } = start(&disks, &config, 0).expect("empty disks");
    let all = runtime
        .subscribe(&subscription(Streams::ALL, 1 << 16, SlowConsumer::Wait))
        .expect("a sound worker");
    let skipping = runtime
        .subscribe(&subscription(DEPTH, 2, SlowConsumer::Skip))
        .expect("a sound worker");
    let mut state = book();
    for (_, command) in &stream[..1_000] {
        state.apply(command, &mut Vec::new());
    }
    assert!(state.orders() > 2);
    runtime.open_market(MarketId(0), state).expect("a new one");
    submit_all(&runtime, &stream[1_000..]);
    let expected = Model::of(1, &stream).books.remove(&MarketId(0));
    let expected = expected.expect("an open market");
    let resynced = skipping.resync(MarketId(0)).expect("a sound worker");
    let resynced = DepthReplica::restore(&resynced).expect("a sound snapshot");
    let asked = runtime.depth(MarketId(0), DEPTH).expect("a sound worker");
    let asked = DepthReplica::restore(&asked).expect("a sound snapshot");
    runtime.shutdown(PATIENCE);

    let followed = apply_all(DepthReplica::default(), &drain(&all).0);
    let told = skipping.try_recv().expect("gaps first").expect("a gap");
    assert_eq!((told.event, told.sequence), (Event::Gap, Sequence(1)));
    for copy in [followed, resynced, asked] {
        assert_is(&copy, &expected);
    }
}

/// A copy that outlives the process goes on with what a start says anew, if that reaches back far
/// enough; and if not, with a snapshot.
#[test]
fn a_copy_goes_on_after_a_crash() {
    for seed in 0..20 {
        let stream = stream(300 + seed, MARKETS, 900);
        let (first, second) = stream.split_at(450);
        let disks = disks(WORKERS);
        let config = RuntimeConfig {
            snapshot_every: (seed % 2 == 0).then(|| NonZeroU64::new(100).expect("not zero")),
            ..small(SyncPolicy::EveryBatch)
        };
        let Started { runtime, .. } = start(&disks, &config, MARKETS).expect("empty disks");
        let subscription = subscription(DEPTH, 1 << 16, SlowConsumer::Wait);
        let consumer = runtime.subscribe(&subscription).expect("sound workers");
        submit_all(&runtime, first);
        runtime.shutdown(PATIENCE);
        let mut copies: BTreeMap<MarketId, DepthReplica> = BTreeMap::new();
        let (events, _) = drain(&consumer);
        // What the consumer heard before it stopped.
        for event in &events[..events.len() / 2] {
            let copy = copies.entry(event.market).or_default();
            copy.apply(event).expect("the changes fit");
        }
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        for disk in &disks {
            disk.crash(&[], &mut |n| random.random_range(0..n));
        }
        let replayed = std::sync::Mutex::new(Vec::new());
        let storages = disks.iter().map(MemoryDisk::mount).collect();
        let Started {
            runtime,
            recoveries,
        } = Runtime::start(config, storages, markets(MARKETS), &|event| {
            replayed.lock().expect("no panic").push(*event);
        })
        .expect("a torn end is cut");
        let replayed = replayed.into_inner().expect("no panic");
        let mut consumer = runtime.subscribe(&subscription).expect("sound workers");
        for depth in consumer.take_depths() {
            let restored = DepthReplica::restore(&depth).expect("a sound snapshot");
            if recoveries[depth.worker].snapshot.is_none() {
                // One that stopped between two records goes on; any other begins anew.
                let copy = copies.remove(&depth.market).unwrap_or_default();
                let copy = if copy.is_whole() {
                    copy
                } else {
                    DepthReplica::default()
                };
                let heard = copy.sequence();
                let mine = replayed.iter().filter(|event| event.market == depth.market);
                assert_same(
                    &apply_all(copy, mine.filter(|event| event.sequence > heard)),
                    &restored,
                );
            }
            copies.insert(depth.market, restored);
        }
        submit_all(&runtime, second);
        runtime.shutdown(PATIENCE);
        for event in drain(&consumer).0 {
            let copy = copies.get_mut(&event.market).expect("an open market");
            copy.apply(&event).expect("the changes fit");
        }
        for (market, book) in Model::of(MARKETS, &stream).books {
            assert_is(&copies[&market], &book);
        }
    }
}

fn apply_all<'a>(
    mut copy: DepthReplica,
    events: impl IntoIterator<Item = &'a Published<EventOf<Book>>>,
) -> DepthReplica {
    for event in events {
        copy.apply(event).expect("the changes fit");
    }
    copy
}

fn assert_same(one: &DepthReplica, other: &DepthReplica) {
    assert!(one.is_whole() && other.is_whole());
    for side in Side::BOTH {
        assert!(one.levels().levels(side).eq(other.levels().levels(side)));
        assert!(one.orders().resting(side).eq(other.orders().resting(side)));
    }
}

fn assert_is(copy: &DepthReplica, book: &Book) {
    assert!(copy.is_whole());
    for side in Side::BOTH {
        assert!(book.levels(side).eq(copy.levels().levels(side)));
        assert!(book.resting(side).eq(copy.orders().resting(side)));
    }
}

#[test]
fn what_makes_no_sense_is_refused() {
    let disks = disks(WORKERS);
    let config = small(SyncPolicy::Never);
    let Started { runtime, .. } = start(&disks, &config, MARKETS).expect("empty disks");
    let refusal = |subscription| runtime.subscribe(&subscription).map(drop).err();
    let skipped = reports(9, SlowConsumer::Skip);
    assert_eq!(refusal(skipped), Some(ControlError::ReportsSkipped));
    let unknown = Subscription {
        markets: Selection::Only(vec![(MarketId(1), DEPTH), (MarketId(9), DEPTH)]),
        ..reports(9, SlowConsumer::Wait)
    };
    let expected = Some(ControlError::UnknownMarket(MarketId(9)));
    assert_eq!(refusal(unknown), expected);
    let waited_for = runtime
        .subscribe(&reports(9, SlowConsumer::Wait))
        .expect("sound workers");
    let resynced = waited_for.resync(MarketId(1));
    assert_eq!(resynced, Err(ControlError::NeverSkips));
    let skipping = runtime
        .subscribe(&subscription(DEPTH, 9, SlowConsumer::Skip))
        .expect("sound workers");
    let resynced = skipping.resync(MarketId(9));
    assert_eq!(resynced.err(), expected);
}
