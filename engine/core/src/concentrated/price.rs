//! Square roots of prices.

use super::Tick;
use crate::error::CoreError;

/// The square root of a price in Q64.64: of quote units for a base unit.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(transparent)]
pub struct SqrtPrice(u128);

impl SqrtPrice {
    /// That of [`Tick::MIN`].
    pub const MIN: Self = Self(4_295_048_016);
    /// That of [`Tick::MAX`].
    pub const MAX: Self = Self(79_226_673_515_401_279_992_447_579_055);

    /// From its bits.
    ///
    /// # Errors
    /// [`CoreError::InvalidTick`] outside [`SqrtPrice::MIN`] and [`SqrtPrice::MAX`].
    #[inline]
    pub const fn try_new(bits: u128) -> Result<Self, CoreError> {
        if bits < Self::MIN.0 || bits > Self::MAX.0 {
            return Err(CoreError::InvalidTick);
        }
        Ok(Self(bits))
    }

    /// The same of bits that were checked before, as an account keeps them, or computed within the
    /// bounds.
    #[inline]
    pub(crate) const fn from_checked_bits(bits: u128) -> Self {
        Self(bits)
    }

    /// Its bits: the root times `2^64`.
    #[inline]
    #[must_use]
    pub const fn bits(self) -> u128 {
        self.0
    }

    /// The highest tick whose price is not above it.
    #[inline]
    #[must_use]
    pub const fn tick(self) -> Tick {
        Tick::at(self)
    }
}
