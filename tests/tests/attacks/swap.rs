//! `swap_exact_in` and `swap_exact_out`.

use sealane_amm::{accounts, errors::AmmError, instruction, state::pause};
use sealane_testkit::{NO_DEADLINE, Reason, Side};
use solana_instruction::{Instruction, error::InstructionError};
use spl_token_interface::error::TokenError;

use crate::{
    Arena,
    arena::{AMOUNT, FUNDS, RESERVE},
};

/// An instruction as a function of its accounts.
type Build = fn(accounts::Swap) -> Instruction;

/// Both instructions, as functions of their accounts.
const KINDS: [(&str, Build); 2] = [("swap_exact_in", exact_in), ("swap_exact_out", exact_out)];

fn exact_in(accounts: accounts::Swap) -> Instruction {
    instruction::SwapExactIn {
        amount_in: AMOUNT,
        minimum_out: 1,
        deadline: NO_DEADLINE,
    }
    .to_instruction(accounts)
}

fn exact_out(accounts: accounts::Swap) -> Instruction {
    instruction::SwapExactOut {
        amount_out: AMOUNT,
        maximum_in: FUNDS,
        deadline: NO_DEADLINE,
    }
    .to_instruction(accounts)
}

/// The attacker's swap on the first shard, with something changed.
fn with(arena: &Arena, side: Side, edit: impl FnOnce(&mut accounts::Swap)) -> accounts::Swap {
    let mut accounts = arena.pool.swap_accounts(0, arena.attacker, side);
    edit(&mut accounts);
    accounts
}

