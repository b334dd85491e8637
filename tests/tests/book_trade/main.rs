//! Every trading instruction of the order book program does what it says: ledgers, orders, records
//! and events by numbers computed by hand.
//!
//! The markets are those of `PARAMS`: lots of 1,000 units, ticks of 1 quote unit per lot, 0.1% for
//! takers, of which makers get a half and referrers 20% of the rest.

mod lanes;
mod orders;
mod takes;
mod units;
mod wallets;

use sealane_core::book::{BookSide, LaneHeader};
use sealane_orderbook::{PlaceParams, events::OrderRecord};
use sealane_testkit::{
    MintSpec, Reason,
    book::{
        market::{PARAMS, TestMarket},
        trading::record,
        world::BookWorld,
    },
};
use solana_pubkey::Pubkey;

const BASE: u64 = 100_000_000;
const QUOTE: u64 = 10_000_000;

/// A world with a market of plain mints.
fn plain() -> (BookWorld, TestMarket) {
    market_of(&MintSpec::spl(6))
}

fn market_of(mint: &MintSpec) -> (BookWorld, TestMarket) {
    let mut book = BookWorld::new();
    let market = book.create_market((mint, mint), PARAMS, 2);
    (book, market)
}

/// Owner and lane of a trader with free balances.
fn trader(book: &mut BookWorld, market: &TestMarket) -> (Pubkey, Pubkey) {
    book.funded_lane(market, 16, BASE, QUOTE)
}

/// Free and locked base, free and locked quote.
fn funds(header: &LaneHeader) -> [u64; 4] {
    [
        header.base_free,
        header.base_locked,
        header.quote_free,
        header.quote_locked,
    ]
}

/// (price, lots) of a side, best first.
fn levels(book: &BookWorld, lane: &Pubkey, side: BookSide) -> Vec<(u32, u64)> {
    let state = book.lane(lane).expect("a lane");
    let orders = match side {
        BookSide::Bid => &state.bids,
        BookSide::Ask => &state.asks,
    };
    orders
        .iter()
        .rev()
        .map(|order| (order.price.0, order.lots.0))
        .collect()
}

fn refusal(book: &mut BookWorld, instruction: solana_instruction::Instruction) -> Reason {
    book.try_execute(&[instruction])
        .expect_err("must be refused")
        .reason
}

/// Places an order and returns its id.
fn rest(
    book: &mut BookWorld,
    market: &TestMarket,
    (owner, lane): (Pubkey, Pubkey),
    order: PlaceParams,
) -> u64 {
    let placed = book.execute(&[market.place(lane, owner, order)]);
    record::<OrderRecord>(&placed).id
}
