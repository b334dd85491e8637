//! Markets that run, and what can be asked of them besides trading.

use std::{
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    time::Duration,
};

use sealane_journal::Sequence;

use super::{
    consumer::{Consumer, ring},
    error::ControlError,
    market::{Market, MarketId},
    outcome::{WorkerFailure, WorkerSummary, panic_message},
    output::{Depth, DepthOf, Streams, depth},
    placement::Place,
    producer::{Producer, Shared},
    subscription::{Selection, SlowConsumer, Subscription},
    sync::{Arc, Instant, Ordering, PoisonError, Receiver, thread::JoinHandle},
    worker::{Control, Outcome},
};

/// Markets that run. [`start`](Self::start) makes it.
///
/// What is asked here takes its turn in the workers' queues, after the commands submitted before,
/// and waits as long as they do: if a worker waits for a consumer, so does this. (Who reads a
/// consumer that is [waited](SlowConsumer::Wait) for should not ask in between.)
///
/// Dropped without a [`shutdown`](Self::shutdown), it processes what was submitted but waits for no
/// consumer.
pub struct Runtime<M: Market> {
    shared: Arc<Shared<M>>,
    threads: Vec<JoinHandle<()>>,
    outcomes: Receiver<Outcome<M>>,
}

impl<M: Market> fmt::Debug for Runtime<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Runtime")
            .field("workers", &self.workers())
            .finish_non_exhaustive()
    }
}

impl<M: Market> Runtime<M> {
    pub(super) fn new(
        shared: Arc<Shared<M>>,
        threads: Vec<JoinHandle<()>>,
        outcomes: Receiver<Outcome<M>>,
    ) -> Self {
        Self {
            shared,
            threads,
            outcomes,
        }
    }

    /// How many workers there are.
    pub fn workers(&self) -> usize {
        self.threads.len()
    }

    /// The workers that have failed. Why, and what they had not processed, tells
    /// [`shutdown`](Self::shutdown).
    pub fn failed_workers(&self) -> Vec<usize> {
        let mut failed: Vec<_> = (0..self.workers()).collect();
        failed.retain(|worker| self.shared.has_failed(*worker));
        failed
    }

    /// All markets, in the order of their numbers.
    pub fn markets(&self) -> Vec<MarketId> {
        self.shared.placement.lock().markets()
    }

    /// The worker that has a market.
    pub fn worker_of(&self, market: MarketId) -> Option<usize> {
        let place = self.shared.placement.find(market)?;
        Some(place.worker)
    }

    /// A way to submit commands.
    pub fn producer(&self) -> Producer<M> {
        Producer::new(Arc::clone(&self.shared))
    }

    /// Opens a market with the worker that has the fewest, durably unless the journal's policy is
    /// never to sync.
    ///
    /// # Errors
    ///
    /// If there is such a market, or its worker fails or all have failed.
    pub fn open_market(&self, market: MarketId, state: M) -> Result<(), ControlError> {
        let opening = &self.shared.opening;
        let _opening = opening.lock().unwrap_or_else(PoisonError::into_inner);
        // The table itself is not held meanwhile: producers look there and must not wait.
        let worker = {
            let table = self.shared.placement.lock();
            if table.find(market).is_some() {
                return Err(ControlError::MarketExists(market));
            }
            table
                .least_loaded(|worker| !self.shared.has_failed(worker))
                .ok_or(ControlError::AllFailed)?
        };
        let slot = self.shared.ask(worker, |reply| Control::Open {
            market,
            state: Box::new(state),
            reply,
        })??;
        let mut table = self.shared.placement.lock();
        table
            .insert(market, Place { worker, slot })
            .map_err(|_| ControlError::MarketExists(market))
    }

    /// Subscribes to markets' reports and depth. A worker that has failed says nothing.
    ///
    /// # Errors
    ///
    /// If a market is not there, reports are to be skipped, or all workers have failed.
    pub fn subscribe(&self, subscription: &Subscription) -> Result<Consumer<M>, ControlError> {
        let selection = &subscription.markets;
        if subscription.slow == SlowConsumer::Skip && selection.of_any().reports {
            return Err(ControlError::ReportsSkipped);
        }
        if let Selection::Only(markets) = selection {
            let mut markets = markets.iter().map(|(market, _)| *market);
            let is_unknown = |market: &MarketId| self.worker_of(*market).is_none();
            if let Some(market) = markets.find(is_unknown) {
                return Err(ControlError::UnknownMarket(market));
            }
        }
        let (subscriber, mut consumer) = ring(subscription, Arc::clone(&self.shared));
        let subscribed = self.shared.ask_all(|reply| Control::Subscribe {
            subscriber: subscriber.clone(),
            reply,
        });
        if subscribed.iter().all(Result::is_err) {
            return Err(ControlError::AllFailed);
        }
        for depths in subscribed.into_iter().flatten() {
            consumer.add_depths(depths);
        }
        Ok(consumer)
    }

