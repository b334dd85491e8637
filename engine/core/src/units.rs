//! Quantities that cannot be mixed up: one type per meaning, all of them thin over an integer.

use core::fmt;

use crate::{error::CoreError, math::U256};

macro_rules! amount {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
        #[repr(transparent)]
        pub struct $name(u64);

        impl $name {
            /// Nothing.
            pub const ZERO: Self = Self(0);
            /// The largest amount.
            pub const MAX: Self = Self(u64::MAX);

            /// Wraps a raw amount.
            #[inline]
            #[must_use]
            pub const fn new(value: u64) -> Self {
                Self(value)
            }

            /// The raw amount.
            #[inline]
            #[must_use]
            pub const fn get(self) -> u64 {
                self.0
            }

            /// Whether this is nothing.
            #[inline]
            #[must_use]
            pub const fn is_zero(self) -> bool {
                self.0 == 0
            }

            /// The sum, or [`CoreError::Overflow`].
            #[inline]
            pub const fn checked_add(self, other: Self) -> Result<Self, CoreError> {
                match self.0.checked_add(other.0) {
                    Some(sum) => Ok(Self(sum)),
                    None => Err(CoreError::Overflow),
                }
            }

            /// The difference, or [`CoreError::Overflow`] where it would be negative.
            #[inline]
            pub const fn checked_sub(self, other: Self) -> Result<Self, CoreError> {
                match self.0.checked_sub(other.0) {
                    Some(difference) => Ok(Self(difference)),
                    None => Err(CoreError::Overflow),
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl From<$name> for u64 {
            #[inline]
            fn from(amount: $name) -> u64 {
                amount.0
            }
        }
    };
}

amount! {
    /// An amount of the pool's base token, in its smallest unit.
    BaseAmount
}
amount! {
    /// An amount of the pool's quote token, in its smallest unit.
    QuoteAmount
}
amount! {
    /// An amount of the token that goes into the pool, whichever that is.
    InAmount
}
amount! {
    /// An amount of the token that the pool pays out, whichever that is.
    OutAmount
}
amount! {
    /// A number of liquidity shares of one shard.
    Shares
}

/// Parts per million in a whole.
pub const PIPS: u32 = 1_000_000;
/// Basis points in a whole.
pub const BPS: u16 = 10_000;

/// A fee rate in pips: millionths of the amount.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
#[repr(transparent)]
pub struct FeeRate(pub u32);

impl FeeRate {
    /// No fee.
    pub const ZERO: Self = Self(0);

    /// Wraps a rate in pips. Bounds are checked where the rate is used.
    #[inline]
    #[must_use]
    pub const fn new(pips: u32) -> Self {
        Self(pips)
    }

    /// The rate in pips.
    #[inline]
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl fmt::Display for FeeRate {
    /// As a percentage with four decimals, which is exact.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:04}%", self.0 / 10_000, self.0 % 10_000)
    }
}

/// A part of a whole in basis points: ten-thousandths.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
#[repr(transparent)]
pub struct Bps(pub u16);

impl Bps {
    /// No part.
    pub const ZERO: Self = Self(0);

    /// Checks and wraps a number of basis points; at most 10,000.
    pub const fn try_new(bps: u16) -> Result<Self, CoreError> {
        if bps > BPS {
            return Err(CoreError::InvalidBps);
        }
        Ok(Self(bps))
    }

    /// The number of basis points.
    #[inline]
    #[must_use]
    pub const fn get(self) -> u16 {
        self.0
    }
}

impl fmt::Display for Bps {
    /// As a percentage with two decimals, which is exact.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02}%", self.0 / 100, self.0 % 100)
    }
}

/// A price as a binary fixed-point number with 64 bits before and 64 after the point: units of
/// quote per unit of base, unless stated otherwise.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
#[repr(transparent)]
pub struct PriceQ64(u128);

impl PriceQ64 {
    /// One unit for one unit.
    pub const ONE: Self = Self(1 << 64);
    /// The largest price that can be written.
    pub const MAX: Self = Self(u128::MAX);

    /// Wraps a raw Q64.64 number.
    #[inline]
    #[must_use]
    pub const fn new(raw: u128) -> Self {
        Self(raw)
    }

    /// The raw Q64.64 number.
    #[inline]
    #[must_use]
    pub const fn get(self) -> u128 {
        self.0
    }

    /// The price the other way round, rounded down: `floor(2^128 / raw)`.
    ///
    /// Saturates at [`PriceQ64::MAX`] for the raw numbers 0 and 1, whose inverses need more than
    /// 64 bits before the point.
    #[must_use]
    pub const fn inverse(self) -> Self {
        if self.0 <= 1 {
            return Self::MAX;
        }
        match U256::new(1, 0).div_rem_u128(self.0) {
            Some((quotient, _)) => Self(quotient),
            None => Self::MAX,
        }
    }
}

impl fmt::Display for PriceQ64 {
    /// In decimal with nine places, rounded down.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = self.0 >> 64;
        let fraction = ((self.0 & u128::from(u64::MAX)) * 1_000_000_000) >> 64;
        write!(f, "{whole}.{fraction:09}")
    }
}

/// One of a pool's two tokens. In a trade: the one that goes in.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Side {
    /// The base token.
    Base,
    /// The quote token.
    Quote,
}

impl Side {
    /// The other token.
    #[inline]
    #[must_use]
    pub const fn opposite(self) -> Self {
        match self {
            Self::Base => Self::Quote,
            Self::Quote => Self::Base,
        }
    }
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Base => "base",
            Self::Quote => "quote",
        })
    }
}

/// The prices of a pool's two tokens against each other.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Prices {
    /// Of base: quote per base.
    pub base: PriceQ64,
    /// Of quote: base per quote.
    pub quote: PriceQ64,
}

/// Which way an inexact result is rounded.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Rounding {
    /// Towards zero.
    Down,
    /// Away from zero.
    Up,
}

/// An amount of each token.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Reserves {
    /// Base token.
    pub base: BaseAmount,
    /// Quote token.
    pub quote: QuoteAmount,
}

impl Reserves {
    /// Nothing of either token.
    pub const ZERO: Self = Self::new(0, 0);

    /// From raw amounts.
    #[inline]
    #[must_use]
    pub const fn new(base: u64, quote: u64) -> Self {
        Self {
            base: BaseAmount::new(base),
            quote: QuoteAmount::new(quote),
        }
    }

    /// The raw amount of one token.
    #[inline]
    #[must_use]
    pub const fn of(&self, side: Side) -> u64 {
        match side {
            Side::Base => self.base.get(),
            Side::Quote => self.quote.get(),
        }
    }

    /// From raw amounts named by the token that goes in: the inverse of [`Reserves::of`].
    #[inline]
    #[must_use]
    pub const fn from_sides(side_in: Side, amount_in: u64, amount_out: u64) -> Self {
        match side_in {
            Side::Base => Self::new(amount_in, amount_out),
            Side::Quote => Self::new(amount_out, amount_in),
        }
    }
}
