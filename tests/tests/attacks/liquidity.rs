//! `add_liquidity` and `remove_liquidity`.

use sealane_amm::{accounts, errors::AmmError, instruction, state::pause};
use sealane_testkit::{MintSpec, NO_DEADLINE, PoolSpec, TransferFeeSpec};
use solana_instruction::Instruction;
use spl_token_interface::error::TokenError;

use crate::{
    Arena,
    arena::{AMOUNT, FUNDS},
};

/// An instruction as a function of its accounts.
type Build = fn(accounts::Liquidity) -> Instruction;

const KINDS: [(&str, Build); 2] = [("add_liquidity", add), ("remove_liquidity", remove)];

fn add(accounts: accounts::Liquidity) -> Instruction {
    add_by(accounts, NO_DEADLINE)
}

fn remove(accounts: accounts::Liquidity) -> Instruction {
    remove_by(accounts, NO_DEADLINE)
}

fn add_by(accounts: accounts::Liquidity, deadline: i64) -> Instruction {
    instruction::AddLiquidity {
        maximum_base: AMOUNT,
        maximum_quote: AMOUNT,
        minimum_shares: 1,
        deadline,
    }
    .to_instruction(accounts)
}

fn remove_by(accounts: accounts::Liquidity, deadline: i64) -> Instruction {
    instruction::RemoveLiquidity {
        shares: AMOUNT,
        minimum_base: 1,
        minimum_quote: 1,
        deadline,
    }
    .to_instruction(accounts)
}

/// The attacker's accounts at the first shard, with something changed.
fn with(arena: &Arena, edit: impl FnOnce(&mut accounts::Liquidity)) -> accounts::Liquidity {
    let mut accounts = arena.pool.liquidity_accounts(0, arena.attacker);
    edit(&mut accounts);
    accounts
}

/// Runs a test for both instructions.
fn for_each(test: impl Fn(&mut Arena, &str, &dyn Fn(accounts::Liquidity) -> Instruction)) {
    let mut arena = Arena::new();
    for (name, build) in KINDS {
        test(&mut arena, name, &build);
    }
    arena.finish();
}

#[test]
fn wrong_accounts() {
    for_each(|arena, name, build| {
        arena.refuses_wrong_accounts(name, &build(with(arena, |_| {})));
        let swapped = build(with(arena, |a| {
            (a.base_vault, a.quote_vault) = (a.quote_vault, a.base_vault);
        }));
        let what = format!("{name}: swapped vaults");
        arena.refuses_amm(&what, swapped, AmmError::WrongVault);
    });
}

#[test]
fn token_accounts_that_are_not_the_providers() {
    let mut arena = Arena::new();
    let valid = with(&arena, |_| {});
    let tokens = [valid.provider_base, valid.provider_quote];
    let shares = [valid.provider_lp];
    arena.refuses_wrong_token_accounts("add", &add(valid), &tokens, &shares);
    let valid = remove(with(&arena, |_| {}));
    arena.refuses_wrong_token_accounts("remove", &valid, &shares, &tokens);
    arena.finish();
}

#[test]
fn amounts_of_deposits() {
    let mut arena = Arena::new();
    let (pool, stable, attacker) = (arena.pool.clone(), arena.stable.clone(), arena.attacker);
    for pool in [&pool, &stable] {
        let add = |shard, base, quote| pool.add_liquidity(shard, attacker, base, quote);
        arena.refuses_amm("no base", add(0, 0, AMOUNT), AmmError::ZeroAmount);
        arena.refuses_amm("no quote", add(0, AMOUNT, 0), AmmError::ZeroAmount);
        arena.refuses_amm("nothing", add(0, 0, 0), AmmError::ZeroAmount);
        arena.refuses_amm("maxima", add(0, u64::MAX, u64::MAX), AmmError::ReserveLimit);
        arena.refuses_amm(
            "a first deposit of the locked shares",
            add(2, 1_000, 1_000),
            AmmError::InitialDepositTooSmall,
        );
        arena.refuses_amm(
            "a first deposit of dust",
            add(2, 1, 1),
            AmmError::InitialDepositTooSmall,
        );
        arena.refuses_token(
            "more than the provider has",
            add(0, FUNDS * 2, FUNDS * 2),
            TokenError::InsufficientFunds,
        );
    }
    // One share of this shard is worth two units of quote.
    let dust = pool.add_liquidity(1, attacker, AMOUNT, 1);
    arena.refuses_amm("less than a share", dust, AmmError::DepositTooSmall);
    arena.finish();
}

