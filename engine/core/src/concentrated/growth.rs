//! What a unit of liquidity has earned, in running sums (Uniswap v3 whitepaper, section 6.3).

use bytemuck::{Pod, Zeroable};

use super::{Liquidity, Tick};
use crate::{
    error::CoreError,
    math::{div_u128_by_u64, mul_div_u128, wide_mul},
    units::Rounding,
};

/// A range pays fees of both tokens, and so many rewards.
pub const MAX_RANGE_REWARDS: usize = 3;
/// Sums that a range keeps: fees of base and of quote, then the rewards.
pub const GROWTHS: usize = 2 + MAX_RANGE_REWARDS;

/// What a unit of liquidity has earned of one token: units in Q64.64, in two words so that it can lie
/// in an account. It wraps; only differences mean anything, and those are exact as long as a unit of
/// liquidity earns less than `2^64` units in between.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Pod, Zeroable)]
#[repr(transparent)]
pub struct Growth([u64; 2]);

impl Growth {
    /// Nothing.
    pub const ZERO: Self = Self([0; 2]);

    /// From its bits.
    #[inline]
    #[must_use]
    pub const fn from_bits(bits: u128) -> Self {
        Self([bits as u64, (bits >> 64) as u64])
    }

    /// Its bits.
    #[inline]
    #[must_use]
    pub const fn bits(self) -> u128 {
        ((self.0[1] as u128) << 64) | self.0[0] as u128
    }

    /// What has grown since an earlier reading.
    #[inline]
    #[must_use]
    pub const fn since(self, earlier: Self) -> Self {
        Self::from_bits(self.bits().wrapping_sub(earlier.bits()))
    }

    /// After so many units were shared by all liquidity in range: rounded down, so that all shares
    /// together are at most the units.
    ///
    /// # Errors
    /// [`CoreError::EmptyShard`] without liquidity.
    #[inline]
    pub const fn earn(self, units: u64, liquidity: Liquidity) -> Result<Self, CoreError> {
        if liquidity.get() == 0 {
            return Err(CoreError::EmptyShard);
        }
        let shared = if liquidity.get() >> 64 == 0 {
            div_u128_by_u64((units as u128) << 64, liquidity.get() as u64).0
        } else {
            ((units as u128) << 64) / liquidity.get()
        };
        Ok(Self::from_bits(self.bits().wrapping_add(shared)))
    }

    /// What liquidity has earned by a difference of two readings, rounded down.
    ///
    /// # Errors
    /// [`CoreError::Overflow`] if that is more than 64 bits hold.
    #[inline]
    pub fn share(self, liquidity: Liquidity) -> Result<u64, CoreError> {
        let (growth, liquidity) = (self.bits(), liquidity.get());
        if growth == 0 {
            return Ok(0);
        }
        let share = if (growth | liquidity) >> 64 == 0 {
            wide_mul(growth as u64, liquidity as u64) >> 64
        } else {
            mul_div_u128(growth, liquidity, 1 << 64, Rounding::Down)?
        };
        u64::try_from(share).map_err(|_| CoreError::Overflow)
    }
}

/// What has grown while the price was between two ticks: everything, less what grew below the one
/// and above the other.
///
/// `below` and `above` are what grew on the other side of the lower and the upper tick, as seen from
/// where the price was when they were crossed last.
#[must_use]
pub fn growth_inside(
    present: Tick,
    (lower, below): (Tick, &[Growth; GROWTHS]),
    (upper, above): (Tick, &[Growth; GROWTHS]),
    all: &[Growth; GROWTHS],
) -> [Growth; GROWTHS] {
    core::array::from_fn(|at| {
        let below = if present >= lower {
            below[at]
        } else {
            all[at].since(below[at])
        };
        let above = if present < upper {
            above[at]
        } else {
            all[at].since(above[at])
        };
        all[at].since(below).since(above)
    })
}
