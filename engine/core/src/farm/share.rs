//! Everyone's part of an epoch's rewards.

use crate::{
    math::{div_u128_by_u64, mul_div_u64, wide_mul},
    stake::StakeError,
    units::Rounding,
};

/// The part of all points that a position has, of which it earns the same part of each reward.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Part {
    // Both shifted alike, so that the top bit of the whole is set if it needs more than 64 bits.
    points: u128,
    total: u128,
}

impl Part {
    /// `points` of `total`, which is not zero.
    ///
    /// # Errors
    /// [`StakeError::Overflow`] if the points are more than all points.
    #[inline]
    pub const fn try_new(points: u128, total: u128) -> Result<Self, StakeError> {
        if points > total || total == 0 {
            return Err(StakeError::Overflow);
        }
        if total >> 64 == 0 {
            return Ok(Self { points, total });
        }
        let shift = ((total >> 64) as u64).leading_zeros();
        Ok(Self {
            points: shifted(points, shift),
            total: shifted(total, shift),
        })
    }

    /// This part of a reward, rounded down.
    #[inline]
    #[must_use]
    pub const fn of(&self, reward: u64) -> u64 {
        if self.total >> 64 != 0 {
            return self.of_wide(reward);
        }
        match mul_div_u64(
            self.points as u64,
            reward,
            self.total as u64,
            Rounding::Down,
        ) {
            Ok(share) => share,
            // Not reached: points are at most the total, so the quotient is at most the reward.
            Err(_) => 0,
        }
    }

    /// One step of Knuth's algorithm D (The Art of Computer Programming 4.3.1), three digits of 64
    /// bits by two. The quotient is one digit, since it is at most the reward.
    const fn of_wide(&self, reward: u64) -> u64 {
        let (d1, d0) = ((self.total >> 64) as u64, self.total as u64);
        let low = wide_mul(self.points as u64, reward);
        let high = wide_mul((self.points >> 64) as u64, reward).wrapping_add(low >> 64);
        let next = low as u64;
        let (mut digit, mut rest) = match div_u128_by_u64(high, d1) {
            (digit, rest) if digit >> 64 == 0 => (digit as u64, rest as u128),
            // The upper digits agree, and the estimate is no digit.
            _ => (u64::MAX, high.wrapping_sub(wide_mul(u64::MAX, d1))),
        };
        // Too large by at most two.
        while rest >> 64 == 0 && wide_mul(digit, d0) > ((rest << 64) | next as u128) {
            digit = digit.wrapping_sub(1);
            rest = rest.wrapping_add(d1 as u128);
        }
        digit
    }
}

/// A number shifted to the left by less than 64 bits, which the virtual machine does faster in halves.
#[inline(always)]
const fn shifted(number: u128, shift: u32) -> u128 {
    let (high, low) = ((number >> 64) as u64, number as u64);
    let carried = (low >> 1) >> (63 - shift);
    let high = high.wrapping_shl(shift) | carried;
    ((high as u128) << 64) | low.wrapping_shl(shift) as u128
}
