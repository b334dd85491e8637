//! The indexer at work.

use std::{
    collections::{BTreeMap, HashSet, VecDeque},
    sync::{Arc, PoisonError, atomic::Ordering},
    time::Duration,
};

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use sealane_sdk::{amm, engine::world::SharedWorld, orderbook};
use solana_pubkey::Pubkey;
use solana_rpc_client::nonblocking::rpc_client::RpcClient;
use solana_signature::Signature;
use thiserror::Error;
use tokio::{sync::watch, time::sleep};

use super::{
    Index,
    decode::{Told, recorded},
    directory::Directory,
    source::{Fetched, Listed, Source, SourceError},
};
use crate::{
    config::IndexConfig,
    store::{Batch, Cursor, Interval, Store, StoreError},
    told_to_stop,
};

/// Transactions that are stored at once.
const CHUNK: usize = 64;
/// How often a transaction is asked for again that the node lists but does not know yet.
const FETCH_ATTEMPTS: usize = 5;
/// The pause between two such attempts.
const FETCH_PAUSE: Duration = Duration::from_millis(200);
/// What happens at once is looked at at once.
const GATHERING: Duration = Duration::from_millis(50);
/// The longest pause after failures.
const MAX_PAUSE: Duration = Duration::from_secs(15);
/// A day, in seconds.
const DAY: i64 = 86_400;

/// The programs whose transactions are kept.
const PROGRAMS: [Pubkey; 2] = [amm::ID, orderbook::ID];

