//! A model of channels, of a cell that is set once and of time.
//!
//! No model of crossbeam's channels is to be had, so this one does what their documentation says,
//! with their types of errors: what is tried is what the runtime makes of channels, not their own
//! queues, which crossbeam tries itself. Whoever waits without a deadline sleeps, so that a wait
//! that nothing ends is found; whoever has a deadline lets others go on, looks again, and so on, and
//! each look takes time.

use std::{cell::Cell, collections::VecDeque, fmt, ops::Add, time::Duration};

use crossbeam_channel::{RecvError, SendError};
pub(super) use crossbeam_channel::{
    RecvTimeoutError, SendTimeoutError, TryRecvError, TrySendError,
};
use shuttle::sync::{
    Arc, Condvar, Mutex, MutexGuard,
    atomic::{AtomicBool, Ordering},
};

/// Threads, of which one that sleeps lets others go on.
pub(super) mod thread {
    use std::time::Duration;

    pub(in super::super) use shuttle::thread::*;

    pub(in super::super) fn sleep(_: Duration) {
        yield_now();
    }
}

thread_local! {
    /// All threads of a model run on one.
    static CLOCK: Cell<Duration> = const { Cell::new(Duration::ZERO) };
}

/// What a look at the clock takes: as much as whoever waits on a ring waits between two looks.
const TICK: Duration = Duration::from_millis(20);

/// Begins another run.
pub(super) fn reset_clock() {
    CLOCK.set(Duration::ZERO);
}

/// A time. It passes when it is looked at.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Instant(Duration);

impl Instant {
    pub(super) fn now() -> Self {
        CLOCK.set(CLOCK.get() + TICK);
        Self(CLOCK.get())
    }

    pub(super) fn checked_add(self, duration: Duration) -> Option<Self> {
        self.0.checked_add(duration).map(Self)
    }

    pub(super) fn saturating_duration_since(self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }
}

impl Add<Duration> for Instant {
    type Output = Self;

    fn add(self, duration: Duration) -> Self {
        Self(self.0 + duration)
    }
}

/// A cell that is set once.
pub(super) struct OnceLock<T> {
    value: std::sync::OnceLock<T>,
    /// Touched so that others may go on before and after.
    touched: AtomicBool,
}

impl<T> Default for OnceLock<T> {
    fn default() -> Self {
        Self {
            value: std::sync::OnceLock::new(),
            touched: AtomicBool::new(false),
        }
    }
}

impl<T: fmt::Debug> fmt::Debug for OnceLock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

impl<T> OnceLock<T> {
    pub(super) fn get(&self) -> Option<&T> {
        self.touched.load(Ordering::SeqCst);
        self.value.get()
    }

    pub(super) fn set(&self, value: T) -> Result<(), T> {
        self.touched.store(true, Ordering::SeqCst);
        self.value.set(value)
    }
}

struct Channel<T> {
    state: Mutex<State<T>>,
    not_empty: Condvar,
    not_full: Condvar,
}

struct State<T> {
    waiting: VecDeque<T>,
    capacity: usize,
    senders: usize,
    has_receiver: bool,
}

impl<T> Channel<T> {
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().expect("no panic while it is held")
    }

    fn try_send(&self, message: T) -> Result<(), TrySendError<T>> {
        let mut state = self.lock();
        if !state.has_receiver {
            return Err(TrySendError::Disconnected(message));
        }
        if state.waiting.len() == state.capacity {
            return Err(TrySendError::Full(message));
        }
        state.waiting.push_back(message);
        self.not_empty.notify_one();
        Ok(())
    }

    fn try_recv(&self) -> Result<T, TryRecvError> {
        let mut state = self.lock();
        match state.waiting.pop_front() {
            Some(message) => {
                self.not_full.notify_one();
                Ok(message)
            }
            None if state.senders == 0 => Err(TryRecvError::Disconnected),
            None => Err(TryRecvError::Empty),
        }
    }
}

pub(super) struct Sender<T>(Arc<Channel<T>>);

pub(super) struct Receiver<T>(Arc<Channel<T>>);

