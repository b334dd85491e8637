//! Streams, disks and the same books run one command after the other.

mod allocation;
mod crash;
mod depth;
mod equality;
mod failure;
mod following;
mod opening;
mod pressure;
mod throughput;

use std::{
    collections::BTreeMap,
    num::{NonZeroU64, NonZeroUsize},
    time::{Duration, Instant},
};

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sealane_journal::{Config, Sequence, SyncPolicy, fault::MemoryDisk};

use super::*;
use crate::{
    Book, BookConfig, Command, LevelChange, NewOrder, OrderChange, OrderId, OrderKind, OwnerId,
    Price, Quantity, Report, ReportSink, SelfTrade, Side, TimeInForce,
};

const PATIENCE: Duration = Duration::from_secs(60);

fn book() -> Book {
    let config = BookConfig {
        orders: 1 << 12,
        stops: 64,
        window: 64,
        max_quantity: Quantity(1 << 30),
    };
    Book::new(config).expect("valid limits")
}

fn markets(count: u32) -> Vec<(MarketId, Book)> {
    (0..count).map(|id| (MarketId(id), book())).collect()
}

fn size(size: usize) -> NonZeroUsize {
    NonZeroUsize::new(size).expect("not zero")
}

/// A configuration that rotates and snapshots often.
fn small(policy: SyncPolicy) -> RuntimeConfig {
    RuntimeConfig {
        journal: Config {
            identity: 11,
            policy,
            segment_bytes: 1 << 10,
            max_record_bytes: 128,
            buffer_bytes: 256,
            ..Config::default()
        },
        queue: size(64),
        batch: size(7),
        snapshot_every: NonZeroU64::new(50),
        replayed: Streams::ALL,
    }
}

fn disks(count: usize) -> Vec<MemoryDisk> {
    (0..count).map(|_| MemoryDisk::new()).collect()
}

fn start(
    disks: &[MemoryDisk],
    config: &RuntimeConfig,
    count: u32,
) -> Result<Started<Book>, StartError> {
    let storages = disks.iter().map(MemoryDisk::mount).collect();
    Runtime::start(config.clone(), storages, markets(count), &|_| {})
}

/// Commands to `count` markets; most are limit orders around one price.
fn stream(seed: u64, count: u32, length: usize) -> Vec<(MarketId, Command)> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut placed = vec![0_u64; count as usize];
    (0..length)
        .map(|_| {
            let market = random.random_range(0..count);
            let command = command(&mut random, &mut placed[market as usize]);
            (MarketId(market), command)
        })
        .collect()
}

fn command(random: &mut ChaCha8Rng, placed: &mut u64) -> Command {
    let owner = OwnerId(random.random_range(0..6));
    let recent = OrderId(placed.saturating_sub(random.random_range(0..40)));
    let price = Price(random.random_range(9_900..10_100));
    let quantity = Quantity(random.random_range(0..50));
    match random.random_range(0..100) {
        0..60 => {
            *placed += 1;
            let time_in_force = match random.random_range(0..10) {
                0 => TimeInForce::ImmediateOrCancel,
                1 => TimeInForce::FillOrKill,
                2 => TimeInForce::PostOnly,
                _ => TimeInForce::GoodTilCancelled,
            };
            let kind = match random.random_range(0..20) {
                0 => OrderKind::Market,
                1 => OrderKind::Stop { trigger: price },
                _ => OrderKind::Limit {
                    price,
                    time_in_force,
                },
            };
            Command::Place(NewOrder {
                id: OrderId(*placed),
                owner,
                side: Side::BOTH[random.random_range(0..2)],
                quantity,
                kind,
                self_trade: SelfTrade::CancelResting,
            })
        }
        60..88 => Command::Cancel { id: recent, owner },
        88..97 => Command::Replace {
            id: recent,
            owner,
            price,
            quantity,
        },
        97..99 => Command::ReplaceStop {
            id: recent,
            owner,
            trigger: price,
            limit: None,
            quantity,
        },
        _ => Command::CancelAll { owner },
    }
}

