//! Why something was not done, and what to do about it.

use std::error::Error as StdError;

use sealane_journal::{JournalError, RecoverError};
use thiserror::Error;

use super::market::MarketId;

/// Why a command was not taken.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Error)]
pub enum Refusal {
    /// The worker's queue is full.
    #[error("the market's queue is full; try again, or submit with a deadline")]
    Full,
    /// The queue stayed full until the deadline.
    #[error("the market's queue was full until the deadline; try again later")]
    TimedOut,
    /// There is no such market.
    #[error("there is no such market; open it first")]
    UnknownMarket,
    /// The market's worker has failed.
    #[error("the market's worker has failed; restart to recover its markets")]
    WorkerFailed,
    /// The runtime is shutting down.
    #[error("the markets are being shut down")]
    ShutDown,
}

/// A command that was not taken, given back.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
#[error("{reason}")]
pub struct Refused<C> {
    /// The command.
    pub command: C,
    /// Why it was not taken.
    pub reason: Refusal,
}

/// Why markets could not be started. Journals are as recovery found or left them.
#[derive(Debug, Error)]
pub enum StartError {
    /// No storage was given.
    #[error("no storage was given; give one for each worker")]
    NoWorkers,
    /// Records are too short for a market's commands.
    #[error("the journal takes records of {allowed} bytes, and commands need {needed}")]
    RecordsTooShort {
        /// The configured bound.
        allowed: u32,
        /// What commands need.
        needed: usize,
    },
    /// The storage holds the journal of another worker, or of another number of workers.
    #[error(
        "storage {worker} holds another worker's journal, or one of another number of workers; \
         give as many as before, in their order"
    )]
    Misplaced {
        /// Position of the storage.
        worker: usize,
        /// What its journal said.
        source: RecoverError,
    },
    /// A worker's journal could not be recovered.
    #[error("the journal of worker {worker} cannot be recovered")]
    Recover {
        /// The worker.
        worker: usize,
        /// What its journal said.
        source: RecoverError,
    },
    /// A market is in two journals.
    #[error(
        "market {market} is in the journals of workers {first} and {second}; restore the files"
    )]
    MarketTwice {
        /// The market.
        market: MarketId,
        /// One of them.
        first: usize,
        /// The other.
        second: usize,
    },
    /// A new market could not be opened.
    #[error("market {market} cannot be opened")]
    Open {
        /// The market.
        market: MarketId,
        /// What its worker's journal said.
        source: JournalError,
    },
    /// A thread could not be started.
    #[error("a worker's thread cannot be started")]
    Thread(#[source] std::io::Error),
}

/// Why a worker's record cannot be applied.
#[derive(Debug, Error)]
pub enum ReplayError {
    /// The bytes are no record of a worker.
    #[error("{bytes} bytes are no record of a worker, or the record is of a newer version")]
    Malformed {
        /// The record's bytes.
        bytes: usize,
    },
    /// The record is for a market that was not opened.
    #[error("market {0} was not opened")]
    UnknownMarket(MarketId),
    /// The record opens a market again.
    #[error("market {0} was opened before")]
    MarketTwice(MarketId),
    /// The market does not understand the bytes.
    #[error("market {market} does not understand the bytes")]
    Market {
        /// The market.
        market: MarketId,
        /// What it said.
        source: Box<dyn StdError + Send + Sync>,
    },
    /// The market panicked.
    #[error("market {market} panicked: {message}; it will again until the program is corrected")]
    Panicked {
        /// The market.
        market: MarketId,
        /// What it said.
        message: String,
    },
}

/// Why a worker did not do what it was asked besides trading.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum ControlError {
    /// There is no such market.
    #[error("there is no market {0}; open it first")]
    UnknownMarket(MarketId),
    /// There is such a market.
    #[error("there is a market {0} already; choose another number")]
    MarketExists(MarketId),
    /// The worker has failed, before or now.
    #[error("worker {worker} has failed; restart to recover its markets")]
    WorkerFailed {
        /// The worker.
        worker: usize,
    },
    /// The runtime is shut down, or about to be.
    #[error("the markets are being shut down")]
    ShutDown,
    /// Reports were subscribed to with [`SlowConsumer::Skip`](super::SlowConsumer::Skip).
    #[error(
        "nothing makes up for missed reports; subscribe to them apart, and wait for the reader or \
         end it"
    )]
    ReportsSkipped,
    /// The consumer is not one that skips.
    #[error("this consumer misses nothing: its worker waits for it, or ends it")]
    NeverSkips,
    /// Every worker has failed.
    #[error("every worker has failed; restart to recover the markets")]
    AllFailed,
    /// The market is too large to be opened with.
    #[error("the market has {bytes} bytes, and the journal's records {limit}; open a smaller one")]
    MarketTooLarge {
        /// Bytes of its record.
        bytes: usize,
        /// The configured bound.
        limit: u32,
    },
    /// What was asked of a market panicked. The market goes on.
    #[error("the question to the market panicked: {message}")]
    Panicked {
        /// What it said.
        message: String,
    },
}
