//! What must hold whoever goes on when.

use std::{
    collections::BTreeMap,
    num::{NonZeroU64, NonZeroUsize},
    time::Duration,
};

use sealane_journal::{Config, Sequence, SyncPolicy, fault::Failure, fault::MemoryDisk};
use shuttle::{
    Runner,
    rand::Rng,
    scheduler::{PctScheduler, RandomScheduler},
};

use super::{
    config::RuntimeConfig,
    consumer::{Consumer, Ended},
    control::Runtime,
    error::{ControlError, Refusal},
    market::{Market, MarketId},
    model::{Instant, reset_clock},
    outcome::FailureReason,
    output::{DepthOf, Event, EventOf, Outputs, Published, Streams},
    producer::Producer,
    start::Started,
    subscription::{Selection, SlowConsumer, Subscription},
    sync::{Arc, AtomicBool, Mutex, Ordering, thread},
};

/// Longer than any run.
const EVER: Duration = Duration::from_secs(1 << 30);

/// Keeps what it was told; its depth is one level, which says how much and what last. It cannot
/// bear [`UNBEARABLE`].
#[derive(Clone, PartialEq, Eq, Debug, Default)]
struct Told {
    count: u64,
    hash: u64,
}

const UNBEARABLE: u64 = 13;

#[derive(Debug, thiserror::Error)]
#[error("so many bytes are no state")]
struct Malformed;

impl Told {
    fn tell(&mut self, command: u64) {
        self.count += 1;
        self.hash = self.hash.wrapping_mul(31).wrapping_add(command + 1);
    }
}

impl Market for Told {
    type Command = u64;
    type Report = u64;
    type LevelChange = (u64, u64);
    type OrderChange = (u64, u64);
    type Error = Malformed;

    const MAX_COMMAND_BYTES: usize = 8;

    fn apply(&mut self, command: &u64, outputs: &mut Outputs<Self>) {
        assert_ne!(*command, UNBEARABLE, "unbearable");
        self.tell(*command);
        outputs.report(*command);
        outputs.level((self.count, self.hash));
        outputs.order((self.count, self.hash));
    }

    fn levels(&self, into: &mut Vec<(u64, u64)>) {
        into.push((self.count, self.hash));
    }

    fn orders(&self, into: &mut Vec<(u64, u64)>) {
        into.push((self.count, self.hash));
    }

    fn encode(command: &u64, into: &mut Vec<u8>) {
        into.extend(command.to_le_bytes());
    }

