//! What becomes of orders: the records that order instructions return, and the events of trades.
//!
//! # Returned records
//!
//! Placing, cancelling, reducing, replacing and reaping return one record each as return data. The
//! runtime logs it as `Program return: <program> <base64>` between the lines `Program <program>
//! invoke` and `Program <program> success` of that very instruction, also when another program
//! called it. A caller that returns nothing of its own gets the same line once more, but under its
//! own address: take lines of this program's address only, and of successful transactions. (The
//! return data in a transaction's status is only what its last instruction left there.)
//!
//! The first byte is the record's tag: [`tag`]. Integers are little-endian, records as below
//! without padding, and every record names its lane.
//!
//! # Rebuilding every book
//!
//! A lane's book is the set of its resting orders; a market's is the union over its lanes. Starting
//! from [`LaneOpened`](super::LaneOpened), with no orders, apply in the order of execution:
//!
//! | instruction | record or event | what changes |
//! |---|---|---|
//! | `place` | [`OrderRecord`], `PLACED` | a new order: id, side (bit 0 of the id), price and lots of the record; client id and expiry of the instruction's data |
//! | `place_many` | [`PlacedManyRecord`], then one price (u32) for each order | new orders as in the data, with the prices of the record. Ids: below |
//! | `cancel` | [`OrderRecord`], `CANCELLED` | the order is gone |
//! | `reduce` | [`OrderRecord`], `REDUCED` | the order has `lots` left; 0: it is gone |
//! | `cancel_client` | [`RemovedRecord`] | all orders with the data's client id are gone |
//! | `cancel_up_to` | [`RemovedRecord`] | the best `orders` orders of the data's side are gone |
//! | `cancel_all` | [`RemovedRecord`] | all orders of the data's sides are gone |
//! | `reap` | [`RemovedRecord`] | all orders are gone that had expired at the record's slot and time |
//! | `replace_all` | [`ReplacedRecord`] | all orders of the sides flagged in the data are gone; new ones are as in the data. Ids: below |
//! | `take` | [`Taken`], [`FillRecord`]s | each record's order has `left` lots left; 0: it is gone. Unless `rested_id` is 0, the taker's lane has a new order of `left` lots at the data's limit |
//! | `swap_take` | [`SwapTaken`], [`FillRecord`]s | the same, without a taker's lane |
//! | `cross` | [`Crossed`], [`FillRecord`]s | each record's order has `left` lots left; 0: it is gone |
//!
//! Ids of orders placed together: the k-th (from 0) of them has `(first_id & !1) + 2·k`, plus 1 if
//! it is an ask. `place_many` counts in the order of its data; `replace_all` counts the bids, best
//! first, then the asks, best first, as its data does.
//!
//! Within a lane and side the better price comes first, and of equal prices the lower id. Across
//! lanes likewise. An order whose expiry has passed may still be in the set; it no longer trades.
//!
//! # Fills
//!
//! The log data of a trade is its event with [`FillRecord`]s behind it, in the order in which the
//! resting orders were met. If there are more of them than one entry has room for, entries with
//! [`MoreFills`] come before; their records are the earlier ones.
//!
//! A record says in which lane its order rests by the lane's place among those that the instruction
//! names to trade with, because an address costs more to log than all else in it. Place 0 is this
//! account of the instruction, counted from 0:
//!
//! | instruction | account of place 0 |
//! |---|---|
//! | `take` | [`TAKE_MAKERS`] |
//! | `swap_take` | [`SWAP_TAKE_MAKERS`]; one further where the event's `referrer` is not zero |
//! | `cross` | [`CROSS_MAKERS`]: the bids' lane, then the asks' |

use anchor_lang::prelude::*;
use bytemuck::{Pod, Zeroable};

/// First bytes of the records.
pub mod tag {
    /// [`OrderRecord`](super::OrderRecord): a new order.
    pub const PLACED: u8 = 1;
    /// [`OrderRecord`](super::OrderRecord): an order is gone.
    pub const CANCELLED: u8 = 2;
    /// [`OrderRecord`](super::OrderRecord): an order has fewer lots.
    pub const REDUCED: u8 = 3;
    /// [`PlacedManyRecord`](super::PlacedManyRecord), and prices.
    pub const PLACED_MANY: u8 = 4;
    /// [`ReplacedRecord`](super::ReplacedRecord).
    pub const REPLACED: u8 = 5;
    /// [`RemovedRecord`](super::RemovedRecord): by client id.
    pub const CANCELLED_CLIENT: u8 = 6;
    /// [`RemovedRecord`](super::RemovedRecord): up to a price.
    pub const CANCELLED_UP_TO: u8 = 7;
    /// [`RemovedRecord`](super::RemovedRecord): whole sides.
    pub const CANCELLED_ALL: u8 = 8;
    /// [`RemovedRecord`](super::RemovedRecord): expired orders.
    pub const REAPED: u8 = 9;
}

/// Which of `take`'s accounts is the first maker lane.
pub const TAKE_MAKERS: usize = 3;
/// Which of `swap_take`'s accounts is the first maker lane, without a referrer's.
pub const SWAP_TAKE_MAKERS: usize = 11;
/// Which of `cross`'s accounts is the lane with the bids; the next is the one with the asks.
pub const CROSS_MAKERS: usize = 3;

/// What became of one order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub struct OrderRecord {
    /// `PLACED`, `CANCELLED` or `REDUCED`.
    pub tag: u8,
    /// Zero.
    pub reserved: [u8; 3],
    /// Price in ticks; where a post-only order slid, the price it slid to.
    pub price: u32,
    /// The order.
    pub id: u64,
    /// Lots: of a new order all, of a cancelled one what was left, of a reduced one what is left.
    pub lots: u64,
    /// The order's client id.
    pub client_id: u64,
    /// The lane.
    pub lane: [u8; 32],
}

