//! Curve's StableSwap invariant for two tokens.
//!
//! With A the amplification, n = 2 and x, y the reserves at equal decimals, D solves
//!
//! ```text
//! A·n·(x + y) + D = A·n·D + D³ / (4·x·y)
//! ```
//!
//! D and the reserve y that belongs to a reserve x are found by the integer Newton iterations of
//! the published contracts, with every division rounded at the same place, so that results agree
//! to the unit. Reserves are at most [`MAX_SCALED_RESERVE`] at equal decimals: then D fits 64
//! bits and every other quantity 128, products excepted, which are taken with 256.

use crate::{
    error::CoreError,
    math::{U256, div_u128_by_u64, mul_div_to_u128, mul_div_u128, wide_mul},
    units::{InAmount, OutAmount, PriceQ64, Reserves, Rounding, Side},
};

use super::ramp::{AMPLIFICATION_PRECISION, MAX_AMPLIFICATION, MIN_AMPLIFICATION};

/// The largest reserve, in units of the finer token's decimals: 2^62.
pub const MAX_SCALED_RESERVE: u64 = 1 << 62;
/// The largest scale: the tokens' decimals differ by at most twelve.
const MAX_SCALE: u64 = 1_000_000_000_000;
/// Newton steps before giving up.
const MAX_STEPS: usize = 255;
/// Units by which an exact-out trade's input may be raised; in pools that are not extreme, one is
/// the most that was ever needed.
const MAX_RAISES: usize = 3;
const PRECISION: u64 = AMPLIFICATION_PRECISION as u64;

/// The curve's parameters.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct StableSwap {
    /// A, times [`AMPLIFICATION_PRECISION`].
    pub amplification: u64,
    /// Power of ten that brings base amounts to the finer token's decimals.
    pub base_scale: u64,
    /// Power of ten that brings quote amounts to the finer token's decimals.
    pub quote_scale: u64,
}

impl StableSwap {
    /// Checks the parameters: the amplification's bounds, and scales of which at least one is 1
    /// and the other a power of ten up to 10^12.
    pub const fn try_new(
        amplification: u64,
        base_scale: u64,
        quote_scale: u64,
    ) -> Result<Self, CoreError> {
        if amplification < MIN_AMPLIFICATION as u64 || amplification > MAX_AMPLIFICATION as u64 {
            return Err(CoreError::InvalidAmplification);
        }
        let one_is_finer = base_scale == 1 || quote_scale == 1;
        if !one_is_finer || !is_scale(base_scale) || !is_scale(quote_scale) {
            return Err(CoreError::InvalidScale);
        }
        Ok(Self {
            amplification,
            base_scale,
            quote_scale,
        })
    }

    /// The scales for two tokens of the given decimals: `(base_scale, quote_scale)`.
    pub const fn scales(base_decimals: u8, quote_decimals: u8) -> Result<(u64, u64), CoreError> {
        let difference = base_decimals.abs_diff(quote_decimals);
        if difference > 12 {
            return Err(CoreError::InvalidScale);
        }
        let scale = 10u64.pow(difference as u32);
        Ok(if base_decimals < quote_decimals {
            (scale, 1)
        } else {
            (1, scale)
        })
    }

    /// What the curve pays for `amount_in`: the reserve above the new solution, less one unit,
    /// rounded down to the token's own decimals.
    #[inline]
    pub(super) fn out_given_in(
        &self,
        side_in: Side,
        reserve_in: u64,
        reserve_out: u64,
        amount_in: InAmount,
    ) -> Result<OutAmount, CoreError> {
        self.out_from(None, side_in, reserve_in, reserve_out, amount_in)
    }

    /// The same where the reserves' invariant may be known.
    pub(super) fn out_from(
        &self,
        known: Option<Invariant>,
        side_in: Side,
        reserve_in: u64,
        reserve_out: u64,
        amount_in: InAmount,
    ) -> Result<OutAmount, CoreError> {
        let (scale_in, scale_out) = self.scales_from(side_in);
        let x = scaled(reserve_in, scale_in)?;
        let y = scaled(reserve_out, scale_out)?;
        let x_after = scaled(
            reserve_in
                .checked_add(amount_in.get())
                .ok_or(CoreError::ReserveLimit)?,
            scale_in,
        )?;
        let invariant = self.invariant_from(side_in, x, y, known)?;
        let paid = self.paid(x_after, y, invariant)?;
        Ok(OutAmount::new(paid / scale_out))
    }

