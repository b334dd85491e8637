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
//! integer fee doubles the bits, and single steps find the exact unit. Those are cheap, because
//! O²/R is carried along instead of being divided anew.

use super::{BoundedRatioFee, PIPS_64};
use crate::{
    error::CoreError,
    math::{leading_zeros, mul_div_u64, wide_mul},
    units::{OutAmount, Rounding},
};

/// Scale of the root: 2^9, so what stands under it is scaled by 2^18.
const ROOT_SCALE: u64 = 1 << 9;
/// Corrections are left to single steps below this distance.
const NEAR: u64 = 8;
/// Newton steps; one or two are used, more only where both solutions nearly coincide.
const MAX_CORRECTIONS: usize = 24;
/// Single steps; the rounding of fee and square amounts to less than ten units.
const MAX_UNIT_STEPS: usize = 64;

impl BoundedRatioFee {
    /// The smallest gross output of which at least `net` is left after the fee.
    ///
    /// `reserve` is the shard's reserve of the token paid out; a gross output that is not below
    /// it is refused.
    pub fn gross_for(&self, net: OutAmount, reserve: u64) -> Result<OutAmount, CoreError> {
        let net = net.get();
        let keep = PIPS_64 - u64::from(self.min.get());
        let least = if net >> 43 == 0 {
            // Below 1e6 · 2^43, which is below 2^63.
            (net * PIPS_64).div_ceil(keep)
        } else {
            mul_div_u64(net, PIPS_64, keep, Rounding::Up)
                .map_err(|_| CoreError::InsufficientLiquidity)?
        };
        if least >= reserve {
            return Err(CoreError::InsufficientLiquidity);
        }
        if self.is_flat() || net == 0 {
            return Ok(OutAmount::new(least));
        }
        let mut probe = self.estimate(net, least, reserve)?;
        for _ in 0..MAX_UNIT_STEPS {
            if self.net_at(&probe) >= net {
                return Ok(OutAmount::new(self.lowest(probe, net, least)));
            }
            if probe.gross + 1 >= reserve {
                return Err(CoreError::InsufficientLiquidity);
            }
            probe = probe.next();
        }
        Err(CoreError::NotConverged)
    }

    /// A gross output within a few units of the solution.
    fn estimate(&self, net: u64, least: u64, reserve: u64) -> Result<Probe, CoreError> {
        let (min, max) = (u64::from(self.min.get()), u64::from(self.max.get()));
        let slope = u64::from(self.slope);
        // 4·s·N/R, scaled by (1e6)² · 2^18. The ratio is below 2^32 and the slope below 2^23; what
        // is left of their product is below 2^43, and a million times that below 2^63.
        let term = (ratio_q32(net, reserve).wrapping_mul(slope) >> 12).wrapping_mul(PIPS_64);
        // Its value at x = c: at most 4 · 1e5 · 1e6 · 2^18. From there on the lowest rate applies.
        let limit = (max - min).wrapping_mul(PIPS_64 - min) << 20;
        if term >= limit {
            return Probe::at(least, reserve);
        }
        let linear = (PIPS_64 - max).wrapping_mul(ROOT_SCALE);
        let root = root_from(linear, linear.wrapping_mul(linear).wrapping_add(term));
        // 2·N / (linear + root) as a multiple of N that is close to 1, in 32 fractional bits.
        let unit = PIPS_64 * ROOT_SCALE;
        let multiple = (unit << 33) / (linear + root);
        let estimate = (wide_mul(net, multiple) >> 32) as u64;
        let mut probe = Probe::at(estimate.clamp(least, reserve - 1), reserve)?;
        for _ in 0..MAX_CORRECTIONS {
            let left = self.net_at(&probe);
            let distance = net.abs_diff(left);
            if distance <= NEAR {
                break;
            }
            let step = if distance >> 34 == 0 {
                // The unit is 1e6 · 2^9, below 2^29.
                distance * unit / root
            } else {
                mul_div_u64(distance, unit, root, Rounding::Down)?
            };
            let gross = if left < net {
                probe.gross.saturating_add(step)
            } else {
                probe.gross.saturating_sub(step)
            };
            probe = Probe::at(gross.clamp(least, reserve - 1), reserve)?;
        }
        Ok(probe)
    }

    /// The smallest gross output, from `probe` down, that still leaves `net`.
    fn lowest(&self, mut probe: Probe, net: u64, least: u64) -> u64 {
        while probe.gross > least {
            let lower = probe.previous();
            if self.net_at(&lower) < net {
                break;
            }
            probe = lower;
        }
        probe.gross
    }

    #[inline]
    fn net_at(&self, probe: &Probe) -> u64 {
        probe.gross - self.fee(probe.gross, probe.square)
    }
}

/// `part / whole` for `part < whole`, scaled by 2^32 and correct to about as many bits.
#[inline]
fn ratio_q32(part: u64, whole: u64) -> u64 {
    let excess = 32u32.saturating_sub(leading_zeros(whole));
    ((part >> excess) << 32) / (whole >> excess)
}

/// The square root by Newton's iteration, for a start within a quarter of the root: four steps
/// leave an error below the last place.
#[inline]
fn root_from(start: u64, square: u64) -> u64 {
    let mut root = start;
    for _ in 0..4 {
        root = (root + square / root) / 2;
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
    #[inline]
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

    /// One unit more: (O + 1)² = O² + O + (O + 1).
    #[inline]
    fn next(mut self) -> Self {
        self.add(self.gross);
        self.gross += 1;
        self.add(self.gross);
        self
    }

    /// One unit less: (O − 1)² = O² − O − (O − 1).
    #[inline]
    fn previous(mut self) -> Self {
        self.subtract(self.gross);
        self.gross -= 1;
        self.subtract(self.gross);
        self
    }

    /// Adds a number below the reserve to the square.
    #[inline]
    fn add(&mut self, amount: u64) {
        let room = self.reserve - amount;
        if self.remainder >= room {
            self.remainder -= room;
            self.square += 1;
        } else {
            self.remainder += amount;
        }
    }

    /// Subtracts a number below the reserve from the square.
    #[inline]
    fn subtract(&mut self, amount: u64) {
        if self.remainder >= amount {
            self.remainder -= amount;
        } else {
            self.remainder += self.reserve - amount;
            self.square -= 1;
        }
    }
}
