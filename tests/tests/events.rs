//! Every instruction's event says what the instruction did.

use sealane_amm::{
    PoolParams,
    events::{
        AmplificationRamped, AuthorityChanged, AuthorityProposed, FeesChanged, LiquidityAdded,
        LiquidityRemoved, PauseChanged, PoolCreated, ProtocolFeesCollected, ShardAdded,
        ShardsRebalanced, Swapped,
    },
    state::{CURVE_STABLE_SWAP, FeeParams, Shard, pause},
};
use sealane_sdk::events::Event;
use sealane_testkit::{MintSpec, PoolSpec, Side, TestPool, World};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

const FUNDS: u64 = 1_000_000_000_000;
const AMOUNT: u64 = 10_000_000;

struct Setting {
    world: World,
    pool: TestPool,
    wallet: Pubkey,
}

/// Pools of both curves, and one whose tokens take transfer fees.
fn settings() -> Vec<Setting> {
    let fee_mints = (
        MintSpec::with_transfer_fee(6, 30, 1_000_000),
        MintSpec::with_transfer_fee(9, 200, 5_000),
    );
    let specs = [
        PoolSpec::default(),
        PoolSpec::default()
            .mints(MintSpec::spl(6), MintSpec::spl(6))
            .stable(100),
        PoolSpec::default().mints(fee_mints.0, fee_mints.1),
    ];
    specs
        .into_iter()
        .map(|spec| {
            let mut world = World::new();
            let pool = world.create_pool(&spec.shards(2).protocol_share(2_000));
            let wallet = world.wallet();
            for wallet in [wallet, pool.creator] {
                world.fund(wallet, &pool, FUNDS, FUNDS);
            }
            for shard in 0..2 {
                let quote = FUNDS / (10 + 10 * shard as u64);
                world.execute(&[pool.add_liquidity(shard, wallet, FUNDS / 10, quote)]);
            }
            Setting {
                world,
                pool,
                wallet,
            }
        })
        .collect()
}

impl Setting {
    /// The one event of an instruction.
    fn event(&mut self, instruction: Instruction) -> Event {
        let executed = self.world.execute(&[instruction]);
        let [event] = executed.events()[..] else {
            panic!("not one event: {:?}", executed.logs);
        };
        event
    }

    fn shard(&self) -> Shard {
        self.world.shard(&self.pool, 0)
    }

    fn vaults(&self, shard: usize) -> (u64, u64) {
        let shard = &self.pool.shards[shard];
        (
            self.world.balance(&shard.base_vault),
            self.world.balance(&shard.quote_vault),
        )
    }

    fn shares(&self) -> u64 {
        self.world.shares(&self.wallet, &self.pool, 0)
    }
}

#[test]
fn creation() {
    let mut world = World::new();
    let (base, quote) = (
        world.create_mint(&MintSpec::spl(6)),
        world.create_mint(&MintSpec::token_2022(9)),
    );
    let pool = TestPool::new(world.wallet(), 77, base, quote);
    let fees = FeeParams {
        min_pips: 1_000,
        max_pips: 12_000,
        slope_pips: 1_050_000,
        protocol_share_bps: 1_234,
    };
    let params = PoolParams {
        curve: CURVE_STABLE_SWAP,
        amplification: 250,
        fees,
    };
    let created = world.execute(&[pool.create(params)]).events();
    let expected = PoolCreated {
        pool: pool.address,
        creator: pool.creator,
        base_mint: base.address,
        quote_mint: quote.address,
        fee_min_pips: 1_000,
        fee_max_pips: 12_000,
        fee_slope_pips: 1_050_000,
        amplification: 250,
        protocol_share_bps: 1_234,
        id: 77,
        curve: CURVE_STABLE_SWAP,
        reserved: [0; 3],
    };
    assert_eq!(created, [Event::PoolCreated(expected)]);
    let account = world.pool(&pool);
    assert_eq!(
        (account.creator, account.authority),
        (pool.creator, pool.creator)
    );
    assert_eq!(
        (account.base_mint, account.quote_mint),
        (base.address, quote.address)
    );
    assert_eq!(
        (account.id, account.curve, account.shard_count),
        (77, CURVE_STABLE_SWAP, 0)
    );
    assert_eq!((account.base_decimals, account.quote_decimals), (6, 9));

    for index in 0..3 {
        let payer = world.svm.payer();
        let added = world
            .execute(&[pool.add_shard(index, pool.creator, payer)])
            .events();
        let accounts = pool.shard_accounts(index);
        let expected = ShardAdded {
            pool: pool.address,
            shard: accounts.address,
            lp_mint: accounts.lp.address,
            index,
            reserved: [0; 7],
        };
        assert_eq!(added, [Event::ShardAdded(expected)]);
        assert_eq!(world.pool(&pool).shard_count, index + 1);
    }
}

