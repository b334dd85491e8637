//! Random sequences of all instructions, by several users, over several pools.

use std::collections::BTreeMap;

use rand::{Rng, seq::IndexedRandom};
use rand_chacha::ChaCha8Rng;
use sealane_amm::{
    errors::AmmError,
    state::{FeeParams, pause},
};
use sealane_core::pool::LOCKED_SHARES;
use sealane_sdk::events::Event;
use sealane_testkit::{
    Executed, MintSpec, PoolSpec, Reason, Seeded, Side, TestPool, World, assert_share_value_kept,
    log_uniform,
};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

/// Instructions that must have been executed.
const EXECUTED: usize = 3_000;
/// What every user gets of every token.
const FUNDS: u64 = 1_000_000_000_000_000;

/// Pools, users, and what has been done so far.
struct Walk {
    rng: ChaCha8Rng,
    world: World,
    pools: Vec<TestPool>,
    authorities: Vec<Pubkey>,
    users: Vec<Pubkey>,
    executed: BTreeMap<&'static str, usize>,
    refused: BTreeMap<(&'static str, Reason), usize>,
}

#[test]
fn any_sequence_leaves_every_pool_solvent() {
    let seeded = Seeded::new(7);
    let mut walk = Walk::new(seeded.rng.clone());
    while walk.executed.values().sum::<usize>() < EXECUTED {
        walk.step();
    }
    println!("executed {:?}\nrefused {:?}", walk.executed, walk.refused);
    for name in [
        "swap_exact_in",
        "swap_exact_out",
        "add_liquidity",
        "remove_liquidity",
        "add_liquidity_single_sided",
        "remove_liquidity_single_sided",
        "rebalance",
        "collect_protocol_fees",
        "administer",
        "administer: accept",
        "add_shard",
        "observe",
    ] {
        let count = walk.executed.get(name).copied().unwrap_or_default();
        assert!(count >= 10, "{name} was executed {count} times only");
    }
    walk.drain();
}

impl Walk {
    fn new(rng: ChaCha8Rng) -> Self {
        let mut world = World::new();
        let sharded = PoolSpec::default().shards(3).protocol_share(1_500);
        let fee_mint = MintSpec::with_transfer_fee(6, 30, 50_000_000);
        let specs = [
            sharded.clone(),
            sharded.clone().flat_fee(0, 0),
            sharded
                .clone()
                .mints(fee_mint.clone(), MintSpec::token_2022(8)),
            sharded
                .clone()
                .stable(200)
                .mints(MintSpec::spl(6), MintSpec::spl(9)),
            sharded
                .stable(1)
                .mints(fee_mint.clone(), fee_mint)
                .flat_fee(400, 2_500),
        ];
        let pools: Vec<TestPool> = specs.iter().map(|spec| world.create_pool(spec)).collect();
        let users: Vec<Pubkey> = (0..5).map(|_| world.wallet()).collect();
        for pool in &pools {
            for user in users.iter().chain([&pool.creator]) {
                world.fund(*user, pool, FUNDS, FUNDS);
            }
        }
        Self {
            rng,
            world,
            authorities: pools.iter().map(|pool| pool.creator).collect(),
            pools,
            users,
            executed: BTreeMap::new(),
            refused: BTreeMap::new(),
        }
    }

    /// One random instruction, and what must hold after it.
    fn step(&mut self) {
        if self.rng.random_bool(0.2) {
            let seconds = log_uniform(&mut self.rng, 200_000) as i64;
            self.world.svm.advance_time(seconds);
        }
        let index = self.rng.random_range(0..self.pools.len());
        let pool = self.pools[index].clone();
        let shards: Vec<_> = (0..pool.shards.len())
            .map(|i| self.world.shard(&pool, i))
            .collect();
        let (name, instruction) = self.instruction(index);
        match self
            .world
            .try_execute_heavy(std::slice::from_ref(&instruction))
        {
            Ok(executed) => self.succeeded(index, name, &instruction, &executed),
            Err(refused) => {
                let count = self
                    .refused
                    .entry((name, refused.reason.clone()))
                    .or_default();
                *count += 1;
                assert!(
                    matches!(
                        refused.reason,
                        Reason::Amm(_) | Reason::Token(_) | Reason::OutOfCompute
                    ),
                    "{refused:?}"
                );
            }
        }
        let now = self.world.svm.clock().unix_timestamp;
        let curve = self.world.pool(&pool).curve_at(now).expect("a valid pool");
        for (shard, before) in shards.iter().enumerate() {
            let after = self.world.shard(&pool, shard);
            assert_share_value_kept(&curve, &before.state(), &after.state(), name);
        }
    }

