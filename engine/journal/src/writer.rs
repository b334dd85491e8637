//! Appending to a journal.

use std::collections::VecDeque;

use crate::{
    config::{Config, SyncPolicy},
    error::{Fault, JournalError, Operation},
    format::{RECORD_HEADER, SEGMENT_HEADER, Segment, SegmentHeader, Sequence},
    machine::Machine,
    names,
    snapshot::{SNAPSHOT_HEADER, SnapshotHeader},
    storage::{Storage, append_all, attempt, replace},
};

/// A journal open for appending. [`recover`](crate::recover) opens it.
///
/// Dropping it is like a crash: what was not handed to storage is gone. [`close`](Self::close)
/// leaves nothing behind.
#[derive(Debug)]
pub struct Journal<S: Storage> {
    storage: S,
    config: Config,
    /// The last segment.
    file: S::File,
    segment: Segment,
    /// Bytes of the segment, with those that wait in the buffer.
    segment_bytes: u64,
    /// Records that wait to be written. Never grows: see [`make_room`](Self::make_room).
    buffer: Vec<u8>,
    last: Sequence,
    durable: Sequence,
    /// Whether every byte is durable: a state hash at the end may not be, when all records are.
    is_synced: bool,
    /// The last record that a state hash was logged for.
    marked: Option<Sequence>,
    /// Bases of all segments, in ascending order.
    segments: VecDeque<Sequence>,
    /// Sound snapshots, in ascending order.
    snapshots: VecDeque<Sequence>,
    scratch: Vec<u8>,
    fault: Option<Fault>,
}

/// What recovery found and the journal goes on from.
pub(crate) struct Opened<F> {
    pub(crate) file: F,
    pub(crate) segment: Segment,
    pub(crate) segment_bytes: u64,
    pub(crate) last: Sequence,
    pub(crate) marked: Option<Sequence>,
    pub(crate) segments: VecDeque<Sequence>,
    pub(crate) snapshots: VecDeque<Sequence>,
}

/// Begins a segment, durable before anything is written to it, and returns its file.
pub(crate) fn begin_segment<S: Storage>(
    storage: &mut S,
    header: SegmentHeader,
) -> Result<(S::File, Segment), Fault> {
    let (bytes, segment) = header.encode();
    let name = names::segment(header.base);
    let mut file = attempt(Operation::Create, storage.create(&name))?;
    append_all(storage, &mut file, &bytes)?;
    attempt(Operation::Sync, storage.sync(&mut file))?;
    attempt(Operation::SyncDirectory, storage.sync_directory())?;
    Ok((file, segment))
}

impl<S: Storage> Journal<S> {
    pub(crate) fn new(storage: S, config: Config, opened: Opened<S::File>) -> Self {
        Self {
            storage,
            file: opened.file,
            segment: opened.segment,
            segment_bytes: opened.segment_bytes,
            buffer: Vec::with_capacity(config.buffer_bytes),
            config,
            last: opened.last,
            durable: opened.last,
            is_synced: true,
            marked: opened.marked,
            segments: opened.segments,
            snapshots: opened.snapshots,
            scratch: Vec::new(),
            fault: None,
        }
    }

    /// The last record appended.
    pub const fn last(&self) -> Sequence {
        self.last
    }

    /// The last record that is durable, as are all before it: no crash loses them.
    pub const fn durable(&self) -> Sequence {
        self.durable
    }

    /// How storage failed, if it has: the journal takes nothing more.
    pub const fn fault(&self) -> Option<&Fault> {
        self.fault.as_ref()
    }

    /// How the journal is kept.
    pub const fn config(&self) -> &Config {
        &self.config
    }

