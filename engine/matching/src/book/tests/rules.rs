//! Rules that are easier to read as examples.

use super::tiny;
use crate::{
    book::Book,
    command::{Command, NewOrder, OrderKind, SelfTrade, TimeInForce},
    report::{CancelReason, RejectReason, Report},
    units::{OrderId, OwnerId, Price, Quantity, Side},
};

const GTC: TimeInForce = TimeInForce::GoodTilCancelled;

/// A book told in short words. Order `n` is owner `n`'s.
struct Told {
    book: Book,
}

impl Told {
    fn new() -> Self {
        Self {
            book: Book::new(tiny(6, 4, 8)).unwrap(),
        }
    }

    fn place(&mut self, id: u32, side: Side, quantity: u64, kind: OrderKind) -> Vec<Report> {
        self.apply(Command::Place(NewOrder {
            id: OrderId(id.into()),
            owner: OwnerId(id),
            side,
            quantity: Quantity(quantity),
            kind,
            self_trade: SelfTrade::CancelTaking,
        }))
    }

    fn limit(&mut self, id: u32, side: Side, quantity: u64, price: u32) -> Vec<Report> {
        self.place(id, side, quantity, limit(price, GTC))
    }

    fn replace(&mut self, id: u32, quantity: u64, price: u32) -> Vec<Report> {
        self.apply(Command::Replace {
            id: OrderId(id.into()),
            owner: OwnerId(id),
            price: Price(price),
            quantity: Quantity(quantity),
        })
    }

    fn replace_stop(
        &mut self,
        id: u32,
        quantity: u64,
        trigger: u32,
        limit: Option<u32>,
    ) -> Vec<Report> {
        self.apply(Command::ReplaceStop {
            id: OrderId(id.into()),
            owner: OwnerId(id),
            trigger: Price(trigger),
            limit: limit.map(Price),
            quantity: Quantity(quantity),
        })
    }

    fn apply(&mut self, command: Command) -> Vec<Report> {
        let mut reports = Vec::new();
        self.book.apply(&command, &mut reports);
        self.book.check();
        reports
    }

    /// Sells at any price and tells whom to: (maker, quantity).
    fn sell(&mut self, id: u32, quantity: u64) -> Vec<(u64, u64)> {
        fills(&self.place(id, Side::Ask, quantity, OrderKind::Market))
    }
}

fn limit(price: u32, time_in_force: TimeInForce) -> OrderKind {
    OrderKind::Limit {
        price: Price(price),
        time_in_force,
    }
}

fn stop(trigger: u32) -> OrderKind {
    OrderKind::Stop {
        trigger: Price(trigger),
    }
}

fn fills(reports: &[Report]) -> Vec<(u64, u64)> {
    let fill = |report: &Report| match report {
        Report::Filled(fill) => Some((fill.maker.0, fill.quantity.0)),
        _ => None,
    };
    reports.iter().filter_map(fill).collect()
}

