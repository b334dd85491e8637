//! Over long random streams the book does what the model does, and its depth streams keep copies
//! equal to it.

use std::collections::BTreeMap;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::{
    model::Model,
    stream::{Stream, pick},
    tiny,
};
use crate::{
    book::{Book, BookConfig},
    report::{LevelChange, OrderChange, Report, ReportSink, RestingOrder},
    units::{OrderId, Price, Side},
};

/// Commands in all; `SEALANE_MATCHING_COMMANDS` sets another number.
pub(super) fn commands(usual: u64) -> u64 {
    std::env::var("SEALANE_MATCHING_COMMANDS").map_or(usual, |number| {
        number
            .parse()
            .unwrap_or_else(|_| panic!("SEALANE_MATCHING_COMMANDS is a number, not {number}"))
    })
}

/// A consumer of all three streams that keeps what rests.
#[derive(Default)]
pub(super) struct Copy {
    pub(super) reports: Vec<Report>,
    levels: [BTreeMap<Price, LevelChange>; 2],
    /// With arrival, which decides between orders at a price.
    orders: BTreeMap<OrderId, (u64, RestingOrder)>,
    arrivals: u64,
}

impl ReportSink for Copy {
    fn report(&mut self, report: Report) {
        self.reports.push(report);
    }

    fn level(&mut self, change: LevelChange) {
        let side = &mut self.levels[change.side as usize];
        if change.orders == 0 {
            assert!(change.quantity.is_zero());
            side.remove(&change.price);
        } else {
            side.insert(change.price, change);
        }
    }

    fn order(&mut self, change: OrderChange) {
        match change {
            OrderChange::Added(order) => {
                self.arrivals += 1;
                let before = self.orders.insert(order.id, (self.arrivals, order));
                assert!(before.is_none(), "{order:?} was added twice");
            }
            OrderChange::Reduced { id, quantity } => {
                let (_, order) = self.orders.get_mut(&id).expect("it rests");
                assert!(quantity <= order.quantity);
                order.quantity = quantity;
            }
            OrderChange::Removed { id } => {
                self.orders.remove(&id).expect("it rests");
            }
        }
    }
}

impl Copy {
    pub(super) fn assert_equals(&self, book: &Book) {
        for side in Side::BOTH {
            let mut levels: Vec<_> = self.levels[side as usize].values().copied().collect();
            let of_side = |(_, order): &&(u64, RestingOrder)| order.side == side;
            let mut orders: Vec<_> = self.orders.values().filter(of_side).collect();
            orders.sort_by_key(|(arrival, order)| (order.price, *arrival));
            if side == Side::Bid {
                levels.reverse();
                orders.sort_by_key(|(_, order)| std::cmp::Reverse(order.price));
            }
            assert!(book.levels(side).eq(levels), "levels of {side:?}");
            let orders = orders.into_iter().map(|(_, order)| *order);
            assert!(book.resting(side).eq(orders), "orders of {side:?}");
        }
    }
}

fn assert_same_state(book: &Book, model: &Model) {
    for side in Side::BOTH {
        let mut orders: Vec<_> = Vec::new();
        let queues = model.sides[side as usize].iter();
        let sorted: Vec<_> = match side {
            Side::Bid => queues.rev().collect(),
            Side::Ask => queues.collect(),
        };
        for (&price, queue) in sorted {
            orders.extend(queue.iter().map(|resting| RestingOrder {
                id: resting.order.id,
                owner: resting.order.owner,
                side,
                price,
                quantity: resting.order.quantity,
            }));
        }
        assert!(book.resting(side).eq(orders), "orders of {side:?}");
    }
    assert_eq!(book.last_price(), model.last);
    assert_eq!(book.stops() as usize, model.stops.len());
}

fn run(config: BookConfig, seed: u64, count: u64) {
    let mut book = Book::new(config).unwrap();
    let mut model = Model::new(config);
    let mut stream = Stream::new(seed);
    let mut copy = Copy::default();
    for number in 0..count {
        let command = stream.next();
        copy.reports.clear();
        book.apply(&command, &mut copy);
        let expected = model.apply(&command);
        assert_eq!(
            copy.reports, expected,
            "seed {seed}, command {number}: {command:?} in {config:?}"
        );
        if number % 64 == 0 {
            book.check();
            assert_same_state(&book, &model);
            copy.assert_equals(&book);
        }
    }
}

#[test]
fn the_book_does_what_the_model_does() {
    const ONE: u64 = 4_000;
    let mut random = ChaCha8Rng::seed_from_u64(1);
    for seed in 0..commands(600_000).div_ceil(ONE) {
        let config = tiny(
            *pick(&mut random, &[1, 2, 7, 40, 160]),
            *pick(&mut random, &[0, 1, 5, 30]),
            1 << random.random_range(3..8),
        );
        run(config, seed, ONE);
    }
}

#[test]
fn the_streams_meet_every_rule() {
    let mut seen = BTreeMap::new();
    for seed in 0..40 {
        let mut book = Book::new(tiny([7, 40][seed as usize % 2], 5, 16)).unwrap();
        let mut stream = Stream::new(seed);
        let mut reports = Vec::new();
        for _ in 0..2_000 {
            book.apply(&stream.next(), &mut reports);
        }
        for report in reports {
            let kind = match report {
                Report::Rejected { reason, .. } => format!("rejected {reason:?}"),
                Report::Cancelled { reason, .. } => format!("cancelled {reason:?}"),
                Report::Replaced { kept_priority, .. } => format!("replaced {kept_priority}"),
                Report::StopReplaced { kept_priority, .. } => {
                    format!("stop replaced {kept_priority}")
                }
                other => format!("{other:?}")
                    .split(['(', ' '])
                    .next()
                    .unwrap()
                    .into(),
            };
            *seen.entry(kind).or_insert(0) += 1;
        }
    }
    // 13 rejections, 7 cancellations, 4 replacements, 5 others.
    assert_eq!(seen.len(), 29, "{seen:#?}");
    assert!(seen.values().all(|&times| times > 10), "{seen:#?}");
}
