//! Everything that the program refuses, by name. Codes start at 6000.

use anchor_lang::prelude::*;
use sealane_core::governance::GovernanceError as RuleError;
use sealane_onchain::OnchainError;

/// Reasons for which an instruction fails. Nothing has changed when one is returned. The first are
/// those of the arithmetic, one to one; the names of the others say what was wrong besides.
#[error_code]
#[derive(Debug, PartialEq, Eq)]
pub enum GovernanceError {
    // The rules of votes
    /// 6000
    #[msg("Votes last a minute to 30 days, and the cool-off no longer than that")]
    InvalidVotingTime,
    /// 6001
    #[msg("The time-lock is a minute to 30 days; choose one in between")]
    InvalidTimeLock,
    /// 6002
    #[msg("The time to execute in is an hour to 90 days")]
    InvalidExecutionWindow,
    /// 6003
    #[msg("The quorum is at most 10,000 basis points; lower it")]
    InvalidQuorum,
    /// 6004
    #[msg("The threshold is 100 to 10,000 basis points")]
    InvalidThreshold,
    /// 6005
    #[msg("A veto needs 1,000 to 10,000 basis points, or 0 where there is none")]
    InvalidVetoThreshold,
    /// 6006
    #[msg("The deposit is at most 1,000 SOL; lower it")]
    InvalidDeposit,
    /// 6007
    #[msg("A proposal has 1 to 8 options, and at most as many choices")]
    InvalidOptions,
    /// 6008
    #[msg("A proposal has 1 to 32 tally shards")]
    InvalidShards,
    /// 6009
    #[msg("Nobody had weight at the snapshot, or more than can be counted")]
    InvalidSnapshot,
    /// 6010
    #[msg("The proposal has no such option")]
    UnknownOption,
    /// 6011
    #[msg("An option has at most 64 instructions, and none to remove")]
    InstructionCount,
    /// 6012
    #[msg("The proposal's state does not allow this; look at its state")]
    WrongState,
    /// 6013
    #[msg("The proposal takes no votes now")]
    VotingClosed,
    /// 6014
    #[msg("Votes can still be cast; wait until voting has ended")]
    VotingOpen,
    /// 6015
    #[msg("Not a ballot for this proposal; choose among its options, and veto where allowed")]
    InvalidBallot,
    /// 6016
    #[msg("In the cool-off only no and veto are taken")]
    CoolOff,
    /// 6017
    #[msg("The position had no weight at the snapshot")]
    NoWeight,
    /// 6018
    #[msg("The position was changed too often since the snapshot; its weight cannot be shown")]
    HistoryTooShort,
    /// 6019
    #[msg("The position has voted; change the vote instead")]
    AlreadyVoted,
    /// 6020
    #[msg("The position has no vote on this proposal; cast one")]
    NotVoted,
    /// 6021
    #[msg("The owner has voted; a delegate cannot change that")]
    OwnerHasVoted,
    /// 6022
    #[msg("The vote was cast with another shard or body; use that one")]
    WrongRecord,
    /// 6023
    #[msg("The shard was summed before; go on with another")]
    AlreadySummed,
    /// 6024
    #[msg("Tally shards are missing; sum all of them first")]
    NotSummed,
    /// 6025
    #[msg("Accounts that belong together do not agree")]
    Inconsistent,
    /// 6026
    #[msg("Votes to come could change the outcome; wait for the end")]
    NotSettled,
    /// 6027
    #[msg("The time-lock has not ended; wait until it has")]
    TimeLocked,
    /// 6028
    #[msg("The time to execute in is over; propose again")]
    Expired,
    /// 6029
    #[msg("The time to execute in is not over")]
    NotExpired,
    /// 6030
    #[msg("Another instruction is next; instructions run in order, each once")]
    OutOfOrder,
    /// 6031
    #[msg("An instruction of this proposal is running")]
    Running,
    /// 6032
    #[msg("No instruction of this proposal is running")]
    NotRunning,
    /// 6033
    #[msg("The deposit was paid out before")]
    NoDeposit,

    // Accounts
    /// 6034
    #[msg("The account belongs to another realm")]
    WrongRealm,
    /// 6035
    #[msg("The account belongs to another proposal")]
    WrongProposal,
    /// 6036
    #[msg("Only the author of the proposal may do this")]
    WrongAuthor,
    /// 6037
    #[msg("The signer neither owns the position nor is its delegate")]
    WrongVoter,
    /// 6038
    #[msg("Not the stake pool of the community or the council, or not a position in one of them")]
    WrongFarm,
    /// 6039
    #[msg("The record is of another position")]
    WrongPosition,
    /// 6040
    #[msg("Not the record of the epoch before the present one in this stake pool")]
    WrongEpochRecord,
    /// 6041
    #[msg("The epoch before the present one is not closed: close it in the staking program first")]
    EpochNotClosed,
    /// 6042
    #[msg("The realm has a council: its stake pool and epoch record are needed")]
    CouncilMissing,
    /// 6043
    #[msg("Community and council need two stake pools")]
    SameFarm,
    /// 6044
    #[msg("Not the realm's treasury")]
    WrongTreasury,
    /// 6045
    #[msg("Not who gets the lamports: who paid them in, or the treasury")]
    WrongRecipient,
    /// 6046
    #[msg("Not the derived address")]
    WrongAddress,
    /// 6047
    #[msg("The account could not be created")]
    CannotCreate,

