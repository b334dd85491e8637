//! Where reports leave.

use std::{
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use crossbeam_channel::{
    Receiver, RecvTimeoutError, SendTimeoutError, Sender, TryRecvError, TrySendError, bounded,
};
use sealane_journal::Sequence;
use thiserror::Error;

use super::market::MarketId;

/// How often whoever waits on a ring looks whether it has been ended.
const LOOK: Duration = Duration::from_millis(20);

/// A report on its way out.
///
/// Worker, sequence and index name it for good: what is reported again after a crash has the same.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Published<R> {
    /// The market's worker.
    pub worker: usize,
    /// The market.
    pub market: MarketId,
    /// The command's record in the worker's journal.
    pub sequence: Sequence,
    /// Which of the command's reports this is, from 0.
    pub index: u32,
    /// The report.
    pub report: R,
}

/// What happens when a consumer's ring is full.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum SlowConsumer {
    /// The worker waits, so that its queue fills and producers are refused in turn.
    Wait,
    /// The consumer is ended: after the reports in its ring it is told [`Ended::TooSlow`].
    Disconnect,
}

/// Why a consumer gets no more reports.
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
        /// The record whose reports were not delivered.
        sequence: Sequence,
    },
    /// The runtime was shut down and could not wait any longer for it to read.
    #[error("the markets were shut down before all reports were read")]
    Abandoned,
    /// All workers have stopped, and all reports were delivered.
    #[error("the markets were shut down; all reports were delivered")]
    Finished,
}

/// The reading end of a consumer's ring: all markets' reports since it subscribed, each market's in
/// their order.
#[derive(Debug)]
pub struct Consumer<R> {
    reports: Receiver<Published<R>>,
    ended: Arc<OnceLock<Ended>>,
}

/// A worker's end.
#[derive(Debug)]
pub(super) struct Subscriber<R> {
    reports: Sender<Published<R>>,
    ended: Arc<OnceLock<Ended>>,
    policy: SlowConsumer,
}

impl<R> Clone for Subscriber<R> {
    fn clone(&self) -> Self {
        Self {
            reports: self.reports.clone(),
            ended: Arc::clone(&self.ended),
            policy: self.policy,
        }
    }
}

/// A ring of `capacity` reports.
pub(super) fn ring<R>(capacity: usize, policy: SlowConsumer) -> (Subscriber<R>, Consumer<R>) {
    let (sender, receiver) = bounded(capacity);
    let ended = Arc::new(OnceLock::new());
    let subscriber = Subscriber {
        reports: sender,
        ended: Arc::clone(&ended),
        policy,
    };
    let consumer = Consumer {
        reports: receiver,
        ended,
    };
    (subscriber, consumer)
}

impl<R> Consumer<R> {
    /// The next report, if there is one now.
    ///
    /// # Errors
    ///
    /// If there will be none any more.
    pub fn try_recv(&self) -> Result<Option<Published<R>>, Ended> {
        // Looked up first: what was put into the ring before the end is read before it is told.
        let ended = self.ended.get().copied();
        match (self.reports.try_recv(), ended) {
            (Ok(report), _) => Ok(Some(report)),
            (Err(_), Some(ended)) => Err(ended),
            (Err(TryRecvError::Disconnected), None) => Err(self.finished()),
            (Err(TryRecvError::Empty), None) => Ok(None),
        }
    }

    /// The next report, if there is one within `timeout`.
    ///
    /// # Errors
    ///
    /// If there will be none any more.
    pub fn recv_timeout(&self, timeout: Duration) -> Result<Option<Published<R>>, Ended> {
        let deadline = Instant::now().checked_add(timeout);
        loop {
            if let Some(report) = self.try_recv()? {
                return Ok(Some(report));
            }
            let left = deadline.map_or(LOOK, |end| end.saturating_duration_since(Instant::now()));
            if left.is_zero() {
                return Ok(None);
            }
            match self.reports.recv_timeout(left.min(LOOK)) {
                Ok(report) => return Ok(Some(report)),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {}
            }
        }
    }

    /// How many reports wait in the ring.
    pub fn len(&self) -> usize {
        self.reports.len()
    }

    /// Whether none waits.
    pub fn is_empty(&self) -> bool {
        self.reports.is_empty()
    }

    /// A worker may have ended the consumer between our two looks.
    fn finished(&self) -> Ended {
        self.ended.get().copied().unwrap_or(Ended::Finished)
    }
}

impl<R: Copy> Subscriber<R> {
    /// Sends a report; says whether the consumer is still there.
    pub(super) fn send(&self, report: Published<R>, is_abandoned: &AtomicBool) -> bool {
        if self.ended.get().is_some() {
            return false;
        }
        match self.reports.try_send(report) {
            Ok(()) => true,
            Err(TrySendError::Disconnected(_)) => false,
            Err(TrySendError::Full(report)) => match self.policy {
                SlowConsumer::Disconnect => self.end(Ended::TooSlow {
                    worker: report.worker,
                    sequence: report.sequence,
                }),
                SlowConsumer::Wait => self.wait(report, is_abandoned),
            },
        }
    }

    #[cold]
    fn wait(&self, mut report: Published<R>, is_abandoned: &AtomicBool) -> bool {
        loop {
            match self.reports.send_timeout(report, LOOK) {
                Ok(()) => return true,
                Err(SendTimeoutError::Disconnected(_)) => return false,
                Err(SendTimeoutError::Timeout(back)) => report = back,
            }
            if is_abandoned.load(Ordering::Acquire) {
                return self.end(Ended::Abandoned);
            }
            if self.ended.get().is_some() {
                return false;
            }
        }
    }

    #[cold]
    fn end(&self, reason: Ended) -> bool {
        // Another worker may have found another reason; the first one stands.
        let _ = self.ended.set(reason);
        false
    }
}
