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

/// What the trades of a batch do. Every closure of this form is one.
pub trait Run<S: Restore, T, E>: Sync {
    /// Runs the trade at this place in the batch.
    ///
    /// # Errors
    ///
    /// The trade's own.
    fn run(&self, trade: usize, accounts: &mut Accounts<'_, S>) -> Result<T, E>;

    /// The trade comes soon: whoever keeps something for each of them can ask for its memory.
    fn prefetch(&self, trade: usize) {
        let _ = trade;
    }
}

impl<S, T, E, F> Run<S, T, E> for F
where
    S: Restore,
    F: Fn(usize, &mut Accounts<'_, S>) -> Result<T, E> + Sync,
{
    #[inline]
    fn run(&self, trade: usize, accounts: &mut Accounts<'_, S>) -> Result<T, E> {
        self(trade, accounts)
    }
}

/// How many trades earlier the memory of one is asked for: what was decoded of it and its list of
/// accounts, then these accounts; what they point to comes one trade before.
const SOON: usize = 6;
const SOONER: usize = 3;

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
    /// Runs trades in this order, each to its end, and tells what came of each. Trades next to each
    /// other come into the cache by themselves; those that lie `FAR_APART` are asked for.
    ///
    /// # Safety
    ///
    /// While this runs nobody runs a trade that conflicts with one of these, and those that were
    /// run before happened before.
    #[allow(unsafe_code)]
    pub(super) unsafe fn run<const FAR_APART: bool, T, E>(
        &self,
        mut trades: impl Iterator<Item = usize> + Clone,
        undo: &mut Undo<S>,
        mut tell: impl FnMut(usize, Result<T, E>),
    ) where
        E: From<Panicked>,
        F: Run<S, T, E>,
    {
        let current = Cell::new(0);
        let mut soon = trades.clone().skip(SOON);
        let mut sooner = trades.clone().skip(SOONER);
        let mut next = trades.clone().skip(1);
        loop {
            // Unwinding costs nothing until it happens, so a whole list is guarded at once.
            let ended = catch_unwind(AssertUnwindSafe(|| {
                for trade in trades.by_ref() {
                    current.set(trade);
                    if FAR_APART {
                        // SAFETY: nobody else writes what these trades use until they have run.
                        unsafe { self.prepare(soon.next(), sooner.next(), next.next()) };
                    }
                    // SAFETY: the caller's promise; and trades of this list come one at a time.
                    let grant = unsafe { Grant::new(&self.slots, self.batch.accesses(trade)) };
                    let mut accounts = Accounts::new(grant, undo);
                    let result = self.trade.run(trade, &mut accounts);
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

    /// Asks for the memory of trades that come later, in the order in which it leads from one to
    /// the other.
    ///
    /// # Safety
    ///
    /// Nobody writes the accounts of `next` meanwhile.
    #[allow(unsafe_code)]
    #[inline(always)]
    unsafe fn prepare<T, E>(&self, soon: Option<usize>, sooner: Option<usize>, next: Option<usize>)
    where
        F: Run<S, T, E>,
    {
        let written = |trade| {
            let accesses = self.batch.accesses(trade).into_iter();
            accesses.filter(|access| access.is_write())
        };
        if let Some(soon) = soon {
            self.trade.prefetch(soon);
            self.batch.prefetch(soon);
        }
        if let Some(sooner) = sooner {
            for access in written(sooner) {
                self.slots.prefetch(access.account());
            }
        }
        if let Some(next) = next {
            for access in written(next) {
                // SAFETY: the caller's promise, and no grant of this thread is alive.
                unsafe { self.slots.peek(access.account()) }.prefetch();
            }
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
        F: Run<S, T, E>,
    {
        // SAFETY: the caller's promise.
        unsafe {
            self.run::<false, T, E>(0..self.batch.len(), undo, |trade, result| {
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
