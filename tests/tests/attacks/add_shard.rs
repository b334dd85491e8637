//! `add_shard`.

use sealane_amm::{accounts, errors::AmmError, instruction, state::MAX_SHARDS};
use solana_account::Account;
use solana_instruction::{Instruction, error::InstructionError};

use crate::Arena;

/// The index of the next shard of the arena's pool.
const NEXT: u8 = 3;

/// The next shard of the pool, paid by the attacker, with something changed.
fn with(arena: &Arena, edit: impl FnOnce(&mut accounts::AddShard)) -> Instruction {
    let mut accounts = arena
        .pool
        .add_shard_accounts(NEXT, arena.pool.creator, arena.attacker);
    edit(&mut accounts);
    instruction::AddShard {}.to_instruction(accounts)
}

#[test]
fn wrong_authority() {
    let mut arena = Arena::new();
    arena.accepts("add_shard", &with(&arena, |_| {}));
    arena.accepts(
        "paid by the authority",
        &with(&arena, |a| a.payer = a.authority),
    );
    let attacker = arena.victim;
    let attack = with(&arena, |a| a.authority = attacker);
    arena.refuses_amm("by someone else", attack, AmmError::WrongAuthority);
    let others = with(&arena, |a| a.authority = arena.other.creator);
    arena.refuses_amm(
        "by another pool's authority",
        others,
        AmmError::WrongAuthority,
    );
    arena.finish();
}

#[test]
fn addresses_that_are_not_derived() {
    let mut arena = Arena::new();
    let (existing, later) = (arena.pool.shards[0], arena.pool.shard_accounts(NEXT + 1));
    let others = arena.other.shard_accounts(NEXT);
    let anywhere = arena.world.address();
    for (what, shard) in [
        ("an existing shard", existing.address),
        ("the shard after the next", later.address),
        ("the next shard of another pool", others.address),
        ("any address", anywhere),
    ] {
        let attack = with(&arena, |a| a.shard = shard);
        arena.refuses_amm(what, attack, AmmError::WrongAddress);
    }
    let cases: Vec<(&str, Instruction)> = vec![
        ("any base vault", with(&arena, |a| a.base_vault = anywhere)),
        (
            "any quote vault",
            with(&arena, |a| a.quote_vault = anywhere),
        ),
        ("any liquidity mint", with(&arena, |a| a.lp_mint = anywhere)),
        (
            "base vault of an existing shard",
            with(&arena, |a| a.base_vault = existing.base_vault),
        ),
        (
            "quote vault of the shard after",
            with(&arena, |a| a.quote_vault = later.quote_vault),
        ),
        (
            "mint of an existing shard",
            with(&arena, |a| a.lp_mint = existing.lp.address),
        ),
        (
            "swapped vaults",
            with(&arena, |a| {
                (a.base_vault, a.quote_vault) = (a.quote_vault, a.base_vault)
            }),
        ),
    ];
    for (what, attack) in cases {
        arena.refuses_amm(what, attack, AmmError::WrongAddress);
    }
    arena.finish();
}

#[test]
fn wrong_accounts() {
    let mut arena = Arena::new();
    arena.refuses_wrong_accounts("add_shard", &with(&arena, |_| {}));
    let fake = arena.fake_program;
    let attack = with(&arena, |a| a.system_program = fake);
    arena.refuses_builtin(
        "fake system program",
        attack,
        InstructionError::IncorrectProgramId,
    );
    arena.finish();
}

#[test]
fn not_more_than_the_maximum_and_none_twice() {
    let mut arena = Arena::new();
    let (mut pool, payer) = (arena.pool.clone(), arena.world.svm.payer());
    let again = pool.add_shard(0, pool.creator, payer);
    arena.refuses_amm("the first shard again", again, AmmError::WrongAddress);
    for index in NEXT..MAX_SHARDS {
        arena
            .world
            .execute(&[pool.add_shard(index, pool.creator, payer)]);
        pool.shards.push(pool.shard_accounts(index));
    }
    assert_eq!(arena.world.pool(&pool).shard_count, MAX_SHARDS);
    let attack = pool.add_shard(MAX_SHARDS, pool.creator, payer);
    arena.refuses_amm("a shard too many", attack, AmmError::TooManyShards);
    arena.finish();
}

/// Lamports sent to the addresses beforehand must not keep the shard from being made.
#[test]
fn lamports_sent_ahead_do_not_block() {
    let mut arena = Arena::new();
    let shard = arena.pool.shard_accounts(NEXT);
    let all = [
        shard.address,
        shard.base_vault,
        shard.quote_vault,
        shard.lp.address,
    ];
    for address in all {
        for lamports in [1, 1_000_000_000] {
            let account = Account {
                lamports,
                ..Account::default()
            };
            let mut attempt = arena.world.clone();
            attempt.svm.set_account(address, account);
            attempt.execute(&[with(&arena, |_| {})]);
        }
    }
    for address in all {
        let account = Account {
            lamports: 5_000_000,
            ..Account::default()
        };
        arena.world.svm.set_account(address, account);
    }
    arena.accepts("all of them", &with(&arena, |_| {}));
    arena.finish();
}