#[test]
fn swaps() {
    for mut setting in settings() {
        let (pool, wallet) = (setting.pool.clone(), setting.wallet);
        for side in [Side::Base, Side::Quote] {
            for exact_in in [true, false] {
                let (before, balances) = (setting.shard(), setting.world.balances(&wallet, &pool));
                let swap = if exact_in {
                    pool.swap_exact_in(0, wallet, side, AMOUNT, 1)
                } else {
                    pool.swap_exact_out(0, wallet, side, AMOUNT, FUNDS)
                };
                let Event::Swapped(event) = setting.event(swap) else {
                    panic!("no swap")
                };
                let (after, now) = (setting.shard(), setting.world.balances(&wallet, &pool));
                let (sent, received, protocol_fee) = match side {
                    Side::Base => (
                        balances.0 - now.0,
                        now.1 - balances.1,
                        after.quote_protocol_fees - before.quote_protocol_fees,
                    ),
                    Side::Quote => (
                        balances.1 - now.1,
                        now.0 - balances.0,
                        after.base_protocol_fees - before.base_protocol_fees,
                    ),
                };
                let expected = Swapped {
                    shard: pool.shards[0].address,
                    trader: wallet,
                    sent,
                    received,
                    fee: event.fee,
                    protocol_fee,
                    base_reserve: after.base_reserve,
                    quote_reserve: after.quote_reserve,
                    side_in: u8::from(side == Side::Quote),
                    reserved: [0; 7],
                };
                assert_eq!(event, expected);
                // A fifth of the fee is the authority's.
                assert_eq!(event.protocol_fee, event.fee / 5);
                assert!(event.fee > 0);
            }
        }
    }
}

#[test]
fn deposits() {
    for mut setting in settings() {
        let (pool, wallet) = (setting.pool.clone(), setting.wallet);
        let instructions = [
            pool.add_liquidity(0, wallet, AMOUNT, AMOUNT),
            pool.add_single_sided(0, wallet, Side::Base, AMOUNT),
            pool.add_single_sided(0, wallet, Side::Quote, AMOUNT),
        ];
        for instruction in instructions {
            let (vaults, shares) = (setting.vaults(0), setting.shares());
            let event = setting.event(instruction);
            let (shard, now) = (setting.shard(), setting.vaults(0));
            let expected = LiquidityAdded {
                shard: pool.shards[0].address,
                provider: wallet,
                base: now.0 - vaults.0,
                quote: now.1 - vaults.1,
                shares: setting.shares() - shares,
                base_reserve: shard.base_reserve,
                quote_reserve: shard.quote_reserve,
                total_shares: shard.shares,
                base_protocol_fees: shard.base_protocol_fees,
                quote_protocol_fees: shard.quote_protocol_fees,
            };
            assert_eq!(event, Event::LiquidityAdded(expected));
        }
    }
}

#[test]
fn withdrawals() {
    for mut setting in settings() {
        let (pool, wallet) = (setting.pool.clone(), setting.wallet);
        let instructions = [
            pool.remove_liquidity(0, wallet, AMOUNT),
            pool.remove_single_sided(0, wallet, Side::Base, AMOUNT),
            pool.remove_single_sided(0, wallet, Side::Quote, AMOUNT),
        ];
        for instruction in instructions {
            let (vaults, shares) = (setting.vaults(0), setting.shares());
            let event = setting.event(instruction);
            let (shard, now) = (setting.shard(), setting.vaults(0));
            let expected = LiquidityRemoved {
                shard: pool.shards[0].address,
                provider: wallet,
                base: vaults.0 - now.0,
                quote: vaults.1 - now.1,
                shares: shares - setting.shares(),
                base_reserve: shard.base_reserve,
                quote_reserve: shard.quote_reserve,
                total_shares: shard.shares,
                base_protocol_fees: shard.base_protocol_fees,
                quote_protocol_fees: shard.quote_protocol_fees,
            };
            assert_eq!(event, Event::LiquidityRemoved(expected));
        }
    }
}