    /// What must go in: what the new solution asks for, rounded up to the token's own decimals, and
    /// raised to what [`Self::out_given_in`] pays the output for.
    #[inline]
    pub(super) fn in_given_out(
        &self,
        side_in: Side,
        reserve_in: u64,
        reserve_out: u64,
        amount_out: OutAmount,
    ) -> Result<InAmount, CoreError> {
        self.in_from(None, side_in, reserve_in, reserve_out, amount_out)
    }

    /// The same where the reserves' invariant may be known.
    pub(super) fn in_from(
        &self,
        known: Option<Invariant>,
        side_in: Side,
        reserve_in: u64,
        reserve_out: u64,
        amount_out: OutAmount,
    ) -> Result<InAmount, CoreError> {
        let (scale_in, scale_out) = self.scales_from(side_in);
        let x = scaled(reserve_in, scale_in)?;
        let y = scaled(reserve_out, scale_out)?;
        if amount_out.get() >= reserve_out {
            return Err(CoreError::InsufficientLiquidity);
        }
        // Smaller than the reserve, so the product fits too. One unit stays, as in exact-in trades.
        let wanted = amount_out.get() * scale_out;
        let y_after = y - wanted - 1;
        if y_after == 0 {
            return Err(CoreError::InsufficientLiquidity);
        }
        let invariant = self.invariant_from(side_in, x, y, known)?;
        let x_after = self.y(y_after, invariant)?;
        // The invariant is rounded down, and on uneven reserves one unit of it can be worth many of
        // the cheaper token: nothing would seem to be due for them. At least one unit is.
        let mut due = x_after.saturating_sub(x).div_ceil(scale_in).max(1);
        for _ in 0..MAX_RAISES {
            let reserve_after = reserve_in.checked_add(due).ok_or(CoreError::ReserveLimit)?;
            if self.paid(scaled(reserve_after, scale_in)?, y, invariant)? >= wanted {
                return Ok(InAmount::new(due));
            }
            due += 1;
        }
        scaled(
            reserve_in.checked_add(due).ok_or(CoreError::ReserveLimit)?,
            scale_in,
        )?;
        Ok(InAmount::new(due))
    }

    /// What is paid for a reserve that has risen to `x_after`: the other reserve above the new
    /// solution, less one unit. Tiny amounts buy nothing, because the solution is rounded.
    #[inline]
    fn paid(&self, x_after: u64, y: u64, invariant: Invariant) -> Result<u64, CoreError> {
        let y_after = self.y(x_after, invariant)?;
        Ok(y.saturating_sub(y_after).saturating_sub(1))
    }

    /// Base comes first whichever token goes in: the order of the divisions matters.
    #[inline]
    fn invariant_from(
        &self,
        side_in: Side,
        x: u64,
        y: u64,
        known: Option<Invariant>,
    ) -> Result<Invariant, CoreError> {
        match (known, side_in) {
            (Some(known), _) => Ok(known),
            (None, Side::Base) => self.invariant(x, y),
            (None, Side::Quote) => self.invariant(y, x),
        }
    }

    /// The invariant of reserves, for trades that start from it.
    pub(super) fn invariant_of(&self, reserves: Reserves) -> Result<Invariant, CoreError> {
        let (x, y) = self.scaled_reserves(reserves)?;
        self.invariant(x, y)
    }

