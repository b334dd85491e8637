//! Batches to measure with.
#![allow(dead_code)]

use std::hint::black_box;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sealane_schedule::{Access, AccountId, Batch};

/// How much trades get in each other's way.
#[derive(Clone, Copy, Debug)]
pub enum Contention {
    /// No two share an account.
    None,
    /// Thousands of pools, tens of thousands of traders.
    Low,
    /// A tenth of the trades is on one pool.
    Hot,
    /// Pools by popularity (Zipf), and a few traders that are everywhere.
    Popular,
    /// One pool.
    Total,
    /// Each shares an account with the one before.
    Chain,
}

/// All of them, from little to much.
pub const CONTENTIONS: [Contention; 6] = [
    Contention::None,
    Contention::Low,
    Contention::Hot,
    Contention::Popular,
    Contention::Total,
    Contention::Chain,
];

const POOLS: usize = 4096;
const TRADERS: usize = 50_000;

/// How many accounts there are.
pub const ACCOUNTS: usize = 1 + POOLS + 2 * TRADERS;

/// Trades that read a configuration and write a pool and two balances of a trader.
pub fn batch(contention: Contention, trades: usize) -> Batch {
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    let account = |index: usize| AccountId::new(index).expect("few accounts");
    let mut batch = Batch::new();
    for trade in 0..trades {
        let any = rng.random_range(0..POOLS);
        let roll: f64 = rng.random();
        let (pool, trader) = match contention {
            Contention::None => (trade % POOLS, trade % TRADERS),
            Contention::Low => (any, rng.random_range(0..TRADERS)),
            Contention::Hot => (
                if roll < 0.1 { 0 } else { any },
                rng.random_range(0..TRADERS),
            ),
            Contention::Popular => {
                let pool = ((POOLS as f64).powf(rng.random::<f64>()) - 1.0) as usize;
                (
                    pool,
                    if roll < 0.1 {
                        rng.random_range(0..20)
                    } else {
                        rng.random_range(0..TRADERS)
                    },
                )
            }
            Contention::Total => (0, rng.random_range(0..TRADERS)),
            Contention::Chain => (trade % POOLS, (trade + 1) % POOLS),
        };
        let trader = match contention {
            Contention::Chain => 1 + trader,
            _ => 1 + POOLS + 2 * trader,
        };
        let accesses = [
            Access::read(account(0)),
            Access::write(account(1 + pool)),
            Access::write(account(trader)),
            Access::write(account(trader + 1)),
        ];
        batch.push(1, &accesses).expect("room");
    }
    batch
}

/// Work of some `ns` nanoseconds on the states.
pub fn work(rounds: u32, states: &mut [&mut u64]) -> u64 {
    let mut seen = 1u64;
    for state in states.iter() {
        seen ^= **state;
    }
    for _ in 0..rounds {
        seen = black_box(seen.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(17));
    }
    for state in states.iter_mut() {
        **state ^= seen;
    }
    seen
}
