//! One thread, its markets and its journal.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use crossbeam_channel::{Receiver, Sender};
use sealane_journal::{Journal, JournalError, Machine, Sequence, Storage, SyncPolicy};

use super::{
    config::RuntimeConfig,
    consumer::{Published, Subscriber},
    error::ControlError,
    machine::{MarketPanic, Markets, command_record, open_record},
    market::{Market, MarketId},
    outcome::{FailureReason, WorkerFailure, WorkerSummary, panic_message},
    producer::Shared,
};

/// What waits in a worker's queue.
pub(super) enum Input<M: Market> {
    Command(Order<M>),
    Control(Control<M>),
}

/// A command and its market's place.
pub(super) struct Order<M: Market> {
    pub(super) slot: usize,
    pub(super) market: MarketId,
    pub(super) command: M::Command,
}

/// Everything but commands. It takes its turn in the queue.
pub(super) enum Control<M: Market> {
    /// Opens a market; the answer is its slot.
    Open {
        market: MarketId,
        state: Box<M>,
        reply: Sender<Result<usize, ControlError>>,
    },
    Subscribe {
        subscriber: Subscriber<M::Report>,
        reply: Sender<()>,
    },
    Snapshot {
        reply: Sender<Sequence>,
    },
    Inspect {
        slot: usize,
        job: Box<dyn FnOnce(&M) + Send>,
    },
}

/// How a worker's thread ends.
pub(super) type Outcome<M> = Result<WorkerSummary, WorkerFailure<<M as Market>::Command>>;

pub(super) struct Worker<M: Market, S: Storage> {
    index: usize,
    pub(super) markets: Markets<M>,
    journal: Journal<S>,
    subscribers: Vec<Subscriber<M::Report>>,
    /// Commands given to the journal and not yet published.
    batch: Vec<Order<M>>,
    batch_limit: usize,
    /// How many of the batch are published.
    published: usize,
    record: Vec<u8>,
    commands: u64,
    snapshot_every: u64,
    since_snapshot: u64,
}

/// What ended a batch.
enum Next<M: Market> {
    More,
    Control(Control<M>),
    Closed,
}

impl<M: Market, S: Storage> Worker<M, S> {
    pub(super) fn new(
        index: usize,
        markets: Markets<M>,
        journal: Journal<S>,
        config: &RuntimeConfig,
    ) -> Self {
        // Where each record is durable by itself, a batch would only hold back its first reports.
        let batch_limit = match config.journal.policy {
            SyncPolicy::EveryRecord => 1,
            _ => config.batch.get(),
        };
        Self {
            index,
            markets,
            journal,
            subscribers: Vec::new(),
            batch: Vec::with_capacity(batch_limit),
            batch_limit,
            published: 0,
            record: Vec::new(),
            commands: 0,
            snapshot_every: config.snapshot_every.map_or(u64::MAX, u64::from),
            since_snapshot: 0,
        }
    }

    /// Opens a market, durably unless the policy is never to sync.
    pub(super) fn open(&mut self, market: MarketId, state: M) -> Result<usize, JournalError> {
        open_record(market, &state, &mut self.record);
        self.journal.append(&self.record)?;
        self.journal.sync()?;
        let opened = self.markets.open(market, state);
        Ok(opened.expect("the placement holds each market once"))
    }

    /// Runs until the queue is closed and empty, or something fails: then takes what comes until
    /// the queue is closed, to give it back. So producers never wait for a worker that has failed.
    pub(super) fn run(
        mut self,
        inputs: &Receiver<Input<M>>,
        shared: &Arc<Shared<M>>,
    ) -> Outcome<M> {
        let ran = catch_unwind(AssertUnwindSafe(|| self.work(inputs, shared)));
        let reason = match ran {
            Ok(Ok(summary)) => return Ok(summary),
            Ok(Err(reason)) => reason,
            Err(payload) => FailureReason::Panicked {
                message: panic_message(&*payload),
            },
        };
        shared.set_failed(self.index);
        // Consumers hear no more from this worker.
        self.subscribers.clear();
        let given_back = |order: &Order<M>| (order.market, order.command);
        let unpublished = self.batch[self.published..].iter().map(given_back);
        let mut failure = WorkerFailure {
            worker: self.index,
            reason,
            unpublished: unpublished.collect(),
            unprocessed: Vec::new(),
        };
        for input in inputs {
            match input {
                Input::Command(order) => failure.unprocessed.push(given_back(&order)),
                // Whoever waits for the answer sees its channel closed.
                Input::Control(control) => drop(control),
            }
        }
        Err(failure)
    }

