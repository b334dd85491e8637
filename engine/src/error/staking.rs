//! The staking program's errors: names, what was wrong, what to do next.

use sealane_staking::errors::StakingError;

use super::describe::{FIRST_CODE, describe, with_code};

describe! {
    /// What people need to know about an error of the staking program.
    trait StakingErrorExt for StakingError;

    ZeroAmount: "the amount is zero, or nothing is staked",
        "give an amount above zero; to lock, stake first";
    Paused: "the farm's authority has paused this action",
        "wait until it is resumed; stakes can still be taken out and rewards claimed";
    InvalidPauseBits: "the pause bits name actions that do not exist",
        "combine the constants of `staking::state::pause`";
    InvalidEpochs: "the epochs' length, the cool-down or the grace period is out of bounds",
        "use epochs of a minute to 388 days, a cool-down of at most 90 days, a grace period of at least 30";
    InvalidLockTerms: "the lock terms are out of bounds",
        "let locks last at most 255 epochs and multiply at most by five";
    InvalidLock: "the lock is no longer than the present one, or longer than allowed",
        "choose a later epoch, up to the longest lock of the farm";
    TooManyShards: "the farm already has the maximal number of shards",
        "use the 16 shards that exist";
    TooManyRewards: "the farm already pays the maximal number of tokens",
        "create another farm for the same token";
    UnknownReward: "the farm has no such reward",
        "count its rewards from 0";
    InvalidSchedule: "the rewards have no time to be paid over, or it has ended",
        "give an end in the future, later than the present one";
    RateWouldFall: "the extension would pay less per second than was promised",
        "add more of the reward, or let it end sooner";
    WrongFarm: "the account belongs to another farm",
        "name accounts of one farm only";
    WrongShard: "not the shard that counts the position, or not the next one in order",
        "use the shard named in the position; name shards by their indices";
    WrongVault: "the vault is not this shard's",
        "use the vaults named in the shard; a reward's vault may have to be created first";
    WrongMint: "the mint is not the one that the farm stakes or pays",
        "use the mints named in the farm";
    WrongTokenProgram: "the token program is not the one that owns the mint",
        "use the mint account's owner: SPL Token or Token-2022";
    WrongAuthority: "the signer is not an authority that may do this",
        "sign with the authority named in the farm; a record's rent goes to whoever opened it";
    WrongOwner: "the signer does not own the position",
        "sign with the position's owner; a delegate can vote and nothing else";
    WrongAddress: "an account is not at the address derived for it",
        "derive addresses with the functions of `address`";
    WrongEpochRecord: "the account is not the record of this epoch",
        "derive the record's address with `address::epoch_record`";
    InvalidTokenAccount: "the account is not a token account",
        "check the token account's address";
    InvalidMint: "the account is not an initialized mint",
        "check the mint's address";
    CannotCreate: "the account could not be created",
        "choose another id or index, or use what is there";
    TransferHookRefused: "the mint has a transfer hook, which could block the vaults",
        "use a mint without a transfer hook";
    PermanentDelegateRefused: "the mint has a permanent delegate, who could empty the vaults",
        "use a mint without a permanent delegate";
    DefaultAccountStateRefused: "accounts of the mint start frozen, so vaults could not move",
        "use a mint without a default account state";
    NonTransferableRefused: "the mint's tokens cannot be transferred",
        "use a transferable mint";
    PausableRefused: "the mint can be paused, which would lock the vaults",
        "use a mint that is not pausable";
    MintCloseAuthorityRefused: "the mint can be closed and come back with other decimals",
        "use a mint without a close authority";
    ConfidentialTransferRefused: "the mint has confidential transfers, which vaults cannot account for",
        "use a mint without confidential transfers";
    UnknownExtensionRefused: "the mint has an extension that the program does not know",
        "use a mint with known extensions only";
    InsufficientVault: "the shard's vault holds less than is to be paid",
        "claim from another shard's vault, or balance the vaults first";
    TransferMismatch: "the token program moved another amount than the mint's fee says",
        "try again; if it stays, do not use this mint";
    TransferFeeTooHigh: "the mint's transfer fee takes the whole amount",
        "use a larger amount, or another token";
    BalanceWithTransferFee: "moving a token with a transfer fee between vaults would lose the fee",
        "claim from a vault that holds enough, or fund the other one";
    Overflow: "a number does not fit",
        "use smaller amounts";
    InsufficientStake: "less is staked than that",
        "unstake at most what the position has";
    Locked: "the stake is locked",
        "wait until the lock has ended; it cannot be made shorter";
    CoolingDown: "nothing has cooled down yet",
        "unstake first, and wait until the cool-down has ended";
    ClaimFirst: "the position was changed in 16 epochs that it has not claimed, and remembers no more",
        "claim first, then change it";
    PositionNotEmpty: "something is staked, cools down, or was earned and not paid out",
        "unstake, withdraw and claim everything first";
    HistoryTooShort: "the position was changed too often since that epoch to tell its weight then",
        "vote with another position; proposals opened later count this one";
    EpochsOverdue: "epochs have ended that nobody has closed",
        "close them first: anyone may";
    EpochNotOver: "the epoch has not ended",
        "wait until it has";
    EpochOutOfOrder: "not the epoch that is to be closed or expired next",
        "fetch the farm again: somebody may have been faster";
    NoShards: "no shard is named that could be added",
        "name the farm's shards behind the accounts, in order";
    AlreadySummed: "the shard was added to this epoch before, or remembers it no longer",
        "fetch the record again and go on with its next shard";
    EpochHasRewards: "the epoch has rewards to be paid, so it cannot be skipped",
        "close it instead";
    EpochNotClosed: "the epoch is not closed yet",
        "close it first: anyone may";
    AlreadyClaimed: "the position has claimed this epoch",
        "fetch the position again and claim later epochs";
    ClaimOutOfOrder: "an earlier epoch has rewards that the position has not claimed",
        "claim that one first, or forfeit it";
    GraceNotOver: "the epoch's rewards can still be claimed",
        "wait until its grace period is over";
    NothingToClaim: "nothing was earned that is not paid out",
        "wait until an epoch with rewards is closed";
    NothingToSweep: "no rewards are left over, or they can still be claimed",
        "expire epochs first, once their grace period is over";
    NotTheStakedToken: "the reward is another token than the one that is staked",
        "claim it instead";
    NoPendingAuthority: "no successor was proposed",
        "let the present authority propose one first";
    TradingFarm: "nobody stakes in a trading farm",
        "trade as maker: its positions earn by the volume of their lanes";
    NotATradingFarm: "the farm counts no volume",
        "stake: its positions earn by what they stake";
    WrongMarket: "the market is not one whose quote token is the farm's staked one",
        "create the farm for the market's quote token, and name that market";
    WrongLane: "the lane is not the position's",
        "name the lane of the same owner and index in the farm's market";
    NothingToCount: "the lane has made no volume since it was counted last",
        "there is nothing to do";
    FarmInUse: "only a farm without shards, locks, cool-down and market can become a trading farm",
        "create a new farm for it, and bind the market before adding shards";
}

/// The staking program's error with this code, if there is one.
///
/// ```
/// use sealane_engine::{error::{StakingErrorExt, staking_error_from_code}, staking::errors::StakingError};
///
/// let error = staking_error_from_code(6037).unwrap();
/// assert_eq!(error, StakingError::Locked);
/// assert_eq!(error.hint(), "wait until the lock has ended; it cannot be made shorter");
/// ```
#[must_use]
pub fn staking_error_from_code(code: u32) -> Option<StakingError> {
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
            assert_eq!(staking_error_from_code(error.code()), Some(*error));
            assert_eq!(error.name(), format!("{error:?}"));
        }
        assert_eq!(staking_error_from_code(5_999), None);
        let behind = FIRST_CODE + ALL.len() as u32;
        assert_eq!(staking_error_from_code(behind), None);
    }
}
