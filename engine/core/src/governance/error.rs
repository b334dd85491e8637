//! Why something about proposals or votes was refused.

use core::fmt;

use crate::stake::StakeError;

/// Why an operation on a proposal or a vote was refused. Refused, it has changed nothing.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum GovernanceError {
    /// A voting time or a cool-off out of bounds.
    InvalidVotingTime,
    /// A time-lock out of bounds.
    InvalidTimeLock,
    /// A time to execute in out of bounds.
    InvalidExecutionWindow,
    /// A quorum above the whole weight.
    InvalidQuorum,
    /// A threshold out of bounds.
    InvalidThreshold,
    /// A veto threshold out of bounds.
    InvalidVetoThreshold,
    /// A deposit out of bounds.
    InvalidDeposit,
    /// No options, too many of them, or more choices than options.
    InvalidOptions,
    /// No tally shards, or too many.
    InvalidShards,
    /// A total weight at the snapshot that is zero or too large.
    InvalidSnapshot,
    /// An option that the proposal does not have.
    UnknownOption,
    /// The option has as many instructions as fit, or none to remove.
    InstructionCount,
    /// The proposal's state does not allow this.
    WrongState,
    /// The proposal is not open for votes.
    VotingClosed,
    /// Votes can still be cast.
    VotingOpen,
    /// The ballot is not one that this body can cast on this proposal.
    InvalidBallot,
    /// In the cool-off only votes against are taken.
    CoolOff,
    /// The position had no weight at the snapshot.
    NoWeight,
    /// The position's weight at the snapshot cannot be shown.
    HistoryTooShort,
    /// There is a vote; it can be changed.
    AlreadyVoted,
    /// There is no vote.
    NotVoted,
    /// The owner has voted, and a delegate may not touch that vote.
    OwnerHasVoted,
    /// The record, the tally shard or the body is not the one that the vote was cast with.
    WrongRecord,
    /// The shard was summed before.
    AlreadySummed,
    /// Shards are missing from the sum.
    NotSummed,
    /// Accounts that belong together do not agree.
    Inconsistent,
    /// Votes that are not cast yet could change the outcome, or the vote is never decided early.
    NotSettled,
    /// The time-lock has not ended.
    TimeLocked,
    /// The time to execute in is over.
    Expired,
    /// The time to execute in is not over.
    NotExpired,
    /// Not the instruction that is next.
    OutOfOrder,
    /// An instruction of the proposal is running.
    Running,
    /// No instruction of the proposal is running.
    NotRunning,
    /// The deposit was paid out before.
    NoDeposit,
}

impl GovernanceError {
    /// What was wrong and what to do about it.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Self::InvalidVotingTime => {
                "votes last a minute to 30 days, and the cool-off no longer than that"
            }
            Self::InvalidTimeLock => "the time-lock is a minute to 30 days; choose one in between",
            Self::InvalidExecutionWindow => "the time to execute in is an hour to 90 days",
            Self::InvalidQuorum => "the quorum is at most 10,000 basis points; lower it",
            Self::InvalidThreshold => "the threshold is 100 to 10,000 basis points",
            Self::InvalidVetoThreshold => {
                "a veto needs 1,000 to 10,000 basis points, or 0 where there is none"
            }
            Self::InvalidDeposit => "the deposit is at most 1,000 SOL; lower it",
            Self::InvalidOptions => "a proposal has 1 to 8 options, and at most as many choices",
            Self::InvalidShards => "a proposal has 1 to 32 tally shards",
            Self::InvalidSnapshot => {
                "nobody had weight at the snapshot, or more than can be counted"
            }
            Self::UnknownOption => "the proposal has no such option",
            Self::InstructionCount => "an option has at most 64 instructions, and none to remove",
            Self::WrongState => "the proposal's state does not allow this; look at its state",
            Self::VotingClosed => "the proposal takes no votes now",
            Self::VotingOpen => "votes can still be cast; wait until voting has ended",
            Self::InvalidBallot => {
                "not a ballot for this proposal; choose among its options, and veto where allowed"
            }
            Self::CoolOff => "in the cool-off only no and veto are taken",
            Self::NoWeight => "the position had no weight at the snapshot",
            Self::HistoryTooShort => {
                "the position was changed too often since the snapshot; its weight cannot be shown"
            }
            Self::AlreadyVoted => "the position has voted; change the vote instead",
            Self::NotVoted => "the position has no vote on this proposal; cast one",
            Self::OwnerHasVoted => "the owner has voted; a delegate cannot change that",
            Self::WrongRecord => "the vote was cast with another shard or body; use that one",
            Self::AlreadySummed => "the shard was summed before; go on with another",
            Self::NotSummed => "tally shards are missing; sum all of them first",
            Self::Inconsistent => "accounts that belong together do not agree",
            Self::NotSettled => "votes to come could change the outcome; wait for the end",
            Self::TimeLocked => "the time-lock has not ended; wait until it has",
            Self::Expired => "the time to execute in is over; propose again",
            Self::NotExpired => "the time to execute in is not over",
            Self::OutOfOrder => "another instruction is next; instructions run in order, each once",
            Self::Running => "an instruction of this proposal is running",
            Self::NotRunning => "no instruction of this proposal is running",
            Self::NoDeposit => "the deposit was paid out before",
        }
    }
}

impl From<StakeError> for GovernanceError {
    /// Of a position only its weight is asked.
    fn from(error: StakeError) -> Self {
        match error {
            StakeError::HistoryTooShort => Self::HistoryTooShort,
            _ => Self::Inconsistent,
        }
    }
}

impl fmt::Display for GovernanceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl core::error::Error for GovernanceError {}
