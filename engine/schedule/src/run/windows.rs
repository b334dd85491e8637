//! A batch in windows: while one runs, the next is partitioned.
//!
//! Windows come one after the other, so nothing in a window can conflict with what runs. Partitioning
//! is work like any other: the calling thread does it first, and meanwhile others start on its share.
//! A window in which trades wait for each other anyway is run where we are, and so are the next ones
//! without looking, ever more of them: so a batch without parallelism costs little more than a loop.
//!
//! Results of other workers wait in a list of each until the calling thread puts them in their
//! places, with the next window's planning. If every worker put its own there, neighbours would take
//! the cache lines of neighbouring results from each other: measured, that is 5 to 8 ns a trade on
//! two cores.

use std::num::NonZeroUsize;
use std::ops::Range;
use std::time::{Duration, Instant};

use super::accounts::{Restore, Undo};
use super::claims::Claims;
use super::pool::Pool;
use super::sync::{CachePadded, Mutex};
use super::trades::{Panicked, Places, Run, Trades};
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
    // Apart, as are other things below: what one thread reads for every trade must not lie beside
    // what another writes for every trade.
    claims: CachePadded<Claims>,
    plan: CachePadded<Plan>,
    next: CachePadded<Plan>,
    pace: Pace,
    /// How many trades were run without looking last time, zero if there was parallelism.
    stride: usize,
    /// How many of them are still to come, in the next batch.
    blind: usize,
}

/// Results with the trades that they are of.
type Results<T, E> = Vec<(u32, Result<T, E>)>;

