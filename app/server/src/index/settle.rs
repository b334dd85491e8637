//! What has become final: what was skipped instead is taken back, and long lists are worked off.
//!
//! A program's final transactions after the last one that is known to be in are listed, oldest
//! first. Those that are in become final; the others are new. Whatever is in, is not final, and is
//! not listed although its slot is past, was in a block that has been skipped.
//!
//! Where a list is longer than a page (after a long absence, or at the very beginning) it goes
//! through the database: see [`store::Entry`](crate::store::Entry)'s module. Memory holds one page
//! of it, or what is in one slot.

use std::collections::{BTreeMap, VecDeque};

use solana_pubkey::Pubkey;

use super::{
    merge::merge,
    run::{CHUNK, Indexer, PROGRAMS, RoundError},
    source::{Certainty, Page, Span},
};
use crate::store::{Batch, Entry, Walk};

impl Indexer {
    /// Brings in all that is final, and takes back what was skipped. Returns the last final slot.
    pub(super) async fn settle(&mut self) -> Result<u64, RoundError> {
        loop {
            let finalized = self.source.finalized().await?;
            let certainty = Certainty::Final(finalized);
            if self.store.walks().await?.is_empty() {
                let pages = self.first_pages(certainty).await?;
                if pages.values().all(|page| page.is_last) {
                    let mut pages = pages;
                    let mut oldest_first = |program: &Pubkey| {
                        let page = pages.remove(program);
                        let entries = page.into_iter().flat_map(|page| page.entries);
                        entries.rev().collect::<VecDeque<Entry>>()
                    };
                    let lists = PROGRAMS.map(|program| (program, oldest_first(&program)));
                    for chunk in merge(lists.into()).chunks(CHUNK) {
                        self.take_in(chunk, certainty, None).await?;
                    }
                    self.take_back(finalized).await?;
                    return Ok(finalized);
                }
                self.keep(pages, None).await?;
            }
            self.read_on(certainty).await?;
            self.work_off(certainty).await?;
        }
    }

    async fn first_pages(
        &self,
        certainty: Certainty,
    ) -> Result<BTreeMap<Pubkey, Page>, RoundError> {
        let mut pages = BTreeMap::new();
        for program in PROGRAMS {
            let span = Span {
                until: self.anchor(&program),
                before: None,
            };
            let page = self.source.page(&program, span, certainty).await?;
            pages.insert(program, page);
        }
        Ok(pages)
    }

    /// Puts pages into the backlog. One without an end of its own goes on from `oldest`.
    async fn keep(
        &self,
        pages: BTreeMap<Pubkey, Page>,
        oldest: Option<&str>,
    ) -> Result<(), RoundError> {
        let pages = pages.into_iter().map(|(program, page)| {
            let oldest = page.oldest.as_deref().or(oldest);
            let walk = Walk {
                oldest: oldest.unwrap_or_default().to_owned(),
                is_complete: page.is_last,
            };
            (program, page.entries, walk)
        });
        let pages: Vec<_> = pages.collect();
        Ok(self.store.keep_pages(&pages).await?)
    }

    /// Reads lists to their end, page by page.
    async fn read_on(&self, certainty: Certainty) -> Result<(), RoundError> {
        for (program, mut walk) in self.store.walks().await? {
            while !walk.is_complete {
                let span = Span {
                    before: Some(&walk.oldest),
                    until: self.anchor(&program),
                };
                let page = self.source.page(&program, span, certainty).await?;
                let next = Walk {
                    oldest: page.oldest.clone().unwrap_or_else(|| walk.oldest.clone()),
                    is_complete: page.is_last,
                };
                let pages = BTreeMap::from([(program, page)]);
                self.keep(pages, Some(&walk.oldest)).await?;
                walk = next;
            }
        }
        Ok(())
    }

    /// Stores what the backlog lists, slot by slot.
    async fn work_off(&mut self, certainty: Certainty) -> Result<(), RoundError> {
        while let Some((through, lists)) = self.store.oldest(CHUNK as u32).await? {
            let mut lists = lists;
            let lists = PROGRAMS.map(|program| {
                let list = lists.remove(&program).unwrap_or_default();
                (program, VecDeque::from(list))
            });
            let chunk = merge(lists.into());
            self.take_in(&chunk, certainty, Some(through)).await?;
        }
        Ok(self.store.end_walks().await?)
    }

    /// Takes back what is in a block that was skipped: it is in, its slot is past, and no final
    /// block has it.
    async fn take_back(&mut self, finalized: u64) -> Result<(), RoundError> {
        let past = self.pending.iter().filter(|(_, slot)| **slot <= finalized);
        let past: Vec<(String, u64)> = past.map(|(name, slot)| (name.clone(), *slot)).collect();
        if past.is_empty() {
            return Ok(());
        }
        let signatures: Vec<String> = past.iter().map(|(name, _)| name.clone()).collect();
        let now = self.source.slots_of(&signatures).await?;
        let first_kept = self.source.first_kept().await?;
        let mut batch = Batch::default();
        for ((signature, slot), now) in past.into_iter().zip(now) {
            match now {
                None if slot < first_kept => {
                    tracing::warn!(signature, slot, "the node no longer knows; left as it is");
                    batch.settled.push(signature);
                }
                None => {
                    tracing::warn!(signature, slot, "its block was skipped; taken back");
                    metrics::counter!("sealane_index_taken_back_total").increment(1);
                    batch.taken_back.push(signature);
                }
                // Only the list was incomplete.
                Some(now) if now == slot => batch.settled.push(signature),
                // It waits for its new block to become final. The lists will tell.
                Some(_) => {}
            }
        }
        self.commit(batch).await
    }
}
