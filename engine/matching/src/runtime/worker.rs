//! One thread, its markets and its journal.

use std::panic::{AssertUnwindSafe, catch_unwind};

use sealane_journal::{Journal, JournalError, Machine, Sequence, Storage, SyncPolicy};

use super::{
    config::RuntimeConfig,
    error::ControlError,
    machine::{MarketPanic, Markets, command_record, open_record},
    market::{Market, MarketId},
    outcome::{FailureReason, WorkerFailure, WorkerSummary, panic_message},
    output::{Depth, DepthOf, Source, Streams, depth},
    producer::Shared,
    ring::{Aside, Subscriber},
    sync::{Arc, AtomicBool, Receiver, Sender},
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
    /// The answer is the depth that the changes will follow on.
    Subscribe {
        subscriber: Subscriber<M>,
        reply: Sender<Vec<DepthOf<M>>>,
    },
    /// The same of one market, for a consumer that has missed some.
    Resync {
        slot: usize,
        aside: Arc<Aside>,
        reply: Sender<DepthOf<M>>,
    },
    Snapshot {
        reply: Sender<Sequence>,
    },
    Inspect {
        slot: usize,
        job: Look<M>,
    },
}

/// Looks into a market, and is told after which record.
pub(super) type Look<M> = Box<dyn FnOnce(&M, Sequence) + Send>;

/// How a worker's thread ends.
pub(super) type Outcome<M> = Result<WorkerSummary, WorkerFailure<<M as Market>::Command>>;

pub(super) struct Worker<M: Market, S: Storage> {
    index: usize,
    pub(super) markets: Markets<M>,
    journal: Journal<S>,
    subscribers: Vec<Subscriber<M>>,
    /// What any of them wants of each market.
    wanted: Vec<Streams>,
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
            wanted: Vec::new(),
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
                Next::Control(control) => self.control(control, &shared.is_abandoned)?,
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

    /// Applies the batch, and lets out what it makes.
    fn publish(&mut self, shared: &Shared<M>) -> Result<(), FailureReason> {
        let before = self.journal.last().0 - self.batch.len() as u64;
        for position in 0..self.batch.len() {
            let Order {
                slot,
                market,
                ref command,
            } = self.batch[position];
            let sequence = Sequence(before + 1 + position as u64);
            let wanted = self.wanted.get(slot).copied().unwrap_or_default();
            self.markets.command(slot, command, wanted).map_err(
                |MarketPanic { market, message }| FailureReason::MarketPanicked {
                    market,
                    sequence,
                    message,
                },
            )?;
            self.send_outputs(slot, market, sequence, &shared.is_abandoned);
            self.published += 1;
        }
        self.commands += self.published as u64;
        self.since_snapshot += self.published as u64;
        self.batch.clear();
        self.published = 0;
        Ok(())
    }

    fn control(
        &mut self,
        control: Control<M>,
        is_abandoned: &AtomicBool,
    ) -> Result<(), FailureReason> {
        // Whoever asked may have gone; then nobody wants the answer.
        match control {
            Control::Open {
                market,
                state,
                reply,
            } => match self.open(market, *state) {
                Ok(slot) => {
                    let _ = reply.send(Ok(slot));
                    self.announce(market, slot, is_abandoned);
                }
                Err(JournalError::TooLong { bytes, limit }) => {
                    _ = reply.send(Err(ControlError::MarketTooLarge { bytes, limit }));
                }
                Err(error) => return Err(error.into()),
            },
            Control::Subscribe { subscriber, reply } => {
                let _ = reply.send(self.subscribe(subscriber));
            }
            Control::Resync { slot, aside, reply } => {
                if let Some(depth) = self.resync(slot, &aside) {
                    let _ = reply.send(depth);
                }
            }
            Control::Snapshot { reply } => _ = reply.send(self.snapshot()?),
            Control::Inspect { slot, job } => {
                if let Some(market) = self.markets.get(slot) {
                    job(market, self.journal.last());
                }
            }
        }
        Ok(())
    }

    /// Adds a subscriber, and returns the depth that it wants to follow, as of now.
    fn subscribe(&mut self, mut subscriber: Subscriber<M>) -> Vec<DepthOf<M>> {
        let mut depths = Vec::new();
        for (slot, market) in self.markets.ids().enumerate() {
            subscriber.add_market(market);
            let streams = subscriber.streams(slot);
            if streams.levels || streams.orders {
                depths.extend(self.depth(slot, streams));
            }
        }
        self.subscribers.push(subscriber);
        self.update_wanted();
        depths
    }

    /// Lets a subscriber hear of a market again, from now on. Whoever asks for one that has gone
    /// gets no answer.
    fn resync(&mut self, slot: usize, aside: &Arc<Aside>) -> Option<DepthOf<M>> {
        let mut subscribers = self.subscribers.iter_mut();
        let subscriber = subscribers.find(|subscriber| subscriber.is(aside))?;
        subscriber.resume(slot);
        let streams = subscriber.streams(slot);
        self.depth(slot, streams)
    }

    fn depth(&self, slot: usize, streams: Streams) -> Option<DepthOf<M>> {
        let (mut levels, mut orders) = (Vec::new(), Vec::new());
        depth(self.markets.get(slot)?, streams, &mut levels, &mut orders);
        Some(Depth {
            worker: self.index,
            market: self.markets.ids().nth(slot)?,
            sequence: self.journal.last(),
            levels,
            orders,
        })
    }

    /// Tells subscribers to all markets what a new one starts with.
    fn announce(&mut self, market: MarketId, slot: usize, is_abandoned: &AtomicBool) {
        for subscriber in &mut self.subscribers {
            subscriber.add_market(market);
        }
        self.update_wanted();
        self.markets.opened(slot, self.wanted[slot]);
        let sequence = self.journal.last();
        self.send_outputs(slot, market, sequence, is_abandoned);
    }

    /// Sends what a market has said of a record to all who want it, and forgets those who have gone.
    fn send_outputs(
        &mut self,
        slot: usize,
        market: MarketId,
        sequence: Sequence,
        is_abandoned: &AtomicBool,
    ) {
        let source = Source {
            worker: self.index,
            market,
            sequence,
        };
        let before = self.subscribers.len();
        let outputs = &self.markets.outputs;
        self.subscribers
            .retain_mut(|subscriber| subscriber.publish(slot, source, outputs, is_abandoned));
        if self.subscribers.len() < before {
            self.update_wanted();
        }
    }

    /// Called when subscribers come or go, and when markets come.
    fn update_wanted(&mut self) {
        let subscribers = &self.subscribers;
        let of_slot = |slot| {
            let all = subscribers.iter();
            all.fold(Streams::NONE, |all, one| all.union(one.streams(slot)))
        };
        self.wanted = (0..self.markets.ids().count()).map(of_slot).collect();
    }

    fn snapshot(&mut self) -> Result<Sequence, JournalError> {
        self.since_snapshot = 0;
        self.journal.snapshot(&self.markets)
    }
}
