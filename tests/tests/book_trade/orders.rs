//! Placing, replacing, reducing, cancelling.

use sealane_core::book::{BookSide, Expiry, RequoteHead, Ticks, requote::flag};
use sealane_orderbook::{
    PlaceParams,
    errors::OrderbookError,
    events::{OrderRecord, PlacedManyRecord, RemovedRecord, ReplacedRecord, tag},
};
use sealane_testkit::{
    MintSpec, Reason,
    book::{
        market::{PARAMS, TestMarket},
        trading::{ladder, order, record},
        world::BookWorld,
    },
};
use solana_pubkey::Pubkey;

use crate::*;

#[test]
fn placed_orders_lock_and_cancelled_ones_unlock() {
    let (mut book, market) = plain();
    let (owner, lane) = trader(&mut book, &market);
    let slot = book.svm().clock().slot;

    let mut bid = order(BookSide::Bid, 90, 1_000);
    bid.client_id = 7;
    let placed = book.execute(&[market.place(lane, owner, bid)]);
    let first = (slot << 24).max(2);
    assert_eq!(
        record::<OrderRecord>(&placed),
        OrderRecord {
            tag: tag::PLACED,
            reserved: [0; 3],
            price: 90,
            id: first,
            lots: 1_000,
            client_id: 7,
            lane: lane.to_bytes(),
        }
    );
    // 1,000 lots at 90; makers get a rebate, so that nothing is locked for a fee.
    assert_eq!(
        funds(&book.header(&lane)),
        [BASE, 0, QUOTE - 90_000, 90_000]
    );
    let ask = rest(
        &mut book,
        &market,
        (owner, lane),
        order(BookSide::Ask, 110, 500),
    );
    assert_eq!(ask, (first + 2) | 1);
    assert_eq!(
        funds(&book.header(&lane)),
        [BASE - 500_000, 500_000, QUOTE - 90_000, 90_000]
    );

    let reduced = book.execute(&[market.reduce(lane, owner, ask, 200)]);
    let reduced = record::<OrderRecord>(&reduced);
    assert_eq!(
        (reduced.tag, reduced.id, reduced.lots),
        (tag::REDUCED, ask, 300)
    );
    assert_eq!(levels(&book, &lane, BookSide::Ask), [(110, 300)]);
    let gone = book.execute(&[market.reduce(lane, owner, ask, 300)]);
    assert_eq!(record::<OrderRecord>(&gone).lots, 0);

    let cancelled = book.execute(&[market.cancel(lane, owner, first)]);
    let cancelled = record::<OrderRecord>(&cancelled);
    assert_eq!(
        (
            cancelled.tag,
            cancelled.price,
            cancelled.lots,
            cancelled.client_id
        ),
        (tag::CANCELLED, 90, 1_000, 7)
    );
    assert_eq!(funds(&book.header(&lane)), [BASE, 0, QUOTE, 0]);
    let again = market.cancel(lane, owner, first);
    assert_eq!(
        refusal(&mut book, again),
        Reason::orderbook(OrderbookError::OrderNotFound)
    );
}

#[test]
fn a_positive_maker_fee_is_locked_with_a_bid() {
    let mut book = BookWorld::new();
    let mut params = PARAMS;
    params.fees.maker_pips = 300;
    let mint = MintSpec::spl(6);
    let market = book.create_market((&mint, &mint), params, 1);
    let (owner, lane) = trader(&mut book, &market);
    rest(
        &mut book,
        &market,
        (owner, lane),
        order(BookSide::Bid, 90, 1_001),
    );
    // 90,090 and 0.03% of it, 27.027 rounded down.
    assert_eq!(book.header(&lane).quote_locked, 90_117);
}

#[test]
fn a_delegate_trades_and_a_stranger_does_not() {
    let (mut book, market) = plain();
    let (owner, lane) = trader(&mut book, &market);
    let (delegate, stranger) = (book.world.wallet(), book.world.wallet());
    book.execute(&[market.set_delegate(owner, lane, delegate)]);
    let bid = order(BookSide::Bid, 90, 1);
    let id = rest(&mut book, &market, (delegate, lane), bid);
    for forbidden in [
        market.place(lane, stranger, bid),
        market.cancel(lane, stranger, id),
    ] {
        assert_eq!(
            refusal(&mut book, forbidden),
            Reason::orderbook(OrderbookError::WrongAuthority)
        );
    }
    book.execute(&[market.cancel(lane, delegate, id)]);
}

