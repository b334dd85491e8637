//! Products of twice the width, and division of them.

const LOW_32: u64 = 0xffff_ffff;

/// Whether the machine multiplies to and divides from 128 bits itself: an instruction each, where
/// the virtual machine needs what is written out below. The results are the same.
const IS_WIDE: bool = cfg!(target_arch = "x86_64");

/// The exact product of two 64-bit numbers.
#[inline(never)]
#[must_use]
pub const fn wide_mul(a: u64, b: u64) -> u128 {
    let (high, low) = product(a, b);
    ((high as u128) << 64) | low as u128
}

/// [`wide_mul`] as the upper and the lower half.
///
/// Four 32-bit products: on the virtual machine this is cheaper than a 128-bit multiplication,
/// which does not know that the upper halves are zero.
#[inline(always)]
pub(super) const fn product(a: u64, b: u64) -> (u64, u64) {
    if IS_WIDE {
        let product = (a as u128).wrapping_mul(b as u128);
        return ((product >> 64) as u64, product as u64);
    }
    short_product(a, b)
}

/// The same by products of 32-bit digits.
#[inline(always)]
pub(super) const fn short_product(a: u64, b: u64) -> (u64, u64) {
    if (a | b) >> 32 == 0 {
        return (0, a.wrapping_mul(b));
    }
    let (a1, a0) = (a >> 32, a & LOW_32);
    let (b1, b0) = (b >> 32, b & LOW_32);
    let low = a0.wrapping_mul(b0);
    // Each sum below is at most (2^32 - 1)^2 + 2 (2^32 - 1), which is 2^64 - 1.
    let middle = a1.wrapping_mul(b0).wrapping_add(low >> 32);
    let cross = a0.wrapping_mul(b1).wrapping_add(middle & LOW_32);
    let high = a1
        .wrapping_mul(b1)
        .wrapping_add(middle >> 32)
        .wrapping_add(cross >> 32);
    // Not as `a.wrapping_mul(b)`: LLVM would see a 128-bit multiplication in all of this.
    (high, (cross << 32) | (low & LOW_32))
}

/// Divides `high · 2^64 + low` by `divisor` for `high < divisor`, so that the quotient fits 64
/// bits.
#[inline(always)]
pub(super) const fn div_2_by_1(high: u64, low: u64, divisor: u64) -> (u64, u64) {
    if high == 0 {
        return (low / divisor, low % divisor);
    }
    if IS_WIDE {
        let quotient = (((high as u128) << 64 | low as u128) / divisor as u128) as u64;
        // Below the divisor, so its lower half is all of it.
        return (quotient, low.wrapping_sub(quotient.wrapping_mul(divisor)));
    }
    div_long(high, low, divisor)
}

/// The same by schoolbook division, with digits that are short enough for a 64-bit division.
///
/// Longer digits would need a divisor whose top bit is set, and counting its leading zeros costs
/// the virtual machine, which has no instruction for it, more than two digits do.
#[inline(never)]
pub(super) const fn div_long(high: u64, low: u64, divisor: u64) -> (u64, u64) {
    if divisor >> 32 == 0 {
        // Both partial dividends are below divisor · 2^32, so they fit and so do their quotients.
        let upper = (high << 32) | (low >> 32);
        let lower = ((upper % divisor) << 32) | (low & LOW_32);
        return (
            ((upper / divisor) << 32) | (lower / divisor),
            lower % divisor,
        );
    }
    // In both loops the digits of the quotient enter `low` as those of the dividend leave it.
    let (mut rest, mut low) = (high, low);
    let mut digits = 4;
    if divisor >> 48 == 0 {
        while digits > 0 {
            let dividend = (rest << 16) | (low >> 48);
            low = (low << 16) | (dividend / divisor);
            rest = dividend % divisor;
            digits -= 1;
        }
        return (low, rest);
    }
    let (d1, d0) = (divisor >> 16, divisor & 0xffff);
    while digits > 0 {
        // Too large by at most one: d1 has 32 bits or more, so leaving d0 out changes the quotient,
        // which is at most 2^16, by less than 2^-15.
        let mut digit = rest / d1;
        let mut dividend = ((rest % d1) << 16) | (low >> 48);
        let product = digit.wrapping_mul(d0);
        if dividend < product {
            digit = digit.wrapping_sub(1);
            dividend = dividend.wrapping_add(divisor);
        }
        // Below the divisor, so what wrapped on the way wraps back.
        rest = dividend.wrapping_sub(product);
        low = (low << 16) | digit;
        digits -= 1;
    }
    (low, rest)
}

/// Leading zeros of a number that is not zero. The virtual machine has no instruction for it, and
/// the compiler's replacement takes twice as long; neither has it conditional moves, hence no `if`.
#[inline(always)]
pub(super) const fn leading_zeros(mut n: u64) -> u32 {
    let mut zeros = ((n >> 32 == 0) as u32) << 5;
    n = n.wrapping_shl(zeros);
    let step = ((n >> 48 == 0) as u32) << 4;
    n = n.wrapping_shl(step);
    zeros |= step;
    let step = ((n >> 56 == 0) as u32) << 3;
    n = n.wrapping_shl(step);
    zeros |= step;
    let step = ((n >> 60 == 0) as u32) << 2;
    n = n.wrapping_shl(step);
    zeros |= step;
    let step = ((n >> 62 == 0) as u32) << 1;
    n = n.wrapping_shl(step);
    zeros | step | (n >> 63 == 0) as u32
}

