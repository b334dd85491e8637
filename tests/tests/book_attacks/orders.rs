//! `place`, `place_many`, `replace_all`, `cancel` and its kin, `reduce`.

use sealane_core::book::{BookSide, requote::flag};
use sealane_orderbook::{MAX_PLACED, PlaceParams, errors::OrderbookError};
use sealane_testkit::Reason;
use solana_pubkey::Pubkey;

use crate::{
    Arena,
    arena::{CAPACITY, CLIENT, LOTS},
    build::{message, order, requote_head},
};

use OrderbookError as E;

/// Orders that no lane takes, and why. The attacker bids 80 and asks 130.
fn unacceptable(arena: &Arena) -> Vec<(&'static str, PlaceParams, E)> {
    let header = arena.world.header(&arena.attacker.lane);
    let (bid, ask) = (BookSide::Bid, BookSide::Ask);
    let with = |edit: fn(&mut PlaceParams)| {
        let mut params = order(bid, 79, LOTS);
        edit(&mut params);
        params
    };
    // A lot of base is a thousand units; a lot at one tick costs one unit of quote.
    let base_lots = header.base_free / 1_000;
    vec![
        ("no lots", order(bid, 79, 0), E::ZeroLots),
        ("no lots to sell", order(ask, 131, 0), E::ZeroLots),
        ("no price", order(bid, 0, LOTS), E::ZeroPrice),
        ("no price to sell at", order(ask, 0, LOTS), E::ZeroPrice),
        ("maximal lots", order(bid, 79, u64::MAX), E::Overflow),
        (
            "maximal lots to sell",
            order(ask, 131, u64::MAX),
            E::Overflow,
        ),
        (
            "more than is free",
            order(bid, 1, header.quote_free + 1),
            E::InsufficientFunds,
        ),
        (
            "more to sell than is free",
            order(ask, 131, base_lots + 1),
            E::InsufficientFunds,
        ),
        (
            "its own ask's price",
            order(bid, 130, LOTS),
            E::CrossesOwnOrder,
        ),
        (
            "above its own ask",
            order(bid, u32::MAX, LOTS),
            E::CrossesOwnOrder,
        ),
        (
            "its own bid's price",
            order(ask, 80, LOTS),
            E::CrossesOwnOrder,
        ),
        ("below its own bid", order(ask, 1, LOTS), E::CrossesOwnOrder),
        (
            "an unknown side",
            with(|order| order.side = 2),
            E::InvalidChoice,
        ),
        (
            "the last unknown side",
            with(|order| order.side = u8::MAX),
            E::InvalidChoice,
        ),
        (
            "an unknown policy",
            with(|order| order.post_only = 3),
            E::InvalidChoice,
        ),
        (
            "the last unknown policy",
            with(|order| order.post_only = u8::MAX),
            E::InvalidChoice,
        ),
    ]
}

#[test]
fn orders_that_cannot_rest() {
    let mut arena = Arena::new();
    let (market, hand) = (arena.market.clone(), arena.attacker.hand());
    let good = order(BookSide::Bid, 1, 1);
    for (what, params, error) in unacceptable(&arena) {
        let placed = hand.place(&market, params, &[]);
        arena.refuses_book(&format!("place: {what}"), placed, error);
        // All of them or none.
        for orders in [vec![params], vec![good, params], vec![params, good]] {
            let placed = hand.place_many(&market, orders, &[]);
            arena.refuses_book(&format!("place_many: {what}"), placed, error);
        }
    }
    arena.finish();
}

#[test]
fn too_many_orders_or_none() {
    let mut arena = Arena::new();
    let (market, hand) = (arena.market.clone(), arena.attacker.hand());
    let good = order(BookSide::Bid, 1, 1);
    for count in [0, MAX_PLACED + 1] {
        let placed = hand.place_many(&market, vec![good; count], &[]);
        arena.refuses_book(&format!("{count} orders"), placed, E::WrongOrderCount);
    }
    // Three bids rest already.
    let room = usize::from(CAPACITY) - 3;
    arena.accepts(
        "as many as fit",
        &hand.place_many(&market, vec![good; room], &[]),
    );
    let placed = hand.place_many(&market, vec![good; room + 1], &[]);
    arena.refuses_book("one too many", placed, E::LaneFull);
    arena
        .world
        .execute(&[hand.place_many(&market, vec![good; room], &[])]);
    arena.refuses_book(
        "into a full lane",
        hand.place(&market, good, &[]),
        E::LaneFull,
    );
    arena.finish();
}

