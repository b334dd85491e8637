//! Batches to measure with.

use std::num::NonZeroUsize;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sealane_schedule::{Access, AccountId, Batch};

/// How much trades get in each other's way.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Contention {
    /// Thousands of pools, tens of thousands of traders, each of whom keeps to a pool.
    Apart,
    /// Thousands of pools, tens of thousands of traders, anybody anywhere.
    Low,
    /// The same, with a tenth of the trades on one pool.
    Hot,
    /// Pools by popularity (Zipf), and a tenth of the trades by twenty traders who are everywhere.
    Popular,
    /// One pool.
    Total,
    /// Each trade shares an account with the one before.
    Chain,
}

/// All of them.
pub(crate) const CONTENTIONS: [Contention; 6] = [
    Contention::Apart,
    Contention::Low,
    Contention::Hot,
    Contention::Popular,
    Contention::Total,
    Contention::Chain,
];

const POOLS: usize = 4096;
const TRADERS: usize = 50_000;

/// Trades that read a configuration and write a pool and two balances of a trader.
pub(crate) fn batch(contention: Contention, trades: usize) -> Batch {
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    let account = |index: usize| AccountId::new(index).expect("few accounts");
    let mut batch = Batch::new();
    for trade in 0..trades {
        let trader = match contention {
            Contention::Popular if rng.random_bool(0.1) => rng.random_range(0..20),
            _ => rng.random_range(0..TRADERS),
        };
        let pool = match contention {
            Contention::Apart => trader % POOLS,
            Contention::Low => rng.random_range(0..POOLS),
            Contention::Hot if rng.random_bool(0.1) => 0,
            Contention::Hot => rng.random_range(0..POOLS),
            // Rank by the inverse of the harmonic sum's logarithm.
            Contention::Popular => (POOLS as f64).powf(rng.random::<f64>()) as usize - 1,
            Contention::Total => 0,
            Contention::Chain => trade % POOLS,
        };
        let balances = match contention {
            Contention::Chain => [1 + (trade + 1) % POOLS, 1 + POOLS + 2 * trader],
            _ => [1 + POOLS + 2 * trader, 2 + POOLS + 2 * trader],
        };
        let accesses = [
            Access::read(account(0)),
            Access::write(account(1 + pool)),
            Access::write(account(balances[0])),
            Access::write(account(balances[1])),
        ];
        batch.push(1, &accesses).expect("room");
    }
    batch
}

/// Some workers.
pub(crate) fn workers(count: usize) -> NonZeroUsize {
    NonZeroUsize::new(count).expect("somebody")
}
