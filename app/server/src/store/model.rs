//! What is kept.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;
use sealane_sdk::engine_core::stake::MAX_REWARDS;
use solana_pubkey::Pubkey;

use super::Interval;

/// A trade that was executed: a swap with a shard, or one order filled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trade {
    /// Later trades have higher ones; given when it is stored.
    pub id: u64,
    /// The transaction.
    pub signature: String,
    /// Which of the transaction's events.
    pub position: u32,
    /// Which of the event's fills.
    pub fill: u32,
    /// The pool or the market.
    pub venue: Pubkey,
    /// The slot.
    pub slot: u64,
    /// The block's time, Unix seconds.
    pub time: i64,
    /// Whether the taker bought base tokens.
    pub is_buy: bool,
    /// Whole quote tokens for one whole base token.
    pub price: Decimal,
    /// Base units traded.
    pub base: u64,
    /// Quote units traded.
    pub quote: u64,
    /// The fee.
    pub fee: u64,
    /// What of it liquidity providers earned.
    pub earned: u64,
    /// Whether the fee is in base tokens.
    pub fee_in_base: bool,
    /// Who traded.
    pub taker: Pubkey,
    /// Whose order was filled.
    pub maker: Option<Pubkey>,
    /// The shard, or the lane that was filled.
    pub counterparty: Pubkey,
}

/// What a venue did in an interval.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candle {
    /// When the interval begins, Unix seconds.
    pub start: i64,
    /// Price of the first trade.
    pub open: Decimal,
    /// Highest price.
    pub high: Decimal,
    /// Lowest price.
    pub low: Decimal,
    /// Price of the last trade.
    pub close: Decimal,
    /// Base units traded.
    pub base: u128,
    /// Quote units traded.
    pub quote: u128,
    /// Base units that liquidity providers earned.
    pub earned_base: u128,
    /// Quote units that they earned.
    pub earned_quote: u128,
    /// How many trades.
    pub trades: u64,
    /// The slot of the first.
    pub first_slot: u64,
    /// The slot of the last.
    pub last_slot: u64,
}

/// Something that an address did, or that happened to it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Activity {
    /// Later ones have higher ones; given when it is stored.
    pub id: u64,
    /// Whose.
    pub owner: Pubkey,
    /// What.
    pub kind: String,
    /// The transaction.
    pub signature: String,
    /// Which of the transaction's events.
    pub position: u32,
    /// Which of the event's activities.
    pub part: u32,
    /// The slot.
    pub slot: u64,
    /// The block's time, Unix seconds.
    pub time: i64,
    /// The pool, the market or the farm.
    pub venue: Option<Pubkey>,
    /// Whether base tokens were bought.
    pub is_buy: Option<bool>,
    /// Base units; where the venue is a farm, units of `mint`.
    pub base: Option<u64>,
    /// Quote units.
    pub quote: Option<u64>,
    /// Whole quote tokens for one whole base token.
    pub price: Option<Decimal>,
    /// The fee.
    pub fee: Option<u64>,
    /// The shard, the lane or the position.
    pub account: Option<Pubkey>,
    /// The order.
    pub order: Option<u64>,
    /// The token, where the venue is a farm.
    pub mint: Option<Pubkey>,
}

/// An epoch of a farm that was closed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClosedEpoch {
    /// The farm.
    pub farm: Pubkey,
    /// The epoch.
    pub epoch: u32,
    /// The transaction.
    pub signature: String,
    /// The slot.
    pub slot: u64,
    /// The block's time, Unix seconds.
    pub time: i64,
    /// Points of all positions.
    pub points: u128,
    /// Their weight at its end, in ten-thousandths.
    pub weight: u128,
    /// What they share, of each reward.
    pub rewards: [u64; MAX_REWARDS],
}

/// A position that was opened, whether it is still there or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PositionRow {
    /// Which.
    pub position: Pubkey,
    /// The farm that it is in.
    pub farm: Pubkey,
    /// Whose it is.
    pub owner: Pubkey,
}

/// An event of a transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventRow {
    /// Its place among the transaction's events.
    pub position: u32,
    /// Which program told it.
    pub program: Pubkey,
    /// Its name in the program.
    pub kind: &'static str,
    /// The account that it is about.
    pub account: Pubkey,
}

/// A transaction, read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recorded {
    /// Its name.
    pub signature: String,
    /// The slot.
    pub slot: u64,
    /// The block's time, Unix seconds.
    pub time: i64,
    /// Its events.
    pub events: Vec<EventRow>,
    /// Trades.
    pub trades: Vec<Trade>,
    /// What addresses did.
    pub activities: Vec<Activity>,
    /// What became of lanes and of the orders in them, in this order.
    pub books: Vec<BookChange>,
    /// Positions that were opened.
    pub positions: Vec<PositionRow>,
    /// Epochs that were closed.
    pub epochs: Vec<ClosedEpoch>,
}

/// What became of a lane, or of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BookChange {
    /// None of the orders that were known of the lane counts any more.
    Lane(LaneRow),
    /// An order is as it is now.
    Order(OrderRow),
}

/// A lane that was opened, whether it is still there or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LaneRow {
    /// Which.
    pub lane: Pubkey,
    /// The market that it trades in.
    pub market: Pubkey,
    /// Whose it is.
    pub owner: Pubkey,
    /// Whether all its orders are known from here on.
    pub is_followed: bool,
}

/// An order that rests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderRow {
    /// The lane that it rests in.
    pub lane: Pubkey,
    /// Its name.
    pub id: u64,
    /// Its price, in ticks.
    pub price: u32,
    /// What is left of it, in lots; 0: it is gone.
    pub lots: u64,
    /// What its owner knows it by.
    pub client_id: u64,
    /// The last slot in which it stands; 0: any.
    pub expires_slot: u64,
    /// The last second in which it stands, Unix time; 0: any.
    pub expires_at: u32,
}

/// The lanes that are followed, each with its market and its orders.
pub type Resting = BTreeMap<Pubkey, (Pubkey, Vec<OrderRow>)>;

/// How far a program's transactions have been read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// Which program's.
    pub program: Pubkey,
    /// Everything up to this one is in.
    pub signature: String,
    /// Its slot.
    pub slot: u64,
}

/// What is stored at once.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// Transactions, oldest first. Of one that is in already nothing is stored.
    pub transactions: Vec<Recorded>,
    /// Whether the blocks of these are final.
    pub is_final: bool,
    /// Transactions that are in, and whose blocks have become final.
    pub settled: Vec<String>,
    /// Transactions that are in, and whose blocks were skipped.
    pub taken_back: Vec<String>,
    /// How far they reach.
    pub cursors: Vec<Cursor>,
    /// The backlog is worked off up to this slot.
    pub worked_off: Option<u64>,
}

/// What a batch has changed.
#[derive(Clone, Debug, Default)]
pub struct Committed {
    /// New transactions.
    pub transactions: usize,
    /// New events.
    pub events: usize,
    /// New trades, oldest first.
    pub trades: Vec<Trade>,
    /// Candles as they are now.
    pub candles: Vec<(Pubkey, Interval, Candle)>,
    /// Whose history has changed.
    pub owners: BTreeSet<Pubkey>,
    /// Venues of which trades were taken back: what was told of them is to be told anew.
    pub unmade: BTreeSet<Pubkey>,
}
