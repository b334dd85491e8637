//! Reading the log and applying what the snapshot has not seen.

use std::collections::VecDeque;

use super::{
    read,
    report::{TailReason, TailReport},
    snapshots::Snapshots,
};
use crate::{
    config::{Config, Holes},
    error::RecoverError,
    format::{Chain, HeaderDamage, SEGMENT_HEADER, Segment, SegmentHeader, Sequence},
    machine::Machine,
    names,
    scan::{Entries, Entry},
    snapshot::SnapshotHeader,
    storage::Storage,
};

/// A machine on its way through the log.
pub(super) struct Replay<M> {
    pub(super) machine: M,
    identity: u64,
    holes: Holes,
    max_record_bytes: u32,
    /// The oldest sound snapshot: what lies before it is needed by nothing.
    from: Sequence,
    /// What the machine has seen before the log.
    start: Sequence,
    /// The chain at the start, until the log is seen to have it there.
    anchor: Option<Chain>,
    checkpoints: VecDeque<SnapshotHeader>,
    pub(super) last: Sequence,
    /// The last record that a state hash was logged for.
    pub(super) marked: Option<Sequence>,
    /// The chain after the segments read.
    chain: Option<Chain>,
    pub(super) replayed: u64,
    pub(super) compared: u64,
    pub(super) tail: Option<TailReport>,
    /// A last segment whose creation was interrupted.
    pub(super) torn_creation: Option<Sequence>,
    /// The last segment read, cut to what is sound.
    pub(super) open: Option<(Segment, Vec<u8>)>,
}

impl<M: Machine> Replay<M> {
    pub(super) fn new(machine: M, config: &Config, snapshots: &mut Snapshots<M>) -> Self {
        Self {
            machine,
            identity: config.identity,
            holes: config.holes,
            from: snapshots.sound.first().copied().unwrap_or_default(),
            max_record_bytes: config.max_record_bytes,
            start: snapshots
                .start
                .map_or(Sequence::NONE, |start| start.sequence),
            anchor: snapshots.start.map(|start| start.chain),
            checkpoints: std::mem::take(&mut snapshots.checkpoints),
            last: Sequence::NONE,
            marked: None,
            chain: None,
            replayed: 0,
            compared: 0,
            tail: None,
            torn_creation: None,
            open: None,
        }
    }

    /// Reads all segments that any sound snapshot needs. Older ones are what a crash left of a
    /// removal, and need not be complete.
    pub(super) fn run<S: Storage>(
        &mut self,
        storage: &S,
        segments: &[Sequence],
        snapshots: &Snapshots<M>,
    ) -> Result<(), RecoverError> {
        let from = self.from;
        // From the segment that holds the snapshot's own record on, if it is still there: it tells
        // whether a segment after it that is not whole was only about to be begun.
        let before = segments.partition_point(|base| *base <= from.max(Sequence::NONE.next()));
        let needed = &segments[before.saturating_sub(1)..];
        if let Some(&first) = needed.first()
            && first > from.next()
        {
            return Err(if snapshots.damaged.is_empty() || from > Sequence::NONE {
                missing(from.next(), first)
            } else {
                RecoverError::NoStart {
                    first,
                    damaged: snapshots.damaged.clone(),
                }
            });
        }
        let mut bytes = Vec::new();
        for (index, &base) in needed.iter().enumerate() {
            read(storage, &names::segment(base), &mut bytes)?;
            let is_last = index + 1 == needed.len();
            self.segment(base, &mut bytes, is_last)?;
        }
        self.finish(snapshots)
    }

    /// Reads one segment, and keeps its bytes in exchange for those of the one before.
    fn segment(
        &mut self,
        base: Sequence,
        bytes: &mut Vec<u8>,
        is_last: bool,
    ) -> Result<(), RecoverError> {
        let is_first_of_all = self.chain.is_none() && base == Sequence::NONE.next();
        let segment = match SegmentHeader::decode(bytes) {
            Ok((header, segment)) => {
                self.check_header(base, &header)?;
                segment
            }
            Err(HeaderDamage::Version(version)) => {
                return Err(RecoverError::Version {
                    segment: base,
                    version,
                });
            }
            // A header is durable before anything follows it, and so is all before it.
            Err(HeaderDamage::Damaged)
                if is_last
                    && bytes.len() <= SEGMENT_HEADER
                    && (is_first_of_all || self.is_due(base)) =>
            {
                self.cut_creation(base, bytes.len() as u64);
                return Ok(());
            }
            Err(HeaderDamage::Damaged) => {
                let reason = TailReason::SegmentHeader {
                    bytes: bytes.len() as u64,
                };
                return Err(damaged(base, 0, reason));
            }
        };
        let (segment, offset) = self.entries(base, bytes, segment, is_last)?;
        bytes.truncate(offset);
        self.chain = Some(segment.chain);
        let (_, spare) = self
            .open
            .replace((segment, std::mem::take(bytes)))
            .unwrap_or_else(|| (segment, Vec::new()));
        *bytes = spare;
        Ok(())
    }

    /// Whether a segment of this base is the one to come after those read.
    fn is_due(&self, base: Sequence) -> bool {
        self.chain.is_some() && base == self.last.next()
    }

