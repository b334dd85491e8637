//! `add_shard`.

use sealane_amm::{accounts, errors::AmmError, instruction, state::MAX_SHARDS};
use sealane_testkit::{Reason, TestPool};
use solana_account::Account;
use solana_instruction::{Instruction, error::InstructionError};
use solana_pubkey::Pubkey;

use crate::{
    Arena,
    arena::{NOT_SIGNED, TOO_SHORT, WRONG_OWNER, readonly, unsigned},
};

/// The index of the next shard of the arena's pool.
const NEXT: u8 = 3;

fn accounts_of(pool: &TestPool, index: u8, payer: Pubkey) -> accounts::AddShard {
    let shard = pool.shard_accounts(index);
    accounts::AddShard {
        payer,
        authority: pool.creator,
        pool: pool.address,
        shard: shard.address,
        base_vault: shard.base_vault,
        quote_vault: shard.quote_vault,
        lp_mint: shard.lp.address,
        base_mint: pool.base.address,
        quote_mint: pool.quote.address,
        base_token_program: pool.base.program,
        quote_token_program: pool.quote.program,
        lp_token_program: shard.lp.program,
        system_program: solana_system_interface::program::ID,
    }
}

/// The next shard of the pool, paid by the attacker, with something changed.
fn with(arena: &Arena, edit: impl FnOnce(&mut accounts::AddShard)) -> Instruction {
    let mut accounts = accounts_of(&arena.pool, NEXT, arena.attacker);
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
    let creator = arena.pool.creator;
    let attack = unsigned(with(&arena, |_| {}), &creator);
    arena.refuses_builtin("without the authority's signature", attack, NOT_SIGNED);
    let payer = arena.attacker;
    let attack = unsigned(with(&arena, |_| {}), &payer);
    arena.refuses_builtin("without the payer's signature", attack, NOT_SIGNED);
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
fn foreign_mints_and_programs() {
    let mut arena = Arena::new();
    let (foreign, fake) = (arena.foreign.address, arena.fake_program);
    let cases: Vec<(&str, Instruction, AmmError)> = vec![
        (
            "foreign base mint",
            with(&arena, |a| a.base_mint = foreign),
            AmmError::WrongMint,
        ),
        (
            "foreign quote mint",
            with(&arena, |a| a.quote_mint = foreign),
            AmmError::WrongMint,
        ),
        (
            "swapped mints",
            with(&arena, |a| {
                (a.base_mint, a.quote_mint) = (a.quote_mint, a.base_mint)
            }),
            AmmError::WrongMint,
        ),
        (
            "fake token program",
            with(&arena, |a| a.base_token_program = fake),
            AmmError::WrongTokenProgram,
        ),
        (
            "the other token program",
            with(&arena, |a| {
                a.quote_token_program = spl_token_2022_interface::ID
            }),
            AmmError::WrongTokenProgram,
        ),
    ];
    for (what, attack, error) in cases {
        arena.refuses_amm(what, attack, error);
    }
    let wrong_program = InstructionError::IncorrectProgramId;
    for (what, attack) in [
        (
            "fake program for the liquidity mint",
            with(&arena, |a| a.lp_token_program = fake),
        ),
        (
            "Token-2022 for the liquidity mint",
            with(&arena, |a| {
                a.lp_token_program = spl_token_2022_interface::ID
            }),
        ),
        (
            "fake system program",
            with(&arena, |a| a.system_program = fake),
        ),
    ] {
        arena.refuses_builtin(what, attack, wrong_program.clone());
    }
    let pool = arena.counterfeit(&arena.pool.address.clone());
    let attack = with(&arena, |a| a.pool = pool);
    arena.refuses_builtin("counterfeit pool", attack, WRONG_OWNER);
    let attack = with(&arena, |a| a.pool = arena.pool.shards[0].address);
    arena.refuses_builtin("a shard as pool", attack, TOO_SHORT);
    let attack = with(&arena, |a| a.quote_vault = a.base_vault);
    arena.refuses("one vault for both", attack, Reason::DUPLICATE_ACCOUNT);
    let attack = readonly(with(&arena, |_| {}), &arena.pool.address);
    arena.refuses("read-only pool", attack, Reason::NOT_WRITABLE);
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
    for address in [
        shard.address,
        shard.base_vault,
        shard.quote_vault,
        shard.lp.address,
    ] {
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
    let all = [
        shard.address,
        shard.base_vault,
        shard.quote_vault,
        shard.lp.address,
    ];
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
