//! The governance program's errors: names, what was wrong, what to do next.

use sealane_governance::errors::GovernanceError;

use super::describe::{FIRST_CODE, describe, with_code};

describe! {
    /// What people need to know about an error of the governance program.
    trait GovernanceErrorExt for GovernanceError;

    InvalidVotingTime: "the time to vote, or the cool-off, is out of bounds",
        "let votes last a minute to 30 days, and the cool-off no longer than that";
    InvalidTimeLock: "the time-lock is out of bounds",
        "choose one between a minute and 30 days";
    InvalidExecutionWindow: "the time to execute in is out of bounds",
        "choose one between an hour and 90 days";
    InvalidQuorum: "the quorum is above the whole weight",
        "use at most 10,000 basis points";
    InvalidThreshold: "the threshold is out of bounds",
        "use 100 to 10,000 basis points";
    InvalidVetoThreshold: "a veto's threshold is out of bounds",
        "use 1,000 to 10,000 basis points, or 0 for none";
    InvalidDeposit: "the deposit is too high",
        "use at most 1,000 SOL";
    InvalidOptions: "there are too many options, or more choices than options",
        "use 1 to 8 options, and at most as many choices";
    InvalidShards: "the number of tally shards is out of bounds",
        "use 1 to 32 tally shards";
    InvalidSnapshot: "nobody had weight at the snapshot, or more than can be counted",
        "let somebody stake, and sign off in a later epoch";
    UnknownOption: "the proposal has no such option",
        "count its options from 0";
    InstructionCount: "the option has 64 instructions, or none to remove",
        "use another option, or another proposal";
    WrongState: "the proposal's state does not allow this",
        "look at its state: drafts are edited, votes decided, successes executed";
    VotingClosed: "the proposal takes no votes now",
        "vote on others; the next one needs a new proposal";
    VotingOpen: "votes can still be cast",
        "wait until voting has ended";
    InvalidBallot: "this is no ballot for this proposal",
        "choose among its options, no more than it allows, and veto only where it can be vetoed";
    CoolOff: "in the cool-off only no and veto are taken",
        "vote no or veto, or leave your vote as it is";
    NoWeight: "the position had no weight at the snapshot",
        "vote with a position that was staked before; later proposals count this one";
    HistoryTooShort: "the position was changed too often since the snapshot to tell its weight then",
        "vote with another position; proposals opened later count this one";
    AlreadyVoted: "the position has voted",
        "change the vote instead";
    NotVoted: "the position has no vote on this proposal",
        "cast one";
    OwnerHasVoted: "the position's owner has voted, which a delegate cannot change",
        "ask the owner";
    WrongRecord: "the vote was cast in another tally shard",
        "name the shard that the record names";
    AlreadySummed: "the tally shard was summed before",
        "go on with those that were not";
    NotSummed: "tally shards are missing in the sum",
        "sum all of them first";
    Inconsistent: "accounts that belong together do not agree",
        "fetch them again";
    NotSettled: "votes to come could change the outcome",
        "wait until voting has ended";
    TimeLocked: "the time-lock has not ended",
        "wait until it has";
    Expired: "the time to execute in is over",
        "propose it again";
    NotExpired: "the time to execute in is not over",
        "execute it, or wait";
    OutOfOrder: "another instruction is next",
        "execute the proposal's instructions in order, each once";
    Running: "an instruction of this proposal is running",
        "wait until it has ended";
    NotRunning: "no instruction of this proposal is running",
        "there is nothing to do";
    NoDeposit: "the deposit was paid out before",
        "there is nothing to do";
    WrongRealm: "the account belongs to another realm",
        "name the proposal's own realm";
    WrongProposal: "the account belongs to another proposal",
        "derive addresses with the functions of `address`";
    WrongAuthor: "only the author of the proposal may do this",
        "sign with the author named in the proposal";
    WrongVoter: "the signer neither owns the position nor is its delegate",
        "sign with the position's owner or delegate";
    WrongFarm: "not the stake pool of the community or the council, or not a position in one of them",
        "use the stake pools named in the realm";
    WrongPosition: "the record is of another position",
        "derive the record's address with `address::vote_record`";
    WrongEpochRecord: "not the record of the epoch before the present one in this stake pool",
        "fetch the stake pool again: an epoch may have ended";
    EpochNotClosed: "the stake pool's last epoch is not closed",
        "close it first: anyone may";
    CouncilMissing: "the realm has a council, whose stake pool and epoch record are needed",
        "name both";
    SameFarm: "community and council are one stake pool",
        "use two stake pools, or no council";
    WrongTreasury: "the account is not the realm's treasury",
        "use the treasury named in the realm";
    WrongRecipient: "the account is not the one that gets the lamports",
        "name whoever paid them in, or the treasury after a veto";
    WrongAddress: "an account is not at the address derived for it",
        "derive addresses with the functions of `address`";
    CannotCreate: "the account could not be created",
        "choose another id, or use what is there";
    InvalidName: "the name is empty, too long, or cannot be shown",
        "use 1 to 32 bytes of text without control characters";
    TextTooLong: "the text is too long",
        "use at most 10,000 bytes, and link to more";
    TextNotWhole: "the text lacks its title or the name of an option",
        "write it to its end before signing off";
    InvalidRange: "the part lies beyond the end",
        "write within the length that was given";
    InstructionTooLarge: "the proposed instruction is too large",
        "use at most 48 accounts and 4,096 bytes of data";
    InvalidAccountFlags: "an account of the proposed instruction has unknown flags",
        "build it with `plan::governance`";
    ForeignSigner: "another account than the realm's treasury would have to sign",
        "propose what the treasury can do alone";
    OwnProposal: "the proposed instruction names its own proposal",
        "propose something else";
    WrongProgram: "not the program that the proposed instruction calls",
        "build the instruction with `plan::governance`";
    WrongAccounts: "not the accounts of the proposed instruction, in its order",
        "build the instruction with `plan::governance`";
    NotOver: "the proposal is not over, so its text and instructions are still needed",
        "wait until it is completed, defeated or expired";
    NotDecided: "the proposal is not decided, so its tally shards and votes still count",
        "decide it first, once voting has ended";
    VoteCounts: "the vote counts until the proposal is decided",
        "withdraw it first";
    RecordNotYours: "until the proposal is decided only who paid for a record closes it",
        "wait until it is decided";
    Overflow: "a number does not fit",
        "fetch the accounts again";
}

/// The governance program's error with this code, if there is one.
///
/// ```
/// use sealane_engine::{error::{GovernanceErrorExt, governance_error_from_code}, governance::errors::GovernanceError};
///
/// let error = governance_error_from_code(6019).unwrap();
/// assert_eq!(error, GovernanceError::AlreadyVoted);
/// assert_eq!(error.hint(), "change the vote instead");
/// ```
#[must_use]
pub fn governance_error_from_code(code: u32) -> Option<GovernanceError> {
    with_code(ALL, code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_that_the_program_returns() {
        for (index, error) in ALL.iter().enumerate() {
            assert_eq!(*error as usize, index, "{error:?} is out of order");
            assert_eq!(
                anchor_lang::Error::from(*error),
                anchor_lang::Error::Custom(error.code())
            );
            assert_eq!(governance_error_from_code(error.code()), Some(*error));
            assert_eq!(error.name(), format!("{error:?}"));
        }
        assert_eq!(governance_error_from_code(5_999), None);
        let behind = FIRST_CODE + ALL.len() as u32;
        assert_eq!(governance_error_from_code(behind), None);
    }
}
