//! Running the trades of a list, one after the other.

use std::any::Any;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use thiserror::Error;

use super::accounts::{Accounts, Restore, Undo};
use super::shared::{Grant, Outputs, SharedSlice};
use crate::access::Batch;

/// Why a trade failed. It changed nothing.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Failure<E> {
    /// The trade's own error.
    #[error(transparent)]
    Trade(E),
    /// The trade panicked with this message.
    #[error("the trade panicked: {0}")]
    Panicked(String),
}

/// What came of a trade.
pub type Outcome<T, E> = Result<T, Failure<E>>;

/// The trades of a batch, what they work on and where their results go.
pub(super) struct Trades<'a, S, T, E, F> {
    pub(super) batch: &'a Batch,
    pub(super) slots: SharedSlice<'a, S>,
    pub(super) outputs: Outputs<'a, Outcome<T, E>>,
    pub(super) trade: F,
}

impl<S, T, E, F> Trades<'_, S, T, E, F>
where
    S: Restore,
    F: Fn(usize, &mut Accounts<'_, S>) -> Result<T, E>,
{
    /// Runs trades in this order, each to its end, whatever becomes of it.
    ///
    /// # Safety
    ///
    /// Each trade of the batch is run at most once. While this runs nobody runs a trade that
    /// conflicts with one of these, and those that were run before happened before.
    #[allow(unsafe_code)]
    pub(super) unsafe fn run(&self, mut trades: impl Iterator<Item = usize>) {
        let mut undo = Undo::default();
        let current = Cell::new(0);
        loop {
            // Unwinding costs nothing until it happens, so a whole list is guarded at once.
            let ended = catch_unwind(AssertUnwindSafe(|| {
                for trade in trades.by_ref() {
                    current.set(trade);
                    // SAFETY: the caller's promise; and trades of this list come one at a time.
                    let grant = unsafe { Grant::new(&self.slots, self.batch.accesses(trade)) };
                    let mut accounts = Accounts::new(grant, &mut undo);
                    let result = (self.trade)(trade, &mut accounts);
                    accounts.end(result.is_ok());
                    // SAFETY: the trade is run once, and here only if it has returned.
                    unsafe { self.outputs.put(trade, result.map_err(Failure::Trade)) };
                }
            }));
            let Err(panic) = ended else { return };
            let trade = current.get();
            // SAFETY: as above. The panicked trade's grant was dropped by unwinding.
            undo.restore(&mut unsafe { Grant::new(&self.slots, self.batch.accesses(trade)) });
            // SAFETY: the trade panicked before it had a result.
            unsafe {
                self.outputs
                    .put(trade, Err(Failure::Panicked(message(&*panic))))
            };
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
