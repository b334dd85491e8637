//! Threads that wait for work.
#![allow(unsafe_code)]

use super::abort::AbortOnDrop;
use super::sync::{Arc, AtomicU32, Backoff, Condvar, LOOKS, Mutex, MutexGuard, Ordering, thread};

/// What a worker is to do, given its number.
type Job<'a> = dyn Fn(usize) + Sync + 'a;

/// Worker threads. They look out for the next job for a while and then sleep.
pub(super) struct Pool {
    shared: Arc<Shared>,
    threads: Vec<thread::JoinHandle<()>>,
}

struct Shared {
    /// Rises with every job, and when the pool ends.
    number: AtomicU32,
    state: Mutex<State>,
    /// There is a job, or the end.
    wake: Condvar,
}

#[derive(Default)]
struct State {
    job: Option<&'static Job<'static>>,
    /// Workers that run the job.
    inside: usize,
    sleeping: usize,
    ended: bool,
}

impl Pool {
    /// Starts so many threads. They count from one: the calling thread is worker zero.
    pub(super) fn new(threads: usize) -> Self {
        let shared = Arc::new(Shared {
            number: AtomicU32::new(0),
            state: Mutex::new(State::default()),
            wake: Condvar::new(),
        });
        let start = |worker| {
            let shared = Arc::clone(&shared);
            thread::spawn(move || shared.work(worker))
        };
        Self {
            threads: (1..=threads).map(start).collect(),
            shared,
        }
    }

    /// Runs `own` on the calling thread while workers that are free run `job`. Returns when `own`
    /// has returned and no worker is in the job. A worker comes in once, and not if it is late.
    pub(super) fn run(&mut self, job: &Job<'_>, own: impl FnOnce()) {
        // A panic must not leave while workers use what the job borrows.
        let guard = AbortOnDrop;
        // SAFETY: workers reach the job only through `state.job`, and count themselves in under the
        // same lock. Below it is taken away, and nobody is inside any more, before this returns;
        // and the guard keeps it from being left in any other way.
        let job = unsafe { std::mem::transmute::<&Job<'_>, &'static Job<'static>>(job) };
        self.shared.publish(job);
        own();
        self.shared.withdraw();
        std::mem::forget(guard);
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        state.ended = true;
        // Under the lock: a worker between its last look and its sleep must not miss it.
        self.shared.number.fetch_add(1, Ordering::Release);
        drop(state);
        self.shared.wake.notify_all();
        for thread in self.threads.drain(..) {
            // Workers do not panic: they abort.
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("nothing panics under the lock")
    }

    fn publish(&self, job: &'static Job<'static>) {
        let mut state = self.lock();
        state.job = Some(job);
        // Under the lock: see `drop`.
        self.number.fetch_add(1, Ordering::Release);
        let sleeping = state.sleeping > 0;
        drop(state);
        if sleeping {
            self.wake.notify_all();
        }
    }

    fn withdraw(&self) {
        let backoff = Backoff::new();
        self.lock().job = None;
        while self.lock().inside > 0 {
            backoff.snooze();
        }
    }

    fn work(&self, worker: usize) {
        let mut seen = 0;
        loop {
            self.wait(seen);
            let mut state = self.lock();
            // The number of this very job, which may be a later one than was waited for.
            seen = self.number.load(Ordering::Relaxed);
            if state.ended {
                return;
            }
            let Some(job) = state.job else { continue };
            state.inside += 1;
            drop(state);
            let guard = AbortOnDrop;
            job(worker);
            std::mem::forget(guard);
            self.lock().inside -= 1;
        }
    }

    /// Waits for a number other than `seen`.
    fn wait(&self, seen: u32) {
        let backoff = Backoff::new();
        for _ in 0..LOOKS {
            if self.number.load(Ordering::Acquire) != seen {
                return;
            }
            backoff.snooze();
        }
        let mut state = self.lock();
        state.sleeping += 1;
        while self.number.load(Ordering::Relaxed) == seen {
            state = self
                .wake
                .wait(state)
                .expect("nothing panics under the lock");
        }
        state.sleeping -= 1;
    }
}