impl Windows {
    /// Runs every trade of the batch once, and fills its place.
    #[allow(unsafe_code)]
    pub(super) fn run<S, T, E, F>(
        &mut self,
        pool: &mut Pool,
        workers: NonZeroUsize,
        trades: &Trades<'_, S, F>,
        places: Places<'_, T, E>,
    ) where
        S: Restore + Send + Sync,
        T: Send,
        E: From<Panicked> + Send,
        F: Run<S, T, E>,
    {
        let batch = trades.batch;
        let mut session = Session::new(trades, places, workers);
        let mut done = 0;
        let mut end = self.blind.min(batch.len());
        self.blind -= end;
        loop {
            // SAFETY: nobody else runs anything, and all earlier trades have been run.
            unsafe { session.run_alone(done..end) };
            let mut window = from(end, FIRST, batch);
            if window.is_empty() {
                return session.put_results();
            }
            let busy = self.pace.planning(after(&window, batch).len());
            self.partitioner
                .split(batch, window.clone(), workers, busy, &mut self.plan);
            while self.plan.is_worth_sharing() {
                self.stride = 0;
                let following = after(&window, batch);
                // SAFETY: earlier windows have been run, and this one is not, nor anything after.
                unsafe { self.share(pool, &mut session, following.clone()) };
                window = following;
                if window.is_empty() {
                    return session.put_results();
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
        session: &mut Session<'_, S, T, E, F>,
        following: Range<usize>,
    ) where
        S: Restore + Send + Sync,
        T: Send,
        E: From<Panicked> + Send,
        F: Run<S, T, E>,
    {
        let Self {
            partitioner,
            claims,
            plan,
            next,
            pace,
            ..
        } = self;
        let Session {
            trades,
            places,
            undo,
            others,
            results,
        } = session;
        let workers = NonZeroUsize::new(plan.workers()).expect("a plan for nobody");
        claims.start(plan);
        let (trades, claims, others, plan_now) = (*trades, &*claims, &*others, &*plan);
        let job = |worker: usize| {
            let mut other = others[worker - 1]
                .lock()
                .expect("nothing panics under the lock");
            let Other { results, undo } = &mut *other;
            let tell = |trade, outcome| results.push((trade as u32, outcome));
            // SAFETY: the caller's promise, and all workers share these claims.
            unsafe { work(trades, plan_now, claims, worker, undo, tell) };
        };
        let start = Instant::now();
        let mut planned = start;
        pool.run(&job, || {
            if !following.is_empty() {
                let busy = pace.planning(after(&following, trades.batch).len());
                partitioner.split(trades.batch, following.clone(), workers, busy, next);
            }
            put(results, places);
            planned = Instant::now();
            let tell = |trade: usize, outcome| {
                places[trade].write(outcome);
            };
            // SAFETY: as above.
            unsafe { work(trades, plan_now, claims, 0, undo, tell) };
        });
        for (results, other) in results.iter_mut().zip(others) {
            let mut other = other.lock().expect("nothing panics under the lock");
            std::mem::swap(results, &mut other.results);
        }
        pace.learn(planned - start, following.len(), start.elapsed(), plan);
        std::mem::swap(plan, next);
    }
}

/// Runs what lists of the plan this worker can claim.
///
/// # Safety
///
/// As [`Trades::run`], for all trades of the plan, but for workers that share the claims.
#[allow(unsafe_code)]
unsafe fn work<S, T, E, F>(
    trades: &Trades<'_, S, F>,
    plan: &Plan,
    claims: &Claims,
    worker: usize,
    undo: &mut Undo<S>,
    mut tell: impl FnMut(usize, Result<T, E>),
) where
    S: Restore,
    E: From<Panicked>,
    F: Run<S, T, E>,
{
    claims.work(plan, worker, |list| {
        // SAFETY: each list is claimed once and holds each trade once. Whole lists conflict with
        // nothing else in the window; cells with no other cell of their round, and those of earlier
        // rounds happened before. In a list trades keep their order.
        let trade = |&trade: &u32| trade as usize;
        unsafe { trades.run::<true, T, E>(list.iter().map(trade), undo, &mut tell) };
    });
}

/// What a run works with.
struct Session<'a, S: Restore, T, E, F> {
    trades: &'a Trades<'a, S, F>,
    places: Places<'a, T, E>,
    undo: CachePadded<Undo<S>>,
    others: Vec<CachePadded<Mutex<Other<S, T, E>>>>,
    /// The other workers' results in the window before.
    results: Vec<Results<T, E>>,
}

/// What another worker works with.
struct Other<S: Restore, T, E> {
    /// Of the window that runs.
    results: Results<T, E>,
    undo: Undo<S>,
}

impl<S: Restore, T, E> Default for Other<S, T, E> {
    fn default() -> Self {
        Self {
            results: Vec::new(),
            undo: Undo::default(),
        }
    }
}

impl<'a, S, T, E, F> Session<'a, S, T, E, F>
where
    S: Restore,
    E: From<Panicked>,
    F: Run<S, T, E>,
{
    fn new(trades: &'a Trades<'a, S, F>, places: Places<'a, T, E>, workers: NonZeroUsize) -> Self {
        let others = (1..workers.get()).map(|_| CachePadded::default()).collect();
        let results = (1..workers.get()).map(|_| Vec::new()).collect();
        Self {
            trades,
            places,
            undo: CachePadded::default(),
            others,
            results,
        }
    }

    /// Runs trades on this thread.
    ///
    /// # Safety
    ///
    /// As [`Trades::run`].
    #[allow(unsafe_code)]
    unsafe fn run_alone(&mut self, range: Range<usize>) {
        let places = &mut *self.places;
        // SAFETY: the caller's promise.
        unsafe {
            self.trades
                .run::<false, T, E>(range, &mut self.undo, |trade, outcome| {
                    places[trade].write(outcome);
                });
        }
    }

    /// Puts the last window's results in their places.
    fn put_results(&mut self) {
        put(&mut self.results, self.places);
    }
}

/// Empties the lists into the places.
fn put<T, E>(results: &mut [Results<T, E>], places: Places<'_, T, E>) {
    for (trade, outcome) in results.iter_mut().flat_map(|results| results.drain(..)) {
        places[trade as usize].write(outcome);
    }
}

/// How long planning and running took lately. What is expected of it decides who starts with how
/// much, and nothing else.
#[derive(Default)]
struct Pace {
    /// Nanoseconds to plan a trade, and to run what costs one.
    plan_ns: f64,
    cost_ns: f64,
}

impl Pace {
    /// What planning so many trades will take, in the unit of costs.
    fn planning(&self, trades: usize) -> u64 {
        if self.cost_ns > 0.0 {
            (trades as f64 * self.plan_ns / self.cost_ns) as u64
        } else {
            0
        }
    }

    /// So many trades were planned in this time, and meanwhile and afterwards a plan was run.
    fn learn(&mut self, planning: Duration, trades: usize, all: Duration, plan: &Plan) {
        let blend = |old: &mut f64, new: f64| {
            *old = if *old > 0.0 {
                (3.0 * *old + new) / 4.0
            } else {
                new
            }
        };
        let planning = planning.as_nanos() as f64;
        let running = all.as_nanos() as f64 * plan.workers() as f64 - planning;
        blend(&mut self.cost_ns, running / plan.total_cost() as f64);
        if trades > 0 {
            blend(&mut self.plan_ns, planning / trades as f64);
        }
    }
}

/// The window after this one: they grow.
fn after(window: &Range<usize>, batch: &Batch) -> Range<usize> {
    from(window.end, (2 * window.len()).min(MOST), batch)
}

/// The window that starts here.
fn from(start: usize, size: usize, batch: &Batch) -> Range<usize> {
    start..(start + size).min(batch.len())
}
