//! What only the authority may do: fees, pauses, the amplification, the authority itself.

use sealane_amm::{
    errors::AmmError,
    state::{FeeParams, MAX_PROTOCOL_SHARE_BPS, pause},
};
use sealane_testkit::{Reason, TestPool};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

use crate::{
    Arena,
    arena::{NOT_SIGNED, unsigned},
    create_pool::invalid_fees,
};

const FLAT: FeeParams = FeeParams {
    min_pips: 3_000,
    max_pips: 3_000,
    slope_pips: 0,
    protocol_share_bps: 1_000,
};
const DAY: i64 = 86_400;

/// The instructions that only the authority may send, by an authority of choice.
fn by(arena: &Arena, authority: Pubkey) -> Vec<(&'static str, Instruction)> {
    let stable = &arena.stable;
    let end = arena.world.svm.clock().unix_timestamp + 2 * DAY;
    vec![
        ("set_fees", stable.set_fees(authority, FLAT)),
        ("set_paused", stable.set_paused(authority, pause::SWAP)),
        (
            "propose_authority",
            stable.propose_authority(authority, arena.attacker),
        ),
        (
            "ramp_amplification",
            stable.ramp_amplification(authority, 200, end),
        ),
        ("stop_ramp", stable.stop_ramp(authority)),
    ]
}

#[test]
fn only_the_authority() {
    let mut arena = Arena::new();
    let creator = arena.stable.creator;
    let (attacker, others) = (arena.attacker, arena.other.creator);
    for (name, valid) in by(&arena, creator) {
        arena.accepts(name, &valid);
        arena.refuses_missing_rights(name, &valid);
    }
    for authority in [attacker, others] {
        for (name, attack) in by(&arena, authority) {
            arena.refuses_amm(name, attack, AmmError::WrongAuthority);
        }
    }
    // A proposal gives no rights before it is accepted.
    let stable = arena.stable.clone();
    arena
        .world
        .execute(&[stable.propose_authority(creator, attacker)]);
    for (name, attack) in by(&arena, attacker) {
        arena.refuses_amm(
            &format!("{name}: proposed"),
            attack,
            AmmError::WrongAuthority,
        );
    }
    // And once it is accepted the old authority has none.
    arena.world.execute(&[stable.accept_authority(attacker)]);
    for (name, attack) in by(&arena, creator) {
        arena.refuses_amm(&format!("{name}: former"), attack, AmmError::WrongAuthority);
    }
    for (name, valid) in by(&arena, attacker) {
        arena.accepts(name, &valid);
    }
    arena.finish();
}

#[test]
fn counterfeit_pools() {
    let mut arena = Arena::new();
    let creator = arena.stable.creator;
    let mut instructions = by(&arena, creator);
    instructions.push(("accept_authority", arena.stable.accept_authority(creator)));
    for (name, instruction) in instructions {
        arena.refuses_impostors(name, &instruction);
        let mut attack = instruction;
        attack.accounts[1].pubkey = attack.accounts[0].pubkey;
        attack.accounts[1].is_signer = false;
        let what = format!("{name}: the pool as its own authority");
        arena.refuses(&what, attack, Reason::DUPLICATE_ACCOUNT);
    }
    arena.finish();
}

#[test]
fn accepting_an_authority() {
    let mut arena = Arena::new();
    let (pool, creator) = (arena.pool.clone(), arena.pool.creator);
    let (attacker, victim) = (arena.attacker, arena.victim);
    let nobody = Pubkey::default();
    let nothing = AmmError::NoPendingAuthority;
    for who in [attacker, creator] {
        arena.refuses_amm("nothing proposed", pool.accept_authority(who), nothing);
    }
    arena
        .world
        .execute(&[pool.propose_authority(creator, victim)]);
    arena.refuses_amm(
        "not proposed",
        pool.accept_authority(attacker),
        AmmError::WrongAuthority,
    );
    arena.refuses_amm(
        "the present one",
        pool.accept_authority(creator),
        AmmError::WrongAuthority,
    );
    let attack = unsigned(pool.accept_authority(victim), &victim);
    arena.refuses_builtin("the proposed one, unsigned", attack, NOT_SIGNED);

    // The last proposal counts, and none withdraws.
    arena.accepts("the proposed one", &pool.accept_authority(victim));
    arena
        .world
        .execute(&[pool.propose_authority(creator, attacker)]);
    arena.refuses_amm(
        "replaced",
        pool.accept_authority(victim),
        AmmError::WrongAuthority,
    );
    arena
        .world
        .execute(&[pool.propose_authority(creator, nobody)]);
    let nothing = AmmError::NoPendingAuthority;
    arena.refuses_amm("withdrawn", pool.accept_authority(attacker), nothing);

    arena
        .world
        .execute(&[pool.propose_authority(creator, victim)]);
    arena.world.execute(&[pool.accept_authority(victim)]);
    let nothing = AmmError::NoPendingAuthority;
    arena.refuses_amm("accepted twice", pool.accept_authority(victim), nothing);
    assert_eq!(arena.world.pool(&pool).authority, victim);
    arena.finish();
}

