//! The one error type of this crate.

use core::fmt;

/// Why a computation was refused. A refused computation has no effect: every function of this
/// crate takes values and returns values.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum CoreError {
    /// An amount of zero was asked for.
    ZeroAmount,
    /// The amount is so small that, after rounding and fees, nothing would be paid out.
    ZeroOutput,
    /// A result does not fit its type.
    Overflow,
    /// A divisor was zero.
    DivisionByZero,
    /// The shard does not hold enough of the token that is asked for.
    InsufficientLiquidity,
    /// The shard has no liquidity yet.
    EmptyShard,
    /// More shares were to be burned than providers hold.
    InsufficientShares,
    /// The first deposit would mint no shares beyond the locked ones.
    InitialDepositTooSmall,
    /// A deposit is worth less than one share.
    DepositTooSmall,
    /// A reserve would exceed what the curve can compute with.
    ReserveLimit,
    /// Fee parameters are out of bounds, or break the conditions on sharded fees.
    InvalidFee,
    /// A share in basis points is above 10,000.
    InvalidBps,
    /// The amplification is out of bounds.
    InvalidAmplification,
    /// A ramp is too short or goes too far.
    InvalidRamp,
    /// Decimals or scales of a stable pool are out of bounds.
    InvalidScale,
    /// An iteration did not settle within its bound.
    NotConverged,
    /// Two shards are already at one price, or too small to be brought closer without loss.
    NothingToRebalance,
    /// The token's transfer fee takes everything, or makes the wanted amount unreachable.
    TransferFeeTooHigh,
    /// An average was asked for over a period of no time.
    EmptyPeriod,
    /// A tick or a price is beyond the lowest or the highest one.
    InvalidTick,
}

impl CoreError {
    /// What was wrong and what to do about it.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Self::ZeroAmount => "the amount is zero; give an amount above zero",
            Self::ZeroOutput => "the amount is too small to buy one unit; trade a larger amount",
            Self::Overflow => "a result does not fit its type; use smaller amounts",
            Self::DivisionByZero => "a divisor is zero; check the amounts given",
            Self::InsufficientLiquidity => {
                "the shard holds too little of the token paid out; ask for less or use another shard"
            }
            Self::EmptyShard => "the shard has no liquidity; deposit into it or use another shard",
            Self::InsufficientShares => {
                "more shares than providers can burn; the locked minimum stays in the shard"
            }
            Self::InitialDepositTooSmall => {
                "the first deposit is worth no more than the locked shares; deposit more"
            }
            Self::DepositTooSmall => "the deposit is worth less than one share; deposit more",
            Self::ReserveLimit => {
                "a reserve would exceed what the curve supports; use a smaller amount or another shard"
            }
            Self::InvalidFee => {
                "fee parameters are out of bounds or break the sharding conditions; see BoundedRatioFee::try_new"
            }
            Self::InvalidBps => "a share is above 10000 basis points; give at most 10000",
            Self::InvalidAmplification => "the amplification is out of bounds; use 1 to 10000",
            Self::InvalidRamp => {
                "the ramp is too short or too steep; take at least a day and at most a factor of ten"
            }
            Self::InvalidScale => {
                "the tokens' decimals are too far apart or the scale is not valid"
            }
            Self::NotConverged => {
                "the curve found no solution; the reserves are too uneven for this trade"
            }
            Self::NothingToRebalance => {
                "the shards cannot be brought closer without loss; nothing to do"
            }
            Self::TransferFeeTooHigh => {
                "the token's transfer fee makes this amount impossible; change the amount"
            }
            Self::EmptyPeriod => "no time passed between the two readings; read again later",
            Self::InvalidTick => "the price is out of bounds; use ticks from -443636 to 443636",
        }
    }
}

impl fmt::Display for CoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl core::error::Error for CoreError {}