fn rejection(reports: &[Report]) -> RejectReason {
    match reports {
        [Report::Rejected { reason, .. }] => *reason,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_smaller_order_keeps_its_place_and_a_larger_one_loses_it() {
    let mut told = Told::new();
    for id in 1..=3 {
        told.limit(id, Side::Bid, 5, 100);
    }
    told.replace(1, 4, 100);
    assert_eq!(told.sell(9, 1), [(1, 1)]);
    // Order 1 has 3 left: 4 is more.
    told.replace(1, 4, 100);
    assert_eq!(told.sell(9, 14), [(2, 5), (3, 5), (1, 4)]);
}

#[test]
fn a_replaced_order_trades_at_its_new_price_and_rests_with_what_is_left() {
    let mut told = Told::new();
    told.limit(1, Side::Ask, 5, 110);
    told.limit(2, Side::Bid, 2, 100);
    let reports = told.replace(2, 8, 110);
    assert_eq!(fills(&reports), [(1, 5)]);
    let rests = told.book.resting_order(OrderId(2)).unwrap();
    assert_eq!((rests.price, rests.quantity), (Price(110), Quantity(3)));
}

#[test]
fn a_post_only_order_does_not_take_even_when_it_is_replaced() {
    let mut told = Told::new();
    told.limit(1, Side::Ask, 5, 110);
    let post_only = |price| limit(price, TimeInForce::PostOnly);
    let refused = told.place(2, Side::Bid, 1, post_only(110));
    assert_eq!(rejection(&refused), RejectReason::WouldTake);
    told.place(2, Side::Bid, 1, post_only(109));
    assert_eq!(rejection(&told.replace(2, 1, 110)), RejectReason::WouldTake);
    let rests = told.book.resting_order(OrderId(2)).unwrap();
    assert_eq!(rests.price, Price(109));
}

#[test]
fn a_full_book_refuses_what_would_rest_and_takes_what_trades() {
    let mut told = Told::new();
    for id in 1..=6 {
        told.limit(id, Side::Bid, 5, 100 + id);
    }
    let refused = told.limit(7, Side::Bid, 5, 100);
    assert_eq!(rejection(&refused), RejectReason::BookFull);
    // It trades with all of order 6, and rests in its place.
    assert_eq!(fills(&told.limit(7, Side::Ask, 8, 106)), [(6, 5)]);
    assert_eq!(told.book.orders(), 6);
    assert_eq!(told.book.best(Side::Ask), Some(Price(106)));
}

#[test]
fn stops_that_reach_each_other_enter_one_after_the_other() {
    let mut told = Told::new();
    // Bids fall from 100 to 97; each stop's sale reaches the next.
    for id in 1..=4 {
        told.limit(id, Side::Bid, 1, 101 - id);
    }
    told.place(11, Side::Ask, 1, stop(100));
    told.place(12, Side::Ask, 1, stop(99));
    told.place(13, Side::Ask, 1, stop(98));
    let reports = told.place(10, Side::Ask, 1, OrderKind::Market);
    assert_eq!(fills(&reports), [(1, 1), (2, 1), (3, 1), (4, 1)]);
    let triggered: Vec<_> = reports
        .iter()
        .filter_map(|report| match report {
            Report::Triggered { id, last, .. } => Some((id.0, last.0)),
            _ => None,
        })
        .collect();
    assert_eq!(triggered, [(11, 100), (12, 99), (13, 98)]);
    assert_eq!((told.book.stops(), told.book.orders()), (0, 0));
}

#[test]
fn a_stop_waits_for_a_first_trade_and_enters_at_once_if_it_is_reached() {
    let mut told = Told::new();
    told.place(5, Side::Bid, 1, stop(1));
    assert_eq!(told.book.stops(), 1);
    told.limit(1, Side::Ask, 1, 50);
    told.limit(2, Side::Ask, 9, 60);
    let reports = told.limit(3, Side::Bid, 1, 50);
    assert_eq!(fills(&reports), [(1, 1), (2, 1)], "the stop buys too");
    let at_once = told.place(6, Side::Bid, 1, stop(60));
    assert!(matches!(
        at_once[..],
        [
            Report::Accepted { .. },
            Report::Triggered { .. },
            Report::Filled(_)
        ]
    ));
}

#[test]
fn a_stop_limit_that_may_not_enter_is_cancelled_with_the_reason() {
    let mut told = Told::new();
    let stop_limit = |time_in_force| OrderKind::StopLimit {
        trigger: Price(50),
        price: Price(55),
        time_in_force,
    };
    told.place(5, Side::Bid, 9, stop_limit(TimeInForce::FillOrKill));
    told.place(6, Side::Bid, 1, stop_limit(TimeInForce::PostOnly));
    told.place(7, Side::Bid, 2, stop_limit(GTC));
    told.limit(1, Side::Ask, 1, 50);
    told.limit(2, Side::Ask, 3, 55);
    let reports = told.limit(3, Side::Bid, 1, 50);
    let cancelled: Vec<_> = reports
        .iter()
        .filter_map(|report| match report {
            Report::Cancelled { id, reason, .. } => Some((id.0, *reason)),
            _ => None,
        })
        .collect();
    let reasons = [CancelReason::NotFillable, CancelReason::WouldTake];
    assert_eq!(cancelled, [(5, reasons[0]), (6, reasons[1])]);
    assert_eq!(fills(&reports), [(1, 1), (2, 2)]);
}

/// Who enters, in order, once 100 is traded.
fn triggered(told: &mut Told) -> Vec<u64> {
    told.limit(90, Side::Bid, 50, 100);
    let reports = told.place(91, Side::Ask, 1, OrderKind::Market);
    let triggered = reports.iter().filter_map(|report| match report {
        Report::Triggered { id, .. } => Some(id.0),
        _ => None,
    });
    triggered.collect()
}

#[test]
fn a_replaced_stop_keeps_its_place_only_with_less_at_the_same_prices() {
    let stop_limit = |limit| OrderKind::StopLimit {
        trigger: Price(100),
        price: Price(limit),
        time_in_force: GTC,
    };
    let waiting = || {
        let mut told = Told::new();
        for id in 1..=3 {
            told.place(id, Side::Ask, 5, stop_limit(95));
        }
        told
    };
    let mut told = waiting();
    let reports = told.replace_stop(1, 4, 100, Some(95));
    let expected = Report::StopReplaced {
        id: OrderId(1),
        owner: OwnerId(1),
        trigger: Price(100),
        limit: Some(Price(95)),
        quantity: Quantity(4),
        kept_priority: true,
    };
    assert_eq!(reports, [expected]);
    assert_eq!(triggered(&mut told), [1, 2, 3]);
    // More, another worst price, or away and back.
    let more: fn(&mut Told) = |told| drop(told.replace_stop(1, 6, 100, Some(95)));
    let other_limit: fn(&mut Told) = |told| drop(told.replace_stop(1, 5, 100, Some(94)));
    let away: fn(&mut Told) = |told| {
        told.replace_stop(1, 5, 99, Some(95));
        told.replace_stop(1, 5, 100, Some(95));
    };
    for change in [more, other_limit, away] {
        let mut told = waiting();
        change(&mut told);
        assert_eq!(told.book.stops(), 3);
        assert_eq!(triggered(&mut told), [2, 3, 1]);
    }
}

#[test]
fn a_stop_replaced_to_where_trades_have_been_enters_at_once() {
    let mut told = Told::new();
    told.limit(1, Side::Ask, 1, 50);
    told.limit(2, Side::Ask, 9, 60);
    told.limit(3, Side::Bid, 1, 50);
    told.place(5, Side::Bid, 1, stop(55));
    let reports = told.replace_stop(5, 3, 50, None);
    assert!(matches!(
        reports[..],
        [
            Report::StopReplaced {
                kept_priority: false,
                ..
            },
            Report::Triggered { .. },
            Report::Filled(_)
        ]
    ));
    assert_eq!(fills(&reports), [(2, 3)]);
    assert_eq!(told.book.stops(), 0);
}

#[test]
fn an_order_is_replaced_as_what_it_is() {
    let mut told = Told::new();
    told.limit(1, Side::Bid, 5, 100);
    told.place(2, Side::Bid, 5, stop(120));
    let before = told.book.state_hash();
    let limit = Some(130);
    for (refused, reason) in [
        (told.replace(2, 5, 110), RejectReason::IsStop),
        (told.replace_stop(1, 5, 110, None), RejectReason::NotStop),
        (
            told.replace_stop(2, 5, 110, limit),
            RejectReason::LimitMismatch,
        ),
        (
            told.replace_stop(2, 5, 0, None),
            RejectReason::PriceOutOfRange,
        ),
        (
            told.replace_stop(2, 0, 110, None),
            RejectReason::ZeroQuantity,
        ),
        (
            told.replace_stop(9, 5, 110, None),
            RejectReason::UnknownOrder,
        ),
    ] {
        assert_eq!(rejection(&refused), reason);
    }
    assert_eq!(told.book.state_hash(), before);
}

#[test]
fn who_does_not_own_an_order_can_not_touch_it() {
    let mut told = Told::new();
    told.limit(1, Side::Bid, 5, 100);
    let cancel = Command::Cancel {
        id: OrderId(1),
        owner: OwnerId(2),
    };
    assert_eq!(rejection(&told.apply(cancel)), RejectReason::NotOwner);
    assert_eq!(told.book.orders(), 1);
}
