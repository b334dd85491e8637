//! Groups of trades that share no written account, packed onto workers.

mod critical_path;
mod cut;
mod pack;
mod plan;
#[cfg(test)]
mod tests;
mod union_find;

pub use plan::{Balance, Plan};

use std::num::NonZeroUsize;
use std::ops::Range;

use crate::access::Batch;
use crate::stamps::Stamped;
use critical_path::CriticalPath;
use cut::Cutter;
use pack::Packer;
use union_find::UnionFind;

/// Partitions batches. Keep it: it keeps its memory.
#[derive(Clone, Debug, Default)]
pub struct Partitioner {
    /// Some trade of the range that writes the account.
    writers: Stamped<u32>,
    sets: UnionFind,
    /// Group of each trade in the range.
    labels: Vec<u32>,
    groups: Groups,
    packer: Packer,
    cutter: Cutter,
    paths: CriticalPath,
}

/// What is known of each group, by number, in order of their first trades.
#[derive(Clone, Debug, Default)]
struct Groups {
    costs: Vec<u64>,
    sizes: Vec<u32>,
}

/// No group yet.
const UNLABELLED: u32 = u32::MAX;

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
        self.split(batch, range.clone(), workers, plan);
        plan.critical_path = self.paths.longest(batch, range);
    }

    /// As [`partition_into`](Self::partition_into), without the critical path.
    pub(crate) fn split(
        &mut self,
        batch: &Batch,
        range: Range<usize>,
        workers: NonZeroUsize,
        plan: &mut Plan,
    ) {
        self.join(batch, range.clone());
        self.label(batch, range.clone());
        plan.workers = workers.get();
        plan.groups = self.groups.costs.len();
        plan.total = self.groups.costs.iter().sum();
        self.packer.start(workers, range.len(), &self.groups);
        self.cutter.cut(
            batch,
            range.clone(),
            &self.writers,
            &self.labels,
            &mut self.packer,
            &self.groups,
        );
        self.packer.pack(&self.groups);
        self.packer.fill(range, &self.labels, &self.cutter, plan);
    }

    /// Joins trades that share a written account.
    fn join(&mut self, batch: &Batch, range: Range<usize>) {
        self.sets.reset(range.len());
        self.writers.clear();
        self.writers.grow(batch.account_bound());
        let mut reads = false;
        for (node, trade) in range.clone().enumerate() {
            for &access in batch.accesses(trade) {
                if !access.is_write() {
                    reads = true;
                    continue;
                }
                match self.writers.get(access.index()) {
                    Some(writer) => self.sets.union(writer, node as u32),
                    None => self.writers.set(access.index(), node as u32),
                }
            }
        }
        if reads {
            self.join_readers(batch, range);
        }
    }

    /// Joins readers with writers. A second walk, because the writer may come after the reader.
    fn join_readers(&mut self, batch: &Batch, range: Range<usize>) {
        for (node, trade) in range.enumerate() {
            for &access in batch
                .accesses(trade)
                .into_iter()
                .filter(|access| !access.is_write())
            {
                if let Some(writer) = self.writers.get(access.index()) {
                    self.sets.union(writer, node as u32);
                }
            }
        }
    }

    /// Numbers the groups in order of their first trades.
    fn label(&mut self, batch: &Batch, range: Range<usize>) {
        self.labels.clear();
        self.labels.resize(range.len(), UNLABELLED);
        self.groups.costs.clear();
        self.groups.sizes.clear();
        for (node, trade) in range.enumerate() {
            let root = self.sets.find(node as u32) as usize;
            // The root's own label may come before its turn: it is the same one.
            let mut label = self.labels[root];
            if label == UNLABELLED {
                label = self.groups.costs.len() as u32;
                self.labels[root] = label;
                self.groups.costs.push(0);
                self.groups.sizes.push(0);
            }
            self.labels[node] = label;
            self.groups.costs[label as usize] += u64::from(batch.cost(trade));
            self.groups.sizes[label as usize] += 1;
        }
    }
}
