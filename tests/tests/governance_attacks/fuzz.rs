//! Instructions with accounts and arguments exchanged at random: whatever the program lets pass, nobody
//! loses who has not signed, every tally stays the sum of its records, and nothing is paid that was
//! not voted for.

use std::collections::BTreeSet;

use rand::{Rng, seq::IndexedRandom};
use rand_chacha::ChaCha8Rng;
use sealane_testkit::{Seeded, Snapshot, governance::GovernanceWorld};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

use crate::{
    Arena,
    arena::{Subject, accounts_of},
    stage::{PAYMENT, payments},
};

/// Instructions sent, unless `SEALANE_GOVERNANCE_ATTACKS` says otherwise.
const ATTEMPTS: usize = 6_000;

#[test]
fn nothing_that_passes_takes_from_others() {
    let attempts = std::env::var("SEALANE_GOVERNANCE_ATTACKS").map_or(ATTEMPTS, |count| {
        count
            .parse()
            .expect("SEALANE_GOVERNANCE_ATTACKS must be a number")
    });
    let mut seeded = Seeded::new(29);
    let arena = crate::arena();
    let watched = Watched::new(&arena);
    let subjects = arena.subjects();
    let mut attacks = subjects.iter().map(|one| one.valid.clone()).collect();
    victims_instructions(&arena, &mut attacks);
    let accounts = known_accounts(&attacks, &arena);
    let (mut passed, mut kinds) = (0, BTreeSet::new());
    let mut world = arena.world.clone();
    for _ in 0..attempts {
        let attack = spoiled(&mut seeded.rng, &attacks, &accounts, &arena);
        let sent = world.svm().send(std::slice::from_ref(&attack));
        if sent.is_err() {
            continue;
        }
        passed += 1;
        kinds.insert(attack.data[0]);
        // Fails if a tally is no longer the sum of its records, or an account lacks its rent.
        world.check();
        watched.check(&world, &attack);
        world = arena.world.clone();
    }
    // What was refused has changed nothing at all.
    let everything = arena.everything();
    everything.assert_unchanged(&world.staking.world.svm, "at the end");
    // If everything were refused, this would show nothing.
    assert!(passed > attempts / 50, "only {passed} passed");
    let most = subjects.iter().map(|one| one.valid.data[0]);
    let missing: Vec<u8> = most.filter(|kind| !kinds.contains(kind)).collect();
    // The treasury's signature is never given.
    assert_eq!(missing, [1], "of {passed}");
    println!("{passed} of {attempts} passed");
}

/// What anyone may do to the victim's proposals.
fn victims_instructions(arena: &Arena, all: &mut Vec<Instruction>) {
    let (theirs, victim) = (&arena.theirs, arena.home.victim.wallet);
    let treasury = arena.home.realm.treasury;
    let (_, _, payment) = payments(&theirs.executable)[0].clone();
    all.extend([
        theirs.counting.sum_tally(&[0, 1]),
        theirs.summed.finalize(),
        theirs.settled.decide_early(),
        theirs.executable.execute(0, 0, &payment),
        theirs.expired.expire(),
        theirs.completed.take_deposit(victim),
        theirs.vetoed.take_deposit(treasury),
        theirs.vetoed.close_text(),
        theirs.vetoed.close_instruction(0, 0),
        theirs.vetoed.close_tally(0, victim),
        theirs
            .voting
            .close_vote(arena.home.victim.opened, victim, false),
        theirs.voting.cancel(),
        theirs.draft.remove_instruction(0, 1),
        theirs.draft.write_text(3, 0, b"abc"),
    ]);
}

/// One of the instructions with up to three accounts replaced, and now and then other arguments.
/// Neither the victim nor a treasury signs anything.
fn spoiled(
    rng: &mut ChaCha8Rng,
    attacks: &[Instruction],
    accounts: &[Pubkey],
    arena: &Arena,
) -> Instruction {
    let mut attack = attacks.choose(rng).expect("instructions").clone();
    for _ in 0..rng.random_range(0..=3) {
        let index = rng.random_range(0..attack.accounts.len());
        attack.accounts[index].pubkey = *accounts.choose(rng).expect("accounts");
    }
    if rng.random_bool(0.1) {
        let (from, to) = (attacks.choose(rng), attacks.choose(rng));
        let other = from.or(to).expect("instructions");
        let count = attack.accounts.len().min(other.accounts.len());
        let index = rng.random_range(0..count);
        attack.accounts[index] = other.accounts[index].clone();
    }
    if rng.random_bool(0.3) && attack.data.len() > 1 {
        let index = rng.random_range(1..attack.data.len());
        attack.data[index] = rng.random();
    }
    if rng.random_bool(0.1) {
        attack.data = attacks.choose(rng).expect("instructions").data.clone();
    }
    if rng.random_bool(0.02) {
        let len = rng.random_range(0..80);
        attack.data.truncate(1);
        attack.data.extend((0..len).map(|_| rng.random::<u8>()));
    }
    let silent = [
        arena.home.victim.wallet,
        arena.home.councillor.wallet,
        arena.home.realm.treasury,
        arena.abroad.realm.treasury,
    ];
    for meta in &mut attack.accounts {
        meta.is_signer &= !silent.contains(&meta.pubkey);
    }
    attack
}

