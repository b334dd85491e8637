//! What comes out of a pipeline.

use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError};
use sealane_journal::{Journal, Sequence, Storage};
use thiserror::Error;

use super::{machine::Simulation, message::MessageError};
use crate::simulate::{BatchError, Outcome, TradeError};

/// Why a transaction came to nothing. It changed nothing, and no other transaction.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Refused {
    /// Its bytes are no transaction.
    #[error(transparent)]
    Message(#[from] MessageError),
    /// It could not be numbered.
    #[error(transparent)]
    Batch(#[from] BatchError),
    /// It was executed, and refused.
    #[error(transparent)]
    Trade(#[from] TradeError),
}

/// What came of a transaction.
pub type TradeOutcome = Result<Outcome, Refused>;

/// A batch that was executed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Executed {
    /// The batch's record in the journal, as [`submit`](super::Pipeline::submit) told it. What is
    /// executed again after a crash has the same.
    pub sequence: Sequence,
    /// The slot that it was executed under.
    pub slot: u64,
    /// What came of its transactions, in their order.
    pub outcomes: Vec<TradeOutcome>,
}

/// The reading end of the ring. Dropping it lets execution go on without a reader.
#[derive(Debug)]
pub struct Outcomes {
    pub(super) ring: Receiver<Executed>,
}

impl Outcomes {
    /// The next batch, if there is one within `timeout`. `None` as well if there will be none any
    /// more: [`is_finished`](Self::is_finished) tells.
    #[must_use]
    pub fn recv_timeout(&self, timeout: Duration) -> Option<Executed> {
        self.ring.recv_timeout(timeout).ok()
    }

    /// Waits for the next batch. `None` if there will be none any more.
    #[must_use]
    pub fn recv(&self) -> Option<Executed> {
        self.ring.recv().ok()
    }

    /// Whether all outcomes were read and the pipeline has stopped.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.ring.is_empty()
            && self.ring.recv_timeout(Duration::ZERO) == Err(RecvTimeoutError::Disconnected)
    }

    /// How many batches wait to be read.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ring.len()
    }

    /// Whether none waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ring.is_empty()
    }
}

/// What the stages took, of one core's time each, but for `journal`, which waits for the disk, and
/// `publish`, which waits for the reader.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StageTimes {
    /// Transactions from their bytes.
    pub decode: Duration,
    /// Appending, and making durable what the policy asks for.
    pub journal: Duration,
    /// Numbering accounts, and finding what every trade reads and writes.
    pub schedule: Duration,
    /// Running trades on all workers, dividing them among the workers included.
    pub simulate: Duration,
    /// Handing outcomes out.
    pub publish: Duration,
}

/// A pipeline that was shut down, with all that is needed to go on.
pub struct Stopped<S: Storage> {
    /// The state after the last batch.
    pub simulation: Simulation,
    /// The journal, which holds that state's hash at its end.
    pub journal: Journal<S>,
    /// How many trades were executed since the start.
    pub trades: u64,
    /// Batches whose outcomes nobody was there to read.
    pub unread: u64,
    /// What the stages took.
    pub times: StageTimes,
}
