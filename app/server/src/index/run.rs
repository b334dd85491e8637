//! The indexer at work.

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    sync::{Arc, PoisonError, atomic::Ordering},
    time::{Duration, Instant},
};

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use sealane_sdk::{amm, engine::world::SharedWorld, governance, orderbook, staking};
use solana_pubkey::Pubkey;
use solana_rpc_client::nonblocking::rpc_client::RpcClient;
use thiserror::Error;
use tokio::{sync::watch, time::sleep};

use super::{
    Index,
    decode::{Told, recorded},
    directory::Directory,
    merge::merge,
    orders::Orders,
    source::{Certainty, Fetched, Source, SourceError, Span},
    stats::Stats,
};
use crate::{
    config::IndexConfig,
    store::{Batch, Committed, Cursor, Entry, Interval, Recorded, Store, StoreError},
    told_to_stop,
};

/// Transactions that are stored at once.
pub(super) const CHUNK: usize = 64;
/// How often a transaction is asked for again that the node lists but does not know yet.
const FETCH_ATTEMPTS: usize = 5;
/// The pause between two such attempts.
const FETCH_PAUSE: Duration = Duration::from_millis(200);
/// What happens at once is looked at at once.
const GATHERING: Duration = Duration::from_millis(50);
/// How often it is looked at what has become final.
const SETTLING: Duration = Duration::from_secs(2);
/// The longest pause after failures.
const MAX_PAUSE: Duration = Duration::from_secs(15);
/// A day, in seconds.
const DAY: i64 = 86_400;

/// The programs whose transactions are kept.
pub(super) const PROGRAMS: [Pubkey; 4] = [amm::ID, orderbook::ID, staking::ID, governance::ID];