/// What the books do, one command after the other.
struct Model {
    books: BTreeMap<MarketId, Book>,
    reports: Vec<Report>,
}

impl Model {
    fn new(count: u32) -> Self {
        Self {
            books: markets(count).into_iter().collect(),
            reports: Vec::new(),
        }
    }

    /// The reports of one command.
    fn apply(&mut self, market: MarketId, command: &Command) -> &[Report] {
        self.reports.clear();
        let book = self.books.get_mut(&market).expect("an open market");
        book.apply(command, &mut self.reports);
        &self.reports
    }

    fn of(count: u32, stream: &[(MarketId, Command)]) -> Self {
        let mut model = Self::new(count);
        for (market, command) in stream {
            model.apply(*market, command);
        }
        model
    }

    fn hashes(&self) -> Vec<(MarketId, u64)> {
        let books = self.books.iter();
        books.map(|(id, book)| (*id, book.state_hash())).collect()
    }
}

/// The reports of all markets, through a ring of so many.
fn reports(ring: usize, slow: SlowConsumer) -> Subscription {
    Subscription {
        markets: Selection::All(Streams::REPORTS),
        ring: size(ring),
        slow,
    }
}

/// An event that is a report.
fn report<R: Copy, L, O>(published: &Published<Event<R, L, O>>) -> R {
    match published.event {
        Event::Report(report) => report,
        _ => panic!("only reports were subscribed to"),
    }
}

/// Each market's reports, in order.
fn by_market(events: &[Published<EventOf<Book>>]) -> BTreeMap<MarketId, Vec<Report>> {
    let mut sorted: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for event in events {
        sorted.entry(event.market).or_default().push(report(event));
    }
    sorted
}

/// All that a book says of one command.
#[derive(Default)]
struct Said {
    reports: Vec<Report>,
    levels: Vec<LevelChange>,
    orders: Vec<OrderChange>,
}

impl ReportSink for Said {
    fn report(&mut self, report: Report) {
        self.reports.push(report);
    }

    fn level(&mut self, change: LevelChange) {
        self.levels.push(change);
    }

    fn order(&mut self, change: OrderChange) {
        self.orders.push(change);
    }
}

impl Said {
    /// What a consumer of these streams gets.
    fn named(
        &self,
        streams: Streams,
        worker: usize,
        market: MarketId,
        sequence: Sequence,
    ) -> Vec<Published<EventOf<Book>>> {
        let mut events = Vec::new();
        if streams.reports {
            let reports = self.reports.iter().map(|report| Event::Report(*report));
            events.extend((0..).zip(reports));
        }
        if streams.levels {
            let levels = self.levels.iter().map(|change| Event::Level(*change));
            events.extend((0..).zip(levels));
        }
        if streams.orders {
            let orders = self.orders.iter().map(|change| Event::Order(*change));
            events.extend((0..).zip(orders));
        }
        let count = events.len();
        let named = (1..).zip(events).map(|(number, (index, event))| Published {
            worker,
            market,
            sequence,
            index,
            is_last: number == count,
            event,
        });
        named.collect()
    }
}

fn hashes(runtime: &Runtime<Book>) -> Vec<(MarketId, u64)> {
    let markets = runtime.markets().into_iter();
    markets
        .map(|market| (market, runtime.state_hash(market).expect("a sound worker")))
        .collect()
}

fn submit_all(runtime: &Runtime<Book>, stream: &[(MarketId, Command)]) {
    let mut producer = runtime.producer();
    for (market, command) in stream {
        producer
            .submit(*market, *command, Instant::now() + PATIENCE)
            .expect("a sound worker makes room");
    }
}

/// Reads to the end.
fn drain<M: Market>(consumer: &Consumer<M>) -> (Vec<Published<EventOf<M>>>, Ended) {
    let mut events = Vec::new();
    loop {
        match consumer.recv_timeout(PATIENCE) {
            Ok(Some(event)) => events.push(event),
            Ok(None) => panic!("no end within {PATIENCE:?}"),
            Err(ended) => return (events, ended),
        }
    }
}
