//! Groups that are too large for one worker, cut into rounds.
//!
//! What joins a large group is mostly a few accounts that many trades write (pools), tied to each
//! other by accounts that few write (traders). So every trade goes where its busiest account is,
//! and busy accounts are spread over the workers. What still conflicts across workers is kept in
//! order by rounds, as in Aptos' block partitioner: a trade's round is after those of the earlier
//! trades on other workers with which it conflicts, and not before those on its own.

use std::ops::Range;

use super::Groups;
use super::links::Writers;
use super::pack::{Bin, CUT, Homes, Packer, choose};
use crate::access::Batch;
use crate::stamps::Stamped;

/// Cuts groups. Keeps its memory.
#[derive(Clone, Debug, Default)]
pub(super) struct Cutter {
    /// Trades of the groups to be cut, by place in the range.
    trades: Vec<u32>,
    /// Round and worker of each.
    places: Vec<(u32, u32)>,
    accounts: Stamped<Account>,
    /// The accounts where trades go, and what these cost.
    hubs: Vec<(u64, u32)>,
    bins: Vec<Bin>,
    workers: usize,
    rounds: usize,
    cell_loads: Vec<u64>,
    end: u64,
}

/// What is known of an account.
#[derive(Clone, Copy, Debug, Default)]
struct Account {
    /// Cost of the trades with it.
    cost: u64,
    /// Cost of the trades that go where it is.
    hub_cost: u64,
    worker: u32,
    /// Rounds count from one here, zero is before all.
    written: At,
    /// The latest read since.
    read: At,
    /// The latest read by another worker than that one.
    read_elsewhere: u32,
}

#[derive(Clone, Copy, Debug, Default)]
struct At {
    round: u32,
    worker: u32,
}

impl At {
    /// The first round for this worker that is not before, nor beside on another worker.
    fn next(self, worker: u32) -> u32 {
        if self.round == 0 || self.worker == worker {
            self.round
        } else {
            self.round + 1
        }
    }
}

impl Account {
    /// The first round in which this worker can write.
    fn next_write(&self, worker: u32) -> u32 {
        let elsewhere = if self.read_elsewhere == 0 {
            0
        } else {
            self.read_elsewhere + 1
        };
        let reads = if self.read.worker == worker {
            elsewhere
        } else {
            0
        };
        self.written
            .next(worker)
            .max(self.read.next(worker))
            .max(reads)
    }

    fn set_written(&mut self, at: At) {
        self.written = at;
        self.read = At::default();
        self.read_elsewhere = 0;
    }

    fn set_read(&mut self, at: At) {
        if self.read.round == 0 || self.read.worker == at.worker {
            self.read = At {
                round: self.read.round.max(at.round),
                ..at
            };
        } else if at.round > self.read.round {
            self.read_elsewhere = self.read.round;
            self.read = at;
        } else {
            self.read_elsewhere = self.read_elsewhere.max(at.round);
        }
    }
}

impl Cutter {
    /// How many rounds there are.
    pub(super) fn rounds(&self) -> usize {
        self.rounds
    }

    /// Cost by round and worker.
    pub(super) fn cell_loads(&self) -> &Vec<u64> {
        &self.cell_loads
    }

    /// When the last round would be done, with the time that meeting takes; zero if none was cut.
    pub(super) fn end(&self) -> u64 {
        self.end
    }

    /// The cell of each cut trade, in arrival order.
    pub(super) fn cells(&self) -> impl Iterator<Item = u32> {
        self.places
            .iter()
            .map(|&(round, worker)| round * self.workers as u32 + worker)
    }

    /// Cuts nothing.
    pub(super) fn clear(&mut self) {
        self.rounds = 0;
        self.end = 0;
        self.places.clear();
        self.cell_loads.clear();
    }

    /// Cuts the groups that are larger than a worker's share, if that is any faster.
    pub(super) fn cut(
        &mut self,
        batch: &Batch,
        range: Range<usize>,
        writers: &Writers,
        labels: &[u32],
        packer: &mut Packer,
        groups: &Groups,
    ) {
        self.clear();
        self.workers = packer.bins.len();
        self.trades.clear();
        let share = packer.share;
        // A trade alone cannot be cut. Groups go by one of their trades.
        let large = |group: usize| {
            let cost = groups.costs[group];
            cost > share && cost > u64::from(batch.cost(range.start + group))
        };
        if self.workers == 1 || !(0..groups.costs.len()).any(large) {
            return;
        }
        let cost: u64 = (0..groups.costs.len())
            .filter(|&group| large(group))
            .map(|group| groups.costs[group])
            .sum();
        self.trades
            .extend((0..range.len() as u32).filter(|&node| large(labels[node as usize] as usize)));

        let batch = &Cut {
            batch,
            start: range.start,
            writers,
        };
        self.find_hubs(batch);
        self.spread_hubs(packer.homes);
        self.set_rounds(batch);
        self.sum_loads(batch);
        self.end = self.makespan(cost);
        if self.end * 10 > cost * 9 {
            return self.clear();
        }
        for group in (0..groups.costs.len()).filter(|&group| large(group)) {
            packer.lists[group] = CUT;
        }
        packer.preload(&self.cell_loads);
    }

