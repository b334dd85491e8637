//! What a book says of its depth, by price and by order.

use crate::units::{OrderId, OwnerId, Price, Quantity, Side};

/// The depth at a price from now on (L2).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct LevelChange {
    /// Which side's.
    pub side: Side,
    /// At which price.
    pub price: Price,
    /// Sum of the open quantities; none: the level is gone.
    pub quantity: Quantity,
    /// How many orders rest there.
    pub orders: u32,
}

/// A resting order has come, shrunk or gone (L3).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum OrderChange {
    /// It rests behind all others at its price.
    Added(RestingOrder),
    /// It has this much left, and keeps its place.
    Reduced {
        /// The order.
        id: OrderId,
        /// What is left.
        quantity: Quantity,
    },
    /// It rests no more.
    Removed {
        /// The order.
        id: OrderId,
    },
}

/// An order that rests in a book.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct RestingOrder {
    /// The order.
    pub id: OrderId,
    /// Its owner.
    pub owner: OwnerId,
    /// Whether it buys or sells.
    pub side: Side,
    /// Its price.
    pub price: Price,
    /// Its open quantity.
    pub quantity: Quantity,
}
