//! Rewards: how much an epoch pays, who gets it, and what nobody came for.
//!
//! A [`Schedule`] spreads what it was funded with evenly over the time it has left. When an epoch
//! is closed, its part is allotted to it for good ([`Schedule::allot`]), and everyone who staked
//! gets a [`Part`] in proportion to points. What no one could earn because nobody staked stays
//! with the schedule. Points come from stakes over time ([`crate::stake`]), or from what a lane
//! has made ([`volume_since`]). Amounts are units of the reward token.

mod schedule;
mod share;
mod volume;

#[cfg(test)]
mod tests;

pub use schedule::{Schedule, Sweep, sweepable};
pub use share::Part;
pub use volume::volume_since;

use crate::stake::MAX_REWARDS;

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