#[test]
fn post_only_orders_do_not_trade_with_what_they_are_shown() {
    let mut arena = Arena::new();
    let (market, hand) = (arena.market.clone(), arena.attacker.hand());
    let shown = arena.makers.map(|maker| maker.lane);
    let passive = |side, price| PlaceParams {
        post_only: 1,
        ..order(side, price, LOTS)
    };
    arena.accepts(
        "below",
        &hand.place(&market, passive(BookSide::Bid, 99), &shown),
    );
    for (side, price) in [
        (BookSide::Bid, 100),
        (BookSide::Bid, 129),
        (BookSide::Ask, 95),
    ] {
        let what = format!("{side:?} of {price}");
        let placed = hand.place(&market, passive(side, price), &shown);
        arena.refuses_book(&what, placed, E::WouldTake);
        let many = hand.place_many(&market, vec![passive(side, price)], &shown);
        arena.refuses_book(&what, many, E::WouldTake);
    }
    let flags = flag::BIDS | flag::ASKS | flag::POST_ONLY;
    for (reference, bids, asks) in [(100, 1, 0), (95, 0, 1)] {
        let levels = message(&requote_head(reference, bids, asks, flags), &[(0, 1)]);
        let replaced = hand.replace_all(&market, &levels, &shown);
        arena.refuses_book(
            &format!("replace_all at {reference}"),
            replaced,
            E::WouldTake,
        );
    }
    // Where there is no tick to slide to: a maker asks one tick.
    let bidder = arena.bidder;
    arena.world.execute(&[bidder.hand().cancel_all(2)]);
    arena.rest(&bidder, BookSide::Ask, 1, 1);
    let mut sliding = passive(BookSide::Bid, 99);
    sliding.post_only = 2;
    let placed = hand.place(&market, sliding, &[bidder.lane]);
    arena.refuses_book("no tick to slide to", placed, E::WouldTake);

    for shown in [vec![hand.lane], vec![shown[0], hand.lane]] {
        let placed = hand.place(&market, passive(BookSide::Bid, 81), &shown);
        arena.refuses_book("its own lane shown", placed, E::DuplicateLane);
    }
    let crowd = vec![shown[0]; 33];
    let placed = hand.place(&market, passive(BookSide::Bid, 81), &crowd);
    arena.refuses_book("33 lanes shown", placed, E::WrongLaneCount);
    arena.finish();
}

#[test]
fn messages_of_levels_that_are_none() {
    let mut arena = Arena::new();
    let (market, hand) = (arena.market.clone(), arena.attacker.hand());
    let flags = flag::BIDS | flag::ASKS;
    let head = requote_head(100, 1, 1, flags);
    let good = message(&head, &[(5, 1), (5, 1)]);
    arena.accepts("replace_all", &hand.replace_all(&market, &good, &[]));
    for len in 0..good.len() {
        let attack = hand.replace_all(&market, &good[..len], &[]);
        arena.refuses_book(&format!("{len} bytes"), attack, E::MalformedLevels);
    }
    let mut longer = good.clone();
    longer.extend([0; 6]);
    let mut padded = good.clone();
    padded[31] = 1;
    let unknown = |flags| message(&requote_head(100, 1, 1, flags), &[(5, 1), (5, 1)]);
    let attacks = [
        ("a level too many", longer),
        ("a last byte of the head", padded),
        ("unknown flags", unknown(flags | 8)),
        ("all flags", unknown(u8::MAX)),
        ("bids that replace nothing", unknown(flag::ASKS)),
        ("asks that replace nothing", unknown(flag::BIDS)),
        ("no flags", unknown(0)),
        (
            "counts of 255",
            message(&requote_head(100, 255, 255, flags), &[(5, 1); 2]),
        ),
    ];
    for (what, bytes) in attacks {
        let attack = hand.replace_all(&market, &bytes, &[]);
        arena.refuses_book(what, attack, E::MalformedLevels);
    }
    arena.finish();
}

