//! From the amount a trader wants to the output the curve must give.
//!
//! The net output is `O − max(fee at r_min, fee on the slope)`, so the wanted gross output is the
//! larger of two solutions. The first is linear. The second solves `(1 − r_max)·O + s·O²/R = N`:
//!
//! ```text
//! O = 2·N / ( (1 − r_max) + sqrt( (1 − r_max)² + 4·s·N/R ) )
//! ```
//!
//! Under the root stands a number near 1, so 64-bit fixed point gives O to about 29 bits. The root
//! is also the derivative of the net output at the solution: with it, one Newton step on the exact
//! integer fee doubles the bits, and small ones find the exact unit. Those are cheap, because
//! O²/R is carried along instead of being divided anew.

use super::{BoundedRatioFee, PIPS_64};
use crate::{
    error::CoreError,
    math::mul_div_u64,
    units::{OutAmount, Rounding},
};

/// Scale of the root: 2^9, so what stands under it is scaled by 2^18.
const ROOT_SCALE: u64 = 1 << 9;
/// One at the root's scale and in pips: below 2^29.
const UNIT: u64 = PIPS_64 * ROOT_SCALE;
/// Gross outputs tried: one to four are, and up to ten where both solutions nearly coincide.
const MAX_TRIALS: usize = 64;

impl BoundedRatioFee {
    /// The smallest gross output of which at least `net` is left after the fee.
    ///
    /// `reserve` is the shard's reserve of the token paid out; a gross output that is not below
    /// it is refused.
    #[inline(never)]
    pub fn gross_for(&self, net: OutAmount, reserve: u64) -> Result<OutAmount, CoreError> {
        let (net, min) = (net.get(), u64::from(self.min.get()));
        let keep = PIPS_64.wrapping_sub(min);
        // N / (1 − r_min) = N + N·r_min / (1 − r_min), and r_min is at most a tenth.
        let least_fee = (net / keep)
            .wrapping_mul(min)
            .wrapping_add((net % keep).wrapping_mul(min).div_ceil(keep));
        if net >= reserve || least_fee >= reserve - net {
            return Err(CoreError::InsufficientLiquidity);
        }
        let least = net.wrapping_add(least_fee);
        if self.is_flat() || net == 0 {
            return Ok(OutAmount::new(least));
        }
        self.search(net, least, reserve)
    }

    /// The smallest gross output from `least` on, by Newton's method. It goes on between what is
    /// known to be too small and what is known to be enough, until there is nothing between them.
    #[inline(always)]
    fn search(&self, net: u64, least: u64, reserve: u64) -> Result<OutAmount, CoreError> {
        let (estimate, derivative) = self.estimate(net, least, reserve);
        let (mut short, mut enough) = (least.wrapping_sub(1), reserve);
        let mut probe = Probe::at(estimate.min(reserve.wrapping_sub(1)).max(least), reserve)?;
        for _ in 0..MAX_TRIALS {
            let gross = probe.gross;
            let (fee, slack) = self.fee(gross, probe.square);
            let left = gross.wrapping_sub(fee);
            let more = left < net;
            let distance = if more {
                short = gross;
                net.wrapping_sub(left)
            } else {
                enough = gross;
                left.wrapping_sub(net)
            };
            // One unit less is charged at most r_max less. Where that leaves the fee as it is, it
            // is the net output that falls.
            if distance == 0 && slack >= u64::from(self.max.get()) {
                return Ok(OutAmount::new(gross));
            }
            let between = enough.wrapping_sub(short).wrapping_sub(1);
            if between == 0 && enough == reserve {
                return Err(CoreError::InsufficientLiquidity);
            }
            if between == 0 {
                return Ok(OutAmount::new(enough));
            }
            let step = newton_step(distance, derivative).max(1).min(between);
            probe = probe.moved(step, more)?;
        }
        Err(CoreError::NotConverged)
    }

