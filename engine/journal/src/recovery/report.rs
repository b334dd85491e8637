//! What recovery found.

use std::fmt;

use crate::format::Sequence;

/// How recovery went.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Recovery {
    /// The snapshot that the machine was restored from.
    pub snapshot: Option<Sequence>,
    /// Newer or older snapshots that could not be used, newest first. They are renamed, not removed.
    pub damaged_snapshots: Vec<DamagedSnapshot>,
    /// How many records were applied.
    pub replayed: u64,
    /// How many hashes of logged states and of later snapshots the replay was compared with.
    pub compared: u64,
    /// The last record of the log.
    pub last: Sequence,
    /// The machine's hash after it.
    pub state_hash: u64,
    /// What was cut from the log's end.
    pub tail: Option<TailReport>,
}

/// What was cut from the end of the log.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TailReport {
    /// Base of the segment, and number in its file name.
    pub segment: Sequence,
    /// Where the cut was made.
    pub offset: u64,
    /// How many bytes were cut.
    pub bytes: u64,
    /// The last record kept.
    pub last: Sequence,
    /// How many sound entries were cut with them, behind a hole: see [`Holes`](crate::Holes).
    pub sound_entries: u64,
    /// What was wrong there.
    pub reason: TailReason,
}

impl fmt::Display for TailReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "cut {} bytes of segment {} from byte {} on, after record {}: {}",
            self.bytes, self.segment, self.offset, self.last, self.reason
        )
    }
}

/// What is wrong with a segment from some byte on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TailReason {
    /// The segment's own header is not whole: its creation was interrupted.
    SegmentHeader {
        /// Bytes in the file.
        bytes: u64,
    },
    /// A record's header is not whole.
    HeaderCut {
        /// Bytes of it.
        bytes: u64,
    },
    /// A record is not whole, or its length is wrong.
    RecordCut {
        /// The bytes that it should have.
        needed: u64,
        /// The bytes there are.
        bytes: u64,
    },
    /// A record's checksum is wrong.
    Checksum,
    /// A record is sound but has another's place. No crash does that.
    OutOfOrder {
        /// The sequence due.
        expected: Sequence,
        /// The sequence found.
        found: Sequence,
    },
}

impl fmt::Display for TailReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SegmentHeader { bytes } => {
                write!(
                    f,
                    "the segment's header is damaged, in a file of {bytes} bytes"
                )
            }
            Self::HeaderCut { bytes } => write!(f, "a record's header ends after {bytes} bytes"),
            Self::RecordCut { needed, bytes } => {
                write!(f, "a record of {needed} bytes ends after {bytes}")
            }
            Self::Checksum => write!(f, "a record's checksum is wrong"),
            Self::OutOfOrder { expected, found } => {
                write!(f, "record {found} stands where {expected} is due")
            }
        }
    }
}

/// A snapshot that could not be used.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DamagedSnapshot {
    /// The number in its file name.
    pub sequence: Sequence,
    /// What is wrong.
    pub damage: SnapshotDamage,
}

/// What is wrong with a snapshot.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SnapshotDamage {
    /// The file is shorter than a header.
    Cut {
        /// Bytes in the file.
        bytes: u64,
    },
    /// The checksum is wrong.
    Checksum,
    /// It was written by another version.
    Version(u32),
    /// Its sequence is not the one in its name.
    Misnamed {
        /// The sequence inside.
        found: Sequence,
    },
    /// The machine does not understand it.
    Restore {
        /// What the machine said.
        message: String,
    },
    /// The machine restored from it has another hash than the one that it was taken of.
    StateHash {
        /// The hash it was taken of.
        expected: u64,
        /// The hash of the machine restored.
        found: u64,
    },
}
