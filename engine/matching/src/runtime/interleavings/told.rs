//! A market that keeps what it was told, and the ends of a runtime that runs it.

use std::{
    collections::BTreeMap,
    num::{NonZeroU64, NonZeroUsize},
    time::Duration,
};

use sealane_journal::{Config, SyncPolicy, fault::MemoryDisk};
use shuttle::{
    Runner,
    scheduler::{PctScheduler, RandomScheduler},
};

use super::{
    config::RuntimeConfig,
    consumer::{Consumer, Ended},
    control::Runtime,
    error::Refusal,
    market::{Market, MarketId},
    model::{Instant, reset_clock},
    outcome::WorkerSummary,
    output::{Event, EventOf, Outputs, Published, Streams},
    producer::Producer,
    subscription::{Selection, SlowConsumer, Subscription},
    sync::Arc,
};

/// Longer than any run.
pub(super) const EVER: Duration = Duration::from_secs(1 << 30);

/// Keeps what it was told; its depth is one level, which says how much and what last. It cannot
/// bear [`UNBEARABLE`].
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Told {
    pub(super) count: u64,
    pub(super) hash: u64,
}

pub(super) const UNBEARABLE: u64 = 13;

#[derive(Debug, thiserror::Error)]
#[error("so many bytes are no state")]
pub(super) struct Malformed;

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

pub(super) type Heard = Published<EventOf<Told>>;

/// Runs under random and under adversarial schedules.
pub(super) fn check(test: impl Fn() + Send + Sync + 'static) {
    let runs = std::env::var("SEALANE_RUNTIME_INTERLEAVINGS").ok();
    let runs = runs.and_then(|runs| runs.parse().ok()).unwrap_or(300);
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

pub(super) fn size(size: usize) -> NonZeroUsize {
    NonZeroUsize::new(size).expect("not zero")
}

/// Room for so few that everybody waits for everybody.
pub(super) fn config(queue: usize, batch: usize) -> RuntimeConfig {
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

pub(super) fn start(disks: &[MemoryDisk], config: RuntimeConfig, markets: u32) -> Runtime<Told> {
    let markets = (0..markets).map(|market| (MarketId(market), Told::default()));
    let storages = disks.iter().map(MemoryDisk::mount).collect();
    let started = Runtime::start(config, storages, markets, &|_| {});
    started.expect("an empty disk").runtime
}

pub(super) fn disks(count: usize) -> Vec<MemoryDisk> {
    (0..count).map(|_| MemoryDisk::new()).collect()
}

pub(super) fn subscribe(
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
pub(super) fn drain(consumer: &Consumer<Told>) -> (Vec<Heard>, Ended) {
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
pub(super) fn submit(
    producer: &mut Producer<Told>,
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
pub(super) fn assert_reported(events: &[Heard], taken: &[Vec<(MarketId, u64)>]) {
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

pub(super) fn processed<C>(outcomes: &[Result<WorkerSummary, C>]) -> u64 {
    let sound = outcomes.iter().flatten();
    sound.map(|summary| summary.commands).sum()
}