#[test]
fn rebalancing_and_collecting() {
    // Tokens with transfer fees cannot be rebalanced.
    for mut setting in settings().into_iter().take(2) {
        let (pool, wallet) = (setting.pool.clone(), setting.wallet);
        let (first, second) = (setting.vaults(0), setting.vaults(1));
        let event = setting.event(pool.rebalance(0, 1));
        let now = setting.vaults(0);
        assert_eq!(first.0 + second.0, now.0 + setting.vaults(1).0);
        let gives_base = now.0 < first.0;
        let (giver, other) = if gives_base { (0, 1) } else { (1, 0) };
        let expected = ShardsRebalanced {
            base_giver: pool.shards[giver].address,
            quote_giver: pool.shards[other].address,
            base_moved: now.0.abs_diff(first.0),
            quote_moved: now.1.abs_diff(first.1),
        };
        assert_eq!(event, Event::ShardsRebalanced(expected));

        for side in [Side::Base, Side::Quote] {
            setting
                .world
                .execute(&[pool.swap_exact_in(0, wallet, side, AMOUNT, 1)]);
        }
        let (shard, vaults) = (setting.shard(), setting.vaults(0));
        let event = setting.event(pool.collect_protocol_fees(0, pool.creator));
        let now = setting.vaults(0);
        let expected = ProtocolFeesCollected {
            shard: pool.shards[0].address,
            base: vaults.0 - now.0,
            quote: vaults.1 - now.1,
        };
        assert_eq!(event, Event::ProtocolFeesCollected(expected));
        assert_eq!(
            (expected.base, expected.quote),
            (shard.base_protocol_fees, shard.quote_protocol_fees)
        );
        assert!(expected.base > 0 && expected.quote > 0);
    }
}

#[test]
fn administration() {
    let mut setting = settings().remove(1);
    let (pool, creator, next) = (setting.pool.clone(), setting.pool.creator, setting.wallet);
    let address = pool.address;
    let fees = FeeParams {
        min_pips: 5,
        max_pips: 5,
        slope_pips: 0,
        protocol_share_bps: 7,
    };
    let expected = FeesChanged {
        pool: address,
        fee_min_pips: 5,
        fee_max_pips: 5,
        fee_slope_pips: 0,
        protocol_share_bps: 7,
        reserved: [0; 2],
    };
    assert_eq!(
        setting.event(pool.set_fees(creator, fees)),
        Event::FeesChanged(expected)
    );
    let account = setting.world.pool(&pool);
    assert_eq!(
        (
            account.fee_min_pips,
            account.fee_max_pips,
            account.protocol_share_bps
        ),
        (5, 5, 7)
    );

    for paused in [pause::SWAP | pause::REBALANCE, pause::ALL, 0] {
        let event = setting.event(pool.set_paused(creator, paused));
        assert_eq!(
            event,
            Event::PauseChanged(PauseChanged {
                pool: address,
                paused
            })
        );
        assert_eq!(setting.world.pool(&pool).paused, paused);
    }

    let start = setting.world.svm.clock().unix_timestamp;
    let end = start + 200_000;
    let event = setting.event(pool.ramp_amplification(creator, 300, end));
    let ramp = AmplificationRamped {
        pool: address,
        start,
        end,
        initial: 10_000,
        target: 30_000,
    };
    assert_eq!(event, Event::AmplificationRamped(ramp));
    setting.world.svm.advance_time(100_000);
    let now = start + 100_000;
    let stopped = AmplificationRamped {
        pool: address,
        start: now,
        end: now,
        initial: 20_000,
        target: 20_000,
    };
    assert_eq!(
        setting.event(pool.stop_ramp(creator)),
        Event::AmplificationRamped(stopped)
    );
    let account = setting.world.pool(&pool);
    assert_eq!((account.ramp_start, account.ramp_end), (now, now));
    assert_eq!(
        (account.amplification_initial, account.amplification_target),
        (20_000, 20_000)
    );

    let proposed = AuthorityProposed {
        pool: address,
        pending_authority: next,
    };
    let event = setting.event(pool.propose_authority(creator, next));
    assert_eq!(event, Event::AuthorityProposed(proposed));
    assert_eq!(setting.world.pool(&pool).pending_authority, next);
    let changed = AuthorityChanged {
        pool: address,
        authority: next,
    };
    assert_eq!(
        setting.event(pool.accept_authority(next)),
        Event::AuthorityChanged(changed)
    );
    let account = setting.world.pool(&pool);
    assert_eq!(
        (account.authority, account.pending_authority),
        (next, Pubkey::default())
    );
}

#[test]
fn observing_says_nothing_and_a_refused_instruction_neither() {
    for mut setting in settings() {
        let (pool, wallet) = (setting.pool.clone(), setting.wallet);
        assert!(
            setting
                .world
                .execute(&[pool.observe(0)])
                .events()
                .is_empty()
        );
        let swap = pool.swap_exact_in(0, wallet, Side::Base, AMOUNT, u64::MAX);
        let refused = setting
            .world
            .try_execute(&[swap])
            .expect_err("an unreachable bound");
        assert!(sealane_sdk::events::from_logs(&refused.logs).is_empty());
    }
}
