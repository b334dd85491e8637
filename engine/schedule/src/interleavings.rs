//! The pool and the claims under many interleavings of their threads.
//!
//! The same source as in `run`, over a model of threads, locks and atomics that chooses at every
//! step who goes on. The model is sequentially consistent: what orders memory is argued in `run`.
#![allow(dead_code)]
// On purpose: there with threads, here with a model of them.
#![allow(clippy::duplicate_mod)]

mod sync {
    pub(super) use crossbeam_utils::CachePadded;
    pub(super) use shuttle::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
    pub(super) use shuttle::sync::{Arc, Condvar, Mutex, MutexGuard};
    pub(super) use shuttle::thread;

    /// Waiting lets another go on.
    pub(super) struct Backoff;

    impl Backoff {
        pub(super) fn new() -> Self {
            Self
        }

        pub(super) fn snooze(&self) {
            thread::yield_now();
        }
    }

    /// Sleeps soon, so that waking is tried often.
    pub(super) const LOOKS: usize = 1;
}

#[path = "run/abort.rs"]
mod abort;
#[path = "run/claims.rs"]
mod claims;
#[path = "run/pool.rs"]
mod pool;

use std::num::NonZeroUsize;

use crate::access::{Access, Batch};
use crate::partition::{Partitioner, Plan};
use crate::testing::{account, conflict};
use claims::Claims;
use pool::Pool;
use sync::{Arc, AtomicU32, AtomicUsize, Ordering, thread};

/// Runs under random and under adversarial schedules.
fn check(test: impl Fn() + Send + Sync + Clone + 'static) {
    shuttle::check_random(test.clone(), 300);
    shuttle::check_pct(test, 300, 3);
}

/// Two pools, each traded alone, then by one trader who trades with both, then alone again; and
/// some trades that have nothing to do with these.
fn tied() -> Batch {
    let mut batch = Batch::new();
    for trade in 0..16 {
        let mut accesses = vec![Access::write(account(trade % 2)), Access::read(account(2))];
        if (7..9).contains(&trade) {
            accesses.push(Access::write(account(3)));
        }
        batch.push(1, &accesses).unwrap();
    }
    for trade in 0..4 {
        batch.push(1, &[Access::write(account(4 + trade))]).unwrap();
    }
    batch
}

/// How far each trade is: not begun, running, done.
struct Progress {
    batch: Batch,
    trades: Vec<AtomicU32>,
}

const RUNNING: u32 = 1;
const DONE: u32 = 2;

impl Progress {
    fn new(batch: Batch) -> Self {
        let trades = (0..batch.len()).map(|_| AtomicU32::new(0)).collect();
        Self { batch, trades }
    }

    /// Runs a list, and checks that what conflicts is done before and not begun after.
    fn run(&self, list: &[u32]) {
        for &trade in list {
            let trade = trade as usize;
            assert_eq!(
                self.trades[trade].swap(RUNNING, Ordering::SeqCst),
                0,
                "{trade} runs again"
            );
            for other in (0..self.batch.len()).filter(|&other| conflict(&self.batch, other, trade))
            {
                let expected = if other < trade { DONE } else { 0 };
                let state = self.trades[other].load(Ordering::SeqCst);
                assert!(
                    other == trade || state == expected,
                    "{trade} runs while {other} is at {state}"
                );
            }
            self.trades[trade].store(DONE, Ordering::SeqCst);
        }
    }

    fn all_done(&self) -> bool {
        self.trades
            .iter()
            .all(|state| state.load(Ordering::SeqCst) == DONE)
    }
}

fn plan(batch: &Batch, workers: usize) -> Plan {
    let plan = Partitioner::new().partition(batch, NonZeroUsize::new(workers).unwrap());
    assert!(plan.rounds() > 1, "rounds are what is tried");
    plan
}

/// Runs a plan for three workers on so many threads.
fn claims_keep_the_order(present: usize) {
    check(move || {
        let progress = Arc::new(Progress::new(tied()));
        let plan = Arc::new(plan(&progress.batch, 3));
        let mut claims = Claims::default();
        claims.start(&plan);
        let claims = Arc::new(claims);
        let start = |worker| {
            let (progress, plan, claims) = (
                Arc::clone(&progress),
                Arc::clone(&plan),
                Arc::clone(&claims),
            );
            thread::spawn(move || claims.work(&plan, worker, |list| progress.run(list)))
        };
        let threads: Vec<_> = (0..present).map(start).collect();
        for thread in threads {
            thread.join().unwrap();
        }
        assert!(progress.all_done());
    });
}

#[test]
fn three_workers_keep_the_order() {
    claims_keep_the_order(3);
}

#[test]
fn two_workers_do_the_work_of_a_third_that_never_comes() {
    claims_keep_the_order(2);
}

#[test]
fn nobody_is_in_a_job_after_it() {
    check(|| {
        let mut pool = Pool::new(2);
        for _ in 0..3 {
            let inside = AtomicUsize::new(0);
            let runs = [const { AtomicUsize::new(0) }; 3];
            let job = |worker: usize| {
                inside.fetch_add(1, Ordering::SeqCst);
                runs[worker].fetch_add(1, Ordering::SeqCst);
                thread::yield_now();
                inside.fetch_sub(1, Ordering::SeqCst);
            };
            pool.run(&job, || {
                runs[0].fetch_add(1, Ordering::SeqCst);
            });
            assert_eq!(inside.load(Ordering::SeqCst), 0);
            assert!(runs.iter().all(|runs| runs.load(Ordering::SeqCst) <= 1));
        }
    });
}

#[test]
fn windows_follow_each_other_through_the_pool() {
    check(|| {
        let mut pool = Pool::new(1);
        let mut claims = Claims::default();
        for _ in 0..2 {
            let progress = Progress::new(tied());
            let plan = plan(&progress.batch, 2);
            claims.start(&plan);
            let work = |worker| claims.work(&plan, worker, |list| progress.run(list));
            pool.run(&work, || work(0));
            assert!(progress.all_done());
        }
    });
}