    fn decode(bytes: &[u8]) -> Result<u64, Malformed> {
        let bytes = bytes.try_into().map_err(|_| Malformed)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn state_hash(&self) -> u64 {
        self.hash
    }

    fn snapshot(&self, into: &mut Vec<u8>) {
        into.extend(self.count.to_le_bytes());
        into.extend(self.hash.to_le_bytes());
    }

    fn restore(bytes: &[u8]) -> Result<Self, Malformed> {
        let (count, hash) = bytes.split_at_checked(8).ok_or(Malformed)?;
        Ok(Self {
            count: Self::decode(count)?,
            hash: Self::decode(hash)?,
        })
    }
}

type Heard = Published<EventOf<Told>>;

/// Runs under random and under adversarial schedules.
fn check(test: impl Fn() + Send + Sync + 'static) {
    let runs = std::env::var("SEALANE_RUNTIME_INTERLEAVINGS").ok();
    let runs = runs.and_then(|runs| runs.parse().ok()).unwrap_or(150);
    let test = Arc::new(move || {
        reset_clock();
        test();
    });
    let config = || {
        let mut config = shuttle::Config::new();
        config.stack_size = 1 << 18;
        config
    };
    let random = Arc::clone(&test);
    Runner::new(RandomScheduler::new(runs), config()).run(move || random());
    Runner::new(PctScheduler::new(3, runs), config()).run(move || test());
}

fn size(size: usize) -> NonZeroUsize {
    NonZeroUsize::new(size).expect("not zero")
}

/// Room for so few that everybody waits for everybody.
fn config(queue: usize, batch: usize) -> RuntimeConfig {
    RuntimeConfig {
        journal: Config {
            policy: SyncPolicy::EveryBatch,
            segment_bytes: 512,
            max_record_bytes: 64,
            buffer_bytes: 128,
            ..Config::default()
        },
        queue: size(queue),
        batch: size(batch),
        snapshot_every: NonZeroU64::new(3),
        replayed: Streams::ALL,
    }
}

fn start(disks: &[MemoryDisk], config: RuntimeConfig, markets: u32) -> Runtime<Told> {
    let markets = (0..markets).map(|market| (MarketId(market), Told::default()));
    let storages = disks.iter().map(MemoryDisk::mount).collect();
    let started = Runtime::start(config, storages, markets, &|_| {});
    started.expect("an empty disk").runtime
}

fn disks(count: usize) -> Vec<MemoryDisk> {
    (0..count).map(|_| MemoryDisk::new()).collect()
}

fn subscribe(
    runtime: &Runtime<Told>,
    streams: Streams,
    ring: usize,
    slow: SlowConsumer,
) -> Consumer<Told> {
    let subscription = Subscription {
        markets: Selection::All(streams),
        ring: size(ring),
        slow,
    };
    runtime.subscribe(&subscription).expect("sound workers")
}

/// Reads to the end.
fn drain(consumer: &Consumer<Told>) -> (Vec<Heard>, Ended) {
    let mut events = Vec::new();
    loop {
        match consumer.recv_timeout(EVER) {
            Ok(event) => events.extend(event),
            Err(ended) => {
                assert_eq!(
                    consumer.try_recv(),
                    Err(ended),
                    "nothing comes after the end"
                );
                return (events, ended);
            }
        }
    }
}

/// Submits `count` commands that carry the producer's name, market by market in turn; returns what
/// was taken and why it ended, if it did.
fn submit(
    mut producer: Producer<Told>,
    name: u64,
    markets: u32,
    count: u64,
) -> (Vec<(MarketId, u64)>, Option<Refusal>) {
    let mut taken = Vec::new();
    for number in 0..count {
        let market = MarketId(number as u32 % markets);
        let command = name * 100 + number;
        match producer.submit(market, command, Instant::now() + EVER) {
            Ok(()) => taken.push((market, command)),
            Err(refused) => return (taken, Some(refused.reason)),
        }
    }
    (taken, None)
}

/// Every producer's commands to every market came once, in its order, and nothing else did.
fn assert_reported(events: &[Heard], taken: &[Vec<(MarketId, u64)>]) {
    let mut of: BTreeMap<(MarketId, u64), Vec<u64>> = BTreeMap::new();
    for event in events {
        if let Event::Report(command) = event.event {
            of.entry((event.market, command / 100))
                .or_default()
                .push(command);
        }
    }
    let mut expected: BTreeMap<(MarketId, u64), Vec<u64>> = BTreeMap::new();
    for (market, command) in taken.concat() {
        expected
            .entry((market, command / 100))
            .or_default()
            .push(command);
    }
    assert_eq!(of, expected);
}

fn processed<C>(outcomes: &[Result<super::outcome::WorkerSummary, C>]) -> u64 {
    let sound = outcomes.iter().flatten();
    sound.map(|summary| summary.commands).sum()
}

#[test]
fn nothing_is_lost_or_doubled() {
    check(|| {
        let runtime = start(&disks(2), config(1, 2), 2);
        let consumer = subscribe(&runtime, Streams::REPORTS, 1, SlowConsumer::Wait);
        let reader = thread::spawn(move || drain(&consumer));
        let producers = [1, 2].map(|name| {
            let producer = runtime.producer();
            thread::spawn(move || submit(producer, name, 2, 4))
        });
        let taken = producers.map(|producer| {
            let (taken, refused) = producer.join().expect("no panic");
            assert_eq!(refused, None);
            taken
        });
        let outcomes = runtime.shutdown(EVER);
        assert_eq!(processed(&outcomes), 8);
        let (events, ended) = reader.join().expect("no panic");
        assert_eq!(ended, Ended::Finished);
        assert_reported(&events, &taken);
    });
}

#[test]
fn a_shutdown_processes_what_was_taken_and_refuses_the_rest() {
    check(|| {
        let runtime = start(&disks(1), config(2, 2), 1);
        let consumer = subscribe(&runtime, Streams::REPORTS, 1, SlowConsumer::Wait);
        let reader = thread::spawn(move || drain(&consumer));
        let producers = [1, 2].map(|name| {
            let producer = runtime.producer();
            thread::spawn(move || submit(producer, name, 1, 4))
        });
        let outcomes = runtime.shutdown(EVER);
        let taken = producers.map(|producer| {
            let (taken, refused) = producer.join().expect("no panic");
            assert!(matches!(refused, None | Some(Refusal::ShutDown)));
            taken
        });
        assert_eq!(processed(&outcomes), taken.concat().len() as u64);
        let (events, ended) = reader.join().expect("no panic");
        assert_eq!(ended, Ended::Finished);
        assert_reported(&events, &taken);
    });
}

/// Whoever waits behind a consumer that never reads is freed by a shutdown that has no patience
/// left, and so is a shutdown itself.
#[test]
fn a_stalled_consumer_does_not_stop_a_shutdown() {
    check(|| {
        let runtime = start(&disks(1), config(1, 1), 1);
        let consumer = subscribe(&runtime, Streams::REPORTS, 1, SlowConsumer::Wait);
        let producers = [1, 2].map(|name| {
            let producer = runtime.producer();
            thread::spawn(move || submit(producer, name, 1, 3))
        });
        let outcomes = runtime.shutdown(Duration::from_millis(100));
        let taken = producers.map(|producer| producer.join().expect("no panic").0);
        let taken = taken.concat().len() as u64;
        assert_eq!(processed(&outcomes), taken);
        let (events, ended) = drain(&consumer);
        let expected = match taken {
            0 | 1 => Ended::Finished,
            _ => Ended::Abandoned,
        };
        assert_eq!((events.len() as u64, ended), (taken.min(1), expected));
    });
}

/// A consumer is ended by one of two workers while the other goes on, and reads what it got first.
#[test]
fn a_slow_consumer_is_ended_after_what_is_in_its_ring() {
    check(|| {
        let runtime = start(&disks(2), config(4, 2), 2);
        let consumer = subscribe(&runtime, Streams::REPORTS, 2, SlowConsumer::Disconnect);
        let producer = runtime.producer();
        let producer = thread::spawn(move || submit(producer, 1, 2, 8));
        let reader = thread::spawn(move || {
            let all = drain(&consumer);
            thread::yield_now();
            assert_eq!(consumer.try_recv(), Err(all.1));
            all
        });
        let (taken, _) = producer.join().expect("no panic");
        let outcomes = runtime.shutdown(EVER);
        assert_eq!(processed(&outcomes), 8);
        let (events, ended) = reader.join().expect("no panic");
        for market in 0..2 {
            let of = |event: &&Heard| event.market == MarketId(market);
            let heard = events.iter().filter(of).map(|event| event.event);
            let told = taken.iter().filter(|(of, _)| *of == MarketId(market));
            let told: Vec<_> = told.map(|(_, command)| Event::Report(*command)).collect();
            let heard: Vec<_> = heard.collect();
            assert!(told.starts_with(&heard), "{heard:?} of {told:?}");
        }
        if ended == Ended::Finished {
            assert_eq!(events.len(), 8);
        } else {
            assert!(matches!(ended, Ended::TooSlow { .. }));
        }
    });
}

/// A consumer's copy of a market: what its depth says, as of which record, and whether it knows
/// that it has missed some.
struct Copy {
    sequence: Sequence,
    depth: (u64, u64),
    is_lost: bool,
}

impl Copy {
    fn restore(depth: &DepthOf<Told>) -> Self {
        Self {
            sequence: depth.sequence,
            depth: depth.levels[0],
            is_lost: false,
        }
    }

