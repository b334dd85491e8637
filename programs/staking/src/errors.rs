//! Everything that the program refuses, by name. Codes start at 6000.

use anchor_lang::prelude::*;
use sealane_core::stake::StakeError;
use sealane_onchain::OnchainError;

/// Reasons for which an instruction fails. Nothing has changed when one is returned.
#[error_code]
#[derive(Debug, PartialEq, Eq)]
pub enum StakingError {
    // Arguments
    /// 6000
    #[msg("The amount is zero")]
    ZeroAmount,
    /// 6001
    #[msg("This action is paused")]
    Paused,
    /// 6002
    #[msg("Unknown pause bits")]
    InvalidPauseBits,
    /// 6003
    #[msg("Epoch length, cool-down or grace period outside the allowed bounds")]
    InvalidEpochs,
    /// 6004
    #[msg("Locks last at most 255 epochs and multiply at most by five")]
    InvalidLockTerms,
    /// 6005
    #[msg("A lock can only be made longer, up to the longest allowed")]
    InvalidLock,
    /// 6006
    #[msg("The farm has the maximal number of shards")]
    TooManyShards,
    /// 6007
    #[msg("The farm has the maximal number of rewards")]
    TooManyRewards,
    /// 6008
    #[msg("The farm has no such reward")]
    UnknownReward,
    /// 6009
    #[msg("Rewards need a time to be paid over, in the future")]
    InvalidSchedule,
    /// 6010
    #[msg("The extension would pay less per second than promised")]
    RateWouldFall,

    // Accounts
    /// 6011
    #[msg("The account belongs to another farm")]
    WrongFarm,
    /// 6012
    #[msg("Not the shard that counts this position, or not the next in order")]
    WrongShard,
    /// 6013
    #[msg("Not a vault of this shard")]
    WrongVault,
    /// 6014
    #[msg("Not the mint that the farm stakes or pays")]
    WrongMint,
    /// 6015
    #[msg("Not the token program of this mint")]
    WrongTokenProgram,
    /// 6016
    #[msg("Not an authority that may do this")]
    WrongAuthority,
    /// 6017
    #[msg("The signer does not own the position")]
    WrongOwner,
    /// 6018
    #[msg("Not the derived address")]
    WrongAddress,
    /// 6019
    #[msg("Not a record of this epoch")]
    WrongEpochRecord,
    /// 6020
    #[msg("Not a token account")]
    InvalidTokenAccount,
    /// 6021
    #[msg("Not a valid mint")]
    InvalidMint,
    /// 6022
    #[msg("The account could not be created")]
    CannotCreate,

    // Token-2022 extensions that would break custody or accounting
    /// 6023
    #[msg("Mints with a transfer hook are refused")]
    TransferHookRefused,
    /// 6024
    #[msg("Mints with a permanent delegate are refused: the delegate could empty the vaults")]
    PermanentDelegateRefused,
    /// 6025
    #[msg("Mints whose accounts start frozen are refused")]
    DefaultAccountStateRefused,
    /// 6026
    #[msg("Non-transferable mints are refused")]
    NonTransferableRefused,
    /// 6027
    #[msg("Pausable mints are refused: their authority could lock the vaults")]
    PausableRefused,
    /// 6028
    #[msg("Closable mints are refused: the mint could come back with other decimals")]
    MintCloseAuthorityRefused,
    /// 6029
    #[msg("Mints with confidential transfers are refused")]
    ConfidentialTransferRefused,
    /// 6030
    #[msg("Mints with an extension that this program does not know are refused")]
    UnknownExtensionRefused,

    // Money
    /// 6031
    #[msg("The vault holds too little: use another shard's, or balance the vaults first")]
    InsufficientVault,
    /// 6032
    #[msg("The token program moved another amount than it should have")]
    TransferMismatch,
    /// 6033
    #[msg("A mint's transfer fee takes the whole amount")]
    TransferFeeTooHigh,
    /// 6034
    #[msg("Vaults of a mint with a transfer fee cannot be balanced without loss")]
    BalanceWithTransferFee,
    /// 6035
    #[msg("Arithmetic overflow")]
    Overflow,

    // Positions
    /// 6036
    #[msg("The position has less at stake")]
    InsufficientStake,
    /// 6037
    #[msg("The stake is locked")]
    Locked,
    /// 6038
    #[msg("Nothing has cooled down yet")]
    CoolingDown,
    /// 6039
    #[msg("The position was changed in too many epochs that it has not claimed: claim some first")]
    ClaimFirst,
    /// 6040
    #[msg("The position still has a stake, tokens that cool down, or rewards")]
    PositionNotEmpty,
    /// 6041
    #[msg("The position's history does not reach back so far")]
    HistoryTooShort,