    /// Sends every trade to its busiest account.
    fn find_hubs(&mut self, batch: &Cut<'_>) {
        self.accounts.clear();
        self.accounts.grow(batch.batch.account_bound());
        for &node in &self.trades {
            for account in batch.shared(node).map(|access| access.index()) {
                self.accounts.entry(account).cost += batch.cost(node);
            }
        }
        self.hubs.clear();
        for &node in &self.trades {
            let mut hub = (0, 0);
            for account in batch.shared(node).map(|access| access.index()) {
                let cost = self.accounts.entry(account).cost;
                if cost > hub.0 {
                    hub = (cost, account as u32);
                }
            }
            // The worker's place holds the account until workers are known.
            self.places.push((0, hub.1));
            let account = self.accounts.entry(hub.1 as usize);
            if account.hub_cost == 0 {
                self.hubs.push((0, hub.1));
            }
            account.hub_cost += batch.cost(node);
        }
    }

    /// Spreads hubs over workers, largest first.
    fn spread_hubs(&mut self, homes: Homes) {
        for hub in &mut self.hubs {
            hub.0 = !self.accounts.entry(hub.1 as usize).hub_cost;
        }
        self.hubs.sort_unstable();
        let total: u64 = self.hubs.iter().map(|hub| !hub.0).sum();
        let share = total.div_ceil(self.workers as u64);
        self.bins.clear();
        self.bins.resize(self.workers, Bin::default());
        for &(cost, hub) in &self.hubs {
            let worker = choose(&self.bins, share, !cost, || homes.of(hub));
            self.bins[worker].load += !cost;
            self.accounts.entry(hub as usize).worker = worker as u32;
        }
    }

    fn set_rounds(&mut self, batch: &Cut<'_>) {
        for (&node, place) in self.trades.iter().zip(&mut self.places) {
            let worker = self.accounts.entry(place.1 as usize).worker;
            let mut round = 1;
            for access in batch.shared(node) {
                let account = self.accounts.entry(access.index());
                let next = if access.is_write() {
                    account.next_write(worker)
                } else {
                    account.written.next(worker)
                };
                round = round.max(next);
            }
            let at = At { round, worker };
            for access in batch.shared(node) {
                let account = self.accounts.entry(access.index());
                if access.is_write() {
                    account.set_written(at);
                } else {
                    account.set_read(at);
                }
            }
            *place = (round - 1, worker);
            self.rounds = self.rounds.max(round as usize);
        }
    }

    fn sum_loads(&mut self, batch: &Cut<'_>) {
        self.cell_loads.resize(self.rounds * self.workers, 0);
        for (&node, &(round, worker)) in self.trades.iter().zip(&self.places) {
            self.cell_loads[round as usize * self.workers + worker as usize] += batch.cost(node);
        }
    }

    /// When the last round would be done, if workers meet after every round and meeting takes as
    /// long as a trade.
    fn makespan(&self, cost: u64) -> u64 {
        let meeting = cost / self.trades.len() as u64;
        let busiest = |loads: &[u64]| loads.iter().max().copied().unwrap_or(0);
        self.cell_loads
            .chunks(self.workers)
            .map(|loads| busiest(loads) + meeting)
            .sum()
    }
}

/// The trades that are cut.
struct Cut<'a> {
    batch: &'a Batch,
    start: usize,
    writers: &'a Writers,
}

impl Cut<'_> {
    /// The accounts of a trade that somebody writes.
    fn shared(&self, node: u32) -> impl Iterator<Item = crate::access::Access> {
        let accesses = self.batch.accesses(self.start + node as usize);
        accesses
            .into_iter()
            .copied()
            .filter(|access| self.writers.has(access.index()))
    }

    fn cost(&self, node: u32) -> u64 {
        u64::from(self.batch.cost(self.start + node as usize))
    }
}