/// Why a round of indexing did not end well. The next one goes on where it stopped.
#[derive(Debug, Error)]
pub(super) enum RoundError {
    #[error(transparent)]
    Source(#[from] SourceError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What an indexer works with.
pub struct IndexerParts {
    /// How.
    pub config: IndexConfig,
    /// Where to.
    pub store: Store,
    /// Where from.
    pub rpc: Arc<RpcClient>,
    /// What belongs to what.
    pub world: Arc<SharedWorld>,
    /// Who is told.
    pub index: Arc<Index>,
}

/// The indexer.
pub struct Indexer {
    pub(super) config: IndexConfig,
    pub(super) store: Store,
    pub(super) source: Source,
    directory: Directory,
    index: Arc<Index>,
    /// The last final transaction of each program: everything up to it is in.
    anchors: BTreeMap<Pubkey, Cursor>,
    /// What has been read after the anchors, with slot and failure: the same one in another slot
    /// is news.
    known: HashMap<String, (u64, bool)>,
    /// What is in and not final, with its slot.
    pub(super) pending: BTreeMap<String, u64>,
    /// As of what is stored; `None`: to be read from there.
    orders: Option<Orders>,
    settled_at: Option<Instant>,
}

/// Transactions with the programs that each calls, oldest first.
pub(super) type Chunk = [(Entry, Vec<Pubkey>)];

impl Indexer {
    /// Reads where it had stopped.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn open(parts: IndexerParts) -> Result<Self, StoreError> {
        let IndexerParts {
            config,
            store,
            rpc,
            world,
            index,
        } = parts;
        let anchors = store.cursors().await?;
        let anchors = anchors.into_iter().map(|cursor| (cursor.program, cursor));
        for venue in store.venues().await? {
            load_stats(&store, &index, venue).await?;
        }
        let opened = (store.lanes().await?, store.positions().await?);
        let directory = Directory::new(world, Arc::clone(&rpc), opened);
        Ok(Self {
            source: Source::new(rpc, config.page_size),
            directory,
            index,
            anchors: anchors.collect(),
            known: HashMap::new(),
            pending: store.pending().await?,
            orders: None,
            settled_at: None,
            config,
            store,
        })
    }

    /// Works until it is told to stop, which it does between two commits.
    pub async fn run(mut self, mut stop: watch::Receiver<bool>) {
        let interval = Duration::from_millis(self.config.poll_interval_ms);
        let mut pause = interval;
        loop {
            let round = tokio::select! {
                () = told_to_stop(&mut stop) => break,
                round = self.round() => round,
            };
            match round {
                Ok(()) => {
                    self.index.round_done();
                    pause = interval;
                }
                Err(error) => {
                    self.index.caught_up.store(false, Ordering::Relaxed);
                    metrics::counter!("sealane_index_failures_total").increment(1);
                    tracing::warn!(%error, ?pause, "indexing stopped, and goes on");
                    pause = (pause * 2).min(MAX_PAUSE);
                }
            }
            tokio::select! {
                () = told_to_stop(&mut stop) => break,
                () = self.index.poke.notified() => sleep(GATHERING).await,
                () = sleep(pause) => {}
            }
        }
    }

    /// Reads what has become final, then all that is new.
    async fn round(&mut self) -> Result<(), RoundError> {
        let is_settled = self.known.is_empty() && self.pending.is_empty();
        let is_due = match self.settled_at {
            Some(at) => !is_settled && at.elapsed() >= SETTLING,
            None => true,
        };
        if is_due {
            let finalized = self.settle().await?;
            self.known.retain(|_, (slot, _)| *slot > finalized);
            self.settled_at = Some(Instant::now());
        }
        let mut lists = Vec::new();
        for program in PROGRAMS {
            lists.push((program, self.unsettled(&program).await?));
        }
        for chunk in merge(lists).chunks(CHUNK) {
            self.take_in(chunk, Certainty::Confirmed, None).await?;
        }
        Ok(())
    }

    /// What a program's list has after the anchor that is not known yet, oldest first.
    async fn unsettled(&self, program: &Pubkey) -> Result<VecDeque<Entry>, RoundError> {
        let mut new = VecDeque::new();
        let mut before: Option<String> = None;
        loop {
            let span = Span {
                before: before.as_deref(),
                until: self.anchor(program),
            };
            let page = self.source.page(program, span, Certainty::Confirmed);
            let page = page.await?;
            for entry in page.entries {
                let known = self.known.get(&entry.signature);
                if known != Some(&(entry.slot, entry.has_failed)) {
                    new.push_front(entry);
                }
            }
            before = page.oldest;
            if page.is_last || before.is_none() {
                return Ok(new);
            }
        }
    }

    /// The signature from which on a program's list is to be read.
    pub(super) fn anchor(&self, program: &Pubkey) -> Option<&str> {
        let anchor = self.anchors.get(program)?;
        Some(anchor.signature.as_str())
    }

    /// Stores some transactions and, if their blocks are final, how far they reach. What is told to
    /// be worked off is no longer in the backlog then.
    pub(super) async fn take_in(
        &mut self,
        chunk: &Chunk,
        certainty: Certainty,
        worked_off: Option<u64>,
    ) -> Result<(), RoundError> {
        let mut batch = Batch {
            is_final: certainty.is_final(),
            worked_off,
            ..Batch::default()
        };
        let mut elsewhere = Batch::default();
        let mut wanted = Vec::new();
        for (entry, _) in chunk {
            match self.store.slot_of(&entry.signature).await? {
                Some(slot) if slot == entry.slot && !entry.has_failed => {
                    let settled = certainty.is_final().then(|| entry.signature.clone());
                    batch.settled.extend(settled);
                    continue;
                }
                // Where it was stored from was skipped.
                Some(_) => elsewhere.taken_back.push(entry.signature.clone()),
                None => {}
            }
            if !entry.has_failed {
                wanted.push(entry.clone());
            }
        }
        if !elsewhere.taken_back.is_empty() {
            self.commit(elsewhere).await?;
        }
        let (transactions, orders) = self.read(wanted, certainty).await?;
        batch.transactions = transactions;
        if certainty.is_final() {
            batch.cursors = reached(chunk);
        }
        self.commit(batch).await?;
        self.orders = Some(orders);
        // What is final is not listed again.
        for (entry, _) in chunk.iter().filter(|_| !certainty.is_final()) {
            let state = (entry.slot, entry.has_failed);
            self.known.insert(entry.signature.clone(), state);
        }
        if let Some((last, _)) = chunk.last() {
            self.index.last_slot.fetch_max(last.slot, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Fetches transactions and reads what they have done; the orders as they are once that is
    /// stored.
    async fn read(
        &mut self,
        wanted: Vec<Entry>,
        certainty: Certainty,
    ) -> Result<(Vec<Recorded>, Orders), RoundError> {
        let source = &self.source;
        let fetched: Vec<Fetched> = stream::iter(wanted)
            .map(|entry| fetch(source, entry, certainty))
            .buffered(self.config.parallel_fetches)
            .try_collect()
            .await?;
        let mut orders = match self.orders.take() {
            Some(orders) => orders,
            None => Orders::load(self.store.resting().await?),
        };
        let mut read = Vec::with_capacity(fetched.len());
        for fetched in &fetched {
            let told = Told::of(fetched);
            let [shards, lanes, markets] = told.named();
            self.directory.learn(&shards, &lanes, &markets).await;
            self.directory.learn_stakes(&told.stakes).await;
            self.directory.learn_proposals(&told.votes).await;
            let directory = &mut self.directory;
            read.push(recorded(fetched, &told, directory, &mut orders));
        }
        Ok((read, orders))
    }

    /// Stores a batch, remembers what is not final, and tells what has changed.
    pub(super) async fn commit(&mut self, batch: Batch) -> Result<(), RoundError> {
        if !batch.taken_back.is_empty() {
            self.orders = None;
        }
        let (is_final, cursors) = (batch.is_final, batch.cursors.clone());
        let no_longer: Vec<String> = [&*batch.settled, &*batch.taken_back].concat();
        let stored = batch.transactions.iter();
        let stored = stored.map(|recorded| (recorded.signature.clone(), recorded.slot));
        let stored: Vec<(String, u64)> = stored.collect();
        let committed = self.store.commit(batch).await?;
        for signature in &no_longer {
            self.pending.remove(signature);
        }
        for (signature, slot) in stored {
            match is_final {
                true => self.pending.remove(&signature),
                false => self.pending.insert(signature, slot),
            };
        }
        for cursor in cursors {
            self.anchors.insert(cursor.program, cursor);
        }
        self.tell(committed).await
    }

    async fn tell(&self, committed: Committed) -> Result<(), RoundError> {
        metrics::counter!("sealane_index_transactions_total")
            .increment(committed.transactions as u64);
        metrics::counter!("sealane_index_events_total").increment(committed.events as u64);
        metrics::counter!("sealane_index_trades_total").increment(committed.trades.len() as u64);
        self.index.with_stats(|stats| {
            for (venue, interval, candle) in &committed.candles {
                stats.put(*venue, *interval, candle);
            }
        });
        for venue in &committed.unmade {
            load_stats(&self.store, &self.index, *venue).await?;
        }
        // Fails only if nobody listens.
        let _ = self.index.news.send(Arc::new(committed));
        Ok(())
    }
}

/// A transaction's record. Nodes list some before they know them.
async fn fetch(
    source: &Source,
    entry: Entry,
    certainty: Certainty,
) -> Result<Fetched, SourceError> {
    let mut attempt = 1;
    loop {
        match source.fetch(&entry, certainty).await {
            Ok(fetched) => return Ok(fetched),
            Err(error) if attempt == FETCH_ATTEMPTS => return Err(error),
            Err(_) => sleep(FETCH_PAUSE).await,
        }
        attempt += 1;
    }
}

/// How far final transactions reach.
fn reached(chunk: &Chunk) -> Vec<Cursor> {
    let mut reached = BTreeMap::new();
    for (entry, programs) in chunk {
        for program in programs {
            let cursor = Cursor {
                program: *program,
                signature: entry.signature.clone(),
                slot: entry.slot,
            };
            reached.insert(*program, cursor);
        }
    }
    reached.into_values().collect()
}

/// A venue's last day, out of the database.
async fn load_stats(store: &Store, index: &Index, venue: Pubkey) -> Result<(), StoreError> {
    let now = crate::unix_now();
    let day = (now - DAY - Interval::Minute.seconds(), i64::MAX);
    let minutes = store.candles(&venue, Interval::Minute, day, u32::MAX);
    let minutes = minutes.await?;
    let latest = (i64::MIN, i64::MAX);
    let latest = store.candles(&venue, Interval::Day, latest, 1).await?;
    index.with_stats(|stats| {
        stats.forget(&venue);
        for candle in &minutes {
            stats.put(venue, Interval::Minute, candle);
        }
        if let Some(candle) = latest.first() {
            stats.put_last(venue, candle.close);
        }
    });
    Ok(())
}

impl Index {
    fn with_stats(&self, work: impl FnOnce(&mut Stats)) {
        let mut stats = self.stats.write().unwrap_or_else(PoisonError::into_inner);
        work(&mut stats);
    }
}
