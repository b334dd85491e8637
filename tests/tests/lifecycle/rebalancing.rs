//! `rebalance` brings two shards to one price and costs neither anything.

use num_bigint::BigUint;
use rand::Rng;
use sealane_amm::errors::AmmError;
use sealane_testkit::{
    MintSpec, PoolSpec, Reason, Seeded, TestPool, World, assert_share_value_kept, log_uniform,
};

/// Rebalances that must have been executed, of each curve.
const TIMES: usize = 300;

#[test]
fn constant_product() {
    let mut seeded = Seeded::new(11);
    let (mut world, pool) = setting(PoolSpec::default());
    let mut executed = 0;
    while executed < TIMES {
        let rng = &mut seeded.rng;
        for shard in 0..2 {
            let reserves = (log_uniform(rng, 1 << 60), log_uniform(rng, 1 << 60));
            set(&mut world, &pool, shard, reserves);
        }
        executed += usize::from(rebalance(&mut world, &pool, true));
    }
}

#[test]
fn stable_swap() {
    for amplification in [1, 100, 10_000] {
        let mut seeded = Seeded::new(12);
        let mints = (MintSpec::spl(6), MintSpec::spl(8));
        let spec = PoolSpec::default()
            .stable(amplification)
            .mints(mints.0, mints.1);
        let (mut world, pool) = setting(spec);
        let mut executed = 0;
        while executed < TIMES / 3 {
            let rng = &mut seeded.rng;
            for shard in 0..2 {
                let base = log_uniform(rng, 1 << 50);
                let quote = (base * rng.random_range(30..=300)).max(1);
                set(&mut world, &pool, shard, (base, quote));
            }
            executed += usize::from(rebalance(&mut world, &pool, false));
        }
    }
}

fn setting(spec: PoolSpec) -> (World, TestPool) {
    let mut world = World::new();
    let pool = world.create_pool(&spec.shards(2));
    let provider = world.wallet();
    let funds = 1_000_000_000_000;
    world.fund(provider, &pool, funds, funds);
    for shard in 0..2 {
        world.execute(&[pool.add_liquidity(shard, provider, funds / 4, funds / 4)]);
    }
    (world, pool)
}

fn set(world: &mut World, pool: &TestPool, shard: usize, reserves: (u64, u64)) {
    world.set_reserves(pool, shard, |shard| {
        (shard.base_reserve, shard.quote_reserve) = reserves;
    });
}

/// Rebalances, checks what must hold, and tells whether anything was done.
fn rebalance(world: &mut World, pool: &TestPool, product: bool) -> bool {
    let before = [world.shard(pool, 0), world.shard(pool, 1)];
    if let Err(refused) = world.try_execute_heavy(&[pool.rebalance(0, 1)]) {
        assert_eq!(refused.reason, Reason::amm(AmmError::NothingToRebalance));
        return false;
    }
    let after = [world.shard(pool, 0), world.shard(pool, 1)];
    let now = world.svm.clock().unix_timestamp;
    let curve = world.pool(pool).curve_at(now).expect("a valid pool");
    for (before, after) in before.iter().zip(&after) {
        assert_share_value_kept(&curve, &before.state(), &after.state(), "rebalance");
        assert_eq!(before.shares, after.shares);
        assert_eq!(before.base_protocol_fees, after.base_protocol_fees);
        assert_eq!(before.quote_protocol_fees, after.quote_protocol_fees);
    }
    let sum = |shards: &[sealane_amm::state::Shard; 2]| {
        let add = |a: u64, b: u64| u128::from(a) + u128::from(b);
        (
            add(shards[0].base_reserve, shards[1].base_reserve),
            add(shards[0].quote_reserve, shards[1].quote_reserve),
        )
    };
    assert_eq!(
        sum(&before),
        sum(&after),
        "tokens only move between the two shards"
    );
    if product {
        let (gap_before, gap_after) = (gap(&before), gap(&after));
        assert!(
            gap_after <= gap_before,
            "the prices moved apart: {before:?} {after:?}"
        );
    }
    // Both have the pooled ratio, to the rounding of a unit of each token.
    let [first, second] = &after;
    let (base, quote) = sum(&after);
    for shard in [first, second] {
        let (x, y) = (
            u128::from(shard.base_reserve),
            u128::from(shard.quote_reserve),
        );
        let off = BigUint::from(x) * quote;
        let exact = BigUint::from(y) * base;
        let distance = if off > exact {
            off - exact
        } else {
            exact - off
        };
        assert!(
            distance <= BigUint::from(base) + quote,
            "not at the pooled ratio: {shard:?}"
        );
    }
    // Once more there is nothing to do, or next to nothing.
    if let Ok(again) = world.try_execute_heavy(&[pool.rebalance(0, 1)]) {
        let moved = world.shard(pool, 0);
        let steps = moved.base_reserve.abs_diff(after[0].base_reserve);
        assert!(steps <= 2, "again moved {steps}: {again:?}");
    }
    true
}

/// |p₁ − p₂| as |y₁·x₂ − y₂·x₁| over x₁·x₂, compared by cross-multiplication: the numerator alone
/// would favour small shards.
fn gap(shards: &[sealane_amm::state::Shard; 2]) -> num_rational::Ratio<BigUint> {
    let price = |shard: &sealane_amm::state::Shard| {
        num_rational::Ratio::new(
            shard.quote_reserve.into(),
            BigUint::from(shard.base_reserve),
        )
    };
    let (first, second) = (price(&shards[0]), price(&shards[1]));
    if first > second {
        first - second
    } else {
        second - first
    }
}
