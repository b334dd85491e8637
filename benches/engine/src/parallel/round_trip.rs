//! How far apart two processors are.

use std::{
    hint,
    sync::atomic::{AtomicU64, Ordering},
    thread,
    time::Instant,
};

/// Trips of one measurement: some milliseconds.
const TRIPS: u64 = 20_000;

/// Nanoseconds for a cache line to another processor and back.
///
/// Two threads take turns at counting. What they share when trades are simulated goes the same way.
pub(crate) fn measure() -> f64 {
    let counter = AtomicU64::new(0);
    let turn = |mine: u64| {
        for trip in 0..TRIPS {
            while counter.load(Ordering::Acquire) != 2 * trip + mine {
                hint::spin_loop();
            }
            counter.store(2 * trip + mine + 1, Ordering::Release);
        }
    };
    thread::scope(|scope| {
        scope.spawn(|| turn(1));
        let start = Instant::now();
        turn(0);
        start.elapsed().as_nanos() as f64 / TRIPS as f64
    })
}
