//! x · y = k.

use crate::{
    error::CoreError,
    math::{mul_div_u64, quotient_q64, wide_mul},
    units::{InAmount, OutAmount, PriceQ64, Prices, Reserves, Rounding},
};

/// `floor(reserve_out · amount_in / (reserve_in + amount_in))`.
///
/// Always below `reserve_out`, so a shard is never emptied.
#[inline]
pub(super) fn out_given_in(
    reserve_in: u64,
    reserve_out: u64,
    amount_in: InAmount,
) -> Result<OutAmount, CoreError> {
    check_not_empty(reserve_in, reserve_out)?;
    let amount_in = amount_in.get();
    let reserve_after = reserve_in
        .checked_add(amount_in)
        .ok_or(CoreError::ReserveLimit)?;
    mul_div_u64(reserve_out, amount_in, reserve_after, Rounding::Down).map(OutAmount::new)
}

/// `ceil(reserve_in · amount_out / (reserve_out - amount_out))`.
#[inline]
pub(super) fn in_given_out(
    reserve_in: u64,
    reserve_out: u64,
    amount_out: OutAmount,
) -> Result<InAmount, CoreError> {
    check_not_empty(reserve_in, reserve_out)?;
    let amount_out = amount_out.get();
    if amount_out >= reserve_out {
        return Err(CoreError::InsufficientLiquidity);
    }
    let amount_in = mul_div_u64(
        reserve_in,
        amount_out,
        reserve_out - amount_out,
        Rounding::Up,
    )
    .map_err(|_| CoreError::ReserveLimit)?;
    reserve_in
        .checked_add(amount_in)
        .ok_or(CoreError::ReserveLimit)?;
    Ok(InAmount::new(amount_in))
}

/// `floor(quote · 2^64 / base)`; two 64-bit numbers always have such a quotient.
#[inline]
pub(super) fn spot_price(reserves: Reserves) -> Result<PriceQ64, CoreError> {
    let (base, quote) = (reserves.base.get(), reserves.quote.get());
    check_not_empty(base, quote)?;
    Ok(PriceQ64::new(quotient_q64(quote, base)))
}

/// Both quotients, which is more accurate than the inverse of one for very low prices.
#[inline]
pub(super) fn spot_prices(reserves: Reserves) -> Result<Prices, CoreError> {
    let (base, quote) = (reserves.base.get(), reserves.quote.get());
    check_not_empty(base, quote)?;
    Ok(Prices {
        base: PriceQ64::new(quotient_q64(quote, base)),
        quote: PriceQ64::new(quotient_q64(base, quote)),
    })
}

/// The invariant.
#[inline]
pub(super) fn product(reserves: Reserves) -> u128 {
    wide_mul(reserves.base.get(), reserves.quote.get())
}

#[inline]
fn check_not_empty(reserve_in: u64, reserve_out: u64) -> Result<(), CoreError> {
    if reserve_in == 0 || reserve_out == 0 {
        return Err(CoreError::EmptyShard);
    }
    Ok(())
}
