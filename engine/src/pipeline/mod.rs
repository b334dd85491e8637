//! Transactions in, outcomes out: a state that many trades a second go through, and that survives.
//!
//! ```text
//! submit ─► bounded queue ─► journal thread ─► bounded queue ─► execution thread ─► bounded ring
//!                            decode, append,                    schedule, simulate    (outcomes)
//!                            one commit for                     on all workers
//!                            all that wait
//! ```
//!
//! A transaction is its [message](https://solana.com/docs/core/transactions), legacy, v0 without
//! lookup tables or v1, in the bytes that are signed. **Signatures are not checked here**: whoever
//! submits says that they were, as a validator's pipeline does by the order of its stages. Neither
//! are blockhashes, nor whether a transaction comes twice: that is the network's.
//!
//! A [batch](Pipeline::submit) is one record of the journal: the moment that it is executed under
//! and its transactions. While the execution thread runs a batch, the journal thread decodes and
//! journals the next ones; batches that wait while a sync goes on share the next sync.
//!
//! What is promised:
//!
//! - Batches run in the order in which they were submitted, and the trades of each with the
//!   [sequential result](crate::simulate), whatever the number of workers.
//! - No outcome is out before its batch is as safe as the journal's
//!   [policy](sealane_journal::SyncPolicy) asks, and what was executed is always in the journal. Replay
//!   of any prefix of it gives the state that there was at its end: [`Simulation`].
//! - What is wrong with a transaction is the outcome of that one ([`Refused`]) and concerns no other.
//! - Nothing is dropped and nothing grows without bound: a full ring makes the execution wait, a full
//!   queue [makes the submitter wait](Pipeline::submit) or [gives the batch
//!   back](Pipeline::try_submit). What was not executed because storage failed is known by its
//!   [sequence](Failure).
//!
//! Every address that a transaction names is remembered for as long as the process runs; whoever
//! lets strangers submit checks that they pay first.
//!
//! - [`config`]: how it is run; [`error`]: what can go wrong
//! - [`control`]: submitting, loading accounts, snapshots, shutting down
//! - [`outcome`]: what comes out
//! - [`message`]: transactions from their bytes; [`machine`]: what is replayed

pub mod config;
pub mod control;
pub mod error;
mod execution;
mod intake;
pub mod machine;
pub mod message;
pub mod outcome;
mod record;
#[cfg(test)]
mod tests;

pub use config::Config;
pub use control::{Pipeline, Started};
pub use error::{ControlError, Failure, FailureReason, ReplayError, StartError, SubmitError};
pub use machine::Simulation;
pub use message::{MAX_MESSAGE_BYTES, MessageError};
pub use outcome::{Executed, Outcomes, Refused, StageTimes, Stopped, TradeOutcome};
