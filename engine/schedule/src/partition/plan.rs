//! What a partition says.

use std::ops::Range;

/// Which worker runs which trades, and in which round.
///
/// Trades are named by their place in the batch. Everything a [`whole`](Plan::whole) list holds is
/// independent of all other lists. A [`cell`](Plan::cell) is independent of the other cells of its
/// round, and of earlier rounds only once these are done. Within a list trades stand in arrival
/// order, and running each list in that order gives the sequential result.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    pub(super) workers: usize,
    pub(super) groups: usize,
    pub(super) rounds: usize,
    pub(super) total: u64,
    pub(super) critical_path: u64,
    /// When the last round would be done, with the time that meeting takes.
    pub(super) rounds_end: u64,
    /// All trades, list after list.
    pub(super) trades: Vec<u32>,
    /// Where each list starts: first the whole lists, then the cells by round and worker.
    pub(super) starts: Vec<u32>,
    /// The whole lists of each worker, worker after worker, in the order in which to run them.
    pub(super) shares: Vec<u32>,
    /// Where the share of each worker starts, and where the last ends.
    pub(super) share_starts: Vec<u32>,
    /// Cost of what each worker runs.
    pub(super) loads: Vec<u64>,
    /// Cost of each cell.
    pub(super) cell_loads: Vec<u64>,
}

/// How evenly work lies on workers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Balance {
    /// Cost of the busiest worker.
    pub max: u64,
    /// Cost of all workers together.
    pub total: u64,
    /// How many workers there are.
    pub workers: usize,
}

impl Balance {
    /// The busiest worker's cost over the mean: 1 is even, the number of workers is all on one.
    pub fn ratio(&self) -> f64 {
        if self.total == 0 {
            1.0
        } else {
            self.max as f64 * self.workers as f64 / self.total as f64
        }
    }

    fn of(loads: &[u64]) -> Self {
        Self {
            max: loads.iter().copied().max().unwrap_or(0),
            total: loads.iter().sum(),
            workers: loads.len(),
        }
    }
}

impl Plan {
    /// How many workers the plan is for.
    pub fn workers(&self) -> usize {
        self.workers
    }

    /// Groups of trades that share no written account with each other.
    pub fn groups(&self) -> usize {
        self.groups
    }

    /// Rounds of the groups that were cut; zero if none was.
    pub fn rounds(&self) -> usize {
        self.rounds
    }

    /// Cost of all trades.
    pub fn total_cost(&self) -> u64 {
        self.total
    }

    /// Cost of the dearest chain of trades of which each conflicts with the next: no number of
    /// workers is faster than this.
    pub fn critical_path(&self) -> u64 {
        self.critical_path
    }

    /// How evenly all work lies on the workers.
    pub fn balance(&self) -> Balance {
        Balance::of(&self.loads)
    }

    /// How evenly the work of one round lies on the workers.
    ///
    /// # Panics
    ///
    /// If there are not so many rounds.
    pub fn round_balance(&self, round: usize) -> Balance {
        Balance::of(&self.cell_loads[round * self.workers..(round + 1) * self.workers])
    }

    /// Cost of what this worker runs.
    ///
    /// # Panics
    ///
    /// If there are not so many workers.
    pub fn load(&self, worker: usize) -> u64 {
        self.loads[worker]
    }

    /// The lists of whole groups that this worker runs, in any order and at any time.
    ///
    /// # Panics
    ///
    /// If there are not so many workers.
    pub fn whole(&self, worker: usize) -> impl ExactSizeIterator<Item = &[u32]> {
        self.share(worker).map(|place| self.whole_at(place))
    }

    /// The trades of cut groups that this worker runs in this round.
    ///
    /// # Panics
    ///
    /// If there are not so many rounds or workers.
    pub fn cell(&self, round: usize, worker: usize) -> &[u32] {
        assert!(
            round < self.rounds && worker < self.workers,
            "no cell {round}, {worker}"
        );
        self.list(self.shares.len() + round * self.workers + worker)
    }

    /// Whether running it on all workers saves at least a tenth.
    pub(crate) fn is_worth_sharing(&self) -> bool {
        let end = self.rounds_end.max(self.balance().max);
        u128::from(end) * 10 <= u128::from(self.total) * 9
    }

    /// Places of the worker's whole lists, for [`whole_at`](Self::whole_at).
    pub(crate) fn share(&self, worker: usize) -> Range<usize> {
        self.share_starts[worker] as usize..self.share_starts[worker + 1] as usize
    }

    /// A whole list by its place among those of all workers.
    pub(crate) fn whole_at(&self, place: usize) -> &[u32] {
        self.list(self.shares[place] as usize)
    }

    fn list(&self, list: usize) -> &[u32] {
        &self.trades[self.starts[list] as usize..self.starts[list + 1] as usize]
    }
}