/// Quotient and remainder of a 128-bit by a 64-bit number. The divisor must not be zero.
#[inline(never)]
#[must_use]
pub const fn div_u128_by_u64(dividend: u128, divisor: u64) -> (u128, u64) {
    if IS_WIDE {
        let quotient = dividend / divisor as u128;
        // Below the divisor, so its lower half is all of it.
        let product = (quotient as u64).wrapping_mul(divisor);
        return (quotient, (dividend as u64).wrapping_sub(product));
    }
    let (high, low) = ((dividend >> 64) as u64, dividend as u64);
    let (upper, rest) = (high / divisor, high % divisor);
    let (lower, rest) = div_2_by_1(rest, low, divisor);
    (((upper as u128) << 64) | lower as u128, rest)
}

/// An unsigned 256-bit number: enough for the product of two 128-bit ones.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct U256 {
    // The order of the fields makes the derived order numeric.
    high: u128,
    low: u128,
}

impl U256 {
    /// From its two halves.
    #[must_use]
    pub const fn new(high: u128, low: u128) -> Self {
        Self { high, low }
    }

    /// The upper 128 bits.
    #[must_use]
    pub const fn high(self) -> u128 {
        self.high
    }

    /// The lower 128 bits.
    #[must_use]
    pub const fn low(self) -> u128 {
        self.low
    }

    /// The exact product of two 128-bit numbers.
    #[inline(never)]
    #[must_use]
    pub const fn mul(a: u128, b: u128) -> Self {
        let (a1, a0) = ((a >> 64) as u64, a as u64);
        let (b1, b0) = ((b >> 64) as u64, b as u64);
        let low = wide_mul(a0, b0);
        // The same bounds as in `wide_mul`, one size up.
        let middle = wide_mul(a1, b0).wrapping_add(low >> 64);
        let cross = wide_mul(a0, b1).wrapping_add(middle & u64::MAX as u128);
        let high = wide_mul(a1, b1)
            .wrapping_add(middle >> 64)
            .wrapping_add(cross >> 64);
        Self {
            high,
            low: (cross << 64) | (low & u64::MAX as u128),
        }
    }

    /// The sum, less what does not fit: for sums that are known to fit.
    #[inline]
    #[must_use]
    pub const fn wrapping_add(self, other: Self) -> Self {
        let (low, carry) = self.low.overflowing_add(other.low);
        Self {
            high: self
                .high
                .wrapping_add(other.high)
                .wrapping_add(carry as u128),
            low,
        }
    }

    /// The product, less what does not fit: for products that are known to fit.
    #[must_use]
    pub const fn wrapping_mul_u64(self, factor: u64) -> Self {
        let low = Self::mul(self.low, factor as u128);
        Self {
            high: low
                .high
                .wrapping_add(self.high.wrapping_mul(factor as u128)),
            low: low.low,
        }
    }

    /// The sum, or `None` where it needs more than 256 bits.
    #[must_use]
    pub const fn checked_add(self, other: Self) -> Option<Self> {
        let (low, carry) = self.low.overflowing_add(other.low);
        let Some(high) = self.high.checked_add(other.high) else {
            return None;
        };
        match high.checked_add(carry as u128) {
            Some(high) => Some(Self { high, low }),
            None => None,
        }
    }

    /// The difference, or `None` where it would be negative.
    #[must_use]
    pub const fn checked_sub(self, other: Self) -> Option<Self> {
        let (low, borrow) = self.low.overflowing_sub(other.low);
        let Some(high) = self.high.checked_sub(other.high) else {
            return None;
        };
        match high.checked_sub(borrow as u128) {
            Some(high) => Some(Self { high, low }),
            None => None,
        }
    }

    /// Quotient and remainder by a 128-bit number, or `None` where the divisor is zero or the
    /// quotient needs more than 128 bits. Schoolbook division with 64-bit digits.
    #[inline(never)]
    #[must_use]
    pub const fn div_rem_u128(self, divisor: u128) -> Option<(u128, u128)> {
        if self.high >= divisor {
            return None;
        }
        if divisor >> 64 == 0 {
            // The upper half is below the divisor, so it fits 64 bits.
            let divisor = divisor as u64;
            let upper = (self.high << 64) | (self.low >> 64);
            let (q1, rest) = div_u128_by_u64(upper, divisor);
            let lower = ((rest as u128) << 64) | (self.low & u64::MAX as u128);
            let (q0, rest) = div_u128_by_u64(lower, divisor);
            return Some(((q1 << 64) | q0, rest as u128));
        }
        let shift = divisor.leading_zeros();
        let divisor = divisor << shift;
        let high = if shift == 0 {
            self.high
        } else {
            (self.high << shift) | (self.low >> (128 - shift))
        };
        let low = self.low << shift;
        let (q1, rest) = wide_digit(high, low >> 64, divisor);
        let (q0, rest) = wide_digit(rest, low & u64::MAX as u128, divisor);
        Some(((q1 << 64) | q0, rest >> shift))
    }
}

/// One 64-bit digit of the quotient of `high · 2^64 + next` by a divisor whose top bit is set.
const fn wide_digit(high: u128, next: u128, divisor: u128) -> (u128, u128) {
    let (d1, d0) = ((divisor >> 64) as u64, divisor as u64);
    let (mut digit, rest) = div_u128_by_u64(high, d1);
    let mut rest = rest as u128;
    // The estimate is at most two too large.
    while digit >> 64 != 0 || wide_mul(digit as u64, d0) > ((rest << 64) | next) {
        digit = digit.wrapping_sub(1);
        rest = rest.wrapping_add(d1 as u128);
        if rest >> 64 != 0 {
            break;
        }
    }
    // The true remainder is below 2^128, so what wrapped on the way wraps back.
    let product = U256::mul(digit, divisor).low;
    (digit, ((high << 64) | next).wrapping_sub(product))
}
