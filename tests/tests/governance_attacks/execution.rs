//! Executing what was not voted for, or not so, or not now, or not once.

use sealane_governance::{errors::GovernanceError, state::ProposedAccount};
use sealane_testkit::{Reason, governance::TestProposal};
use solana_instruction::{AccountMeta, Instruction, error::InstructionError};
use solana_system_interface::error::SystemError;

use crate::{
    arena::{TREASURE, at, transfer},
    builtin,
    stage::{PAYMENT, payments},
};

/// Accounts of `execute` before the program that is called.
pub(crate) const DECLARED: usize = 2;

pub(crate) fn execute(proposal: &TestProposal, payment: usize) -> Instruction {
    let (option, index, payment) = payments(proposal)[payment].clone();
    proposal.execute(option, index, &payment)
}

pub(crate) fn unsigned() -> Reason {
    builtin(InstructionError::MissingRequiredSignature)
}

#[test]
fn before_its_time_and_after_it() {
    let mut arena = crate::arena();
    let (succeeded, expired) = (arena.mine.succeeded.clone(), arena.mine.expired.clone());
    let locked = GovernanceError::TimeLocked;
    arena.refuses("at once", execute(&succeeded, 0), locked);
    arena.refuses("too late", execute(&expired, 0), GovernanceError::Expired);
    let rules = *arena.world.proposal(&succeeded).rules();
    arena.world.svm().set_time(rules.executable_at() - 1);
    arena.refuses("a second early", execute(&succeeded, 0), locked);
    arena.world.svm().set_time(rules.executable_at());
    arena.accepts("in time", &execute(&succeeded, 0));
    let early = succeeded.expire();
    arena.refuses("not expired", early.clone(), GovernanceError::NotExpired);
    arena.world.svm().set_time(rules.expires_at() - 1);
    arena.accepts("the last second", &execute(&succeeded, 0));
    arena.refuses("the last second", early, GovernanceError::NotExpired);
    // Nor does a first instruction in time let the second one be late.
    arena.execute(&[execute(&succeeded, 0)]);
    arena.world.svm().set_time(rules.expires_at());
    let late = execute(&succeeded, 1);
    arena.refuses("a second late", late.clone(), GovernanceError::Expired);
    arena.execute(&[succeeded.expire()]);
    arena.refuses("expired", late, GovernanceError::Expired);
    let again = succeeded.expire();
    arena.refuses("expired twice", again, GovernanceError::WrongState);
    arena.finish();
}

#[test]
fn what_has_not_succeeded() {
    let mut arena = crate::arena();
    let mine = arena.mine.clone();
    for proposal in [
        &mine.draft,
        &mine.voting,
        &mine.settled,
        &mine.counting,
        &mine.summed,
        &mine.vetoed,
    ] {
        let what = format!("proposal {}", proposal.id);
        arena.refuses(&what, execute(proposal, 0), GovernanceError::WrongState);
    }
    arena.execute(&[mine.voting.cancel()]);
    let cancelled = execute(&mine.voting, 0);
    arena.refuses("cancelled", cancelled, GovernanceError::WrongState);
    for proposal in [&mine.draft, &mine.counting, &mine.vetoed, &mine.completed] {
        let what = format!("expire {}", proposal.id);
        arena.refuses(&what, proposal.expire(), GovernanceError::NotExpired);
    }
    arena.finish();
}

#[test]
fn another_order_or_twice() {
    let mut arena = crate::arena();
    let proposal = arena.mine.executable.clone();
    let order = GovernanceError::OutOfOrder;
    arena.refuses("the second first", execute(&proposal, 1), order);
    arena.refuses("of an option that lost", execute(&proposal, 2), order);
    // Its program and accounts with the place of another.
    for place in [proposal.instruction(0, 1), proposal.instruction(1, 0)] {
        let attack = at(execute(&proposal, 0), 1, place);
        arena.refuses("the first as another", attack, order);
    }
    let before = arena.world.lamports(&arena.home.realm.treasury);
    arena.execute(&[execute(&proposal, 0)]);
    arena.refuses("the first again", execute(&proposal, 0), order);
    arena.refuses("of an option that lost", execute(&proposal, 2), order);
    let twice = [execute(&proposal, 1), execute(&proposal, 1)];
    arena.refuses_all(
        "the second twice",
        &twice,
        &[Reason::governance(GovernanceError::WrongState)],
    );
    arena.execute(&[execute(&proposal, 1)]);
    for payment in 0..3 {
        let what = format!("{payment} when completed");
        let attack = execute(&proposal, payment);
        arena.refuses(&what, attack, GovernanceError::WrongState);
    }
    let paid = before - arena.world.lamports(&arena.home.realm.treasury);
    assert_eq!(paid, 2 * PAYMENT + 1);
    arena.finish();
}

