//! Where events leave.

use std::{fmt, time::Duration};

use sealane_journal::Sequence;
use thiserror::Error;

use super::{
    error::ControlError,
    market::{Market, MarketId},
    output::{DepthOf, EventOf, Published},
    producer::Shared,
    ring::{Aside, LOOK, Subscriber},
    subscription::{SlowConsumer, Subscription},
    sync::{Arc, AtomicBool, Instant, Ordering, Receiver, RecvTimeoutError, TryRecvError, bounded},
    worker::Control,
};

/// Why a consumer gets no more events.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Error)]
pub enum Ended {
    /// Its ring was full.
    #[error(
        "the ring was full at record {sequence} of worker {worker}; subscribe again, with a larger \
         ring or a faster reader"
    )]
    TooSlow {
        /// The worker that found it full.
        worker: usize,
        /// The record whose events were not delivered.
        sequence: Sequence,
    },
    /// The runtime was shut down and could not wait any longer for it to read.
    #[error("the markets were shut down before all events were read")]
    Abandoned,
    /// All workers have stopped, and all events were delivered, or gaps told.
    #[error("the markets were shut down; all events were delivered")]
    Finished,
}

/// The reading end of a consumer's ring: what it wants of its markets since it subscribed, each
/// market's in their order.
///
/// Of one record a consumer gets the reports first, then the levels, then the orders.
pub struct Consumer<M: Market> {
    events: Receiver<Published<EventOf<M>>>,
    aside: Arc<Aside>,
    shared: Arc<Shared<M>>,
    slow: SlowConsumer,
    depths: Vec<DepthOf<M>>,
    /// Whether the end was told. A worker that learns of it late may still put something into the
    /// ring.
    is_over: AtomicBool,
}

impl<M: Market> fmt::Debug for Consumer<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Consumer")
            .field("slow", &self.slow)
            .field("waiting", &self.len())
            .finish_non_exhaustive()
    }
}

/// A ring as a subscription asks for it, of which no worker knows yet.
pub(super) fn ring<M: Market>(
    subscription: &Subscription,
    shared: Arc<Shared<M>>,
) -> (Subscriber<M>, Consumer<M>) {
    let (sender, receiver) = bounded(subscription.ring.get());
    let aside = Arc::new(Aside::default());
    let selection = Arc::new(subscription.markets.clone());
    let subscriber = Subscriber::new(sender, Arc::clone(&aside), subscription.slow, selection);
    let consumer = Consumer {
        events: receiver,
        aside,
        shared,
        slow: subscription.slow,
        depths: Vec::new(),
        is_over: AtomicBool::new(false),
    };
    (subscriber, consumer)
}

impl<M: Market> Consumer<M> {
    pub(super) fn add_depths(&mut self, depths: Vec<DepthOf<M>>) {
        self.depths.extend(depths);
    }

    /// The depth, when it subscribed, of the markets whose depth it subscribed to: what the changes
    /// follow on. A market that was opened later starts with nothing, and its first changes are
    /// what it was opened with.
    pub fn take_depths(&mut self) -> Vec<DepthOf<M>> {
        std::mem::take(&mut self.depths)
    }

    /// The next event, if there is one now.
    ///
    /// # Errors
    ///
    /// If there will be none any more.
    pub fn try_recv(&self) -> Result<Option<Published<EventOf<M>>>, Ended> {
        if self.is_over.load(Ordering::Relaxed) {
            return Err(self.aside.ended().unwrap_or(Ended::Finished));
        }
        let next = self.next();
        if next.is_err() {
            self.is_over.store(true, Ordering::Relaxed);
        }
        next
    }

    fn next(&self) -> Result<Option<Published<EventOf<M>>>, Ended> {
        if let Some(gap) = self.aside.take_gap() {
            return Ok(Some(gap));
        }
        // Looked up first: what was put into the ring before the end is read before it is told.
        let ended = self.aside.ended();
        match (self.events.try_recv(), ended) {
            (Ok(event), _) => Ok(Some(event)),
            (Err(TryRecvError::Empty), None) => Ok(None),
            (Err(_), Some(ended)) => Err(ended),
            // Between our two looks a worker may have told one of these, and another reader have
            // emptied the ring.
            (Err(TryRecvError::Disconnected), None) => match self.aside.take_gap() {
                Some(gap) => Ok(Some(gap)),
                None => Err(self.aside.ended().unwrap_or(Ended::Finished)),
            },
        }
    }

    /// The next event, if there is one within `timeout`.
    ///
    /// # Errors
    ///
    /// If there will be none any more.
    pub fn recv_timeout(&self, timeout: Duration) -> Result<Option<Published<EventOf<M>>>, Ended> {
        let deadline = Instant::now().checked_add(timeout);
        loop {
            if let Some(event) = self.try_recv()? {
                return Ok(Some(event));
            }
            let left = deadline.map_or(LOOK, |end| end.saturating_duration_since(Instant::now()));
            if left.is_zero() {
                return Ok(None);
            }
            // A gap is told when the ring is full, so that nobody waits here then.
            match self.events.recv_timeout(left.min(LOOK)) {
                Ok(event) => return Ok(Some(event)),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {}
            }
        }
    }

    /// Takes a snapshot of a market's depth, as far as it is subscribed to, after a gap; from then
    /// on the consumer hears of the market again. What it still hears of records up to the
    /// snapshot's is included in it, and to be passed over.
    ///
    /// Waits for the market's worker, as all [questions](super::Runtime) do.
    ///
    /// # Errors
    ///
    /// If the consumer is not one that [skips](SlowConsumer::Skip), there is no such market, its
    /// worker has failed, or the runtime is shut down.
    pub fn resync(&self, market: MarketId) -> Result<DepthOf<M>, ControlError> {
        if self.slow != SlowConsumer::Skip {
            return Err(ControlError::NeverSkips);
        }
        let place = self.shared.placement.find(market);
        let place = place.ok_or(ControlError::UnknownMarket(market))?;
        self.shared.ask(place.worker, |reply| Control::Resync {
            slot: place.slot,
            aside: Arc::clone(&self.aside),
            reply,
        })
    }

    /// How many events wait in the ring.
    pub fn len(&self) -> usize {
        self.events.len()
    }

    /// Whether none waits.
    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
    }
}