    fn check_header(&mut self, base: Sequence, header: &SegmentHeader) -> Result<(), RecoverError> {
        if header.identity != self.identity {
            return Err(RecoverError::Foreign {
                name: names::segment(base),
                found: header.identity,
                expected: self.identity,
            });
        }
        if self.chain.is_some() && base > self.last.next() {
            if base > self.from.next() {
                return Err(missing(self.last.next(), base));
            }
            // The segment before was removed, and a crash kept the removal of the one in between.
            self.chain = None;
        }
        let is_first = base == Sequence::NONE.next();
        let previous = self
            .chain
            .or_else(|| is_first.then(Chain::default))
            .unwrap_or(header.previous);
        let is_in_place = self.chain.is_none() || base == self.last.next();
        if header.base != base || header.previous != previous || !is_in_place {
            return Err(RecoverError::Unchained { segment: base });
        }
        self.last = Sequence(base.0 - 1);
        self.drop_anchor(header.previous);
        Ok(())
    }

    /// Reads a segment's entries; returns what it ends with and where it is sound up to.
    fn entries(
        &mut self,
        base: Sequence,
        bytes: &[u8],
        segment: Segment,
        is_last: bool,
    ) -> Result<(Segment, usize), RecoverError> {
        let mut entries = Entries::new(
            bytes,
            SEGMENT_HEADER,
            segment,
            self.last,
            self.max_record_bytes,
        );
        self.drop_anchor(segment.chain);
        loop {
            match entries.next() {
                Ok(Some(Entry::Record(record))) => self.record(entries.last, record)?,
                Ok(Some(Entry::StateHash(hash))) => {
                    self.marked = Some(self.last);
                    self.state_hash(hash)?;
                }
                Ok(None) => break,
                Err(reason) => {
                    self.cut(base, bytes.len(), &entries, reason, is_last)?;
                    break;
                }
            }
            self.drop_anchor(entries.segment.chain);
        }
        Ok((entries.segment, entries.offset))
    }

    fn record(&mut self, sequence: Sequence, record: &[u8]) -> Result<(), RecoverError> {
        self.last = sequence;
        if sequence <= self.start {
            return Ok(());
        }
        if self.anchor.is_some() {
            return Err(RecoverError::ForeignSnapshot {
                snapshot: self.start,
            });
        }
        self.machine
            .apply(sequence, record)
            .map_err(|error| RecoverError::Apply {
                sequence,
                source: Box::new(error),
            })?;
        self.replayed += 1;
        if let Some(checkpoint) = self.checkpoints.front()
            && checkpoint.sequence == sequence
        {
            let expected = checkpoint.state_hash;
            self.checkpoints.pop_front();
            self.state_hash(expected)?;
        }
        Ok(())
    }

    /// Compares the machine with a hash of its state after the last record.
    fn state_hash(&mut self, expected: u64) -> Result<(), RecoverError> {
        if self.last < self.start {
            return Ok(());
        }
        let found = self.machine.state_hash();
        if found != expected {
            return Err(RecoverError::Diverged {
                sequence: self.last,
                expected,
                found,
            });
        }
        self.compared += 1;
        Ok(())
    }

    /// Notes that the log has the snapshot's chain at the snapshot's place.
    fn drop_anchor(&mut self, chain: Chain) {
        if self.last == self.start && self.anchor == Some(chain) {
            self.anchor = None;
        }
    }

    /// Decides whether the end of a segment may be cut.
    fn cut(
        &mut self,
        base: Sequence,
        bytes: usize,
        entries: &Entries<'_>,
        reason: TailReason,
        is_last: bool,
    ) -> Result<(), RecoverError> {
        let offset = entries.offset as u64;
        if !is_last || matches!(reason, TailReason::OutOfOrder { .. }) {
            return Err(damaged(base, offset, reason));
        }
        let later = entries.later();
        if let Some(later) = later {
            if later.durable > self.last {
                return Err(damaged(base, offset, reason));
            }
            if self.holes == Holes::Refuse {
                return Err(RecoverError::Hole {
                    segment: base,
                    offset,
                    reason,
                    later: later.sequence,
                    later_offset: later.offset as u64,
                });
            }
        }
        self.tail = Some(TailReport {
            segment: base,
            offset,
            bytes: bytes as u64 - offset,
            last: self.last,
            sound_entries: later.map_or(0, |later| later.entries),
            reason,
        });
        Ok(())
    }

    fn cut_creation(&mut self, base: Sequence, bytes: u64) {
        self.torn_creation = Some(base);
        self.tail = Some(TailReport {
            segment: base,
            offset: 0,
            bytes,
            last: self.last,
            sound_entries: 0,
            reason: TailReason::SegmentHeader { bytes },
        });
    }

    /// Checks that the log reached what the snapshots were taken of.
    fn finish(&self, snapshots: &Snapshots<M>) -> Result<(), RecoverError> {
        let newest = snapshots.sound.last().copied();
        let newest = newest.max(snapshots.damaged.first().map(|damaged| damaged.sequence));
        if let Some(snapshot) = newest
            && self.last < snapshot
        {
            return Err(RecoverError::EndsEarly {
                last: self.last,
                snapshot,
            });
        }
        if self.anchor.is_some() {
            return Err(RecoverError::ForeignSnapshot {
                snapshot: self.start,
            });
        }
        Ok(())
    }
}

fn damaged(segment: Sequence, offset: u64, reason: TailReason) -> RecoverError {
    RecoverError::Damaged {
        segment,
        offset,
        reason,
    }
}

fn missing(expected: Sequence, found: Sequence) -> RecoverError {
    RecoverError::Missing {
        expected,
        before: Sequence(found.0 - 1),
        found,
    }
}