#[test]
fn fees_and_pause_bits() {
    let mut arena = Arena::new();
    let (pool, creator) = (arena.pool.clone(), arena.pool.creator);
    for (what, fees) in invalid_fees() {
        arena.refuses_amm(what, pool.set_fees(creator, fees), AmmError::InvalidFee);
    }
    for share in [MAX_PROTOCOL_SHARE_BPS + 1, u16::MAX] {
        let fees = FeeParams {
            protocol_share_bps: share,
            ..FLAT
        };
        let attack = pool.set_fees(creator, fees);
        arena.refuses_amm("a share too high", attack, AmmError::ProtocolShareTooHigh);
    }
    let free = FeeParams {
        min_pips: 0,
        max_pips: 0,
        ..FLAT
    };
    arena.accepts("no fee", &pool.set_fees(creator, free));
    let stable = arena.stable.clone();
    let attack = stable.set_fees(stable.creator, free);
    arena.refuses_amm("a stable swap without a fee", attack, AmmError::InvalidFee);
    for bits in 0..=pause::ALL {
        arena.accepts("known bits", &pool.set_paused(creator, bits));
    }
    for bits in pause::ALL + 1..=u8::MAX {
        let attack = pool.set_paused(creator, bits);
        arena.refuses_amm("unknown bits", attack, AmmError::InvalidPauseBits);
    }
    arena.finish();
}

#[test]
fn ramps() {
    let mut arena = Arena::new();
    let (stable, plain) = (arena.stable.clone(), arena.pool.clone());
    let now = arena.world.svm.clock().unix_timestamp;
    let ramp = |pool: &TestPool, target, end| pool.ramp_amplification(pool.creator, target, end);
    let attack = ramp(&plain, 100, now + DAY);
    arena.refuses_amm("ramp of constant product", attack, AmmError::NotStableSwap);
    let attack = plain.stop_ramp(plain.creator);
    arena.refuses_amm("stop of constant product", attack, AmmError::NotStableSwap);

    // The amplification is 100.
    for target in [10, 99, 100, 101, 1_000] {
        arena.accepts("within a factor of ten", &ramp(&stable, target, now + DAY));
    }
    for target in [9, 1, 1_001, 10_000] {
        arena.refuses_amm(
            "too steep",
            ramp(&stable, target, now + DAY),
            AmmError::InvalidRamp,
        );
    }
    for target in [0, 10_001, u32::MAX] {
        let attack = ramp(&stable, target, now + DAY);
        arena.refuses_amm("out of bounds", attack, AmmError::InvalidAmplification);
    }
    for end in [now + DAY - 1, now, now - DAY, 0, i64::MIN, i64::MIN + now] {
        arena.refuses_amm("too short", ramp(&stable, 200, end), AmmError::InvalidRamp);
    }
    arena.accepts("a ramp without end", &ramp(&stable, 200, i64::MAX));

    // In the middle of a ramp to 1,000 it stands at 550: ten times that is above the bounds.
    arena.world.execute(&[ramp(&stable, 1_000, now + 2 * DAY)]);
    arena.world.svm.set_time(now + DAY);
    let end = now + 3 * DAY;
    arena.accepts("from the middle", &ramp(&stable, 55, end));
    arena.refuses_amm(
        "too steep from the middle",
        ramp(&stable, 54, end),
        AmmError::InvalidRamp,
    );
    arena.refuses_amm(
        "too steep from the middle",
        ramp(&stable, 5_501, end),
        AmmError::InvalidRamp,
    );
    arena.finish();
}
