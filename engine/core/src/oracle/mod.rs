//! Time-weighted average prices.
//!
//! A shard adds price · seconds to a running sum before anything changes its reserves, so that the
//! difference of two readings over their distance in time is the average price between them. A
//! price that exists only within one moment counts for zero seconds: moving the average takes
//! holding a price against everyone else's trades.

use crate::{
    curve::Curve,
    error::CoreError,
    math::{div_u128_by_u64, wide_mul},
    units::{PriceQ64, Prices, Reserves},
};

/// A running sum of price · seconds: 192 bits, least significant word first. It wraps, which is
/// harmless: differences over less than 2^64 seconds are exact.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Cumulative(pub [u64; 3]);

impl Cumulative {
    /// The sum after a price has stood for a number of seconds.
    #[inline]
    #[must_use]
    pub const fn add(mut self, price: PriceQ64, seconds: u64) -> Self {
        accumulate(&mut self.0, price, seconds);
        self
    }

    /// The average price from an earlier sum to this one over a number of seconds, rounded down.
    const fn average_since(self, earlier: Self, seconds: u64) -> PriceQ64 {
        let (w0, borrow) = self.0[0].overflowing_sub(earlier.0[0]);
        let (w1, borrow) = subtract_with_borrow(self.0[1], earlier.0[1], borrow);
        let w2 = self.0[2]
            .wrapping_sub(earlier.0[2])
            .wrapping_sub(borrow as u64);
        let (_, rest) = div_u128_by_u64(w2 as u128, seconds);
        let (q1, rest) = div_u128_by_u64(((rest as u128) << 64) | w1 as u128, seconds);
        let (q0, _) = div_u128_by_u64(((rest as u128) << 64) | w0 as u128, seconds);
        PriceQ64::new((q1 << 64) | q0)
    }
}

/// Adds `price · seconds` to the words of a sum.
#[inline(never)]
const fn accumulate(sum: &mut [u64; 3], price: PriceQ64, seconds: u64) {
    let (low, middle, high) = times_seconds(price.get(), seconds);
    let (w0, carry) = sum[0].overflowing_add(low);
    let (w1, carry) = add_with_carry(sum[1], middle, carry);
    sum[0] = w0;
    sum[1] = w1;
    sum[2] = sum[2].wrapping_add(high).wrapping_add(carry as u64);
}

/// `price · seconds` in 64-bit words, the lowest first.
///
/// Times between two trades fit 32 bits and so does the whole part of most prices: on the virtual
/// machine that is several times cheaper than the general case.
#[inline]
const fn times_seconds(price: u128, seconds: u64) -> (u64, u64, u64) {
    const LOW_32: u64 = 0xffff_ffff;
    let (upper, lower) = ((price >> 64) as u64, price as u64);
    if (seconds | upper) >> 32 != 0 {
        let low = wide_mul(lower, seconds);
        // At most (2^64 - 1)² + 2^64 - 1, which fits.
        let high = wide_mul(upper, seconds).wrapping_add(low >> 64);
        return (low as u64, high as u64, (high >> 64) as u64);
    }
    // Each sum is at most (2^32 - 1)² + 2^32 - 1, which is below 2^64.
    let d0 = (lower & LOW_32).wrapping_mul(seconds);
    let d1 = (lower >> 32).wrapping_mul(seconds).wrapping_add(d0 >> 32);
    let middle = upper.wrapping_mul(seconds).wrapping_add(d1 >> 32);
    ((d1 << 32) | (d0 & LOW_32), middle, 0)
}

const fn add_with_carry(a: u64, b: u64, carry: bool) -> (u64, bool) {
    let (sum, first) = a.overflowing_add(b);
    let (sum, second) = sum.overflowing_add(carry as u64);
    (sum, first || second)
}

const fn subtract_with_borrow(a: u64, b: u64, borrow: bool) -> (u64, bool) {
    let (difference, first) = a.overflowing_sub(b);
    let (difference, second) = difference.overflowing_sub(borrow as u64);
    (difference, first || second)
}

/// A shard's price accumulators.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Accumulators {
    /// Price of base: quote per base, Q64.64, times seconds.
    pub base: Cumulative,
    /// Price of quote: base per quote, Q64.64, times seconds.
    pub quote: Cumulative,
    /// Up to when prices have been counted, in seconds.
    pub last_update: i64,
}