#[test]
fn post_only_orders_do_not_trade_with_what_they_are_shown() {
    let (mut book, market) = plain();
    let maker = trader(&mut book, &market);
    let (owner, lane) = trader(&mut book, &market);
    let mut expired = order(BookSide::Ask, 95, 10);
    expired.expires_at = 1;
    rest(&mut book, &market, maker, expired);
    rest(&mut book, &market, maker, order(BookSide::Ask, 100, 10));

    let mut bid = order(BookSide::Bid, 103, 10);
    bid.post_only = 1;
    let reject = market.place_shown(lane, owner, bid, &[maker.1]);
    assert_eq!(
        refusal(&mut book, reject),
        Reason::orderbook(OrderbookError::WouldTake)
    );
    bid.post_only = 2;
    let slid = book.execute(&[market.place_shown(lane, owner, bid, &[maker.1])]);
    assert_eq!(record::<OrderRecord>(&slid).price, 99);
    // Shown nothing, it rests where it wants to.
    book.execute(&[market.place(lane, owner, bid)]);
    assert_eq!(levels(&book, &lane, BookSide::Bid), [(103, 10), (99, 10)]);
    // And it never crosses its own lane.
    let own = market.place(lane, owner, order(BookSide::Ask, 103, 1));
    assert_eq!(
        refusal(&mut book, own),
        Reason::orderbook(OrderbookError::CrossesOwnOrder)
    );
    let itself = market.place_shown(lane, owner, bid, &[lane]);
    assert_eq!(
        refusal(&mut book, itself),
        Reason::orderbook(OrderbookError::DuplicateLane)
    );
}

#[test]
fn many_orders_are_placed_in_one_instruction_with_consecutive_ids() {
    let (mut book, market) = plain();
    let maker = trader(&mut book, &market);
    rest(&mut book, &market, maker, order(BookSide::Ask, 100, 10));
    let (owner, lane) = trader(&mut book, &market);
    let mut sliding = order(BookSide::Bid, 105, 5);
    sliding.post_only = 2;
    let orders = vec![
        order(BookSide::Bid, 98, 1),
        sliding,
        order(BookSide::Ask, 110, 3),
    ];
    let mut instruction = market.place_many(lane, owner, orders);
    instruction
        .accounts
        .push(solana_instruction::AccountMeta::new_readonly(
            maker.1, false,
        ));
    let placed = book.execute(&[instruction]);
    let (head, prices) = placed.return_data.split_at(size_of::<PlacedManyRecord>());
    let head: PlacedManyRecord = bytemuck::pod_read_unaligned(head);
    let (prices, rest) = prices.as_chunks::<4>();
    assert!(rest.is_empty());
    let prices: Vec<u32> = prices
        .iter()
        .map(|price| u32::from_le_bytes(*price))
        .collect();
    assert_eq!((head.tag, head.orders), (tag::PLACED_MANY, 3));
    assert_eq!(head.lane, lane.to_bytes());
    assert_eq!(prices, [98, 99, 110]);
    let state = book.lane(&lane).expect("a lane");
    let first = head.first_id & !1;
    let ids: Vec<u64> = state
        .bids
        .iter()
        .chain(&state.asks)
        .map(|o| o.id.0)
        .collect();
    assert_eq!(ids, [first, first + 2, (first + 4) | 1]);
    let none = market.place_many(lane, owner, Vec::new());
    assert_eq!(
        refusal(&mut book, none),
        Reason::orderbook(OrderbookError::WrongOrderCount)
    );
}

/// Three bids and two asks, two of them with client id 5.
fn five_orders(book: &mut BookWorld, market: &TestMarket, trader: (Pubkey, Pubkey)) {
    for (side, price, client_id) in [
        (BookSide::Bid, 90, 5),
        (BookSide::Bid, 89, 6),
        (BookSide::Bid, 88, 7),
        (BookSide::Ask, 110, 5),
        (BookSide::Ask, 111, 8),
    ] {
        let order = PlaceParams {
            client_id,
            ..order(side, price, 10)
        };
        rest(book, market, trader, order);
    }
}

