//! 256-bit numbers divided by long ones, and shifted: what prices of concentrated liquidity need.

use super::wide::{U256, div_2_by_1, product};
use crate::{error::CoreError, units::Rounding};

impl U256 {
    /// From its digits, the lowest first.
    const fn from_digits(digits: [u64; 4]) -> Self {
        let [d0, d1, d2, d3] = digits;
        Self::new(
            ((d3 as u128) << 64) | d2 as u128,
            ((d1 as u128) << 64) | d0 as u128,
        )
    }

    const fn digits(self) -> [u64; 4] {
        let (high, low) = (self.high(), self.low());
        [
            low as u64,
            (low >> 64) as u64,
            high as u64,
            (high >> 64) as u64,
        ]
    }

    const fn is_zero(self) -> bool {
        self.high() == 0 && self.low() == 0
    }

    /// Times `2^64`, of a number below `2^192`.
    #[inline]
    pub(crate) const fn shl_64(self) -> Self {
        Self::new((self.high() << 64) | (self.low() >> 64), self.low() << 64)
    }

    /// Divided by `2^64`, of a number below `2^192`.
    #[inline]
    pub(crate) const fn shr_64(self, rounding: Rounding) -> u128 {
        let quotient = (self.high() << 64) | (self.low() >> 64);
        // Below 2^128, and only 2^128 - 1 if the lower digits of `self` are all ones: a product of a
        // liquidity and a difference of prices is far below.
        quotient.wrapping_add((matches!(rounding, Rounding::Up) && self.low() as u64 != 0) as u128)
    }

    /// The number, if it fits 128 bits.
    #[inline]
    pub(crate) const fn to_u128(self) -> Result<u128, CoreError> {
        if self.high() != 0 {
            return Err(CoreError::Overflow);
        }
        Ok(self.low())
    }

    /// The quotient by a number of up to 128 bits, rounded as told.
    #[inline]
    pub(crate) const fn div_u128(
        self,
        divisor: u128,
        rounding: Rounding,
    ) -> Result<Self, CoreError> {
        self.div(Self::new(0, divisor), rounding)
    }

    /// The quotient by a number of any length, rounded as told.
    ///
    /// # Errors
    /// [`CoreError::DivisionByZero`]; [`CoreError::Overflow`] if it needs more than 128 bits.
    #[inline]
    pub(crate) const fn div_u256(
        self,
        divisor: Self,
        rounding: Rounding,
    ) -> Result<u128, CoreError> {
        match self.div(divisor, rounding) {
            Ok(quotient) => quotient.to_u128(),
            Err(error) => Err(error),
        }
    }

    const fn div(self, divisor: Self, rounding: Rounding) -> Result<Self, CoreError> {
        if divisor.is_zero() {
            return Err(CoreError::DivisionByZero);
        }
        let (quotient, rest) = self.div_rem(divisor);
        if matches!(rounding, Rounding::Down) || rest.is_zero() {
            return Ok(quotient);
        }
        match quotient.checked_add(Self::new(0, 1)) {
            Some(quotient) => Ok(quotient),
            None => Err(CoreError::Overflow),
        }
    }

    /// Quotient and remainder. Long division by digits of 64 bits: Knuth, The Art of Computer
    /// Programming, volume 2, section 4.3.1, algorithm D.
    #[inline(never)]
    const fn div_rem(self, divisor: Self) -> (Self, Self) {
        let divisor_digits = divisor.digits();
        let len = significant(&divisor_digits);
        if len == 1 {
            return self.div_rem_digit(divisor_digits[0]);
        }
        let shift = divisor_digits[len - 1].leading_zeros();
        let v = shifted_left(&divisor_digits, shift);
        let mut u = shifted_left(&self.digits(), shift);
        let mut quotient = [0u64; 4];
        // Only as many digits as there can be.
        let mut at = significant_long(&u).saturating_sub(len);
        if at > 4 - len {
            at = 4 - len;
        }
        loop {
            quotient[at] = next_digit(&mut u, &v, at, len);
            if at == 0 {
                break;
            }
            at -= 1;
        }
        (
            Self::from_digits(quotient),
            Self::from_digits(shifted_right(&u, shift)),
        )
    }

