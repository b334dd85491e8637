//! Swaps across ranges.

use super::{
    Boundary, FeeTerms, Liquidity, RangeState, Remaining, SqrtPrice, Step, Tick, range::fees_of,
};
use crate::{
    error::CoreError,
    units::{BPS, Bps, FeeRate, Side},
};

/// Where a price comes to next.
pub enum Next<'a> {
    /// Liquidity changes at a tick.
    Boundary(Tick, &'a mut Boundary),
    /// What happens at a tick and beyond is not known: the price may come up to it.
    Unknown(Tick),
    /// Liquidity changes nowhere beyond.
    Nothing,
}

/// The boundaries of a shard, as far as they are known.
pub trait Boundaries {
    /// The first one that a price meets: at a tick above `from` if it rises, at `from` or below if it
    /// falls.
    ///
    /// # Errors
    /// What the source of boundaries refuses.
    fn next(&mut self, from: Tick, is_rising: bool) -> Result<Next<'_>, CoreError>;
}

/// What all shards of a pool have in common.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RangeTerms {
    /// The fee.
    pub fee: FeeTerms,
    /// The protocol's part of it, rounded down.
    pub protocol_share: Bps,
}

/// A swap that is asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RangeOrder {
    /// The token that goes in.
    pub side_in: Side,
    /// How much, of what goes in or of what comes out.
    pub amount: Remaining,
    /// The price that it may not go beyond.
    pub limit: SqrtPrice,
}

/// Why a swap ended.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum RangeEnd {
    /// All of it is done.
    Complete,
    /// At the price limit.
    Limit,
    /// Where nothing more is known of liquidity.
    Unknown,
    /// There is no more liquidity.
    Exhausted,
}

/// What a swap did.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RangeSwap {
    /// What went in, the fee included.
    pub amount_in: u64,
    /// What came out.
    pub amount_out: u64,
    /// The fee, of what went in.
    pub fee: u64,
    /// The protocol's part of it.
    pub protocol_fee: u64,
    /// The fee's rate.
    pub rate: FeeRate,
    /// Boundaries crossed.
    pub crossed: u32,
    /// Why it ended.
    pub end: RangeEnd,
}

/// A swap on its way.
struct Progress {
    price: SqrtPrice,
    tick: Tick,
    liquidity: Liquidity,
    remaining: Remaining,
    done: RangeSwap,
}

impl Progress {
    fn is_complete(&self) -> bool {
        matches!(self.remaining, Remaining::In(0) | Remaining::Out(0))
    }

    /// Counts a step; tells what of its fee belongs to the liquidity in range.
    fn count(&mut self, step: &Step, protocol_share: Bps) -> Result<u64, CoreError> {
        let taken = step
            .amount_in
            .checked_add(step.fee)
            .ok_or(CoreError::Overflow)?;
        let left = match self.remaining {
            Remaining::In(left) => {
                Remaining::In(left.checked_sub(taken).ok_or(CoreError::Overflow)?)
            }
            Remaining::Out(left) => Remaining::Out(
                left.checked_sub(step.amount_out)
                    .ok_or(CoreError::Overflow)?,
            ),
        };
        // Below 2^64 · 2^14.
        let share = u128::from(step.fee) * u128::from(protocol_share.get()) / u128::from(BPS);
        let protocol = share as u64;
        let plus = |sum: u64, more: u64| sum.checked_add(more).ok_or(CoreError::Overflow);
        self.done.amount_in = plus(self.done.amount_in, taken)?;
        self.done.amount_out = plus(self.done.amount_out, step.amount_out)?;
        self.done.fee = plus(self.done.fee, step.fee)?;
        self.done.protocol_fee = plus(self.done.protocol_fee, protocol)?;
        self.remaining = left;
        self.price = step.price;
        Ok(step.fee - protocol)
    }
}

