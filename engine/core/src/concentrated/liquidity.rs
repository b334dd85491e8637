//! Liquidity: how much of each token lies between two prices, and how far a price moves when some
//! of it is traded (Uniswap v3 whitepaper, sections 6.2.2 and 6.2.3).

use super::SqrtPrice;
use crate::{
    error::CoreError,
    math::{U256, mul_div_u128},
    units::{Rounding, Side},
};

/// Liquidity `L`: `√(base · quote)` of the reserves that would trade alike without bounds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
#[repr(transparent)]
pub struct Liquidity(u128);

impl Liquidity {
    /// None.
    pub const ZERO: Self = Self(0);
    /// The most, so that all products below fit 256 bits. All tokens that a mint can have, between
    /// two neighbouring ticks at a price of one, are `2^78`.
    pub const MAX: Self = Self((1 << 96) - 1);

    /// From a number.
    ///
    /// # Errors
    /// [`CoreError::Overflow`] above [`Liquidity::MAX`].
    #[inline]
    pub const fn try_new(value: u128) -> Result<Self, CoreError> {
        if value > Self::MAX.0 {
            return Err(CoreError::Overflow);
        }
        Ok(Self(value))
    }

    /// The same of a number that was checked before, as an account keeps it.
    #[inline]
    pub(crate) const fn from_checked(value: u128) -> Self {
        Self(value)
    }

    /// The number.
    #[inline]
    #[must_use]
    pub const fn get(self) -> u128 {
        self.0
    }

    /// The sum.
    ///
    /// # Errors
    /// [`CoreError::Overflow`] above [`Liquidity::MAX`].
    #[inline]
    pub const fn checked_add(self, other: Self) -> Result<Self, CoreError> {
        // Both are below 2^96.
        Self::try_new(self.0.wrapping_add(other.0))
    }

    /// The difference.
    ///
    /// # Errors
    /// [`CoreError::Overflow`] below zero.
    #[inline]
    pub const fn checked_sub(self, other: Self) -> Result<Self, CoreError> {
        match self.0.checked_sub(other.0) {
            Some(left) => Ok(Self(left)),
            None => Err(CoreError::Overflow),
        }
    }

    /// The most liquidity between two prices that amounts of base and quote pay for at a price.
    ///
    /// # Errors
    /// [`CoreError::InvalidTick`] if the prices are not in order; [`CoreError::Overflow`] above
    /// [`Liquidity::MAX`].
    pub fn of_amounts(
        price: SqrtPrice,
        (low, high): (SqrtPrice, SqrtPrice),
        [base, quote]: [u64; 2],
    ) -> Result<Self, CoreError> {
        if low >= high {
            return Err(CoreError::InvalidTick);
        }
        let present = price.clamp(low, high);
        let mut least = u128::MAX;
        if present < high {
            least = least.min(by_base(base, present, high));
        }
        if present > low {
            let width = present.bits().wrapping_sub(low.bits());
            let most = mul_div_u128(u128::from(quote), 1 << 64, width, Rounding::Down);
            least = least.min(most.unwrap_or(u128::MAX));
        }
        Self::try_new(least)
    }

    /// The tokens between two prices, whichever is higher: of base `L (1/√a - 1/√b)`, of quote
    /// `L (√b - √a)`.
    ///
    /// # Errors
    /// [`CoreError::Overflow`] if they are more than 64 bits hold.
    pub fn amount(
        self,
        side: Side,
        a: SqrtPrice,
        b: SqrtPrice,
        rounding: Rounding,
    ) -> Result<u64, CoreError> {
        let (low, high) = if a <= b { (a, b) } else { (b, a) };
        let width = high.bits().wrapping_sub(low.bits());
        // Below 2^192.
        let product = U256::mul(self.0, width);
        let amount = match side {
            Side::Quote => product.shr_64(rounding),
            Side::Base => {
                // Of rounded quotients, both rounded alike, comes the same as of the exact one.
                let by_high = product.shl_64().div_u128(high.bits(), rounding)?;
                by_high.div_u128(low.bits(), rounding)?.to_u128()?
            }
        };
        u64::try_from(amount).map_err(|_| CoreError::Overflow)
    }