    /// A market's depth, by price and by order as asked for, after all commands submitted before.
    ///
    /// # Errors
    ///
    /// As [`inspect`](Self::inspect).
    pub fn depth(&self, market: MarketId, wanted: Streams) -> Result<DepthOf<M>, ControlError> {
        let place = self.place(market)?;
        let look = move |state: &M| {
            let (mut levels, mut orders) = (Vec::new(), Vec::new());
            depth(state, wanted, &mut levels, &mut orders);
            (levels, orders)
        };
        let (sequence, (levels, orders)) = self.look(place, look)?;
        Ok(Depth {
            worker: place.worker,
            market,
            sequence,
            levels,
            orders,
        })
    }

    /// Lets each worker take a snapshot; returns, for each, the record that it was taken after, or
    /// that the worker has failed.
    pub fn snapshot(&self) -> Vec<Result<Sequence, ControlError>> {
        self.shared.ask_all(|reply| Control::Snapshot { reply })
    }

    /// Looks into a market, between two commands: its worker waits meanwhile.
    ///
    /// # Errors
    ///
    /// If there is no such market, its worker has failed, or `look` panics.
    pub fn inspect<R: Send + 'static>(
        &self,
        market: MarketId,
        look: impl FnOnce(&M) -> R + Send + 'static,
    ) -> Result<R, ControlError> {
        let (_, looked) = self.look(self.place(market)?, look)?;
        Ok(looked)
    }

    fn place(&self, market: MarketId) -> Result<Place, ControlError> {
        let found = self.shared.placement.find(market);
        found.ok_or(ControlError::UnknownMarket(market))
    }

    /// Looks into a market; also says after which record.
    fn look<R: Send + 'static>(
        &self,
        Place { worker, slot }: Place,
        look: impl FnOnce(&M) -> R + Send + 'static,
    ) -> Result<(Sequence, R), ControlError> {
        let looked = self.shared.ask(worker, |reply| Control::Inspect {
            slot,
            job: Box::new(move |state, sequence| {
                let looked = catch_unwind(AssertUnwindSafe(|| look(state)));
                let looked = looked.map_err(|payload| panic_message(&*payload));
                let _ = reply.send(looked.map(|looked| (sequence, looked)));
            }),
        })?;
        looked.map_err(|message| ControlError::Panicked { message })
    }

    /// A market's state hash, after all commands submitted before.
    ///
    /// # Errors
    ///
    /// As [`inspect`](Self::inspect).
    pub fn state_hash(&self, market: MarketId) -> Result<u64, ControlError> {
        self.inspect(market, M::state_hash)
    }

    /// Takes no more commands, processes those taken, publishes their reports and closes the
    /// journals. If consumers have not read by `patience` from now, it ends those that it waits for
    /// ([`Ended::Abandoned`](super::Ended::Abandoned)) and goes on. Returns how each worker ended,
    /// in their order.
    pub fn shutdown(
        mut self,
        patience: Duration,
    ) -> Vec<Result<WorkerSummary, WorkerFailure<M::Command>>> {
        let mut outcomes = self.stop(patience);
        outcomes.sort_by_key(|outcome| match outcome {
            Ok(summary) => summary.worker,
            Err(failure) => failure.worker,
        });
        outcomes
    }

    fn stop(&mut self, patience: Duration) -> Vec<Outcome<M>> {
        // As good as for ever, if the sum does not fit.
        let patience = patience.min(Duration::from_secs(u32::MAX.into()));
        let deadline = Instant::now() + patience;
        self.shared.close(deadline);
        let mut outcomes = Vec::new();
        while outcomes.len() < self.threads.len()
            && let Ok(outcome) = self.outcomes.recv_deadline(deadline)
        {
            outcomes.push(outcome);
        }
        self.shared.is_abandoned.store(true, Ordering::Release);
        // Until all workers have let go of the other end.
        outcomes.extend(&self.outcomes);
        for thread in self.threads.drain(..) {
            // A worker's panics are caught in it, and are its outcome.
            let _ = thread.join();
        }
        outcomes
    }
}

impl<M: Market> Drop for Runtime<M> {
    fn drop(&mut self) {
        self.stop(Duration::ZERO);
    }
}
