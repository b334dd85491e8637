//! Round trips: whoever goes in and comes out again has no more than before.

use rand::{Rng, seq::IndexedRandom};
use sealane_core::pool::ShardState;
use sealane_testkit::{
    MintSpec, PoolSpec, Seeded, Side, TestPool, World, assert_share_value_kept, log_uniform,
};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

/// Round trips that must have come to their end, of each kind.
const TRIPS: usize = 500;
/// The largest reserve.
const LIMIT: u64 = 1 << 56;

/// Pools that would be the easiest to take from: most of them charge nothing, or as little as their
/// curve allows.
fn pools(world: &mut World) -> Vec<TestPool> {
    let free = PoolSpec::default().flat_fee(0, 0);
    let cheap = PoolSpec::default().flat_fee(1, 0);
    let fee_mint = MintSpec::with_transfer_fee(6, 5, u64::MAX);
    let specs = [
        free.clone(),
        cheap.clone().stable(100),
        cheap
            .clone()
            .stable(10_000)
            .mints(MintSpec::spl(6), MintSpec::spl(6)),
        cheap
            .clone()
            .stable(1)
            .mints(MintSpec::spl(0), MintSpec::spl(9)),
        free.clone().mints(fee_mint, MintSpec::spl(9)),
        PoolSpec::default().protocol_share(2_500),
        PoolSpec::default().flat_fee(1, 2_500).stable(1_000),
    ];
    specs.iter().map(|spec| world.create_pool(spec)).collect()
}

struct Trips {
    seeded: Seeded,
    world: World,
    pools: Vec<TestPool>,
    traveller: Pubkey,
}

impl Trips {
    fn new(seed: u64) -> Self {
        let mut world = World::new();
        let pools = pools(&mut world);
        let (provider, traveller) = (world.wallet(), world.wallet());
        for pool in &pools {
            for wallet in [provider, traveller] {
                world.fund(wallet, pool, u64::MAX / 4, u64::MAX / 4);
            }
            let config = world.pool(pool);
            let whole = |scale: u64| 1_000_000_000_000_000 / scale.max(1);
            let (base, quote) = (whole(config.base_scale), whole(config.quote_scale));
            world.execute(&[pool.add_liquidity(0, provider, base, quote)]);
        }
        Self {
            seeded: Seeded::new(seed),
            world,
            pools,
            traveller,
        }
    }

    /// A random pool in a random state. The provider's shares stay what they are.
    fn anywhere(&mut self) -> TestPool {
        let rng = &mut self.seeded.rng;
        let pool = self.pools.choose(rng).expect("not empty").clone();
        let config = self.world.pool(&pool);
        let limit = LIMIT / config.base_scale.max(config.quote_scale).max(1);
        let base = log_uniform(rng, limit);
        let quote = if config.base_scale == 0 || rng.random_bool(0.2) {
            log_uniform(rng, limit)
        } else {
            let worth = u128::from(base) * u128::from(config.base_scale);
            let quote = worth * rng.random_range(20..=500) / 100 / u128::from(config.quote_scale);
            u64::try_from(quote).unwrap_or(limit).clamp(1, limit)
        };
        self.world.set_reserves(&pool, 0, |shard| {
            (shard.base_reserve, shard.quote_reserve) = (base, quote);
        });
        pool
    }

    fn state(&self, pool: &TestPool) -> ShardState {
        self.world.shard(pool, 0).state()
    }

    fn side(&mut self) -> Side {
        *[Side::Base, Side::Quote]
            .choose(&mut self.seeded.rng)
            .expect("not empty")
    }

    fn try_send(&mut self, pool: &TestPool, instruction: Instruction) -> Option<()> {
        let before = self.state(pool);
        let now = self.world.svm.clock().unix_timestamp;
        let curve = self.world.pool(pool).curve_at(now).expect("a valid pool");
        self.world.try_execute_heavy(&[instruction]).ok()?;
        let after = self.state(pool);
        assert_share_value_kept(&curve, &before, &after, "on the way");
        Some(())
    }

    /// Goes on round trips until enough have come to their end.
    fn go(seed: u64, mut trip: impl FnMut(&mut Self, &TestPool) -> Option<()>) {
        let mut trips = Self::new(seed);
        let beginning = trips.world.clone();
        let mut finished = 0;
        let mut started = 0;
        while finished < TRIPS {
            trips.world = beginning.clone();
            let pool = trips.anywhere();
            finished += usize::from(trip(&mut trips, &pool).is_some());
            started += 1;
            assert!(
                started < TRIPS * 20,
                "too few round trips come to their end: {finished}"
            );
        }
    }

    fn balances(&self, pool: &TestPool) -> (u64, u64) {
        self.world.balances(&self.traveller, pool)
    }

    fn assert_no_gain(&self, pool: &TestPool, before: (u64, u64), state: &ShardState) {
        let after = self.balances(pool);
        assert!(
            after.0 <= before.0 && after.1 <= before.1,
            "{before:?} {after:?} {state:?}"
        );
    }
}

