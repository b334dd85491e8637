//! `add_liquidity_single_sided` and `remove_liquidity_single_sided`.

use sealane_amm::{accounts, errors::AmmError, instruction, state::pause};
use sealane_testkit::{NO_DEADLINE, Side};
use solana_instruction::Instruction;
use spl_token_interface::error::TokenError;

use crate::{
    Arena,
    arena::{AMOUNT, FUNDS},
};

/// An instruction as a function of its accounts.
type Build = fn(accounts::SingleSided) -> Instruction;

const KINDS: [(&str, Build); 2] = [
    ("add_liquidity_single_sided", add),
    ("remove_liquidity_single_sided", remove),
];

fn add(accounts: accounts::SingleSided) -> Instruction {
    add_by(accounts, 1, NO_DEADLINE)
}

fn remove(accounts: accounts::SingleSided) -> Instruction {
    remove_by(accounts, 1, NO_DEADLINE)
}

fn add_by(accounts: accounts::SingleSided, minimum_shares: u64, deadline: i64) -> Instruction {
    instruction::AddLiquiditySingleSided {
        amount_in: AMOUNT,
        minimum_shares,
        deadline,
    }
    .to_instruction(accounts)
}

fn remove_by(accounts: accounts::SingleSided, minimum_out: u64, deadline: i64) -> Instruction {
    instruction::RemoveLiquiditySingleSided {
        shares: AMOUNT,
        minimum_out,
        deadline,
    }
    .to_instruction(accounts)
}

/// The attacker's accounts at the first shard, with something changed.
fn with(
    arena: &Arena,
    side: Side,
    edit: impl FnOnce(&mut accounts::SingleSided),
) -> accounts::SingleSided {
    let mut accounts = arena.pool.single_sided_accounts(0, arena.attacker, side);
    edit(&mut accounts);
    accounts
}

/// Runs a test for both instructions and both tokens.
fn for_each(test: impl Fn(&mut Arena, &str, &dyn Fn(accounts::SingleSided) -> Instruction, Side)) {
    let mut arena = Arena::new();
    for (name, build) in KINDS {
        for side in [Side::Base, Side::Quote] {
            test(&mut arena, &format!("{name} of {side}"), &build, side);
        }
    }
    arena.finish();
}

#[test]
fn wrong_accounts() {
    for_each(|arena, name, build, side| {
        arena.refuses_wrong_accounts(name, &build(with(arena, side, |_| {})));
        let vault = arena.pool.vault(0, side.opposite());
        let attack = build(with(arena, side, |a| a.vault = vault));
        let what = format!("{name}: the other token's vault");
        arena.refuses_amm(&what, attack, AmmError::WrongMint);
    });
}

#[test]
fn token_accounts_that_are_not_the_providers() {
    let mut arena = Arena::new();
    let side = Side::Base;
    let valid = with(&arena, side, |_| {});
    let (token, shares) = ([valid.provider_token], [valid.provider_lp]);
    arena.refuses_wrong_token_accounts("add", &add(valid), &token, &shares);
    let valid = remove(with(&arena, side, |_| {}));
    arena.refuses_wrong_token_accounts("remove", &valid, &shares, &token);
    arena.finish();
}

#[test]
fn amounts() {
    let mut arena = Arena::new();
    let (pool, stable, attacker) = (arena.pool.clone(), arena.stable.clone(), arena.attacker);
    for pool in [&pool, &stable] {
        let own = arena.world.shares(&attacker, pool, 0);
        let all = arena.world.shard(pool, 0).shares;
        for side in [Side::Base, Side::Quote] {
            let add = |shard, amount| pool.add_single_sided(shard, attacker, side, amount);
            let remove = |shard, shares| pool.remove_single_sided(shard, attacker, side, shares);
            arena.refuses_amm("add none", add(0, 0), AmmError::ZeroAmount);
            arena.refuses_amm("add maximal", add(0, u64::MAX), AmmError::ReserveLimit);
            arena.refuses_amm(
                "add to an empty shard",
                add(2, AMOUNT),
                AmmError::EmptyShard,
            );
            arena.refuses_amm("remove none", remove(0, 0), AmmError::ZeroAmount);
            arena.refuses_amm("remove all", remove(0, all), AmmError::InsufficientShares);
            arena.refuses_amm(
                "remove maximal",
                remove(0, u64::MAX),
                AmmError::InsufficientShares,
            );
            arena.refuses_amm(
                "remove from an empty shard",
                remove(2, 1),
                AmmError::EmptyShard,
            );
            arena.refuses_token(
                "add more than the provider has",
                add(0, FUNDS),
                TokenError::InsufficientFunds,
            );
            arena.refuses_token(
                "remove more than one's own",
                remove(0, own + 1),
                TokenError::InsufficientFunds,
            );
        }
    }
    let dust = pool.add_single_sided(0, attacker, Side::Base, 1);
    arena.refuses_amm("add dust", dust, AmmError::DepositTooSmall);
    let dust = pool.remove_single_sided(0, attacker, Side::Base, 1);
    arena.refuses_amm("remove dust", dust, AmmError::ZeroOutput);
    arena.finish();
}

#[test]
fn slippage_bounds_hold_to_the_unit() {
    let mut arena = Arena::new();
    let (pool, attacker) = (arena.pool.clone(), arena.attacker);
    for side in [Side::Base, Side::Quote] {
        let mut probe = arena.world.clone();
        let before = probe.shares(&attacker, &pool, 0);
        probe.execute(&[add(with(&arena, side, |_| {}))]);
        let minted = probe.shares(&attacker, &pool, 0) - before;
        let bounded = |shares| {
            add_by(
                pool.single_sided_accounts(0, attacker, side),
                shares,
                NO_DEADLINE,
            )
        };
        arena.accepts("the shares that are minted", &bounded(minted));
        arena.refuses_amm(
            "a share more",
            bounded(minted + 1),
            AmmError::SlippageExceeded,
        );

        let mut probe = arena.world.clone();
        let before = probe.balance(&arena.attackers(side));
        probe.execute(&[remove(with(&arena, side, |_| {}))]);
        let paid = probe.balance(&arena.attackers(side)) - before;
        let bounded = |amount| {
            remove_by(
                pool.single_sided_accounts(0, attacker, side),
                amount,
                NO_DEADLINE,
            )
        };
        arena.accepts("the amount that is paid", &bounded(paid));
        arena.refuses_amm("a unit more", bounded(paid + 1), AmmError::SlippageExceeded);
    }
    arena.finish();
}

#[test]
fn deadline_and_pause() {
    let mut arena = Arena::new();
    let now = arena.world.svm.clock().unix_timestamp;
    for build in [add_by, remove_by] {
        let at = |arena: &Arena, deadline| build(with(arena, Side::Base, |_| {}), 1, deadline);
        arena.accepts("a deadline of this second", &at(&arena, now));
        let late = at(&arena, now - 1);
        arena.refuses_amm("past deadline", late, AmmError::DeadlinePassed);
    }
    let (pool, creator) = (arena.pool.clone(), arena.pool.creator);
    for (bit, build) in [
        (pause::ADD_LIQUIDITY, KINDS[0].1),
        (pause::REMOVE_SINGLE_SIDED, KINDS[1].1),
    ] {
        arena
            .world
            .execute(&[pool.set_paused(creator, pause::ALL & !bit)]);
        let instruction = build(with(&arena, Side::Quote, |_| {}));
        arena.accepts("everything else is paused", &instruction);
        arena.world.execute(&[pool.set_paused(creator, bit)]);
        arena.refuses_amm("paused", instruction, AmmError::Paused);
    }
    arena.finish();
}
