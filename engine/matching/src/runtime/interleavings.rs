//! The runtime under many interleavings of its threads.
//!
//! The same source as beside this, over a model of threads, locks, atomics and channels that
//! chooses at every step who goes on; the journal is the real one, on a disk in memory. The model
//! is sequentially consistent; what must be ordered goes through locks and channels, and the few
//! flags that do not are hints that are looked at again.
#![allow(dead_code, unreachable_pub)]
// On purpose: there with threads, here with a model of them.
#![allow(clippy::duplicate_mod)]

mod depth;
mod model;
mod protocol;
mod told;

mod sync {
    pub(super) use std::sync::{PoisonError, TryLockError};

    pub(super) use shuttle::sync::{
        Arc, Mutex, MutexGuard, Weak,
        atomic::{AtomicBool, Ordering},
    };

    pub(super) use super::model::{
        Instant, OnceLock, Receiver, RecvTimeoutError, SendTimeoutError, Sender, TryRecvError,
        TrySendError, bounded, thread, unbounded,
    };
}

#[path = "config.rs"]
mod config;
#[path = "consumer.rs"]
mod consumer;
#[path = "control.rs"]
mod control;
#[path = "error.rs"]
mod error;
#[path = "machine.rs"]
mod machine;
#[path = "market.rs"]
mod market;
#[path = "outcome.rs"]
mod outcome;
#[path = "output.rs"]
mod output;
#[path = "placement.rs"]
mod placement;
#[path = "producer.rs"]
mod producer;
#[path = "ring.rs"]
mod ring;
#[path = "start.rs"]
mod start;
#[path = "subscription.rs"]
mod subscription;
#[path = "worker.rs"]
mod worker;