#[test]
fn ladders_that_cannot_rest() {
    let mut arena = Arena::new();
    let (market, hand) = (arena.market.clone(), arena.attacker.hand());
    let (bids, asks) = (flag::BIDS, flag::ASKS);
    let full = usize::from(CAPACITY) + 1;
    let many = vec![(1, 1); full];
    let huge = |reference| {
        let mut head = requote_head(reference, 1, 0, bids);
        head.lot_multiple = u32::MAX;
        head
    };
    let cases = [
        (
            "one level twice",
            requote_head(90, 2, 0, bids),
            vec![(0, 1), (0, 1)],
            E::UnsortedLevels,
        ),
        (
            "no lots",
            requote_head(90, 1, 0, bids),
            vec![(0, 0)],
            E::ZeroLots,
        ),
        (
            "no price",
            requote_head(90, 1, 0, bids),
            vec![(90, 1)],
            E::ZeroPrice,
        ),
        (
            "below zero",
            requote_head(90, 1, 0, bids),
            vec![(91, 1)],
            E::ZeroPrice,
        ),
        (
            "an ask of nothing",
            requote_head(0, 0, 1, asks),
            vec![(0, 1)],
            E::ZeroPrice,
        ),
        (
            "past all prices",
            requote_head(u32::MAX, 0, 1, asks),
            vec![(1, 1)],
            E::Overflow,
        ),
        (
            "its own asks",
            requote_head(130, 1, 0, bids),
            vec![(0, 1)],
            E::CrossesOwnOrder,
        ),
        (
            "its own bids",
            requote_head(80, 0, 1, asks),
            vec![(0, 1)],
            E::CrossesOwnOrder,
        ),
        (
            "each other",
            requote_head(90, 1, 1, bids | asks),
            vec![(0, 1), (0, 1)],
            E::CrossesOwnOrder,
        ),
        (
            "too many",
            requote_head(90, full as u8, 0, bids),
            many,
            E::LaneFull,
        ),
        (
            "more than is owned",
            huge(90),
            vec![(0, 1)],
            E::InsufficientFunds,
        ),
        (
            "more than 64 bits",
            huge(u32::MAX),
            vec![(0, u32::MAX)],
            E::Overflow,
        ),
    ];
    for (what, head, levels, error) in cases {
        let attack = hand.replace_all(&market, &message(&head, &levels), &[]);
        arena.refuses_book(&format!("replace_all: {what}"), attack, error);
    }
    arena.finish();
}

#[test]
fn orders_that_are_not_there() {
    let mut arena = Arena::new();
    let hand = arena.attacker.hand();
    let bid = arena.order_id(&arena.attacker, BookSide::Bid);
    let victims = arena.order_id(&arena.makers[0], BookSide::Ask);
    let missing = [
        0,
        1,
        bid ^ 1,
        bid + 2_000_000,
        victims,
        u64::MAX,
        u64::MAX - 1,
    ];
    for id in missing {
        let what = format!("cancel {id}");
        arena.refuses_book(&what, hand.cancel(id), E::OrderNotFound);
        let what = format!("reduce {id}");
        arena.refuses_book(&what, hand.reduce(id, 1), E::OrderNotFound);
    }
    for client_id in [CLIENT + 1, u64::MAX] {
        let attack = hand.cancel_client(client_id);
        arena.refuses_book("an unknown client id", attack, E::OrderNotFound);
    }
    arena.refuses_book("reduce by nothing", hand.reduce(bid, 0), E::ZeroLots);
    for side in [2, 3, u8::MAX] {
        let attack = hand.cancel_up_to(side, 1, 1);
        arena.refuses_book(&format!("up to, side {side}"), attack, E::InvalidChoice);
    }
    for side in [3, 4, u8::MAX] {
        let attack = hand.cancel_all(side);
        arena.refuses_book(&format!("all, side {side}"), attack, E::InvalidChoice);
    }
    arena.finish();
}

/// An order is taken back once, whichever way.
#[test]
fn cancelling_is_not_done_twice() {
    let mut arena = Arena::new();
    let hand = arena.attacker.hand();
    let bid = arena.order_id(&arena.attacker, BookSide::Bid);
    let ways = [
        hand.cancel(bid),
        hand.cancel_client(CLIENT),
        hand.cancel_up_to(0, 80, 1),
        hand.cancel_all(0),
        hand.reduce(bid, LOTS),
        hand.reduce(bid, u64::MAX),
    ];
    for (number, first) in ways.into_iter().enumerate() {
        let again = [first, hand.cancel(bid)];
        let what = format!("way {number}, then cancel");
        arena.refuses_all(&what, &again, Reason::orderbook(E::OrderNotFound));
    }
    arena.finish();
}

/// What an order locks cannot be withdrawn by cancelling somebody else's.
#[test]
fn ids_of_other_lanes_cancel_nothing_here() {
    let mut arena = Arena::new();
    let (attacker, victim) = (arena.attacker, arena.victim);
    // Both placed in the same slot: the same ids.
    let ids = [&attacker, &victim].map(|one| arena.order_id(one, BookSide::Ask));
    let hand = attacker.hand();
    let lane: Pubkey = victim.lane;
    let before = arena.world.lane(&lane);
    arena.world.execute(&[hand.cancel(ids[0])]);
    if ids[0] != ids[1] {
        arena.refuses_book("the victim's", hand.cancel(ids[1]), E::OrderNotFound);
    }
    assert_eq!(arena.world.lane(&lane), before);
    arena.finish();
}