/// Runs a test for both instructions and both directions.
fn for_each(test: impl Fn(&mut Arena, &str, &dyn Fn(accounts::Swap) -> Instruction, Side)) {
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
        let (pool, out) = (arena.pool.clone(), side.opposite());
        let cases = [
            (
                "vaults of another shard",
                with(arena, side, |a| {
                    (a.vault_in, a.vault_out) = (pool.vault(1, side), pool.vault(1, out));
                }),
                AmmError::WrongVault,
            ),
            (
                "swapped vaults",
                with(arena, side, |a| {
                    (a.vault_in, a.vault_out) = (a.vault_out, a.vault_in);
                }),
                AmmError::WrongMint,
            ),
            (
                "the other token program",
                with(arena, side, |a| {
                    a.token_program_in = spl_token_2022_interface::ID;
                    a.token_program_out = spl_token_2022_interface::ID;
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
fn token_accounts_that_are_not_the_traders() {
    for_each(|arena, name, build, side| {
        let out = side.opposite();
        let valid = build(with(arena, side, |_| {}));
        let (pays, receives) = ([arena.attackers(side)], [arena.attackers(out)]);
        arena.refuses_wrong_token_accounts(name, &valid, &pays, &receives);
        let counterfeit = arena.counterfeit(&arena.attackers(side));
        let cases = [
            (
                "paid with the token that is bought",
                with(arena, side, |a| {
                    a.trader_in = arena.attackers(out);
                    a.trader_out = arena.victims(out);
                }),
                Reason::token(TokenError::MintMismatch),
            ),
            (
                "paid from a counterfeit account",
                with(arena, side, |a| a.trader_in = counterfeit),
                Reason::builtin(&InstructionError::IncorrectProgramId),
            ),
            (
                "received in a mint",
                with(arena, side, |a| a.trader_out = arena.foreign.address),
                Reason::builtin(&InstructionError::InvalidAccountData),
            ),
        ];
        for (what, accounts, reason) in cases {
            arena.refuses(&format!("{name}: {what}"), build(accounts), reason);
        }
    });
}

#[test]
fn amounts() {
    let mut arena = Arena::new();
    let (pool, stable, trader) = (arena.pool.clone(), arena.stable.clone(), arena.attacker);
    for (pool, curve) in [(&pool, "constant product"), (&stable, "stable swap")] {
        for side in [Side::Base, Side::Quote] {
            let name = format!("{curve}, {side}");
            let exact_in = |amount, minimum| pool.swap_exact_in(0, trader, side, amount, minimum);
            let exact_out = |amount, maximum| pool.swap_exact_out(0, trader, side, amount, maximum);
            let mut refuses = |what: &str, instruction, error| {
                arena.refuses_amm(&format!("{name}: {what}"), instruction, error);
            };
            refuses("zero in", exact_in(0, 0), AmmError::ZeroAmount);
            refuses("zero out", exact_out(0, FUNDS), AmmError::ZeroAmount);
            refuses("maximal in", exact_in(u64::MAX, 0), AmmError::ReserveLimit);
            refuses(
                "maximal out",
                exact_out(u64::MAX, u64::MAX),
                AmmError::InsufficientLiquidity,
            );
            refuses(
                "more than the reserve",
                exact_out(RESERVE + 1, u64::MAX),
                AmmError::InsufficientLiquidity,
            );
            refuses(
                "the whole reserve",
                exact_out(RESERVE, u64::MAX),
                AmmError::InsufficientLiquidity,
            );
            arena.refuses_token(
                &format!("{name}: more than the trader has"),
                exact_in(FUNDS + 1, 0),
                TokenError::InsufficientFunds,
            );
        }
        let dust = pool.swap_exact_in(0, trader, Side::Base, 1, 0);
        arena.refuses_amm("one unit in", dust, AmmError::ZeroOutput);
        let empty = pool.swap_exact_in(2, trader, Side::Base, AMOUNT, 0);
        arena.refuses_amm("an empty shard, exact in", empty, AmmError::EmptyShard);
        let empty = pool.swap_exact_out(2, trader, Side::Base, AMOUNT, FUNDS);
        arena.refuses_amm("an empty shard, exact out", empty, AmmError::EmptyShard);
    }
    arena.finish();
}

#[test]
fn slippage_bounds_hold_to_the_unit() {
    let mut arena = Arena::new();
    let (pool, trader) = (arena.pool.clone(), arena.attacker);
    for side in [Side::Base, Side::Quote] {
        let mut probe = arena.world.clone();
        let (base, quote) = probe.balances(&trader, &pool);
        probe.execute(&[pool.swap_exact_in(0, trader, side, AMOUNT, 1)]);
        let (base_after, quote_after) = probe.balances(&trader, &pool);
        let received = match side {
            Side::Base => quote_after - quote,
            Side::Quote => base_after - base,
        };
        let exact = pool.swap_exact_in(0, trader, side, AMOUNT, received);
        arena.accepts("the bound that is met", &exact);
        let more = pool.swap_exact_in(0, trader, side, AMOUNT, received + 1);
        arena.refuses_amm("a unit more than is paid", more, AmmError::SlippageExceeded);

        let mut probe = arena.world.clone();
        probe.execute(&[pool.swap_exact_out(0, trader, side, AMOUNT, FUNDS)]);
        let (base_after, quote_after) = probe.balances(&trader, &pool);
        let sent = match side {
            Side::Base => base - base_after,
            Side::Quote => quote - quote_after,
        };
        let exact = pool.swap_exact_out(0, trader, side, AMOUNT, sent);
        arena.accepts("the bound that is met", &exact);
        let less = pool.swap_exact_out(0, trader, side, AMOUNT, sent - 1);
        arena.refuses_amm(
            "a unit less than is asked",
            less,
            AmmError::SlippageExceeded,
        );
    }
    arena.finish();
}

#[test]
fn deadline_and_pause() {
    let mut arena = Arena::new();
    let now = arena.world.svm.clock().unix_timestamp;
    let accounts = |arena: &Arena| arena.pool.swap_accounts(0, arena.attacker, Side::Base);
    let build = |arena: &Arena, deadline| {
        [
            instruction::SwapExactIn {
                amount_in: AMOUNT,
                minimum_out: 0,
                deadline,
            }
            .to_instruction(accounts(arena)),
            instruction::SwapExactOut {
                amount_out: AMOUNT,
                maximum_in: FUNDS,
                deadline,
            }
            .to_instruction(accounts(arena)),
        ]
    };
    for instruction in build(&arena, now) {
        arena.accepts("a deadline of this second", &instruction);
    }
    for deadline in [now - 1, 0, -1, i64::MIN] {
        for instruction in build(&arena, deadline) {
            arena.refuses_amm("past deadline", instruction, AmmError::DeadlinePassed);
        }
    }

    let (pool, creator) = (arena.pool.clone(), arena.pool.creator);
    arena
        .world
        .execute(&[pool.set_paused(creator, pause::ALL & !pause::SWAP)]);
    for instruction in build(&arena, now) {
        arena.accepts("everything else is paused", &instruction);
    }
    arena
        .world
        .execute(&[pool.set_paused(creator, pause::SWAP)]);
    for instruction in build(&arena, now) {
        arena.refuses_amm("paused", instruction, AmmError::Paused);
    }
    arena.finish();
}
