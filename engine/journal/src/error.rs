//! What can go wrong, and what to do about it.

use std::io;

use thiserror::Error;

use crate::{
    format::{Sequence, VERSION},
    recovery::{DamagedSnapshot, TailReason},
};

/// Sizes that do not fit each other.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum ConfigError {
    /// A segment could not be read whole.
    #[error(
        "segments of {bytes} bytes are too large; at most {} is allowed",
        crate::config::MAX_SEGMENT_BYTES
    )]
    SegmentTooLarge {
        /// Size asked for.
        bytes: u64,
    },
    /// The longest record does not fit a segment.
    #[error("segments of {bytes} bytes cannot hold the longest record; use at least {needed}")]
    SegmentTooSmall {
        /// Size asked for.
        bytes: u64,
        /// The smallest that will do.
        needed: u64,
    },
    /// The longest record does not fit the buffer.
    #[error("a buffer of {bytes} bytes cannot hold the longest record; use at least {needed}")]
    BufferTooSmall {
        /// Size asked for.
        bytes: usize,
        /// The smallest that will do.
        needed: u64,
    },
}

/// What was asked of storage.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Operation {
    /// List the files.
    List,
    /// Read a file.
    Read,
    /// Create a file.
    Create,
    /// Write at the end of a file.
    Append,
    /// Make a file durable.
    Sync,
    /// Rename a file.
    Rename,
    /// Remove a file.
    Remove,
    /// Make names durable.
    SyncDirectory,
}

/// How storage failed. After any of these the journal is poisoned.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum Fault {
    /// Fewer bytes were written than given.
    #[error("only {written} of {expected} bytes were written; make room on the disk and restart")]
    ShortWrite {
        /// Bytes written.
        written: usize,
        /// Bytes given.
        expected: usize,
    },
    /// The disk or the quota is full.
    #[error("no space left on the disk ({operation:?}); make room and restart")]
    NoSpace {
        /// What was asked.
        operation: Operation,
    },
    /// A sync failed: nobody knows what of the last writes is on the disk.
    #[error("the disk failed to sync ({operation:?}, {kind}); check the disk and restart")]
    SyncFailed {
        /// What was asked.
        operation: Operation,
        /// What the system said.
        kind: io::ErrorKind,
    },
    /// Anything else.
    #[error("the disk failed ({operation:?}, {kind}); check the disk and restart")]
    Failed {
        /// What was asked.
        operation: Operation,
        /// What the system said.
        kind: io::ErrorKind,
    },
}

impl Fault {
    pub(crate) fn new(operation: Operation, error: &io::Error) -> Self {
        let kind = error.kind();
        match (operation, kind) {
            (_, io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded) => {
                Self::NoSpace { operation }
            }
            (Operation::Sync | Operation::SyncDirectory, _) => Self::SyncFailed { operation, kind },
            _ => Self::Failed { operation, kind },
        }
    }
}

/// Why the journal did not do what it was told.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum JournalError {
    /// The record is longer than configured. Nothing was appended.
    #[error("the record has {bytes} bytes; at most {limit} are allowed")]
    TooLong {
        /// The record's bytes.
        bytes: usize,
        /// The configured bound.
        limit: u32,
    },
    /// Storage failed in this call. Records not yet durable may or may not be found again.
    #[error("the journal failed and takes nothing more: {0}")]
    Failed(#[from] Fault),
    /// Storage failed in an earlier call, and nothing was done in this one.
    #[error("the journal failed earlier and takes nothing more: {0}")]
    Poisoned(Fault),
}

