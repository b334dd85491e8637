//! Many markets over few threads, and nothing lost.
//!
//! ```text
//! producers ──► bounded queue ──► worker: journal, apply ──► bounded ring ──► consumer
//!                  (one per worker)   (its markets only)        (one per consumer)
//! ```
//!
//! Each market belongs to one worker, for ever: the journal says which. A worker drains its queue
//! into a batch, appends it to its journal, makes it as durable as the [journal's
//! policy](sealane_journal::SyncPolicy) asks with one sync, applies it and publishes the reports: so
//! no report is out before its command is as safe as was promised. After a crash the journal is
//! replayed, and the reports that may not have got out are handed to whoever
//! [starts](Runtime::start) it.
//!
//! What is promised:
//!
//! - The same commands for a market give the same reports and the same state hash, whatever the
//!   number of workers and however commands fall into batches.
//! - Nothing is dropped. A full queue gives the command back or makes the producer wait
//!   ([`Producer`]); a full ring makes the worker wait or ends that consumer, with a reason
//!   ([`SlowConsumer`]). What a failed worker had not processed is given back
//!   [at the end](Runtime::shutdown).
//! - A panic in a market stops its worker, not the process nor other workers. Its journal stays
//!   valid, the command in question is the last one that counts, and replay reports it again.
//!
//! A channel costs some tens of nanoseconds for each command and each report, on top of the market.
//! There is no priority among a worker's markets; a busy one delays those beside it. Markets are
//! not moved between workers and not removed.
//!
//! - [`market`]: what is run; [`config`]: how
//! - [`producer`], [`consumer`]: the two ends
//! - [`control`]: starting, snapshots, looking into a market, shutting down

pub mod config;
pub mod consumer;
pub mod control;
pub mod error;
mod machine;
pub mod market;
mod outcome;
mod placement;
pub mod producer;
mod start;
#[cfg(test)]
mod tests;
mod worker;

pub use config::RuntimeConfig;
pub use consumer::{Consumer, Ended, Published, SlowConsumer};
pub use control::Runtime;
pub use error::{ControlError, Refusal, Refused, ReplayError, StartError};
pub use market::{BookError, Market, MarketId};
pub use outcome::{FailureReason, WorkerFailure, WorkerSummary};
pub use producer::Producer;
pub use start::Started;