impl RangeState {
    /// Swaps: up to the amount, the price limit, or where liquidity ends or is not known.
    ///
    /// If it is refused, neither the state nor boundaries may be kept.
    ///
    /// # Errors
    /// [`CoreError::ZeroAmount`]; [`CoreError::InvalidTick`] if the limit lies behind the price;
    /// [`CoreError::Overflow`] for amounts that no token has; what `boundaries` refuses.
    pub fn swap(
        &mut self,
        boundaries: &mut impl Boundaries,
        order: &RangeOrder,
        terms: &RangeTerms,
        now: i64,
    ) -> Result<RangeSwap, CoreError> {
        let is_rising = order.side_in == Side::Quote;
        let behind = if is_rising {
            order.limit < self.price()
        } else {
            order.limit > self.price()
        };
        if behind {
            return Err(CoreError::InvalidTick);
        }
        self.accrue(now)?;
        let before = self
            .volatility
            .before_swap(now, self.tick().get(), &terms.fee);
        let rate = before.fee(&terms.fee);
        let mut progress = Progress {
            price: self.price(),
            tick: self.tick(),
            liquidity: self.liquidity(),
            remaining: order.amount,
            done: RangeSwap {
                amount_in: 0,
                amount_out: 0,
                fee: 0,
                protocol_fee: 0,
                rate,
                crossed: 0,
                end: RangeEnd::Complete,
            },
        };
        if progress.is_complete() {
            return Err(CoreError::ZeroAmount);
        }
        let end = loop {
            if let Some(end) = self.advance(boundaries, order, terms, &mut progress)? {
                break end;
            }
        };
        let mut done = progress.done;
        done.end = end;
        self.set_price(progress.price, progress.tick);
        self.set_liquidity(progress.liquidity);
        let fees = &mut self.protocol_fees[fees_of(order.side_in)];
        *fees = fees
            .checked_add(done.protocol_fee)
            .ok_or(CoreError::Overflow)?;
        self.volatility = before.after_swap(now, self.tick().get(), &terms.fee);
        Ok(done)
    }

    /// One step, and across the boundary at its end; tells if that was the last.
    fn advance(
        &mut self,
        boundaries: &mut impl Boundaries,
        order: &RangeOrder,
        terms: &RangeTerms,
        progress: &mut Progress,
    ) -> Result<Option<RangeEnd>, CoreError> {
        let is_rising = order.side_in == Side::Quote;
        let next = boundaries.next(progress.tick, is_rising)?;
        let stop = match &next {
            Next::Boundary(_, boundary) => boundary.price(),
            // If it is unknown where the price is, it stays there.
            Next::Unknown(tick) if is_rising => tick.sqrt_price().max(progress.price),
            Next::Unknown(tick) => tick.sqrt_price().min(progress.price),
            Next::Nothing if progress.liquidity == Liquidity::ZERO => {
                return Ok(Some(RangeEnd::Exhausted));
            }
            Next::Nothing => order.limit,
        };
        let target = if is_rising {
            stop.min(order.limit)
        } else {
            stop.max(order.limit)
        };
        let step = Step::compute(
            order.side_in,
            progress.price,
            target,
            progress.liquidity,
            progress.remaining,
            progress.done.rate,
        )?;
        let moved = step.price != progress.price;
        let earned = progress.count(&step, terms.protocol_share)?;
        if earned > 0 {
            let growth = &mut self.growth[fees_of(order.side_in)];
            *growth = growth.earn(earned, progress.liquidity)?;
        }
        match next {
            Next::Boundary(tick, boundary) if step.price == stop => {
                progress.liquidity = boundary.cross(is_rising, progress.liquidity, &self.growth)?;
                progress.done.crossed += 1;
                // A falling price has left the tick's own range.
                progress.tick = if is_rising { tick } else { tick.below() };
                if progress.is_complete() {
                    return Ok(Some(RangeEnd::Complete));
                }
                return Ok((step.price == order.limit).then_some(RangeEnd::Limit));
            }
            _ => {}
        }
        // At a boundary that it has just crossed a falling price keeps the tick below, and so does a
        // rising one at a tick that it may have to cross.
        if moved {
            progress.tick = match next {
                Next::Unknown(tick) if is_rising && step.price == stop => tick.below(),
                _ => step.price.tick(),
            };
        }
        Ok(Some(if progress.is_complete() {
            RangeEnd::Complete
        } else if step.price == order.limit {
            RangeEnd::Limit
        } else {
            RangeEnd::Unknown
        }))
    }
}
