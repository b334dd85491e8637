//! The bytes of segments and records.
//!
//! All integers are little-endian. A segment is a header and then records to its end:
//!
//! | at | bytes | segment header |
//! |---:|------:|---|
//! |  0 | 8 | magic, `SLJOURNL` |
//! |  8 | 4 | version |
//! | 12 | 4 | zero |
//! | 16 | 8 | identity of the journal |
//! | 24 | 8 | base: sequence of the first record |
//! | 32 | 8 | chain: hash of all that came before this segment |
//! | 40 | 8 | XXH3 of the bytes above |
//!
//! | at | bytes | record |
//! |---:|------:|---|
//! |  0 | 4 | length of the payload; the top bit marks a state hash instead of a record |
//! |  4 | 4 | how many records up to this one were not yet durable when it was written |
//! |  8 | 8 | sequence; a mark has that of the record before it |
//! | 16 | 4 | CRC-32C of the bytes above and the payload, seeded from the segment's header |
//! | 20 | length | payload |
//!
//! The chain starts at zero, is replaced by the XXH3 of each segment header, which contains it, and
//! by the XXH3 of each record's header seeded with it: it depends on every byte written before.
//! CRC-32C and not a hash guards records, because it finds every burst of up to 32 bits for certain
//! (Castagnoli, Bräuer, Herrmann 1993) and processors compute it.

use std::fmt;

use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

/// Bytes of a segment's header.
pub const SEGMENT_HEADER: usize = 48;
/// Bytes of a record's header.
pub const RECORD_HEADER: usize = 20;
/// Version of the format.
pub const VERSION: u32 = 1;

const MAGIC: [u8; 8] = *b"SLJOURNL";
const MARK: u32 = 1 << 31;

/// The number of a record: the first one is 1.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Sequence(pub u64);

impl Sequence {
    /// Before the first record.
    pub const NONE: Self = Self(0);

    /// The sequence after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }

    /// How many records after `earlier` there are up to this one.
    #[must_use]
    pub const fn since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

impl fmt::Display for Sequence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A hash of everything logged before a point.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Chain(pub(crate) u64);

impl Chain {
    fn with_segment(header: &[u8; SEGMENT_HEADER]) -> Self {
        Self(xxh3_64(header))
    }

    fn with_record(self, header: &[u8; RECORD_HEADER]) -> Self {
        Self(xxh3_64_with_seed(header, self.0))
    }

    /// What the checksums of a segment's records start from, so that no record passes in another.
    const fn seed(self) -> u32 {
        (self.0 ^ (self.0 >> 32)) as u32
    }
}

/// A segment's header.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct SegmentHeader {
    pub(crate) identity: u64,
    pub(crate) base: Sequence,
    /// The chain before this segment.
    pub(crate) previous: Chain,
}

/// Why bytes are no segment header.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum HeaderDamage {
    Damaged,
    Version(u32),
}

impl SegmentHeader {
    pub(crate) fn encode(&self) -> ([u8; SEGMENT_HEADER], Segment) {
        let mut bytes = [0; SEGMENT_HEADER];
        bytes[..8].copy_from_slice(&MAGIC);
        bytes[8..12].copy_from_slice(&VERSION.to_le_bytes());
        bytes[16..24].copy_from_slice(&self.identity.to_le_bytes());
        bytes[24..32].copy_from_slice(&self.base.0.to_le_bytes());
        bytes[32..40].copy_from_slice(&self.previous.0.to_le_bytes());
        let checksum = xxh3_64(&bytes[..40]);
        bytes[40..].copy_from_slice(&checksum.to_le_bytes());
        let chain = Chain::with_segment(&bytes);
        let seed = chain.seed();
        (bytes, Segment { chain, seed })
    }

