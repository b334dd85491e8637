//! Instruction data that is no instruction, and account lists that are too short.

use sealane_testkit::{NO_DEADLINE, Side};
use solana_instruction::{Instruction, error::InstructionError};

use crate::{
    Arena,
    arena::{AMOUNT, FUNDS},
};

/// One valid instruction of each kind. Those that need a state of their own are only decoded.
fn instructions(arena: &Arena) -> Vec<(&'static str, Instruction)> {
    let (pool, stable) = (&arena.pool, &arena.stable);
    let (attacker, creator) = (arena.attacker, arena.pool.creator);
    let fees = sealane_amm::state::FeeParams {
        min_pips: 0,
        max_pips: 0,
        slope_pips: 0,
        protocol_share_bps: 0,
    };
    let params = sealane_amm::PoolParams {
        curve: 0,
        amplification: 0,
        fees,
    };
    vec![
        ("create_pool", pool.create(params)),
        ("add_shard", pool.add_shard(3, creator, attacker)),
        (
            "swap_exact_in",
            pool.swap_exact_in(0, attacker, Side::Base, AMOUNT, 1),
        ),
        (
            "swap_exact_out",
            pool.swap_exact_out(0, attacker, Side::Base, AMOUNT, FUNDS),
        ),
        (
            "add_liquidity",
            pool.add_liquidity(0, attacker, AMOUNT, AMOUNT),
        ),
        (
            "remove_liquidity",
            pool.remove_liquidity(0, attacker, AMOUNT),
        ),
        (
            "add_liquidity_single_sided",
            pool.add_single_sided(0, attacker, Side::Base, AMOUNT),
        ),
        (
            "remove_liquidity_single_sided",
            pool.remove_single_sided(0, attacker, Side::Base, AMOUNT),
        ),
        ("rebalance", pool.rebalance(0, 1)),
        (
            "collect_protocol_fees",
            pool.collect_protocol_fees(0, creator),
        ),
        ("set_fees", pool.set_fees(creator, fees)),
        ("set_paused", pool.set_paused(creator, 0)),
        (
            "propose_authority",
            pool.propose_authority(creator, attacker),
        ),
        ("accept_authority", pool.accept_authority(attacker)),
        (
            "ramp_amplification",
            stable.ramp_amplification(stable.creator, 200, NO_DEADLINE),
        ),
        ("stop_ramp", stable.stop_ramp(stable.creator)),
        ("observe", pool.observe(0)),
    ]
}

#[test]
fn too_few_accounts() {
    let mut arena = Arena::new();
    for (name, instruction) in instructions(&arena) {
        for len in 0..instruction.accounts.len() {
            let mut attack = instruction.clone();
            attack.accounts.truncate(len);
            arena.refuses_builtin(
                &format!("{name} with {len} accounts"),
                attack,
                // Deprecated for new programs; it is what the framework returns.
                #[expect(deprecated)]
                InstructionError::NotEnoughAccountKeys,
            );
        }
    }
    arena.finish();
}

#[test]
fn cut_off_arguments() {
    let mut arena = Arena::new();
    for (name, instruction) in instructions(&arena) {
        for len in 1..instruction.data.len() {
            let mut attack = instruction.clone();
            attack.data.truncate(len);
            arena.refuses_builtin(
                &format!("{name} with {len} bytes"),
                attack,
                InstructionError::InvalidInstructionData,
            );
        }
    }
    arena.finish();
}

#[test]
fn unknown_instructions() {
    let mut arena = Arena::new();
    let valid = arena
        .pool
        .swap_exact_in(0, arena.attacker, Side::Base, AMOUNT, 1);
    let mut empty = valid.clone();
    empty.data.clear();
    arena.refuses_builtin("no data", empty, InstructionError::InvalidInstructionData);
    let numbers = instructions(&arena)
        .into_iter()
        .map(|(_, instruction)| instruction.data[0]);
    let last = numbers.max().expect("not empty");
    for number in last + 1..=u8::MAX {
        let mut attack = valid.clone();
        attack.data[0] = number;
        arena.refuses_builtin(
            &format!("instruction {number}"),
            attack,
            InstructionError::InvalidInstructionData,
        );
    }
    arena.finish();
}
