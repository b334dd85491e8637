//! The exchange's arithmetic, run by the programs and by the engine alike.
//!
//! Everything here takes values and returns values: nothing is read, written or allocated, and a
//! quote is the execution's own computation. Amounts are integers of one type per meaning
//! ([`units`]), every inexact result names its rounding, and every function either returns a
//! correct result or a [`CoreError`].
//!
//! - [`math`]: products and quotients wider than 64 bits, square roots
//! - [`curve`]: what a shard pays before fees: constant product and stable swap
//! - [`fee`]: the bounded-ratio fee of sharded pools
//! - [`pool`]: trades, deposits, withdrawals and rebalancing as transitions of a shard; trades as
//!   a wallet sees them, with transfer fees
//! - [`oracle`]: time-weighted average prices
#![no_std]
#![forbid(unsafe_code)]

#[cfg(test)]
extern crate std;

pub mod curve;
pub mod error;
pub mod fee;
pub mod math;
pub mod oracle;
pub mod pool;
pub mod units;

pub use error::CoreError;
