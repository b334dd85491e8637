//! Reading the records of one segment.

use crate::{
    format::{RECORD_HEADER, RecordHeader, Segment, Sequence, u64_at},
    recovery::TailReason,
};

/// What a segment holds after its header.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Entry<'a> {
    Record(&'a [u8]),
    /// The machine's hash after the last record.
    StateHash(u64),
}

/// Reads a segment's entries up to its end or to the first that is not sound.
pub(crate) struct Entries<'a> {
    bytes: &'a [u8],
    /// Where the next entry begins: all before is sound.
    pub(crate) offset: usize,
    pub(crate) segment: Segment,
    /// The last record read, or the one before the segment.
    pub(crate) last: Sequence,
    max_record_bytes: u32,
}

/// The first sound entry after a damaged one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Later {
    pub(crate) sequence: Sequence,
    pub(crate) offset: usize,
    /// How many sound entries there are.
    pub(crate) entries: u64,
    /// Up to where records were durable when the later ones were written.
    pub(crate) durable: Sequence,
}

impl<'a> Entries<'a> {
    pub(crate) fn new(
        bytes: &'a [u8],
        offset: usize,
        segment: Segment,
        last: Sequence,
        max_record_bytes: u32,
    ) -> Self {
        Self {
            bytes,
            offset,
            segment,
            last,
            max_record_bytes,
        }
    }

    /// The next entry, nothing at the end of the segment, or what is wrong. After an error the
    /// place does not move.
    pub(crate) fn next(&mut self) -> Result<Option<Entry<'a>>, TailReason> {
        let rest = &self.bytes[self.offset..];
        if rest.is_empty() {
            return Ok(None);
        }
        let header = RecordHeader::peek(rest).ok_or(TailReason::HeaderCut {
            bytes: rest.len() as u64,
        })?;
        let record = self.sound(rest, &header)?;
        let payload = &record[RECORD_HEADER..];
        let expected = if header.is_mark {
            self.last
        } else {
            self.last.next()
        };
        let is_well_formed = !header.is_mark || payload.len() == 8;
        if header.sequence != expected || !is_well_formed {
            return Err(TailReason::OutOfOrder {
                expected,
                found: header.sequence,
            });
        }
        self.segment.advance(record);
        self.offset += record.len();
        self.last = expected;
        Ok(Some(if header.is_mark {
            Entry::StateHash(u64_at(payload, 0))
        } else {
            Entry::Record(payload)
        }))
    }

    /// The bytes of the record at the start of `rest`, if they are all there and unharmed.
    fn sound(&self, rest: &'a [u8], header: &RecordHeader) -> Result<&'a [u8], TailReason> {
        // Records that were allowed to be longer once are read all the same, if they are sound.
        let Some(record) = rest.get(..header.total()) else {
            return Err(TailReason::RecordCut {
                needed: header.total() as u64,
                bytes: rest.len() as u64,
            });
        };
        if self.segment.is_sound(header, record) {
            Ok(record)
        } else {
            Err(TailReason::Checksum)
        }
    }

    /// Looks for sound entries behind a damaged one, at every byte, since its length may be wrong.
    /// A record of this segment that lies inside another's payload cannot be forged without knowing
    /// the hash of all that came before, from which checksums start.
    pub(crate) fn later(&self) -> Option<Later> {
        let mut found: Option<Later> = None;
        let mut offset = self.offset;
        while let Some(rest) = self.bytes.get(offset..) {
            let Some(header) = RecordHeader::peek(rest) else {
                break;
            };
            if !self.may_follow(&header, rest.len()) || self.sound(rest, &header).is_err() {
                offset += 1;
                continue;
            }
            let later = found.get_or_insert(Later {
                sequence: header.sequence,
                offset,
                entries: 0,
                durable: Sequence::NONE,
            });
            later.entries += 1;
            later.durable = later.durable.max(header.durable());
            offset += header.total();
        }
        found
    }

    /// Spares a checksum over what cannot be a later entry.
    fn may_follow(&self, header: &RecordHeader, bytes: usize) -> bool {
        let room = (self.bytes.len() / RECORD_HEADER) as u64;
        header.sequence > self.last
            && header.sequence.since(self.last) <= room
            && header.length <= self.max_record_bytes.max(8)
            && header.total() <= bytes
    }
}
