//! Groups onto workers, largest first.

use std::num::NonZeroUsize;
use std::ops::Range;

use super::cut::Cutter;
use super::{Groups, Plan};

/// A list shorter than so many average trades costs more to hand out than it evens out.
const LEAST: u64 = 8;

/// Packs groups by longest processing time first (Graham 1969: at most 4/3 of the best).
///
/// A worker's share is a sequence of lists, each about half of what is left of the share: when a
/// worker falls behind, others can take over its lists, and the last ones are short.
#[derive(Clone, Debug, Default)]
pub(super) struct Packer {
    /// Cost so far of each worker.
    pub(super) loads: Vec<u64>,
    /// What each worker would have if all could be even.
    pub(super) share: u64,
    least: u64,
    /// Groups by falling cost.
    order: Vec<(u64, u32)>,
    spare: Vec<(u64, u32)>,
    /// List of each group, [`CUT`] if its trades are in cells.
    pub(super) lists: Vec<u32>,
    /// Worker of each list.
    owners: Vec<u32>,
    /// The open list of each worker, and what it may still take.
    open: Vec<Option<(u32, u64)>>,
    /// List or cell of each trade.
    targets: Vec<u32>,
}

/// The group is cut.
pub(super) const CUT: u32 = u32::MAX;

impl Packer {
    /// Forgets the last packing.
    pub(super) fn start(&mut self, workers: NonZeroUsize, trades: usize, groups: &Groups) {
        let total: u64 = groups.costs.iter().sum();
        self.share = total.div_ceil(workers.get() as u64);
        self.least = LEAST * (total / trades.max(1) as u64).max(1);
        self.loads.clear();
        self.loads.resize(workers.get(), 0);
        self.lists.clear();
        self.lists.resize(groups.costs.len(), 0);
        self.owners.clear();
        self.open.clear();
        self.open.resize(workers.get(), None);
    }

    /// Puts every group that is not cut on the worker with the least load.
    pub(super) fn pack(&mut self, groups: &Groups) {
        self.sort(groups);
        for place in 0..self.order.len() {
            let (cost, group) = self.order[place];
            let mut worker = 0;
            for other in 1..self.loads.len() {
                if self.loads[other] < self.loads[worker] {
                    worker = other;
                }
            }
            self.lists[group as usize] = self.list(worker, cost);
            self.loads[worker] += cost;
        }
    }

    /// The list of the worker that takes a group of this cost.
    fn list(&mut self, worker: usize, cost: u64) -> u32 {
        let (list, room) = self.open[worker].unwrap_or_else(|| {
            let left = self.share.saturating_sub(self.loads[worker]);
            self.owners.push(worker as u32);
            (self.owners.len() as u32 - 1, (left / 2).max(self.least))
        });
        self.open[worker] = (room > cost).then(|| (list, room - cost));
        list
    }

    /// Groups that are not cut by falling cost, those of the same cost by number.
    fn sort(&mut self, groups: &Groups) {
        self.order.clear();
        let mut bits = 0;
        for (group, &cost) in groups.costs.iter().enumerate() {
            if self.lists[group] != CUT {
                // Turned, so that rising order is falling cost.
                self.order.push((!cost, group as u32));
                bits |= cost;
            }
        }
        if self.order.len() < 64 {
            self.order.sort_unstable();
        } else {
            radix_sort(
                &mut self.order,
                &mut self.spare,
                u64::BITS - bits.leading_zeros(),
            );
        }
        self.order.iter_mut().for_each(|(cost, _)| *cost = !*cost);
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
        plan.loads.clone_from(&self.loads);
        plan.cell_loads.clone_from(cutter.cell_loads());
        counting_sort(
            &self.owners,
            self.loads.len(),
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

const DIGIT: u32 = 11;

/// Sorts by the low `bits` of the key and leaves equal keys in order.
fn radix_sort(items: &mut Vec<(u64, u32)>, spare: &mut Vec<(u64, u32)>, bits: u32) {
    spare.clear();
    spare.resize(items.len(), (0, 0));
    for shift in (0..bits).step_by(DIGIT as usize) {
        let digit = |key: u64| (key >> shift) as usize & ((1 << DIGIT) - 1);
        let mut places = [0u32; 1 << DIGIT];
        for &(key, _) in items.iter() {
            places[digit(key)] += 1;
        }
        let mut sum = 0;
        for place in &mut places {
            sum += std::mem::replace(place, sum);
        }
        for &item in items.iter() {
            let place = &mut places[digit(item.0)];
            spare[*place as usize] = item;
            *place += 1;
        }
        std::mem::swap(items, spare);
    }
}