    /// The marginal price from the invariant's partial derivatives.
    ///
    /// With K = D³/(4xy) it is `(A·n·x + K)·y / ((A·n·y + K)·x)`, and y/x at equal decimals times
    /// the ratio of the scales is just the ratio of the raw reserves.
    pub(super) fn spot_price(&self, reserves: Reserves) -> Result<PriceQ64, CoreError> {
        let (x, y) = self.scaled_reserves(reserves)?;
        let d = self.invariant(x, y)?.d;
        // D³ is below 2^189. At the solution K is close to A·n·(x + y − D) + D, so far below 2^128.
        let (k, _) = U256::mul(wide_mul(d, d), u128::from(d))
            .div_rem_u128(wide_mul(x, y) << 2)
            .ok_or(CoreError::NotConverged)?;
        let ann = self.ann();
        let slope_x = mul_div_to_u128(ann, x, PRECISION) + k;
        let slope_y = mul_div_to_u128(ann, y, PRECISION) + k;
        let slope = mul_div_u128(slope_x, 1 << 64, slope_y, Rounding::Down)?;
        // The slope is close to or below 2, so only a ratio of the full 64 bits overflows.
        let price = mul_div_u128(
            slope,
            u128::from(reserves.quote.get()),
            u128::from(reserves.base.get()),
            Rounding::Down,
        );
        Ok(price.map_or(PriceQ64::MAX, PriceQ64::new))
    }

    /// D of the reserves; zero for an empty shard.
    pub(super) fn liquidity(&self, reserves: Reserves) -> Result<u64, CoreError> {
        if reserves == Reserves::ZERO {
            return Ok(0);
        }
        let (x, y) = self.scaled_reserves(reserves)?;
        Ok(self.invariant(x, y)?.d)
    }

    /// D of the reserves by exact arithmetic, rounded up; zero for an empty shard.
    pub(super) fn exact_liquidity(&self, reserves: Reserves) -> Result<u64, CoreError> {
        if reserves == Reserves::ZERO {
            return Ok(0);
        }
        let (x, y) = self.scaled_reserves(reserves)?;
        let (Ok(estimate) | Err(estimate)) = self.published_d(x, y);
        self.exact_d(x, y, estimate)
    }

    pub(super) fn check_reserves(&self, reserves: Reserves) -> Result<(), CoreError> {
        scaled_at_most(reserves.base.get(), self.base_scale)?;
        scaled_at_most(reserves.quote.get(), self.quote_scale)?;
        Ok(())
    }

    fn scaled_reserves(&self, reserves: Reserves) -> Result<(u64, u64), CoreError> {
        Ok((
            scaled(reserves.base.get(), self.base_scale)?,
            scaled(reserves.quote.get(), self.quote_scale)?,
        ))
    }

    #[inline]
    fn scales_from(&self, side_in: Side) -> (u64, u64) {
        match side_in {
            Side::Base => (self.base_scale, self.quote_scale),
            Side::Quote => (self.quote_scale, self.base_scale),
        }
    }

    /// A·n, times the precision: at most 2 million, so it multiplies 64-bit numbers within 128.
    #[inline]
    fn ann(&self) -> u64 {
        self.amplification.wrapping_mul(2)
    }

    /// D of two reserves at equal decimals.
    pub(super) fn invariant(&self, x: u64, y: u64) -> Result<Invariant, CoreError> {
        match self.published_d(x, y) {
            Ok(d) => Ok(Invariant { d, exact: false }),
            Err(estimate) => Ok(Invariant {
                d: self.exact_d(x, y, estimate)?,
                exact: true,
            }),
        }
    }

    /// D by the published iteration, from the sum of the reserves. It falls from there, so 64 bits
    /// do. An error is the last D where the rounding of very uneven reserves makes it run in
    /// circles.
    #[inline(never)]
    pub(super) fn published_d(&self, x: u64, y: u64) -> Result<u64, u64> {
        let sum = x + y;
        let ann = self.ann();
        let ann_sum = mul_div_to_u128(ann, sum, PRECISION);
        let mut d = sum;
        // Each step depends on D alone, so meeting a D again means a circle. Brent's method: look
        // out for a landmark that is moved ever more rarely. Circles begin with the first rise.
        let (mut landmark, mut since, mut risen) = (d, 0u32, false);
        for _ in 0..MAX_STEPS {
            let Ok(next) = self.d_step(d, x, y, ann_sum) else {
                return Err(d);
            };
            let settled = next.abs_diff(d) <= 1;
            let first_rise = next > d && !risen;
            d = next;
            if settled {
                return Ok(d);
            }
            if d == landmark {
                return Err(d);
            }
            if first_rise {
                (landmark, since, risen) = (d, 0, true);
            }
            since += 1;
            if since.is_power_of_two() {
                landmark = d;
            }
        }
        Err(d)
    }

