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
    #[inline(never)]
    #[must_use]
    pub const fn add(self, price: PriceQ64, seconds: u64) -> Self {
        let (low, high) = times_seconds(price.get(), seconds);
        let [w0, w1, w2] = self.0;
        let (w0, carry) = w0.overflowing_add(low);
        let (w1, carry) = add_with_carry(w1, high as u64, carry);
        let w2 = w2
            .wrapping_add((high >> 64) as u64)
            .wrapping_add(carry as u64);
        Self([w0, w1, w2])
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

/// `price · seconds` as its lower 64 and its upper 128 bits.
///
/// Times between two trades fit 32 bits: then products of 32-bit digits fit 64 bits, which on the
/// virtual machine is several times cheaper than the general case.
#[inline]
const fn times_seconds(price: u128, seconds: u64) -> (u64, u128) {
    const LOW_32: u64 = 0xffff_ffff;
    let (upper, lower) = ((price >> 64) as u64, price as u64);
    if seconds >> 32 != 0 {
        let low = wide_mul(lower, seconds);
        // At most (2^64 - 1)² + 2^64 - 1, which fits.
        return (low as u64, wide_mul(upper, seconds).wrapping_add(low >> 64));
    }
    // Each sum is at most (2^32 - 1)² + 2^32 - 1, which is below 2^64.
    let d0 = (lower & LOW_32).wrapping_mul(seconds);
    let d1 = (lower >> 32).wrapping_mul(seconds).wrapping_add(d0 >> 32);
    let d2 = (upper & LOW_32)
        .wrapping_mul(seconds)
        .wrapping_add(d1 >> 32);
    let d3 = (upper >> 32).wrapping_mul(seconds).wrapping_add(d2 >> 32);
    let low = (d1 << 32) | (d0 & LOW_32);
    let middle = (d3 << 32) | (d2 & LOW_32);
    (low, (((d3 >> 32) as u128) << 64) | middle as u128)
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
        if self.is_current(now) {
            return Ok(*self);
        }
        if *reserves == Reserves::ZERO {
            return Ok(Self::starting_at(now));
        }
        Ok(self.advance_by(curve.spot_prices(*reserves)?, now))
    }

    /// Counts prices that have stood since the last update. No effect where no time has passed,
    /// or where the clock has gone back.
    #[must_use]
    pub const fn advance_by(&self, prices: Prices, now: i64) -> Self {
        if self.is_current(now) {
            return *self;
        }
        // Positive, and as an unsigned number it fits whatever the signs of the two.
        let seconds = now.wrapping_sub(self.last_update) as u64;
        Self {
            base: self.base.add(prices.base, seconds),
            quote: self.quote.add(prices.quote, seconds),
            last_update: now,
        }
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
