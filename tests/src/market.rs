//! Random pools in random states, watched by a client.

use rand::{Rng, seq::IndexedRandom};
use sealane_amm::state::FeeParams;
use sealane_core::{
    curve::MAX_SCALED_RESERVE,
    fee::{MAX_FEE, MAX_SLOPE},
};
use solana_pubkey::Pubkey;

use crate::{Feed, MintSpec, PoolSpec, Side, TestPool, TransferFeeSpec, World, log_uniform};

/// The largest reserve that a stable swap pool computes with, at equal decimals.
const STABLE_LIMIT: u64 = MAX_SCALED_RESERVE;
/// The largest reserve tried.
const LIMIT: u64 = 1 << 63;

/// A pool, someone who trades in it, and a client that watches.
pub struct Market {
    /// Where it is.
    pub world: World,
    /// The pool.
    pub pool: TestPool,
    /// Someone with tokens, and with all of the pool's liquidity.
    pub trader: Pubkey,
    /// What the client knows.
    pub feed: Feed,
    /// Whether the curve is stable swap.
    pub stable: bool,
    /// The pool's fees.
    pub fees: FeeParams,
}

impl Market {
    /// A pool of random kind. Shards get a small deposit; a few stay empty.
    pub fn random(rng: &mut impl Rng, stable: bool) -> Self {
        let fees = random_fees(rng, stable);
        let decimals = (rng.random_range(0..=9), rng.random_range(0..=9));
        let mut spec = PoolSpec::default()
            .mints(random_mint(rng, decimals.0), random_mint(rng, decimals.1))
            .fees(fees)
            .shards(random_shards(rng));
        if stable {
            spec = spec.stable(log_uniform(rng, 10_000) as u32);
        }
        let mut world = World::new();
        let pool = world.create_pool(&spec);
        let trader = world.wallet();
        world.fund(trader, &pool, u64::MAX / 2, u64::MAX / 2);
        for mint in [&pool.base, &pool.quote] {
            if has_transfer_fee(&world, mint.address) && rng.random_bool(0.5) {
                world.execute(&[mint.set_transfer_fee(random_transfer_fee(rng))]);
            }
        }
        for shard in 0..pool.shards.len() {
            if pool.shards.len() == 1 || rng.random_bool(0.9) {
                open(&mut world, &pool, shard, trader);
            }
        }
        let mut feed = Feed::new();
        feed.all(&world.svm, &pool);
        let mut market = Self {
            world,
            pool,
            trader,
            feed,
            stable,
            fees,
        };
        for shard in 0..market.pool.shards.len() {
            market.reserves(rng, shard);
        }
        market
    }

    /// Something changes, or nothing: reserves, time, epoch, amplification.
    pub fn change(&mut self, rng: &mut impl Rng) {
        if rng.random_bool(0.4) {
            let shard = rng.random_range(0..self.pool.shards.len());
            self.reserves(rng, shard);
        }
        if rng.random_bool(0.3) {
            let seconds = log_uniform(rng, 100_000) as i64;
            self.world.svm.advance_time(seconds);
            self.feed.clock(&self.world.svm);
        }
        if rng.random_bool(0.01) {
            let epoch = self.world.svm.clock().epoch + 1;
            self.world.svm.set_epoch(epoch);
            self.feed.clock(&self.world.svm);
        }
        if self.stable && rng.random_bool(0.03) {
            self.ramp(rng);
        }
    }

    /// Gives the trader all of both mints' supply that a shard's vaults do not hold, and takes away
    /// the transfer fees withheld before, which are a part of the supply too. Returns how much of
    /// (base, quote) the trader has.
    pub fn fund(&mut self, shard: usize) -> (u64, u64) {
        let fund = |market: &mut Self, side: Side| {
            let vault = market.pool.vault(shard, side);
            let held = market.world.balance(&vault);
            let account = market.pool.mint(side).account_of(&market.trader);
            market.world.set_balance(&vault, held);
            market.world.set_balance(&account, u64::MAX - held);
            u64::MAX - held
        };
        (fund(self, Side::Base), fund(self, Side::Quote))
    }

    /// A ramp to anywhere within a factor of ten; refused ones do not matter.
    fn ramp(&mut self, rng: &mut impl Rng) {
        let now = self.world.svm.clock().unix_timestamp;
        let target = log_uniform(rng, 10_000) as u32;
        let end = now + 86_400 + log_uniform(rng, 10_000_000) as i64;
        let ramp = self.pool.ramp_amplification(self.pool.creator, target, end);
        if self.world.try_execute(&[ramp]).is_ok() {
            self.feed.account(&self.world.svm, &self.pool.address);
        }
    }

    /// Puts a shard that is not empty into a random state.
    fn reserves(&mut self, rng: &mut impl Rng, shard: usize) {
        if self.world.shard(&self.pool, shard).shares == 0 {
            return;
        }
        let (base, quote) = if self.stable {
            let pool = self.world.pool(&self.pool);
            random_stable_reserves(rng, pool.base_scale, pool.quote_scale)
        } else {
            (random_reserve(rng, LIMIT), random_reserve(rng, LIMIT))
        };
        let base_fees = random_protocol_fees(rng, base);
        let quote_fees = random_protocol_fees(rng, quote);
        self.world.set_reserves(&self.pool, shard, |shard| {
            (shard.base_reserve, shard.quote_reserve) = (base, quote);
            (shard.base_protocol_fees, shard.quote_protocol_fees) = (base_fees, quote_fees);
        });
        self.feed
            .account(&self.world.svm, &self.pool.shards[shard].address);
    }
}

