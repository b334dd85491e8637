//! The maker lanes that a trade names, behind its declared accounts.

use core::mem::MaybeUninit;

use anchor_lang::{address_eq, prelude::*};
use sealane_core::book::{self, Fees, Key, LaneMut, MAX_LANES, Moment, Sizes, TakeOrder, Taken};

use super::{Trailing, fills::FillLog, refused};
use crate::{errors::OrderbookError, state::Lane};

/// Whether two addresses are the same, asked word by word.
#[inline(always)]
fn is_same(a: &Key, b: &Key) -> bool {
    address_eq(bytemuck::cast_ref(a), bytemuck::cast_ref(b))
}

/// Maker lanes, checked: each of this program and market, writable, and named once.
pub(super) struct Makers<'a> {
    len: usize,
    lanes: [MaybeUninit<LaneMut<'a>>; MAX_LANES],
}

impl<'a> Makers<'a> {
    /// No lanes yet. The memory is not written, which would cost more than most lanes do.
    #[inline(always)]
    pub(super) fn new() -> Self {
        Self {
            len: 0,
            lanes: [const { MaybeUninit::uninit() }; MAX_LANES],
        }
    }

    /// Checks the lanes behind the declared accounts and borrows them for the rest of the
    /// instruction. That also tells whether one is named twice, or is a lane that the instruction
    /// has declared.
    #[inline(never)]
    pub(super) fn add_trailing(&mut self, views: Trailing, market: &Key) -> Result<()> {
        let len = views.len();
        // As many as there is room for, none so far.
        require!(len <= MAX_LANES, OrderbookError::WrongLaneCount);
        let mut room = self.lanes.iter_mut();
        views.each(|view| {
            if let Some(room) = room.next() {
                room.write(maker(view, market)?);
            }
            Ok(())
        })?;
        self.len = len;
        Ok(())
    }

    /// The same for lanes that Anchor has walked.
    #[inline(never)]
    pub(super) fn add_all(&mut self, views: &[AccountView], market: &Key) -> Result<()> {
        require!(views.len() <= MAX_LANES, OrderbookError::WrongLaneCount);
        for (view, room) in views.iter().zip(&mut self.lanes) {
            room.write(maker(*view, market)?);
        }
        self.len = views.len();
        Ok(())
    }

    /// Lets a taker trade with the lanes; every order met goes to the log.
    #[inline(always)]
    pub(super) fn take(
        &mut self,
        (fees, sizes): (&Fees, Sizes),
        order: &TakeOrder,
        taker: &Key,
        moment: Moment,
        log: &mut FillLog<'_>,
    ) -> Result<Taken> {
        require!(self.len > 0, OrderbookError::WrongLaneCount);
        let lanes = self.lanes.as_mut_ptr().cast::<LaneMut<'a>>();
        // SAFETY: so many have been written.
        let lanes = unsafe { core::slice::from_raw_parts_mut(lanes, self.len) };
        book::take(fees, sizes, order, taker, moment, lanes, |fill| {
            log.push(&fill);
        })
        .map_err(refused)
    }
}

/// A maker's lane, checked and borrowed for the rest of the instruction.
#[inline(always)]
fn maker<'a>(view: AccountView, market: &Key) -> Result<LaneMut<'a>> {
    // SAFETY: nothing else borrows the account: loading refuses those that are marked as borrowed,
    // as all lanes of the instruction are.
    let lane = unsafe { Lane::load_in_place(view) }?.keep();
    require!(
        is_same(&lane.header().market, market),
        OrderbookError::WrongMarket
    );
    Ok(lane)
}
