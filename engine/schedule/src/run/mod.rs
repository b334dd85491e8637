//! Runs the trades of a batch on several threads, with the sequential result.

mod abort;
mod accounts;
mod claims;
mod pool;
mod shared;
#[cfg(test)]
mod tests;
mod trades;
mod windows;

use crate::sync;

pub use accounts::{AccessError, Accounts, Restore, Slot};
pub use trades::{Panicked, Run};

use std::mem::MaybeUninit;
use std::num::NonZeroUsize;

use thiserror::Error;

use crate::access::Batch;
use accounts::Undo;
use pool::Pool;
use shared::SharedSlice;
use sync::CachePadded;
use trades::Trades;
use windows::Windows;

/// A batch that cannot be run. Nothing was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum RunError {
    /// A trade names an account that has no slot.
    #[error("account {account} has no state: there are {slots} slots, give one for every account")]
    NoSlot {
        /// The greatest account number of the batch.
        account: usize,
        /// How many slots there are.
        slots: usize,
    },
}

/// Threads that run batches. They sleep between batches that are far apart.
pub struct Executor {
    workers: NonZeroUsize,
    /// The other workers, if the calling thread is not the only one.
    pool: Option<Pool>,
    windows: Windows,
}

/// A shorter batch is not worth waking anybody.
const SHORT: usize = 64;

impl Executor {
    /// An executor with so many workers, of which the thread that calls [`run`](Self::run) is one.
    pub fn new(workers: NonZeroUsize) -> Self {
        let others = workers.get() - 1;
        Self {
            workers,
            pool: (others > 0).then(|| Pool::new(others)),
            windows: Windows::default(),
        }
    }

    /// How many workers there are, the calling thread among them.
    pub fn workers(&self) -> NonZeroUsize {
        self.workers
    }

    /// Runs every trade of the batch and returns what came of each, in arrival order. Results and
    /// states are those of running the trades one after the other.
    ///
    /// `slots` holds the state of each account by its number. States that different workers write
    /// should not lie in one cache line: align them to 64 bytes. `trade` is run once per trade with its
    /// place in the batch. If it returns an error or panics, what it wrote is put back, and the
    /// others go on.
    ///
    /// # Errors
    ///
    /// [`RunError::NoSlot`] if a trade names an account beyond `slots`: then nothing was run.
    pub fn run<S, T, E, F>(
        &mut self,
        batch: &Batch,
        slots: &mut [S],
        trade: F,
    ) -> Result<Vec<Result<T, E>>, RunError>
    where
        S: Restore + Send + Sync,
        T: Send,
        E: From<Panicked> + Send,
        F: Run<S, T, E>,
    {
        let mut outputs = Vec::new();
        self.run_into(batch, slots, &mut outputs, trade)?;
        Ok(outputs)
    }

    /// As [`run`](Self::run), into a vector whose memory is used again. What it held is dropped.
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run); then `outputs` is left as it was.
    #[allow(unsafe_code)]
    pub fn run_into<S, T, E, F>(
        &mut self,
        batch: &Batch,
        slots: &mut [S],
        outputs: &mut Vec<Result<T, E>>,
        trade: F,
    ) -> Result<(), RunError>
    where
        S: Restore + Send + Sync,
        T: Send,
        E: From<Panicked> + Send,
        F: Run<S, T, E>,
    {
        require_slots(batch, slots)?;
        // Apart from what this thread writes: see `Windows`.
        let trades = CachePadded::new(Trades {
            batch,
            slots: SharedSlice::new(slots),
            trade,
        });
        fill(outputs, batch.len(), |places| match &mut self.pool {
            Some(pool) if batch.len() >= SHORT => {
                self.windows.run(pool, self.workers, &trades, places);
            }
            // SAFETY: nobody else runs anything.
            _ => unsafe { trades.run_all(&mut Undo::default(), places) },
        });
        Ok(())
    }
}

/// Runs batches on the calling thread, trade after trade: what an [`Executor`] is to be compared with.
/// Keeps its memory.
pub struct InOrder<S: Restore> {
    undo: Undo<S>,
}

impl<S: Restore> Default for InOrder<S> {
    fn default() -> Self {
        Self {
            undo: Undo::default(),
        }
    }
}

impl<S: Restore> std::fmt::Debug for InOrder<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("InOrder").finish_non_exhaustive()
    }
}

impl<S: Restore> InOrder<S> {
    /// As [`Executor::run_into`], without other threads.
    ///
    /// # Errors
    ///
    /// As [`Executor::run`]; then `outputs` is left as it was.
    #[allow(unsafe_code)]
    pub fn run_into<T, E, F>(
        &mut self,
        batch: &Batch,
        slots: &mut [S],
        outputs: &mut Vec<Result<T, E>>,
        trade: F,
    ) -> Result<(), RunError>
    where
        E: From<Panicked>,
        F: Run<S, T, E>,
    {
        require_slots(batch, slots)?;
        let trades = Trades {
            batch,
            slots: SharedSlice::new(slots),
            trade,
        };
        fill(outputs, batch.len(), |places| {
            // SAFETY: nobody else runs anything.
            unsafe { trades.run_all(&mut self.undo, places) }
        });
        Ok(())
    }
}

fn require_slots<S>(batch: &Batch, slots: &[S]) -> Result<(), RunError> {
    if batch.account_bound() > slots.len() {
        return Err(RunError::NoSlot {
            account: batch.account_bound() - 1,
            slots: slots.len(),
        });
    }
    Ok(())
}

/// Empties a vector and lets so many places be filled, every one of them.
#[allow(unsafe_code)]
fn fill<R>(outputs: &mut Vec<R>, len: usize, run: impl FnOnce(&mut [MaybeUninit<R>])) {
    outputs.clear();
    outputs.reserve(len);
    run(&mut outputs.spare_capacity_mut()[..len]);
    // SAFETY: every trade was run and told of, so that every place is filled.
    unsafe { outputs.set_len(len) };
}