    const fn div_rem_digit(self, divisor: u64) -> (Self, Self) {
        let digits = self.digits();
        let (mut quotient, mut rest, mut at) = ([0u64; 4], 0, 4);
        while at > 0 {
            at -= 1;
            (quotient[at], rest) = div_2_by_1(rest, digits[at], divisor);
        }
        (Self::from_digits(quotient), Self::new(0, rest as u128))
    }
}

const fn significant(digits: &[u64; 4]) -> usize {
    let mut len = 4;
    while len > 1 && digits[len - 1] == 0 {
        len -= 1;
    }
    len
}

const fn significant_long(digits: &[u64; 5]) -> usize {
    if digits[4] != 0 {
        return 5;
    }
    let [d0, d1, d2, d3, _] = *digits;
    significant(&[d0, d1, d2, d3])
}

const fn shifted_left(digits: &[u64; 4], shift: u32) -> [u64; 5] {
    let mut out = [0; 5];
    let (mut at, mut carry) = (0, 0);
    while at < 4 {
        out[at] = (digits[at] << shift) | carry;
        carry = if shift == 0 {
            0
        } else {
            digits[at] >> (64 - shift)
        };
        at += 1;
    }
    out[4] = carry;
    out
}

const fn shifted_right(digits: &[u64; 5], shift: u32) -> [u64; 4] {
    let mut out = [0; 4];
    let mut at = 0;
    while at < 4 {
        let above = if shift == 0 {
            0
        } else {
            digits[at + 1] << (64 - shift)
        };
        out[at] = (digits[at] >> shift) | above;
        at += 1;
    }
    out
}

/// One digit of the quotient; takes the divisor off as often. The divisor's top bit is set.
const fn next_digit(u: &mut [u64; 5], v: &[u64; 5], at: usize, len: usize) -> u64 {
    let (top, v1, v2) = (u[at + len], v[len - 1], v[len - 2]);
    let (mut digit, mut rest, mut rest_fits) = if top >= v1 {
        let rest = u[at + len - 1].overflowing_add(v1);
        (u64::MAX, rest.0, !rest.1)
    } else {
        let (digit, rest) = div_2_by_1(top, u[at + len - 1], v1);
        (digit, rest, true)
    };
    // The estimate is at most two too large; its second digit tells mostly.
    while rest_fits {
        let (high, low) = product(digit, v2);
        if high < rest || high == rest && low <= u[at + len - 2] {
            break;
        }
        digit = digit.wrapping_sub(1);
        let next = rest.overflowing_add(v1);
        (rest, rest_fits) = (next.0, !next.1);
    }
    if take_off(u, v, digit, at, len) {
        digit = digit.wrapping_sub(1);
        put_back(u, v, at, len);
    }
    digit
}

/// Takes `digit · v` off; tells whether that was too much.
const fn take_off(u: &mut [u64; 5], v: &[u64; 5], digit: u64, at: usize, len: usize) -> bool {
    let (mut carry, mut borrow, mut i) = (0u64, false, 0);
    while i <= len {
        let (mut high, low) = if i < len {
            product(digit, v[i])
        } else {
            (0, 0)
        };
        let (low, over) = low.overflowing_add(carry);
        high = high.wrapping_add(over as u64);
        carry = high;
        let (less, under) = u[at + i].overflowing_sub(low);
        let (less, under_again) = less.overflowing_sub(borrow as u64);
        u[at + i] = less;
        borrow = under || under_again;
        i += 1;
    }
    borrow
}

const fn put_back(u: &mut [u64; 5], v: &[u64; 5], at: usize, len: usize) {
    let (mut carry, mut i) = (false, 0);
    while i <= len {
        let more = if i < len { v[i] } else { 0 };
        let (sum, over) = u[at + i].overflowing_add(more);
        let (sum, over_again) = sum.overflowing_add(carry as u64);
        u[at + i] = sum;
        carry = over || over_again;
        i += 1;
    }
}
