//! The fee of a sharded pool: a bounded ratio that falls with the size of the trade.
//!
//! # Why not a flat fee
//!
//! With a flat fee, traders split every trade over all shards, because the sum of several small
//! price moves is less than one large one. Then every trade writes every shard and sharding gains
//! nothing. SAMM (Chen, Vaisman, Eyal, arXiv 2406.05568) charges a ratio that falls as a trade
//! grows in relation to its shard, `max(r_min, β·O/R + r_max)` with β < 0 for an output O from a
//! reserve R, so that for trades up to a part c of the reserve
//!
//! - one shard is cheaper than several (*c-non-splitting*), and
//! - among shards of one price a smaller one is cheaper (*c-smaller-better*),
//!
//! with c = (r_max − r_min) / |β|, the point at which the ratio meets its lower bound.
//!
//! # What is charged here
//!
//! The paper takes the ratio of the trade's value at the spot price and adds the fee to the
//! input. An exact input then leads to a cubic equation. Here the same ratio is taken from the
//! curve's output: with the curve's gross output O and the shard's reserve R of the token paid
//! out,
//!
//! ```text
//! fee(O, R) = ceil( max( r_min·O, r_max·O − slope·floor(O² / R) ) / 1e6 )
//! ```
//!
//! with rates in pips and slope = |β|·1e6. Both directions have closed forms, and both properties
//! hold under conditions of the same kind. Let the constant product pay x·R gross for an input g
//! into a reserve G, so x = g / (G + g), and let s = slope and rates be fractions. Where x ≤ c the
//! trader gets R·N(x) with N(x) = (1 − r_max)·x + s·x².
//!
//! - *Non-splitting* holds if the net output is convex in g, since it is zero at zero and a convex
//!   function with that property is superadditive. As dx/dg = (1 − x)²/G, the second derivative
//!   has the sign of `2s(1 − x) − 2(1 − r_max + 2s·x)`, and is not negative exactly where
//!   `s·(1 − 3x) ≥ 1 − r_max`. For all x ≤ c that is
//!   **`slope − 3·(r_max − r_min) ≥ 1 − r_max`**.
//! - *Smaller is better* holds if the net output of a fixed input falls as the shard grows at one
//!   price. With u = g/G that is: N/u rises with u, or `N'(x)·x·(1 − x) > N(x)`, which reduces to
//!   `s·(1 − 2x) > 1 − r_max` and so follows from the first condition.
//!
//! [`BoundedRatioFee::try_new`] accepts exactly the parameters that satisfy the first condition
//! (with `r_min < r_max`), or a flat fee (`r_min = r_max` and no slope), which has neither
//! property and is meant for pools of one shard. Both statements are about the constant product;
//! a stable swap bends less while it is balanced, and there they hold with room to spare.
//!
//! Non-splitting is about spreading a trade over several shards. Cutting it into parts for one
//! shard, one after the other, is another matter: what providers keep of a fee stays in the reserve
//! that is being bought, so a later part gets back its share of the earlier parts' fees. With a
//! flat fee that gains the second of two parts `second / reserve` of the first part's fee, which
//! is of the order of the fee times the price impact. With a sloped fee, parts pay higher rates.
//!
//! # Integers
//!
//! The net output never falls as the gross output grows: one more unit of O raises the fee by at
//! most one unit, since r_max is below 1. For amounts of a few units rounding outweighs the rates,
//! so the two properties hold up to a few units.

mod inverse;

use crate::{
    error::CoreError,
    math::mul_div_u64,
    units::{BPS, Bps, FeeRate, OutAmount, PIPS, Rounding},
};

/// The highest fee rate: 10 %.
pub const MAX_FEE: FeeRate = FeeRate::new(100_000);
/// The steepest slope: |β| = 5.
pub const MAX_SLOPE: u32 = 5_000_000;

const PIPS_64: u64 = PIPS as u64;

/// A fee ratio between two bounds that falls with the size of the trade.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct BoundedRatioFee {
    min: FeeRate,
    max: FeeRate,
    slope: u32,
}

impl BoundedRatioFee {
    /// r_min = 0.1 %, r_max = 1.2 %, β = −1.05, the parameters of the paper's evaluation: satisfies the condition of this module with room
    /// to spare (1.05 − 0.033 ≥ 0.988), for trades up to 1.05 % of a shard's reserve.
    pub const DEFAULT: Self = Self {
        min: FeeRate::new(1_000),
        max: FeeRate::new(12_000),
        slope: 1_050_000,
    };

    /// Checks the bounds and the condition for sharded pools (see the module's documentation).
    /// `slope` is |β| in pips; for a flat fee the rates are equal and the slope is zero.
    pub const fn try_new(min: FeeRate, max: FeeRate, slope: u32) -> Result<Self, CoreError> {
        let (low, high) = (min.get(), max.get());
        if low > high || high > MAX_FEE.get() || slope > MAX_SLOPE {
            return Err(CoreError::InvalidFee);
        }
        let holds = if low == high {
            slope == 0
        } else {
            // All terms are far below 32 bits.
            slope + high >= PIPS + 3 * (high - low)
        };
        if !holds {
            return Err(CoreError::InvalidFee);
        }
        Ok(Self { min, max, slope })
    }

