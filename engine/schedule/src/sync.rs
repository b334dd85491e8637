//! What threads meet through. Tests of interleavings put a model in its place.

pub(crate) use crossbeam_utils::{Backoff, CachePadded};
#[cfg(debug_assertions)]
pub(crate) use std::sync::atomic::AtomicI32;
pub(crate) use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
pub(crate) use std::sync::{Arc, Condvar, Mutex, MutexGuard};
pub(crate) use std::thread;

/// How often a worker looks for the next job before it sleeps: some 50 µs.
pub(crate) const LOOKS: usize = 128;
