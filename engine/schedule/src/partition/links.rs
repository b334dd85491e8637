//! Which trades share a written account.

use std::ops::Range;

use crate::access::Batch;

/// Of each account some trade that writes it, by place in the range.
///
/// Kept as the place plus a base that rises by the length of every range, so that what is below the
/// base is forgotten, and an account takes only four bytes: this table is what is slow to reach.
#[derive(Clone, Debug, Default)]
pub(super) struct Writers {
    places: Vec<u32>,
    base: u32,
    /// The length of the range.
    len: u32,
}

impl Writers {
    /// Forgets all accounts and makes room for numbers below `bound` and a range of this length.
    fn start(&mut self, bound: usize, len: usize) {
        let len = len as u32;
        // The first base is one, so that zero is no place.
        let base = self
            .base
            .checked_add(self.len)
            .and_then(|base| Some(base.max(1)).filter(|b| b.checked_add(len).is_some()));
        self.base = base.unwrap_or_else(|| {
            self.places.fill(0);
            1
        });
        self.len = len;
        if self.places.len() < bound {
            self.places.resize(bound, 0);
        }
    }

    /// Whether somebody writes the account.
    pub(super) fn has(&self, account: usize) -> bool {
        self.places[account] >= self.base
    }
}

/// Pairs of trades that share a written account: enough of them to join all that do.
///
/// They are collected first and joined afterwards, so that nothing has to be decided while accounts
/// are looked up: then the processor has many of these slow loads under way at once.
#[derive(Clone, Debug, Default)]
pub(super) struct Links {
    pairs: Vec<(u32, u32)>,
    len: usize,
    /// Accounts that are read, and by whom.
    reads: Vec<(u32, u32)>,
}

impl Links {
    /// Finds the pairs of a range.
    pub(super) fn collect(&mut self, batch: &Batch, range: Range<usize>, writers: &mut Writers) {
        writers.start(batch.account_bound(), range.len());
        let most = batch.accesses_in(range.clone()) + 1;
        if self.pairs.len() < most {
            self.pairs.resize(most, (0, 0));
        }
        self.reads.clear();
        let base = writers.base;
        let mut pairs = Pairs {
            pairs: &mut self.pairs,
            len: 0,
        };
        for (node, accesses) in (0u32..).zip(batch.walk(range)) {
            for &access in accesses {
                if access.is_write() {
                    let place = &mut writers.places[access.index()];
                    // Whoever wrote it first, or else this one.
                    *place = if *place >= base { *place } else { base + node };
                    pairs.add(*place - base, node);
                } else {
                    self.reads.push((access.index() as u32, node));
                }
            }
        }
        // Only now, because the writer may come after the reader.
        for &(account, node) in &self.reads {
            let place = writers.places[account as usize];
            pairs.add(if place >= base { place - base } else { node }, node);
        }
        self.len = pairs.len;
    }

    /// The pairs that were found.
    pub(super) fn found(&self) -> &[(u32, u32)] {
        &self.pairs[..self.len]
    }
}

/// Pairs as they are collected.
struct Pairs<'a> {
    pairs: &'a mut [(u32, u32)],
    len: usize,
}

impl Pairs<'_> {
    /// Keeps a pair if the two differ.
    #[inline]
    fn add(&mut self, a: u32, b: u32) {
        self.pairs[self.len] = (a, b);
        self.len += usize::from(a != b);
    }
}
