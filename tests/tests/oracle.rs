//! Time-weighted average prices, read as another program would read them, against a computation
//! with integers of any size.

use num_bigint::BigUint;
use rand::{Rng, seq::IndexedRandom};
use sealane_sdk::oracle::decode_observation;
use sealane_testkit::{MintSpec, PoolSpec, Seeded, Side, TestPool, World, log_uniform};
use solana_pubkey::Pubkey;

const FUNDS: u64 = 1_000_000_000_000_000;
const STEPS: usize = 400;

/// Sums of price × seconds in Q64.64, of base in quote and of quote in base.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Sums {
    base: BigUint,
    quote: BigUint,
}

/// The sums that the shard reports, and the time it reports.
fn observe(world: &World, pool: &TestPool, shard: usize) -> (i64, Sums) {
    let observed = world.svm.simulate(&[pool.observe(shard)]).expect("observe");
    let observation = decode_observation(&observed.return_data).expect("an observation");
    let big = |words: [u64; 3]| {
        words.iter().rev().fold(BigUint::ZERO, |sum, word| {
            (sum << 64) + BigUint::from(*word)
        })
    };
    let sums = Sums {
        base: big(observation.base_price_cumulative),
        quote: big(observation.quote_price_cumulative),
    };
    (observation.timestamp, sums)
}

/// Adds what the sums grow by while a constant product shard stands still.
fn accumulate(sums: &mut Sums, (base, quote): (u64, u64), seconds: u64) {
    let price = |of: u64, by: u64| (BigUint::from(of) << 64) / by * seconds;
    let wrap = BigUint::from(1u32) << 192;
    sums.base = (&sums.base + price(quote, base)) % &wrap;
    sums.quote = (&sums.quote + price(base, quote)) % &wrap;
}

fn reserves(world: &World, pool: &TestPool, shard: usize) -> (u64, u64) {
    let shard = world.shard(pool, shard);
    (shard.base_reserve, shard.quote_reserve)
}

fn setting(spec: PoolSpec) -> (World, TestPool, Pubkey) {
    let mut world = World::new();
    let pool = world.create_pool(&spec.shards(2).protocol_share(1_000));
    let wallet = world.wallet();
    world.fund(wallet, &pool, FUNDS, FUNDS);
    (world, pool, wallet)
}

/// Any instruction that changes reserves, and some that fail.
fn act(world: &mut World, pool: &TestPool, wallet: Pubkey, rng: &mut impl Rng) {
    let side = *[Side::Base, Side::Quote].choose(rng).expect("not empty");
    let amount = log_uniform(rng, FUNDS / 10_000);
    let shares = world.shares(&wallet, pool, 0) / 4;
    let instruction = match rng.random_range(0..10) {
        0..4 => pool.swap_exact_in(0, wallet, side, amount, 0),
        4 | 5 => pool.swap_exact_out(0, wallet, side, amount, u64::MAX),
        6 => pool.add_liquidity(0, wallet, amount, amount),
        7 => pool.remove_liquidity(0, wallet, shares),
        8 => pool.add_single_sided(0, wallet, side, amount),
        _ => pool.rebalance(0, 1),
    };
    let _ = world.try_execute_heavy(&[instruction]);
}

#[test]
fn average_prices_are_exact() {
    let mut seeded = Seeded::new(3);
    let (mut world, pool, wallet) = setting(PoolSpec::default());
    // An empty shard has no price, however long it waits.
    world.svm.advance_time(1_000_000);
    let (now, sums) = observe(&world, &pool, 0);
    assert_eq!(
        (now, sums),
        (world.svm.clock().unix_timestamp, Sums::default())
    );
    for shard in 0..2 {
        world.execute(&[pool.add_liquidity(shard, wallet, FUNDS / 100, FUNDS / 300)]);
    }
    let start = world.svm.clock().unix_timestamp;
    let mut expected = Sums::default();
    let mut readings = vec![(start, expected.clone())];
    for _ in 0..STEPS {
        let rng = &mut seeded.rng;
        // Several instructions at one time, then time passes: seconds, or years.
        let seconds = match rng.random_range(0..4) {
            0 => 0,
            1 => 1,
            2 => log_uniform(rng, 100_000),
            _ => log_uniform(rng, 100_000_000),
        };
        accumulate(&mut expected, reserves(&world, &pool, 0), seconds);
        world.svm.advance_time(seconds as i64);
        let (now, sums) = observe(&world, &pool, 0);
        assert_eq!(now, world.svm.clock().unix_timestamp);
        assert_eq!(sums, expected);
        act(&mut world, &pool, wallet, rng);
        // What happens now does not count before time passes.
        assert_eq!(observe(&world, &pool, 0), (now, sums.clone()));
        readings.push((now, sums));
    }
    averages_agree(&readings);
}

