//! A shard's range state: where its price is, what is in range, what that has earned.

use bytemuck::{Pod, Zeroable};

use super::{
    Boundary, GROWTHS, Growth, Liquidity, MAX_RANGE_REWARDS, RangePosition, SqrtPrice, Tick,
    Volatility, growth_inside,
};
use crate::{
    error::CoreError,
    math::mul_div_u128,
    units::{Rounding, Side},
};

/// A reward that is paid evenly until a time, to whatever liquidity is in range.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Pod, Zeroable)]
#[repr(C)]
pub struct RewardRate {
    per_second: [u64; 2],
    until: i64,
}

impl RewardRate {
    /// So many units over so many seconds from `now` on, rounded down: never more than the units.
    ///
    /// # Errors
    /// [`CoreError::EmptyPeriod`] over no time.
    pub const fn spread(units: u64, now: i64, seconds: u32) -> Result<Self, CoreError> {
        if seconds == 0 {
            return Err(CoreError::EmptyPeriod);
        }
        let rate = ((units as u128) << 64) / seconds as u128;
        Ok(Self {
            per_second: [rate as u64, (rate >> 64) as u64],
            until: now.saturating_add(seconds as i64),
        })
    }

    /// Units a second in Q64.64.
    #[inline]
    #[must_use]
    pub const fn per_second(&self) -> u128 {
        ((self.per_second[1] as u128) << 64) | self.per_second[0] as u128
    }

    /// When it ends, Unix seconds.
    #[inline]
    #[must_use]
    pub const fn until(&self) -> i64 {
        self.until
    }

    /// What is still to be paid at a time, rounded down.
    #[must_use]
    pub fn left(&self, now: i64) -> u64 {
        let seconds = self.until.saturating_sub(now).clamp(0, i64::from(u32::MAX));
        let left = mul_div_u128(self.per_second(), seconds as u128, 1 << 64, Rounding::Down);
        left.map_or(0, |left| left as u64)
    }
}

/// Everything of a shard that trades and positions change, as an account keeps it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Pod, Zeroable)]
#[repr(C)]
pub struct RangeState {
    price: [u64; 2],
    liquidity: [u64; 2],
    pub(super) growth: [Growth; GROWTHS],
    rewards: [RewardRate; MAX_RANGE_REWARDS],
    /// Fees of base and of quote that belong to the pool's authority.
    pub protocol_fees: [u64; 2],
    pub(super) volatility: Volatility,
    tick_seconds: i64,
    updated_at: i64,
    tick: i32,
    reserved: u32,
}

const _: () = assert!(size_of::<RangeState>() == 32 + 16 * GROWTHS + 72 + 16 + 32 + 24);

/// The index of a token's fees among [`Growth`]s.
#[inline]
pub(super) const fn fees_of(side: Side) -> usize {
    match side {
        Side::Base => 0,
        Side::Quote => 1,
    }
}

impl RangeState {
    /// Without liquidity, at a price.
    #[must_use]
    pub fn open(price: SqrtPrice, now: i64) -> Self {
        let mut state = Self {
            updated_at: now,
            ..Self::zeroed()
        };
        state.set_price(price, price.tick());
        state
    }

    /// The root of the price.
    #[inline]
    #[must_use]
    pub const fn price(&self) -> SqrtPrice {
        SqrtPrice::from_checked_bits(((self.price[1] as u128) << 64) | self.price[0] as u128)
    }

    /// The tick that the price is at; at a boundary that a falling price has crossed, the one below.
    #[inline]
    #[must_use]
    pub const fn tick(&self) -> Tick {
        Tick::from_checked(self.tick)
    }

    #[inline]
    pub(super) fn set_price(&mut self, price: SqrtPrice, tick: Tick) {
        self.price = [price.bits() as u64, (price.bits() >> 64) as u64];
        self.tick = tick.get();
    }

    /// Liquidity of all ranges that the price is in.
    #[inline]
    #[must_use]
    pub const fn liquidity(&self) -> Liquidity {
        Liquidity::from_checked(((self.liquidity[1] as u128) << 64) | self.liquidity[0] as u128)
    }

    #[inline]
    pub(super) fn set_liquidity(&mut self, liquidity: Liquidity) {
        let value = liquidity.get();
        self.liquidity = [value as u64, (value >> 64) as u64];
    }

    /// What a unit of liquidity that was always in range has earned: fees of base and quote, rewards.
    #[inline]
    #[must_use]
    pub const fn growth(&self) -> &[Growth; GROWTHS] {
        &self.growth
    }

    /// The rewards.
    #[inline]
    #[must_use]
    pub const fn rewards(&self) -> &[RewardRate; MAX_RANGE_REWARDS] {
        &self.rewards
    }

    /// What is known of past prices.
    #[inline]
    #[must_use]
    pub const fn volatility(&self) -> &Volatility {
        &self.volatility
    }

    /// The running sum of tick · seconds; it wraps. The difference of two readings over their distance
    /// in time is the average tick between them.
    #[inline]
    #[must_use]
    pub const fn tick_seconds(&self) -> i64 {
        self.tick_seconds
    }

