//! Groups of trades that share no written account, packed onto workers.

mod bins;
mod critical_path;
mod cut;
mod links;
mod pack;
mod plan;
#[cfg(test)]
mod tests;
mod union_find;

pub use plan::{Balance, Plan};

use std::num::NonZeroUsize;
use std::ops::Range;

use crate::access::Batch;
use bins::Bins;
use critical_path::CriticalPath;
use cut::Cutter;
use links::{Links, Writers};
use pack::Packer;
use union_find::UnionFind;

/// Partitions batches. Keep it: it keeps its memory.
#[derive(Clone, Debug, Default)]
pub struct Partitioner {
    bins: Bins,
    writers: Writers,
    links: Links,
    sets: UnionFind,
    /// Group of each trade in the range.
    labels: Vec<u32>,
    groups: Groups,
    packer: Packer,
    cutter: Cutter,
    paths: CriticalPath,
}

/// What is known of each group. A group goes by one of its trades.
#[derive(Clone, Debug, Default)]
struct Groups {
    /// Zero where the trade is not the one by which its group goes.
    costs: Vec<u64>,
}

impl Partitioner {
    /// A partitioner without memory.
    pub fn new() -> Self {
        Self::default()
    }

    /// Partitions a batch for so many workers.
    pub fn partition(&mut self, batch: &Batch, workers: NonZeroUsize) -> Plan {
        let mut plan = Plan::default();
        self.partition_into(batch, 0..batch.len(), workers, &mut plan);
        plan
    }

    /// Partitions some trades of a batch as if the others were not there, into a plan whose memory
    /// is used again.
    ///
    /// # Panics
    ///
    /// If the range goes beyond the batch.
    pub fn partition_into(
        &mut self,
        batch: &Batch,
        range: Range<usize>,
        workers: NonZeroUsize,
        plan: &mut Plan,
    ) {
        self.group(batch, range.clone(), workers, 0, plan);
        plan.critical_path = self.paths.longest(batch, range);
    }

    /// As [`partition_into`](Self::partition_into), without the critical path, and with groups that
    /// are no finer than is needed. The first worker gets less by the cost `busy`.
    pub(crate) fn split(
        &mut self,
        batch: &Batch,
        range: Range<usize>,
        workers: NonZeroUsize,
        busy: u64,
        plan: &mut Plan,
    ) {
        let (labels, groups) = (&mut self.labels, &mut self.groups);
        let count = workers.get();
        if !self.bins.group(batch, range.clone(), count, labels, groups) {
            return self.group(batch, range, workers, busy, plan);
        }
        self.packer.start(workers, busy, range.len(), groups);
        self.cutter.clear();
        let homes = self.packer.homes;
        self.pack(range, plan, |group| bins::home(homes, group));
    }

    /// Finds the finest groups and packs them.
    fn group(
        &mut self,
        batch: &Batch,
        range: Range<usize>,
        workers: NonZeroUsize,
        busy: u64,
        plan: &mut Plan,
    ) {
        self.join(batch, range.clone());
        self.label(batch, range.clone());
        self.packer.start(workers, busy, range.len(), &self.groups);
        self.cutter.cut(
            batch,
            range.clone(),
            &self.writers,
            &self.labels,
            &mut self.packer,
            &self.groups,
        );
        let homes = self.packer.homes;
        self.pack(range.clone(), plan, |group| {
            let accesses = batch.accesses(range.start + group as usize);
            let first = accesses.into_iter().find(|access| access.is_write());
            homes.of(first.map_or(group, |access| access.index() as u32))
        });
    }

    /// Packs the groups onto the workers.
    fn pack(&mut self, range: Range<usize>, plan: &mut Plan, home: impl Fn(u32) -> usize) {
        plan.workers = self.packer.bins.len();
        plan.total = self.groups.costs.iter().sum();
        self.packer.pack(&self.groups, plan, home);
        self.packer.fill(range, &self.labels, &self.cutter, plan);
    }

    /// Joins trades that share a written account.
    fn join(&mut self, batch: &Batch, range: Range<usize>) {
        self.links.collect(batch, range.clone(), &mut self.writers);
        self.sets.reset(range.len());
        for &(a, b) in self.links.found() {
            self.sets.union(a, b);
        }
    }

    /// Finds the group of each trade, and what each group costs.
    fn label(&mut self, batch: &Batch, range: Range<usize>) {
        self.groups.costs.clear();
        self.groups.costs.resize(range.len(), 0);
        self.labels.clear();
        self.labels
            .extend((0..range.len() as u32).map(|node| self.sets.find(node)));
        for (&label, trade) in self.labels.iter().zip(range) {
            self.groups.costs[label as usize] += u64::from(batch.cost(trade));
        }
    }
}
