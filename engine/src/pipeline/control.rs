//! Starting, submitting, and shutting down.

use std::{
    cell::RefCell,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use crossbeam_channel::{Receiver, Sender, TrySendError, bounded, select};
use sealane_journal::{Journal, Machine, Recovery, Sequence, Storage, SyncPolicy, recover};
use solana_clock::Clock;
use solana_pubkey::Pubkey;

use super::{
    config::Config,
    error::{ControlError, Failure, FailureReason, StartError, SubmitError},
    execution::{Done, Execution, Shared},
    intake::{Input, Intake},
    machine::{Replaying, Simulation},
    outcome::{Executed, Outcomes, StageTimes, Stopped},
    record::{self, BATCH_HEADER, MAX_TRANSACTION},
};
use crate::simulate::State;

/// A pipeline that runs, as its one submitter holds it.
pub struct Pipeline<S: Storage> {
    inputs: Sender<Input>,
    /// The last record that was submitted. Only submitting adds records.
    last: Sequence,
    most_trades: usize,
    most_bytes: usize,
    shared: Arc<Shared>,
    intake: JoinHandle<Result<(Journal<S>, StageTimes), FailureReason>>,
    execution: JoinHandle<Done>,
    /// Closed when the execution thread has ended.
    ended: Receiver<()>,
}

/// A pipeline that runs, and how its journal was found.
pub struct Started<S: Storage> {
    /// Where transactions go in.
    pub pipeline: Pipeline<S>,
    /// Where outcomes come out.
    pub outcomes: Outcomes,
    /// How the state was recovered, and what was cut from the journal.
    pub recovery: Recovery,
}

impl<S> Pipeline<S>
where
    S: Storage<File: Send> + Send + 'static,
{
    /// Recovers the state from the journal in `storage`, or begins one if there is none, and runs.
    /// `fresh` makes the state before the first record, always the same.
    ///
    /// `on_replay` is called for each batch that is executed again, which is every one since the
    /// snapshot: those that were handed out before the crash again, with the same sequence, and
    /// those that were not, for the first time.
    ///
    /// # Errors
    /// [`StartError`]: the journal cannot be recovered, is configured too small, or there are no
    /// threads.
    pub fn start(
        config: &Config,
        storage: S,
        mut fresh: impl FnMut() -> State,
        mut on_replay: impl FnMut(Executed),
    ) -> Result<Started<S>, StartError> {
        let allowed = config.journal.max_record_bytes;
        let needed = BATCH_HEADER + MAX_TRANSACTION;
        if (allowed as usize) < needed {
            return Err(StartError::RecordsTooShort { allowed, needed });
        }
        let on_replay: RefCell<&mut dyn FnMut(Executed)> = RefCell::new(&mut on_replay);
        let recovered = recover(storage, config.journal.clone(), || Replaying {
            simulation: Simulation::new(fresh(), config.workers),
            on_replay: &on_replay,
        })?;
        let simulation = recovered.machine.simulation;
        let (pipeline, outcomes) = Self::run(config, simulation, recovered.journal)?;
        Ok(Started {
            pipeline,
            outcomes,
            recovery: recovered.report,
        })
    }

    fn run(
        config: &Config,
        simulation: Simulation,
        journal: Journal<S>,
    ) -> Result<(Self, Outcomes), StartError> {
        let last = journal.last();
        let shared = Arc::new(Shared {
            simulation: simulation.into(),
            published: AtomicU64::new(last.0),
            is_abandoned: AtomicBool::new(false),
        });
        let (inputs, submitted) = bounded(config.queue.get());
        let (work, journaled) = bounded(config.queue.get());
        let (sender, ring) = bounded(config.ring.get());
        let (end, ended) = bounded(0);
        let execution = Execution {
            shared: Arc::clone(&shared),
            ring: Some(sender),
            done: Done::default(),
        };
        // Where each batch is durable by itself, a group would only hold back its first.
        let group = match config.journal.policy {
            SyncPolicy::EveryRecord => 1,
            _ => config.group.get(),
        };
        let intake = Intake {
            journal,
            group,
            work,
            execution_ended: ended.clone(),
            shared: Arc::clone(&shared),
            times: StageTimes::default(),
        };
        // If the second thread cannot be started, the first ends with its queue.
        let execution = spawn("pipeline-execute", move || {
            let _end: Sender<()> = end;
            execution.run(&journaled)
        })?;
        let intake = spawn("pipeline-journal", move || intake.run(&submitted))?;
        let pipeline = Self {
            inputs,
            last,
            most_trades: config.batch.get(),
            most_bytes: config.journal.max_record_bytes as usize,
            shared,
            intake,
            execution,
            ended,
        };
        Ok((pipeline, Outcomes { ring }))
    }

    /// Submits a batch to be executed at this moment, and waits while the queue is full: read the
    /// outcomes on another thread, or use [`try_submit`](Self::try_submit). Returns the batch's place
    /// in the journal, with which its outcomes come.
    ///
    /// # Errors
    /// [`SubmitError`]; then nothing was taken.
    pub fn submit(
        &mut self,
        clock: &Clock,
        messages: &[impl AsRef<[u8]>],
    ) -> Result<Sequence, SubmitError> {
        let record = self.batch(clock, messages)?;
        self.send(record)
    }

    /// As [`submit`](Self::submit), but never waits.
    ///
    /// # Errors
    /// [`SubmitError`], [`Full`](SubmitError::Full) among them; then nothing was taken.
    pub fn try_submit(
        &mut self,
        clock: &Clock,
        messages: &[impl AsRef<[u8]>],
    ) -> Result<Sequence, SubmitError> {
        if self.inputs.is_full() {
            return Err(SubmitError::Full);
        }
        let record = self.batch(clock, messages)?;
        match self.inputs.try_send(Input::Record(record)) {
            Ok(()) => Ok(self.submitted()),
            Err(TrySendError::Full(_)) => Err(SubmitError::Full),
            Err(TrySendError::Disconnected(_)) => Err(SubmitError::Stopped),
        }
    }

    /// Puts an account there, as the network has it by now, behind all that was submitted: its owner
    /// and bytes, or nothing if there is none. Waits as [`submit`](Self::submit) does; nothing comes
    /// out for it.
    ///
    /// # Errors
    /// [`SubmitError`]; then nothing was taken.
    pub fn load(
        &mut self,
        address: &Pubkey,
        account: Option<(&Pubkey, &[u8])>,
    ) -> Result<Sequence, SubmitError> {
        let record = self.bounded(record::account(address, account))?;
        self.send(record)
    }

    /// Looks at the state behind all that was submitted.
    ///
    /// # Errors
    /// If the pipeline has stopped.
    pub fn inspect<T: Send + 'static>(
        &self,
        look: impl FnOnce(&State) -> T + Send + 'static,
    ) -> Result<T, ControlError> {
        let (reply, answer) = bounded(1);
        let look = Box::new(move |state: &State| _ = reply.send(look(state)));
        let sent = self.inputs.send(Input::Inspect(look));
        sent.map_err(|_| ControlError::Stopped)?;
        self.answer(&answer)
    }

    /// Takes a snapshot behind all that was submitted, so that recovery begins there. Submitters wait
    /// meanwhile.
    ///
    /// # Errors
    /// If the pipeline has stopped.
    pub fn snapshot(&self) -> Result<Sequence, ControlError> {
        let (reply, answer) = bounded(1);
        let sent = self.inputs.send(Input::Snapshot { reply });
        sent.map_err(|_| ControlError::Stopped)?;
        self.answer(&answer)
    }

    /// Waits for the answer to a request. One that still lies in a queue when the threads have ended
    /// is never answered, and never dropped either: this end of the queue keeps it.
    fn answer<T>(&self, answer: &Receiver<T>) -> Result<T, ControlError> {
        let answered = select! {
            recv(answer) -> answered => answered.ok(),
            recv(self.ended) -> _ => answer.try_recv().ok(),
        };
        answered.ok_or(ControlError::Stopped)
    }

    /// Executes all that was submitted and stops, everything durable unless the policy is never to
    /// sync. Outcomes that are not read within `patience` are dropped; replay tells them again.
    ///
    /// # Errors
    /// [`Failure`]: why it had stopped already, or why it cannot stop well.
    pub fn shutdown(self, patience: Duration) -> Result<Stopped<S>, Failure> {
        drop(self.inputs);
        // Nothing is ever sent: it closes, or the time is over.
        let _ = self.ended.recv_timeout(patience);
        self.shared.is_abandoned.store(true, Ordering::Release);
        let (journaled, executed) = (self.intake.join(), self.execution.join());
        let published = Sequence(self.shared.published.load(Ordering::Acquire));
        let failed = |reason| Failure { published, reason };
        let panicked = |_| failed(FailureReason::Panicked);
        let done = executed.map_err(panicked)?;
        let (mut journal, times) = journaled.map_err(panicked)?.map_err(failed)?;
        let shared = Arc::into_inner(self.shared).expect("both threads have ended");
        let simulation = shared.simulation.into_inner();
        let simulation = simulation.map_err(|_| failed(FailureReason::Panicked))?;
        let marked = journal.mark(simulation.state_hash());
        let synced = marked.and_then(|()| journal.sync());
        synced.map_err(|error| failed(error.into()))?;
        Ok(Stopped {
            simulation,
            journal,
            trades: done.trades,
            unread: done.unread,
            times: StageTimes {
                decode: times.decode,
                journal: times.journal,
                ..done.times
            },
        })
    }

    fn batch(&self, clock: &Clock, messages: &[impl AsRef<[u8]>]) -> Result<Vec<u8>, SubmitError> {
        let (trades, limit) = (messages.len(), self.most_trades);
        if trades > limit {
            return Err(SubmitError::TooManyTrades { trades, limit });
        }
        self.bounded(record::batch(clock, messages))
    }

    fn bounded(&self, record: Vec<u8>) -> Result<Vec<u8>, SubmitError> {
        let (bytes, limit) = (record.len(), self.most_bytes);
        if bytes > limit {
            return Err(SubmitError::TooManyBytes { bytes, limit });
        }
        Ok(record)
    }

    fn send(&mut self, record: Vec<u8>) -> Result<Sequence, SubmitError> {
        let sent = self.inputs.send(Input::Record(record));
        sent.map_err(|_| SubmitError::Stopped)?;
        Ok(self.submitted())
    }

    fn submitted(&mut self) -> Sequence {
        self.last = self.last.next();
        self.last
    }
}

fn spawn<T: Send + 'static>(
    name: &str,
    body: impl FnOnce() -> T + Send + 'static,
) -> Result<JoinHandle<T>, StartError> {
    let builder = thread::Builder::new().name(name.to_owned());
    builder.spawn(body).map_err(StartError::Thread)
}
