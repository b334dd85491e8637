//! What trading may cost. The bench has the figures; these are the limits.

use rand::Rng;
use sealane_core::book::{BookSide, Expiry, RequoteHead, Ticks, requote::flag};
use sealane_orderbook::events::OrderRecord;
use sealane_testkit::{
    MintSpec, Seeded,
    book::{
        market::{PARAMS, TestMarket},
        trading::{ladder, order, record, taking},
        world::BookWorld,
    },
};
use solana_instruction::Instruction;

use super::{plain, rest, trader};

const PLACE: u64 = 700;
const CANCEL: u64 = 500;
const REPLACE_ALL_16: u64 = 2_500;
const TAKE_1: u64 = 1_500;
/// For each fill after the first, in a lane that is named already or in one of its own.
const FURTHER_FILL: u64 = 400;

fn units(book: &mut BookWorld, instruction: Instruction) -> u64 {
    book.execute(&[instruction]).program_units()
}

fn assert_within(what: &str, units: u64, limit: u64) {
    assert!(units <= limit, "{what}: {units} units, allowed are {limit}");
}

#[test]
fn placing_and_cancelling_are_cheap_wherever_the_order_stands() {
    let mut seeded = Seeded::new(31);
    let (mut book, market) = plain();
    let (owner, lane) = trader(&mut book, &market);
    for _ in 0..20 {
        let mut ids = Vec::new();
        for at in 0..32 {
            let (side, lowest) = [(BookSide::Bid, 100), (BookSide::Ask, 200)][at % 2];
            let price = lowest + seeded.rng.random_range(0..20);
            let lots = seeded.rng.random_range(1..100);
            let placed = book.execute(&[market.place(lane, owner, order(side, price, lots))]);
            assert_within("place", placed.program_units(), PLACE);
            ids.push(record::<OrderRecord>(&placed).id);
        }
        while !ids.is_empty() {
            let id = ids.swap_remove(seeded.rng.random_range(0..ids.len()));
            let units = units(&mut book, market.cancel(lane, owner, id));
            assert_within("cancel", units, CANCEL);
        }
    }
}

#[test]
fn requoting_sixteen_levels_is_cheap() {
    let (mut book, market) = plain();
    let (owner, lane) = trader(&mut book, &market);
    for (bids, asks) in [(8, 8), (16, 0), (0, 16), (8, 8)] {
        let head = RequoteHead {
            client_id: 1,
            expiry: Expiry::NEVER,
            reference: Ticks(1_000),
            lot_multiple: 10,
            bids: 0,
            asks: 0,
            flags: flag::BIDS | flag::ASKS,
        };
        let levels = |count: usize| vec![(1, 5); count];
        let message = ladder(head, &levels(bids), &levels(asks));
        let units = units(&mut book, market.replace_all(lane, owner, message));
        assert_within("replace_all", units, REPLACE_ALL_16);
    }
}

#[test]
fn a_take_is_cheap_and_so_is_each_further_fill() {
    let cases = [-500, 300].map(|maker| [BookSide::Bid, BookSide::Ask].map(|side| (maker, side)));
    for (maker_pips, side) in cases.concat() {
        let mut book = BookWorld::new();
        let mint = MintSpec::spl(6);
        let mut params = PARAMS;
        params.fees.maker_pips = maker_pips;
        let market = book.create_market((&mint, &mint), params, 1);
        let one_lane = take_of(&mut book, &market, side, 1, 1);
        assert_within("one fill", one_lane, TAKE_1);
        let eight = take_of(&mut book, &market, side, 1, 8);
        assert_within("8 fills in a lane", eight, one_lane + 7 * FURTHER_FILL);
        let lanes = take_of(&mut book, &market, side, 8, 1);
        assert_within("8 fills in 8 lanes", lanes, one_lane + 7 * FURTHER_FILL);
    }
}

/// Units of a take that fills so many orders of so many lanes.
fn take_of(
    book: &mut BookWorld,
    market: &TestMarket,
    side: BookSide,
    lanes: u32,
    orders: u32,
) -> u64 {
    let makers: Vec<_> = (0..lanes).map(|_| trader(book, market)).collect();
    for (at, &maker) in makers.iter().enumerate() {
        for level in 0..orders {
            let price = 1_000 + at as u32 + level;
            rest(book, market, maker, order(side.opposite(), price, 10));
        }
    }
    let (owner, lane) = trader(book, market);
    let limit = match side {
        BookSide::Bid => 2_000,
        BookSide::Ask => 1,
    };
    let lots = u64::from(10 * lanes * orders);
    let lanes: Vec<_> = makers.iter().map(|&(_, lane)| lane).collect();
    let taken = market.take(lane, owner, taking(side, limit, lots), &lanes);
    units(book, taken)
}
