//! Taking from a lane's own balances.

use sealane_core::book::BookSide;
use sealane_orderbook::{
    TimeInForce,
    errors::OrderbookError,
    events::{FillRecord, RemovedRecord, Taken, tag},
};
use sealane_testkit::{
    MintSpec, Reason,
    book::{
        market::PARAMS,
        trading::{order, record, taking, trades},
        world::BookWorld,
    },
};

use crate::*;

#[test]
fn a_take_pays_makers_rebates_and_books_the_rest_of_its_fee() {
    let (mut book, market) = plain();
    let (_, referrer) = trader(&mut book, &market);
    let owner = book.trader(&market, BASE, QUOTE);
    let lane = book.open_lane(&market, owner, 3, 8, Some(referrer));
    book.execute(&[market.deposit(1, lane, owner, BASE, QUOTE)]);
    let first = trader(&mut book, &market);
    let second = trader(&mut book, &market);
    // The later order of the better price trades first; at one price the earlier one does.
    let far = rest(&mut book, &market, first, order(BookSide::Ask, 101, 10_000));
    let near = rest(
        &mut book,
        &market,
        second,
        order(BookSide::Ask, 100, 10_000),
    );
    book.svm().advance_time(1);

    let take = market.take(
        lane,
        owner,
        taking(BookSide::Bid, 101, 15_000),
        &[first.1, second.1],
    );
    let taken = book.execute(&[take]);
    // 10,000 at 100 and 5,000 at 101; 0.1% of that is 1,505; half of each fill is 500 and 252.5;
    // a fifth of the remaining 753 is 150.6.
    let header = book.header(&lane);
    assert_eq!(
        funds(&header),
        [BASE + 15_000_000, 0, QUOTE - 1_505_000 - 1_505, 0]
    );
    assert_eq!((header.referrer_fees, header.protocol_fees), (150, 603));
    assert_eq!(header.taker_volume, 1_505_000);
    assert_eq!(
        funds(&book.header(&second.1)),
        [BASE - 10_000_000, 0, QUOTE + 1_000_000 + 500, 0]
    );
    assert_eq!(
        funds(&book.header(&first.1)),
        [BASE - 10_000_000, 5_000_000, QUOTE + 505_000 + 252, 0]
    );
    assert_eq!(book.header(&first.1).maker_volume, 505_000);

    let [(event, fills)] = &trades::<Taken>(&taken)[..] else {
        panic!("one trade");
    };
    assert_eq!(
        *event,
        Taken {
            lane,
            lots: 15_000,
            value: 1_505_000,
            fee: 1_505,
            rebates: 752,
            referrer_fee: 150,
            left: 0,
            rested_id: 0,
            side: 0,
            ended: 0,
            orders: 2,
            reserved: [0; 4],
        }
    );
    let fill = |lane, id, price, lots, left| FillRecord {
        id,
        lots,
        left,
        price,
        met: 0,
        lane,
        reserved: [0; 2],
    };
    assert_eq!(
        fills[..],
        [
            fill(1, near, 100, 10_000, 0),
            fill(0, far, 101, 5_000, 5_000)
        ]
    );
}

#[test]
fn a_seller_takes_bids_and_a_positive_maker_fee_goes_to_the_protocol() {
    let mut book = BookWorld::new();
    let mut params = PARAMS;
    params.fees.maker_pips = 300;
    let mint = MintSpec::spl(6);
    let market = book.create_market((&mint, &mint), params, 1);
    let maker = trader(&mut book, &market);
    let (owner, lane) = trader(&mut book, &market);
    rest(&mut book, &market, maker, order(BookSide::Bid, 90, 1_001));
    book.execute(&[market.take(lane, owner, taking(BookSide::Ask, 90, 1_000), &[maker.1])]);
    // 90,000 for 1,000 lots; the taker pays 90, all of it the protocol's; the maker 27.
    let header = book.header(&lane);
    assert_eq!(
        funds(&header),
        [BASE - 1_000_000, 0, QUOTE + 90_000 - 90, 0]
    );
    assert_eq!((header.referrer_fees, header.protocol_fees), (0, 90));
    let header = book.header(&maker.1);
    assert_eq!(header.protocol_fees, 27);
    // A lot is left at 90, with a fee of nothing.
    assert_eq!(
        funds(&header),
        [BASE + 1_000_000, 0, QUOTE - 90_027 - 90, 90]
    );
}

