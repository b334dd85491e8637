//! Accounts that stay together from one window to the next.
//!
//! Union-find finds the finest groups, and pays for it with every trade. Mostly something coarser
//! will do: accounts lie in a few bins, where trades put them, and stay there. A trade whose accounts
//! are all in one bin says nothing new; one with accounts of several joins these bins for the window.
//! Where that leaves no even shares, the window has to be grouped properly.
//!
//! What is kept from earlier windows is only where things lie, so it may be out of date or of
//! another exchange: in a window no account changes its bin, and that is all that counts.

use std::ops::Range;

use super::Groups;
use super::pack::{Homes, hash};
use crate::access::{Accesses, Batch};

/// Two bits of a mask of bins are for accounts that are in none.
const BINS: usize = 62;

/// Written by nobody so far.
const READ: u8 = 62;

/// Never seen.
const NEW: u8 = 63;

/// Accounts in bins. Keeps its memory.
#[derive(Clone, Debug, Default)]
pub(super) struct Bins {
    /// The bin of each account, or [`READ`], or [`NEW`].
    of: Vec<u8>,
    /// Bins that are joined in this window, in sets that have none in common.
    joined: Vec<u64>,
    /// Trades that joined bins.
    strays: Vec<u32>,
    /// How many windows to group properly without trying, and how many are left of them.
    pause: u32,
    left: u32,
}

impl Bins {
    /// Groups the range by bins, and says whether it could: a group for each bin, or for each of
    /// those that are joined. If not, `labels` and `groups` mean nothing.
    pub(super) fn group(
        &mut self,
        batch: &Batch,
        range: Range<usize>,
        workers: usize,
        labels: &mut Vec<u32>,
        groups: &mut Groups,
    ) -> bool {
        if 4 * workers > BINS || self.left > 0 {
            self.left = self.left.saturating_sub(1);
            return false;
        }
        if self.of.len() < batch.account_bound() {
            self.of.resize(batch.account_bound(), NEW);
        }
        groups.costs.clear();
        groups.costs.resize(BINS, 0);
        let fits =
            self.sort(batch, range.clone(), labels, groups) && self.join(workers, labels, groups);
        if fits {
            self.pause = 0;
        } else {
            self.pause = (2 * self.pause + 1).min(63);
            self.left = self.pause;
        }
        self.gather(batch);
        fits
    }

    /// Finds the bin of each trade. Says whether that makes groups: not if an account is written for
    /// the first time that others have read.
    fn sort(
        &mut self,
        batch: &Batch,
        range: Range<usize>,
        labels: &mut Vec<u32>,
        groups: &mut Groups,
    ) -> bool {
        labels.clear();
        labels.reserve(range.len());
        self.joined.clear();
        self.strays.clear();
        let mut fits = true;
        for (accesses, trade) in batch.walk(range.clone()).zip(range) {
            // All are looked up before anything is decided.
            let mut masks = [0u64; 2];
            for access in accesses {
                masks[usize::from(access.is_write())] |= 1 << self.of[access.index()];
            }
            let [read, written] = masks;
            let unsettled = written & (1 << READ) | (read | written) & (1 << NEW);
            let mut bins = (read | written) & !(1 << READ | 1 << NEW);
            if unsettled != 0 || !bins.is_power_of_two() {
                fits &= written & (1 << READ) == 0;
                bins = self.settle(accesses, bins);
                if !bins.is_power_of_two() {
                    self.meet(bins);
                    self.strays.push(trade as u32);
                }
            }
            let bin = bins.trailing_zeros();
            labels.push(bin);
            groups.costs[bin as usize] += u64::from(batch.cost(trade));
        }
        fits
    }

    /// Puts a trade's accounts that are in no bin into one of those, or of a new one. Returns
    /// the bins.
    #[cold]
    fn settle(&mut self, accesses: Accesses<'_>, bins: u64) -> u64 {
        let mut written = accesses.into_iter().filter(|access| access.is_write());
        let bins = match written.next() {
            _ if bins != 0 => bins,
            Some(first) => 1 << start(first.index()),
            // It writes nothing and reads what nobody writes: any bin will do.
            None => 1,
        };
        for access in accesses {
            let bin = &mut self.of[access.index()];
            if access.is_write() && *bin >= READ {
                *bin = bins.trailing_zeros() as u8;
            } else if *bin == NEW {
                *bin = READ;
            }
        }
        bins
    }

    /// Joins these bins, and all that are joined with one of them.
    fn meet(&mut self, bins: u64) {
        let mut all = bins;
        self.joined.retain(|&set| {
            let apart = set & all == 0;
            if !apart {
                all |= set;
            }
            apart
        });
        self.joined.push(all);
    }

    /// Makes one group of bins that are joined. Says whether no group is larger than a worker's share.
    fn join(&mut self, workers: usize, labels: &mut [u32], groups: &mut Groups) -> bool {
        let total: u64 = groups.costs.iter().sum();
        let mut into: [u32; BINS] = std::array::from_fn(|bin| bin as u32);
        for &set in &self.joined {
            let to = set.trailing_zeros();
            for bin in (0..BINS).filter(|bin| set >> bin & 1 == 1) {
                into[bin] = to;
                let cost = std::mem::take(&mut groups.costs[bin]);
                groups.costs[to as usize] += cost;
            }
        }
        if groups
            .costs
            .iter()
            .any(|&cost| cost * workers as u64 > total)
        {
            return false;
        }
        if !self.joined.is_empty() {
            labels
                .iter_mut()
                .for_each(|label| *label = into[*label as usize]);
        }
        true
    }

    /// Puts what a trade writes into the bin of what it writes first, where they were not in one: so
    /// that the next such trade joins nothing.
    fn gather(&mut self, batch: &Batch) {
        for &trade in &self.strays {
            let accesses = batch.accesses(trade as usize).into_iter();
            let mut written = accesses.filter(|access| access.is_write());
            if let Some(first) = written.next() {
                let bin = self.of[first.index()];
                written.for_each(|access| self.of[access.index()] = bin);
            }
        }
    }
}

/// The bin where an account goes that is new and comes first.
fn start(account: usize) -> u32 {
    ((u64::from(hash(account as u32)) * BINS as u64) >> 32) as u32
}

/// The home of a group of bins, which it keeps.
pub(super) fn home(homes: Homes, group: u32) -> usize {
    homes.at(((u64::from(group) << 32) / BINS as u64) as u32)
}