/// The SDK's averages between any two readings are the quotients of the exact differences.
fn averages_agree(readings: &[(i64, Sums)]) {
    let words = |sum: &BigUint| {
        let mut words = [0u64; 3];
        for (word, digit) in words.iter_mut().zip(sum.iter_u64_digits()) {
            *word = digit;
        }
        words
    };
    let observation = |(timestamp, sums): &(i64, Sums)| sealane_amm::Observation {
        timestamp: *timestamp,
        base_price_cumulative: words(&sums.base),
        quote_price_cumulative: words(&sums.quote),
    };
    for earlier in readings.iter().step_by(17) {
        for later in readings.iter().step_by(13) {
            let prices =
                sealane_sdk::oracle::average_prices(&observation(earlier), &observation(later));
            let seconds = later.0 - earlier.0;
            if seconds <= 0 {
                assert!(prices.is_err());
                continue;
            }
            let prices = prices.expect("time has passed");
            let exact = (&later.1.base - &earlier.1.base) / seconds as u64;
            assert_eq!(BigUint::from(prices.base.get()), exact);
            let exact = (&later.1.quote - &earlier.1.quote) / seconds as u64;
            assert_eq!(BigUint::from(prices.quote.get()), exact);
        }
    }
}

/// A trade within one second moves the average of that second by nothing: what is read is the
/// price that stood before it.
#[test]
fn a_trade_and_its_reversal_in_one_second_move_nothing() {
    let (mut world, pool, wallet) = setting(PoolSpec::default());
    world.execute(&[pool.add_liquidity(0, wallet, FUNDS / 100, FUNDS / 100)]);
    world.svm.advance_time(3_600);
    let mut quiet = world.clone();
    let (before, _) = world.balances(&wallet, &pool);
    world.execute(&[pool.swap_exact_in(0, wallet, Side::Quote, FUNDS / 2, 1)]);
    let (after, _) = world.balances(&wallet, &pool);
    world.execute(&[pool.swap_exact_in(0, wallet, Side::Base, after - before, 1)]);
    assert_eq!(observe(&world, &pool, 0), observe(&quiet, &pool, 0));
    quiet.svm.advance_time(1);
    assert_ne!(observe(&world, &pool, 0), observe(&quiet, &pool, 0));
}

/// Each shard has a history of its own.
#[test]
fn shards_do_not_share_a_history() {
    let (mut world, pool, wallet) = setting(PoolSpec::default());
    for shard in 0..2 {
        world.execute(&[pool.add_liquidity(shard, wallet, FUNDS / 100, FUNDS / 100)]);
    }
    world.execute(&[pool.swap_exact_in(0, wallet, Side::Base, FUNDS / 100, 1)]);
    world.svm.advance_time(100);
    let (_, first) = observe(&world, &pool, 0);
    let (_, second) = observe(&world, &pool, 1);
    assert!(
        first.base < second.base,
        "base is cheaper in the first shard"
    );
    let mut expected = Sums::default();
    accumulate(&mut expected, reserves(&world, &pool, 1), 100);
    assert_eq!(second, expected);
}

/// On a stable swap the price is the curve's own marginal price, not the ratio of the reserves.
#[test]
fn stable_swap_prices_follow_the_curve() {
    let mut seeded = Seeded::new(4);
    let mints = (MintSpec::spl(6), MintSpec::spl(6));
    let spec = PoolSpec::default().stable(100).mints(mints.0, mints.1);
    let (mut world, pool, wallet) = setting(spec);
    for shard in 0..2 {
        world.execute(&[pool.add_liquidity(shard, wallet, FUNDS / 100, FUNDS / 100)]);
    }
    let mut expected = Sums::default();
    for _ in 0..STEPS / 4 {
        let seconds = log_uniform(&mut seeded.rng, 100_000);
        let before = world.shard(&pool, 0).state().reserves;
        world.svm.advance_time(seconds as i64);
        let now = world.svm.clock().unix_timestamp;
        let curve = world.pool(&pool).curve_at(now).expect("a valid pool");
        let prices = curve.spot_prices(before).expect("reserves");
        expected.base += BigUint::from(prices.base.get()) * seconds;
        expected.quote += BigUint::from(prices.quote.get()) * seconds;
        let (_, sums) = observe(&world, &pool, 0);
        assert_eq!(sums, expected);
        act(&mut world, &pool, wallet, &mut seeded.rng);
    }
}
