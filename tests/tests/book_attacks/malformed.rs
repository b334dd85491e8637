//! Instruction data that is no instruction, and account lists that are too short.

use solana_instruction::error::InstructionError;

use sealane_testkit::book::market::{PARAMS, TestMarket};

use crate::{
    Arena,
    subjects::{Rights, Subject, subjects},
};

/// One of each kind, the creation of a market among them.
fn all(arena: &Arena) -> Vec<Subject> {
    let (base, quote) = (arena.market.base, arena.market.quote);
    let fresh = TestMarket::new(arena.attacker.wallet, 0, base, quote);
    let valid = fresh.create(PARAMS);
    let mut all = subjects(arena);
    all.push(Subject::new("create_market", valid, Rights::Anyone));
    all
}

#[test]
fn too_few_accounts() {
    let mut arena = Arena::new();
    for subject in all(&arena) {
        arena.accepts(subject.name, &subject.valid);
        for len in 0..subject.declared {
            let mut attack = subject.valid.clone();
            attack.accounts.truncate(len);
            arena.refuses_builtin(
                &format!("{} with {len} accounts", subject.name),
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
    for subject in all(&arena) {
        for len in 1..subject.valid.data.len() {
            let mut attack = subject.valid.clone();
            attack.data.truncate(len);
            arena.refuses_builtin(
                &format!("{} with {len} bytes", subject.name),
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
    let all = all(&arena);
    let known: Vec<u8> = all.iter().map(|subject| subject.valid.data[0]).collect();
    assert_eq!(
        (0..=23).filter(|number| !known.contains(number)).count(),
        0,
        "an instruction is not attacked"
    );
    for subject in &all {
        let mut empty = subject.valid.clone();
        empty.data.clear();
        let error = InstructionError::InvalidInstructionData;
        arena.refuses_builtin("no data", empty, error);
    }
    for number in 24..=u8::MAX {
        let mut attack = all[0].valid.clone();
        attack.data[0] = number;
        arena.refuses_builtin(
            &format!("instruction {number}"),
            attack,
            InstructionError::InvalidInstructionData,
        );
    }
    arena.finish();
}
