//! The workers' end of a consumer's ring.

use std::time::Duration;

use sealane_journal::Sequence;

use super::{
    consumer::Ended,
    market::{Market, MarketId},
    output::{Event, EventOf, Outputs, Published, Source, Streams},
    subscription::{Selection, SlowConsumer},
    sync::{
        Arc, AtomicBool, Mutex, MutexGuard, OnceLock, Ordering, PoisonError, SendTimeoutError,
        Sender, TrySendError,
    },
};

/// How often whoever waits on a ring looks whether it has been ended.
pub(super) const LOOK: Duration = Duration::from_millis(20);

/// What a consumer is told beside its ring, which may be full.
#[derive(Debug, Default)]
pub(super) struct Aside {
    ended: OnceLock<Ended>,
    /// Whether any are in `gaps`.
    has_gaps: AtomicBool,
    gaps: Mutex<Vec<Gap>>,
}

/// Where a market's changes begin to be left out.
#[derive(Clone, Copy, Debug)]
struct Gap {
    worker: usize,
    market: MarketId,
    sequence: Sequence,
}

impl Aside {
    pub(super) fn ended(&self) -> Option<Ended> {
        self.ended.get().copied()
    }

    /// The oldest gap that was not told.
    pub(super) fn take_gap<R, L, O>(&self) -> Option<Published<Event<R, L, O>>> {
        if !self.has_gaps.load(Ordering::Acquire) {
            return None;
        }
        let mut gaps = self.lock();
        let gap = (!gaps.is_empty()).then(|| gaps.remove(0));
        self.has_gaps.store(!gaps.is_empty(), Ordering::Release);
        gap.map(|gap| Published {
            worker: gap.worker,
            market: gap.market,
            sequence: gap.sequence,
            index: 0,
            is_last: true,
            event: Event::Gap,
        })
    }

    fn add_gap(&self, gap: Gap) {
        let mut gaps = self.lock();
        gaps.push(gap);
        self.has_gaps.store(true, Ordering::Release);
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Gap>> {
        self.gaps.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A worker's end of a ring.
pub(super) struct Subscriber<M: Market> {
    events: Sender<Published<EventOf<M>>>,
    aside: Arc<Aside>,
    slow: SlowConsumer,
    selection: Arc<Selection>,
    /// Of each of the worker's markets.
    slots: Vec<Slot>,
}

#[derive(Clone, Copy, Debug)]
struct Slot {
    streams: Streams,
    /// Whether its changes are left out until the consumer takes a snapshot.
    is_lost: bool,
}

impl<M: Market> Clone for Subscriber<M> {
    fn clone(&self) -> Self {
        Self {
            events: self.events.clone(),
            aside: Arc::clone(&self.aside),
            slow: self.slow,
            selection: Arc::clone(&self.selection),
            slots: self.slots.clone(),
        }
    }
}

impl<M: Market> Subscriber<M> {
    pub(super) const fn new(
        events: Sender<Published<EventOf<M>>>,
        aside: Arc<Aside>,
        slow: SlowConsumer,
        selection: Arc<Selection>,
    ) -> Self {
        Self {
            events,
            aside,
            slow,
            selection,
            slots: Vec::new(),
        }
    }

    /// Enters the worker's next market.
    pub(super) fn add_market(&mut self, market: MarketId) {
        self.slots.push(Slot {
            streams: self.selection.of(market),
            is_lost: false,
        });
    }

    /// What it wants of a market.
    pub(super) fn streams(&self, slot: usize) -> Streams {
        self.slots[slot].streams
    }

    /// Whether this is the consumer with that side channel.
    pub(super) fn is(&self, aside: &Arc<Aside>) -> bool {
        Arc::ptr_eq(&self.aside, aside)
    }

    /// Leaves nothing more out of a market: the consumer gets a snapshot.
    pub(super) fn resume(&mut self, slot: usize) {
        self.slots[slot].is_lost = false;
    }

    /// Sends what the consumer wants of a record; says whether it is still there.
    pub(super) fn publish(
        &mut self,
        slot: usize,
        source: Source,
        outputs: &Outputs<M>,
        is_abandoned: &AtomicBool,
    ) -> bool {
        let Slot { streams, is_lost } = self.slots[slot];
        if is_lost {
            return true;
        }
        let mut is_full = false;
        let is_sent = outputs.send(streams, source, |event| {
            self.send(event, is_abandoned, &mut is_full)
        });
        if is_full {
            self.slots[slot].is_lost = true;
            self.aside.add_gap(Gap {
                worker: source.worker,
                market: source.market,
                sequence: source.sequence,
            });
        }
        is_sent || is_full
    }

    /// Sends an event; says whether it did.
    fn send(
        &self,
        event: Published<EventOf<M>>,
        is_abandoned: &AtomicBool,
        is_full: &mut bool,
    ) -> bool {
        if self.aside.ended().is_some() {
            return false;
        }
        match self.events.try_send(event) {
            Ok(()) => true,
            Err(TrySendError::Disconnected(_)) => false,
            Err(TrySendError::Full(event)) => match self.slow {
                SlowConsumer::Disconnect => self.end(Ended::TooSlow {
                    worker: event.worker,
                    sequence: event.sequence,
                }),
                SlowConsumer::Wait => self.wait(event, is_abandoned),
                SlowConsumer::Skip => {
                    *is_full = true;
                    false
                }
            },
        }
    }

    #[cold]
    fn wait(&self, mut event: Published<EventOf<M>>, is_abandoned: &AtomicBool) -> bool {
        loop {
            match self.events.send_timeout(event, LOOK) {
                Ok(()) => return true,
                Err(SendTimeoutError::Disconnected(_)) => return false,
                Err(SendTimeoutError::Timeout(back)) => event = back,
            }
            if is_abandoned.load(Ordering::Acquire) {
                return self.end(Ended::Abandoned);
            }
            if self.aside.ended().is_some() {
                return false;
            }
        }
    }

    #[cold]
    fn end(&self, reason: Ended) -> bool {
        // Another worker may have found another reason; the first one stands.
        let _ = self.aside.ended.set(reason);
        false
    }
}