#[test]
fn what_a_take_cannot_trade_is_dropped_refused_or_rests() {
    let (mut book, market) = plain();
    let maker = trader(&mut book, &market);
    let (owner, lane) = trader(&mut book, &market);
    rest(&mut book, &market, maker, order(BookSide::Ask, 100, 10));
    rest(&mut book, &market, maker, order(BookSide::Ask, 105, 10));
    let makers = [maker.1];

    let mut wanted = taking(BookSide::Bid, 102, 15);
    wanted.time_in_force = TimeInForce::FillOrKill;
    let kill = market.take(lane, owner, wanted, &makers);
    assert_eq!(
        refusal(&mut book, kill),
        Reason::orderbook(OrderbookError::NotFilled)
    );
    // Nothing at all at this price: that is no error, but says so.
    let nothing = book.execute(&[market.take(lane, owner, taking(BookSide::Bid, 99, 15), &makers)]);
    let (event, fills) = &trades::<Taken>(&nothing)[0];
    assert_eq!((event.lots, event.left, event.ended), (0, 15, 1));
    assert!(fills.is_empty());

    wanted.time_in_force = TimeInForce::Rest {
        client_id: 77,
        expires_slot: 0,
        expires_at: 0,
    };
    let rested = book.execute(&[market.take(lane, owner, wanted, &makers)]);
    let (event, _) = &trades::<Taken>(&rested)[0];
    assert_eq!((event.lots, event.left, event.ended), (10, 5, 1));
    let state = book.lane(&lane).expect("a lane");
    assert_eq!(levels(&book, &lane, BookSide::Bid), [(102, 5)]);
    assert_eq!(
        (state.bids[0].id.0, state.bids[0].client_id),
        (event.rested_id, 77)
    );
    assert_ne!(event.rested_id, 0);

    // After the limit of orders there may be better ones left: what is left over is dropped.
    book.execute(&[market.cancel_all(lane, owner, 2)]);
    wanted.limit = 105;
    wanted.lots = 12;
    wanted.max_orders = 0;
    let stopped = book.execute(&[market.take(lane, owner, wanted, &makers)]);
    let (event, _) = &trades::<Taken>(&stopped)[0];
    assert_eq!((event.lots, event.ended, event.rested_id), (0, 3, 0));
    assert!(levels(&book, &lane, BookSide::Bid).is_empty());
}

#[test]
fn a_take_spends_no_more_quote_than_it_may() {
    let (mut book, market) = plain();
    let maker = trader(&mut book, &market);
    let (owner, lane) = trader(&mut book, &market);
    rest(&mut book, &market, maker, order(BookSide::Ask, 100, 50_000));
    let mut wanted = taking(BookSide::Bid, 100, 50_000);
    wanted.max_quote = 1_001_000;
    let taken = book.execute(&[market.take(lane, owner, wanted, &[maker.1])]);
    // 1,000,000 and 0.1%.
    let (event, _) = &trades::<Taken>(&taken)[0];
    assert_eq!(
        (event.lots, event.value, event.fee, event.ended),
        (10_000, 1_000_000, 1_000, 2)
    );
    assert_eq!(book.header(&lane).quote_free, QUOTE - 1_001_000);
}

