//! Why something about stakes, rewards or their epochs was refused.

use core::fmt;

/// Why an operation on stakes or rewards was refused. Refused, it has changed nothing.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum StakeError {
    /// An amount of zero.
    ZeroAmount,
    /// A result does not fit its type, or accounts that belong together do not agree.
    Overflow,
    /// More than is staked.
    InsufficientStake,
    /// An epoch length, a cool-down or a grace period out of bounds.
    InvalidEpochs,
    /// A multiplier or a longest lock out of bounds.
    InvalidLockTerms,
    /// A lock that is not longer than the present one, or longer than allowed.
    InvalidLock,
    /// The lock has not ended.
    Locked,
    /// The cool-down has not ended, or nothing cools down.
    CoolingDown,
    /// The position was changed in too many epochs that it has not claimed.
    ClaimFirst,
    /// Epochs have ended that nobody has closed, and the shard cannot keep another.
    EpochsOverdue,
    /// The epoch has not ended.
    EpochNotOver,
    /// The shard was summed for this epoch, or keeps its sum no longer.
    AlreadySummed,
    /// The epoch was claimed.
    AlreadyClaimed,
    /// An earlier epoch with rewards has to be claimed first.
    OutOfOrder,
    /// The position's history does not reach back so far.
    HistoryTooShort,
    /// A schedule without time, or one that has ended.
    InvalidSchedule,
    /// The extension would pay less per second than was promised.
    RateWouldFall,
}

impl StakeError {
    /// What was wrong and what to do about it.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Self::ZeroAmount => "the amount is zero; give an amount above zero",
            Self::Overflow => "a result does not fit its type; use smaller amounts",
            Self::InsufficientStake => "the position has less at stake; ask for less",
            Self::InvalidEpochs => {
                "an epoch lasts a minute to 388 days; cool-down and grace period have bounds too"
            }
            Self::InvalidLockTerms => {
                "locks last at most 255 epochs and multiply at most by five; lower one of them"
            }
            Self::InvalidLock => {
                "a lock can only be made longer, up to the longest allowed; choose a later epoch"
            }
            Self::Locked => "the stake is locked; wait until its lock has ended",
            Self::CoolingDown => "nothing has cooled down yet; wait, or unstake first",
            Self::ClaimFirst => {
                "the position was changed in too many unclaimed epochs; claim or forfeit some first"
            }
            Self::EpochsOverdue => "epochs have ended that nobody has closed; close them first",
            Self::EpochNotOver => "the epoch has not ended; wait until it has",
            Self::AlreadySummed => "the shard was summed for this epoch, or forgot it",
            Self::AlreadyClaimed => "the epoch was claimed before",
            Self::OutOfOrder => "an earlier epoch has rewards; claim or forfeit it first",
            Self::HistoryTooShort => {
                "the position was changed too often since that epoch; its weight cannot be shown"
            }
            Self::InvalidSchedule => {
                "rewards need a time to be paid over, in the future; give a later end"
            }
            Self::RateWouldFall => {
                "the extension would pay less per second than promised; add rewards or end sooner"
            }
        }
    }
}

impl fmt::Display for StakeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl core::error::Error for StakeError {}
