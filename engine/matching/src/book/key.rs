//! Prices as ranks: on either side the lowest key is the best price.

use crate::units::{Price, Side};

/// A price's rank on its side: the price itself for asks, its complement for bids. The lower key
/// always trades first, so that both sides share one implementation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
#[repr(transparent)]
pub(crate) struct Key(pub(crate) u32);

impl Key {
    /// Behind every price: the best key of an empty side. [`Price::MAX`] and [`Price::MIN`] leave
    /// it free.
    pub(crate) const NONE: Self = Self(u32::MAX);

    /// The worst key a price may have: reaches every order.
    pub(crate) const WORST: Self = Self(u32::MAX - 1);

    /// The rank of `price` among the orders of `side`.
    #[inline]
    pub(crate) const fn of(side: Side, price: Price) -> Self {
        match side {
            Side::Bid => Self(!price.0),
            Side::Ask => Self(price.0),
        }
    }

    /// The price again.
    #[inline]
    pub(crate) const fn price(self, side: Side) -> Price {
        match side {
            Side::Bid => Price(!self.0),
            Side::Ask => Price(self.0),
        }
    }
}