#[test]
fn own_orders_are_decremented_cancelled_or_abort_the_take() {
    let (mut book, market) = plain();
    let maker = trader(&mut book, &market);
    // A second lane of the same owner is a lane that the owner may name.
    let (owner, lane) = (maker.0, market.lane(&maker.0, 1));
    book.open_lane(&market, owner, 1, 8, None);
    let ask = order(BookSide::Ask, 100, 10);
    for (policy, met, lots, left) in [(0, 2, 4, 6), (1, 3, 10, 0)] {
        book.execute(&[market.cancel_all(maker.1, owner, 2)]);
        let id = rest(&mut book, &market, maker, ask);
        let mut wanted = taking(BookSide::Bid, 100, 4);
        wanted.self_trade = policy;
        let taken = book.execute(&[market.take(lane, owner, wanted, &[maker.1])]);
        let (event, fills) = &trades::<Taken>(&taken)[0];
        assert_eq!(event.lots, 0);
        assert_eq!(
            (fills[0].id, fills[0].met, fills[0].lots, fills[0].left),
            (id, met, lots, left)
        );
    }
    rest(&mut book, &market, maker, ask);
    let mut wanted = taking(BookSide::Bid, 100, 4);
    wanted.self_trade = 2;
    let abort = market.take(lane, owner, wanted, &[maker.1]);
    assert_eq!(
        refusal(&mut book, abort),
        Reason::orderbook(OrderbookError::SelfTrade)
    );
}

#[test]
fn expired_orders_do_not_trade_and_anyone_may_reap_them() {
    let (mut book, market) = plain();
    let maker = trader(&mut book, &market);
    let (owner, lane) = trader(&mut book, &market);
    let now = book.svm().clock().unix_timestamp;
    let expiring = |price, seconds: i64| {
        let mut ask = order(BookSide::Ask, price, 10);
        ask.expires_at = u32::try_from(now + seconds).expect("before 2106");
        ask
    };
    let stale = rest(&mut book, &market, maker, expiring(99, 10));
    rest(&mut book, &market, maker, expiring(101, 10));
    rest(&mut book, &market, maker, order(BookSide::Ask, 100, 10));
    book.svm().set_time(now + 11);
    let taken =
        book.execute(&[market.take(lane, owner, taking(BookSide::Bid, 99, 10), &[maker.1])]);
    let (event, fills) = &trades::<Taken>(&taken)[0];
    assert_eq!((event.lots, event.orders), (0, 1));
    assert_eq!((fills[0].id, fills[0].met, fills[0].left), (stale, 1, 0));

    let reaped = book.execute(&[market.reap(maker.1)]);
    let reaped = record::<RemovedRecord>(&reaped);
    assert_eq!(
        (reaped.tag, reaped.orders, reaped.lots, reaped.time),
        (tag::REAPED, 1, 10, now + 11)
    );
    assert_eq!(levels(&book, &maker.1, BookSide::Ask), [(100, 10)]);
    assert_eq!(book.header(&maker.1).base_locked, 10_000);
}

#[test]
fn fills_without_end_are_logged_in_several_entries() {
    let (mut book, market) = plain();
    let (owner, lane) = trader(&mut book, &market);
    let mut makers = Vec::new();
    for _ in 0..4 {
        let maker = trader(&mut book, &market);
        for level in 0..14 {
            rest(
                &mut book,
                &market,
                maker,
                order(BookSide::Ask, 100 + level, 1),
            );
        }
        makers.push(maker.1);
    }
    let take = market.take(lane, owner, taking(BookSide::Bid, 200, 56), &makers);
    let taken = book
        .world
        .try_execute_heavy(&[take])
        .expect("all of them trade");
    book.check();
    let (event, fills) = &trades::<Taken>(&taken)[0];
    assert_eq!((event.lots, event.orders), (56, 56));
    assert_eq!(fills.len(), 56);
    // By price; at one price the earlier lane first.
    let lanes = makers.len() as u8;
    let expected: Vec<(u32, u8)> = (0..14)
        .flat_map(|level| (0..lanes).map(move |lane| (100 + level, lane)))
        .collect();
    let met: Vec<(u32, u8)> = fills.iter().map(|fill| (fill.price, fill.lane)).collect();
    assert_eq!(met, expected);
}