#[test]
fn swapping_there_and_back() {
    Trips::go(1, |trips, pool| {
        let (state, before, side) = (trips.state(pool), trips.balances(pool), trips.side());
        let amount = log_uniform(
            &mut trips.seeded.rng,
            state.reserves.of(side).saturating_mul(4),
        );
        let traveller = trips.traveller;
        trips.try_send(pool, pool.swap_exact_in(0, traveller, side, amount, 0))?;
        let middle = trips.balances(pool);
        let got = match side {
            Side::Base => middle.1 - before.1,
            Side::Quote => middle.0 - before.0,
        };
        trips.try_send(
            pool,
            pool.swap_exact_in(0, traveller, side.opposite(), got, 0),
        )?;
        trips.assert_no_gain(pool, before, &state);
        Some(())
    });
}

#[test]
fn buying_exactly_and_selling_again() {
    Trips::go(2, |trips, pool| {
        let (state, before, side) = (trips.state(pool), trips.balances(pool), trips.side());
        let amount = log_uniform(&mut trips.seeded.rng, state.reserves.of(side.opposite()));
        let traveller = trips.traveller;
        trips.try_send(
            pool,
            pool.swap_exact_out(0, traveller, side, amount, u64::MAX),
        )?;
        trips.try_send(
            pool,
            pool.swap_exact_in(0, traveller, side.opposite(), amount, 0),
        )?;
        trips.assert_no_gain(pool, before, &state);
        Some(())
    });
}

#[test]
fn adding_and_removing() {
    Trips::go(3, |trips, pool| {
        let (state, before) = (trips.state(pool), trips.balances(pool));
        let (traveller, rng) = (trips.traveller, &mut trips.seeded.rng);
        let base = log_uniform(rng, state.reserves.base.get().saturating_mul(4));
        let quote = log_uniform(rng, state.reserves.quote.get().saturating_mul(4));
        trips.try_send(pool, pool.add_liquidity(0, traveller, base, quote))?;
        let shares = trips.world.shares(&traveller, pool, 0);
        // In one piece or in two.
        let first = trips.seeded.rng.random_range(1..=shares);
        trips.try_send(pool, pool.remove_liquidity(0, traveller, first))?;
        if first < shares {
            trips.try_send(pool, pool.remove_liquidity(0, traveller, shares - first))?;
        }
        trips.assert_no_gain(pool, before, &state);
        Some(())
    });
}

#[test]
fn adding_and_removing_one_token() {
    Trips::go(4, |trips, pool| {
        let (state, before, side) = (trips.state(pool), trips.balances(pool), trips.side());
        let amount = log_uniform(
            &mut trips.seeded.rng,
            state.reserves.of(side).saturating_mul(2),
        );
        let traveller = trips.traveller;
        trips.try_send(pool, pool.add_single_sided(0, traveller, side, amount))?;
        let shares = trips.world.shares(&traveller, pool, 0);
        trips.try_send(pool, pool.remove_single_sided(0, traveller, side, shares))?;
        trips.assert_no_gain(pool, before, &state);
        Some(())
    });
}

/// Instructions of all kinds in any order, by one who starts and ends without shares. Gains are
/// possible in one token only at the expense of the other, so the shard's own value decides: what
/// belongs to the other providers is worth no less than before.
#[test]
fn any_way_round() {
    Trips::go(5, |trips, pool| {
        let state = trips.state(pool);
        let traveller = trips.traveller;
        let now = trips.world.svm.clock().unix_timestamp;
        let curve = trips.world.pool(pool).curve_at(now).expect("a valid pool");
        for _ in 0..6 {
            let side = trips.side();
            let shares = trips.world.shares(&traveller, pool, 0).max(1);
            let reserves = trips.state(pool).reserves;
            let rng = &mut trips.seeded.rng;
            let amount = log_uniform(rng, reserves.of(side));
            let instruction = match rng.random_range(0..6) {
                0 => pool.swap_exact_in(0, traveller, side, amount, 0),
                1 => pool.swap_exact_out(0, traveller, side.opposite(), amount, u64::MAX),
                2 => pool.add_liquidity(
                    0,
                    traveller,
                    log_uniform(rng, reserves.base.get()),
                    log_uniform(rng, reserves.quote.get()),
                ),
                3 => pool.remove_liquidity(0, traveller, log_uniform(rng, shares)),
                4 => pool.add_single_sided(0, traveller, side, amount),
                _ => pool.remove_single_sided(0, traveller, side, log_uniform(rng, shares)),
            };
            // Refused ones are part of the way.
            let _ = trips.try_send(pool, instruction);
        }
        let shares = trips.world.shares(&traveller, pool, 0);
        if shares > 0 {
            trips.try_send(pool, pool.remove_liquidity(0, traveller, shares))?;
        }
        assert_share_value_kept(&curve, &state, &trips.state(pool), "in the end");
        Some(())
    });
}
