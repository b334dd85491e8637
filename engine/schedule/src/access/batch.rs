//! Trades in arrival order.

use std::ops::Range;

use thiserror::Error;

use super::Access;
use crate::prefetch;
use crate::stamps::Stamped;

/// Up to here comparing with every account of the trade beats looking in a table.
const FEW: usize = 16;

/// Trades in arrival order with the accounts of each, in three flat arrays.
///
/// A trade's accounts stand in the order in which they were given, each once: of repeated ones the
/// first stays, and it is written if any of them is. A batch that was cleared keeps its memory.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    accesses: Vec<Access>,
    /// Where the accounts of each trade end.
    ends: Vec<u32>,
    costs: Vec<u32>,
    /// One more than the greatest account number.
    bound: usize,
    /// Where the current trade has an account, for trades with many.
    places: Stamped<u32>,
    scratch: Vec<u32>,
}

/// The accounts of one trade, each once.
#[derive(Clone, Copy, Debug)]
pub struct Accesses<'a>(&'a [Access]);

impl<'a> Accesses<'a> {
    /// The accounts as a slice.
    pub fn as_slice(self) -> &'a [Access] {
        self.0
    }
}

impl std::ops::Deref for Accesses<'_> {
    type Target = [Access];

    fn deref(&self) -> &[Access] {
        self.0
    }
}

impl<'a> IntoIterator for Accesses<'a> {
    type Item = &'a Access;
    type IntoIter = std::slice::Iter<'a, Access>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

/// The batch cannot number more trades or accounts. Run it and start another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a batch of {trades} trades with {accesses} accounts is full: run it and start another")]
pub struct BatchFull {
    /// Trades in the batch.
    pub trades: usize,
    /// Accounts of all its trades together.
    pub accesses: usize,
}

impl Batch {
    /// A batch without trades.
    pub fn new() -> Self {
        Self::default()
    }

    /// Removes the trades and keeps the memory.
    pub fn clear(&mut self) {
        self.accesses.clear();
        self.ends.clear();
        self.costs.clear();
        self.bound = 0;
    }

    /// Adds a trade behind the others and returns its place in arrival order.
    ///
    /// `cost` is how long the trade is expected to take, in any unit that is the same for all
    /// trades; zero counts as one. Only the balance depends on it, never the result. Nor does that
    /// depend on the order of the accounts, but give the one that most other trades write first: a
    /// worker keeps, if it can, to trades whose first written account it has had before.
    pub fn push(&mut self, cost: u32, accesses: &[Access]) -> Result<usize, BatchFull> {
        let mut places = std::mem::take(&mut self.scratch);
        let pushed = self.push_telling(cost, accesses, &mut places);
        self.scratch = places;
        pushed
    }

    /// As [`push`](Self::push), and tells where each of the accounts given stands among the trade's.
    ///
    /// # Errors
    ///
    /// As [`push`](Self::push).
    pub fn push_telling(
        &mut self,
        cost: u32,
        accesses: &[Access],
        places: &mut Vec<u32>,
    ) -> Result<usize, BatchFull> {
        places.clear();
        let start = self.accesses.len();
        let end = start + accesses.len();
        if end > u32::MAX as usize || self.len() >= i32::MAX as usize {
            return Err(BatchFull {
                trades: self.len(),
                accesses: start,
            });
        }
        for access in accesses {
            self.bound = self.bound.max(access.index() + 1);
        }
        if accesses.len() > FEW {
            self.push_many(accesses, start, places);
        } else if any_twice(accesses) {
            self.push_few(accesses, start, places);
        } else {
            self.accesses.extend_from_slice(accesses);
            places.extend(0..accesses.len() as u32);
        }
        self.ends.push(self.accesses.len() as u32);
        self.costs.push(cost.max(1));
        Ok(self.costs.len() - 1)
    }

    fn push_few(&mut self, accesses: &[Access], start: usize, places: &mut Vec<u32>) {
        for &access in accesses {
            let trade = &mut self.accesses[start..];
            let is_it = |known: &Access| known.account() == access.account();
            match trade.iter().position(is_it) {
                Some(place) => {
                    trade[place] = trade[place].merge(access);
                    places.push(place as u32);
                }
                None => {
                    places.push(trade.len() as u32);
                    self.accesses.push(access);
                }
            }
        }
    }

    fn push_many(&mut self, accesses: &[Access], start: usize, places: &mut Vec<u32>) {
        self.places.clear();
        self.places.grow(self.bound);
        for &access in accesses {
            let place = match self.places.get(access.index()) {
                Some(place) => {
                    let known = &mut self.accesses[start + place as usize];
                    *known = known.merge(access);
                    place
                }
                None => {
                    let place = (self.accesses.len() - start) as u32;
                    self.places.set(access.index(), place);
                    self.accesses.push(access);
                    place
                }
            };
            places.push(place);
        }
    }

    /// Trades in the batch.
    pub fn len(&self) -> usize {
        self.costs.len()
    }

    /// Whether there is no trade.
    pub fn is_empty(&self) -> bool {
        self.costs.is_empty()
    }

    /// The accounts of the trade at this place in arrival order, each once.
    ///
    /// # Panics
    ///
    /// If there are not so many trades.
    pub fn accesses(&self, trade: usize) -> Accesses<'_> {
        Accesses(&self.accesses[self.end_before(trade)..self.ends[trade] as usize])
    }

    /// Asks for the memory of a trade's list of accounts.
    #[inline(always)]
    pub(crate) fn prefetch(&self, trade: usize) {
        // As long as most lists; beyond that it is the next trade's.
        const LIST: usize = 16;
        let start = self.end_before(trade);
        let end = self.accesses.len().min(start + LIST);
        prefetch::for_reading(&self.accesses[start..end]);
    }

    /// The accounts of one trade after the other.
    pub(crate) fn walk(&self, trades: Range<usize>) -> impl ExactSizeIterator<Item = Accesses<'_>> {
        let mut start = self.end_before(trades.start);
        self.ends[trades].iter().map(move |&end| {
            let accesses = &self.accesses[start..end as usize];
            start = end as usize;
            Accesses(accesses)
        })
    }

    /// How many accounts the trades have together.
    pub(crate) fn accesses_in(&self, trades: Range<usize>) -> usize {
        self.end_before(trades.end) - self.end_before(trades.start)
    }

    fn end_before(&self, trade: usize) -> usize {
        if trade == 0 {
            0
        } else {
            self.ends[trade - 1] as usize
        }
    }

    /// What the trade at this place is expected to cost, at least one.
    ///
    /// # Panics
    ///
    /// If there are not so many trades.
    pub fn cost(&self, trade: usize) -> u32 {
        self.costs[trade]
    }

    /// One more than the greatest account number: how many slots a run needs.
    pub fn account_bound(&self) -> usize {
        self.bound
    }
}

/// Whether an account comes more than once. All pairs are compared before any is judged, so that
/// many are at once.
fn any_twice(accesses: &[Access]) -> bool {
    let mut found = false;
    for (at, access) in accesses.iter().enumerate() {
        for before in &accesses[..at] {
            found |= before.account() == access.account();
        }
    }
    found
}
