//! Everything that the program refuses, by name. Codes start at 6000.

use anchor_lang::prelude::*;
use sealane_core::error::CoreError;
use sealane_onchain::OnchainError;

/// Reasons for which an instruction fails. Nothing has changed when one is returned.
#[error_code]
#[derive(Debug, PartialEq, Eq)]
pub enum AmmError {
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
    #[msg("Unknown curve")]
    InvalidCurve,
    /// 6006
    #[msg("Fee outside the allowed bounds")]
    InvalidFee,
    /// 6007
    #[msg("Protocol share above the maximum")]
    ProtocolShareTooHigh,
    /// 6008
    #[msg("Amplification outside the allowed bounds")]
    InvalidAmplification,
    /// 6009
    #[msg("Amplification ramp too short or too steep")]
    InvalidRamp,
    /// 6010
    #[msg("The pool has the maximal number of shards")]
    TooManyShards,

    // Accounts
    /// 6011
    #[msg("The shard belongs to another pool")]
    WrongPool,
    /// 6012
    #[msg("Not a vault of this shard, or the vaults are not one of each token")]
    WrongVault,
    /// 6013
    #[msg("Not a mint of this pool, or the mints do not match the vaults")]
    WrongMint,
    /// 6014
    #[msg("Not the token program of this mint")]
    WrongTokenProgram,
    /// 6015
    #[msg("Not the liquidity mint of this shard")]
    WrongLpMint,
    /// 6016
    #[msg("Not an authority that may do this")]
    WrongAuthority,
    /// 6017
    #[msg("Not a valid mint")]
    InvalidMint,
    /// 6018
    #[msg("Base and quote mint must differ")]
    SameMint,
    /// 6019
    #[msg("Not the derived address")]
    WrongAddress,

    // Token-2022 extensions that would break custody or accounting
    /// 6020
    #[msg("Mints with a transfer hook are refused")]
    TransferHookRefused,
    /// 6021
    #[msg("Mints with a permanent delegate are refused: the delegate could empty the vaults")]
    PermanentDelegateRefused,
    /// 6022
    #[msg("Mints whose accounts start frozen are refused")]
    DefaultAccountStateRefused,
    /// 6023
    #[msg("Non-transferable mints are refused")]
    NonTransferableRefused,
    /// 6024
    #[msg("Pausable mints are refused: their authority could lock the vaults")]
    PausableRefused,
    /// 6025
    #[msg("Closable mints are refused: the mint could come back with other decimals")]
    MintCloseAuthorityRefused,
    /// 6026
    #[msg("Mints with confidential transfers are refused")]
    ConfidentialTransferRefused,
    /// 6027
    #[msg("Mints with an extension that this program does not know are refused")]
    UnknownExtensionRefused,

    // Pricing
    /// 6028
    #[msg("Arithmetic overflow")]
    Overflow,
    /// 6029
    #[msg("The shard does not hold enough of the token paid out")]
    InsufficientLiquidity,
    /// 6030
    #[msg("The shard holds no liquidity")]
    EmptyShard,
    /// 6031
    #[msg("The first deposit is too small")]
    InitialDepositTooSmall,
    /// 6032
    #[msg("A reserve would exceed 64 bits")]
    ReserveLimit,
    /// 6033
    #[msg("The stable swap invariant did not converge")]
    NotConverged,
    /// 6034
    #[msg("The two shards' prices are equal: nothing to rebalance")]
    NothingToRebalance,
    /// 6035
    #[msg("A mint's transfer fee takes the whole amount")]
    TransferFeeTooHigh,
    /// 6036
    #[msg("Shards of a mint with a transfer fee cannot be rebalanced without loss")]
    RebalanceWithTransferFee,
    /// 6037
    #[msg("The token program moved another amount than it should have")]
    TransferMismatch,
    /// 6038
    #[msg("No authority was proposed")]
    NoPendingAuthority,
    /// 6039
    #[msg("There are no protocol fees to collect")]
    NothingToCollect,
    /// 6040
    #[msg("Only stable swap pools have an amplification")]
    NotStableSwap,
    /// 6041
    #[msg("The amount is too small to buy anything")]
    ZeroOutput,
    /// 6042
    #[msg("More shares than the shard has given out")]
    InsufficientShares,
    /// 6043
    #[msg("The deposit is too small to be worth a share")]
    DepositTooSmall,
    /// 6044
    #[msg("The two mints' decimals are too far apart for a stable swap")]
    InvalidDecimals,
}

impl From<CoreError> for AmmError {
    fn from(error: CoreError) -> Self {
        match error {
            CoreError::ZeroAmount => Self::ZeroAmount,
            CoreError::Overflow => Self::Overflow,
            CoreError::InsufficientLiquidity => Self::InsufficientLiquidity,
            CoreError::EmptyShard => Self::EmptyShard,
            CoreError::InvalidFee => Self::InvalidFee,
            CoreError::InvalidAmplification => Self::InvalidAmplification,
            CoreError::InvalidRamp => Self::InvalidRamp,
            CoreError::NotConverged => Self::NotConverged,
            CoreError::NothingToRebalance => Self::NothingToRebalance,
            CoreError::InitialDepositTooSmall => Self::InitialDepositTooSmall,
            CoreError::ReserveLimit => Self::ReserveLimit,
            CoreError::TransferFeeTooHigh => Self::TransferFeeTooHigh,
            CoreError::ZeroOutput => Self::ZeroOutput,
            CoreError::InsufficientShares => Self::InsufficientShares,
            CoreError::DepositTooSmall => Self::DepositTooSmall,
            CoreError::InvalidScale => Self::InvalidDecimals,
            CoreError::InvalidBps => Self::ProtocolShareTooHigh,
            // Divisors are checked where they enter; observations always span a period.
            CoreError::DivisionByZero | CoreError::EmptyPeriod | CoreError::InvalidTick => {
                Self::Overflow
            }
        }
    }
}

impl From<OnchainError> for AmmError {
    #[cold]
    #[inline(never)]
    fn from(error: OnchainError) -> Self {
        match error {
            // Creating fails for no other reason: the lengths are the program's own.
            OnchainError::WrongAddress | OnchainError::CannotCreate => Self::WrongAddress,
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
            // Only vaults' balances are read.
            OnchainError::InvalidTokenAccount => Self::WrongVault,
            OnchainError::TransferMismatch => Self::TransferMismatch,
        }
    }
}
