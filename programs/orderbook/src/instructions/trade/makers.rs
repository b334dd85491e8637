//! The maker lanes that a trade names, behind its declared accounts.

use core::mem::MaybeUninit;

use anchor_lang::prelude::*;
use sealane_core::book::{self, Fees, Key, LaneMut, MAX_LANES, Moment, Sizes, TakeOrder, Taken};

use super::{fills::FillLog, refused};
use crate::{errors::OrderbookError, state::Lane};

/// Maker lanes, checked: each of this program and market, writable, and named once.
pub(super) struct Makers<'a> {
    views: &'a [AccountView],
    lanes: [MaybeUninit<LaneMut<'a>>; MAX_LANES],
}

impl<'a> Makers<'a> {
    /// No lanes yet: [`Makers::load`] comes next. The memory is not written, which would cost more
    /// than most lanes do.
    #[inline(always)]
    pub(super) fn new() -> Self {
        Self {
            views: &[],
            lanes: [const { MaybeUninit::uninit() }; MAX_LANES],
        }
    }

    /// Checks the lanes and borrows them for the rest of the instruction. That also tells whether
    /// one is named twice, or is a lane that the instruction has declared.
    #[inline(always)]
    pub(super) fn load(&mut self, views: &'a [AccountView], market: &Key) -> Result<()> {
        require!(
            (1..=MAX_LANES).contains(&views.len()),
            OrderbookError::WrongLaneCount
        );
        for (view, lane) in views.iter().zip(&mut self.lanes) {
            // SAFETY: nothing else borrows the account: loading refuses those that are marked as
            // borrowed, as all lanes of the instruction are.
            let loaded = unsafe { Lane::load_mut(*view) }?.keep();
            require!(
                loaded.header().market == *market,
                OrderbookError::WrongMarket
            );
            lane.write(loaded);
        }
        self.views = views;
        Ok(())
    }

    /// Lets a taker trade with the lanes; every order met goes to the log.
    #[inline(never)]
    pub(super) fn take(
        &mut self,
        (fees, sizes): (&Fees, Sizes),
        order: &TakeOrder,
        taker: &Key,
        moment: Moment,
        log: &mut FillLog<'_>,
    ) -> Result<Taken> {
        let views = self.views;
        // SAFETY: `load` has written as many lanes as there are views.
        let lanes = unsafe {
            core::slice::from_raw_parts_mut(
                self.lanes.as_mut_ptr().cast::<LaneMut<'a>>(),
                views.len(),
            )
        };
        book::take(fees, sizes, order, taker, moment, lanes, |fill| {
            if let Some(view) = views.get(usize::from(fill.lane)) {
                log.push(&fill, view.address());
            }
        })
        .map_err(refused)
    }
}
