//! The best of several lanes' best orders.

use core::cell::Cell;

use super::{
    order::Order,
    units::{BookSide, OrderId},
};

/// A lane's best acceptable order, as the merge sees it: price, then time, then the order in which
/// the lanes are named, from the highest bit down, so that two comparisons of words tell which of
/// two is better. Lower is better.
#[derive(Clone, Copy)]
pub(super) struct Head {
    /// The price's rank, then the upper half of the order's id.
    upper: u64,
    /// The lower half of the id, then the lane.
    lower: u64,
}

impl Head {
    /// No order.
    pub(super) const NONE: Self = Self { upper: 0, lower: 0 };

    #[inline(always)]
    pub(super) const fn new(side: BookSide, lane: u8, order: &Order) -> Self {
        let rank = match side {
            BookSide::Ask => order.price.0,
            BookSide::Bid => !order.price.0,
        };
        let OrderId(id) = order.id;
        Self {
            upper: (rank as u64) << 32 | id >> 32,
            lower: id << 32 | lane as u64,
        }
    }

    #[inline(always)]
    const fn is_before(&self, other: &Self) -> bool {
        self.upper < other.upper || (self.upper == other.upper && self.lower < other.lower)
    }

    #[inline(always)]
    const fn lane(&self) -> usize {
        (self.lower & 0xff) as usize
    }
}

/// The lanes' best orders, the best of them last. They lie elsewhere, since to move them would cost
/// more than to merge a few.
pub(super) struct Merge<'a> {
    heads: &'a mut [Head],
    pub(super) len: usize,
}

impl<'a> Merge<'a> {
    #[inline(always)]
    pub(super) const fn new(heads: &'a mut [Head]) -> Self {
        Self { heads, len: 0 }
    }

    /// The same merge; what is added to it counts once its length is written back.
    #[inline(always)]
    pub(super) const fn reborrow(&mut self) -> Merge<'_> {
        Merge {
            heads: &mut *self.heads,
            len: self.len,
        }
    }

    /// Adds a head where it belongs. Its lane must not be in already.
    #[inline(always)]
    pub(super) fn insert(&mut self, head: Head) {
        let len = self.len;
        let Some(heads) = self.heads.get_mut(..=len) else {
            return;
        };
        self.len = len.wrapping_add(1);
        let heads = Cell::from_mut(heads).as_slice_of_cells();
        for pair in heads.windows(2).rev() {
            let [other, room] = pair else { return };
            if !other.get().is_before(&head) {
                room.set(head);
                return;
            }
            room.set(other.get());
        }
        if let Some(worst) = heads.first() {
            worst.set(head);
        }
    }

    /// The lane of the best head.
    #[inline(always)]
    pub(super) fn best(&self) -> Option<usize> {
        let last = self.len.checked_sub(1)?;
        self.heads.get(last).map(Head::lane)
    }

    #[inline(always)]
    pub(super) fn pop(&mut self) {
        self.len = self.len.saturating_sub(1);
    }
}
