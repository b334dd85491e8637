//! The best of up to [`MAX_LANES`] lanes' best orders.

use super::{
    order::Order,
    take::MAX_LANES,
    units::{BookSide, OrderId},
};

/// A lane's best acceptable order, as the merge sees it.
#[derive(Clone, Copy)]
pub(super) struct Head {
    /// Lower is better: ticks for asks, their complement for bids.
    rank: u32,
    lane: u8,
    id: OrderId,
}

impl Head {
    pub(super) fn new(side: BookSide, lane: u8, order: &Order) -> Self {
        Self {
            rank: match side {
                BookSide::Ask => order.price.0,
                BookSide::Bid => !order.price.0,
            },
            lane,
            id: order.id,
        }
    }

    /// Price, then time, then the order in which the lanes are named.
    #[inline]
    fn is_before(&self, other: &Self) -> bool {
        (self.rank, self.id, self.lane) < (other.rank, other.id, other.lane)
    }
}

/// The lanes' best orders, the best of them last.
pub(super) struct Merge {
    heads: [Head; MAX_LANES],
    len: usize,
}

impl Merge {
    pub(super) const fn new() -> Self {
        let none = Head {
            rank: 0,
            lane: 0,
            id: OrderId(0),
        };
        Self {
            heads: [none; MAX_LANES],
            len: 0,
        }
    }

    /// Adds a head where it belongs. Its lane must not be in already.
    pub(super) fn insert(&mut self, head: Head) {
        let mut at = self.len;
        while at > 0 && self.heads[at - 1].is_before(&head) {
            self.heads[at] = self.heads[at - 1];
            at -= 1;
        }
        self.heads[at] = head;
        self.len += 1;
    }

    #[inline]
    pub(super) fn best(&self) -> Option<usize> {
        match self.len {
            0 => None,
            len => Some(usize::from(self.heads[len - 1].lane)),
        }
    }

    #[inline]
    pub(super) fn pop(&mut self) {
        self.len -= 1;
    }
}
