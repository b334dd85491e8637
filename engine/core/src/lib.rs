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
//! - [`book`]: lanes of resting orders, and taking from them
//! - [`stake`]: staked amounts over time: locks, weights, points in an epoch
//! - [`farm`]: what an epoch pays, and everyone's share of it
//! - [`governance`]: votes by staked weight, what they decide, and what may follow
//!
//! ```
//! use sealane_core::{
//!     curve::Curve,
//!     fee::BoundedRatioFee,
//!     pool::{PoolParams, Reserves, ShardState, swap_exact_in},
//!     units::{Bps, InAmount, Shares, Side},
//! };
//!
//! let shard = ShardState {
//!     reserves: Reserves::new(1_000_000, 2_000_000),
//!     shares: Shares::new(1_414_213),
//!     protocol_fees: Reserves::ZERO,
//! };
//! let params = PoolParams::try_new(
//!     Curve::ConstantProduct,
//!     BoundedRatioFee::DEFAULT,
//!     Bps::try_new(2_500)?,
//! )?;
//! let swap = swap_exact_in(&shard, &params, Side::Base, InAmount::new(1_000))?;
//! assert_eq!(swap.amount_out.get(), 1_975);
//! assert_eq!(swap.fee.get(), 23);
//! assert_eq!(swap.after.reserves, Reserves::new(1_001_000, 1_998_020));
//! # Ok::<(), sealane_core::CoreError>(())
//! ```
#![no_std]
#![forbid(unsafe_code)]

#[cfg(test)]
extern crate std;

pub mod book;
pub mod concentrated;
pub mod curve;
pub mod error;
pub mod farm;
pub mod fee;
pub mod governance;
pub mod math;
pub mod oracle;
pub mod pool;
pub mod stake;
pub mod units;

pub use error::CoreError;
