//! What a worker allocates does not grow with the commands that it works off, nor what a consumer
//! does with what it reads.

use allocation_counter::measure;
use crossbeam_channel::bounded;
use sealane_journal::{FileStorage, Recovered, recover};

use super::{
    super::{
        consumer::ring,
        machine::{Markets, Replaying},
        placement::Placement,
        producer::Shared,
        sync::Arc,
        worker::{Control, Input, Order, Worker},
    },
    *,
};

const MARKETS: u32 = 3;

/// All commands, the first of which make more of everything than any that follow.
fn inputs(length: usize) -> Vec<(MarketId, Command)> {
    let owner = OwnerId(1);
    let mut all = Vec::new();
    for market in (0..MARKETS).map(MarketId) {
        let bids = (0..1_000).map(|number| {
            let order = NewOrder {
                id: OrderId(1_000_000 + number),
                owner,
                side: Side::Bid,
                quantity: Quantity(1),
                kind: OrderKind::Limit {
                    price: Price(1 + number as u32 % 700),
                    time_in_force: TimeInForce::GoodTilCancelled,
                },
                self_trade: SelfTrade::CancelResting,
            };
            (market, Command::Place(order))
        });
        all.extend(bids);
        all.push((market, Command::CancelAll { owner }));
    }
    all.extend(stream(31, MARKETS, length));
    all
}

/// Allocations of the worker's thread, and of the reader that is waited for.
fn allocations(length: usize) -> (u64, u64) {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let config = RuntimeConfig {
        batch: size(1_024),
        snapshot_every: None,
        ..RuntimeConfig::default()
    };
    let storage = FileStorage::open(directory.path()).expect("a directory of our own");
    let fresh = || Replaying::<Book> {
        markets: Markets::new(),
        worker: 0,
        streams: Streams::NONE,
        on_replay: &|_| {},
    };
    let recovered = recover(storage, config.journal.clone(), fresh);
    let Recovered {
        machine, journal, ..
    } = recovered.expect("an empty directory");
    let mut worker = Worker::new(0, machine.markets, journal, &config);
    for (slot, (market, state)) in markets(MARKETS).into_iter().enumerate() {
        assert_eq!(worker.open(market, state).expect("room"), slot);
    }

    let commands = inputs(length);
    let (queue, waiting) = bounded(commands.len() + 10);
    let shared = Arc::new(Shared::new(Vec::new(), Placement::new(1)));
    let consumers = [
        (Streams::ALL, 100 * commands.len(), SlowConsumer::Wait),
        (Streams::ALL, 8, SlowConsumer::Disconnect),
        (
            Streams {
                reports: false,
                ..Streams::ALL
            },
            8,
            SlowConsumer::Skip,
        ),
    ]
    .map(|(streams, capacity, slow)| {
        let subscription = Subscription {
            markets: Selection::All(streams),
            ring: size(capacity.min(1_500_000)),
            slow,
        };
        let (subscriber, consumer) = ring(&subscription, Arc::clone(&shared));
        let (reply, _) = bounded(1);
        let subscribe = Control::Subscribe { subscriber, reply };
        queue.send(Input::Control(subscribe)).expect("room");
        consumer
    });
    for (market, command) in &commands {
        let order = Order {
            slot: market.0 as usize,
            market: *market,
            command: *command,
        };
        queue.send(Input::Command(order)).expect("room");
    }
    drop(queue);
    let mut outcome = None;
    let worked = measure(|| outcome = Some(worker.run(&waiting, &shared)));
    let summary = outcome.expect("it has run").expect("a sound worker");
    assert_eq!(summary.commands, commands.len() as u64);

    // It did something: everything came, one was ended, one has gaps.
    let [waited_for, ended, skipping] = consumers;
    let mut heard = 0_usize;
    let read = measure(|| {
        while let Ok(Some(_)) = waited_for.try_recv() {
            heard += 1;
        }
    });
    assert!(heard > 2 * commands.len(), "{heard}");
    assert!(matches!(drain(&ended).1, Ended::TooSlow { .. }));
    let (events, _) = drain(&skipping);
    let gaps = events.iter().filter(|event| event.event == Event::Gap);
    assert_eq!(gaps.count(), MARKETS as usize);
    (worked.count_total, read.count_total)
}

#[test]
fn a_command_allocates_nothing_on_its_way() {
    let (few, read_few) = allocations(10_000);
    let (many, read_many) = allocations(100_000);
    assert_eq!((few, read_few), (many, read_many));
    println!("{many} allocations in a worker's life, {read_many} in a reader's");
    assert_eq!(read_many, 0);
    assert!(few > 0, "the counter counts");
}
