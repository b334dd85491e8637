//! One resting order.

use bytemuck::{Pod, Zeroable};

use super::{
    error::BookError,
    market::lock,
    units::{BookSide, Lots, OrderId, Sizes, Ticks},
};

/// The moment at which an instruction runs.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Moment {
    /// The slot.
    pub slot: u64,
    /// Unix seconds.
    pub time: i64,
}

/// Until when an order stands. Zero in either field: no such limit.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Expiry {
    /// The last slot in which the order can trade.
    pub slot: u64,
    /// The last Unix second in which it can.
    pub time: u32,
}

impl Expiry {
    /// Until cancelled.
    pub const NEVER: Self = Self { slot: 0, time: 0 };
}

/// A resting order, as it lies in a lane.
///
/// | offset | bytes | field |
/// |---|---|---|
/// | 0 | 8 | `id` |
/// | 8 | 8 | `lots` |
/// | 16 | 8 | `client_id` |
/// | 24 | 8 | `expires_slot` |
/// | 32 | 4 | `price` |
/// | 36 | 4 | `expires_at` |
/// | 40 | 4 | `maker_rate` |
/// | 44 | 4 | reserved, zero |
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Pod, Zeroable)]
#[repr(C)]
pub struct Order {
    /// Name and time priority.
    pub id: OrderId,
    /// What is left of it.
    pub lots: Lots,
    /// Whatever the trader wants to know it by.
    pub client_id: u64,
    /// The last slot in which it can trade; 0: no limit.
    pub expires_slot: u64,
    /// Its price.
    pub price: Ticks,
    /// The last Unix second in which it can trade; 0: no limit.
    pub expires_at: u32,
    /// The maker's fee in pips when it was placed; negative: a rebate.
    pub maker_rate: i32,
    /// Zero.
    pub reserved: u32,
}

const _: () = assert!(size_of::<Order>() == 48);

impl Order {
    /// Whether the order can no longer trade.
    #[inline]
    #[must_use]
    pub const fn is_expired(&self, moment: Moment) -> bool {
        (self.expires_slot != 0 && moment.slot > self.expires_slot)
            || (self.expires_at != 0 && moment.time > self.expires_at as i64)
    }

    /// What the order locks.
    #[inline]
    pub(crate) fn lock(&self, sizes: Sizes, side: BookSide) -> Result<u64, BookError> {
        lock(sizes, side, self.price, self.lots, self.maker_rate)
    }
}

/// A new order.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct NewOrder {
    /// Buys or sells.
    pub side: BookSide,
    /// At which price.
    pub price: Ticks,
    /// How much.
    pub lots: Lots,
    /// Whatever the trader wants to know it by.
    pub client_id: u64,
    /// Until when.
    pub expiry: Expiry,
}
