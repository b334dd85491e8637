//! Order books without a book: every trader's orders lie in a lane of its own.
//!
//! A lane is a trader's account in one market: balances, free and locked, and resting orders, on
//! the account's own bytes. Placing, replacing and cancelling touch one lane. A [`take`](take()) names the
//! lanes it may trade with, merges their orders by price and then by time, and settles makers in
//! place. Fees are in quote; every rounding is named; nothing is allocated.
//!
//! - [`units`]: ticks, lots, sides, order ids
//! - [`market`]: fees and what orders lock
//! - [`lane`], [`order`]: the layout, placing, cancelling, reducing
//! - [`cancel`]: removing many orders, expiry, growth
//! - [`post_only`]: orders that must not take
//! - [`requote`]: replacing whole sides from one compact message
//! - [`mod@take`], [`mod@cross`]: trading

pub mod cancel;
pub mod cross;
pub mod error;
pub mod lane;
pub mod market;
mod merge;
pub mod order;
pub mod post_only;
pub mod requote;
mod resting;
mod settle;
pub mod take;
#[cfg(test)]
mod tests;
pub mod units;

pub use cancel::Removed;
pub use cross::{Crossed, cross};
pub use error::BookError;
pub use lane::{Key, LaneHeader, LaneMut, LaneRef, MAX_CAPACITY, MIN_CAPACITY, lane_len};
pub use market::Fees;
pub use order::{Expiry, Moment, NewOrder, Order};
pub use post_only::{PostOnly, best_live_price};
pub use requote::{Level, Requote, RequoteHead};
pub use take::{Ended, Fill, MAX_LANES, Met, SelfTrade, TakeOrder, Taken, take};
pub use units::{BookSide, Lots, OrderId, Sizes, Ticks};