    /// From parameters that [`BoundedRatioFee::try_new`] has accepted before, such as stored ones.
    ///
    /// With parameters that it would refuse, fees are wrong or computing them panics.
    #[inline]
    #[must_use]
    pub const fn from_checked(min: FeeRate, max: FeeRate, slope: u32) -> Self {
        Self { min, max, slope }
    }

    /// A fee of one rate for every trade.
    pub const fn flat(rate: FeeRate) -> Result<Self, CoreError> {
        Self::try_new(rate, rate, 0)
    }

    /// The lowest rate, which large trades pay.
    #[inline]
    #[must_use]
    pub const fn min(&self) -> FeeRate {
        self.min
    }

    /// The highest rate, which the smallest trades pay.
    #[inline]
    #[must_use]
    pub const fn max(&self) -> FeeRate {
        self.max
    }

    /// |β| in pips.
    #[inline]
    #[must_use]
    pub const fn slope(&self) -> u32 {
        self.slope
    }

    /// Whether every trade pays the same rate.
    #[inline]
    #[must_use]
    pub const fn is_flat(&self) -> bool {
        self.slope == 0
    }

    /// What is left of the curve's output, and the fee: `(net, fee)`. The fee is rounded up.
    ///
    /// `reserve` is the shard's reserve of the token paid out.
    #[inline]
    pub fn net_of(
        &self,
        gross: OutAmount,
        reserve: u64,
    ) -> Result<(OutAmount, OutAmount), CoreError> {
        let amount = gross.get();
        if amount >= reserve {
            return Err(CoreError::InsufficientLiquidity);
        }
        let square = if self.is_flat() {
            0
        } else {
            mul_div_u64(amount, amount, reserve, Rounding::Down)?
        };
        let (fee, _) = self.fee(amount, square);
        // The fee is at most the amount: the rates are below 1.
        Ok((OutAmount::new(amount - fee), OutAmount::new(fee)))
    }

    /// The fee on a gross output, given `floor(gross² / reserve)`, and how many millionths the
    /// output could be charged less for the same fee: that many or, of a large output, zero.
    #[inline]
    fn fee(&self, gross: u64, square: u64) -> (u64, u64) {
        if gross >> 47 != 0 || square >> 41 != 0 {
            return (self.fee_on_large(gross, square), 0);
        }
        let max = u64::from(self.max.get());
        let range = max.wrapping_sub(u64::from(self.min.get()));
        let slope = u64::from(self.slope);
        // max(min·O, max·O − slope·S) = max·O − min((max − min)·O, slope·S), and S ≤ O. Products
        // are below 1e5 · 2^47 and 5e6 · 2^41, which both are below 2^64.
        let discount = range.wrapping_mul(gross).min(slope.wrapping_mul(square));
        let parts = max.wrapping_mul(gross).wrapping_sub(discount);
        let rounded = parts.wrapping_add(PIPS_64 - 1);
        (rounded / PIPS_64, rounded % PIPS_64)
    }

    /// The same for outputs of 2^41 and more. Millions and the rest are charged apart, so that no
    /// product needs more than 64 bits.
    fn fee_on_large(&self, gross: u64, square: u64) -> u64 {
        let (min, max) = (u64::from(self.min.get()), u64::from(self.max.get()));
        let (slope, steepest) = (u64::from(self.slope), u64::from(MAX_SLOPE));
        // The condition for sharded pools implies c < 1/10: from there on the lowest rate applies,
        // whatever the square is. This keeps the discount below half of the gross output.
        let square = square.min(gross / 10);
        let (millions, units) = (gross / PIPS_64, gross % PIPS_64);
        let lowest = min
            .wrapping_mul(millions)
            .wrapping_add((min * units).div_ceil(PIPS_64));
        // What is added to stay above zero, `steepest` millions, is taken off with the discount.
        let rest = (max * units + steepest * PIPS_64).wrapping_sub(slope * (square % PIPS_64));
        let charged = max
            .wrapping_mul(millions)
            .wrapping_add(rest.div_ceil(PIPS_64));
        let discount = slope.wrapping_mul(square / PIPS_64).wrapping_add(steepest);
        charged.saturating_sub(discount).max(lowest)
    }
}

/// The protocol's part of a fee, rounded down. A share above the whole counts as the whole.
#[inline]
#[must_use]
pub fn protocol_part(fee: OutAmount, share: Bps) -> OutAmount {
    let (fee, whole) = (fee.get(), u64::from(BPS));
    let share = u64::from(share.get()).min(whole);
    // The first product is at most the fee, the second below 2^28.
    let part = (fee / whole).wrapping_mul(share);
    OutAmount::new(part.wrapping_add((fee % whole).wrapping_mul(share) / whole))
}

#[cfg(test)]
pub(crate) mod tests;