pub(super) fn bounded<T>(capacity: usize) -> (Sender<T>, Receiver<T>) {
    assert_ne!(capacity, 0, "a channel without room is not modelled");
    let channel = Arc::new(Channel {
        state: Mutex::new(State {
            waiting: VecDeque::new(),
            capacity,
            senders: 1,
            has_receiver: true,
        }),
        not_empty: Condvar::new(),
        not_full: Condvar::new(),
    });
    (Sender(Arc::clone(&channel)), Receiver(channel))
}

pub(super) fn unbounded<T>() -> (Sender<T>, Receiver<T>) {
    bounded(usize::MAX)
}

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Self {
        self.0.lock().senders += 1;
        Self(Arc::clone(&self.0))
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.senders -= 1;
        if state.senders == 0 {
            self.0.not_empty.notify_all();
        }
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        // What waits is kept until the last sender has gone, as it may be.
        self.0.lock().has_receiver = false;
        self.0.not_full.notify_all();
    }
}

impl<T> Sender<T> {
    pub(super) fn try_send(&self, message: T) -> Result<(), TrySendError<T>> {
        self.0.try_send(message)
    }

    pub(super) fn send(&self, mut message: T) -> Result<(), SendError<T>> {
        loop {
            match self.0.try_send(message) {
                Ok(()) => return Ok(()),
                Err(TrySendError::Disconnected(back)) => return Err(SendError(back)),
                Err(TrySendError::Full(back)) => message = back,
            }
            let mut state = self.0.lock();
            while state.has_receiver && state.waiting.len() == state.capacity {
                state = self.0.not_full.wait(state).expect("no panic");
            }
        }
    }

    pub(super) fn send_deadline(
        &self,
        mut message: T,
        deadline: Instant,
    ) -> Result<(), SendTimeoutError<T>> {
        loop {
            match self.0.try_send(message) {
                Ok(()) => return Ok(()),
                Err(TrySendError::Disconnected(back)) => {
                    return Err(SendTimeoutError::Disconnected(back));
                }
                Err(TrySendError::Full(back)) => message = back,
            }
            thread::yield_now();
            if Instant::now() >= deadline {
                return Err(SendTimeoutError::Timeout(message));
            }
        }
    }

    pub(super) fn send_timeout(
        &self,
        message: T,
        timeout: Duration,
    ) -> Result<(), SendTimeoutError<T>> {
        self.send_deadline(message, Instant::now() + timeout)
    }
}

impl<T> Receiver<T> {
    pub(super) fn try_recv(&self) -> Result<T, TryRecvError> {
        self.0.try_recv()
    }

    pub(super) fn recv(&self) -> Result<T, RecvError> {
        loop {
            match self.0.try_recv() {
                Ok(message) => return Ok(message),
                Err(TryRecvError::Disconnected) => return Err(RecvError),
                Err(TryRecvError::Empty) => {}
            }
            let mut state = self.0.lock();
            while state.senders > 0 && state.waiting.is_empty() {
                state = self.0.not_empty.wait(state).expect("no panic");
            }
        }
    }

    pub(super) fn recv_deadline(&self, deadline: Instant) -> Result<T, RecvTimeoutError> {
        loop {
            match self.0.try_recv() {
                Ok(message) => return Ok(message),
                Err(TryRecvError::Disconnected) => return Err(RecvTimeoutError::Disconnected),
                Err(TryRecvError::Empty) => {}
            }
            thread::yield_now();
            if Instant::now() >= deadline {
                return Err(RecvTimeoutError::Timeout);
            }
        }
    }

    pub(super) fn recv_timeout(&self, timeout: Duration) -> Result<T, RecvTimeoutError> {
        self.recv_deadline(Instant::now() + timeout)
    }

    pub(super) fn len(&self) -> usize {
        self.0.lock().waiting.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<'a, T> IntoIterator for &'a Receiver<T> {
    type Item = T;
    type IntoIter = Iter<'a, T>;

    fn into_iter(self) -> Iter<'a, T> {
        Iter(self)
    }
}

/// Waits for each message until all senders have gone.
pub(super) struct Iter<'a, T>(&'a Receiver<T>);

impl<T> Iterator for Iter<'_, T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        self.0.recv().ok()
    }
}