/// Several orders were placed. Behind it follows the price of each, 4 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub struct PlacedManyRecord {
    /// `PLACED_MANY`.
    pub tag: u8,
    /// How many.
    pub orders: u8,
    /// Zero.
    pub reserved: [u8; 6],
    /// Id of the first.
    pub first_id: u64,
    /// The lane.
    pub lane: [u8; 32],
}

/// One side or both were replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub struct ReplacedRecord {
    /// `REPLACED`.
    pub tag: u8,
    /// New bids.
    pub bids: u8,
    /// New asks.
    pub asks: u8,
    /// Zero.
    pub reserved: [u8; 5],
    /// Id of the first new order: of the best bid, or if there are no new bids of the best ask. 0
    /// if there are no new orders at all.
    pub first_id: u64,
    /// The lane.
    pub lane: [u8; 32],
}

/// Orders were removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub struct RemovedRecord {
    /// `CANCELLED_CLIENT`, `CANCELLED_UP_TO`, `CANCELLED_ALL` or `REAPED`.
    pub tag: u8,
    /// Zero.
    pub reserved: u8,
    /// How many, on both sides together.
    pub orders: u16,
    /// Zero.
    pub reserved_2: u32,
    /// Their lots in sum; wraps.
    pub lots: u64,
    /// Of `REAPED` the slot at which orders were looked at, otherwise 0.
    pub slot: u64,
    /// Of `REAPED` the Unix time, otherwise 0.
    pub time: i64,
    /// The lane.
    pub lane: [u8; 32],
}

/// A resting order that a trade met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub struct FillRecord {
    /// The order.
    pub id: u64,
    /// Lots traded, or taken off it.
    pub lots: u64,
    /// Lots left of it; 0: it is gone.
    pub left: u64,
    /// The price: of a cross the one at which was traded, otherwise the order's.
    pub price: u32,
    /// 0: it traded; 1: it had expired and was cancelled; 2: it was the taker's own and was made
    /// smaller; 3: it was the taker's own and was cancelled.
    pub met: u8,
    /// The lane in which it rests: its place, from 0, among the lanes that the instruction names to
    /// trade with. See [the module's text](self#fills).
    pub lane: u8,
    /// Zero.
    pub reserved: [u8; 2],
}

const _: () = assert!(size_of::<FillRecord>() == 32);

/// The first fills of a trade with many of them. [`FillRecord`]s follow.
#[event(bytemuck)]
#[derive(Debug, PartialEq, Eq)]
pub struct MoreFills {
    /// The market.
    pub market: Address,
}

/// A lane took. The last of its [`FillRecord`]s follow.
#[event(bytemuck)]
#[derive(Debug, PartialEq, Eq)]
pub struct Taken {
    /// The taker's lane; its market is known since it was opened.
    pub lane: Address,
    /// Lots traded.
    pub lots: u64,
    /// Their value in quote, before fees.
    pub value: u64,
    /// The taker's fee, in quote.
    pub fee: u64,
    /// What of it makers got.
    pub rebates: u64,
    /// What of it is the referrer's.
    pub referrer_fee: u64,
    /// Lots neither traded nor decremented. They rest if `rested_id` is not 0, and are dropped
    /// otherwise.
    pub left: u64,
    /// The order in which the lots left over rest; 0: none.
    pub rested_id: u64,
    /// The taker's side: 0 bought base, 1 sold base.
    pub side: u8,
    /// Why it ended. 0: nothing left to trade; 1: no more orders within the limit in the lanes
    /// named; 2: the quote limit; 3: the limit of orders met.
    pub ended: u8,
    /// Resting orders met: records of this trade in all entries.
    pub orders: u16,
    /// Zero.
    pub reserved: [u8; 4],
}

/// A wallet took. The last of its [`FillRecord`]s follow.
#[event(bytemuck)]
#[derive(Debug, PartialEq, Eq)]
pub struct SwapTaken {
    /// The market.
    pub market: Address,
    /// The vault shard that was paid and that paid.
    pub vault_shard: Address,
    /// The wallet.
    pub trader: Address,
    /// The referrer's lane; all zero: none.
    pub referrer: Address,
    /// Lots traded.
    pub lots: u64,
    /// Their value in quote, before fees.
    pub value: u64,
    /// The taker's fee, in quote.
    pub fee: u64,
    /// What of it makers got.
    pub rebates: u64,
    /// What of it the referrer's lane got.
    pub referrer_fee: u64,
    /// What left the trader's account, transfer fee included.
    pub sent: u64,
    /// What reached the trader's account, transfer fee deducted.
    pub received: u64,
    /// The trader's side: 0 bought base, 1 sold base.
    pub side: u8,
    /// Why it ended, as in [`Taken`].
    pub ended: u8,
    /// Resting orders met: records of this trade in all entries.
    pub orders: u16,
    /// Zero.
    pub reserved: [u8; 4],
}

/// Two lanes whose prices crossed have traded with each other. The last of its [`FillRecord`]s
/// follow.
#[event(bytemuck)]
#[derive(Debug, PartialEq, Eq)]
pub struct Crossed {
    /// The market.
    pub market: Address,
    /// The lane that got the reward.
    pub lane: Address,
    /// Lots traded.
    pub lots: u64,
    /// Their value in quote, at the prices of the orders that were first.
    pub value: u64,
    /// The taker's fees that the later orders paid, in quote.
    pub fee: u64,
    /// What of them the earlier orders got.
    pub rebates: u64,
    /// What the caller's lane got of the difference.
    pub reward: u64,
    /// Resting orders met: records of this trade in all entries.
    pub orders: u16,
    /// Zero.
    pub reserved: [u8; 6],
}