    /// One step: `(A·n·S + 2P)·D / ((A·n − 1)·D + 3P)` with P = D³/(4xy).
    #[inline]
    fn d_step(&self, d: u64, x: u64, y: u64, ann_sum: u128) -> Result<u64, CoreError> {
        let product = self.d_product(d, x, y)?;
        let twice = product << 1;
        // With P below 2^126 and the other terms below 2^84, no sum overflows.
        let numerator = ann_sum.wrapping_add(twice);
        let denominator = mul_div_to_u128(self.ann() - PRECISION, d, PRECISION)
            .wrapping_add(twice)
            .wrapping_add(product);
        let next = mul_div_u128(numerator, u128::from(d), denominator, Rounding::Down)?;
        u64::try_from(next).map_err(|_| CoreError::NotConverged)
    }

    /// D rounded up, from an estimate: the root of `g(D) = D³ + P·(A·n − 1)·D − P·A·n·(x + y)` with
    /// P = 4xy. Newton's iteration on exact integers; g is convex, so after one step it comes down
    /// from above. All terms are a hundredfold, because A is stored so; none exceeds 2^211.
    #[cold]
    #[inline(never)]
    fn exact_d(&self, x: u64, y: u64, estimate: u64) -> Result<u64, CoreError> {
        let product = wide_mul(x, y) << 2;
        let constant = U256::mul(product, u128::from(self.ann())).wrapping_mul_u64(x + y);
        let linear = U256::mul(product, u128::from(self.ann() - PRECISION));
        let mut d = estimate.clamp(1, x + y);
        for _ in 0..MAX_STEPS {
            let square = U256::mul(wide_mul(d, d), u128::from(PRECISION));
            let growing = square.wrapping_add(linear).wrapping_mul_u64(d);
            // Three times the square, as the derivative has it. Dropping the same lower bits from
            // dividend and divisor leaves the quotient exact enough: the last steps are of one.
            let slope = square.wrapping_mul_u64(3).wrapping_add(linear);
            match growing.checked_sub(constant) {
                // Above the root, or at it: stop where the next whole number is below.
                Some(excess) => {
                    let below = self.exceeds(d - 1, &linear, &constant);
                    if !below {
                        return Ok(d);
                    }
                    d -= newton_step(excess, slope)?.clamp(1, d - 1);
                }
                None => {
                    let missing = constant.checked_sub(growing).unwrap_or_default();
                    d = d
                        .saturating_add(newton_step(missing, slope)?.max(1))
                        .min(x + y);
                }
            }
        }
        Err(CoreError::NotConverged)
    }

    /// Whether `g(d)` of [`Self::exact_d`] is at least zero.
    fn exceeds(&self, d: u64, linear: &U256, constant: &U256) -> bool {
        let square = U256::mul(wide_mul(d, d), u128::from(PRECISION));
        square.wrapping_add(*linear).wrapping_mul_u64(d) >= *constant
    }

    /// D³/(4xy), rounded down after each of its two divisions. Below 2^126, since D is at most
    /// x + y.
    #[inline]
    fn d_product(&self, d: u64, x: u64, y: u64) -> Result<u128, CoreError> {
        let first = mul_div_to_u128(d, d, 2 * x);
        mul_div_u128(first, u128::from(d), u128::from(2 * y), Rounding::Down)
    }

