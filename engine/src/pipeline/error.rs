//! What can go wrong, and what to do about it.

use std::io;

use sealane_journal::{JournalError, RecoverError, Sequence};
use sealane_schedule::TooManyAccounts;
use thiserror::Error;

/// Why a pipeline does not start. What storage holds is left as it was.
#[derive(Debug, Error)]
pub enum StartError {
    /// The journal cannot be recovered.
    #[error("the journal cannot be recovered: {0}")]
    Recover(#[from] RecoverError),
    /// Not even one transaction fits a record.
    #[error("records of {allowed} bytes cannot hold a transaction; allow at least {needed}")]
    RecordsTooShort {
        /// The configured bound.
        allowed: u32,
        /// The smallest that will do.
        needed: usize,
    },
    /// The system does not give a thread.
    #[error("a thread cannot be started")]
    Thread(#[source] io::Error),
}

/// Why a batch was not taken. None of it was, and none of it will be executed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum SubmitError {
    /// It has too many trades.
    #[error("the batch has {trades} trades; at most {limit} are allowed, submit it in parts")]
    TooManyTrades {
        /// How many it has.
        trades: usize,
        /// The configured bound.
        limit: usize,
    },
    /// It has too many bytes.
    #[error(
        "the batch takes {bytes} bytes of the journal; at most {limit} are allowed, submit it in parts"
    )]
    TooManyBytes {
        /// The size of its record.
        bytes: usize,
        /// The configured bound.
        limit: usize,
    },
    /// The queue is full.
    #[error("the queue is full: wait for outcomes, and submit it again")]
    Full,
    /// The pipeline has stopped.
    #[error("the pipeline has stopped: shut it down to learn why")]
    Stopped,
}

/// Why a request was not carried out.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum ControlError {
    /// The pipeline has stopped.
    #[error("the pipeline has stopped: shut it down to learn why")]
    Stopped,
}

/// Why a pipeline stopped by itself.
///
/// Batches after `published` were not acknowledged: those that the journal holds are executed when
/// it is recovered, which [tells](super::Pipeline::start) their outcomes.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("the pipeline stopped behind batch {published}: {reason}")]
pub struct Failure {
    /// The last batch that was executed and whose outcomes were handed out.
    pub published: Sequence,
    /// Why.
    pub reason: FailureReason,
}

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum FailureReason {
    /// The journal failed.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// A defect of this code. Trades that panic are outcomes and no failure.
    #[error("a thread panicked; please report it")]
    Panicked,
}

/// A record or a snapshot that no pipeline has written, or another version.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum ReplayError {
    /// It ends in the middle.
    #[error("it ends after {bytes} bytes, in the middle")]
    Short {
        /// Its length.
        bytes: usize,
    },
    /// Something follows its end.
    #[error("{bytes} bytes follow its end")]
    Long {
        /// How many.
        bytes: usize,
    },
    /// There is no such kind of record.
    #[error("there is no record of kind {kind}")]
    Kind {
        /// What was found.
        kind: u8,
    },
    /// It names more accounts than can be numbered.
    #[error(transparent)]
    TooManyAccounts(#[from] TooManyAccounts),
}