    fn succeeded(
        &mut self,
        index: usize,
        name: &'static str,
        instruction: &Instruction,
        executed: &Executed,
    ) {
        *self.executed.entry(name).or_default() += 1;
        match name {
            "administer: accept" => {
                self.authorities[index] = self.world.pool(&self.pools[index]).authority;
            }
            "add_shard" => self.opened(index),
            "observe" => assert_eq!(executed.return_data.len(), 56),
            _ => {
                let [event] = executed.events()[..] else {
                    panic!("not one event: {name} {instruction:?}");
                };
                if let Event::Swapped(swap) = event {
                    assert!(
                        swap.sent > 0 && swap.received > 0,
                        "nothing is free: {swap:?}"
                    );
                }
            }
        }
    }

    /// A shard was added: it is known to the world from now on, and users have accounts for it.
    fn opened(&mut self, index: usize) {
        self.world.adopt_new_shards(&mut self.pools[index]);
        let pool = self.pools[index].clone();
        for user in self.users.clone().into_iter().chain([pool.creator]) {
            self.world.fund(user, &pool, 0, 0);
        }
    }

    fn instruction(&mut self, index: usize) -> (&'static str, Instruction) {
        let pool = self.pools[index].clone();
        let rng = &mut self.rng;
        let user = *self.users.choose(rng).expect("not empty");
        let authority = self.authorities[index];
        let shard = rng.random_range(0..pool.shards.len());
        let side = *[Side::Base, Side::Quote].choose(rng).expect("not empty");
        let amount = log_uniform(rng, FUNDS / 1_000);
        let shares = self.world.shares(&user, &pool, shard);
        let some_shares = log_uniform(&mut self.rng, shares.max(1));
        let rng = &mut self.rng;
        match rng.random_range(0..100) {
            0..20 => (
                "swap_exact_in",
                pool.swap_exact_in(shard, user, side, amount, 0),
            ),
            20..40 => (
                "swap_exact_out",
                pool.swap_exact_out(shard, user, side, amount, u64::MAX),
            ),
            40..55 => {
                let other = log_uniform(rng, FUNDS / 1_000);
                (
                    "add_liquidity",
                    pool.add_liquidity(shard, user, amount, other),
                )
            }
            55..63 => (
                "remove_liquidity",
                pool.remove_liquidity(shard, user, some_shares),
            ),
            63..71 => {
                let instruction = pool.add_single_sided(shard, user, side, amount);
                ("add_liquidity_single_sided", instruction)
            }
            71..79 => {
                let instruction = pool.remove_single_sided(shard, user, side, some_shares);
                ("remove_liquidity_single_sided", instruction)
            }
            79..86 => {
                let second = (shard + rng.random_range(1..pool.shards.len())) % pool.shards.len();
                ("rebalance", pool.rebalance(shard, second))
            }
            86..90 => (
                "collect_protocol_fees",
                pool.collect_protocol_fees(shard, pool.creator),
            )
                .by(authority, &pool),
            90..96 => ("administer", self.administer(&pool, authority)),
            96 => {
                let pending = self.world.pool(&pool).pending_authority;
                ("administer: accept", pool.accept_authority(pending))
            }
            97 => {
                let count = self.world.pool(&pool).shard_count;
                (
                    "add_shard",
                    pool.add_shard(count, authority, self.world.svm.payer()),
                )
            }
            _ => ("observe", pool.observe(shard)),
        }
    }

