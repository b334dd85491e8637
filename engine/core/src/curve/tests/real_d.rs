//! The stable swap's D as a real number, bracketed with 64 fractional bits.

use num_bigint::{BigInt, Sign};

use super::*;

/// `100·D³ + (A·n − 100)·4xy·D − A·n·4xy·(x + y)` for D in units of 2^-64 (A a hundredfold): zero
/// at the real D, rising with D.
fn excess(curve: &StableSwap, d: &BigInt, x: u64, y: u64) -> BigInt {
    let ann = BigInt::from(2 * curve.amplification);
    let product = BigInt::from(4u8) * x * y;
    let cube: BigInt = d * d * d * 100;
    cube + &product * (&ann - 100) * d * (BigInt::from(1) << 128)
        - product * ann * (BigInt::from(x) + y) * (BigInt::from(1) << 192)
}

/// The real D, rounded down to a multiple of 2^-64, in those units.
pub(crate) fn real_d(curve: &StableSwap, x: u64, y: u64) -> BigInt {
    let (mut low, mut high) = (BigInt::ZERO, (BigInt::from(x) + y) << 64);
    while &high - &low > BigInt::from(1) {
        let middle: BigInt = (&low + &high) >> 1;
        if excess(curve, &middle, x, y).sign() == Sign::Plus {
            high = middle;
        } else {
            low = middle;
        }
    }
    low
}

pub(crate) fn units(count: u32) -> BigInt {
    BigInt::from(count) << 64
}