    /// The snapshots kept, oldest first.
    pub fn snapshots(&self) -> impl Iterator<Item = Sequence> + '_ {
        self.snapshots.iter().copied()
    }

    /// The first records of the segments kept, oldest first.
    pub fn segments(&self) -> impl Iterator<Item = Sequence> + '_ {
        self.segments.iter().copied()
    }

    /// Appends a record and returns its sequence. It is durable at once under
    /// [`SyncPolicy::EveryRecord`]; otherwise when [`durable`](Self::durable) says so.
    ///
    /// # Errors
    ///
    /// If the record is too long, which changes nothing, or if storage fails or has failed.
    pub fn append(&mut self, record: &[u8]) -> Result<Sequence, JournalError> {
        self.check()?;
        if record.len() > self.config.max_record_bytes as usize {
            return Err(JournalError::TooLong {
                bytes: record.len(),
                limit: self.config.max_record_bytes,
            });
        }
        self.guarded(|journal| {
            journal.make_room(record.len())?;
            journal.last = journal.last.next();
            journal.push(false, record);
            match journal.config.policy {
                SyncPolicy::EveryRecord => journal.force(),
                SyncPolicy::EveryRecords(count)
                    if journal.last.since(journal.durable) >= u64::from(count.get()) =>
                {
                    journal.force()
                }
                _ => Ok(()),
            }
        })?;
        Ok(self.last)
    }

    /// Logs the machine's hash after the last record, for recovery to compare. Costs 28 bytes and
    /// no sync; recovery does without any.
    ///
    /// # Errors
    ///
    /// If storage fails or has failed.
    pub fn mark(&mut self, state_hash: u64) -> Result<(), JournalError> {
        self.check()?;
        if self.marked == Some(self.last) {
            return Ok(());
        }
        self.guarded(|journal| {
            journal.make_room(size_of::<u64>())?;
            journal.push(true, &state_hash.to_le_bytes());
            Ok(())
        })?;
        self.marked = Some(self.last);
        Ok(())
    }

    /// Ends a batch: hands all records to the operating system, and syncs them if the policy is
    /// [`SyncPolicy::EveryBatch`]. Returns what is durable now.
    ///
    /// # Errors
    ///
    /// If storage fails or has failed.
    pub fn commit(&mut self) -> Result<Sequence, JournalError> {
        self.check()?;
        self.guarded(|journal| match journal.config.policy {
            SyncPolicy::EveryBatch => journal.force(),
            _ => journal.flush(),
        })?;
        Ok(self.durable)
    }

    /// Makes all records durable, unless the policy is [`SyncPolicy::Never`]: then it hands them to
    /// the operating system. Returns what is durable now.
    ///
    /// # Errors
    ///
    /// If storage fails or has failed.
    pub fn sync(&mut self) -> Result<Sequence, JournalError> {
        self.check()?;
        self.guarded(|journal| match journal.config.policy {
            SyncPolicy::Never => journal.flush(),
            _ => journal.force(),
        })?;
        Ok(self.durable)
    }

    /// Takes a snapshot of the machine, to which every record must have been applied and nothing
    /// else, then removes the snapshots and segments that it makes superfluous. All records are
    /// durable afterwards, whatever the policy.
    ///
    /// # Errors
    ///
    /// If storage fails or has failed.
    pub fn snapshot<M: Machine>(&mut self, machine: &M) -> Result<Sequence, JournalError> {
        self.check()?;
        self.guarded(|journal| {
            // A snapshot ahead of a log that a crash then cut would leave a gap behind it.
            journal.force()?;
            journal.scratch.clear();
            journal.scratch.resize(SNAPSHOT_HEADER, 0);
            machine.snapshot(&mut journal.scratch);
            let header = SnapshotHeader {
                identity: journal.config.identity,
                sequence: journal.last,
                chain: journal.segment.chain,
                state_hash: machine.state_hash(),
            };
            header.seal(&mut journal.scratch);
            let name = names::snapshot(journal.last);
            replace(&mut journal.storage, &name, &journal.scratch)?;
            if journal.snapshots.back() != Some(&journal.last) {
                journal.snapshots.push_back(journal.last);
            }
            journal.prune()
        })?;
        Ok(self.last)
    }

    /// Hands over and, unless the policy is [`SyncPolicy::Never`], syncs what is left, and returns
    /// the storage.
    ///
    /// # Errors
    ///
    /// If storage fails or has failed.
    pub fn close(mut self) -> Result<S, JournalError> {
        self.sync()?;
        Ok(self.storage)
    }

    /// Removes what no kept snapshot needs. Segments go only once as many snapshots are kept as
    /// wanted, since until then the log is what stands in for a damaged one.
    pub(crate) fn prune(&mut self) -> Result<(), Fault> {
        let kept = self.config.snapshots_kept.get();
        if self.snapshots.len() > kept {
            while self.snapshots.len() > kept
                && let Some(sequence) = self.snapshots.pop_front()
            {
                self.remove(&names::snapshot(sequence))?;
            }
            // Before segments go: a snapshot that came back after a crash without the segments
            // that follow it would look as if records were lost.
            attempt(Operation::SyncDirectory, self.storage.sync_directory())?;
        }
        let oldest = match self.snapshots.front() {
            Some(oldest) if self.snapshots.len() == kept => *oldest,
            _ => return Ok(()),
        };
        while let (Some(&base), Some(&next)) = (self.segments.front(), self.segments.get(1))
            && next <= oldest.next()
        {
            self.remove(&names::segment(base))?;
            self.segments.pop_front();
        }
        Ok(())
    }

    /// Makes the journal unusable as soon as `work` fails.
    ///
    /// A failed fsync in particular must not be tried again. Linux marks the pages clean when
    /// writing them back fails, and reports the error once: the next fsync finds nothing to write
    /// and succeeds, while the data is only in memory, if there (fsync(2), "Errors"; PostgreSQL's
    /// "fsyncgate" of 2018; Rebello et al., "Can Applications Recover from fsync Failures?", USENIX
    /// ATC 2020, on ext4, XFS and Btrfs). So nothing after it may be acknowledged. Recovery reads
    /// what is there and writes the last segment anew, to other blocks, before it trusts it.
    fn guarded(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<(), Fault>,
    ) -> Result<(), JournalError> {
        work(self).map_err(|fault| {
            self.fault = Some(fault.clone());
            JournalError::Failed(fault)
        })
    }

    fn check(&self) -> Result<(), JournalError> {
        match &self.fault {
            Some(fault) => Err(JournalError::Poisoned(fault.clone())),
            None => Ok(()),
        }
    }

    /// Begins a segment if this one has no room for a payload, and empties the buffer if that has
    /// none.
    fn make_room(&mut self, payload: usize) -> Result<(), Fault> {
        let record = RECORD_HEADER + payload;
        // Never a segment without a record, whose successor would have the same name: it holds one
        // state hash at most, and the configuration leaves room for that and the longest record.
        if self.segment_bytes + record as u64 > self.config.segment_bytes {
            self.rotate()?;
        }
        if self.buffer.len() + record > self.buffer.capacity() {
            self.flush()?;
        }
        Ok(())
    }

    fn push(&mut self, is_mark: bool, payload: &[u8]) {
        let unsynced = self.last.since(self.durable);
        self.segment
            .encode(self.last, unsynced, is_mark, payload, &mut self.buffer);
        self.segment_bytes += (RECORD_HEADER + payload.len()) as u64;
        self.is_synced = false;
    }

    /// Ends the segment, durable to its end, and begins the next.
    fn rotate(&mut self) -> Result<(), Fault> {
        self.force()?;
        let header = SegmentHeader {
            identity: self.config.identity,
            base: self.last.next(),
            previous: self.segment.chain,
        };
        (self.file, self.segment) = begin_segment(&mut self.storage, header)?;
        self.segment_bytes = SEGMENT_HEADER as u64;
        self.segments.push_back(header.base);
        Ok(())
    }

    /// Hands the buffer to the operating system.
    fn flush(&mut self) -> Result<(), Fault> {
        if !self.buffer.is_empty() {
            append_all(&mut self.storage, &mut self.file, &self.buffer)?;
            self.buffer.clear();
        }
        Ok(())
    }

    /// Makes all that was appended durable.
    fn force(&mut self) -> Result<(), Fault> {
        self.flush()?;
        if !self.is_synced {
            attempt(Operation::Sync, self.storage.sync(&mut self.file))?;
            self.is_synced = true;
            self.durable = self.last;
        }
        Ok(())
    }

    fn remove(&mut self, name: &str) -> Result<(), Fault> {
        attempt(Operation::Remove, self.storage.remove(name))
    }
}