#[test]
fn another_proposals_instruction() {
    let mut arena = crate::arena();
    let proposal = arena.mine.executable.clone();
    let others = [&arena.theirs, &arena.foreign].map(|stage| stage.executable.clone());
    let succeeded = arena.mine.succeeded.clone();
    for other in others.iter().chain([&succeeded]) {
        let (_, _, payment) = payments(other)[0].clone();
        let attack = at(proposal.execute(0, 0, &payment), 1, other.instruction(0, 0));
        let what = format!("of {}", other.id);
        arena.refuses(&what, attack, GovernanceError::WrongProposal);
    }
    arena.accepts("its own", &execute(&proposal, 0));
    for other in others {
        let (_, _, payment) = payments(&other)[0].clone();
        let attack = proposal.execute(0, 0, &payment);
        let what = format!("with accounts of {}", other.id);
        arena.refuses(&what, attack, GovernanceError::WrongAccounts);
    }
    arena.finish();
}

#[test]
fn another_program_or_other_accounts() {
    let mut arena = crate::arena();
    let proposal = arena.mine.executable.clone();
    let valid = execute(&proposal, 0);
    let (attacker, victim) = (arena.home.attacker.wallet, arena.home.victim.wallet);
    let program = GovernanceError::WrongProgram;
    for other in [
        spl_token_interface::ID,
        sealane_governance::ID,
        sealane_staking::ID,
        arena.fake_program,
        attacker,
        proposal.realm.treasury,
    ] {
        let attack = at(valid.clone(), DECLARED, other);
        arena.refuses(&format!("{other} as program"), attack, program);
    }
    let mut none = valid.clone();
    none.accounts.truncate(DECLARED);
    arena.refuses("no program", none, program);
    let mut shifted = valid.clone();
    shifted.accounts.remove(DECLARED);
    arena.refuses("accounts without the program", shifted, program);

    let accounts = GovernanceError::WrongAccounts;
    let (from, to) = (DECLARED + 1, DECLARED + 2);
    for (index, other) in [
        (to, victim),
        (to, proposal.realm.treasury),
        (from, arena.abroad.realm.treasury),
        (from, victim),
    ] {
        let attack = at(valid.clone(), index, other);
        arena.refuses(&format!("{other} at {index}"), attack, accounts);
    }
    let mut swapped = valid.clone();
    swapped.accounts.swap(from, to);
    arena.refuses("swapped", swapped, accounts);
    for len in [from, to] {
        let mut fewer = valid.clone();
        fewer.accounts.truncate(len);
        arena.refuses(&format!("{len} accounts"), fewer, accounts);
    }
    let mut more = valid.clone();
    more.accounts.push(AccountMeta::new(attacker, true));
    arena.refuses("one more", more, accounts);
    arena.finish();
}

/// The flags that were voted for count, whatever flags the accounts come with.
#[test]
fn other_flags() {
    let mut arena = crate::arena();
    let proposal = arena.mine.executable.clone();
    let valid = execute(&proposal, 0);
    for index in [DECLARED + 1, DECLARED + 2] {
        let mut attack = valid.clone();
        attack.accounts[index].is_writable = false;
        let what = format!("{index} read-only");
        let reason = builtin(InstructionError::PrivilegeEscalation);
        arena.refuses_for(&what, attack, &[reason]);
        let mut signed = valid.clone();
        signed.accounts[index].is_signer = true;
        arena.accepts("signed besides", &signed);
    }
    // The program as somebody who signs and can be written is still only called.
    let mut program = valid;
    program.accounts[DECLARED].is_signer = true;
    arena.accepts("a program that signs", &program);
    arena.finish();
}

