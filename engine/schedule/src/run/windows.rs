//! A batch in windows: while one runs, the next is partitioned.
//!
//! Windows come one after the other, so nothing in a window can conflict with what runs. Partitioning
//! is work like any other: the calling thread does it first, and meanwhile others start on its share.
//! A window in which trades wait for each other anyway is run where we are, and so are the next ones
//! without looking, ever more of them: so a batch without parallelism costs little more than a loop.

use std::num::NonZeroUsize;
use std::ops::Range;

use super::accounts::{Accounts, Restore};
use super::claims::Claims;
use super::pool::Pool;
use super::trades::Trades;
use crate::access::Batch;
use crate::partition::{Partitioner, Plan};

/// Trades in the first window: nobody else has work until it is partitioned.
const FIRST: usize = 256;

/// Trades in a window, at most.
const MOST: usize = 2048;

/// Trades that are run without looking after a first window without parallelism, and at most.
const STRIDE: usize = 4 * FIRST;
const LONGEST_STRIDE: usize = 64 * FIRST;

/// Runs batches window by window. Keeps its memory.
#[derive(Default)]
pub(super) struct Windows {
    partitioner: Partitioner,
    claims: Claims,
    plan: Plan,
    next: Plan,
    /// How many trades were run without looking last time, zero if there was parallelism.
    stride: usize,
    /// How many of them are still to come, in the next batch.
    blind: usize,
}

impl Windows {
    /// Runs every trade of the batch once.
    #[allow(unsafe_code)]
    pub(super) fn run<S, T, E, F>(
        &mut self,
        pool: &mut Pool,
        workers: NonZeroUsize,
        trades: &Trades<'_, S, T, E, F>,
    ) where
        S: Restore + Send + Sync,
        T: Send,
        E: Send,
        F: Fn(usize, &mut Accounts<'_, S>) -> Result<T, E> + Sync,
    {
        let batch = trades.batch;
        let mut done = 0;
        let mut end = self.blind.min(batch.len());
        self.blind -= end;
        loop {
            if done < end {
                // SAFETY: nobody else runs anything, and all earlier trades have been run.
                unsafe { trades.run(done..end) };
            }
            let mut window = from(end, FIRST, batch);
            if window.is_empty() {
                return;
            }
            self.partitioner
                .split(batch, window.clone(), workers, &mut self.plan);
            while self.plan.is_worth_sharing() {
                self.stride = 0;
                let following = from(window.end, (2 * window.len()).min(MOST), batch);
                // SAFETY: earlier windows have been run, and this one is not, nor anything after.
                unsafe { self.share(pool, trades, following.clone()) };
                window = following;
                if window.is_empty() {
                    return;
                }
            }
            self.stride = (4 * self.stride).clamp(STRIDE, LONGEST_STRIDE);
            done = window.start;
            end = (window.end + self.stride).min(batch.len());
            self.blind = window.end + self.stride - end;
        }
    }

    /// Runs the window that is planned on all workers, and plans the following one.
    ///
    /// # Safety
    ///
    /// As [`Trades::run`], for all trades of the plan.
    #[allow(unsafe_code)]
    unsafe fn share<S, T, E, F>(
        &mut self,
        pool: &mut Pool,
        trades: &Trades<'_, S, T, E, F>,
        following: Range<usize>,
    ) where
        S: Restore + Send + Sync,
        T: Send,
        E: Send,
        F: Fn(usize, &mut Accounts<'_, S>) -> Result<T, E> + Sync,
    {
        let Self {
            partitioner,
            claims,
            plan,
            next,
            ..
        } = self;
        let workers = NonZeroUsize::new(plan.workers()).expect("a plan for nobody");
        claims.start(plan);
        let (claims, plan_now) = (&*claims, &*plan);
        let work = |worker| {
            claims.work(plan_now, worker, |list| {
                // SAFETY: each list is claimed once and holds each trade once. Whole lists conflict
                // with nothing else in the window; cells with no other cell of their round, and
                // those of earlier rounds happened before. In a list trades keep their order.
                unsafe { trades.run(list.iter().map(|&trade| trade as usize)) };
            });
        };
        pool.run(&work, || {
            if !following.is_empty() {
                partitioner.split(trades.batch, following, workers, next);
            }
            work(0);
        });
        std::mem::swap(plan, next);
    }
}

/// The window that starts here.
fn from(start: usize, size: usize, batch: &Batch) -> Range<usize> {
    start..(start + size).min(batch.len())
}
