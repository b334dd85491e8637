//! Everything that the program refuses, by name. Codes start at 6000.

use anchor_lang::prelude::*;
use sealane_core::book::BookError;
use sealane_onchain::OnchainError;

/// Reasons for which an instruction fails. Nothing has changed when one is returned.
#[error_code]
#[derive(Debug, PartialEq, Eq)]
pub enum OrderbookError {
    // Arguments
    /// 6000
    #[msg("The amount is zero")]
    ZeroAmount,
    /// 6001
    #[msg("The deadline has passed")]
    DeadlinePassed,
    /// 6002
    #[msg("The outcome is worse than the slippage bound allows")]
    SlippageExceeded,
    /// 6003
    #[msg("This action is paused")]
    Paused,
    /// 6004
    #[msg("Unknown pause bits")]
    InvalidPauseBits,
    /// 6005
    #[msg("A number that stands for a side, an order type or a policy is unknown")]
    InvalidChoice,
    /// 6006
    #[msg("Fee outside the allowed bounds, or a rebate above the taker's fee")]
    InvalidFee,
    /// 6007
    #[msg("Lot size and tick size must be above zero")]
    InvalidSizes,
    /// 6008
    #[msg("Capacity outside the allowed bounds, or not above the present one")]
    InvalidCapacity,
    /// 6009
    #[msg("The market has the maximal number of vault shards")]
    TooManyVaultShards,

    // Accounts
    /// 6010
    #[msg("The lane or the vault shard belongs to another market")]
    WrongMarket,
    /// 6011
    #[msg("Not a vault of this vault shard")]
    WrongVault,
    /// 6012
    #[msg("Not a mint of this market")]
    WrongMint,
    /// 6013
    #[msg("Not the token program of this mint")]
    WrongTokenProgram,
    /// 6014
    #[msg("Not an authority that may do this")]
    WrongAuthority,
    /// 6015
    #[msg("The signer does not own the lane")]
    WrongOwner,
    /// 6016
    #[msg("Not the referrer's lane, or a referrer that is no lane of another owner")]
    WrongReferrer,
    /// 6017
    #[msg("Not the derived address")]
    WrongAddress,
    /// 6018
    #[msg("The account is no lane of this program")]
    MalformedLane,
    /// 6019
    #[msg("A lane is named twice, or the taker's own among the makers")]
    DuplicateLane,
    /// 6020
    #[msg("Too many lanes are named, or none")]
    WrongLaneCount,
    /// 6021
    #[msg("Not a token account")]
    InvalidTokenAccount,
    /// 6022
    #[msg("Not a valid mint")]
    InvalidMint,
    /// 6023
    #[msg("Base and quote mint must differ")]
    SameMint,
    /// 6024
    #[msg("The account could not be created")]
    CannotCreate,

    // Token-2022 extensions that would break custody or accounting
    /// 6025
    #[msg("Mints with a transfer hook are refused")]
    TransferHookRefused,
    /// 6026
    #[msg("Mints with a permanent delegate are refused: the delegate could empty the vaults")]
    PermanentDelegateRefused,
    /// 6027
    #[msg("Mints whose accounts start frozen are refused")]
    DefaultAccountStateRefused,
    /// 6028
    #[msg("Non-transferable mints are refused")]
    NonTransferableRefused,
    /// 6029
    #[msg("Pausable mints are refused: their authority could lock the vaults")]
    PausableRefused,
    /// 6030
    #[msg("Closable mints are refused: the mint could come back with other decimals")]
    MintCloseAuthorityRefused,
    /// 6031
    #[msg("Mints with confidential transfers are refused")]
    ConfidentialTransferRefused,
    /// 6032
    #[msg("Mints with an extension that this program does not know are refused")]
    UnknownExtensionRefused,

    // Money
    /// 6033
    #[msg("The vault holds too little: use another vault shard, or balance the vaults first")]
    InsufficientVault,
    /// 6034
    #[msg("The token program moved another amount than it should have")]
    TransferMismatch,
    /// 6035
    #[msg("A mint's transfer fee takes the whole amount")]
    TransferFeeTooHigh,
    /// 6036
    #[msg("Vaults of a mint with a transfer fee cannot be balanced without loss")]
    BalanceWithTransferFee,
    /// 6037
    #[msg("There are no fees to collect")]
    NothingToCollect,
    /// 6038
    #[msg("No authority was proposed")]
    NoPendingAuthority,
    /// 6039
    #[msg("The lane still has orders or balances")]
    LaneNotEmpty,

    // Orders
    /// 6040
    #[msg("The size is zero lots")]
    ZeroLots,
    /// 6041
    #[msg("The price is zero ticks")]
    ZeroPrice,
    /// 6042
    #[msg("Arithmetic overflow")]
    Overflow,
    /// 6043
    #[msg("The lane's free balance is too small")]
    InsufficientFunds,
    /// 6044
    #[msg("The lane has no room for another order on this side")]
    LaneFull,
    /// 6045
    #[msg("The lane has no such order: it was filled, cancelled or expired")]
    OrderNotFound,
    /// 6046
    #[msg("The order would trade with the lane's own orders")]
    CrossesOwnOrder,
    /// 6047
    #[msg("The post-only order would trade with an order it was shown")]
    WouldTake,
    /// 6048
    #[msg("The lanes named cannot fill the whole order")]
    NotFilled,
    /// 6049
    #[msg("The take met an order of its own owner")]
    SelfTrade,
    /// 6050
    #[msg("The lanes' best prices do not cross")]
    NotCrossed,
    /// 6051
    #[msg("Levels must come best first, each price once")]
    UnsortedLevels,
    /// 6052
    #[msg("The message of levels has the wrong length or unknown flags")]
    MalformedLevels,
    /// 6053
    #[msg("No order is given, or more than one instruction places")]
    WrongOrderCount,
    /// 6054
    #[msg("Nothing could be traded within the limits given")]
    NothingFilled,
}

impl From<BookError> for OrderbookError {
    #[cold]
    #[inline(never)]
    fn from(error: BookError) -> Self {
        match error {
            BookError::ZeroLots => Self::ZeroLots,
            BookError::ZeroPrice => Self::ZeroPrice,
            BookError::Overflow => Self::Overflow,
            BookError::InsufficientFunds => Self::InsufficientFunds,
            BookError::LaneFull => Self::LaneFull,
            BookError::OrderNotFound => Self::OrderNotFound,
            BookError::CrossesOwnOrder => Self::CrossesOwnOrder,
            BookError::WouldTake => Self::WouldTake,
            BookError::NotFilled => Self::NotFilled,
            BookError::SelfTrade => Self::SelfTrade,
            BookError::NotCrossed => Self::NotCrossed,
            BookError::UnsortedLevels => Self::UnsortedLevels,
            BookError::MalformedLevels => Self::MalformedLevels,
            BookError::MalformedLane => Self::MalformedLane,
            BookError::InvalidCapacity => Self::InvalidCapacity,
            BookError::InvalidSizes => Self::InvalidSizes,
            BookError::InvalidFee => Self::InvalidFee,
        }
    }
}

impl From<OnchainError> for OrderbookError {
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