/// Protocol fees beside a reserve: none, few, many.
fn random_protocol_fees(rng: &mut impl Rng, reserve: u64) -> u64 {
    let fees = match rng.random_range(0..3) {
        0 => 0,
        1 => log_uniform(rng, 1_000_000),
        _ => log_uniform(rng, reserve),
    };
    fees.min(u64::MAX - reserve)
}

/// The first deposit, so that the shard has shares.
fn open(world: &mut World, pool: &TestPool, shard: usize, provider: Pubkey) {
    let program = world.pool(pool);
    let scale = program.base_scale.max(program.quote_scale).max(1);
    // Enough to survive any transfer fee below the whole; a fee of everything is tried with less.
    for amount in [10_000 * scale, 100_000_000 * scale] {
        let add = pool.add_liquidity(shard, provider, amount, amount);
        if world.try_execute(&[add]).is_ok() {
            return;
        }
    }
}

fn has_transfer_fee(world: &World, mint: Pubkey) -> bool {
    sealane_amm::mint::transfer_fee_in(&world.svm.data(&mint), 0)
        .is_ok_and(|fee| fee != sealane_core::pool::TransferFee::NONE)
}

/// From one shard to the maximum, small numbers more often.
fn random_shards(rng: &mut impl Rng) -> u8 {
    match rng.random_range(0..4) {
        0 => 1,
        1 => rng.random_range(2..=4),
        2 => rng.random_range(5..=16),
        _ => rng.random_range(17..=32),
    }
}

fn random_mint(rng: &mut impl Rng, decimals: u8) -> MintSpec {
    match rng.random_range(0..4) {
        0 | 1 => MintSpec::spl(decimals),
        2 => MintSpec::token_2022(decimals),
        _ => {
            let fee = random_transfer_fee(rng);
            MintSpec::with_transfer_fee(decimals, fee.bps, fee.maximum)
        }
    }
}

/// From a hundredth of a percent to everything, capped low, high or never.
fn random_transfer_fee(rng: &mut impl Rng) -> TransferFeeSpec {
    let bps = match rng.random_range(0..8) {
        0 => 10_000,
        1 => 9_999,
        2 => 1,
        _ => rng.random_range(1..=1_000),
    };
    let maximum = match rng.random_range(0..4) {
        0 => u64::MAX,
        1 => rng.random_range(1..=100),
        2 => log_uniform(rng, 1_000_000),
        _ => log_uniform(rng, u64::MAX),
    };
    TransferFeeSpec { bps, maximum }
}

/// A fee schedule of each shape that a pool may have. Stable swap pools charge something.
fn random_fees(rng: &mut impl Rng, stable: bool) -> FeeParams {
    let protocol_share_bps = *[0, 1, 1_000, 2_500].choose(rng).expect("not empty");
    let fees = |min_pips, max_pips, slope_pips| FeeParams {
        min_pips,
        max_pips,
        slope_pips,
        protocol_share_bps,
    };
    let least = u32::from(stable);
    match rng.random_range(0..6) {
        0 => fees(least, least, 0),
        1 => {
            let pips = rng.random_range(1..=MAX_FEE.get());
            fees(pips, pips, 0)
        }
        2 => fees(3_000, 3_000, 0),
        3 => fees(1_000, 12_000, 1_050_000),
        _ => {
            let max = rng.random_range(least + 1..=MAX_FEE.get());
            let min = rng.random_range(least..max);
            // The least slope for which one shard is always cheaper than several.
            let least_slope = 1_000_000 + 3 * (max - min) - max;
            let slope = match rng.random_range(0..3) {
                0 => least_slope,
                1 => MAX_SLOPE,
                _ => rng.random_range(least_slope..=MAX_SLOPE),
            };
            fees(min, max, slope)
        }
    }
}

/// A reserve of any size, the extremes more often.
fn random_reserve(rng: &mut impl Rng, limit: u64) -> u64 {
    match rng.random_range(0..8) {
        0 => rng.random_range(1..=10.min(limit)),
        1 => limit - log_uniform(rng, limit).min(limit - 1),
        2 => limit,
        _ => log_uniform(rng, limit),
    }
}

/// Reserves of a stable swap pool: usually of similar worth, sometimes far apart.
fn random_stable_reserves(rng: &mut impl Rng, base_scale: u64, quote_scale: u64) -> (u64, u64) {
    let limits = (STABLE_LIMIT / base_scale, STABLE_LIMIT / quote_scale);
    if rng.random_bool(0.15) {
        return (random_reserve(rng, limits.0), random_reserve(rng, limits.1));
    }
    let base = random_reserve(rng, limits.0);
    let worth = u128::from(base) * u128::from(base_scale);
    let percent = u128::from(match rng.random_range(0..3) {
        0 => rng.random_range(95..=105u32),
        1 => rng.random_range(20..=500),
        _ => rng.random_range(1..=10_000),
    });
    let quote = worth * percent / 100 / u128::from(quote_scale);
    (
        base,
        u64::try_from(quote).unwrap_or(u64::MAX).clamp(1, limits.1),
    )
}