/// Why a journal could not be recovered. What was found is left as it was.
#[derive(Debug, Error)]
pub enum RecoverError {
    /// The configuration does not hold together.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Storage failed.
    #[error("the journal cannot be read or set up: {operation:?} of {name:?} failed")]
    Storage {
        /// What was asked.
        operation: Operation,
        /// The file, empty for the directory.
        name: String,
        /// What the system said.
        source: io::Error,
    },
    /// Storage wrote less than it was given.
    #[error("the journal cannot be set up: {0}")]
    Fault(Fault),
    /// A record is damaged that a crash cannot have damaged: it is in a segment that was durable
    /// before the next was begun, or a later record says so.
    #[error(
        "segment {segment} is damaged at byte {offset} ({reason}) where it was durable; \
         restore the file from a copy, or remove it and all later files to lose its records"
    )]
    Damaged {
        /// Base of the segment, and number in its file name.
        segment: Sequence,
        /// Where the damage begins.
        offset: u64,
        /// What is wrong there.
        reason: TailReason,
    },
    /// A record is damaged and sound ones follow; whether it was ever durable is not known.
    #[error(
        "segment {segment} is damaged at byte {offset} ({reason}) but sound from byte {later_offset} \
         (record {later}) on; restore the file from a copy, or allow holes to be cut if nothing of \
         the last batch was acknowledged"
    )]
    Hole {
        /// Base of the segment, and number in its file name.
        segment: Sequence,
        /// Where the damage begins.
        offset: u64,
        /// What is wrong there.
        reason: TailReason,
        /// The first sound record after it.
        later: Sequence,
        /// Where that record begins.
        later_offset: u64,
    },
    /// The segment was written by another version.
    #[error("segment {segment} has format {version}; this is format {VERSION}")]
    Version {
        /// Base of the segment.
        segment: Sequence,
        /// Its version.
        version: u32,
    },
    /// The segment or snapshot belongs to another journal.
    #[error("file {name:?} belongs to journal {found:#x} and not to {expected:#x}; check the path")]
    Foreign {
        /// The file.
        name: String,
        /// The identity that it has.
        found: u64,
        /// The identity configured.
        expected: u64,
    },
    /// Records are missing between two segments or between a snapshot and the first segment.
    #[error(
        "records {expected} to {before} are missing: segment {found} comes next; restore the files"
    )]
    Missing {
        /// The first that is missing.
        expected: Sequence,
        /// The last that is missing.
        before: Sequence,
        /// The base of the segment found.
        found: Sequence,
    },
    /// Records that were durable when a snapshot was taken are missing.
    #[error(
        "the log ends at record {last}, before snapshot {snapshot}, which was taken after the log \
         was durable; restore the files"
    )]
    EndsEarly {
        /// The last record found.
        last: Sequence,
        /// The snapshot's sequence.
        snapshot: Sequence,
    },
    /// A segment does not follow the one before it, or its header does not have its name's number:
    /// files were swapped, renamed or replaced.
    #[error("segment {segment} does not belong after what comes before it; restore the files")]
    Unchained {
        /// Base of the segment.
        segment: Sequence,
    },
    /// A snapshot was not taken of this log.
    #[error("snapshot {snapshot} was taken of another log; restore the files")]
    ForeignSnapshot {
        /// The snapshot's sequence.
        snapshot: Sequence,
    },
    /// No snapshot is sound and the log does not reach back to the start.
    #[error("no snapshot is sound and the log begins at record {first}: {damaged:?}")]
    NoStart {
        /// The first record kept.
        first: Sequence,
        /// What is wrong with each snapshot.
        damaged: Vec<DamagedSnapshot>,
    },
    /// The machine does not understand a record.
    #[error("record {sequence} cannot be applied; was it written by another version?")]
    Apply {
        /// The record.
        sequence: Sequence,
        /// What the machine said.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Replay led to another state than the one that was hashed.
    #[error(
        "the state after record {sequence} has hash {found:#018x} and had {expected:#018x} before: \
         the machine is not deterministic or has changed"
    )]
    Diverged {
        /// The record after which the hash was taken.
        sequence: Sequence,
        /// The hash logged.
        expected: u64,
        /// The hash after replay.
        found: u64,
    },
}
