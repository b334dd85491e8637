//! Instructions of proposals that call this program: another proposal's execution, other realms, their
//! own proposal.

use sealane_governance::{
    BallotParam::{Abstain, Yes},
    errors::GovernanceError,
    state::{ConfigParams, ProposedAccount},
};
use sealane_testkit::{
    Reason,
    governance::{CONFIG, TestProposal},
};
use solana_instruction::{AccountMeta, Instruction};
use solana_pubkey::Pubkey;

use crate::{
    arena::{at, deciding_votes, transfer},
    execution::{DECLARED, execute, unsigned},
    stage::PAYMENT,
};

/// The treasury signs for its own realm only.
#[test]
fn realms_that_are_not_the_treasurys() {
    let mut arena = crate::arena();
    let config = ConfigParams {
        threshold_bps: 100,
        ..CONFIG
    };
    let mut foreign = arena.abroad.realm.set_config(config);
    foreign.accounts[1].pubkey = arena.home.realm.treasury;
    let own = arena.home.realm.set_config(config);
    let mut unsigned_one = own.clone();
    unsigned_one.accounts[1].is_signer = false;
    let proposal = arena.passed(&[own.clone(), foreign.clone(), unsigned_one.clone()]);
    arena.execute(&[proposal.execute(0, 0, &own)]);
    assert_eq!(
        arena.world.realm(&arena.home.realm).config.threshold_bps,
        100
    );
    let attack = proposal.execute(0, 1, &foreign);
    arena.refuses("another realm", attack, GovernanceError::WrongTreasury);
    let proposal = arena.passed(std::slice::from_ref(&unsigned_one));
    let attack = proposal.execute(0, 0, &unsigned_one);
    arena.refuses_for("unsigned", attack, &[unsigned()]);
    arena.finish();
}

/// An instruction that names its own proposal could look at it, or change it, while it runs.
#[test]
fn its_own_proposal() {
    let mut arena = crate::arena();
    let realm = arena.home.realm.clone();
    let draft = arena.draft(&[transfer(&realm.treasury, &arena.home.attacker.wallet, 1)]);
    for flags in 0..4 {
        let own = ProposedAccount {
            address: draft.address.to_bytes(),
            flags: flags & !ProposedAccount::SIGNER,
        };
        let other = ProposedAccount {
            address: realm.treasury.to_bytes(),
            flags: 1,
        };
        let attack = draft.write_instruction(0, 0, (0, vec![other, own]), (0, vec![]));
        arena.refuses("own", attack, GovernanceError::OwnProposal);
    }
    // Named by who executes in the place of something else, or besides.
    let proposal = arena.mine.executable.clone();
    let valid = execute(&proposal, 0);
    for writable in [false, true] {
        let mut attack = valid.clone();
        attack.accounts[DECLARED + 2] = AccountMeta {
            pubkey: proposal.address,
            is_signer: false,
            is_writable: writable,
        };
        arena.refuses_for("in place", attack, &[Reason::DUPLICATE_ACCOUNT]);
    }
    let program = at(valid, DECLARED, proposal.address);
    arena.refuses_for("as program", program, &[Reason::DUPLICATE_ACCOUNT]);
    // A proposal that says it runs: no instruction begins.
    let running = std::mem::offset_of!(sealane_governance::state::Proposal, running) + 8;
    let svm = arena.world.svm();
    svm.edit(&proposal.address, |data| data[running] = 1);
    arena.refuses("running", execute(&proposal, 0), GovernanceError::Running);
    arena.finish();
}

