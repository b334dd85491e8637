//! Random numbers that can be had again.

use std::env;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A random generator that tells its seed when a test fails.
///
/// The seed is the one given, or the number in `SEALANE_TEST_SEED`.
pub struct Seeded {
    /// The generator.
    pub rng: ChaCha8Rng,
    seed: u64,
}

impl Seeded {
    /// A generator with a test's usual seed.
    ///
    /// # Panics
    /// If `SEALANE_TEST_SEED` is set and not a number.
    #[must_use]
    pub fn new(usual: u64) -> Self {
        let seed = env::var("SEALANE_TEST_SEED").map_or(usual, |seed| {
            seed.parse().expect("SEALANE_TEST_SEED must be a number")
        });
        Self {
            rng: ChaCha8Rng::seed_from_u64(seed),
            seed,
        }
    }
}

impl Drop for Seeded {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("run again with SEALANE_TEST_SEED={}", self.seed);
        }
    }
}

/// A number of which every size in bits is equally likely: from 1 to `maximum`, both included.
///
/// # Panics
/// If the maximum is zero.
pub fn log_uniform(rng: &mut impl Rng, maximum: u64) -> u64 {
    assert!(maximum > 0, "there is no number from 1 to 0");
    let bits = rng.random_range(1..=64 - maximum.leading_zeros());
    let low = 1u64 << (bits - 1);
    rng.random_range(low..=(low + (low - 1)).min(maximum))
}
