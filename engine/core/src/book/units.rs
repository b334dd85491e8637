//! Prices in ticks, sizes in lots, and what they are worth in tokens.

use bytemuck::{Pod, Zeroable};

use super::error::BookError;
use crate::{
    math::{mul_div_u64, wide_mul},
    units::{BaseAmount, QuoteAmount, Rounding},
};

/// Parts per million in a whole.
pub(crate) const PIPS: u64 = 1_000_000;

/// A price in ticks: multiples of [`Sizes::tick`] quote units for one lot.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Pod, Zeroable)]
#[repr(transparent)]
pub struct Ticks(pub u32);

/// A size in lots of [`Sizes::base_lot`] base units.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Pod, Zeroable)]
#[repr(transparent)]
pub struct Lots(pub u64);

impl Lots {
    /// None.
    pub const ZERO: Self = Self(0);
}

/// Who wants what: bids buy base, asks sell it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[repr(u8)]
pub enum BookSide {
    /// Buys base for quote.
    Bid = 0,
    /// Sells base for quote.
    Ask = 1,
}

impl BookSide {
    /// The side that trades with this one.
    #[inline]
    #[must_use]
    pub const fn opposite(self) -> Self {
        match self {
            Self::Bid => Self::Ask,
            Self::Ask => Self::Bid,
        }
    }

    /// From the number an instruction carries.
    #[inline]
    #[must_use]
    pub const fn from_u8(number: u8) -> Option<Self> {
        match number {
            0 => Some(Self::Bid),
            1 => Some(Self::Ask),
            _ => None,
        }
    }

    /// Whether a resting order at `price` trades with an order of this side limited to `limit`.
    #[inline]
    #[must_use]
    pub const fn accepts(self, limit: Ticks, price: Ticks) -> bool {
        match self {
            Self::Bid => price.0 <= limit.0,
            Self::Ask => price.0 >= limit.0,
        }
    }
}

/// An order's name in its lane, and its place in time: `slot << 24 | count << 1 | side`.
///
/// Ids of one lane only grow; across lanes the lower id was first, to the slot. The lowest bit is
/// the side, 0 for bids.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Pod, Zeroable)]
#[repr(transparent)]
pub struct OrderId(pub u64);

impl OrderId {
    /// Bits below the slot.
    const COUNT_BITS: u32 = 24;

    /// The id after `last` for an order of `side` placed in `slot`.
    #[inline]
    pub const fn after(last: Self, side: BookSide, slot: u64) -> Result<Self, BookError> {
        if slot >> (u64::BITS - Self::COUNT_BITS) != 0 || last.0 >= u64::MAX - 3 {
            return Err(BookError::Overflow);
        }
        let first = slot << Self::COUNT_BITS;
        let next = (last.0 & !1) + 2;
        Ok(Self(
            (if next > first { next } else { first }) | side as u64,
        ))
    }

    /// The order's side.
    #[inline]
    #[must_use]
    pub const fn side(self) -> BookSide {
        if self.0 & 1 == 0 {
            BookSide::Bid
        } else {
            BookSide::Ask
        }
    }

    /// The slot in which the order was placed.
    #[must_use]
    pub const fn slot(self) -> u64 {
        self.0 >> Self::COUNT_BITS
    }
}

/// A market's units: what a lot and a tick are in the tokens' smallest units. They never change.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Sizes {
    /// Base units in a lot.
    pub base_lot: u64,
    /// Quote units that a lot's value grows by with each tick.
    pub tick: u32,
}

impl Sizes {
    /// Checks that neither is zero.
    pub const fn try_new(base_lot: u64, tick: u32) -> Result<Self, BookError> {
        if base_lot == 0 || tick == 0 {
            return Err(BookError::InvalidSizes);
        }
        Ok(Self { base_lot, tick })
    }

    /// Base units in a number of lots; exact.
    #[inline]
    pub const fn base(self, lots: Lots) -> Result<BaseAmount, BookError> {
        match multiply(lots.0, self.base_lot) {
            Ok(base) => Ok(BaseAmount::new(base)),
            Err(error) => Err(error),
        }
    }

    /// Quote units that one lot costs; exact.
    #[inline]
    #[must_use]
    pub const fn lot_price(self, price: Ticks) -> u64 {
        // Both factors have 32 bits.
        (price.0 as u64).wrapping_mul(self.tick as u64)
    }

    /// Quote units that a number of lots costs; exact.
    #[inline]
    pub const fn value(self, price: Ticks, lots: Lots) -> Result<QuoteAmount, BookError> {
        match multiply(lots.0, self.lot_price(price)) {
            Ok(value) => Ok(QuoteAmount::new(value)),
            Err(error) => Err(error),
        }
    }
}

/// The product, or [`BookError::Overflow`]. Factors of 32 bits, the usual ones, cost next to
/// nothing on the virtual machine, where a checked 64-bit product is a call.
#[inline]
const fn multiply(a: u64, b: u64) -> Result<u64, BookError> {
    if (a | b) >> 32 == 0 {
        return Ok(a.wrapping_mul(b));
    }
    multiply_wide(a, b)
}

#[inline(never)]
const fn multiply_wide(a: u64, b: u64) -> Result<u64, BookError> {
    let product = wide_mul(a, b);
    if product >> 64 != 0 {
        return Err(BookError::Overflow);
    }
    Ok(product as u64)
}

/// The sum, or [`BookError::Overflow`]. Asked before adding: the virtual machine has no carry, and
/// `checked_add` is eight steps there instead of four.
#[inline(always)]
pub(crate) const fn plus(a: u64, b: u64) -> Result<u64, BookError> {
    if b > !a {
        return Err(BookError::Overflow);
    }
    Ok(a.wrapping_add(b))
}

/// `value · pips / 1,000,000`, rounded as told. `pips` is at most a million.
#[inline]
pub(crate) fn part_of(value: u64, pips: u32, rounding: Rounding) -> Result<u64, BookError> {
    if pips == 0 {
        return Ok(0);
    }
    if value >> 43 != 0 {
        return Ok(mul_div_u64(value, u64::from(pips), PIPS, rounding)?);
    }
    // Below 2^43 · 2^20, and so is the sum with what rounds up.
    let product = value.wrapping_mul(u64::from(pips));
    Ok(match rounding {
        Rounding::Down => product / PIPS,
        Rounding::Up => product.wrapping_add(PIPS - 1) / PIPS,
    })
}