    /// The header at the start of `bytes`, and where its records' chain and checksums start.
    pub(crate) fn decode(bytes: &[u8]) -> Result<(Self, Segment), HeaderDamage> {
        let bytes: &[u8; SEGMENT_HEADER] = bytes.first_chunk().ok_or(HeaderDamage::Damaged)?;
        if bytes[..8] != MAGIC || u64_at(bytes, 40) != xxh3_64(&bytes[..40]) {
            return Err(HeaderDamage::Damaged);
        }
        let version = u32_at(bytes, 8);
        if version != VERSION {
            return Err(HeaderDamage::Version(version));
        }
        let header = Self {
            identity: u64_at(bytes, 16),
            base: Sequence(u64_at(bytes, 24)),
            previous: Chain(u64_at(bytes, 32)),
        };
        let chain = Chain::with_segment(bytes);
        let seed = chain.seed();
        Ok((header, Segment { chain, seed }))
    }
}

/// The running values of a segment that is written or read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Segment {
    pub(crate) chain: Chain,
    seed: u32,
}

/// What a record's header says of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct RecordHeader {
    pub(crate) length: u32,
    pub(crate) is_mark: bool,
    pub(crate) unsynced: u32,
    pub(crate) sequence: Sequence,
    checksum: u32,
}

impl RecordHeader {
    /// The header at the start of `bytes`, which may be anything.
    pub(crate) fn peek(bytes: &[u8]) -> Option<Self> {
        let bytes: &[u8; RECORD_HEADER] = bytes.first_chunk()?;
        let length = u32_at(bytes, 0);
        Some(Self {
            length: length & !MARK,
            is_mark: length & MARK != 0,
            unsynced: u32_at(bytes, 4),
            sequence: Sequence(u64_at(bytes, 8)),
            checksum: u32_at(bytes, 16),
        })
    }

    /// The bytes of the whole record.
    pub(crate) const fn total(&self) -> usize {
        RECORD_HEADER + self.length as usize
    }

    /// Up to which sequence records were durable when this one was written.
    pub(crate) const fn durable(&self) -> Sequence {
        Sequence(self.sequence.0.saturating_sub(self.unsynced as u64))
    }
}

impl Segment {
    /// Appends a record or, with `is_mark`, a state hash.
    pub(crate) fn encode(
        &mut self,
        sequence: Sequence,
        unsynced: u64,
        is_mark: bool,
        payload: &[u8],
        into: &mut Vec<u8>,
    ) {
        let mut header = [0; RECORD_HEADER];
        let length = payload.len() as u32 | if is_mark { MARK } else { 0 };
        let unsynced = u32::try_from(unsynced).unwrap_or(u32::MAX);
        header[..4].copy_from_slice(&length.to_le_bytes());
        header[4..8].copy_from_slice(&unsynced.to_le_bytes());
        header[8..16].copy_from_slice(&sequence.0.to_le_bytes());
        let checksum = self.checksum(&header, payload);
        header[16..].copy_from_slice(&checksum.to_le_bytes());
        self.chain = self.chain.with_record(&header);
        into.extend_from_slice(&header);
        into.extend_from_slice(payload);
    }

    /// Whether `record`, a whole record with its header, has the right checksum.
    pub(crate) fn is_sound(&self, header: &RecordHeader, record: &[u8]) -> bool {
        match record.split_first_chunk::<RECORD_HEADER>() {
            Some((head, payload)) => self.checksum(head, payload) == header.checksum,
            None => false,
        }
    }

    /// Passes over a sound record.
    pub(crate) fn advance(&mut self, record: &[u8]) {
        if let Some(header) = record.first_chunk() {
            self.chain = self.chain.with_record(header);
        }
    }

    fn checksum(&self, header: &[u8; RECORD_HEADER], payload: &[u8]) -> u32 {
        let head = crc32c::crc32c_append(self.seed, &header[..16]);
        crc32c::crc32c_append(head, payload)
    }
}

/// The caller has checked that the bytes are there.
pub(crate) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes[at..]
        .first_chunk()
        .map_or(0, |chunk| u32::from_le_bytes(*chunk))
}

/// The caller has checked that the bytes are there.
pub(crate) fn u64_at(bytes: &[u8], at: usize) -> u64 {
    bytes[at..]
        .first_chunk()
        .map_or(0, |chunk| u64::from_le_bytes(*chunk))
}