#[test]
fn amounts_of_withdrawals() {
    let mut arena = Arena::new();
    let (pool, attacker) = (arena.pool.clone(), arena.attacker);
    let own = arena.world.shares(&attacker, &pool, 0);
    let all = arena.world.shard(&pool, 0).shares;
    let remove = |shard, shares| pool.remove_liquidity(shard, attacker, shares);
    arena.accepts("all of one's own", &remove(0, own));
    arena.refuses_amm("none", remove(0, 0), AmmError::ZeroAmount);
    arena.refuses_token(
        "more than one's own",
        remove(0, own + 1),
        TokenError::InsufficientFunds,
    );
    arena.refuses_amm(
        "the locked shares too",
        remove(0, all),
        AmmError::InsufficientShares,
    );
    arena.refuses_amm(
        "a locked share",
        remove(0, all - 999),
        AmmError::InsufficientShares,
    );
    arena.refuses_amm("maximal", remove(0, u64::MAX), AmmError::InsufficientShares);
    arena.refuses_amm("of an empty shard", remove(2, 1), AmmError::EmptyShard);
    arena.finish();
}

#[test]
fn slippage_bounds_hold_to_the_unit() {
    let mut arena = Arena::new();
    let (pool, attacker) = (arena.pool.clone(), arena.attacker);
    let mut probe = arena.world.clone();
    let before = probe.shares(&attacker, &pool, 0);
    probe.execute(&[add(with(&arena, |_| {}))]);
    let minted = probe.shares(&attacker, &pool, 0) - before;
    let bounded = |minimum_shares| {
        instruction::AddLiquidity {
            maximum_base: AMOUNT,
            maximum_quote: AMOUNT,
            minimum_shares,
            deadline: NO_DEADLINE,
        }
        .to_instruction(pool.liquidity_accounts(0, attacker))
    };
    arena.accepts("the shares that are minted", &bounded(minted));
    arena.refuses_amm(
        "a share more",
        bounded(minted + 1),
        AmmError::SlippageExceeded,
    );
    arena.refuses_amm("maximal", bounded(u64::MAX), AmmError::SlippageExceeded);

    let mut probe = arena.world.clone();
    let (base, quote) = probe.balances(&attacker, &pool);
    probe.execute(&[remove(with(&arena, |_| {}))]);
    let (base_after, quote_after) = probe.balances(&attacker, &pool);
    let (base, quote) = (base_after - base, quote_after - quote);
    let bounded = |minimum_base, minimum_quote| {
        instruction::RemoveLiquidity {
            shares: AMOUNT,
            minimum_base,
            minimum_quote,
            deadline: NO_DEADLINE,
        }
        .to_instruction(pool.liquidity_accounts(0, attacker))
    };
    arena.accepts("the amounts that are paid", &bounded(base, quote));
    arena.refuses_amm(
        "a base unit more",
        bounded(base + 1, quote),
        AmmError::SlippageExceeded,
    );
    arena.refuses_amm(
        "a quote unit more",
        bounded(base, quote + 1),
        AmmError::SlippageExceeded,
    );
    arena.finish();
}

#[test]
fn deadline_and_pause() {
    let mut arena = Arena::new();
    let now = arena.world.svm.clock().unix_timestamp;
    for build in [add_by, remove_by] {
        let at = |arena: &Arena, deadline| build(with(arena, |_| {}), deadline);
        arena.accepts("a deadline of this second", &at(&arena, now));
        for deadline in [now - 1, i64::MIN] {
            let late = at(&arena, deadline);
            arena.refuses_amm("past deadline", late, AmmError::DeadlinePassed);
        }
    }
    let (pool, creator) = (arena.pool.clone(), arena.pool.creator);
    arena
        .world
        .execute(&[pool.set_paused(creator, pause::ALL & !pause::ADD_LIQUIDITY)]);
    arena.accepts("everything else is paused", &add(with(&arena, |_| {})));
    arena.world.execute(&[pool.set_paused(creator, pause::ALL)]);
    let paused = add(with(&arena, |_| {}));
    arena.refuses_amm("paused", paused, AmmError::Paused);
    arena.accepts("nothing pauses withdrawals", &remove(with(&arena, |_| {})));
    arena.finish();
}

/// The issuer of a token may raise its transfer fee to everything. That must not keep providers
/// from the other token.
#[test]
fn a_mint_that_takes_everything_does_not_lock_providers_in() {
    let mut arena = Arena::new();
    let mints = (
        MintSpec::with_transfer_fee(6, 10, u64::MAX),
        MintSpec::spl(6),
    );
    let spec = PoolSpec::default().mints(mints.0, mints.1);
    let pool = arena.world.create_pool(&spec);
    let provider = arena.victim;
    arena.world.fund(provider, &pool, FUNDS, FUNDS);
    arena
        .world
        .execute(&[pool.add_liquidity(0, provider, AMOUNT, AMOUNT)]);
    let everything = TransferFeeSpec {
        bps: 10_000,
        maximum: u64::MAX,
    };
    arena
        .world
        .execute(&[pool.base.set_transfer_fee(everything)]);
    let epoch = arena.world.svm.clock().epoch;
    arena.world.svm.set_epoch(epoch + 2);
    let before = arena.world.balances(&provider, &pool);
    let shares = arena.world.shares(&provider, &pool, 0);
    arena
        .world
        .execute(&[pool.remove_liquidity(0, provider, shares)]);
    let after = arena.world.balances(&provider, &pool);
    assert_eq!(after.0, before.0);
    assert!(after.1 > before.1);
    arena.finish();
}
