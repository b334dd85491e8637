//! Staked amounts over time: locks, weights, and what they add up to in an epoch.
//!
//! Time is cut into epochs of equal length ([`Epochs`]). A position's weight is its amount times a
//! multiplier that grows with the epochs its lock has left ([`LockTerms`]), so it changes when the
//! position does and from one epoch to the next, and at no other time. Weight times seconds are
//! [`Points`]: what rewards are shared by.
//!
//! Nothing is accrued. A position and its shard keep the points that the present epoch will have
//! brought *when it is over, if nothing changes any more*; a change corrects that by what is left of
//! the epoch. All of it is exact: whatever happens in whatever order, the shards' points of an epoch
//! are the sum of the positions', to the unit.
//!
//! - [`PositionStake`]: one position, with the epochs in which it was changed. They tell its points
//!   in every epoch that it has not been paid for, and its weight at the beginning of past epochs
//!   (the governance program's proof: what was staked after the beginning does not count).
//! - [`ShardStake`]: the sum over the positions of a shard, kept up to date by each of them alone.
//!
//! Amounts are units of the staked token. Weights are in ten-thousandths of a unit
//! ([`WHOLE`] for a unit without a lock), points in ten-thousandths of a unit times seconds.

mod epochs;
mod error;
mod locks;
mod position;
mod shard;

#[cfg(test)]
pub(crate) mod tests;

pub use epochs::{Epochs, MAX_EPOCH_SECONDS, MIN_EPOCH_SECONDS, Moment};
pub use error::StakeError;
pub use locks::{LockTerms, MAX_LOCK_EPOCHS, MAX_MULTIPLIER, Stake, WHOLE};
pub use position::{MAX_ENTRIES, MAX_REWARDS, PositionStake, StakeChange, StakeEntry};
pub use shard::{EXPIRY_SLOTS, EpochSum, KEPT_EPOCHS, ShardStake};

use bytemuck::{Pod, Zeroable};

use crate::math::wide_mul;

/// A number of up to 128 bits, in two words so that it can lie in an account: weight or points.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Pod, Zeroable)]
#[repr(transparent)]
pub struct Points([u64; 2]);

impl Points {
    /// Nothing.
    pub const ZERO: Self = Self([0; 2]);

    /// From a number.
    #[inline]
    #[must_use]
    pub const fn new(value: u128) -> Self {
        Self([value as u64, (value >> 64) as u64])
    }

    /// The number.
    #[inline]
    #[must_use]
    pub const fn get(self) -> u128 {
        ((self.0[1] as u128) << 64) | self.0[0] as u128
    }
}

/// Weight times seconds. Weights are below 2^80 and seconds at most 2^25, so no product wraps.
#[inline(always)]
const fn points(weight: u128, seconds: u32) -> u128 {
    let (high, low) = ((weight >> 64) as u64, weight as u64);
    let seconds = seconds as u64;
    // Cheaper on the virtual machine than a 128-bit product.
    ((high.wrapping_mul(seconds) as u128) << 64).wrapping_add(wide_mul(low, seconds))
}
