//! How a worker ended.

use sealane_journal::{JournalError, Sequence};
use thiserror::Error;

use super::market::MarketId;

/// A worker that processed all it was given and closed its journal.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct WorkerSummary {
    /// Which.
    pub worker: usize,
    /// The last record of its journal.
    pub last: Sequence,
    /// Up to where its journal is durable.
    pub durable: Sequence,
    /// Commands applied since it was started.
    pub commands: u64,
    /// Hash of its markets' states.
    pub state_hash: u64,
}

/// A worker that failed. Its journal is valid up to what was durable: the next start recovers it.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
#[error("worker {worker} has failed: {reason}")]
pub struct WorkerFailure<C> {
    /// Which.
    pub worker: usize,
    /// Why.
    pub reason: FailureReason,
    /// Commands that were given to the journal and of which no or not all reports were published.
    /// The next start finds those that were durable, all if the journal did not fail, and reports
    /// them.
    pub unpublished: Vec<(MarketId, C)>,
    /// Commands that were not given to the journal, in order: they have no effect.
    pub unprocessed: Vec<(MarketId, C)>,
}

/// Why a worker failed.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum FailureReason {
    /// Its journal failed.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// A market panicked.
    #[error("market {market} panicked at record {sequence}: {message}")]
    MarketPanicked {
        /// Which.
        market: MarketId,
        /// At which record of the worker's journal.
        sequence: Sequence,
        /// What it said.
        message: String,
    },
    /// The worker itself panicked, which is an error in this crate.
    #[error("the worker panicked: {message}")]
    Panicked {
        /// What it said.
        message: String,
    },
}

/// What a panic said.
pub(super) fn panic_message(payload: &(dyn std::any::Any + Send)) -> String {
    if let Some(message) = payload.downcast_ref::<&str>() {
        (*message).to_owned()
    } else if let Some(message) = payload.downcast_ref::<String>() {
        message.clone()
    } else {
        "no message".to_owned()
    }
}
