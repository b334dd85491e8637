//! The best of several lanes' best orders.

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
    const NONE: Self = Self { upper: 0, lower: 0 };

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

/// Room for the heads of a merge.
pub(super) struct Heads<const LANES: usize>([Head; LANES]);

impl<const LANES: usize> Heads<LANES> {
    #[inline(always)]
    pub(super) const fn new() -> Self {
        Self([Head::NONE; LANES])
    }
}

/// The lanes' best orders, the best of them last. They lie elsewhere, since to move them would cost
/// more than to merge a few.
pub(super) struct Merge<'a> {
    heads: &'a mut [Head],
    len: usize,
}

impl<'a> Merge<'a> {
    #[inline(always)]
    pub(super) const fn new<const LANES: usize>(heads: &'a mut Heads<LANES>) -> Self {
        Self {
            heads: &mut heads.0,
            len: 0,
        }
    }

    /// Adds a head where it belongs. Its lane must not be in already.
    #[inline(always)]
    pub(super) fn insert(&mut self, head: Head) {
        let len = self.len;
        self.len = len.wrapping_add(1);
        let Some((last, better)) = self.heads.get_mut(..=len).and_then(<[_]>::split_last_mut)
        else {
            return;
        };
        let mut room = last;
        for other in better.iter_mut().rev() {
            if !other.is_before(&head) {
                break;
            }
            *room = *other;
            room = other;
        }
        *room = head;
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
