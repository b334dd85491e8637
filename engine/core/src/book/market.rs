//! What trading needs to know of a market: units and fees.

use super::{
    error::BookError,
    units::{BookSide, Lots, PIPS, Sizes, Ticks, part_of, plus},
};
use crate::units::{Bps, FeeRate, Rounding};

/// The highest taker fee: 1%.
pub const MAX_TAKER_FEE: FeeRate = FeeRate(10_000);
/// The highest maker fee: 0.5%.
pub const MAX_MAKER_FEE: i32 = 5_000;
/// The most of a taker fee, less rebates, that a referrer may get: half.
pub const MAX_REFERRER_SHARE: Bps = Bps(5_000);
/// The highest reward for crossing two lanes: 1% of the value.
pub const MAX_CROSS_REWARD: FeeRate = FeeRate(10_000);

/// A market's fees, all of them in quote.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Fees {
    /// Of a take's whole value, rounded up once.
    pub taker: FeeRate,
    /// In pips of a fill's value, rounded down. Negative: a rebate out of the taker's fee.
    pub maker: i32,
    /// The referrer's part of the taker's fee after rebates.
    pub referrer_share: Bps,
    /// The most that whoever crosses two lanes may earn, of the value crossed.
    pub cross_reward: FeeRate,
}

impl Fees {
    /// Checks the bounds. A rebate above the taker's fee would be paid out of nothing.
    pub const fn try_new(
        taker: FeeRate,
        maker: i32,
        referrer_share: Bps,
        cross_reward: FeeRate,
    ) -> Result<Self, BookError> {
        if taker.get() > MAX_TAKER_FEE.get()
            || maker > MAX_MAKER_FEE
            || maker < -(taker.get() as i32)
            || referrer_share.get() > MAX_REFERRER_SHARE.get()
            || cross_reward.get() > MAX_CROSS_REWARD.get()
        {
            return Err(BookError::InvalidFee);
        }
        Ok(Self {
            taker,
            maker,
            referrer_share,
            cross_reward,
        })
    }

    /// The most value that a buyer with `quote` can pay for, fee included: the largest V with
    /// V + ceil(V · taker) ≤ quote.
    pub(crate) fn value_within(&self, quote: u64) -> Result<u64, BookError> {
        let whole = PIPS + u64::from(self.taker.get());
        if quote >> 43 == 0 {
            // Below 2^43 · 2^20.
            return Ok(quote.wrapping_mul(PIPS) / whole);
        }
        Ok(crate::math::mul_div_u64(
            quote,
            PIPS,
            whole,
            Rounding::Down,
        )?)
    }

    /// The taker's fee on the whole value of a take.
    pub(crate) fn on_take(&self, value: u64) -> Result<u64, BookError> {
        part_of(value, self.taker.get(), Rounding::Up)
    }

    /// The referrer's part of a taker fee of which rebates have been paid.
    pub fn referrer_part(&self, fee: u64, rebates: u64) -> Result<u64, BookError> {
        let left = fee.checked_sub(rebates).ok_or(BookError::Overflow)?;
        let share = u32::from(self.referrer_share.get()) * 100;
        part_of(left, share, Rounding::Down)
    }
}

/// What a maker pays or gets besides a fill's value. Orders keep the rate they were placed under.
#[inline]
pub(crate) fn maker_fee(value: u64, rate: i32) -> Result<u64, BookError> {
    if rate <= 0 {
        return Ok(0);
    }
    part_of(value, rate as u32, Rounding::Down)
}

/// A maker's rebate on a fill: never above the taker's rate, out of whose fee it is paid.
#[inline]
pub(crate) fn maker_rebate(value: u64, rate: i32, taker: FeeRate) -> Result<u64, BookError> {
    if rate >= 0 {
        return Ok(0);
    }
    part_of(value, rate.unsigned_abs().min(taker.get()), Rounding::Down)
}

/// What an order locks of the token it pays with: base for asks; for bids the value and the
/// maker's fee on it. Exact for what is left of an order at any time, since rounded-down fees of
/// parts never exceed the rounded-down fee of the whole.
#[inline]
pub fn lock(
    sizes: Sizes,
    side: BookSide,
    price: Ticks,
    lots: Lots,
    maker_rate: i32,
) -> Result<u64, BookError> {
    match side {
        BookSide::Ask => Ok(sizes.base(lots)?.get()),
        BookSide::Bid => {
            let value = sizes.value(price, lots)?.get();
            plus(value, maker_fee(value, maker_rate)?)
        }
    }
}
