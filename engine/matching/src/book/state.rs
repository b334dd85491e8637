//! The state that decides what a book does next, in one form for hash and snapshot.

use xxhash_rust::xxh3::Xxh3;

use super::{Book, order::Order, stops::Stop};
use crate::{
    codec::{put_u32, put_u64},
    command::{SelfTrade, TimeInForce, variant},
    units::{Price, Side},
};

/// Bytes before the orders: limits, last price, counts.
pub(super) const HEAD_LEN: usize = 36;
/// Bytes of an order.
pub(super) const ORDER_LEN: usize = 28;
/// Bytes of a stop.
pub(super) const STOP_LEN: usize = 32;

impl Book {
    /// A hash (XXH3, 64 bits) of everything that decides what the book does next: its limits, the
    /// last price, and all orders and stops in the order in which they trade or enter. Two books
    /// with the same hash answer the same commands alike, however they came about and wherever
    /// their orders lie in memory. Takes time in proportion to the orders.
    #[must_use]
    pub fn state_hash(&self) -> u64 {
        let mut hash = Xxh3::new();
        self.write_state(&mut |bytes| hash.update(bytes));
        hash.digest()
    }

    /// The state as bytes, part by part. The window is not among it: it decides only speed.
    pub(super) fn write_state(&self, out: &mut impl FnMut(&[u8])) {
        out(&self.head());
        for side in Side::BOTH {
            for place in self.places(side) {
                out(&order_bytes(&self.orders[place]));
            }
        }
        for side in Side::BOTH {
            for stop in self.stops.iter(side) {
                out(&stop_bytes(stop));
            }
        }
    }

    fn head(&self) -> [u8; HEAD_LEN] {
        let mut head = [0; HEAD_LEN];
        put_u64(&mut head, 0, self.config.max_quantity.0);
        put_u32(&mut head, 8, self.config.orders);
        put_u32(&mut head, 12, self.config.stops);
        put_u32(&mut head, 16, self.last.0);
        for side in Side::BOTH {
            let at = 20 + 4 * side as usize;
            // No more than may be live.
            let orders: u64 = self.levels(side).map(|level| u64::from(level.orders)).sum();
            put_u32(&mut head, at, orders as u32);
            put_u32(&mut head, at + 8, self.stops.iter(side).count() as u32);
        }
        head
    }
}

fn order_bytes(order: &Order) -> [u8; ORDER_LEN] {
    let mut bytes = [0; ORDER_LEN];
    put_u64(&mut bytes, 0, order.id.0);
    put_u64(&mut bytes, 8, order.quantity.0);
    put_u32(&mut bytes, 16, order.owner.0);
    put_u32(&mut bytes, 20, order.key.price(order.side()).0);
    bytes[24] = order.traits().bits();
    bytes
}

fn stop_bytes(stop: &Stop) -> [u8; STOP_LEN] {
    let mut bytes = [0; STOP_LEN];
    put_u64(&mut bytes, 0, stop.id.0);
    put_u64(&mut bytes, 8, stop.quantity.0);
    put_u32(&mut bytes, 16, stop.owner.0);
    put_u32(&mut bytes, 20, stop.trigger.0);
    // A market order has no price: zero.
    let (price, time_in_force) = stop
        .limit
        .unwrap_or((Price(0), TimeInForce::GoodTilCancelled));
    put_u32(&mut bytes, 24, price.0);
    bytes[28] = stop.side as u8;
    bytes[29] = time_in_force as u8;
    bytes[30] = stop.self_trade as u8;
    bytes
}

/// What the last four bytes of a stop say: side, time in force, self-trade mode, zero.
pub(super) fn stop_traits(bytes: [u8; 4]) -> Option<(Side, TimeInForce, SelfTrade)> {
    let [side, time_in_force, self_trade, zero] = bytes;
    if zero != 0 {
        return None;
    }
    Some((
        variant(side)?,
        variant(time_in_force)?,
        variant(self_trade)?,
    ))
}
