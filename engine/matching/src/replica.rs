//! Copies of a book's depth, kept equal to it by its changes.

use std::collections::{BTreeMap, HashMap};

use thiserror::Error;

use crate::{
    report::{LevelChange, OrderChange, RestingOrder},
    units::{OrderId, Price, Quantity, Side},
};

/// A change does not fit the copy: one before it is missing, or the copy is of another book.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum ReplicaError {
    /// An order came that rests already.
    #[error("order {} came and was there already; start from a snapshot", .0.0)]
    AlreadyThere(OrderId),
    /// An order went or shrank that does not rest.
    #[error("order {} went or shrank and was not there; start from a snapshot", .0.0)]
    NotThere(OrderId),
    /// An order has more left than it had.
    #[error("order {} has more left than it had; start from a snapshot", .0.0)]
    Grown(OrderId),
}

/// Levels by how they rank: the best first.
fn rank(side: Side, price: Price) -> u32 {
    match side {
        Side::Bid => !price.0,
        Side::Ask => price.0,
    }
}

/// A copy of the depth by price (L2).
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct LevelReplica {
    sides: [BTreeMap<u32, LevelChange>; 2],
}

impl LevelReplica {
    /// Takes a change over. Applying one again, or leaving out one that a later one at its price
    /// follows, changes nothing: each says all about its level.
    pub fn apply(&mut self, change: &LevelChange) {
        let side = &mut self.sides[change.side as usize];
        let rank = rank(change.side, change.price);
        if change.orders == 0 {
            side.remove(&rank);
        } else {
            side.insert(rank, *change);
        }
    }

    /// A side's levels, best first.
    pub fn levels(&self, side: Side) -> impl Iterator<Item = LevelChange> {
        self.sides[side as usize].values().copied()
    }
}

/// A copy of the depth by order (L3).
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct OrderReplica {
    /// By rank of the price, then by arrival.
    sides: [BTreeMap<(u32, u64), RestingOrder>; 2],
    places: HashMap<OrderId, (Side, (u32, u64))>,
    arrivals: u64,
}

impl OrderReplica {
    /// Takes a change over.
    ///
    /// # Errors
    ///
    /// If the change does not fit; the copy stays as it was.
    pub fn apply(&mut self, change: &OrderChange) -> Result<(), ReplicaError> {
        match *change {
            OrderChange::Added(order) => {
                if self.places.contains_key(&order.id) {
                    return Err(ReplicaError::AlreadyThere(order.id));
                }
                self.arrivals += 1;
                let place = (rank(order.side, order.price), self.arrivals);
                self.places.insert(order.id, (order.side, place));
                self.sides[order.side as usize].insert(place, order);
            }
            OrderChange::Reduced { id, quantity } => {
                let order = self.order_mut(id).ok_or(ReplicaError::NotThere(id))?;
                if quantity > order.quantity {
                    return Err(ReplicaError::Grown(id));
                }
                order.quantity = quantity;
            }
            OrderChange::Removed { id } => {
                let place = self.places.remove(&id);
                let (side, place) = place.ok_or(ReplicaError::NotThere(id))?;
                self.sides[side as usize].remove(&place);
            }
        }
        Ok(())
    }

    fn order_mut(&mut self, id: OrderId) -> Option<&mut RestingOrder> {
        let (side, place) = self.places.get(&id)?;
        self.sides[*side as usize].get_mut(place)
    }

    /// What is left of an order, if it rests.
    #[must_use]
    pub fn left(&self, id: OrderId) -> Option<Quantity> {
        let (side, place) = self.places.get(&id)?;
        let order = self.sides[*side as usize].get(place)?;
        Some(order.quantity)
    }

    /// A side's orders in the order in which they trade.
    pub fn resting(&self, side: Side) -> impl Iterator<Item = RestingOrder> {
        self.sides[side as usize].values().copied()
    }
}