    // Epochs and rewards
    /// 6042
    #[msg("Epochs have ended that nobody has closed: close or skip them first")]
    EpochsOverdue,
    /// 6043
    #[msg("The epoch has not ended")]
    EpochNotOver,
    /// 6044
    #[msg("Not the epoch to be closed, or to be expired, next")]
    EpochOutOfOrder,
    /// 6045
    #[msg("No shard is given that could be added")]
    NoShards,
    /// 6046
    #[msg("The shard was summed for this epoch, or keeps its sum no longer")]
    AlreadySummed,
    /// 6047
    #[msg("The epoch has rewards to be paid, so it cannot be skipped")]
    EpochHasRewards,
    /// 6048
    #[msg("The epoch is not closed yet")]
    EpochNotClosed,
    /// 6049
    #[msg("The position has claimed this epoch")]
    AlreadyClaimed,
    /// 6050
    #[msg("An earlier epoch has rewards: claim or forfeit it first")]
    ClaimOutOfOrder,
    /// 6051
    #[msg("The grace period of the epoch is not over")]
    GraceNotOver,
    /// 6052
    #[msg("There is nothing to claim")]
    NothingToClaim,
    /// 6053
    #[msg("There is nothing to sweep")]
    NothingToSweep,
    /// 6054
    #[msg("The reward is not the token that is staked")]
    NotTheStakedToken,
    /// 6055
    #[msg("No authority was proposed")]
    NoPendingAuthority,

    // Trading farms
    /// 6056
    #[msg("Nobody stakes in a trading farm: its positions earn by the volume of their lanes")]
    TradingFarm,
    /// 6057
    #[msg("The farm counts no volume: its positions earn by what they stake")]
    NotATradingFarm,
    /// 6058
    #[msg("Not an order book whose quote token is the farm's staked one")]
    WrongMarket,
    /// 6059
    #[msg("Not the lane of the position's owner and index in the farm's market")]
    WrongLane,
    /// 6060
    #[msg("The lane has made no volume since it was counted last")]
    NothingToCount,
    /// 6061
    #[msg("Only a farm without shards, locks, cool-down and market can become a trading farm")]
    FarmInUse,
}

impl From<StakeError> for StakingError {
    #[cold]
    #[inline(never)]
    fn from(error: StakeError) -> Self {
        match error {
            StakeError::ZeroAmount => Self::ZeroAmount,
            StakeError::Overflow => Self::Overflow,
            StakeError::InsufficientStake => Self::InsufficientStake,
            StakeError::InvalidEpochs => Self::InvalidEpochs,
            StakeError::InvalidLockTerms => Self::InvalidLockTerms,
            StakeError::InvalidLock => Self::InvalidLock,
            StakeError::Locked => Self::Locked,
            StakeError::CoolingDown => Self::CoolingDown,
            StakeError::ClaimFirst => Self::ClaimFirst,
            StakeError::EpochsOverdue => Self::EpochsOverdue,
            StakeError::EpochNotOver => Self::EpochNotOver,
            StakeError::AlreadySummed => Self::AlreadySummed,
            StakeError::AlreadyClaimed => Self::AlreadyClaimed,
            StakeError::OutOfOrder => Self::ClaimOutOfOrder,
            StakeError::HistoryTooShort => Self::HistoryTooShort,
            StakeError::InvalidSchedule => Self::InvalidSchedule,
            StakeError::RateWouldFall => Self::RateWouldFall,
        }
    }
}

impl From<OnchainError> for StakingError {
    #[cold]
    #[inline(never)]
    fn from(error: OnchainError) -> Self {
        match error {
            OnchainError::WrongAddress => Self::WrongAddress,
            OnchainError::CannotCreate => Self::CannotCreate,
            OnchainError::WrongTokenProgram => Self::WrongTokenProgram,
            OnchainError::InvalidMint => Self::InvalidMint,
            OnchainError::TransferHookRefused => Self::TransferHookRefused,
            OnchainError::PermanentDelegateRefused => Self::PermanentDelegateRefused,
            OnchainError::DefaultAccountStateRefused => Self::DefaultAccountStateRefused,
            OnchainError::NonTransferableRefused => Self::NonTransferableRefused,
            OnchainError::PausableRefused => Self::PausableRefused,
            OnchainError::MintCloseAuthorityRefused => Self::MintCloseAuthorityRefused,
            OnchainError::ConfidentialTransferRefused => Self::ConfidentialTransferRefused,
            OnchainError::UnknownExtensionRefused => Self::UnknownExtensionRefused,
            OnchainError::InvalidTokenAccount => Self::InvalidTokenAccount,
            OnchainError::TransferMismatch => Self::TransferMismatch,
        }
    }
}
