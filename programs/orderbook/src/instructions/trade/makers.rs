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
    addresses: [MaybeUninit<&'a Address>; MAX_LANES],
    lanes: [MaybeUninit<LaneMut<'a>>; MAX_LANES],
}

impl<'a> Makers<'a> {
    /// No lanes yet. The memory is not written, which would cost more than most lanes do.
    #[inline(always)]
    pub(super) fn new() -> Self {
        Self {
            len: 0,
            addresses: [const { MaybeUninit::uninit() }; MAX_LANES],
            lanes: [const { MaybeUninit::uninit() }; MAX_LANES],
        }
    }

    /// Checks the lanes behind the declared accounts and borrows them for the rest of the
    /// instruction. That also tells whether one is named twice, or is a lane that the instruction
    /// has declared.
    #[inline(never)]
    pub(super) fn add_trailing(&mut self, mut views: Trailing, market: &Key) -> Result<()> {
        require!(views.len() <= MAX_LANES, OrderbookError::WrongLaneCount);
        while let Some(view) = views.next()? {
            self.add(view, market)?;
        }
        Ok(())
    }

    /// The same for lanes that Anchor has walked.
    #[inline(never)]
    pub(super) fn add_all(&mut self, views: &[AccountView], market: &Key) -> Result<()> {
        for view in views {
            self.add(*view, market)?;
        }
        Ok(())
    }

    /// The same for one lane.
    #[inline(always)]
    pub(super) fn add(&mut self, view: AccountView, market: &Key) -> Result<()> {
        let (Some(address), Some(lane)) = (
            self.addresses.get_mut(self.len),
            self.lanes.get_mut(self.len),
        ) else {
            return Err(OrderbookError::WrongLaneCount.into());
        };
        // SAFETY: nothing else borrows the account: loading refuses those that are marked as
        // borrowed, as all lanes of the instruction are.
        let loaded = unsafe { Lane::load_in_place(view) }?.keep();
        let header = loaded.header();
        if !is_same(&header.market, market) {
            return Err(OrderbookError::WrongMarket.into());
        }
        // SAFETY: the address lies in the instruction's input, which lives as long as the program
        // runs, and nothing writes it.
        address.write(unsafe { &*core::ptr::from_ref(view.address()) });
        lane.write(loaded);
        self.len = self.len.wrapping_add(1);
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
        // SAFETY: `add` has written so many of both.
        let (lanes, addresses) = unsafe {
            let lanes = self.lanes.as_mut_ptr().cast::<LaneMut<'a>>();
            let addresses = self.addresses.as_ptr().cast::<&Address>();
            (
                core::slice::from_raw_parts_mut(lanes, self.len),
                core::slice::from_raw_parts(addresses, self.len),
            )
        };
        book::take(fees, sizes, order, taker, moment, lanes, |fill| {
            if let Some(address) = addresses.get(usize::from(fill.lane)) {
                log.push(&fill, address);
            }
        })
        .map_err(refused)
    }
}
