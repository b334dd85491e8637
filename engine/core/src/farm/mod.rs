//! Rewards: how much an epoch pays, who gets it, and what nobody came for.
//!
//! A [`Schedule`] spreads what it was funded with evenly over the time it has left. When an epoch
//! is closed, its part is allotted to it for good ([`Schedule::allot`]), and everyone who staked
//! gets a [`share`] in proportion to points. What no one could earn because nobody staked stays
//! with the schedule. Amounts are units of the reward token.

mod schedule;

#[cfg(test)]
mod tests;

pub use schedule::{Schedule, Sweep, sweepable};

use crate::{
    math::mul_div_u128,
    stake::{MAX_REWARDS, StakeError},
    units::Rounding,
};

/// A closed epoch, as claims read it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct EpochRewards {
    /// The epoch.
    pub epoch: u32,
    /// From this epoch to `epoch` nothing was to be earned: the one behind the last with rewards.
    pub after: u32,
    /// Points of all positions.
    pub points: u128,
    /// What they share.
    pub rewards: [u64; MAX_REWARDS],
}

/// The part of a reward that `points` of `total` earn, rounded down.
///
/// # Errors
/// [`StakeError::Overflow`] if the points are more than all points.
#[inline]
pub fn share(points: u128, total: u128, reward: u64) -> Result<u64, StakeError> {
    if reward == 0 {
        return Ok(0);
    }
    if points > total {
        return Err(StakeError::Overflow);
    }
    mul_div_u128(points, u128::from(reward), total, Rounding::Down)
        .map(|share| share as u64)
        .map_err(|_| StakeError::Overflow)
}