/// Proposals whose instructions execute, cancel or vote on other proposals.
#[test]
fn instructions_of_this_program() {
    let mut arena = crate::arena();
    let theirs = arena.theirs.clone();
    let victim = arena.home.victim;
    // Executed by another proposal, it is executed once.
    let nested = execute(&theirs.executable, 0);
    let proposal = arena.passed(std::slice::from_ref(&nested));
    let before = arena.world.lamports(&arena.home.realm.treasury);
    arena.execute(&[proposal.execute(0, 0, &nested)]);
    let paid = before - arena.world.lamports(&arena.home.realm.treasury);
    assert_eq!(paid, PAYMENT);
    arena.refuses("again", nested, GovernanceError::OutOfOrder);

    let treasury = arena.home.realm.treasury;
    let as_treasury = |mut instruction: Instruction| {
        instruction.accounts[0].pubkey = treasury;
        instruction
    };
    let voting = arena.open(&[]);
    let (councillor, position) = (arena.home.councillor.wallet, arena.home.councillor.position);
    arena.execute(&[voting.open_vote(victim.idle, victim.wallet)]);
    arena.execute(&[voting.open_vote(position, councillor)]);
    for (what, instruction, error) in [
        (
            "cancel",
            as_treasury(voting.cancel()),
            GovernanceError::WrongAuthor,
        ),
        (
            "vote",
            as_treasury(voting.vote(victim.wallet, victim.idle, 0, Yes(1))),
            GovernanceError::WrongVoter,
        ),
        (
            "sign off",
            as_treasury(arena.world.sign_off(&theirs.draft)),
            GovernanceError::WrongAuthor,
        ),
        (
            "deposit",
            theirs.completed.take_deposit(treasury),
            GovernanceError::WrongRecipient,
        ),
        (
            "write",
            as_treasury(theirs.draft.write_text(5, 0, b"stole")),
            GovernanceError::WrongAuthor,
        ),
    ] {
        let mut attacked = arena.clone();
        let proposal = attacked.passed(std::slice::from_ref(&instruction));
        let reason = Reason::governance(error);
        let attack = proposal.execute(0, 0, &instruction);
        attacked.refuses_for(what, attack, &[reason]);
        attacked.finish();
    }
    arena.finish();
}

/// A proposal whose time-lock is over executes none whose is not.
#[test]
fn a_time_lock_is_not_passed_on() {
    let mut arena = crate::arena();
    let home = arena.home.clone();
    let payment = transfer(&home.realm.treasury, &home.attacker.wallet, 1);
    let target = arena.draft(std::slice::from_ref(&payment));
    let nested = target.execute(0, 0, &payment);
    let proposal = arena.passed(std::slice::from_ref(&nested));
    let sign_off = arena.world.sign_off(&target);
    arena.execute(&[sign_off]);
    arena.execute(&deciding_votes(&target, &home, Abstain));
    arena.execute(&[target.decide_early()]);
    let attack = proposal.execute(0, 0, &nested);
    arena.refuses("locked", attack.clone(), GovernanceError::TimeLocked);
    arena.world.unlock(&target);
    arena.execute(&[attack]);
    arena.finish();
}

/// Two proposals that execute each other: to call back, each would have to name itself.
#[test]
fn circles() {
    let mut arena = crate::arena();
    let home = arena.home.clone();
    let pair = [arena.draft(&[]), arena.draft(&[])];
    let call = |proposal: &TestProposal, accounts: &[Pubkey]| {
        let shape = Instruction {
            program_id: sealane_governance::ID,
            accounts: Vec::new(),
            data: Vec::new(),
        };
        let mut execute = proposal.execute(0, 0, &shape);
        let behind = accounts.iter().map(|one| AccountMeta::new(*one, false));
        execute.accounts.extend(behind);
        execute
    };
    for (own, other) in [(0, 1), (1, 0)].map(|(own, other)| (&pair[own], &pair[other])) {
        let whole = call(other, &[own.address, own.instruction(0, 0)]);
        let [add, write] = own.propose(0, 0, &whole);
        arena.execute(&[add]);
        arena.refuses("names itself", write, GovernanceError::OwnProposal);
        arena.execute(&[own.remove_instruction(0, 0)]);
        // Without naming itself, it does not give the other one what it wants.
        arena.execute(&own.propose(0, 0, &call(other, &[])));
    }
    for proposal in &pair {
        let sign_off = arena.world.sign_off(proposal);
        arena.execute(&[sign_off]);
        arena.execute(&deciding_votes(proposal, &home, Abstain));
        arena.execute(&[proposal.decide_early()]);
    }
    arena.world.unlock(&pair[1]);
    for (own, other) in [(&pair[0], &pair[1]), (&pair[1], &pair[0])] {
        let attack = own.execute(0, 0, &call(other, &[]));
        arena.refuses("a circle", attack, GovernanceError::WrongAccounts);
    }
    arena.finish();
}
