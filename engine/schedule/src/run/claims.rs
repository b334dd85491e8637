//! Who runs which list of a plan.
//!
//! Every worker starts with its own lists and then helps with those of others. A list is run by
//! whoever claims it first, so one that sleeps or is slow holds nobody up. Cells of a round are
//! claimed once the round before is done; while others finish it a worker runs whole lists.

use super::sync::{AtomicBool, AtomicU32, AtomicUsize, Backoff, CachePadded, Ordering};
use crate::partition::Plan;

/// Claims on the lists of one plan after the other. Keeps its memory.
#[derive(Default)]
pub(super) struct Claims {
    /// The next whole list in each worker's share.
    next: Vec<CachePadded<AtomicUsize>>,
    /// Whether somebody has the cell, by round and worker.
    claimed: Vec<AtomicBool>,
    /// How many cells of each round are not done.
    pending: Vec<AtomicU32>,
}

impl Claims {
    /// Claims on this plan: nothing is claimed.
    pub(super) fn start(&mut self, plan: &Plan) {
        let workers = plan.workers();
        self.next.clear();
        self.next.extend(
            (0..workers).map(|worker| CachePadded::new(AtomicUsize::new(plan.share(worker).start))),
        );
        self.claimed.clear();
        self.pending.clear();
        for round in 0..plan.rounds() {
            let empty = |worker: &usize| plan.cell(round, *worker).is_empty();
            self.claimed
                .extend((0..workers).map(|worker| AtomicBool::new(empty(&worker))));
            self.pending.push(AtomicU32::new(
                (0..workers).filter(|worker| !empty(worker)).count() as u32,
            ));
        }
    }

    /// Runs lists as this worker until all are claimed. `run` is called with every list of the plan
    /// once over all workers; with a cell only when `run` has returned for all cells of the rounds
    /// before, which happened before.
    pub(super) fn work(&self, plan: &Plan, worker: usize, mut run: impl FnMut(&[u32])) {
        for round in 0..plan.rounds() {
            let backoff = Backoff::new();
            // Acquire: what the round's cells did is seen, and through them what earlier ones did.
            while self.pending[round].load(Ordering::Acquire) > 0 {
                if let Some(owner) = self.claim_cell(plan, round, worker) {
                    run(plan.cell(round, owner));
                    self.pending[round].fetch_sub(1, Ordering::AcqRel);
                } else if !self.work_whole(plan, worker, &mut run) {
                    backoff.snooze();
                }
            }
        }
        while self.work_whole(plan, worker, &mut run) {}
    }

    /// Claims a cell of the round: the worker's own, or else another's.
    fn claim_cell(&self, plan: &Plan, round: usize, worker: usize) -> Option<usize> {
        let workers = plan.workers();
        (0..workers)
            .map(|step| (worker + step) % workers)
            .find(|&owner| {
                let claimed = &self.claimed[round * workers + owner];
                // The claim itself carries nothing: what came before was acquired with `pending`.
                !claimed.load(Ordering::Relaxed) && !claimed.swap(true, Ordering::Relaxed)
            })
    }

    /// Runs one whole list, the worker's own or another's. Returns whether there was one.
    fn work_whole(&self, plan: &Plan, worker: usize, run: &mut impl FnMut(&[u32])) -> bool {
        let workers = plan.workers();
        for step in 0..workers {
            let owner = (worker + step) % workers;
            let (next, end) = (&self.next[owner], plan.share(owner).end);
            if next.load(Ordering::Relaxed) < end {
                let place = next.fetch_add(1, Ordering::Relaxed);
                if place < end {
                    run(plan.whole_at(place));
                    return true;
                }
            }
        }
        false
    }
}