#[test]
fn orders_are_cancelled_by_client_id_up_to_a_price_and_by_side() {
    let (mut book, market) = plain();
    let (owner, lane) = trader(&mut book, &market);
    five_orders(&mut book, &market, (owner, lane));
    let removed = |executed: &sealane_testkit::Executed| {
        let record = record::<RemovedRecord>(executed);
        assert_eq!(record.lane, lane.to_bytes());
        (record.tag, record.orders, record.lots)
    };

    let by_client = book.execute(&[market.cancel_client(lane, owner, 5)]);
    assert_eq!(removed(&by_client), (tag::CANCELLED_CLIENT, 2, 20));
    assert_eq!(levels(&book, &lane, BookSide::Bid), [(89, 10), (88, 10)]);
    assert_eq!(levels(&book, &lane, BookSide::Ask), [(111, 10)]);
    let none = market.cancel_client(lane, owner, 5);
    assert_eq!(
        refusal(&mut book, none),
        Reason::orderbook(OrderbookError::OrderNotFound)
    );

    let up_to = book.execute(&[market.cancel_up_to(lane, owner, BookSide::Bid, 89, 9)]);
    assert_eq!(removed(&up_to), (tag::CANCELLED_UP_TO, 1, 10));
    assert_eq!(levels(&book, &lane, BookSide::Bid), [(88, 10)]);

    let bids = book.execute(&[market.cancel_all(lane, owner, 0)]);
    assert_eq!(removed(&bids), (tag::CANCELLED_ALL, 1, 10));
    five_orders(&mut book, &market, (owner, lane));
    let all = book.execute(&[market.cancel_all(lane, owner, 2)]);
    assert_eq!(removed(&all), (tag::CANCELLED_ALL, 6, 60));
    assert_eq!(funds(&book.header(&lane)), [BASE, 0, QUOTE, 0]);
    let unknown = market.cancel_all(lane, owner, 3);
    assert_eq!(
        refusal(&mut book, unknown),
        Reason::orderbook(OrderbookError::InvalidChoice)
    );
}

#[test]
fn a_ladder_replaces_both_sides_in_one_instruction() {
    let (mut book, market) = plain();
    let (owner, lane) = trader(&mut book, &market);
    five_orders(&mut book, &market, (owner, lane));
    let head = RequoteHead {
        client_id: 9,
        expiry: Expiry::NEVER,
        reference: Ticks(100),
        lot_multiple: 10,
        bids: 0,
        asks: 0,
        flags: flag::BIDS | flag::ASKS,
    };
    let message = ladder(head, &[(1, 5), (2, 3)], &[(1, 4)]);
    let replaced = book.execute(&[market.replace_all(lane, owner, message)]);
    let replaced = record::<ReplacedRecord>(&replaced);
    assert_eq!(
        (replaced.tag, replaced.bids, replaced.asks, replaced.lane),
        (tag::REPLACED, 2, 1, lane.to_bytes())
    );
    assert_eq!(levels(&book, &lane, BookSide::Bid), [(99, 50), (97, 30)]);
    assert_eq!(levels(&book, &lane, BookSide::Ask), [(101, 40)]);
    let state = book.lane(&lane).expect("a lane");
    let first = replaced.first_id & !1;
    assert_eq!(state.bids[1].id.0, first);
    assert_eq!(state.bids[0].id.0, first + 2);
    assert_eq!(state.asks[0].id.0, (first + 4) | 1);
    assert_eq!(state.asks[0].client_id, 9);
    // 99·50 + 97·30, and 40 lots.
    assert_eq!(
        funds(&state.header),
        [BASE - 40_000, 40_000, QUOTE - 7_860, 7_860]
    );

    // One side only; post-only against another maker's bid at 101.
    let maker = trader(&mut book, &market);
    rest(&mut book, &market, maker, order(BookSide::Bid, 101, 1));
    let asks = RequoteHead {
        flags: flag::ASKS | flag::POST_ONLY,
        ..head
    };
    let mut show = |reference: u32| {
        let head = RequoteHead {
            reference: Ticks(reference),
            ..asks
        };
        let message = ladder(head, &[], &[(1, 1), (1, 1)]);
        let instruction = market.replace_all(lane, owner, message);
        let instruction =
            sealane_testkit::book::trading::with_lanes(instruction, &[maker.1], false);
        book.try_execute(&[instruction])
    };
    assert_eq!(
        show(100).expect_err("101 would take").reason,
        Reason::orderbook(OrderbookError::WouldTake)
    );
    let shown = show(101).expect("102 would not");
    assert_eq!(record::<ReplacedRecord>(&shown).first_id & 1, 1);
    assert_eq!(levels(&book, &lane, BookSide::Ask), [(102, 10), (103, 10)]);
    assert_eq!(levels(&book, &lane, BookSide::Bid), [(99, 50), (97, 30)]);
}
