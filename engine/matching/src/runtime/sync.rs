//! What threads meet through. Tests of interleavings put a model in its place.

pub(super) use std::{
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError, TryLockError, Weak,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Instant,
};

pub(super) use crossbeam_channel::{
    Receiver, RecvTimeoutError, SendTimeoutError, Sender, TryRecvError, TrySendError, bounded,
    unbounded,
};
