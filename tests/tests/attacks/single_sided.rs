//! `add_liquidity_single_sided` and `remove_liquidity_single_sided`.

use sealane_amm::{accounts, errors::AmmError, instruction, state::pause};
use sealane_testkit::{NO_DEADLINE, Reason, Side};
use solana_instruction::{Instruction, error::InstructionError};
use spl_token_interface::error::TokenError;

use crate::{
    Arena,
    arena::{AMOUNT, FUNDS, NOT_SIGNED, TOO_SHORT, WRONG_OWNER, WRONG_TYPE, readonly, unsigned},
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
            arena.accepts(name, &build(with(&arena, side, |_| {})));
            test(&mut arena, &format!("{name} of {side}"), &build, side);
        }
    }
    arena.finish();
}

#[test]
fn foreign_accounts() {
    for_each(|arena, name, build, side| {
        let (second, third) = (arena.pool.shards[1], arena.other.shards[0]);
        let foreign = arena.foreign.address;
        let fake = arena.fake_program;
        let out = side.opposite();
        let cases: Vec<(&str, accounts::SingleSided, AmmError)> = vec![
            (
                "shard of another pool with all that is its",
                with(arena, side, |a| {
                    let pool = a.pool;
                    *a = arena.other.single_sided_accounts(0, arena.attacker, side);
                    a.pool = pool;
                }),
                AmmError::WrongPool,
            ),
            (
                "another pool",
                with(arena, side, |a| a.pool = arena.other.address),
                AmmError::WrongPool,
            ),
            (
                "shard of another pool",
                with(arena, side, |a| a.shard = third.address),
                AmmError::WrongPool,
            ),
            (
                "vault of another shard",
                with(arena, side, |a| a.vault = arena.pool.vault(1, side)),
                AmmError::WrongVault,
            ),
            (
                "the other token's vault",
                with(arena, side, |a| a.vault = arena.pool.vault(0, out)),
                AmmError::WrongMint,
            ),
            (
                "the victim's account as vault",
                with(arena, side, |a| a.vault = arena.victims(side)),
                AmmError::WrongVault,
            ),
            (
                "liquidity mint of another shard",
                with(arena, side, |a| a.lp_mint = second.lp.address),
                AmmError::WrongLpMint,
            ),
            (
                "foreign mint",
                with(arena, side, |a| a.mint = foreign),
                AmmError::WrongMint,
            ),
            (
                "the other token's mint",
                with(arena, side, |a| a.mint = arena.pool.mint(out).address),
                AmmError::WrongMint,
            ),
            (
                "fake token program",
                with(arena, side, |a| a.token_program = fake),
                AmmError::WrongTokenProgram,
            ),
            (
                "the other token program",
                with(arena, side, |a| {
                    a.token_program = spl_token_2022_interface::ID
                }),
                AmmError::WrongTokenProgram,
            ),
        ];
        for (what, accounts, error) in cases {
            arena.refuses_amm(&format!("{name}: {what}"), build(accounts), error);
        }
    });
}

#[test]
fn accounts_of_the_wrong_owner_or_type() {
    for_each(|arena, name, build, side| {
        let pool = arena.counterfeit(&arena.pool.address.clone());
        let shard = arena.counterfeit(&arena.pool.shards[0].address.clone());
        let fake = arena.fake_program;
        let cases = [
            (
                "counterfeit pool",
                with(arena, side, |a| a.pool = pool),
                WRONG_OWNER,
            ),
            (
                "counterfeit shard",
                with(arena, side, |a| a.shard = shard),
                WRONG_OWNER,
            ),
            (
                "a pool as shard",
                with(arena, side, |a| a.shard = arena.other.address),
                WRONG_TYPE,
            ),
            (
                "a shard as pool",
                with(arena, side, |a| a.pool = arena.pool.shards[1].address),
                TOO_SHORT,
            ),
            (
                "fake token program of the liquidity mint",
                with(arena, side, |a| a.lp_token_program = fake),
                InstructionError::IncorrectProgramId,
            ),
        ];
        for (what, accounts, error) in cases {
            arena.refuses_builtin(&format!("{name}: {what}"), build(accounts), error);
        }
    });
}

#[test]
fn token_accounts_that_are_not_the_providers() {
    let mut arena = Arena::new();
    let side = Side::Base;
    let second = arena.pool.shards[1].lp.account_of(&arena.attacker);
    let victims_lp = arena.pool.shards[0].lp.account_of(&arena.victim);
    let foreign = arena.foreign.account_of(&arena.attacker);
    let cases: Vec<(&str, Instruction, TokenError)> = vec![
        (
            "add: tokens of the victim",
            add(with(&arena, side, |a| {
                a.provider_token = arena.victims(side)
            })),
            TokenError::OwnerMismatch,
        ),
        (
            "add: a foreign token",
            add(with(&arena, side, |a| a.provider_token = foreign)),
            TokenError::MintMismatch,
        ),
        (
            "add: shares of another shard",
            add(with(&arena, side, |a| a.provider_lp = second)),
            TokenError::MintMismatch,
        ),
        (
            "remove: shares of the victim",
            remove(with(&arena, side, |a| a.provider_lp = victims_lp)),
            TokenError::OwnerMismatch,
        ),
        (
            "remove: shares of another shard",
            remove(with(&arena, side, |a| a.provider_lp = second)),
            TokenError::MintMismatch,
        ),
        (
            "remove: into a foreign account",
            remove(with(&arena, side, |a| a.provider_token = foreign)),
            TokenError::MintMismatch,
        ),
    ];
    for (what, instruction, error) in cases {
        arena.refuses_token(what, instruction, error);
    }
    arena.finish();
}

#[test]
fn duplicates_signatures_and_readonly_accounts() {
    for_each(|arena, name, build, side| {
        let duplicates = [
            (
                "the vault as the provider's",
                with(arena, side, |a| a.provider_token = a.vault),
            ),
            (
                "tokens as shares",
                with(arena, side, |a| a.provider_lp = a.provider_token),
            ),
            (
                "the liquidity mint as shares",
                with(arena, side, |a| a.provider_lp = a.lp_mint),
            ),
            ("the pool as shard", with(arena, side, |a| a.shard = a.pool)),
        ];
        for (what, accounts) in duplicates {
            let what = format!("{name}: {what}");
            arena.refuses(&what, build(accounts), Reason::DUPLICATE_ACCOUNT);
        }
        let valid = build(with(arena, side, |_| {}));
        let attacker = arena.attacker;
        let without = unsigned(valid.clone(), &attacker);
        arena.refuses_builtin(&format!("{name}: unsigned"), without, NOT_SIGNED);
        let vault = arena.pool.vault(0, side);
        for address in [arena.pool.shards[0].address, vault] {
            arena.refuses(
                &format!("{name}: read-only {address}"),
                readonly(valid.clone(), &address),
                Reason::NOT_WRITABLE,
            );
        }
    });
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
