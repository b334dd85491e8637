//! What threads meet through. Tests of interleavings put a model in its place.

pub(crate) use std::sync::atomic::{AtomicI32, Ordering};