/// Everything that the instructions name, and what is the victim's.
fn known_accounts(attacks: &[Instruction], arena: &Arena) -> Vec<Pubkey> {
    let named = attacks.iter().flat_map(|attack| &attack.accounts);
    let mut all: Vec<Pubkey> = named.map(|meta| meta.pubkey).collect();
    let home = &arena.home;
    all.push(home.victim.wallet);
    all.extend(home.positions());
    for proposal in [
        &arena.theirs.voting,
        &arena.theirs.draft,
        &arena.mine.voting,
    ] {
        all.extend(accounts_of(proposal));
        all.extend(home.positions().iter().map(|one| proposal.record(one)));
    }
    all.sort_unstable();
    all.dedup();
    all
}

/// What must not change, or not to somebody's harm.
struct Watched {
    /// The victim's votes, positions, texts and instructions that are still needed, and the realms.
    still: Snapshot,
    victim: Pubkey,
    /// Everything that the victim has paid for and gets back.
    refundable: Vec<Pubkey>,
    worth: u64,
    /// Treasuries, with what is theirs.
    treasuries: [(Pubkey, u64); 2],
}

impl Watched {
    fn new(arena: &Arena) -> Self {
        let (theirs, home) = (&arena.theirs, &arena.home);
        let victim = home.victim;
        let mut still = vec![home.realm.address, arena.abroad.realm.address];
        still.extend([victim.voted, victim.opened, victim.idle]);
        let open = [&theirs.draft, &theirs.voting, &theirs.settled];
        for proposal in open.into_iter().chain([
            &theirs.counting,
            &theirs.summed,
            &theirs.succeeded,
            &theirs.executable,
        ]) {
            still.push(proposal.text);
            let places = [(0, 0), (0, 1), (1, 0)];
            still.extend(places.map(|(option, index)| proposal.instruction(option, index)));
            let records = [victim.voted, victim.opened].map(|one| proposal.record(&one));
            still.extend(records);
        }
        for proposal in [&arena.mine.voting, &arena.mine.counting] {
            still.extend([victim.voted, victim.opened].map(|one| proposal.record(&one)));
        }
        still.push(theirs.draft.address);
        still.push(theirs.voting.address);
        still.push(theirs.succeeded.address);
        let refundable = theirs
            .proposals()
            .into_iter()
            .flat_map(accounts_of)
            .collect();
        let mut watched = Self {
            still: Snapshot::of_accounts(&arena.world.staking.world.svm, &still),
            victim: victim.wallet,
            refundable,
            worth: 0,
            treasuries: [&home.realm, &arena.abroad.realm]
                .map(|realm| (realm.treasury, arena.world.lamports(&realm.treasury))),
        };
        watched.worth = watched.worth_in(&arena.world);
        watched
    }

    /// What the victim has, in its wallet or to be paid out.
    fn worth_in(&self, world: &GovernanceWorld) -> u64 {
        let held = self.refundable.iter().map(|one| world.lamports(one));
        held.sum::<u64>() + world.lamports(&self.victim)
    }

    fn check(&self, world: &GovernanceWorld, attack: &Instruction) {
        let context = format!("{attack:?}");
        self.still
            .assert_unchanged(&world.staking.world.svm, &context);
        // A treasury pays what was voted for, and is paid what was forfeited.
        let deposit = sealane_testkit::governance::CONFIG.deposit;
        let mut forfeited = 0;
        for (treasury, before) in self.treasuries {
            let after = world.lamports(&treasury);
            let paid = [before, before - PAYMENT, before + deposit];
            assert!(paid.contains(&after), "{before} became {after}: {context}");
            forfeited += after.saturating_sub(before);
        }
        let (had, has) = (self.worth, self.worth_in(world));
        assert!(has + forfeited >= had, "{had} became {has}: {context}");
    }
}

/// Every subject passes as it is, so that what the fuzz changes is what is refused.
#[test]
fn what_is_spoiled_was_valid() {
    let arena = crate::arena();
    let subjects = arena.subjects();
    let valid = |subject: &&Subject| {
        let mut svm = arena.world.staking.world.svm.clone();
        svm.send(std::slice::from_ref(&subject.valid)).is_ok()
    };
    assert_eq!(subjects.iter().filter(valid).count(), subjects.len());
}
