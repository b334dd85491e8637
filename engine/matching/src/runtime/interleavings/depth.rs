//! A copy of the depth is equal to the market, or known not to be, whoever goes on when.

use sealane_journal::Sequence;
use shuttle::rand::Rng;

use super::{
    consumer::Ended,
    market::MarketId,
    output::{DepthOf, Event, Streams},
    subscription::SlowConsumer,
    sync::{Arc, thread},
    told::{EVER, Heard, Told, check, config, disks, drain, start, submit, subscribe},
};

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
            let mut producer = runtime.producer();
            thread::spawn(move || submit(&mut producer, name, 1, 4))
        });
        for _ in 0..4 {
            while let Some(event) = consumer.try_recv().expect("not shut down") {
                copy.hear(&event);
            }
            // Also where nothing is lost, and what it includes may still be in the ring.
            if copy.is_lost || shuttle::rand::thread_rng().gen_ratio(1, 3) {
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
        // Two workers, so that one may tell a gap while the other's is read.
        let runtime = start(&disks(2), config(2, 2), 2);
        let mut consumer = subscribe(&runtime, Streams::LEVELS, 1, SlowConsumer::Skip);
        let depths = consumer.take_depths().into_iter();
        let mut copies: Vec<_> = depths.map(|depth| Copy::restore(&depth)).collect();
        let reader = thread::spawn(move || {
            let (events, ended) = drain(&consumer);
            assert_eq!(ended, Ended::Finished);
            for event in &events {
                copies[event.worker].hear(event);
            }
            copies
        });
        submit(&mut runtime.producer(), 1, 2, 6);
        runtime.shutdown(EVER);
        let copies = reader.join().expect("no panic");
        assert!(copies.iter().all(|copy| copy.is_lost || copy.depth.0 == 3));
    });
}

/// Whoever subscribes in between gets a snapshot and all that follows on it.
#[test]
fn a_subscription_begins_where_its_snapshot_ends() {
    check(|| {
        let runtime = Arc::new(start(&disks(2), config(1, 2), 2));
        let mut producer = runtime.producer();
        let producer = thread::spawn(move || submit(&mut producer, 1, 2, 6));
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