impl Accumulators {
    /// Accumulators that begin at a moment: when a shard gets its first reserves, because before
    /// that it has no price.
    #[inline]
    #[must_use]
    pub const fn starting_at(now: i64) -> Self {
        Self {
            base: Cumulative([0; 3]),
            quote: Cumulative([0; 3]),
            last_update: now,
        }
    }

    /// Whether prices have been counted up to this moment.
    #[inline]
    #[must_use]
    pub const fn is_current(&self, now: i64) -> bool {
        now <= self.last_update
    }

    /// Counts the prices of the reserves as they have stood since the last update. To be called
    /// with the reserves **before** they change; prices are computed only if time has passed.
    ///
    /// An empty shard has no price: its accumulators begin anew at `now`.
    pub fn advance(&self, curve: &Curve, reserves: &Reserves, now: i64) -> Result<Self, CoreError> {
        let mut advanced = *self;
        advanced.in_place().advance(curve, reserves, now)?;
        Ok(advanced)
    }

    /// Counts prices that have stood since the last update. No effect where no time has passed,
    /// or where the clock has gone back.
    #[must_use]
    pub const fn advance_by(&self, prices: Prices, now: i64) -> Self {
        let mut advanced = *self;
        if !self.is_current(now) {
            advanced.in_place().count(prices, now);
        }
        advanced
    }

    const fn in_place(&mut self) -> AccumulatorsMut<'_> {
        AccumulatorsMut {
            base: &mut self.base.0,
            quote: &mut self.quote.0,
            last_update: &mut self.last_update,
        }
    }
}

/// [`Accumulators`] where they are stored, so that nothing is copied to bring them up to date.
#[derive(Debug)]
pub struct AccumulatorsMut<'a> {
    /// The words of [`Accumulators::base`].
    pub base: &'a mut [u64; 3],
    /// The words of [`Accumulators::quote`].
    pub quote: &'a mut [u64; 3],
    /// [`Accumulators::last_update`].
    pub last_update: &'a mut i64,
}

impl AccumulatorsMut<'_> {
    /// As [`Accumulators::advance`].
    #[inline(always)]
    pub fn advance(self, curve: &Curve, reserves: &Reserves, now: i64) -> Result<(), CoreError> {
        if now <= *self.last_update {
            return Ok(());
        }
        self.advance_to_later(curve, *reserves, now)
    }

    #[inline(never)]
    fn advance_to_later(
        mut self,
        curve: &Curve,
        reserves: Reserves,
        now: i64,
    ) -> Result<(), CoreError> {
        if reserves == Reserves::ZERO {
            (*self.base, *self.quote, *self.last_update) = ([0; 3], [0; 3], now);
        } else {
            self.count(curve.spot_prices(reserves)?, now);
        }
        Ok(())
    }

    /// Counts prices that have stood since the last update, which is before `now`.
    #[inline]
    const fn count(&mut self, prices: Prices, now: i64) {
        // Positive, and as an unsigned number it fits whatever the signs of the two.
        let seconds = now.wrapping_sub(*self.last_update) as u64;
        accumulate(self.base, prices.base, seconds);
        accumulate(self.quote, prices.quote, seconds);
        *self.last_update = now;
    }
}

/// The time-weighted average price of base between two readings, in quote per base.
pub const fn twap(earlier: &Accumulators, later: &Accumulators) -> Result<PriceQ64, CoreError> {
    match average_prices(earlier, later) {
        Ok(prices) => Ok(prices.base),
        Err(error) => Err(error),
    }
}

/// The time-weighted average prices in both directions between two readings. The second is not
/// the inverse of the first: the average of inverses is another number.
pub const fn average_prices(
    earlier: &Accumulators,
    later: &Accumulators,
) -> Result<Prices, CoreError> {
    if later.last_update <= earlier.last_update {
        return Err(CoreError::EmptyPeriod);
    }
    let seconds = later.last_update.wrapping_sub(earlier.last_update) as u64;
    Ok(Prices {
        base: later.base.average_since(earlier.base, seconds),
        quote: later.quote.average_since(earlier.quote, seconds),
    })
}

#[cfg(test)]
mod tests;
