//! The log entries of a trade: its event with the orders met behind it.

use core::{mem::MaybeUninit, slice};

use anchor_lang::prelude::*;
use bytemuck::NoUninit;
use sealane_core::book::Fill;

use crate::events::orders::{Crossed, FillRecord, MoreFills, SwapTaken, Taken};

/// Records in one log entry. With more of them the memory for it would not fit a stack frame.
const RECORDS: usize = 32;
/// Room for the longest event before the records.
const HEAD: usize = DISCRIMINATOR + size_of::<SwapTaken>();
const DISCRIMINATOR: usize = 8;

/// Collects the orders met until there is a log entry full of them, or the trade is over. Memory
/// does not grow with the number of fills.
#[repr(C)]
pub(super) struct FillLog<'a> {
    /// An entry's head ends where its records begin.
    head: [MaybeUninit<u64>; HEAD / 8],
    records: [MaybeUninit<FillRecord>; RECORDS],
    len: usize,
    /// In earlier entries.
    logged: u16,
    market: &'a Address,
}

const _: () = {
    assert!(HEAD.is_multiple_of(8));
    assert!(size_of::<MoreFills>() <= size_of::<SwapTaken>());
    assert!(size_of::<Taken>() <= size_of::<SwapTaken>());
    assert!(size_of::<Crossed>() <= size_of::<SwapTaken>());
    assert!(core::mem::offset_of!(FillLog<'_>, records) == HEAD);
};

impl<'a> FillLog<'a> {
    /// An empty log for trades of a market.
    #[inline(always)]
    pub(super) fn new(market: &'a Address) -> Self {
        Self {
            head: [const { MaybeUninit::uninit() }; HEAD / 8],
            records: [const { MaybeUninit::uninit() }; RECORDS],
            len: 0,
            logged: 0,
            market,
        }
    }

    /// How many orders were met.
    pub(super) const fn orders(&self) -> u16 {
        // Neither can be more than 32 lanes have orders.
        self.logged.wrapping_add(self.len as u16)
    }

    /// Notes an order that was met.
    #[inline(always)]
    pub(super) fn push(&mut self, fill: &Fill) {
        if self.len >= RECORDS {
            self.flush();
        }
        // SAFETY: there is room for another record: if there was none, `flush` has made it.
        let record = unsafe { self.records.get_unchecked_mut(self.len) };
        record.write(FillRecord {
            id: fill.id.0,
            lots: fill.lots.0,
            left: fill.left.0,
            price: fill.price.0,
            met: fill.met as u8,
            lane: fill.lane,
            reserved: [0; 2],
        });
        self.len = self.len.wrapping_add(1);
    }

    /// [`FillLog::push`] where its code need not stand in place.
    #[inline(never)]
    pub(super) fn push_apart(&mut self, fill: &Fill) {
        self.push(fill);
    }

    /// Logs the records so far.
    #[cold]
    #[inline(never)]
    fn flush(&mut self) {
        self.log(MoreFills {
            market: *self.market,
        });
        self.logged = self.orders();
        self.len = 0;
    }

    /// Logs an event with the records noted since the last entry.
    #[inline(always)]
    pub(super) fn log<E: Event + NoUninit>(&mut self, event: E) {
        let start = const { HEAD - DISCRIMINATOR - size_of::<E>() };
        const {
            assert!(align_of::<E>() <= 8 && E::DISCRIMINATOR.len() == DISCRIMINATOR);
            assert!(size_of::<FillRecord>().is_multiple_of(8));
        }
        let entry = (&raw mut *self).cast::<u8>();
        // SAFETY: `start` plus the discriminator and the event is `HEAD`, the length of the head,
        // where `repr(C)` has the records begin.
        unsafe {
            let discriminator = entry.add(start);
            discriminator.copy_from_nonoverlapping(E::DISCRIMINATOR.as_ptr(), DISCRIMINATOR);
            discriminator
                .add(DISCRIMINATOR)
                .cast::<E>()
                .write_unaligned(event);
        }
        let len = HEAD - start + self.len * size_of::<FillRecord>();
        // SAFETY: from `start` on the head was just written, with an event without padding; behind
        // it lie `len` records, which `push` has written.
        let bytes = unsafe { slice::from_raw_parts(entry.add(start), len) };
        sol_log_data(&[bytes]);
    }
}
