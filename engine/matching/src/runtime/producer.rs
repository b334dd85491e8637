//! Where commands enter.

use std::{fmt, time::Duration};

use super::{
    error::{ControlError, Refusal, Refused},
    market::{Market, MarketId},
    placement::{Place, Placement},
    sync::{
        Arc, AtomicBool, Instant, Mutex, MutexGuard, Ordering, PoisonError, Receiver,
        SendTimeoutError, Sender, TryLockError, TrySendError, Weak, bounded, thread,
    },
    worker::{Control, Input, Order},
};

/// How often a shutdown looks whether a producer has got its command in.
const LOOK: Duration = Duration::from_millis(1);

/// The workers' queues, as long as they are open to a producer.
type Queues<M> = Vec<Sender<Input<M>>>;

/// What producers and the runtime have in common.
pub(super) struct Shared<M: Market> {
    pub(super) placement: Placement,
    /// Which workers have failed.
    failed: Vec<AtomicBool>,
    /// Held while a market is opened, or it might be opened twice.
    pub(super) opening: Mutex<()>,
    /// Set when a shutdown waits for consumers no longer.
    pub(super) is_abandoned: AtomicBool,
    /// Set when a shutdown begins. Only a hint: without it a busy producer, which lets go of its
    /// gate for nanoseconds, would not let the shutdown have it.
    is_closing: AtomicBool,
    gates: Mutex<Gates<M>>,
}

/// What shutdown closes.
struct Gates<M: Market> {
    queues: Option<Queues<M>>,
    producers: Vec<Weak<Gate<M>>>,
}

/// A producer's way to the queues. It is locked while a command is on its way, so that once it is
/// closed nothing more can get into a queue; only its producer contends for it, until shutdown.
type Gate<M> = Mutex<Way<M>>;

/// The queues, until they are closed.
type Way<M> = Option<Queues<M>>;

impl<M: Market> Shared<M> {
    pub(super) fn new(queues: Queues<M>, placement: Placement) -> Self {
        Self {
            placement,
            failed: queues.iter().map(|_| AtomicBool::new(false)).collect(),
            opening: Mutex::new(()),
            is_abandoned: AtomicBool::new(false),
            is_closing: AtomicBool::new(false),
            gates: Mutex::new(Gates {
                queues: Some(queues),
                producers: Vec::new(),
            }),
        }
    }

    pub(super) fn has_failed(&self, worker: usize) -> bool {
        self.failed[worker].load(Ordering::Acquire)
    }

    pub(super) fn set_failed(&self, worker: usize) {
        self.failed[worker].store(true, Ordering::Release);
    }

    /// Asks a worker and waits for its answer.
    pub(super) fn ask<R>(
        &self,
        worker: usize,
        question: impl FnOnce(Sender<R>) -> Control<M>,
    ) -> Result<R, ControlError> {
        let answer = self.send(worker, question)?;
        await_answer(worker, &answer)
    }

    /// Asks all workers, and then waits for their answers: they work at it at the same time.
    pub(super) fn ask_all<R>(
        &self,
        question: impl Fn(Sender<R>) -> Control<M>,
    ) -> Vec<Result<R, ControlError>> {
        let answers: Vec<_> = (0..self.failed.len())
            .map(|worker| self.send(worker, &question))
            .collect();
        let answers = answers.into_iter().enumerate();
        answers
            .map(|(worker, answer)| await_answer(worker, &answer?))
            .collect()
    }

    fn send<R>(
        &self,
        worker: usize,
        question: impl FnOnce(Sender<R>) -> Control<M>,
    ) -> Result<Receiver<R>, ControlError> {
        let queue = {
            let gates = self.gates.lock().unwrap_or_else(PoisonError::into_inner);
            let queues = gates.queues.as_ref().ok_or(ControlError::ShutDown)?;
            queues[worker].clone()
        };
        let (reply, answer) = bounded(1);
        queue
            .send(Input::Control(question(reply)))
            .map_err(|_| ControlError::WorkerFailed { worker })?;
        Ok(answer)
    }

    /// Closes all queues: workers end once they have processed what is in them. Producers that are
    /// waiting for room are waited for; from `deadline` on no consumer is, so that room is made.
    pub(super) fn close(&self, deadline: Instant) {
        self.is_closing.store(true, Ordering::Relaxed);
        let mut gates = self.gates.lock().unwrap_or_else(PoisonError::into_inner);
        gates.queues = None;
        let producers = std::mem::take(&mut gates.producers);
        drop(gates);
        for gate in producers.iter().filter_map(Weak::upgrade) {
            *self.closing(&gate, deadline) = None;
        }
    }

