//! Memory that several threads use at once: all that has to be proven by hand.
//!
//! Under `debug_assertions` every slot has a flag that says who holds it, and holding it wrongly
//! panics, so the tests check what the proofs say.
#![allow(unsafe_code)]

use std::cell::UnsafeCell;

use super::accounts::{AccessError, Slot};
#[cfg(debug_assertions)]
use super::sync::{AtomicI32, Ordering};
use crate::access::{Accesses, AccountId};
use crate::prefetch;

/// A slice of which several threads use different elements.
pub(super) struct SharedSlice<'a, T> {
    cells: &'a [UnsafeCell<T>],
    /// Readers of each element, or [`WRITER`].
    #[cfg(debug_assertions)]
    holders: Box<[AtomicI32]>,
}

#[cfg(debug_assertions)]
const WRITER: i32 = -1;

// SAFETY: elements are reached only through `Grant`, whose callers see to it that a writer is alone. Elements go to other threads (`Send`) and readers share them (`Sync`).
unsafe impl<T: Send + Sync> Sync for SharedSlice<'_, T> {}

impl<'a, T> SharedSlice<'a, T> {
    pub(super) fn new(slice: &'a mut [T]) -> Self {
        #[cfg(debug_assertions)]
        let holders = slice.iter().map(|_| AtomicI32::new(0)).collect();
        Self {
            cells: share(slice),
            #[cfg(debug_assertions)]
            holders,
        }
    }

    /// Asks for the memory of an account that will be written.
    #[inline(always)]
    pub(super) fn prefetch(&self, account: AccountId) {
        if let Some(cell) = self.cells.get(account.index()) {
            prefetch::for_writing(cell);
        }
    }

    /// The state of an account outside of any trade.
    ///
    /// # Safety
    ///
    /// Nobody writes the account while what is returned is used.
    #[inline(always)]
    pub(super) unsafe fn peek(&self, account: AccountId) -> &T {
        // SAFETY: the caller's promise.
        unsafe { &*self.cells[account.index()].get() }
    }
}

/// The right of one trade to its accounts.
pub(super) struct Grant<'a, T> {
    slots: &'a SharedSlice<'a, T>,
    accesses: Accesses<'a>,
}

impl<'a, T> Grant<'a, T> {
    /// # Safety
    ///
    /// While the grant lives no other one may exist in which either writes an account of both; and
    /// whoever had such a one before must have happened before this call.
    pub(super) unsafe fn new(slots: &'a SharedSlice<'a, T>, accesses: Accesses<'a>) -> Self {
        #[cfg(debug_assertions)]
        for access in accesses {
            let holders = &slots.holders[access.index()];
            let before = if access.is_write() {
                holders
                    .compare_exchange(0, WRITER, Ordering::Relaxed, Ordering::Relaxed)
                    .unwrap_or_else(|held| held)
            } else {
                holders.fetch_add(1, Ordering::Relaxed).min(0)
            };
            assert_eq!(before, 0, "{access:?} while others hold the account");
        }
        Self { slots, accesses }
    }

    pub(super) fn accesses(&self) -> Accesses<'a> {
        self.accesses
    }

    /// The state of the account at this place among the trade's.
    #[inline]
    pub(super) fn read(&self, place: usize) -> &T {
        let cell = &self.slots.cells[self.accesses[place].index()];
        // SAFETY: the trade reads or writes this account, so nobody else writes it while the grant
        // lives; and through this grant nothing is written while it is borrowed.
        unsafe { &*cell.get() }
    }

    /// The state of the account at this place among the trade's, if the trade writes it.
    #[inline]
    pub(super) fn write(&mut self, place: usize) -> Result<&mut T, AccessError> {
        let access = self.accesses[place];
        if !access.is_write() {
            return Err(AccessError::ReadOnly(access.account()));
        }
        // SAFETY: the trade writes this account, so nobody else uses it while the grant lives; and it
        // borrows the grant, so nothing else comes from it meanwhile.
        Ok(unsafe { &mut *self.slots.cells[access.index()].get() })
    }

    /// The states of the accounts at different places, if the trade writes all of them.
    pub(super) fn write_many<const N: usize>(
        &mut self,
        places: [usize; N],
    ) -> Result<[&mut T; N], AccessError> {
        for (rank, &place) in places.iter().enumerate() {
            let access = self.accesses[place];
            if !access.is_write() {
                return Err(AccessError::ReadOnly(access.account()));
            }
            if places[..rank].contains(&place) {
                return Err(AccessError::Repeated(access.account()));
            }
        }
        Ok(places.map(|place| {
            let cell = &self.slots.cells[self.accesses[place].index()];
            // SAFETY: the trade writes this account, so nobody else uses it while the grant lives;
            // the places differ and `accesses` has each account once, so these do not overlap; and
            // they borrow the grant, so nothing else comes from it meanwhile.
            unsafe { &mut *cell.get() }
        }))
    }

    /// The states of all the trade's accounts.
    pub(super) fn all(&mut self) -> impl Iterator<Item = (AccountId, Slot<'_, T>)> {
        let cells = self.slots.cells;
        self.accesses.into_iter().map(move |access| {
            let cell = cells[access.index()].get();
            let slot = if access.is_write() {
                // SAFETY: as in `write_many`: each account comes once, and the grant is borrowed.
                Slot::Write(unsafe { &mut *cell })
            } else {
                // SAFETY: as in `read`.
                Slot::Read(unsafe { &*cell })
            };
            (access.account(), slot)
        })
    }
}

#[cfg(debug_assertions)]
impl<T> Drop for Grant<'_, T> {
    fn drop(&mut self) {
        for access in self.accesses {
            let holders = &self.slots.holders[access.index()];
            if access.is_write() {
                holders.store(0, Ordering::Relaxed);
            } else {
                holders.fetch_sub(1, Ordering::Relaxed);
            }
        }
    }
}

fn share<T>(slice: &mut [T]) -> &[UnsafeCell<T>] {
    let cells: *const [UnsafeCell<T>] = std::ptr::from_mut(slice) as *const _;
    // SAFETY: `UnsafeCell<T>` has the layout of `T`, and the slice stays borrowed mutably, so that
    // nothing else reaches it meanwhile.
    unsafe { &*cells }
}
