//! An input journal: what a deterministic machine was told, in order, so that it can be rebuilt.
//!
//! The journal knows records: opaque bytes, numbered from 1 without a gap. It knows nothing of
//! orders or trades. Whoever feeds a [`Machine`] appends each input first and applies it then;
//! after a crash [`recover`] loads the newest sound snapshot, replays what was logged after it and
//! compares the machine's hash with those that the log and the snapshots hold.
//!
//! ```
//! # use sealane_journal::{Config, Machine, Sequence, fault::MemoryDisk, recover};
//! # #[derive(Default)]
//! # struct Sum(u64);
//! # impl Machine for Sum {
//! #     type Error = std::convert::Infallible;
//! #     fn apply(&mut self, _: Sequence, record: &[u8]) -> Result<(), Self::Error> {
//! #         self.0 += u64::from(record[0]);
//! #         Ok(())
//! #     }
//! #     fn state_hash(&self) -> u64 { self.0 }
//! #     fn snapshot(&self, into: &mut Vec<u8>) { into.extend(self.0.to_le_bytes()) }
//! #     fn restore(&mut self, bytes: &[u8]) -> Result<(), Self::Error> {
//! #         self.0 = u64::from_le_bytes(bytes.try_into().unwrap_or_default());
//! #         Ok(())
//! #     }
//! # }
//! # let disk = MemoryDisk::new();
//! let mut started = recover(disk.mount(), Config::default(), Sum::default)?;
//! let sequence = started.journal.append(&[5])?;
//! started.journal.commit()?;
//! assert!(started.journal.durable() >= sequence); // from here on 5 may be acknowledged
//! started.machine.apply(sequence, &[5])?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! What is promised:
//!
//! - No record up to [`Journal::durable`] is ever lost by a crash. Which calls make records durable
//!   is the caller's choice: [`SyncPolicy`].
//! - A torn end of the log is cut, and the [`TailReport`] says where, how much and why. Damage that
//!   a crash cannot have done is an error ([`RecoverError`]) and nothing is cut.
//! - Segments are chained: each one's header holds a hash of all that came before it, so that none
//!   can be swapped, reordered or taken from another journal unnoticed.
//! - Once storage has failed, the journal acknowledges nothing more ([`JournalError::Poisoned`]).
//! - Appending allocates nothing, except at the start of a segment.
//!
//! What is not: a flipped bit in the very last record looks like a torn write, here as in every
//! log, and is cut and reported; whoever knows that more was acknowledged compares
//! [`Recovery::last`]. Nothing here is encrypted or signed, and checksums stop accidents only.
//!
//! - [`storage`], [`filesystem`], [`fault`]: what the journal needs of a disk, a real one, one that
//!   crashes as told
//! - [`machine`]: what is rebuilt
//! - [`writer`]: appending; [`recovery`]: starting
//! - [`format`](mod@format): the bytes

#![forbid(unsafe_code)]

pub mod config;
pub mod error;
pub mod fault;
pub mod filesystem;
pub mod format;
pub mod machine;
mod names;
pub mod recovery;
mod scan;
mod snapshot;
pub mod storage;
#[cfg(test)]
mod tests;
pub mod writer;

pub use config::{Config, Holes, SyncPolicy};
pub use error::{ConfigError, Fault, JournalError, Operation, RecoverError};
pub use filesystem::FileStorage;
pub use format::Sequence;
pub use machine::Machine;
pub use recovery::{
    DamagedSnapshot, Recovered, Recovery, SnapshotDamage, TailReason, TailReport, recover,
};
pub use storage::Storage;
pub use writer::Journal;
