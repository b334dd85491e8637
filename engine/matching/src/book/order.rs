//! Resting orders and the levels they queue at.

use super::{
    key::Key,
    slab::{Linked, Slab},
};
use crate::{
    command::{SelfTrade, variant},
    units::{OrderId, OwnerId, Quantity, Side},
};

/// No order: the end of a queue.
pub(crate) const NIL: u32 = (1 << 28) - 1;

/// What an order has beside its numbers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Traits {
    pub(crate) side: Side,
    /// Mode for when it is replaced and takes.
    pub(crate) self_trade: SelfTrade,
    /// It must not take when it is replaced.
    pub(crate) post_only: bool,
}

impl Traits {
    /// As four bits.
    #[inline]
    pub(crate) const fn bits(self) -> u8 {
        self.side as u8 | (self.post_only as u8) << 1 | (self.self_trade as u8) << 2
    }

    /// From four bits; `None` if more are set.
    pub(crate) fn from_bits(bits: u8) -> Option<Self> {
        Some(Self {
            side: if bits & 1 == 0 { Side::Bid } else { Side::Ask },
            post_only: bits & 2 != 0,
            self_trade: variant(bits >> 2)?,
        })
    }
}

/// A resting order: half a cache line.
#[derive(Clone, Copy)]
pub(crate) struct Order {
    pub(crate) id: OrderId,
    /// Open quantity; zero once it rests no more.
    pub(crate) quantity: Quantity,
    pub(crate) owner: OwnerId,
    pub(crate) key: Key,
    /// The order behind it at its price, or [`NIL`].
    pub(crate) next: u32,
    /// The order before it, or [`NIL`], in the lower 28 bits; [`Traits`] above.
    previous_and_traits: u32,
}

const _: () = assert!(size_of::<Order>() == 32);

impl Order {
    #[inline]
    pub(crate) fn new(
        id: OrderId,
        owner: OwnerId,
        key: Key,
        quantity: Quantity,
        traits: Traits,
    ) -> Self {
        Self {
            id,
            quantity,
            owner,
            key,
            next: NIL,
            previous_and_traits: u32::from(traits.bits()) << 28 | NIL,
        }
    }

    #[inline]
    pub(crate) const fn previous(&self) -> u32 {
        self.previous_and_traits & NIL
    }

    #[inline]
    pub(crate) const fn set_previous(&mut self, previous: u32) {
        self.previous_and_traits = self.previous_and_traits & !NIL | previous;
    }

    #[inline]
    pub(crate) const fn side(&self) -> Side {
        if self.previous_and_traits & 1 << 28 == 0 {
            Side::Bid
        } else {
            Side::Ask
        }
    }

    #[inline]
    pub(crate) fn traits(&self) -> Traits {
        let bits = (self.previous_and_traits >> 28) as u8;
        Traits {
            side: self.side(),
            post_only: bits & 2 != 0,
            self_trade: match bits >> 2 {
                0 => SelfTrade::CancelResting,
                1 => SelfTrade::CancelTaking,
                2 => SelfTrade::CancelBoth,
                _ => SelfTrade::Decrement,
            },
        }
    }
}

impl Linked for Order {
    #[inline]
    fn link(&self) -> u32 {
        self.next
    }

    #[inline]
    fn set_link(&mut self, place: u32) {
        self.next = place;
    }
}

/// The orders at one price, first come first.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Level {
    /// Sum of the open quantities.
    pub(crate) quantity: Quantity,
    pub(crate) first: u32,
    pub(crate) last: u32,
    pub(crate) orders: u32,
    pub(crate) key: Key,
}

const _: () = assert!(size_of::<Level>() == 24);

impl Linked for Level {
    fn link(&self) -> u32 {
        self.first
    }

    fn set_link(&mut self, place: u32) {
        self.first = place;
    }
}

impl Level {
    pub(crate) const fn empty(key: Key) -> Self {
        Self {
            quantity: Quantity::ZERO,
            first: NIL,
            last: NIL,
            orders: 0,
            key,
        }
    }

    /// Puts the order at `place` behind all others.
    #[inline]
    pub(crate) fn push(&mut self, orders: &mut Slab<Order>, place: u32) {
        let last = self.last;
        let order = &mut orders[place];
        order.set_previous(last);
        order.next = NIL;
        self.quantity.0 += order.quantity.0;
        self.orders += 1;
        self.last = place;
        if last == NIL {
            self.first = place;
        } else {
            orders[last].next = place;
        }
    }

    /// Takes the order at `place` out of the queue.
    #[inline]
    pub(crate) fn unlink(&mut self, orders: &mut Slab<Order>, place: u32) {
        let order = &orders[place];
        let (previous, next) = (order.previous(), order.next);
        self.quantity.0 -= order.quantity.0;
        self.orders -= 1;
        if previous == NIL {
            self.first = next;
        } else {
            orders[previous].next = next;
        }
        if next == NIL {
            self.last = previous;
        } else {
            orders[next].set_previous(previous);
        }
    }
}
