//! Deposits and withdrawals of both tokens in the shard's own ratio.

use super::{PoolParams, ShardState};
use crate::{
    error::CoreError,
    math::{isqrt_u128, mul_div_u64, wide_mul},
    units::{BaseAmount, QuoteAmount, Reserves, Rounding, Shares},
};

/// Shares of the first deposit that nobody owns. They keep the value of a share from being
/// pushed so high that later deposits round to nothing, and the shard from ever being emptied.
pub const LOCKED_SHARES: u64 = 1000;

/// A deposit or withdrawal as a value.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct LiquidityUpdate {
    /// Base moved.
    pub base: BaseAmount,
    /// Quote moved.
    pub quote: QuoteAmount,
    /// Shares minted to or burned from the provider.
    pub shares: Shares,
    /// The shard afterwards.
    pub after: ShardState,
}

/// Deposits at most the given amounts in the shard's ratio.
///
/// The first deposit sets the ratio and takes both amounts whole; its shares are their geometric
/// mean less [`LOCKED_SHARES`], on every curve. Later deposits mint shares rounded down and take
/// amounts rounded up.
pub fn add_liquidity(
    shard: &ShardState,
    params: &PoolParams,
    max_base: BaseAmount,
    max_quote: QuoteAmount,
) -> Result<LiquidityUpdate, CoreError> {
    if max_base.is_zero() || max_quote.is_zero() {
        return Err(CoreError::ZeroAmount);
    }
    let update = if shard.shares.is_zero() {
        first_deposit(shard, max_base.get(), max_quote.get())?
    } else {
        later_deposit(shard, max_base.get(), max_quote.get())?
    };
    params.curve.check_reserves(update.after.reserves)?;
    Ok(update)
}

fn first_deposit(shard: &ShardState, base: u64, quote: u64) -> Result<LiquidityUpdate, CoreError> {
    let total = isqrt_u128(wide_mul(base, quote));
    if total <= LOCKED_SHARES {
        return Err(CoreError::InitialDepositTooSmall);
    }
    Ok(LiquidityUpdate {
        base: BaseAmount::new(base),
        quote: QuoteAmount::new(quote),
        shares: Shares::new(total - LOCKED_SHARES),
        after: ShardState {
            reserves: Reserves::new(base, quote),
            shares: Shares::new(total),
            protocol_fees: shard.protocol_fees,
        },
    })
}

fn later_deposit(
    shard: &ShardState,
    max_base: u64,
    max_quote: u64,
) -> Result<LiquidityUpdate, CoreError> {
    let (base_reserve, quote_reserve) = not_empty(shard)?;
    let supply = shard.shares.get();
    let shares = shares_by(max_base, supply, base_reserve)?.min(shares_by(
        max_quote,
        supply,
        quote_reserve,
    )?);
    if shares == 0 {
        return Err(CoreError::DepositTooSmall);
    }
    // At most the maximal amounts: shares ≤ max · supply / reserve, so
    // shares · reserve / supply ≤ max, and max is whole.
    let base = mul_div_u64(shares, base_reserve, supply, Rounding::Up)?;
    let quote = mul_div_u64(shares, quote_reserve, supply, Rounding::Up)?;
    Ok(LiquidityUpdate {
        base: BaseAmount::new(base),
        quote: QuoteAmount::new(quote),
        shares: Shares::new(shares),
        after: ShardState {
            reserves: add_reserves(shard.reserves, base, quote)?,
            shares: shard.shares.checked_add(Shares::new(shares))?,
            protocol_fees: shard.protocol_fees,
        },
    })
}

/// Burns shares for their part of the reserves, amounts rounded down.
pub fn remove_liquidity(shard: &ShardState, shares: Shares) -> Result<LiquidityUpdate, CoreError> {
    if shares.is_zero() {
        return Err(CoreError::ZeroAmount);
    }
    let (base_reserve, quote_reserve) = not_empty(shard)?;
    let supply = shard.shares.get();
    if shares.get() > supply.saturating_sub(LOCKED_SHARES) {
        return Err(CoreError::InsufficientShares);
    }
    let base = mul_div_u64(shares.get(), base_reserve, supply, Rounding::Down)?;
    let quote = mul_div_u64(shares.get(), quote_reserve, supply, Rounding::Down)?;
    if base == 0 && quote == 0 {
        return Err(CoreError::ZeroOutput);
    }
    Ok(LiquidityUpdate {
        base: BaseAmount::new(base),
        quote: QuoteAmount::new(quote),
        shares,
        after: ShardState {
            reserves: Reserves::new(base_reserve - base, quote_reserve - quote),
            shares: shard.shares.checked_sub(shares)?,
            protocol_fees: shard.protocol_fees,
        },
    })
}

/// The shares that an amount pays for, rounded down. An amount that would pay for more than 64
/// bits of shares never limits their number, so the result saturates.
#[inline]
pub(super) fn shares_by(amount: u64, supply: u64, reserve: u64) -> Result<u64, CoreError> {
    match mul_div_u64(amount, supply, reserve, Rounding::Down) {
        Err(CoreError::Overflow) => Ok(u64::MAX),
        result => result,
    }
}

fn add_reserves(reserves: Reserves, base: u64, quote: u64) -> Result<Reserves, CoreError> {
    let sum =
        |reserve: u64, amount: u64| reserve.checked_add(amount).ok_or(CoreError::ReserveLimit);
    Ok(Reserves::new(
        sum(reserves.base.get(), base)?,
        sum(reserves.quote.get(), quote)?,
    ))
}

fn not_empty(shard: &ShardState) -> Result<(u64, u64), CoreError> {
    let (base, quote) = (shard.reserves.base.get(), shard.reserves.quote.get());
    if base == 0 || quote == 0 || shard.shares.is_zero() {
        return Err(CoreError::EmptyShard);
    }
    Ok((base, quote))
}
