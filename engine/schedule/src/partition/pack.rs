//! Groups onto workers, largest first.

use std::cmp::Reverse;
use std::num::NonZeroUsize;
use std::ops::Range;

use super::cut::Cutter;
use super::{Groups, Plan};

/// A list shorter than so many average trades costs more to hand out than it evens out.
const LEAST: u64 = 8;

/// A group that costs less than this part of a share fits anywhere: these come last, and in which
/// order does not matter.
const TINY: u64 = 64;

/// Packs groups by longest processing time first (Graham 1969: at most 4/3 of the best).
///
/// Small groups go home instead, as long as their worker has room in its share: an account that
/// another processor wrote last costs about as much to fetch as a trade.
///
/// A worker's share is a sequence of lists, each about half of what is left of the share: when a
/// worker falls behind, others can take over its lists, and the last ones are short.
#[derive(Clone, Debug, Default)]
pub(super) struct Packer {
    pub(super) bins: Vec<Bin>,
    /// What each worker would have if all could be even.
    pub(super) share: u64,
    /// What the first one has to do besides.
    busy: u64,
    pub(super) homes: Homes,
    /// Least and most that a list is to cost.
    least: u64,
    most: u64,
    /// Groups that are not tiny.
    large: Vec<(u64, u32)>,
    /// List of each group, [`CUT`] if its trades are in cells.
    pub(super) lists: Vec<u32>,
    /// Worker of each list.
    owners: Vec<u32>,
    /// List or cell of each trade.
    targets: Vec<u32>,
}

/// What a worker has so far.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Bin {
    pub(super) load: u64,
    /// Its last list, and how much more that takes.
    list: u32,
    room: u64,
}

/// The group is cut.
pub(super) const CUT: u32 = u32::MAX;

impl Packer {
    /// Forgets the last packing. The first worker has `busy` to do before it can begin.
    pub(super) fn start(
        &mut self,
        workers: NonZeroUsize,
        busy: u64,
        trades: usize,
        groups: &Groups,
    ) {
        let total: u64 = groups.costs.iter().sum();
        self.busy = busy.min(total / workers.get() as u64);
        self.share = (total + self.busy).div_ceil(workers.get() as u64);
        self.homes = Homes::new(workers, self.share, self.busy);
        self.least = LEAST * (total / (trades as u64).max(1)).max(1);
        self.most = u64::MAX;
        self.bins.clear();
        self.bins.resize(workers.get(), Bin::default());
        self.bins[0].load = self.busy;
        self.lists.clear();
        self.lists.resize(groups.costs.len(), 0);
        self.owners.clear();
    }

    /// Puts every group that is not cut on a worker. `home` says which one a group is best off at.
    pub(super) fn pack(&mut self, groups: &Groups, plan: &mut Plan, home: impl Fn(u32) -> usize) {
        let tiny = self.share / TINY;
        let mut large = std::mem::take(&mut self.large);
        large.clear();
        large.extend(
            (0u32..)
                .zip(&groups.costs)
                .filter(|(_, cost)| **cost > tiny)
                .map(|(group, &cost)| (cost, group)),
        );
        plan.groups = large.len();
        large.retain(|&(_, group)| self.lists[group as usize] != CUT);
        large.sort_unstable_by_key(|&(cost, group)| (Reverse(cost), group));
        for &(cost, group) in &large {
            self.put(group, cost, &home);
        }
        self.large = large;
        for (group, &cost) in (0u32..).zip(&groups.costs) {
            if 0 < cost && cost <= tiny {
                plan.groups += 1;
                self.put(group, cost, &home);
            }
        }
    }

    fn put(&mut self, group: u32, cost: u64, home: impl Fn(u32) -> usize) {
        let worker = choose(&self.bins, self.share, cost, || home(group));
        let bin = &mut self.bins[worker];
        if bin.room == 0 {
            bin.list = self.owners.len() as u32;
            bin.room = (self.share.saturating_sub(bin.load) / 2)
                .max(self.least)
                .min(self.most);
            self.owners.push(worker as u32);
        }
        self.lists[group as usize] = bin.list;
        bin.room = bin.room.saturating_sub(cost);
        bin.load += cost;
    }

    /// Gives the workers their parts of the cut groups. They run whole lists while they wait for
    /// each other, so these must be short.
    pub(super) fn preload(&mut self, cell_loads: &[u64]) {
        self.most = self.share / 16 + 1;
        for cells in cell_loads.chunks(self.bins.len()) {
            for (bin, load) in self.bins.iter_mut().zip(cells) {
                bin.load += load;
            }
        }
    }

