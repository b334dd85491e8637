//! Two trades conflict only if they chose the same shard: told by the account lists of compiled
//! transactions, which is what the runtime schedules by.

use std::collections::{BTreeSet, HashSet};

use sealane_sdk::{
    plan::{Caller, swap_instructions},
    quote::{QuoteRequest, VenueChoice, quote_exact_in_on_shard, quote_exact_out_on_shard},
};
use sealane_testkit::{Feed, MintSpec, PoolSpec, Side, TestPool, World};
use solana_instruction::Instruction;
use solana_message::Message;
use solana_pubkey::Pubkey;

const FUNDS: u64 = 1_000_000_000_000;
const AMOUNT: u64 = 1_000_000;

/// The accounts that a transaction locks for writing.
fn writable(instructions: &[Instruction], payer: &Pubkey) -> BTreeSet<Pubkey> {
    let message = Message::new(instructions, Some(payer));
    let reserved = None::<&HashSet<Pubkey>>;
    let is_writable = |index| message.is_maybe_writable_with_reserved_addresses(index, reserved);
    let keys = message.account_keys.iter().enumerate();
    keys.filter(|(index, _)| is_writable(*index))
        .map(|(_, key)| *key)
        .collect()
}

/// All accounts of a transaction.
fn named(instructions: &[Instruction], payer: &Pubkey) -> BTreeSet<Pubkey> {
    Message::new(instructions, Some(payer))
        .account_keys
        .into_iter()
        .collect()
}

/// A pool of four shards with liquidity, and two traders.
fn setting(spec: PoolSpec) -> (World, TestPool, [Pubkey; 2]) {
    let mut world = World::new();
    let pool = world.create_pool(&spec.shards(4));
    let provider = world.wallet();
    world.fund(provider, &pool, FUNDS, FUNDS);
    for shard in 0..4 {
        world.execute(&[pool.add_liquidity(shard, provider, FUNDS / 10, FUNDS / 10)]);
    }
    let traders = [world.wallet(), world.wallet()];
    for trader in traders {
        world.fund(trader, &pool, FUNDS, FUNDS);
    }
    (world, pool, traders)
}

fn specs() -> [PoolSpec; 3] {
    let fee_mint = MintSpec::with_transfer_fee(6, 30, 1_000_000);
    [
        PoolSpec::default(),
        PoolSpec::default().mints(fee_mint, MintSpec::token_2022(6)),
        PoolSpec::default()
            .mints(MintSpec::spl(6), MintSpec::spl(6))
            .stable(100),
    ]
}

/// The swap as the SDK builds it, which is executed to show that it is a real one.
fn swap(
    world: &mut World,
    pool: &TestPool,
    trader: Pubkey,
    shard: usize,
    side: Side,
    exact_in: bool,
) -> Vec<Instruction> {
    let mut feed = Feed::new();
    feed.all(&world.svm, pool);
    let request = QuoteRequest {
        pool: pool.address,
        mint_in: pool.mint(side).address,
        amount: AMOUNT,
        slippage_tolerance_bps: 50,
        choice: VenueChoice::BEST,
    };
    let quote_on = if exact_in {
        quote_exact_in_on_shard
    } else {
        quote_exact_out_on_shard
    };
    let quote = quote_on(&feed.pools, &request, shard as u8).expect("a quote");
    let caller = Caller::new(trader).without_account_creation();
    let plan = swap_instructions(&feed.pools, quote, &caller).expect("a plan");
    world.execute(&plan.instructions);
    plan.instructions
}

#[test]
fn swaps_on_different_shards_share_no_writable_account() {
    for spec in specs() {
        let (mut world, pool, [first, second]) = setting(spec);
        for (one, other) in [(0, 1), (1, 2), (3, 0)] {
            for side in [Side::Base, Side::Quote] {
                for others in [Side::Base, Side::Quote] {
                    let one = swap(&mut world, &pool, first, one, side, true);
                    let other = swap(&mut world, &pool, second, other, others, false);
                    let one = writable(&one, &first);
                    let other = writable(&other, &second);
                    let both: Vec<_> = one.intersection(&other).collect();
                    assert!(both.is_empty(), "both write {both:?}");
                }
            }
        }
    }
}