    fn hear(&mut self, event: &Heard) {
        if event.sequence <= self.sequence || self.is_lost {
            return;
        }
        match event.event {
            Event::Level(level) => {
                // One change a command: none may be missing.
                assert_eq!(level.0, self.depth.0 + 1);
                self.depth = level;
                self.sequence = event.sequence;
            }
            Event::Gap => self.is_lost = true,
            _ => panic!("only levels were subscribed to"),
        }
    }
}

/// A consumer that skips is never wrong without knowing it, and right again after a snapshot.
#[test]
fn a_gap_is_told_before_anybody_is_deceived() {
    check(|| {
        let runtime = start(&disks(1), config(2, 2), 1);
        let mut consumer = subscribe(&runtime, Streams::LEVELS, 1, SlowConsumer::Skip);
        let market = MarketId(0);
        let mut copy = Copy::restore(&consumer.take_depths()[0]);
        let producers = [1, 2].map(|name| {
            let producer = runtime.producer();
            thread::spawn(move || submit(producer, name, 1, 4))
        });
        for _ in 0..4 {
            while let Some(event) = consumer.try_recv().expect("not shut down") {
                copy.hear(&event);
            }
            if copy.is_lost {
                copy = Copy::restore(&consumer.resync(market).expect("a sound worker"));
            }
        }
        for producer in producers {
            let (taken, _) = producer.join().expect("no panic");
            assert_eq!(taken.len(), 4);
        }
        let asked = runtime.depth(market, Streams::LEVELS);
        let asked = asked.expect("a sound worker");
        assert_eq!(asked.levels[0].0, 8);
        while let Some(event) = consumer.try_recv().expect("not shut down") {
            copy.hear(&event);
        }
        assert!(copy.is_lost || copy.depth == asked.levels[0]);
        let copy = Copy::restore(&consumer.resync(market).expect("a sound worker"));
        assert_eq!(copy.depth, asked.levels[0]);
        runtime.shutdown(EVER);
    });
}

/// The last that a consumer hears before the end is a gap, if there was one.
#[test]
fn a_gap_is_told_before_the_end() {
    check(|| {
        let runtime = start(&disks(1), config(2, 2), 1);
        let mut consumer = subscribe(&runtime, Streams::LEVELS, 1, SlowConsumer::Skip);
        let mut copy = Copy::restore(&consumer.take_depths()[0]);
        let reader = thread::spawn(move || {
            let (events, ended) = drain(&consumer);
            assert_eq!(ended, Ended::Finished);
            events.iter().for_each(|event| copy.hear(event));
            copy
        });
        submit(runtime.producer(), 1, 1, 4);
        runtime.shutdown(EVER);
        let copy = reader.join().expect("no panic");
        assert!(copy.is_lost || copy.depth.0 == 4);
    });
}

/// Whoever subscribes in between gets a snapshot and all that follows on it.
#[test]
fn a_subscription_begins_where_its_snapshot_ends() {
    check(|| {
        let runtime = Arc::new(start(&disks(2), config(1, 2), 2));
        let producer = runtime.producer();
        let producer = thread::spawn(move || submit(producer, 1, 2, 6));
        let opener = {
            let runtime = Arc::clone(&runtime);
            let state = Told { count: 7, hash: 7 };
            thread::spawn(move || runtime.open_market(MarketId(2), state))
        };
        let mut consumer = subscribe(&runtime, Streams::LEVELS, 1, SlowConsumer::Wait);
        let depths = consumer.take_depths();
        let reader = thread::spawn(move || drain(&consumer).0);
        producer.join().expect("no panic");
        let opened = opener.join().expect("no panic");
        assert_eq!(opened, Ok(()));
        let runtime = Arc::into_inner(runtime).expect("the opener has gone");
        runtime.shutdown(EVER);
        let events = reader.join().expect("no panic");
        for (market, count) in [(0, 3), (1, 3), (2, 7)] {
            let market = MarketId(market);
            let known = depths.iter().find(|depth| depth.market == market);
            let mut mine = events.iter().filter(|event| event.market == market);
            // A market opened later begins with what it was opened with.
            let mut copy = match (known, market) {
                (Some(depth), _) => Copy::restore(depth),
                (None, MarketId(2)) => {
                    let first = mine.next().expect("what it was opened with");
                    assert_eq!(first.event, Event::Level((7, 7)));
                    Copy {
                        sequence: first.sequence,
                        depth: (7, 7),
                        is_lost: false,
                    }
                }
                (None, market) => panic!("no depth of market {market}"),
            };
            mine.for_each(|event| {
                assert!(event.sequence > copy.sequence, "twice");
                copy.hear(event);
            });
            assert_eq!(copy.depth.0, count);
        }
    });
}

/// The machine stops when a consumer has heard of some command: that one is found again.
#[test]
fn what_was_heard_of_is_durable() {
    check(|| {
        let disks = disks(1);
        let runtime = start(&disks, config(2, 2), 1);
        let consumer = subscribe(&runtime, Streams::REPORTS, 2, SlowConsumer::Wait);
        let stop_at = shuttle::rand::thread_rng().gen_range(1..6);
        let disk = disks[0].clone();
        let reader = thread::spawn(move || {
            let mut heard = Vec::new();
            while let Ok(event) = consumer.recv_timeout(EVER) {
                heard.extend(event);
                if heard.len() == stop_at {
                    disk.fail_at(disk.operations(), Failure::PowerOff);
                    break;
                }
            }
            heard
        });
        let producers = [1, 2].map(|name| {
            let producer = runtime.producer();
            thread::spawn(move || submit(producer, name, 1, 4))
        });
        let taken = producers.map(|producer| producer.join().expect("no panic").0);
        let outcomes = runtime.shutdown(EVER);
        let heard = reader.join().expect("no panic");
        // Nothing that was not synced is left.
        disks[0].crash(&[], &mut |_| 0);
        let again = Mutex::new(Vec::new());
        let storages = disks.iter().map(MemoryDisk::mount).collect();
        let Started {
            runtime,
            recoveries,
        } = Runtime::<Told>::start(config(2, 2), storages, [], &|event| {
            again.lock().expect("no panic").push(*event);
        })
        .expect("a torn end is cut");
        let last = heard.last().map_or(Sequence(0), |event| event.sequence);
        assert!(recoveries[0].last >= last, "heard of {last}");
        // With the same names and reports, but for what a snapshot had taken in.
        let again = again.into_inner().expect("no panic");
        let is_report = |event: &&Heard| matches!(event.event, Event::Report(_));
        let again: Vec<_> = again.iter().filter(is_report).collect();
        for one in &heard {
            let same = again.iter().find(|event| event.sequence == one.sequence);
            if let Some(same) = same {
                assert_eq!((same.market, same.event), (one.market, one.event));
            } else {
                let snapshot = recoveries[0].snapshot;
                assert!(snapshot.is_some_and(|snapshot| snapshot >= one.sequence));
            }
        }
        // What was taken was processed or is given back.
        let taken = taken.concat().len() as u64;
        match &outcomes[0] {
            Ok(summary) => assert_eq!(summary.commands, taken),
            Err(failure) => {
                assert!(matches!(failure.reason, FailureReason::Journal(_)));
                let given_back = failure.unpublished.len() + failure.unprocessed.len();
                assert!(heard.len() + given_back <= taken as usize);
            }
        }
        runtime.shutdown(EVER);
    });
}

/// A worker fails while producers, questions and a consumer wait for it: nobody waits on, and what
/// it was given was reported or is given back.
#[test]
fn a_failure_leaves_nobody_waiting() {
    check(|| {
        let runtime = Arc::new(start(&disks(1), config(1, 2), 1));
        let consumer = subscribe(&runtime, Streams::REPORTS, 1, SlowConsumer::Wait);
        let reader = thread::spawn(move || drain(&consumer));
        let mut unlucky = runtime.producer();
        let unlucky = thread::spawn(move || {
            let submitted = unlucky.submit(MarketId(0), UNBEARABLE, Instant::now() + EVER);
            submitted.expect("nothing has failed before");
        });
        let producer = runtime.producer();
        let producer = thread::spawn(move || submit(producer, 1, 1, 5));
        let asking = Arc::clone(&runtime);
        let asked = thread::spawn(move || asking.state_hash(MarketId(0)));
        unlucky.join().expect("no panic");
        let (taken, refused) = producer.join().expect("no panic");
        assert!(matches!(refused, None | Some(Refusal::WorkerFailed)));
        let asked = asked.join().expect("no panic");
        let failed = ControlError::WorkerFailed { worker: 0 };
        assert!(asked.is_ok() || asked == Err(failed), "{asked:?}");
        let runtime = Arc::into_inner(runtime).expect("nobody asks");
        let outcomes = runtime.shutdown(EVER);
        let failure = outcomes[0].as_ref().expect_err("it could not bear it");
        let (events, ended) = reader.join().expect("no panic");
        assert_eq!(ended, Ended::Finished);
        let mut seen: Vec<_> = events.iter().map(|event| event.event).collect();
        let given_back = [&failure.unpublished[..], &failure.unprocessed].concat();
        let rest = given_back.into_iter().map(|(_, command)| command);
        let rest = rest.filter(|command| *command != UNBEARABLE);
        seen.extend(rest.map(Event::Report));
        let taken = taken.into_iter().map(|(_, command)| Event::Report(command));
        assert_eq!(seen, taken.collect::<Vec<_>>());
    });
}

/// A runtime that is dropped processes what it took, and holds nobody up who still asks.
#[test]
fn a_dropped_runtime_lets_everybody_go() {
    check(|| {
        let runtime = start(&disks(1), config(1, 1), 1);
        let consumer = subscribe(&runtime, Streams::LEVELS, 1, SlowConsumer::Skip);
        let is_over = Arc::new(AtomicBool::new(false));
        let producer = runtime.producer();
        let producer = thread::spawn(move || submit(producer, 1, 1, 4));
        let over = Arc::clone(&is_over);
        let asker = thread::spawn(move || {
            let was_over = over.load(Ordering::SeqCst);
            let asked = consumer.resync(MarketId(0));
            if was_over {
                assert_eq!(asked, Err(ControlError::ShutDown));
            } else {
                assert!(matches!(asked, Ok(_) | Err(ControlError::ShutDown)));
            }
        });
        drop(runtime);
        is_over.store(true, Ordering::SeqCst);
        producer.join().expect("no panic");
        asker.join().expect("no panic");
    });
}