    /// Where the price is when the pool has taken in so much of a token, rounded so that the pool does
    /// not pay for more than it got: down for quote, which raises the price, and up for base.
    ///
    /// # Errors
    /// [`CoreError::EmptyShard`] without liquidity; [`CoreError::InvalidTick`] beyond the highest
    /// price.
    pub fn price_after_in(
        self,
        side: Side,
        price: SqrtPrice,
        amount: u64,
    ) -> Result<SqrtPrice, CoreError> {
        if self.0 == 0 {
            return Err(CoreError::EmptyShard);
        }
        let after = match side {
            Side::Quote => {
                let moved = mul_div_u128(u128::from(amount), 1 << 64, self.0, Rounding::Down)?;
                price.bits().checked_add(moved).ok_or(CoreError::Overflow)?
            }
            Side::Base => {
                let numerator = U256::mul(self.0, price.bits()).shl_64();
                let divisor = U256::mul(u128::from(amount), price.bits());
                let divisor = divisor.wrapping_add(U256::mul(self.0, 1 << 64));
                numerator.div_u256(divisor, Rounding::Up)?
            }
        };
        SqrtPrice::try_new(after)
    }

    /// Where the price is when the pool has paid out so much of a token, rounded so that it moves far
    /// enough: down for quote, which lowers the price, and up for base.
    ///
    /// # Errors
    /// [`CoreError::InsufficientLiquidity`] if there is not so much, however far the price moves;
    /// [`CoreError::InvalidTick`] beyond the lowest or the highest price.
    pub fn price_after_out(
        self,
        side: Side,
        price: SqrtPrice,
        amount: u64,
    ) -> Result<SqrtPrice, CoreError> {
        if self.0 == 0 {
            return Err(CoreError::EmptyShard);
        }
        let after = match side {
            Side::Quote => {
                let moved = mul_div_u128(u128::from(amount), 1 << 64, self.0, Rounding::Up)?;
                price
                    .bits()
                    .checked_sub(moved)
                    .ok_or(CoreError::InsufficientLiquidity)?
            }
            Side::Base => {
                let numerator = U256::mul(self.0, price.bits()).shl_64();
                let spent = U256::mul(u128::from(amount), price.bits());
                let divisor = U256::mul(self.0, 1 << 64)
                    .checked_sub(spent)
                    .filter(|divisor| *divisor != U256::default())
                    .ok_or(CoreError::InsufficientLiquidity)?;
                numerator.div_u256(divisor, Rounding::Up)?
            }
        };
        SqrtPrice::try_new(after)
    }
}

/// `base · √a · √b / (√b - √a)`, rounded down; the highest number if it needs more than 128 bits: the
/// other token is what limits then.
fn by_base(base: u64, low: SqrtPrice, high: SqrtPrice) -> u128 {
    let product = U256::mul(low.bits(), high.bits());
    let width = high.bits().wrapping_sub(low.bits());
    let base = u128::from(base);
    // In two parts, because the whole needs more than 256 bits: below 2^64 · 2^192.
    let exact = || {
        let whole = product.div_u128(width, Rounding::Down)?.to_u128()?;
        let rest = product
            .checked_sub(U256::mul(whole, width))
            .ok_or(CoreError::Overflow)?
            .to_u128()?;
        let part = U256::mul(rest, base).div_u128(width, Rounding::Down)?;
        let sum = U256::mul(whole, base).checked_add(part);
        Ok::<_, CoreError>(sum.ok_or(CoreError::Overflow)?.shr_64(Rounding::Down))
    };
    exact().unwrap_or(u128::MAX)
}