    /// Writes the packing down.
    pub(super) fn fill(
        &mut self,
        range: Range<usize>,
        labels: &[u32],
        cutter: &Cutter,
        plan: &mut Plan,
    ) {
        let lists = self.owners.len();
        plan.rounds = cutter.rounds();
        plan.rounds_end = cutter.end();
        plan.loads.clear();
        plan.loads.extend(self.bins.iter().map(|bin| bin.load));
        plan.loads[0] -= self.busy;
        plan.cell_loads.clone_from(cutter.cell_loads());
        counting_sort(
            &self.owners,
            self.bins.len(),
            0,
            &mut plan.share_starts,
            &mut plan.shares,
        );

        // Cut trades come in arrival order, there as here.
        let mut cells = cutter.cells();
        self.targets.clear();
        self.targets.extend(
            labels
                .iter()
                .map(|&label| match self.lists[label as usize] {
                    CUT => lists as u32 + cells.next().expect("a cell for each cut trade"),
                    list => list,
                }),
        );
        let buckets = lists + plan.cell_loads.len();
        counting_sort(
            &self.targets,
            buckets,
            range.start as u32,
            &mut plan.starts,
            &mut plan.trades,
        );
    }
}

/// Where something of this cost goes: home if it is small and there is room, or else to the least
/// loaded.
///
/// Going home fills nobody beyond the even share, and what is large comes first and goes by load
/// alone, so Graham's bound stands.
pub(super) fn choose(bins: &[Bin], share: u64, cost: u64, home: impl FnOnce() -> usize) -> usize {
    if cost <= share / 4 {
        let home = home();
        if bins[home].load + cost <= share {
            return home;
        }
    }
    let mut least = 0;
    for worker in 1..bins.len() {
        if bins[worker].load < bins[least].load {
            least = worker;
        }
    }
    least
}

/// Which worker an account is best off at: always the same one, so that its state stays in that
/// one's cache.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Homes {
    workers: u64,
    /// Hashes below this are the first worker's, the others are even.
    first: u64,
}

impl Homes {
    /// Homes in proportion to what workers can take: all the same, but the first less by `busy`.
    fn new(workers: NonZeroUsize, share: u64, busy: u64) -> Self {
        let workers = workers.get() as u64;
        // In steps, so that an account seldom moves when `busy` changes a little.
        const STEPS: u64 = 32;
        let part = (share - busy) as f64 / (share * workers - busy).max(1) as f64;
        let first = ((part * STEPS as f64).round() as u64) << 32;
        Self {
            workers,
            first: if workers == 1 { 1 << 32 } else { first / STEPS },
        }
    }

    /// The home of an account. Neighbours have the same, because their states may lie in one cache
    /// line.
    pub(super) fn of(&self, account: u32) -> usize {
        self.at(hash(account))
    }

    /// The home of what has this hash.
    pub(super) fn at(&self, hash: u32) -> usize {
        let hash = u64::from(hash);
        if hash < self.first {
            return 0;
        }
        let others = (hash - self.first) * (self.workers - 1) / ((1 << 32) - self.first);
        1 + others as usize
    }
}

/// The same for neighbours, and spread evenly otherwise: Fibonacci hashing.
pub(super) fn hash(account: u32) -> u32 {
    (account / 16).wrapping_mul(0x9e37_79b9)
}

/// Lists the places in `keys`, counted from `first`, by key and then in order. `starts` says where
/// each of the keys `0..buckets` starts, and where the last ends.
fn counting_sort(
    keys: &[u32],
    buckets: usize,
    first: u32,
    starts: &mut Vec<u32>,
    sorted: &mut Vec<u32>,
) {
    starts.clear();
    starts.resize(buckets + 1, 0);
    for &key in keys {
        starts[key as usize + 1] += 1;
    }
    let mut sum = 0;
    for start in starts.iter_mut() {
        sum += *start;
        *start = sum;
    }
    // Every start moves to its end while the bucket fills, which is where the next one started.
    sorted.clear();
    sorted.resize(keys.len(), 0);
    for (place, &key) in keys.iter().enumerate() {
        let at = &mut starts[key as usize];
        sorted[*at as usize] = first + place as u32;
        *at += 1;
    }
    starts.rotate_right(1);
    starts[0] = 0;
}
