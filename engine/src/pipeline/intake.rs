//! The journal thread: what is submitted is decoded, journaled and passed on.

use std::{sync::Arc, time::Instant};

use crossbeam_channel::{Receiver, Sender, select};
use sealane_journal::{Journal, Sequence, Storage};

use super::{
    error::FailureReason,
    execution::{Shared, Work},
    message,
    outcome::StageTimes,
    record::{self, Record},
};
use crate::simulate::State;

/// Looks at a state.
pub(super) type Look = Box<dyn FnOnce(&State) + Send>;

/// What waits to be journaled.
pub(super) enum Input {
    /// A batch or an account.
    Record(Vec<u8>),
    Inspect(Look),
    Snapshot {
        reply: Sender<Sequence>,
    },
}

pub(super) struct Intake<S: Storage> {
    pub(super) journal: Journal<S>,
    pub(super) group: usize,
    pub(super) work: Sender<Work>,
    /// Closed when the execution thread has ended.
    pub(super) execution_ended: Receiver<()>,
    pub(super) shared: Arc<Shared>,
    pub(super) times: StageTimes,
}

impl<S: Storage> Intake<S> {
    /// Runs until the queue is closed and empty, or something fails. The work queue is closed then.
    pub(super) fn run(
        mut self,
        inputs: &Receiver<Input>,
    ) -> Result<(Journal<S>, StageTimes), FailureReason> {
        let mut group = Vec::new();
        while let Ok(first) = inputs.recv() {
            let mut next = Some(first);
            let mut request = None;
            while let Some(input) = next {
                match input {
                    Input::Record(record) => group.push(record),
                    other => {
                        request = Some(other);
                        break;
                    }
                }
                let has_room = group.len() < self.group;
                next = has_room.then(|| inputs.try_recv().ok()).flatten();
            }
            self.journal_group(&mut group)?;
            match request {
                Some(Input::Inspect(look)) => self.pass_on(Work::Inspect(look))?,
                Some(Input::Snapshot { reply }) => self.snapshot(&reply)?,
                _ => {}
            }
        }
        Ok((self.journal, self.times))
    }

    /// Makes records as durable as the policy asks, and only then passes them on.
    fn journal_group(&mut self, group: &mut Vec<Vec<u8>>) -> Result<(), FailureReason> {
        if group.is_empty() {
            return Ok(());
        }
        let start = Instant::now();
        // Before they are journaled: whatever the journal holds has been decoded once.
        let decoded: Vec<Work> = group.iter_mut().map(decode).collect();
        let appending = Instant::now();
        let first = self.journal.last().next();
        for work in &decoded {
            self.journal.append(work.record())?;
        }
        self.journal.commit()?;
        self.times.decode += appending - start;
        self.times.journal += appending.elapsed();
        group.clear();
        for (mut work, sequence) in decoded.into_iter().zip(first.0..) {
            work.set_sequence(Sequence(sequence));
            self.pass_on(work)?;
        }
        Ok(())
    }

    /// Waits until all is executed, and takes a snapshot of the state.
    fn snapshot(&mut self, reply: &Sender<Sequence>) -> Result<(), FailureReason> {
        let (done, reached) = crossbeam_channel::bounded(1);
        self.pass_on(Work::Reached(done))?;
        select! {
            recv(reached) -> reached => reached.map_err(|_| FailureReason::Panicked)?,
            // While this thread runs, only a panic ends the other; its queue keeps what it left.
            recv(self.execution_ended) -> _ => return Err(FailureReason::Panicked),
        }
        let simulation = self.shared.simulation.lock();
        let simulation = simulation.map_err(|_| FailureReason::Panicked)?;
        let sequence = self.journal.snapshot(&*simulation)?;
        // Whoever asked may have gone.
        let _ = reply.send(sequence);
        Ok(())
    }

    /// The execution thread goes only when this one does, unless it panicked.
    fn pass_on(&self, work: Work) -> Result<(), FailureReason> {
        self.work.send(work).map_err(|_| FailureReason::Panicked)
    }
}

fn decode(record: &mut Vec<u8>) -> Work {
    let record = std::mem::take(record);
    let parsed = record::parse(&record).expect("written by `record`");
    match parsed {
        Record::Batch {
            clock,
            transactions,
        } => {
            let decoded = transactions.map(|bytes| message::decode(bytes.expect("as above")));
            Work::Batch {
                sequence: Sequence(0),
                clock,
                trades: decoded.collect(),
                record,
            }
        }
        Record::Account(_) => Work::Account {
            sequence: Sequence(0),
            record,
        },
    }
}