    // Arguments
    /// 6048
    #[msg("A name is 1 to 32 bytes of UTF-8 without control characters")]
    InvalidName,
    /// 6049
    #[msg("A text has at most 10,000 bytes")]
    TextTooLong,
    /// 6050
    #[msg("The text needs a line for the title and one for each option, in UTF-8")]
    TextNotWhole,
    /// 6051
    #[msg("The part lies beyond the end")]
    InvalidRange,
    /// 6052
    #[msg("An instruction has at most 48 accounts and 4,096 bytes of data")]
    InstructionTooLarge,
    /// 6053
    #[msg("An account of an instruction signs, is writable, both or neither")]
    InvalidAccountFlags,
    /// 6054
    #[msg("Of an instruction's accounts only the realm's treasury signs")]
    ForeignSigner,
    /// 6055
    #[msg("An instruction cannot name its own proposal")]
    OwnProposal,

    // Execution and closing
    /// 6056
    #[msg("Not the program that the instruction calls")]
    WrongProgram,
    /// 6057
    #[msg("Not the accounts of the instruction, in its order")]
    WrongAccounts,
    /// 6058
    #[msg("The proposal is not over: its text and instructions are still needed")]
    NotOver,
    /// 6059
    #[msg("The proposal is not decided: its tally shards and votes still count")]
    NotDecided,
    /// 6060
    #[msg("The vote counts until the proposal is decided: withdraw it first")]
    VoteCounts,
    /// 6061
    #[msg("Until the proposal is decided only who paid for a record closes it")]
    RecordNotYours,
    /// 6062
    #[msg("Arithmetic overflow")]
    Overflow,
}

impl From<RuleError> for GovernanceError {
    #[cold]
    #[inline(never)]
    fn from(error: RuleError) -> Self {
        match error {
            RuleError::InvalidVotingTime => Self::InvalidVotingTime,
            RuleError::InvalidTimeLock => Self::InvalidTimeLock,
            RuleError::InvalidExecutionWindow => Self::InvalidExecutionWindow,
            RuleError::InvalidQuorum => Self::InvalidQuorum,
            RuleError::InvalidThreshold => Self::InvalidThreshold,
            RuleError::InvalidVetoThreshold => Self::InvalidVetoThreshold,
            RuleError::InvalidDeposit => Self::InvalidDeposit,
            RuleError::InvalidOptions => Self::InvalidOptions,
            RuleError::InvalidShards => Self::InvalidShards,
            RuleError::InvalidSnapshot => Self::InvalidSnapshot,
            RuleError::UnknownOption => Self::UnknownOption,
            RuleError::InstructionCount => Self::InstructionCount,
            RuleError::WrongState => Self::WrongState,
            RuleError::VotingClosed => Self::VotingClosed,
            RuleError::VotingOpen => Self::VotingOpen,
            RuleError::InvalidBallot => Self::InvalidBallot,
            RuleError::CoolOff => Self::CoolOff,
            RuleError::NoWeight => Self::NoWeight,
            RuleError::HistoryTooShort => Self::HistoryTooShort,
            RuleError::AlreadyVoted => Self::AlreadyVoted,
            RuleError::NotVoted => Self::NotVoted,
            RuleError::OwnerHasVoted => Self::OwnerHasVoted,
            RuleError::WrongRecord => Self::WrongRecord,
            RuleError::AlreadySummed => Self::AlreadySummed,
            RuleError::NotSummed => Self::NotSummed,
            RuleError::Inconsistent => Self::Inconsistent,
            RuleError::NotSettled => Self::NotSettled,
            RuleError::TimeLocked => Self::TimeLocked,
            RuleError::Expired => Self::Expired,
            RuleError::NotExpired => Self::NotExpired,
            RuleError::OutOfOrder => Self::OutOfOrder,
            RuleError::Running => Self::Running,
            RuleError::NotRunning => Self::NotRunning,
            RuleError::NoDeposit => Self::NoDeposit,
        }
    }
}

impl From<OnchainError> for GovernanceError {
    /// This program holds no tokens: of the reasons there are, two can be met here.
    #[cold]
    #[inline(never)]
    fn from(error: OnchainError) -> Self {
        match error {
            OnchainError::WrongAddress => Self::WrongAddress,
            _ => Self::CannotCreate,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Same names, and so the same order of codes as the rules have.
    #[test]
    fn the_rules_errors_keep_their_names() {
        let rules = [
            RuleError::InvalidVotingTime,
            RuleError::InvalidTimeLock,
            RuleError::InvalidExecutionWindow,
            RuleError::InvalidQuorum,
            RuleError::InvalidThreshold,
            RuleError::InvalidVetoThreshold,
            RuleError::InvalidDeposit,
            RuleError::InvalidOptions,
            RuleError::InvalidShards,
            RuleError::InvalidSnapshot,
            RuleError::UnknownOption,
            RuleError::InstructionCount,
            RuleError::WrongState,
            RuleError::VotingClosed,
            RuleError::VotingOpen,
            RuleError::InvalidBallot,
            RuleError::CoolOff,
            RuleError::NoWeight,
            RuleError::HistoryTooShort,
            RuleError::AlreadyVoted,
            RuleError::NotVoted,
            RuleError::OwnerHasVoted,
            RuleError::WrongRecord,
            RuleError::AlreadySummed,
            RuleError::NotSummed,
            RuleError::Inconsistent,
            RuleError::NotSettled,
            RuleError::TimeLocked,
            RuleError::Expired,
            RuleError::NotExpired,
            RuleError::OutOfOrder,
            RuleError::Running,
            RuleError::NotRunning,
            RuleError::NoDeposit,
        ];
        for (code, rule) in rules.into_iter().enumerate() {
            let error = GovernanceError::from(rule);
            assert_eq!(format!("{error:?}"), format!("{rule:?}"));
            assert_eq!(error as usize, code);
        }
    }
}
