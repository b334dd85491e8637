//! `collect_protocol_fees`.

use sealane_amm::{accounts, errors::AmmError, instruction, state::pause};
use sealane_testkit::Side;
use solana_instruction::Instruction;

use crate::{Arena, arena::AMOUNT};

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
    let mut accounts = pool.collect_accounts(0, pool.creator);
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

    // Proposed, but not yet the authority.
    let (pool, creator, attacker) = (arena.pool.clone(), arena.pool.creator, arena.attacker);
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
fn wrong_accounts() {
    let mut arena = arena();
    arena.refuses_wrong_accounts("collect", &with(&arena, |_| {}));
    let swapped = with(&arena, |a| {
        (a.base_vault, a.quote_vault) = (a.quote_vault, a.base_vault)
    });
    arena.refuses_amm("swapped vaults", swapped, AmmError::WrongVault);
    let recipients = [&arena.pool.base, &arena.pool.quote];
    let recipients = recipients.map(|mint| mint.account_of(&arena.pool.creator));
    arena.refuses_wrong_token_accounts("collect", &with(&arena, |_| {}), &[], &recipients);
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