    /// A gross output near the solution, and the net output's derivative there as a multiple of
    /// [`UNIT`].
    #[inline(always)]
    fn estimate(&self, net: u64, least: u64, reserve: u64) -> (u64, u64) {
        let (min, max) = (u64::from(self.min.get()), u64::from(self.max.get()));
        let slope = u64::from(self.slope);
        let keep = PIPS_64.wrapping_sub(min);
        // 4·s·N/R, scaled by (1e6)² · 2^18. The ratio is at most 2^32 and the slope below 2^23;
        // what is left of their product is at most 2^43, and a million times that below 2^63.
        let term = (ratio_q32(net, reserve).wrapping_mul(slope) >> 12).wrapping_mul(PIPS_64);
        // Its value at x = c: at most 4 · 1e5 · 1e6 · 2^18. From there on the lowest rate applies.
        let limit = max.wrapping_sub(min).wrapping_mul(keep) << 20;
        if term >= limit {
            return (least, keep.wrapping_mul(ROOT_SCALE));
        }
        let linear = PIPS_64.wrapping_sub(max).wrapping_mul(ROOT_SCALE);
        let root = root_from(linear, linear.wrapping_mul(linear).wrapping_add(term));
        // 2·N / sum = N + N · (2 − sum) / sum, and the fraction is at most a ninth.
        let sum = linear.wrapping_add(root).max(1);
        let fraction_q32 = ((2 * UNIT).saturating_sub(sum) << 32) / sum;
        let above = (net >> 32)
            .wrapping_mul(fraction_q32)
            .wrapping_add((net & 0xffff_ffff).wrapping_mul(fraction_q32) >> 32);
        (net.saturating_add(above), root)
    }
}

/// How far to go to move the net output by `distance`.
#[inline(always)]
fn newton_step(distance: u64, derivative: u64) -> u64 {
    if distance >> 35 == 0 {
        distance.wrapping_mul(UNIT) / derivative
    } else {
        // Only of huge outputs is the estimate that far off. The next step corrects this one.
        (distance / derivative).wrapping_mul(UNIT)
    }
}

/// `part / whole` for `part < whole`, scaled by 2^32 and correct to about as many bits.
#[inline(always)]
fn ratio_q32(part: u64, whole: u64) -> u64 {
    let excess = if whole >> 48 == 0 { 0 } else { 16 };
    let (part, whole) = (part >> excess, whole >> excess);
    // Two digits of 16 bits: what is left of `part` is at most `whole`, which is below 2^48.
    let upper = part << 16;
    ((upper / whole) << 16).wrapping_add(((upper % whole) << 16) / whole)
}

/// The square root by Newton's iteration, for a start within a quarter of the root: four steps
/// leave an error below the last place.
#[inline(always)]
fn root_from(start: u64, square: u64) -> u64 {
    let mut root = start;
    for _ in 0..4 {
        // Far below 64 bits.
        root = root.wrapping_add(square / root) >> 1;
    }
    root
}

/// A gross output with its square over the reserve, as quotient and remainder.
#[derive(Clone, Copy)]
struct Probe {
    gross: u64,
    square: u64,
    remainder: u64,
    reserve: u64,
}

impl Probe {
    /// `gross` must be below `reserve`.
    #[inline(always)]
    fn at(gross: u64, reserve: u64) -> Result<Self, CoreError> {
        let square = mul_div_u64(gross, gross, reserve, Rounding::Down)?;
        Ok(Self {
            gross,
            square,
            // The remainder is below 2^64, so the lower halves are enough.
            remainder: gross
                .wrapping_mul(gross)
                .wrapping_sub(square.wrapping_mul(reserve)),
            reserve,
        })
    }

    /// A gross output that is larger or smaller by `distance`, and still below the reserve. Where
    /// it is near, without a wide division: (O ± d)² = O² ± d·(O + (O ± d)).
    #[inline(always)]
    fn moved(self, distance: u64, up: bool) -> Result<Self, CoreError> {
        let reserve = self.reserve;
        let gross = if up {
            self.gross.wrapping_add(distance)
        } else {
            self.gross.wrapping_sub(distance)
        };
        if distance > (u64::MAX >> 1) / reserve {
            return Self::at(gross, reserve);
        }
        // Like every sum below, that of the outputs is below twice the reserve.
        let change = distance.wrapping_mul(gross.wrapping_add(self.gross));
        let (mut whole, mut part) = (change / reserve, change % reserve);
        if !up {
            // As an addition of its negative: −whole − part/R = (−whole − 1) + (R − part)/R.
            (whole, part) = (!whole, reserve.wrapping_sub(part));
        }
        let mut square = self.square.wrapping_add(whole);
        let mut remainder = self.remainder.wrapping_add(part);
        if remainder >= reserve {
            remainder = remainder.wrapping_sub(reserve);
            square = square.wrapping_add(1);
        }
        Ok(Self {
            gross,
            square,
            remainder,
            reserve,
        })
    }
}
