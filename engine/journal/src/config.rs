//! How a journal is kept.

use std::num::{NonZeroU32, NonZeroUsize};

use crate::{
    error::ConfigError,
    format::{RECORD_HEADER, SEGMENT_HEADER},
};

/// The largest segment: recovery reads one whole.
pub const MAX_SEGMENT_BYTES: u64 = 1 << 30;

/// When appended records are made durable (fsync).
///
/// Whatever the policy, a segment is synced before the next one is begun, and the log before a
/// snapshot is taken: so only the last segment can ever be torn.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum SyncPolicy {
    /// Each record, before `append` returns.
    EveryRecord,
    /// As soon as so many records wait: at most one fewer can be lost.
    EveryRecords(NonZeroU32),
    /// All records of a batch at its [`commit`](crate::Journal::commit): group commit.
    EveryBatch,
    /// When told by [`sync`](crate::Journal::sync). `commit` hands records to the operating system,
    /// so that they survive the process but not the machine.
    OnSync,
    /// Never while appending: what `commit` or `sync` handed over is the operating system's to keep.
    Never,
}

/// What recovery does about a damaged record that sound, later ones follow, where no record tells
/// that the damaged one was durable.
///
/// Pages that were not synced may reach the disk in any order, so a power cut can leave such a hole
/// in a batch that was never acknowledged. A failing disk leaves the same in one that was.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Holes {
    /// An error, for a person to decide.
    #[default]
    Refuse,
    /// Cut there, and say so. If the hole is a fault of the disk in the last durable batch, records
    /// that were acknowledged are cut; they are never, if a later batch was begun.
    Cut,
}

/// How a journal is kept. None of it but the identity need stay the same from start to start.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Config {
    /// Whose journal this is; recovery refuses files of another. Any number the caller likes.
    pub identity: u64,
    /// When records become durable.
    pub policy: SyncPolicy,
    /// Size of a segment file in bytes, at most [`MAX_SEGMENT_BYTES`].
    pub segment_bytes: u64,
    /// Size of the longest record in bytes.
    pub max_record_bytes: u32,
    /// Bytes that wait in memory for the next write.
    pub buffer_bytes: usize,
    /// How many snapshots are kept: each but the newest is there in case that one is damaged.
    pub snapshots_kept: NonZeroUsize,
    /// What recovery does about a hole in records that were not acknowledged.
    pub holes: Holes,
}

impl Default for Config {
    /// Group commit, segments of 64 MiB, records up to 64 KiB, a buffer of 1 MiB, two snapshots.
    fn default() -> Self {
        Self {
            identity: 0,
            policy: SyncPolicy::EveryBatch,
            segment_bytes: 64 << 20,
            max_record_bytes: 64 << 10,
            buffer_bytes: 1 << 20,
            snapshots_kept: NonZeroUsize::MIN.saturating_add(1),
            holes: Holes::Refuse,
        }
    }
}

impl Config {
    /// Checks that the sizes fit each other.
    ///
    /// # Errors
    ///
    /// If the longest record does not fit a segment or the buffer, or a bound is exceeded.
    pub fn validate(&self) -> Result<(), ConfigError> {
        let record = u64::from(self.max_record_bytes) + RECORD_HEADER as u64;
        if self.segment_bytes > MAX_SEGMENT_BYTES {
            return Err(ConfigError::SegmentTooLarge {
                bytes: self.segment_bytes,
            });
        }
        let mark = (RECORD_HEADER + size_of::<u64>()) as u64;
        let needed = record + mark + SEGMENT_HEADER as u64;
        if self.segment_bytes < needed {
            return Err(ConfigError::SegmentTooSmall {
                bytes: self.segment_bytes,
                needed,
            });
        }
        if (self.buffer_bytes as u64) < record {
            return Err(ConfigError::BufferTooSmall {
                bytes: self.buffer_bytes,
                needed: record,
            });
        }
        Ok(())
    }
}
