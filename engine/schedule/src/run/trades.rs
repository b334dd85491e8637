//! Running the trades of a list, one after the other.

use std::any::Any;
use std::cell::Cell;
use std::mem::MaybeUninit;
use std::panic::{AssertUnwindSafe, catch_unwind};

use thiserror::Error;

use super::accounts::{Accounts, Restore, Undo};
use super::shared::{Grant, SharedSlice};
use crate::access::Batch;

/// A trade panicked with this message. It changed nothing.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("the trade panicked: {0}")]
pub struct Panicked(pub String);

/// Places for the results, in arrival order.
pub(super) type Places<'a, T, E> = &'a mut [MaybeUninit<Result<T, E>>];

/// The trades of a batch and what they work on.
pub(super) struct Trades<'a, S, F> {
    pub(super) batch: &'a Batch,
    pub(super) slots: SharedSlice<'a, S>,
    pub(super) trade: F,
}

impl<S, F> Trades<'_, S, F>
where
    S: Restore,
{
    /// Runs trades in this order, each to its end, and tells what came of each.
    ///
    /// # Safety
    ///
    /// While this runs nobody runs a trade that conflicts with one of these, and those that were
    /// run before happened before.
    #[allow(unsafe_code)]
    pub(super) unsafe fn run<T, E>(
        &self,
        mut trades: impl Iterator<Item = usize>,
        undo: &mut Undo<S>,
        mut tell: impl FnMut(usize, Result<T, E>),
    ) where
        E: From<Panicked>,
        F: Fn(usize, &mut Accounts<'_, S>) -> Result<T, E>,
    {
        let current = Cell::new(0);
        loop {
            // Unwinding costs nothing until it happens, so a whole list is guarded at once.
            let ended = catch_unwind(AssertUnwindSafe(|| {
                for trade in trades.by_ref() {
                    current.set(trade);
                    // SAFETY: the caller's promise; and trades of this list come one at a time.
                    let grant = unsafe { Grant::new(&self.slots, self.batch.accesses(trade)) };
                    let mut accounts = Accounts::new(grant, undo);
                    let result = (self.trade)(trade, &mut accounts);
                    accounts.end(result.is_ok());
                    tell(trade, result);
                }
            }));
            let Err(panic) = ended else { return };
            let trade = current.get();
            // SAFETY: as above. The panicked trade's grant was dropped by unwinding.
            undo.restore(&mut unsafe { Grant::new(&self.slots, self.batch.accesses(trade)) });
            tell(trade, Err(Panicked(message(&*panic)).into()));
        }
    }

    /// Runs every trade in arrival order and fills its place.
    ///
    /// # Safety
    ///
    /// Nobody else runs any of them meanwhile.
    #[allow(unsafe_code)]
    pub(super) unsafe fn run_all<T, E>(&self, undo: &mut Undo<S>, places: Places<'_, T, E>)
    where
        E: From<Panicked>,
        F: Fn(usize, &mut Accounts<'_, S>) -> Result<T, E>,
    {
        // SAFETY: the caller's promise.
        unsafe {
            self.run(0..self.batch.len(), undo, |trade, result| {
                places[trade].write(result);
            });
        }
    }
}

fn message(panic: &(dyn Any + Send)) -> String {
    if let Some(text) = panic.downcast_ref::<&str>() {
        (*text).to_owned()
    } else if let Some(text) = panic.downcast_ref::<String>() {
        text.clone()
    } else {
        "no message".to_owned()
    }
}
