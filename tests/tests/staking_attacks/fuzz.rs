//! Instructions with accounts and arguments exchanged at random: whatever the program lets pass, every
//! farm stays solvent and nobody loses who has not signed.

use rand::{Rng, seq::IndexedRandom};
use rand_chacha::ChaCha8Rng;
use sealane_testkit::{Seeded, Snapshot};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

use crate::{Arena, arena::Subject};

/// Instructions sent.
const ATTEMPTS: usize = 6_000;

#[test]
fn nothing_that_passes_takes_from_others() {
    let mut seeded = Seeded::new(23);
    let arena = Arena::new();
    let subjects = arena.subjects();
    let accounts = known_accounts(&subjects, &arena);
    let victim = arena.victim.wallet;
    let mut passed = 0;
    for _ in 0..ATTEMPTS {
        let attack = spoiled(&mut seeded.rng, &subjects, &accounts, &victim);
        let mut world = arena.world.clone();
        let before = victims(&arena, &world.world.svm);
        let tokens = balances(&arena, &world, &victim);
        // Fails if a farm is no longer solvent.
        if world.try_execute(std::slice::from_ref(&attack)).is_err() {
            continue;
        }
        passed += 1;
        before.assert_unchanged(&world.world.svm, &format!("{attack:?}"));
        let after = balances(&arena, &world, &victim);
        let kept = tokens.iter().zip(&after).all(|(had, has)| has >= had);
        assert!(kept, "{tokens:?} became {after:?}: {attack:?}");
    }
    // If everything were refused, this would show nothing.
    assert!(passed > ATTEMPTS / 100, "only {passed} passed");
}

/// One of the instructions with up to three accounts replaced, and now and then other arguments. The
/// victim signs nothing.
fn spoiled(
    rng: &mut ChaCha8Rng,
    subjects: &[Subject],
    accounts: &[Pubkey],
    victim: &Pubkey,
) -> Instruction {
    let mut attack = subjects.choose(rng).expect("subjects").valid.clone();
    for _ in 0..rng.random_range(0..=3) {
        let index = rng.random_range(0..attack.accounts.len());
        attack.accounts[index].pubkey = *accounts.choose(rng).expect("accounts");
    }
    if rng.random_bool(0.3) && attack.data.len() > 1 {
        let index = rng.random_range(1..attack.data.len());
        attack.data[index] = rng.random();
    }
    if rng.random_bool(0.1) {
        let data = &subjects.choose(rng).expect("subjects").valid.data;
        attack.data = data.clone();
    }
    for meta in &mut attack.accounts {
        meta.is_signer &= meta.pubkey != *victim;
    }
    attack
}

/// Everything that the instructions name, and what is the victim's.
fn known_accounts(subjects: &[Subject], arena: &Arena) -> Vec<Pubkey> {
    let named = subjects.iter().flat_map(|subject| &subject.valid.accounts);
    let mut all: Vec<Pubkey> = named.map(|meta| meta.pubkey).collect();
    let victim = arena.victim;
    all.extend([victim.wallet, victim.position, victim.elsewhere]);
    all.extend(
        arena
            .farm
            .rewards
            .iter()
            .map(|mint| mint.account_of(&victim.wallet)),
    );
    all.sort_unstable();
    all.dedup();
    all
}

/// The victim's positions.
fn victims(arena: &Arena, svm: &sealane_testkit::Svm) -> Snapshot {
    Snapshot::of_accounts(svm, &[arena.victim.position, arena.victim.elsewhere])
}

/// The victim's tokens. Others may send it more.
fn balances(
    arena: &Arena,
    world: &sealane_testkit::staking::StakingWorld,
    of: &Pubkey,
) -> Vec<u64> {
    let mints = arena.farm.rewards.iter();
    mints.map(|mint| world.balance(mint, of)).collect()
}
