//! Crossing, pauses, and which lanes can be named.

use sealane_core::book::BookSide;
use sealane_orderbook::{MarketAction, errors::OrderbookError, events::Crossed, state::pause};
use sealane_testkit::{
    MintSpec, Reason,
    book::{
        market::PARAMS,
        trading::{order, swapping, taking, trades},
    },
};

use crate::*;

#[test]
fn whoever_crosses_two_lanes_earns_a_part_of_the_difference() {
    let (mut book, market) = plain();
    let caller = trader(&mut book, &market);
    let buyer = trader(&mut book, &market);
    let seller = trader(&mut book, &market);
    rest(&mut book, &market, buyer, order(BookSide::Bid, 102, 10_000));
    // The bid is earlier: its price is what they trade at.
    let slot = book.svm().clock().slot;
    book.svm().set_slot(slot + 1);
    rest(&mut book, &market, seller, order(BookSide::Ask, 100, 6_000));
    let crossed = book.execute(&[market.cross(caller.1, caller.0, (buyer.1, seller.1), u16::MAX)]);
    // 612,000, of which 0.1% are the later order's fee and 0.05% both the rebate of the earlier one
    // and the reward; the prices differ by 12,000.
    let (event, fills) = &trades::<Crossed>(&crossed)[0];
    assert_eq!(
        (event.lots, event.value, event.reward, event.orders),
        (6_000, 612_000, 306, 2)
    );
    assert_eq!((event.fee, event.rebates), (612, 306));
    assert_eq!((fills[0].left, fills[1].left), (4_000, 0));
    assert_eq!((fills[0].lane, fills[1].lane), (0, 1));
    assert_eq!(book.header(&caller.1).quote_free, QUOTE + 306);
    assert_eq!(
        funds(&book.header(&buyer.1)),
        [
            BASE + 6_000_000,
            0,
            QUOTE - 1_020_000 + 306,
            1_020_000 - 612_000
        ]
    );
    assert_eq!(
        funds(&book.header(&seller.1)),
        [BASE - 6_000_000, 0, QUOTE + 612_000 - 612 - 306, 0]
    );
    assert_eq!(book.header(&seller.1).protocol_fees, 306);
    let again = market.cross(caller.1, caller.0, (buyer.1, seller.1), u16::MAX);
    assert_eq!(
        refusal(&mut book, again),
        Reason::orderbook(OrderbookError::NotCrossed)
    );
}

#[test]
fn a_pause_stops_new_trades_and_never_the_way_out() {
    let (mut book, market) = plain();
    let maker = trader(&mut book, &market);
    let (owner, lane) = trader(&mut book, &market);
    let id = rest(&mut book, &market, maker, order(BookSide::Ask, 100, 10));
    let wallet = book.trader(&market, BASE, QUOTE);
    book.execute(&[market.administer(market.creator, MarketAction::SetPaused(pause::ALL))]);
    for paused in [
        market.place(lane, owner, order(BookSide::Bid, 1, 1)),
        market.place_many(lane, owner, vec![order(BookSide::Bid, 1, 1)]),
        market.take(lane, owner, taking(BookSide::Bid, 100, 1), &[maker.1]),
        market.swap_take(0, wallet, swapping(BookSide::Bid, 100, 1), &[maker.1]),
    ] {
        assert_eq!(
            refusal(&mut book, paused),
            Reason::orderbook(OrderbookError::Paused)
        );
    }
    book.execute(&[market.reduce(maker.1, maker.0, id, 1)]);
    book.execute(&[market.reap(maker.1)]);
    book.execute(&[market.cancel(maker.1, maker.0, id)]);
    book.execute(&[market.cancel_all(maker.1, maker.0, 2)]);
}

#[test]
fn lanes_are_named_once_and_belong_to_the_market() {
    let (mut book, market) = plain();
    let other = book.create_market((&MintSpec::spl(6), &MintSpec::spl(6)), PARAMS, 1);
    let maker = trader(&mut book, &market);
    let (owner, lane) = trader(&mut book, &market);
    let (_, foreign) = trader(&mut book, &other);
    rest(&mut book, &market, maker, order(BookSide::Ask, 100, 10));
    for (lanes, error) in [
        (vec![], OrderbookError::WrongLaneCount),
        (vec![maker.1, maker.1], OrderbookError::DuplicateLane),
        (vec![maker.1, lane], OrderbookError::DuplicateLane),
        (vec![foreign], OrderbookError::WrongMarket),
        (
            vec![market.vaults[0].address],
            OrderbookError::MalformedLane,
        ),
    ] {
        let take = market.take(lane, owner, taking(BookSide::Bid, 100, 1), &lanes);
        assert_eq!(refusal(&mut book, take), Reason::orderbook(error));
    }
}