/// The contrary, so that the test above is known to see conflicts.
#[test]
fn swaps_on_one_shard_share_the_shard_and_its_vaults() {
    let (mut world, pool, [first, second]) = setting(PoolSpec::default());
    let one = swap(&mut world, &pool, first, 2, Side::Base, true);
    let other = swap(&mut world, &pool, second, 2, Side::Quote, true);
    let shard = &pool.shards[2];
    let both: BTreeSet<Pubkey> = writable(&one, &first)
        .intersection(&writable(&other, &second))
        .copied()
        .collect();
    let expected = [shard.address, shard.base_vault, shard.quote_vault];
    assert_eq!(both, BTreeSet::from(expected));
}

#[test]
fn a_swap_writes_its_shard_two_vaults_and_the_traders_accounts() {
    for spec in specs() {
        let (mut world, pool, [trader, _]) = setting(spec);
        for side in [Side::Base, Side::Quote] {
            for exact_in in [true, false] {
                let instructions = swap(&mut world, &pool, trader, 1, side, exact_in);
                let expected = BTreeSet::from([
                    // The fee payer is always written; the trader is none of the instruction's.
                    trader,
                    pool.shards[1].address,
                    pool.shards[1].base_vault,
                    pool.shards[1].quote_vault,
                    pool.base.account_of(&trader),
                    pool.quote.account_of(&trader),
                ]);
                assert_eq!(writable(&instructions, &trader), expected);
                let payer = world.svm.payer();
                let mut without = expected;
                without.remove(&trader);
                without.insert(payer);
                assert_eq!(writable(&instructions, &payer), without);
            }
        }
    }
}

#[test]
fn the_pool_is_read_only_in_trades_deposits_and_rebalancing() {
    for spec in specs() {
        let (mut world, pool, [trader, _]) = setting(spec);
        let swap = swap(&mut world, &pool, trader, 0, Side::Base, true);
        let creator = pool.creator;
        let others = [
            pool.add_liquidity(0, trader, AMOUNT, AMOUNT),
            pool.remove_liquidity(0, trader, AMOUNT),
            pool.add_single_sided(0, trader, Side::Base, AMOUNT),
            pool.remove_single_sided(0, trader, Side::Quote, AMOUNT),
            pool.rebalance(0, 1),
            pool.collect_protocol_fees(0, creator),
            pool.observe(0),
        ];
        for instruction in swap.into_iter().chain(others) {
            let instructions = [instruction];
            let payer = world.svm.payer();
            assert!(named(&instructions, &payer).contains(&pool.address));
            assert!(!writable(&instructions, &payer).contains(&pool.address));
            for mint in [pool.base.address, pool.quote.address] {
                assert!(
                    !writable(&instructions, &payer).contains(&mint),
                    "a mint is written"
                );
            }
        }
    }
}

/// Deposits, withdrawals and rebalancing stay within the shards they name.
#[test]
fn other_shards_are_not_named() {
    let (world, pool, [trader, _]) = setting(PoolSpec::default());
    let payer = world.svm.payer();
    let one_shard = [
        pool.swap_exact_in(0, trader, Side::Base, AMOUNT, 1),
        pool.add_liquidity(0, trader, AMOUNT, AMOUNT),
        pool.remove_liquidity(0, trader, AMOUNT),
        pool.add_single_sided(0, trader, Side::Base, AMOUNT),
        pool.remove_single_sided(0, trader, Side::Quote, AMOUNT),
        pool.collect_protocol_fees(0, pool.creator),
    ];
    for instruction in one_shard {
        let writable = writable(&[instruction], &payer);
        for other in &pool.shards[1..] {
            for account in [
                other.address,
                other.base_vault,
                other.quote_vault,
                other.lp.address,
            ] {
                assert!(!writable.contains(&account));
            }
        }
    }
    let between = writable(&[pool.rebalance(0, 1)], &payer);
    let mut expected = BTreeSet::from([payer]);
    for shard in &pool.shards[..2] {
        expected.extend([shard.address, shard.base_vault, shard.quote_vault]);
    }
    assert_eq!(between, expected);
    let observed = writable(&[pool.observe(0)], &payer);
    assert_eq!(
        observed,
        BTreeSet::from([payer]),
        "observing writes nothing"
    );
}