    /// The other reserve for a reserve of `x`, by Newton's iteration from D:
    /// `y ← (y² + c) / (2y + b − D)` with `b = x + D/(A·n)` and `c = D³ / (4x·A·n)`.
    #[inline(never)]
    pub(super) fn y(&self, x: u64, invariant: Invariant) -> Result<u64, CoreError> {
        let d = invariant.d;
        let ann = self.ann();
        let c = if invariant.exact {
            self.exact_c(x, d)
        } else {
            mul_div_u128(
                mul_div_to_u128(d, d, 2 * x),
                wide_mul(d, PRECISION),
                u128::from(ann.wrapping_mul(2)),
                Rounding::Down,
            )
        };
        // A larger c has a solution beyond every reserve.
        let c = c.map_err(|_| CoreError::ReserveLimit)?;
        let b = u128::from(x) + mul_div_to_u128(d, PRECISION, ann);
        let mut y = u128::from(d);
        for _ in 0..MAX_STEPS {
            let denominator = (2 * y + b)
                .checked_sub(u128::from(d))
                .ok_or(CoreError::NotConverged)?;
            let next = newton_y(y, c, denominator)?;
            let settled = next.abs_diff(y) <= 1;
            y = next;
            if settled {
                return match u64::try_from(y) {
                    Ok(y) if y <= MAX_SCALED_RESERVE => Ok(y),
                    _ => Err(CoreError::ReserveLimit),
                };
            }
        }
        Err(CoreError::NotConverged)
    }

    /// `D³ / (4x·A·n)`, divided once and rounded up.
    #[cold]
    #[inline(never)]
    fn exact_c(&self, x: u64, d: u64) -> Result<u128, CoreError> {
        let cube = U256::mul(wide_mul(d, d), wide_mul(d, PRECISION));
        let divisor = wide_mul(self.ann().wrapping_mul(4), x);
        let (quotient, rest) = cube.div_rem_u128(divisor).ok_or(CoreError::Overflow)?;
        quotient
            .checked_add(u128::from(rest != 0))
            .ok_or(CoreError::Overflow)
    }
}

/// `excess / slope`, rounded down, both shortened alike where the slope needs more than 128 bits.
fn newton_step(excess: U256, slope: U256) -> Result<u64, CoreError> {
    // The slope is below 2^150.
    let (excess, slope) = if slope.high() == 0 {
        (excess, slope.low())
    } else {
        let shifted = (slope.high() << 96) | (slope.low() >> 32);
        let low = (excess.high() << 96) | (excess.low() >> 32);
        (U256::new(excess.high() >> 32, low), shifted)
    };
    let (step, _) = excess.div_rem_u128(slope).ok_or(CoreError::NotConverged)?;
    u64::try_from(step).map_err(|_| CoreError::NotConverged)
}

/// D, and how it was found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Invariant {
    pub(super) d: u64,
    /// By exact arithmetic, rounded up, and not by the published iteration. What follows from it
    /// must be exact too: the errors of the published divisions cancel only among themselves.
    exact: bool,
}

/// `(y² + c) / denominator`, with 128 bits where they do.
#[inline]
fn newton_y(y: u128, c: u128, denominator: u128) -> Result<u128, CoreError> {
    if denominator == 0 {
        return Err(CoreError::NotConverged);
    }
    if let (Ok(y), Ok(denominator)) = (u64::try_from(y), u64::try_from(denominator))
        && let Some(numerator) = wide_mul(y, y).checked_add(c)
    {
        return Ok(div_u128_by_u64(numerator, denominator).0);
    }
    U256::mul(y, y)
        .checked_add(U256::new(0, c))
        .and_then(|numerator| numerator.div_rem_u128(denominator))
        .map(|(quotient, _)| quotient)
        .ok_or(CoreError::NotConverged)
}

/// An amount at equal decimals, within the curve's limit and not zero.
#[inline]
fn scaled(amount: u64, scale: u64) -> Result<u64, CoreError> {
    if amount == 0 {
        return Err(CoreError::EmptyShard);
    }
    scaled_at_most(amount, scale)
}

#[inline]
fn scaled_at_most(amount: u64, scale: u64) -> Result<u64, CoreError> {
    match u64::try_from(wide_mul(amount, scale)) {
        Ok(scaled) if scaled <= MAX_SCALED_RESERVE => Ok(scaled),
        _ => Err(CoreError::ReserveLimit),
    }
}

const fn is_scale(scale: u64) -> bool {
    let mut power = 1;
    while power < scale && power < MAX_SCALE {
        power *= 10;
    }
    power == scale
}