    fn administer(&mut self, pool: &TestPool, authority: Pubkey) -> Instruction {
        let now = self.world.svm.clock().unix_timestamp;
        let rng = &mut self.rng;
        match rng.random_range(0..8) {
            0 | 1 => {
                let pips = rng.random_range(0..=20_000);
                let protocol_share_bps = rng.random_range(0..=2_500);
                let fees = FeeParams {
                    min_pips: pips,
                    max_pips: pips,
                    slope_pips: 0,
                    protocol_share_bps,
                };
                pool.set_fees(authority, fees)
            }
            2 => pool.set_paused(authority, rng.random_range(0..=pause::ALL)),
            3 | 4 => pool.set_paused(authority, 0),
            5 => {
                let next = *self.users.choose(rng).expect("not empty");
                pool.propose_authority(authority, next)
            }
            6 => {
                let end = now + 86_400 + log_uniform(rng, 1_000_000) as i64;
                pool.ramp_amplification(authority, log_uniform(rng, 2_000) as u32, end)
            }
            _ => pool.stop_ramp(authority),
        }
    }

    /// Everybody leaves. What stays is the locked shares' part, and then the fees are collected to
    /// the unit.
    fn drain(&mut self) {
        for (index, pool) in self.pools.clone().iter().enumerate() {
            let authority = self.authorities[index];
            // Nothing that the authority can pause keeps providers in.
            self.world
                .execute(&[pool.set_paused(authority, pause::ALL)]);
            for shard in 0..pool.shards.len() {
                self.empty(pool, shard);
                self.collect(pool, shard, authority);
            }
        }
    }

    fn empty(&mut self, pool: &TestPool, shard: usize) {
        let before = self.world.shard(pool, shard);
        if before.shares == 0 {
            return;
        }
        let (mut withdrawals, mut dust) = (0, 0);
        for user in self.users.clone().into_iter().chain([pool.creator]) {
            let shares = self.world.shares(&user, pool, shard);
            if shares == 0 {
                continue;
            }
            withdrawals += 1;
            let remove = pool.remove_liquidity(shard, user, shares);
            match self.world.try_execute(&[remove]) {
                Ok(_) => {}
                // A few shares may be worth less than a unit of either token, or less than a
                // transfer fee.
                Err(refused) => {
                    let dust_only =
                        [AmmError::ZeroOutput, AmmError::TransferFeeTooHigh].map(Reason::amm);
                    assert!(dust_only.contains(&refused.reason), "{refused:?}");
                    dust += shares;
                }
            }
        }
        let after = self.world.shard(pool, shard);
        let kept = |reserve: u64| {
            let locked = u128::from(reserve) * u128::from(after.shares);
            locked.div_ceil(u128::from(before.shares)) as u64 + withdrawals
        };
        assert_eq!(after.shares, LOCKED_SHARES + dust);
        assert!(
            dust < 10 || after.base_reserve.min(after.quote_reserve) < 1_000,
            "{after:?}"
        );
        assert!(
            after.base_reserve <= kept(before.base_reserve),
            "{before:?} {after:?}"
        );
        assert!(
            after.quote_reserve <= kept(before.quote_reserve),
            "{before:?} {after:?}"
        );
    }

    fn collect(&mut self, pool: &TestPool, shard: usize, authority: Pubkey) {
        let before = self.world.shard(pool, shard);
        let (collect, due) = (
            ("collect", pool.collect_protocol_fees(shard, pool.creator))
                .by(authority, pool)
                .1,
            (before.base_protocol_fees, before.quote_protocol_fees),
        );
        if due == (0, 0) {
            return;
        }
        let vaults = |world: &World| {
            let shard = &pool.shards[shard];
            (
                world.balance(&shard.base_vault),
                world.balance(&shard.quote_vault),
            )
        };
        let held = vaults(&self.world);
        self.world.execute(&[collect]);
        let left = vaults(&self.world);
        assert_eq!((held.0 - left.0, held.1 - left.1), due);
        let after = self.world.shard(pool, shard);
        assert_eq!(
            (after.base_protocol_fees, after.quote_protocol_fees),
            (0, 0)
        );
        assert_eq!(left, (after.base_reserve, after.quote_reserve));
    }
}

/// Sets who collects: the authority of the moment, to the creator's accounts.
trait By {
    fn by(self, authority: Pubkey, pool: &TestPool) -> Self;
}

impl By for (&'static str, Instruction) {
    fn by(mut self, authority: Pubkey, pool: &TestPool) -> Self {
        for meta in &mut self.1.accounts {
            if meta.pubkey == pool.creator {
                meta.pubkey = authority;
            }
        }
        self
    }
}
