//! The book against a plain model, and its parts against the standard library's.

mod agreement;
mod malformed;
mod model;
mod parts;
mod rules;
mod snapshots;
mod stream;

use super::{Book, BookConfig};
use crate::units::Quantity;

/// A book so small that all of its limits are met.
fn tiny(orders: u32, stops: u32, window: u32) -> BookConfig {
    BookConfig {
        orders,
        stops,
        window,
        max_quantity: Quantity(1_000),
    }
}

impl Book {
    /// Panics if the book's parts contradict each other.
    fn check(&self) {
        use crate::units::Side;

        let mut orders = 0;
        for side in Side::BOTH {
            self.sides[side as usize].check();
            for level in self.levels(side) {
                assert!(level.orders > 0, "no empty levels");
            }
            for order in self.resting(side) {
                orders += 1;
                assert_eq!(self.resting_order(order.id), Some(order));
                assert!(!order.quantity.is_zero());
            }
            for stop in self.stops.iter(side) {
                assert!(self.find(stop.id).is_some());
            }
        }
        assert_eq!(orders, self.orders());
        if let (Some(bid), Some(ask)) = (self.best(Side::Bid), self.best(Side::Ask)) {
            assert!(bid < ask, "not crossed");
        }
    }
}
