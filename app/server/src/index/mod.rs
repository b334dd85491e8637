//! The indexer: follows the programs' transactions and keeps what they did, each exactly once.
//!
//! The chain's own list of a program's transactions is read from the last one that is known to be
//! in, oldest first; what is new is fetched, decoded and stored together with how far that reaches.
//! So it does not matter when the gateway or the node was away. Nodes may list a transaction a
//! little late: what is not final is listed again each time, and what is in already is left out.
//!
//! It looks when the followed exchange has changed, and from time to time in any case.
//!
//! # Forks
//!
//! What is told has to be fresh, so transactions are stored as soon as their block is confirmed. Such
//! a block may still be skipped, if rarely. Hence every transaction is stored as not final first, and
//! twice more something is done about it:
//!
//! - Where it is listed in another slot than the one in which it is stored, or as failed, what was
//!   stored is replaced. It may have done something else there.
//! - Some seconds later the list of final blocks is compared with what is stored. What it has becomes
//!   final; what it should have and has not is taken back, if the node confirms that no block has it:
//!   events, trades and activities are deleted, and candles made anew out of the trades that are
//!   left. Streams that told of it begin again with a snapshot.
//!
//! How far a list has been read is only ever remembered as a final transaction, which stays in the
//! list. That a slot's block is replaced by another one of the same slot is not looked for.

mod decode;
mod directory;
mod lanes;
mod merge;
mod orders;
mod run;
mod settle;
mod source;
mod stakes;
mod stats;
mod takes;
mod votes;

pub use run::{Indexer, IndexerParts};
pub use stats::{Day, Stats};

use std::{
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use solana_pubkey::Pubkey;
use tokio::sync::{Notify, broadcast};

use crate::store::Committed;

/// Commits that may wait for a reader of them.
const NEWS: usize = 256;

/// What others see of the indexer.
#[derive(Debug)]
pub struct Index {
    stats: RwLock<Stats>,
    news: broadcast::Sender<Arc<Committed>>,
    poke: Notify,
    caught_up: AtomicBool,
    /// When it last had read all that the chain lists, in milliseconds since `born`; 0: never.
    last_round: AtomicU64,
    last_slot: AtomicU64,
    born: Instant,
}

impl Default for Index {
    fn default() -> Self {
        Self {
            stats: RwLock::default(),
            news: broadcast::channel(NEWS).0,
            poke: Notify::new(),
            caught_up: AtomicBool::new(false),
            last_round: AtomicU64::new(0),
            last_slot: AtomicU64::new(0),
            born: Instant::now(),
        }
    }
}

impl Index {
    /// A venue's last day.
    #[must_use]
    pub fn day(&self, venue: &Pubkey, now: i64) -> Day {
        let stats = self.stats.read().unwrap_or_else(PoisonError::into_inner);
        stats.day(venue, now)
    }

    /// Says that there may be something new.
    pub fn poke(&self) {
        self.poke.notify_one();
    }

    /// What is stored from now on.
    #[must_use]
    pub fn news(&self) -> broadcast::Receiver<Arc<Committed>> {
        self.news.subscribe()
    }

    /// Whether everything that the chain listed when it was asked last is in.
    #[must_use]
    pub fn is_caught_up(&self) -> bool {
        self.caught_up.load(Ordering::Relaxed)
    }

    /// How long ago that was; `None`: never.
    #[must_use]
    pub fn age(&self) -> Option<Duration> {
        let last = self.last_round.load(Ordering::Relaxed);
        let age = self.born.elapsed().checked_sub(Duration::from_millis(last));
        (last > 0).then(|| age.unwrap_or_default())
    }

    /// The slot of the last transaction that is in.
    #[must_use]
    pub fn slot(&self) -> u64 {
        self.last_slot.load(Ordering::Relaxed)
    }

    fn round_done(&self) {
        let now = self.born.elapsed().as_millis().max(1);
        let now = u64::try_from(now).unwrap_or(u64::MAX);
        self.last_round.store(now, Ordering::Relaxed);
        self.caught_up.store(true, Ordering::Relaxed);
    }
}