/// Whoever executes a proposal lends it no signature of their own: neither the signature of an account
/// that the instruction names, nor that of who pays the fee.
#[test]
fn signatures_do_not_leak() {
    let mut arena = crate::arena();
    let (attacker, victim) = (arena.home.attacker.wallet, arena.home.victim.wallet);
    let payer = arena.world.staking.world.svm.payer();
    for from in [victim, payer, arena.abroad.realm.treasury] {
        let mut theft = transfer(&from, &attacker, 1_000);
        theft.accounts[0].is_signer = false;
        let mut attacked = arena.clone();
        let proposal = attacked.passed(std::slice::from_ref(&theft));
        let mut attack = proposal.execute(0, 0, &theft);
        attack.accounts[DECLARED + 1].is_signer = true;
        let reasons = [unsigned()];
        attacked.refuses_for(&format!("from {from}"), attack, &reasons);
        attacked.finish();
    }
    // Nor can a proposal be written that wants one.
    let strangers = [
        victim,
        attacker,
        payer,
        arena.abroad.realm.treasury,
        arena.home.realm.address,
        arena.home.realm.creator,
    ];
    let draft = arena.draft(&[transfer(&arena.home.realm.treasury, &attacker, 1)]);
    for stranger in strangers {
        for flags in [ProposedAccount::SIGNER, 3] {
            let account = ProposedAccount {
                address: stranger.to_bytes(),
                flags,
            };
            let attack = draft.write_instruction(0, 0, (0, vec![account]), (0, vec![]));
            let what = format!("{stranger} as signer");
            arena.refuses(&what, attack, GovernanceError::ForeignSigner);
        }
    }
    for flags in [4, 5, 7, 0x80, 0xff] {
        let account = ProposedAccount {
            address: draft.realm.treasury.to_bytes(),
            flags,
        };
        let attack = draft.write_instruction(0, 0, (0, vec![account]), (0, vec![]));
        let what = format!("flags {flags}");
        arena.refuses(&what, attack, GovernanceError::InvalidAccountFlags);
    }
    arena.finish();
}

/// An instruction that names one account twice needs it twice.
#[test]
fn one_account_for_two() {
    let mut arena = crate::arena();
    let treasury = arena.home.realm.treasury;
    let payment = transfer(&treasury, &treasury, 5);
    let proposal = arena.passed(std::slice::from_ref(&payment));
    let valid = proposal.execute(0, 0, &payment);
    arena.accepts("to itself", &valid);
    let mut once = valid.clone();
    once.accounts.pop();
    arena.refuses("once", once, GovernanceError::WrongAccounts);
    // Who executes has nothing of it, whatever they put into the second place.
    let attack = at(valid, DECLARED + 2, arena.home.attacker.wallet);
    arena.refuses("theirs", attack, GovernanceError::WrongAccounts);
    arena.finish();
}

/// What a treasury cannot do undoes everything, and its proposal can still be executed in time.
#[test]
fn an_instruction_that_fails() {
    let mut arena = crate::arena();
    let (attacker, treasury) = (arena.home.attacker.wallet, arena.home.realm.treasury);
    let before = arena.world.lamports(&treasury);
    assert_eq!(before, TREASURE);
    let too_much = transfer(&treasury, &attacker, 2 * TREASURE);
    let proposal = arena.passed(&[transfer(&treasury, &attacker, 7), too_much.clone()]);
    let first = proposal.execute(0, 0, &transfer(&treasury, &attacker, 7));
    let attack = proposal.execute(0, 1, &too_much);
    let reason = Reason::system(SystemError::ResultWithNegativeLamports);
    arena.refuses_all(
        "both",
        &[first.clone(), attack.clone()],
        std::slice::from_ref(&reason),
    );
    arena.execute(&[first]);
    arena.refuses_for("too much", attack.clone(), &[reason]);
    let account = arena.world.proposal(&proposal);
    assert_eq!((account.running, account.next_index), (0, 1));
    let payer = arena.world.staking.world.svm.payer();
    arena.execute(&[transfer(&payer, &treasury, 2 * TREASURE)]);
    arena.execute(&[attack]);

    // A program that is none.
    let nothing = Instruction {
        program_id: attacker,
        accounts: Vec::new(),
        data: vec![1],
    };
    let proposal = arena.passed(std::slice::from_ref(&nothing));
    let attack = proposal.execute(0, 0, &nothing);
    let reasons = [
        builtin(InstructionError::UnsupportedProgramId),
        builtin(InstructionError::AccountNotExecutable),
    ];
    arena.refuses_for("a wallet as program", attack, &reasons);
    arena.finish();
}