    /// Counts the tick and the rewards up to a time. To be called before anything changes; does nothing
    /// the second time in a second.
    ///
    /// # Errors
    /// [`CoreError::Overflow`] for a reward that no token has so much of.
    pub fn accrue(&mut self, now: i64) -> Result<(), CoreError> {
        let seconds = now.saturating_sub(self.updated_at);
        if seconds <= 0 {
            return Ok(());
        }
        let liquidity = self.liquidity().get();
        if liquidity > 0 {
            for (rate, growth) in self.rewards.iter().zip(&mut self.growth[2..]) {
                let paid = rate.until.min(now).saturating_sub(self.updated_at);
                if paid > 0 && rate.per_second != [0; 2] {
                    let per_second = rate.per_second();
                    let more = mul_div_u128(per_second, paid as u128, liquidity, Rounding::Down)?;
                    *growth = Growth::from_bits(growth.bits().wrapping_add(more));
                }
            }
        }
        let moved = i64::from(self.tick).wrapping_mul(seconds);
        self.tick_seconds = self.tick_seconds.wrapping_add(moved);
        self.updated_at = now;
        Ok(())
    }

    /// Sets a reward's rate from now on.
    ///
    /// # Errors
    /// As [`RangeState::accrue`]; [`CoreError::Overflow`] if there is no such reward.
    pub fn set_reward(
        &mut self,
        index: usize,
        rate: RewardRate,
        now: i64,
    ) -> Result<(), CoreError> {
        self.accrue(now)?;
        *self.rewards.get_mut(index).ok_or(CoreError::Overflow)? = rate;
        Ok(())
    }

    /// Adds liquidity to a position; tells what it costs of base and quote, rounded up.
    ///
    /// # Errors
    /// [`CoreError::ZeroAmount`]; [`CoreError::Overflow`].
    pub fn add_liquidity(
        &mut self,
        position: &mut RangePosition,
        (lower, upper): (&mut Boundary, &mut Boundary),
        liquidity: Liquidity,
        now: i64,
    ) -> Result<[u64; 2], CoreError> {
        if liquidity == Liquidity::ZERO {
            return Err(CoreError::ZeroAmount);
        }
        self.accrue(now)?;
        let (low, high) = (position.lower(), position.upper());
        let context = (self.tick(), &self.growth);
        lower.add(low, true, liquidity, context)?;
        upper.add(high, false, liquidity, context)?;
        self.settle(position, lower, upper)?;
        position.set_liquidity(position.liquidity().checked_add(liquidity)?);
        self.change_in_range(position, |present| present.checked_add(liquidity))?;
        self.amounts((lower.price(), upper.price()), liquidity, Rounding::Up)
    }

    /// Takes liquidity off a position; tells what it pays of base and quote, rounded down.
    ///
    /// # Errors
    /// [`CoreError::ZeroAmount`]; [`CoreError::InsufficientShares`] if the position has less.
    pub fn remove_liquidity(
        &mut self,
        position: &mut RangePosition,
        (lower, upper): (&mut Boundary, &mut Boundary),
        liquidity: Liquidity,
        now: i64,
    ) -> Result<[u64; 2], CoreError> {
        if liquidity == Liquidity::ZERO {
            return Err(CoreError::ZeroAmount);
        }
        let left = position.liquidity().checked_sub(liquidity);
        let left = left.map_err(|_| CoreError::InsufficientShares)?;
        self.accrue(now)?;
        self.settle(position, lower, upper)?;
        let prices = (lower.price(), upper.price());
        position.set_liquidity(left);
        lower.remove(true, liquidity)?;
        upper.remove(false, liquidity)?;
        self.change_in_range(position, |present| present.checked_sub(liquidity))?;
        self.amounts(prices, liquidity, Rounding::Down)
    }

    /// Credits a position with what it has earned since it was settled last.
    ///
    /// # Errors
    /// [`CoreError::Overflow`] if that is more than 64 bits hold.
    pub fn settle(
        &self,
        position: &mut RangePosition,
        lower: &Boundary,
        upper: &Boundary,
    ) -> Result<(), CoreError> {
        let inside = growth_inside(
            self.tick(),
            (position.lower(), lower.outside()),
            (position.upper(), upper.outside()),
            &self.growth,
        );
        position.earn(&inside)
    }

    fn change_in_range(
        &mut self,
        position: &RangePosition,
        change: impl FnOnce(Liquidity) -> Result<Liquidity, CoreError>,
    ) -> Result<(), CoreError> {
        let present = self.tick();
        if position.lower() <= present && present < position.upper() {
            self.set_liquidity(change(self.liquidity())?);
        }
        Ok(())
    }

    /// What liquidity between two prices holds of base and quote, at the present price.
    ///
    /// # Errors
    /// [`CoreError::Overflow`] if that is more than 64 bits hold.
    pub fn amounts(
        &self,
        (low, high): (SqrtPrice, SqrtPrice),
        liquidity: Liquidity,
        rounding: Rounding,
    ) -> Result<[u64; 2], CoreError> {
        let price = self.price().clamp(low, high);
        Ok([
            liquidity.amount(Side::Base, price, high, rounding)?,
            liquidity.amount(Side::Quote, low, price, rounding)?,
        ])
    }
}
