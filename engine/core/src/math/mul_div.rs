//! `a · b / c` without loss in between.

use super::wide::{U256, div_2_by_1, div_u128_by_u64, product, wide_mul};
use crate::{error::CoreError, units::Rounding};

/// `a · b / c`, exact in between, rounded as told.
#[inline(never)]
pub const fn mul_div_u64(a: u64, b: u64, c: u64, rounding: Rounding) -> Result<u64, CoreError> {
    if c == 0 {
        return Err(CoreError::DivisionByZero);
    }
    let (high, low) = product(a, b);
    if high >= c {
        return Err(CoreError::Overflow);
    }
    let (quotient, rest) = div_2_by_1(high, low, c);
    if matches!(rounding, Rounding::Up) && rest != 0 {
        return match quotient.checked_add(1) {
            Some(quotient) => Ok(quotient),
            None => Err(CoreError::Overflow),
        };
    }
    Ok(quotient)
}

/// `a · b / c` rounded down, for a quotient that may need 128 bits. `c` must not be zero.
#[inline]
pub(crate) const fn mul_div_to_u128(a: u64, b: u64, c: u64) -> u128 {
    div_u128_by_u64(wide_mul(a, b), c).0
}

/// `a / b` as a Q64.64 number, rounded down. `b` must not be zero.
#[inline]
pub(crate) const fn quotient_q64(a: u64, b: u64) -> u128 {
    div_u128_by_u64((a as u128) << 64, b).0
}

/// `a · b / c`, exact in between (256 bits), rounded as told.
#[inline]
pub const fn mul_div_u128(
    a: u128,
    b: u128,
    c: u128,
    rounding: Rounding,
) -> Result<u128, CoreError> {
    if (a | b | c) >> 64 != 0 || c == 0 {
        return mul_div_256(a, b, c, rounding);
    }
    let (quotient, rest) = div_u128_by_u64(wide_mul(a as u64, b as u64), c as u64);
    round(quotient, rest != 0, rounding)
}

#[inline(never)]
const fn mul_div_256(a: u128, b: u128, c: u128, rounding: Rounding) -> Result<u128, CoreError> {
    if c == 0 {
        return Err(CoreError::DivisionByZero);
    }
    match U256::mul(a, b).div_rem_u128(c) {
        Some((quotient, rest)) => round(quotient, rest != 0, rounding),
        None => Err(CoreError::Overflow),
    }
}

#[inline]
const fn round(quotient: u128, inexact: bool, rounding: Rounding) -> Result<u128, CoreError> {
    if !inexact || matches!(rounding, Rounding::Down) {
        return Ok(quotient);
    }
    match quotient.checked_add(1) {
        Some(quotient) => Ok(quotient),
        None => Err(CoreError::Overflow),
    }
}
