//! `rebalance`.

use sealane_amm::{accounts, errors::AmmError, instruction, state::pause};
use sealane_testkit::{MintSpec, PoolSpec, Reason, Side};
use solana_instruction::Instruction;

use crate::{
    Arena,
    arena::{AMOUNT, FUNDS, RESERVE},
};

/// The accounts of the first two shards, with something changed.
fn with(arena: &Arena, edit: impl FnOnce(&mut accounts::Rebalance)) -> Instruction {
    let mut accounts = arena.pool.rebalance_accounts(0, 1);
    edit(&mut accounts);
    instruction::Rebalance {}.to_instruction(accounts)
}

#[test]
fn wrong_accounts() {
    let mut arena = Arena::new();
    arena.refuses_wrong_accounts("rebalance", &with(&arena, |_| {}));
    let attackers = arena.attackers(Side::Base);
    let cases = [
        (
            "the shards' base vaults swapped",
            with(&arena, |a| {
                (a.first_base_vault, a.second_base_vault) =
                    (a.second_base_vault, a.first_base_vault);
            }),
        ),
        (
            "a shard's vaults swapped",
            with(&arena, |a| {
                (a.first_base_vault, a.first_quote_vault) =
                    (a.first_quote_vault, a.first_base_vault);
            }),
        ),
        (
            "the attacker's account as vault",
            with(&arena, |a| a.second_base_vault = attackers),
        ),
    ];
    for (what, attack) in cases {
        arena.refuses_amm(what, attack, AmmError::WrongVault);
    }
    let itself = arena.pool.rebalance(0, 0);
    arena.refuses("a shard with itself", itself, Reason::DUPLICATE_ACCOUNT);
    arena.finish();
}

#[test]
fn nothing_to_do_and_pause() {
    let mut arena = Arena::new();
    let (pool, stable, creator) = (arena.pool.clone(), arena.stable.clone(), arena.pool.creator);
    for pool in [&pool, &stable] {
        arena.refuses_amm("an empty shard", pool.rebalance(0, 2), AmmError::EmptyShard);
        arena.refuses_amm("an empty shard", pool.rebalance(2, 1), AmmError::EmptyShard);
    }
    // The third shard gets the first one's price, though not its size.
    let attacker = arena.attacker;
    arena
        .world
        .execute(&[pool.add_liquidity(2, attacker, RESERVE / 10, RESERVE / 10)]);
    let equal = pool.rebalance(0, 2);
    arena.refuses_amm("equal prices", equal, AmmError::NothingToRebalance);

    arena
        .world
        .execute(&[pool.set_paused(creator, pause::ALL & !pause::REBALANCE)]);
    arena.accepts("everything else is paused", &pool.rebalance(0, 1));
    arena
        .world
        .execute(&[pool.set_paused(creator, pause::REBALANCE)]);
    arena.refuses_amm("paused", pool.rebalance(0, 1), AmmError::Paused);
    arena.world.execute(&[pool.set_paused(creator, 0)]);

    arena.world.execute(&[pool.rebalance(1, 0)]);
    arena.refuses_amm("again", pool.rebalance(1, 0), AmmError::NothingToRebalance);
    arena.finish();
}

#[test]
fn mints_with_a_transfer_fee() {
    for sides in [(true, false), (false, true)] {
        let mut arena = Arena::new();
        let mint = |fee| {
            if fee {
                MintSpec::with_transfer_fee(6, 50, 1_000_000)
            } else {
                MintSpec::spl(6)
            }
        };
        let spec = PoolSpec::default()
            .shards(2)
            .mints(mint(sides.0), mint(sides.1));
        let pool = arena.world.create_pool(&spec);
        let provider = arena.victim;
        arena.world.fund(provider, &pool, FUNDS, FUNDS);
        arena
            .world
            .execute(&[pool.add_liquidity(0, provider, AMOUNT, AMOUNT)]);
        arena
            .world
            .execute(&[pool.add_liquidity(1, provider, AMOUNT, AMOUNT * 2)]);
        let attack = pool.rebalance(0, 1);
        arena.refuses_amm("a transfer fee", attack, AmmError::RebalanceWithTransferFee);
        arena.finish();
    }
}
