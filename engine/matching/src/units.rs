//! Prices in ticks, quantities in lots, and the names of orders and their owners.

/// A price in ticks. Valid prices lie from [`Price::MIN`] to [`Price::MAX`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
#[repr(transparent)]
pub struct Price(pub u32);

impl Price {
    /// The lowest price an order may have: one tick.
    pub const MIN: Self = Self(1);
    /// The highest price an order may have.
    pub const MAX: Self = Self(u32::MAX - 1);

    /// Whether an order may have this price.
    #[inline]
    #[must_use]
    pub const fn is_valid(self) -> bool {
        self.0 >= Self::MIN.0 && self.0 <= Self::MAX.0
    }
}

/// A quantity of base in lots.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
#[repr(transparent)]
pub struct Quantity(pub u64);

impl Quantity {
    /// None.
    pub const ZERO: Self = Self(0);

    /// Whether there is none.
    #[inline]
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }
}

/// An order's name, chosen by whoever sends it; unique among the market's live orders.
///
/// A name is free again once its order is gone.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
#[repr(transparent)]
pub struct OrderId(pub u64);

/// Whose order it is. Orders of one owner do not trade with each other.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
#[repr(transparent)]
pub struct OwnerId(pub u32);

/// Who wants what: bids buy base, asks sell it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(u8)]
pub enum Side {
    /// Buys base.
    Bid = 0,
    /// Sells base.
    Ask = 1,
}

impl Side {
    /// Both, bids first.
    pub const BOTH: [Self; 2] = [Self::Bid, Self::Ask];

    /// The side that trades with this one.
    #[inline]
    #[must_use]
    pub const fn opposite(self) -> Self {
        match self {
            Self::Bid => Self::Ask,
            Self::Ask => Self::Bid,
        }
    }
}
