//! What rests in the book, by price (L2) and by order (L3).

use super::{Book, index::Place, key::Key, order::NIL};
use crate::{
    report::{LevelChange, RestingOrder},
    units::{OrderId, Price, Side},
};

impl Book {
    /// A side's best price.
    #[inline]
    #[must_use]
    pub fn best(&self, side: Side) -> Option<Price> {
        let best = self.sides[side as usize].best();
        (best != Key::NONE).then(|| best.price(side))
    }

    /// A side's levels, best first: the changes that make an empty copy equal to it.
    pub fn levels(&self, side: Side) -> impl Iterator<Item = LevelChange> {
        self.sides[side as usize]
            .iter()
            .map(move |level| LevelChange {
                side,
                price: level.key.price(side),
                quantity: level.quantity,
                orders: level.orders,
            })
    }

    /// A side's orders in the order in which they trade.
    pub fn resting(&self, side: Side) -> impl Iterator<Item = RestingOrder> {
        self.places(side).map(|place| self.resting_at(place))
    }

    /// The order with this id, if it rests.
    #[must_use]
    pub fn resting_order(&self, id: OrderId) -> Option<RestingOrder> {
        match self.find(id)?.1 {
            Place::Order(place) => Some(self.resting_at(place)),
            Place::Stop(_) => None,
        }
    }

    /// Where a side's orders lie, in the order in which they trade.
    pub(super) fn places(&self, side: Side) -> impl Iterator<Item = u32> {
        self.sides[side as usize].iter().flat_map(move |level| {
            let some = |place| (place != NIL).then_some(place);
            std::iter::successors(some(level.first), move |&place| {
                some(self.orders[place].next)
            })
        })
    }

    fn resting_at(&self, place: u32) -> RestingOrder {
        let order = &self.orders[place];
        RestingOrder {
            id: order.id,
            owner: order.owner,
            side: order.side(),
            price: order.key.price(order.side()),
            quantity: order.quantity,
        }
    }
}
