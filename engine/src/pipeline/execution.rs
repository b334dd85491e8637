//! The execution thread: what is journaled is run, and its outcomes are handed out.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use crossbeam_channel::{Receiver, SendTimeoutError, Sender};
use sealane_journal::Sequence;
use solana_clock::Clock;

use super::{
    intake::Look,
    machine::{Decoded, Simulation},
    outcome::{Executed, StageTimes},
    record::{self, Record},
};

/// How often whoever waits for a reader looks whether to give up.
const LOOK: Duration = Duration::from_millis(20);

/// What both threads and the handle know.
pub(super) struct Shared {
    /// The execution thread's, but for while a snapshot is taken.
    pub(super) simulation: Mutex<Simulation>,
    /// The last record that was executed and handed out.
    pub(super) published: AtomicU64,
    /// Whether outcomes that nobody reads are to be dropped.
    pub(super) is_abandoned: AtomicBool,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Simulation> {
        self.simulation
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// What waits to be executed.
pub(super) enum Work {
    Batch {
        sequence: Sequence,
        clock: Clock,
        trades: Vec<Decoded>,
        record: Vec<u8>,
    },
    Account {
        sequence: Sequence,
        record: Vec<u8>,
    },
    Inspect(Look),
    /// Tells that all before it is done.
    Reached(Sender<()>),
}

impl Work {
    /// Its bytes in the journal.
    pub(super) fn record(&self) -> &[u8] {
        match self {
            Self::Batch { record, .. } | Self::Account { record, .. } => record,
            Self::Inspect(_) | Self::Reached(_) => &[],
        }
    }

    /// Says where in the journal it is.
    pub(super) fn set_sequence(&mut self, number: Sequence) {
        match self {
            Self::Batch { sequence, .. } | Self::Account { sequence, .. } => *sequence = number,
            Self::Inspect(_) | Self::Reached(_) => {}
        }
    }
}

/// What was done.
#[derive(Default)]
pub(super) struct Done {
    pub(super) trades: u64,
    pub(super) unread: u64,
    pub(super) times: StageTimes,
}

pub(super) struct Execution {
    pub(super) shared: Arc<Shared>,
    /// Nobody's, after the reader has gone.
    pub(super) ring: Option<Sender<Executed>>,
    pub(super) done: Done,
}

impl Execution {
    /// Runs until the queue is closed and empty.
    pub(super) fn run(mut self, work: &Receiver<Work>) -> Done {
        for work in work {
            match work {
                Work::Batch {
                    sequence,
                    clock,
                    trades,
                    ..
                } => {
                    let slot = clock.slot;
                    self.done.trades += trades.len() as u64;
                    let times = &mut self.done.times;
                    let outcomes = self.shared.lock().run(clock, &trades, times);
                    self.publish(Executed {
                        sequence,
                        slot,
                        outcomes,
                    });
                    self.reached(sequence);
                }
                Work::Account { sequence, record } => {
                    if let Ok(Record::Account(account)) = record::parse(&record) {
                        // More accounts than can be numbered need more memory than there is.
                        self.shared.lock().load(&account).expect("few accounts");
                    }
                    self.reached(sequence);
                }
                Work::Inspect(look) => look(self.shared.lock().state()),
                Work::Reached(reply) => _ = reply.send(()),
            }
        }
        self.done
    }

    fn reached(&self, sequence: Sequence) {
        self.shared.published.store(sequence.0, Ordering::Release);
    }

    /// Waits for room in the ring, unless there is no reader any more.
    fn publish(&mut self, mut executed: Executed) {
        let start = Instant::now();
        while let Some(ring) = &self.ring {
            executed = match ring.send_timeout(executed, LOOK) {
                Ok(()) => {
                    self.done.times.publish += start.elapsed();
                    return;
                }
                Err(SendTimeoutError::Timeout(back)) => {
                    if self.shared.is_abandoned.load(Ordering::Acquire) {
                        self.ring = None;
                    }
                    back
                }
                Err(SendTimeoutError::Disconnected(back)) => {
                    self.ring = None;
                    back
                }
            };
        }
        self.done.unread += 1;
    }
}
