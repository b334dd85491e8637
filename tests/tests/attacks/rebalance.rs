//! `rebalance`.

use sealane_amm::{accounts, errors::AmmError, instruction, state::pause};
use sealane_testkit::{MintSpec, PoolSpec, Reason, Side};
use solana_instruction::Instruction;

use crate::{
    Arena,
    arena::{AMOUNT, FUNDS, RESERVE, TOO_SHORT, WRONG_OWNER, WRONG_TYPE, readonly},
};

fn build(accounts: accounts::Rebalance) -> Instruction {
    instruction::Rebalance {}.to_instruction(accounts)
}

/// The accounts of the first two shards, with something changed.
fn with(arena: &Arena, edit: impl FnOnce(&mut accounts::Rebalance)) -> Instruction {
    let (first, second) = (&arena.pool.shards[0], &arena.pool.shards[1]);
    let mut accounts = accounts::Rebalance {
        pool: arena.pool.address,
        first: first.address,
        second: second.address,
        first_base_vault: first.base_vault,
        first_quote_vault: first.quote_vault,
        second_base_vault: second.base_vault,
        second_quote_vault: second.quote_vault,
        base_mint: arena.pool.base.address,
        quote_mint: arena.pool.quote.address,
        base_token_program: arena.pool.base.program,
        quote_token_program: arena.pool.quote.program,
    };
    edit(&mut accounts);
    build(accounts)
}

#[test]
fn foreign_accounts() {
    let mut arena = Arena::new();
    arena.accepts("rebalance", &with(&arena, |_| {}));
    let (third, foreign, fake) = (
        arena.other.shards[1],
        arena.foreign.address,
        arena.fake_program,
    );
    let cases: Vec<(&str, Instruction, AmmError)> = vec![
        (
            "another pool",
            with(&arena, |a| a.pool = arena.other.address),
            AmmError::WrongPool,
        ),
        (
            "second shard of another pool",
            with(&arena, |a| {
                a.second = third.address;
                a.second_base_vault = third.base_vault;
                a.second_quote_vault = third.quote_vault;
            }),
            AmmError::WrongPool,
        ),
        (
            "first shard of another pool",
            with(&arena, |a| {
                let another = arena.other.shards[0];
                a.first = another.address;
                a.first_base_vault = another.base_vault;
                a.first_quote_vault = another.quote_vault;
            }),
            AmmError::WrongPool,
        ),
        (
            "base vault of another pool",
            with(&arena, |a| a.first_base_vault = third.base_vault),
            AmmError::WrongVault,
        ),
        (
            "quote vault of another pool",
            with(&arena, |a| a.second_quote_vault = third.quote_vault),
            AmmError::WrongVault,
        ),
        (
            "the shards' base vaults swapped",
            with(&arena, |a| {
                (a.first_base_vault, a.second_base_vault) =
                    (a.second_base_vault, a.first_base_vault);
            }),
            AmmError::WrongVault,
        ),
        (
            "a shard's vaults swapped",
            with(&arena, |a| {
                (a.first_base_vault, a.first_quote_vault) =
                    (a.first_quote_vault, a.first_base_vault);
            }),
            AmmError::WrongVault,
        ),
        (
            "the attacker's account as vault",
            with(&arena, |a| {
                a.second_base_vault = arena.attackers(Side::Base)
            }),
            AmmError::WrongVault,
        ),
        (
            "foreign base mint",
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
            "fake token program of base",
            with(&arena, |a| a.base_token_program = fake),
            AmmError::WrongTokenProgram,
        ),
        (
            "fake token program of quote",
            with(&arena, |a| a.quote_token_program = fake),
            AmmError::WrongTokenProgram,
        ),
    ];
    for (what, instruction, error) in cases {
        arena.refuses_amm(what, instruction, error);
    }
    arena.finish();
}

#[test]
fn wrong_owners_types_duplicates_and_readonly_accounts() {
    let mut arena = Arena::new();
    let pool = arena.counterfeit(&arena.pool.address.clone());
    let first = arena.counterfeit(&arena.pool.shards[0].address.clone());
    let builtins = [
        (
            "counterfeit pool",
            with(&arena, |a| a.pool = pool),
            WRONG_OWNER,
        ),
        (
            "counterfeit shard",
            with(&arena, |a| a.first = first),
            WRONG_OWNER,
        ),
        (
            "a pool as shard",
            with(&arena, |a| a.second = arena.other.address),
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
    let itself = arena.pool.rebalance(0, 0);
    arena.refuses("a shard with itself", itself, Reason::DUPLICATE_ACCOUNT);
    let duplicate = with(&arena, |a| a.second_base_vault = a.first_base_vault);
    arena.refuses("one vault for both", duplicate, Reason::DUPLICATE_ACCOUNT);
    let valid = with(&arena, |_| {});
    for address in [
        arena.pool.shards[1].address,
        arena.pool.shards[0].quote_vault,
    ] {
        let attack = readonly(valid.clone(), &address);
        arena.refuses("read-only account", attack, Reason::NOT_WRITABLE);
    }
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