/// Why a round of indexing did not end well. The next one goes on where it stopped.
#[derive(Debug, Error)]
enum RoundError {
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

/// A program's transactions, as far as they may be listed again.
#[derive(Debug, Default)]
struct Tail {
    /// Everything up to here is in, and is not listed again.
    anchor: Option<Cursor>,
    /// What is in after it, oldest first.
    recent: VecDeque<Listed>,
    known: HashSet<String>,
}

/// The indexer.
pub struct Indexer {
    config: IndexConfig,
    store: Store,
    source: Source,
    directory: Directory,
    index: Arc<Index>,
    tails: BTreeMap<Pubkey, Tail>,
}

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
        let mut tails: BTreeMap<Pubkey, Tail> = BTreeMap::new();
        for cursor in store.cursors().await? {
            let tail = tails.entry(cursor.program).or_default();
            tail.anchor = Some(cursor);
        }
        load_stats(&store, &index).await?;
        let directory = Directory::new(world, Arc::clone(&rpc), store.lanes().await?);
        Ok(Self {
            config,
            store,
            source: Source::new(rpc),
            directory,
            index,
            tails,
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

    /// Reads all that is new.
    async fn round(&mut self) -> Result<(), RoundError> {
        let tip = self.source.slot().await?;
        let mut lists = Vec::new();
        for program in PROGRAMS {
            let tail = self.tails.entry(program).or_default();
            let until = tail.anchor.as_ref();
            let until: Option<Signature> = until.and_then(|cursor| cursor.signature.parse().ok());
            let listed = self.source.list(&program, until).await?;
            let new = listed.into_iter();
            let new = new.filter(|one| !tail.known.contains(&one.signature));
            lists.push(new.collect::<VecDeque<Listed>>());
        }
        let [pools, books] = <[_; 2]>::try_from(lists).unwrap_or_default();
        let merged = merge(pools, books);
        for chunk in merged.chunks(CHUNK) {
            self.take_in(chunk, tip).await?;
        }
        if merged.is_empty() {
            self.move_anchors(tip).await?;
        }
        Ok(())
    }

    /// Stores some transactions, and how far they reach.
    async fn take_in(
        &mut self,
        chunk: &[(Listed, Vec<Pubkey>)],
        tip: u64,
    ) -> Result<(), RoundError> {
        let mut wanted = Vec::new();
        for (listed, _) in chunk {
            if !listed.has_failed && !self.store.has(&listed.signature).await? {
                wanted.push(listed.clone());
            }
        }
        let source = &self.source;
        let fetched: Vec<Fetched> = stream::iter(wanted)
            .map(|listed| fetch(source, listed))
            .buffered(self.config.parallel_fetches)
            .try_collect()
            .await?;
        let mut batch = Batch::default();
        for fetched in &fetched {
            let told = Told::of(fetched);
            let [shards, lanes, markets] = told.named();
            self.directory.learn(&shards, &lanes, &markets).await;
            let recorded = recorded(fetched, &told, &mut self.directory);
            batch.transactions.push(recorded);
        }
        for (listed, programs) in chunk {
            for program in programs {
                let tail = self.tails.entry(*program).or_default();
                tail.known.insert(listed.signature.clone());
                tail.recent.push_back(listed.clone());
            }
        }
        batch.cursors = self.cursors(tip);
        let moved = batch.cursors.clone();
        let committed = match self.store.commit(batch).await {
            Ok(committed) => committed,
            Err(error) => {
                // Nothing of it is in: it is new again.
                for (listed, programs) in chunk {
                    for program in programs {
                        let tail = self.tails.entry(*program).or_default();
                        tail.known.remove(&listed.signature);
                        tail.recent.retain(|one| one.signature != listed.signature);
                    }
                }
                return Err(error.into());
            }
        };
        self.forget_before(moved);
        if let Some((last, _)) = chunk.last() {
            self.index.last_slot.fetch_max(last.slot, Ordering::Relaxed);
        }
        self.tell(committed);
        Ok(())
    }

    fn tell(&self, committed: crate::store::Committed) {
        metrics::counter!("sealane_index_transactions_total")
            .increment(committed.transactions as u64);
        metrics::counter!("sealane_index_events_total").increment(committed.events as u64);
        metrics::counter!("sealane_index_trades_total").increment(committed.trades.len() as u64);
        {
            let stats = &self.index.stats;
            let mut stats = stats.write().unwrap_or_else(PoisonError::into_inner);
            for (venue, interval, candle) in &committed.candles {
                stats.put(*venue, *interval, candle);
            }
        }
        // Fails only if nobody listens.
        let _ = self.index.news.send(Arc::new(committed));
    }

    /// The last transactions that are old enough not to be listed again.
    fn cursors(&self, tip: u64) -> Vec<Cursor> {
        let settled = tip.saturating_sub(self.config.overlap_slots);
        let cursors = self.tails.iter().filter_map(|(program, tail)| {
            let last = tail.recent.iter().rfind(|one| one.slot <= settled)?;
            Some(Cursor {
                program: *program,
                signature: last.signature.clone(),
                slot: last.slot,
            })
        });
        cursors.collect()
    }

    async fn move_anchors(&mut self, tip: u64) -> Result<(), RoundError> {
        let cursors = self.cursors(tip);
        if !cursors.is_empty() {
            let batch = Batch {
                cursors: cursors.clone(),
                ..Batch::default()
            };
            self.store.commit(batch).await?;
            self.forget_before(cursors);
        }
        Ok(())
    }

    fn forget_before(&mut self, cursors: Vec<Cursor>) {
        for cursor in cursors {
            let tail = self.tails.entry(cursor.program).or_default();
            while let Some(first) = tail.recent.pop_front() {
                tail.known.remove(&first.signature);
                if first.signature == cursor.signature {
                    break;
                }
            }
            tail.anchor = Some(cursor);
        }
    }
}

/// A transaction's record. Nodes list some before they know them.
async fn fetch(source: &Source, listed: Listed) -> Result<Fetched, SourceError> {
    let mut attempt = 1;
    loop {
        match source.fetch(&listed).await {
            Ok(fetched) => return Ok(fetched),
            Err(error) if attempt == FETCH_ATTEMPTS => return Err(error),
            Err(_) => sleep(FETCH_PAUSE).await,
        }
        attempt += 1;
    }
}

/// Both programs' lists in one, each transaction once with the programs that it calls, in an order
/// that agrees with both.
fn merge(mut pools: VecDeque<Listed>, mut books: VecDeque<Listed>) -> Vec<(Listed, Vec<Pubkey>)> {
    let in_both: HashSet<String> = {
        let pools: HashSet<&String> = pools.iter().map(|one| &one.signature).collect();
        let books = books.iter().filter(|one| pools.contains(&one.signature));
        books.map(|one| one.signature.clone()).collect()
    };
    let is_in_both = |one: &Listed| in_both.contains(&one.signature);
    let mut merged = Vec::with_capacity(pools.len() + books.len());
    loop {
        let pool_first = match (pools.front(), books.front()) {
            (None, None) => break,
            (Some(_), None) => true,
            (None, Some(_)) => false,
            (Some(pool), Some(book)) => match (is_in_both(pool), is_in_both(book)) {
                (false, false) => pool.slot <= book.slot,
                (false, true) => true,
                (true, false) => false,
                // The same one, if the node's lists agree with each other.
                (true, true) => true,
            },
        };
        let (first, own, other, others) = match pool_first {
            true => (pools.pop_front(), amm::ID, orderbook::ID, &mut books),
            false => (books.pop_front(), orderbook::ID, amm::ID, &mut pools),
        };
        let Some(first) = first else { break };
        let mut programs = vec![own];
        if let Some(at) = others
            .iter()
            .position(|one| one.signature == first.signature)
        {
            others.remove(at);
            programs.push(other);
        }
        merged.push((first, programs));
    }
    merged
}

/// The last day of every venue, out of the database.
async fn load_stats(store: &Store, index: &Index) -> Result<(), StoreError> {
    let now = crate::unix_now();
    for venue in store.venues().await? {
        let day = (now - DAY - Interval::Minute.seconds(), i64::MAX);
        let minutes = store
            .candles(&venue, Interval::Minute, day, u32::MAX)
            .await?;
        let latest = (i64::MIN, i64::MAX);
        let latest = store.candles(&venue, Interval::Day, latest, 1).await?;
        let mut stats = index.stats.write().unwrap_or_else(PoisonError::into_inner);
        for candle in &minutes {
            stats.put(venue, Interval::Minute, candle);
        }
        if let Some(candle) = latest.first() {
            stats.put_last(venue, candle.close);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(signature: &str, slot: u64) -> Listed {
        Listed {
            signature: signature.to_owned(),
            slot,
            time: None,
            has_failed: false,
        }
    }

    #[test]
    fn lists_are_merged_in_an_order_that_agrees_with_both() {
        let pools = [listed("a", 1), listed("x", 2), listed("b", 2)];
        let books = [
            listed("c", 2),
            listed("d", 2),
            listed("x", 2),
            listed("e", 9),
        ];
        let merged = merge(pools.into(), books.into());
        let order: Vec<&str> = merged
            .iter()
            .map(|(one, _)| one.signature.as_str())
            .collect();
        assert_eq!(order, ["a", "c", "d", "x", "b", "e"]);
        let programs: Vec<usize> = merged.iter().map(|(_, programs)| programs.len()).collect();
        assert_eq!(programs, [1, 1, 1, 2, 1, 1]);
        assert!(merge(VecDeque::new(), VecDeque::new()).is_empty());
    }
}
