//! The program's errors: names, what was wrong, what to do next.

use sealane_amm::errors::AmmError;

use super::describe::{FIRST_CODE, describe, with_code};

describe! {
    /// What people need to know about an error of the program.
    trait AmmErrorExt for AmmError;

    ZeroAmount: "the amount is zero",
        "give an amount above zero";
    DeadlinePassed: "the deadline passed before the transaction was executed",
        "quote again and send with a later deadline";
    SlippageExceeded: "the price moved further than the slippage bound allows",
        "quote again, or allow more slippage";
    Paused: "the pool's authority has paused this action",
        "use another pool, or wait until it is resumed; liquidity can still be removed";
    InvalidPauseBits: "the pause bits name actions that do not exist",
        "combine the constants of `amm::state::pause`";
    InvalidCurve: "there is no such curve",
        "use constant product or stable swap";
    InvalidFee: "the fee schedule is out of bounds or breaks the conditions on sharded fees",
        "use the default fees, a flat fee of at most 10%, or see `BoundedRatioFee::try_new`";
    ProtocolShareTooHigh: "the authority's part of the fees is above the maximum",
        "use at most 2,500 basis points of the fee";
    InvalidAmplification: "the amplification is out of bounds",
        "use an A between 1 and 10,000";
    InvalidRamp: "the amplification would change too fast or too far",
        "let a ramp take at least a day and change A by at most a factor of ten";
    TooManyShards: "the pool already has the maximal number of shards",
        "use the 32 shards that exist, or create another pool";
    WrongPool: "the shard belongs to another pool",
        "use the shard's own pool, as `ShardAddresses::derive` gives it";
    WrongVault: "the vaults are not this shard's, or not one of each token",
        "use the vaults named in the shard";
    WrongMint: "the mint is not one of this pool's, or stands on the wrong side",
        "use the mints named in the pool";
    WrongTokenProgram: "the token program is not the one that owns the mint",
        "use the mint account's owner: SPL Token or Token-2022";
    WrongLpMint: "the liquidity mint is not this shard's",
        "use the liquidity mint named in the shard";
    WrongAuthority: "the signer is not the pool's authority",
        "sign with the authority named in the pool";
    InvalidMint: "the account is not an initialized mint",
        "check the mint's address";
    SameMint: "base and quote are the same token",
        "choose two different mints";
    WrongAddress: "an account is not at the address derived for it",
        "derive addresses with the functions of `address`";
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
    Overflow: "a number does not fit",
        "use smaller amounts";
    InsufficientLiquidity: "the shard holds too little of the token paid out",
        "ask for less, or use another shard or pool";
    EmptyShard: "the shard holds no liquidity",
        "add liquidity to it first, or use another shard";
    InitialDepositTooSmall: "the first deposit is worth no more than the shares locked for good",
        "deposit more";
    ReserveLimit: "a reserve would become larger than the curve can compute with",
        "use a smaller amount or another shard";
    NotConverged: "the stable swap found no price for such uneven reserves",
        "use a smaller amount or another shard";
    NothingToRebalance: "the two shards cannot be brought closer without loss",
        "there is nothing to do";
    TransferFeeTooHigh: "the mint's transfer fee takes the whole amount, or more than can be sent",
        "use another amount, or another token";
    RebalanceWithTransferFee: "moving a token with a transfer fee between shards would lose the fee",
        "rebalance is only for tokens without a transfer fee; trade between the shards instead";
    TransferMismatch: "the token program moved another amount than the mint's fee says",
        "try again; if it stays, do not use this mint";
    NoPendingAuthority: "no successor was proposed",
        "let the present authority propose one first";
    NothingToCollect: "the shard owes no protocol fees",
        "there is nothing to do";
    NotStableSwap: "only stable swap pools have an amplification",
        "leave the amplification at zero for constant product";
    ZeroOutput: "the amount is too small to buy one unit",
        "use a larger amount";
    InsufficientShares: "more shares than providers hold",
        "remove at most your own shares; the locked ones stay";
    DepositTooSmall: "the deposit is worth less than one share",
        "deposit more";
    InvalidDecimals: "the two mints' decimals are too far apart for a stable swap",
        "use a constant product pool, or mints with closer decimals";
}

/// The program's error with this code, if there is one.
///
/// ```
/// use sealane_engine::{amm::errors::AmmError, error::{AmmErrorExt, amm_error_from_code}};
///
/// let error = amm_error_from_code(6002).unwrap();
/// assert_eq!(error, AmmError::SlippageExceeded);
/// assert_eq!(error.name(), "SlippageExceeded");
/// assert_eq!(error.hint(), "quote again, or allow more slippage");
/// ```
#[must_use]
pub fn amm_error_from_code(code: u32) -> Option<AmmError> {
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
            assert_eq!(amm_error_from_code(error.code()), Some(*error));
            assert_eq!(error.name(), format!("{error:?}"));
        }
        assert_eq!(amm_error_from_code(5_999), None);
        assert_eq!(amm_error_from_code(FIRST_CODE + ALL.len() as u32), None);
    }
}