    fn work(
        &mut self,
        inputs: &Receiver<Input<M>>,
        shared: &Shared<M>,
    ) -> Result<WorkerSummary, FailureReason> {
        loop {
            let next = self.take(inputs);
            self.log()?;
            self.publish(shared)?;
            match next {
                Next::More => {}
                Next::Control(control) => self.control(control)?,
                Next::Closed => break,
            }
            if self.since_snapshot >= self.snapshot_every {
                self.snapshot()?;
            }
        }
        let state_hash = self.markets.state_hash();
        self.journal.mark(state_hash)?;
        let durable = self.journal.sync()?;
        Ok(WorkerSummary {
            worker: self.index,
            last: self.journal.last(),
            durable,
            commands: self.commands,
            state_hash,
        })
    }

    /// Waits for an input, and takes what else is there, up to a batch.
    fn take(&mut self, inputs: &Receiver<Input<M>>) -> Next<M> {
        match inputs.recv() {
            Ok(Input::Command(order)) => self.batch.push(order),
            Ok(Input::Control(control)) => return Next::Control(control),
            Err(_) => return Next::Closed,
        }
        while self.batch.len() < self.batch_limit {
            match inputs.try_recv() {
                Ok(Input::Command(order)) => self.batch.push(order),
                Ok(Input::Control(control)) => return Next::Control(control),
                Err(_) => break,
            }
        }
        Next::More
    }

    /// Makes the batch as durable as the policy asks.
    fn log(&mut self) -> Result<(), JournalError> {
        if self.batch.is_empty() {
            return Ok(());
        }
        for order in &self.batch {
            command_record::<M>(order.market, &order.command, &mut self.record);
            self.journal.append(&self.record)?;
        }
        self.journal.commit()?;
        Ok(())
    }

    /// Applies the batch, and lets its reports out.
    fn publish(&mut self, shared: &Shared<M>) -> Result<(), FailureReason> {
        let before = self.journal.last().0 - self.batch.len() as u64;
        for (order, sequence) in self.batch.iter().zip(before + 1..) {
            let sequence = Sequence(sequence);
            self.markets.command(order.slot, &order.command).map_err(
                |MarketPanic { market, message }| FailureReason::MarketPanicked {
                    market,
                    sequence,
                    message,
                },
            )?;
            for (index, report) in (0..).zip(&self.markets.reports) {
                let published = Published {
                    worker: self.index,
                    market: order.market,
                    sequence,
                    index,
                    report: *report,
                };
                self.subscribers
                    .retain(|subscriber| subscriber.send(published, &shared.is_abandoned));
            }
            self.published += 1;
        }
        self.commands += self.published as u64;
        self.since_snapshot += self.published as u64;
        self.batch.clear();
        self.published = 0;
        Ok(())
    }

    fn control(&mut self, control: Control<M>) -> Result<(), FailureReason> {
        // Whoever asked may have gone; then nobody wants the answer.
        match control {
            Control::Open {
                market,
                state,
                reply,
            } => match self.open(market, *state) {
                Ok(slot) => _ = reply.send(Ok(slot)),
                Err(JournalError::TooLong { bytes, limit }) => {
                    _ = reply.send(Err(ControlError::MarketTooLarge { bytes, limit }));
                }
                Err(error) => return Err(error.into()),
            },
            Control::Subscribe { subscriber, reply } => {
                self.subscribers.push(subscriber);
                let _ = reply.send(());
            }
            Control::Snapshot { reply } => _ = reply.send(self.snapshot()?),
            Control::Inspect { slot, job } => {
                if let Some(market) = self.markets.get(slot) {
                    job(market);
                }
            }
        }
        Ok(())
    }

    fn snapshot(&mut self) -> Result<Sequence, JournalError> {
        self.since_snapshot = 0;
        self.journal.snapshot(&self.markets)
    }
}