    /// Locks a gate for good. What has been locked is kept: a producer that did not see the hint may
    /// come in between two looks, and wait for room that only an abandoned consumer makes.
    fn closing<'a>(&self, gate: &'a Gate<M>, deadline: Instant) -> MutexGuard<'a, Way<M>> {
        loop {
            match gate.try_lock() {
                Ok(way) => return way,
                Err(TryLockError::Poisoned(way)) => return way.into_inner(),
                Err(TryLockError::WouldBlock) if Instant::now() < deadline => thread::sleep(LOOK),
                Err(TryLockError::WouldBlock) => {
                    self.is_abandoned.store(true, Ordering::Release);
                    return gate.lock().unwrap_or_else(PoisonError::into_inner);
                }
            }
        }
    }

    fn gate(&self) -> Arc<Gate<M>> {
        let mut gates = self.gates.lock().unwrap_or_else(PoisonError::into_inner);
        let gate = Arc::new(Mutex::new(gates.queues.clone()));
        gates.producers.retain(|gate| gate.strong_count() > 0);
        gates.producers.push(Arc::downgrade(&gate));
        gate
    }
}

/// A worker that fails drops the question.
fn await_answer<R>(worker: usize, answer: &Receiver<R>) -> Result<R, ControlError> {
    answer
        .recv()
        .map_err(|_| ControlError::WorkerFailed { worker })
}

/// A way to submit commands. For one thread; clone it for others.
///
/// The commands that one producer submits for a market are applied in that order.
pub struct Producer<M: Market> {
    shared: Arc<Shared<M>>,
    gate: Arc<Gate<M>>,
    /// The markets seen, so that the common table is left alone.
    places: foldhash::HashMap<MarketId, Place>,
}

impl<M: Market> fmt::Debug for Producer<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Producer").finish_non_exhaustive()
    }
}

impl<M: Market> Clone for Producer<M> {
    fn clone(&self) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
            gate: self.shared.gate(),
            places: self.places.clone(),
        }
    }
}

impl<M: Market> Producer<M> {
    pub(super) fn new(shared: Arc<Shared<M>>) -> Self {
        Self {
            gate: shared.gate(),
            shared,
            places: foldhash::HashMap::default(),
        }
    }

    /// Submits a command if there is room. Taken, it will be journaled and applied, unless its
    /// worker fails, which gives it back at shutdown.
    ///
    /// # Errors
    ///
    /// If the queue is full, there is no such market, its worker has failed, or the runtime is
    /// shutting down. The command comes back.
    pub fn try_submit(
        &mut self,
        market: MarketId,
        command: M::Command,
    ) -> Result<(), Refused<M::Command>> {
        self.send(market, command, |queue, input| {
            queue.try_send(input).map_err(|error| match error {
                TrySendError::Full(_) => Refusal::Full,
                TrySendError::Disconnected(_) => Refusal::WorkerFailed,
            })
        })
    }

    /// Submits a command, waiting for room until `deadline`. A shutdown waits for this.
    ///
    /// # Errors
    ///
    /// As [`try_submit`](Self::try_submit), with [`Refusal::TimedOut`] where that is full.
    pub fn submit(
        &mut self,
        market: MarketId,
        command: M::Command,
        deadline: Instant,
    ) -> Result<(), Refused<M::Command>> {
        self.send(market, command, |queue, input| {
            queue
                .send_deadline(input, deadline)
                .map_err(|error| match error {
                    SendTimeoutError::Timeout(_) => Refusal::TimedOut,
                    SendTimeoutError::Disconnected(_) => Refusal::WorkerFailed,
                })
        })
    }

    fn send(
        &mut self,
        market: MarketId,
        command: M::Command,
        send: impl FnOnce(&Sender<Input<M>>, Input<M>) -> Result<(), Refusal>,
    ) -> Result<(), Refused<M::Command>> {
        let refused = |reason| Refused { command, reason };
        if self.shared.is_closing.load(Ordering::Relaxed) {
            return Err(refused(Refusal::ShutDown));
        }
        let place = self
            .place(market)
            .ok_or_else(|| refused(Refusal::UnknownMarket))?;
        if self.shared.has_failed(place.worker) {
            return Err(refused(Refusal::WorkerFailed));
        }
        let gate = self.gate.lock().unwrap_or_else(PoisonError::into_inner);
        let queues = gate.as_ref().ok_or_else(|| refused(Refusal::ShutDown))?;
        let input = Input::Command(Order {
            slot: place.slot,
            market,
            command,
        });
        send(&queues[place.worker], input).map_err(refused)
    }

    fn place(&mut self, market: MarketId) -> Option<Place> {
        if let Some(place) = self.places.get(&market) {
            return Some(*place);
        }
        let place = self.shared.placement.find(market)?;
        self.places.insert(market, place);
        Some(place)
    }
}
