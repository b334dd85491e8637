//! `collect_protocol_fees`.

use sealane_amm::{accounts, errors::AmmError, instruction, state::pause};
use sealane_testkit::{Reason, Side};
use solana_instruction::Instruction;
use spl_token_interface::error::TokenError;

use crate::{
    Arena,
    arena::{AMOUNT, NOT_SIGNED, TOO_SHORT, WRONG_OWNER, WRONG_TYPE, readonly, unsigned},
};

/// An arena in which both tokens have protocol fees.
fn arena() -> Arena {
    let mut arena = Arena::new();
    for pool in [arena.pool.clone(), arena.other.clone()] {
        for side in [Side::Base, Side::Quote] {
            let swap = pool.swap_exact_in(0, arena.victim, side, AMOUNT * 100, 1);
            arena.world.execute(&[swap]);
        }
    }
    arena
}

/// The authority's collection, with something changed.
fn with(arena: &Arena, edit: impl FnOnce(&mut accounts::CollectProtocolFees)) -> Instruction {
    let pool = &arena.pool;
    let mut accounts = accounts::CollectProtocolFees {
        pool: pool.address,
        shard: pool.shards[0].address,
        authority: pool.creator,
        recipient_base: pool.base.account_of(&pool.creator),
        recipient_quote: pool.quote.account_of(&pool.creator),
        base_vault: pool.shards[0].base_vault,
        quote_vault: pool.shards[0].quote_vault,
        base_mint: pool.base.address,
        quote_mint: pool.quote.address,
        base_token_program: pool.base.program,
        quote_token_program: pool.quote.program,
    };
    edit(&mut accounts);
    instruction::CollectProtocolFees {}.to_instruction(accounts)
}

#[test]
fn wrong_authority() {
    let mut arena = arena();
    arena.accepts("collect", &with(&arena, |_| {}));
    let attackers = with(&arena, |a| {
        a.authority = arena.attacker;
        a.recipient_base = arena.attackers(Side::Base);
        a.recipient_quote = arena.attackers(Side::Quote);
    });
    arena.refuses_amm("by the attacker", attackers, AmmError::WrongAuthority);
    let others = with(&arena, |a| a.authority = arena.other.creator);
    arena.refuses_amm(
        "by another pool's authority",
        others,
        AmmError::WrongAuthority,
    );
    let creator = arena.pool.creator;
    let attack = unsigned(with(&arena, |_| {}), &creator);
    arena.refuses_builtin("unsigned", attack, NOT_SIGNED);

    // Another pool's authority names its own pool and this one's shard.
    let attack = with(&arena, |a| {
        a.pool = arena.other.address;
        a.authority = arena.other.creator;
    });
    arena.refuses_amm(
        "another pool with its authority",
        attack,
        AmmError::WrongPool,
    );

    // Proposed, but not yet the authority.
    let (pool, attacker) = (arena.pool.clone(), arena.attacker);
    arena
        .world
        .execute(&[pool.propose_authority(creator, attacker)]);
    let attack = with(&arena, |a| a.authority = attacker);
    arena.refuses_amm(
        "by the proposed authority",
        attack,
        AmmError::WrongAuthority,
    );
    arena.finish();
}

#[test]
fn foreign_accounts() {
    let mut arena = arena();
    let (second, third) = (arena.pool.shards[1], arena.other.shards[0]);
    let (foreign, fake) = (arena.foreign.address, arena.fake_program);
    let cases: Vec<(&str, Instruction, AmmError)> = vec![
        (
            "shard of another pool",
            with(&arena, |a| {
                a.shard = third.address;
                a.base_vault = third.base_vault;
                a.quote_vault = third.quote_vault;
            }),
            AmmError::WrongPool,
        ),
        (
            "base vault of another shard",
            with(&arena, |a| a.base_vault = second.base_vault),
            AmmError::WrongVault,
        ),
        (
            "quote vault of another pool",
            with(&arena, |a| a.quote_vault = third.quote_vault),
            AmmError::WrongVault,
        ),
        (
            "swapped vaults",
            with(&arena, |a| {
                (a.base_vault, a.quote_vault) = (a.quote_vault, a.base_vault)
            }),
            AmmError::WrongVault,
        ),
        (
            "foreign mint",
            with(&arena, |a| a.base_mint = foreign),
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
            with(&arena, |a| a.quote_token_program = fake),
            AmmError::WrongTokenProgram,
        ),
    ];
    for (what, instruction, error) in cases {
        arena.refuses_amm(what, instruction, error);
    }
    let recipient = arena.foreign.account_of(&arena.attacker);
    let attack = with(&arena, |a| a.recipient_base = recipient);
    arena.refuses_token("into a foreign account", attack, TokenError::MintMismatch);
    arena.finish();
}

#[test]
fn wrong_owners_types_duplicates_and_readonly_accounts() {
    let mut arena = arena();
    let pool = arena.counterfeit(&arena.pool.address.clone());
    let shard = arena.counterfeit(&arena.pool.shards[0].address.clone());
    let builtins = [
        (
            "counterfeit pool",
            with(&arena, |a| a.pool = pool),
            WRONG_OWNER,
        ),
        (
            "counterfeit shard",
            with(&arena, |a| a.shard = shard),
            WRONG_OWNER,
        ),
        (
            "a pool as shard",
            with(&arena, |a| a.shard = arena.other.address),
            WRONG_TYPE,
        ),
        (
            "a shard as pool",
            with(&arena, |a| a.pool = arena.other.shards[0].address),
            TOO_SHORT,
        ),
    ];
    for (what, instruction, error) in builtins {
        arena.refuses_builtin(what, instruction, error);
    }
    let duplicates = [
        with(&arena, |a| a.recipient_base = a.base_vault),
        with(&arena, |a| a.recipient_quote = a.recipient_base),
        with(&arena, |a| a.quote_vault = a.base_vault),
    ];
    for attack in duplicates {
        arena.refuses("duplicate", attack, Reason::DUPLICATE_ACCOUNT);
    }
    let attack = readonly(with(&arena, |_| {}), &arena.pool.shards[0].address);
    arena.refuses("read-only shard", attack, Reason::NOT_WRITABLE);
    arena.finish();
}

#[test]
fn nothing_to_collect_twice() {
    let mut arena = arena();
    let (pool, creator) = (arena.pool.clone(), arena.pool.creator);
    let untouched = pool.collect_protocol_fees(1, creator);
    arena.refuses_amm("no trades", untouched, AmmError::NothingToCollect);
    arena.world.execute(&[pool.set_paused(creator, pause::ALL)]);
    let collect = pool.collect_protocol_fees(0, creator);
    arena.world.execute(std::slice::from_ref(&collect));
    arena.refuses_amm("twice", collect, AmmError::NothingToCollect);
    arena.finish();
}
