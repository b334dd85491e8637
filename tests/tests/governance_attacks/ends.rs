//! Deposits and rents: to whoever paid them, once, and not before nothing depends on the accounts.

use sealane_governance::{BallotParam::No, errors::GovernanceError};
use sealane_testkit::{Reason, governance::CONFIG};
use solana_instruction::{Instruction, error::InstructionError};
use solana_pubkey::Pubkey;

use crate::{
    Arena,
    arena::{Party, at, transfer},
    builtin,
};

/// A place of an account and what to put there.
fn to(instruction: &Instruction, place: usize, other: Pubkey) -> Instruction {
    at(instruction.clone(), place, other)
}

fn recipients(arena: &Arena) -> [Pubkey; 5] {
    [
        arena.home.victim.wallet,
        arena.home.councillor.wallet,
        arena.home.realm.creator,
        arena.abroad.realm.treasury,
        arena.home.realm.address,
    ]
}

#[test]
fn deposits_go_to_their_author_or_the_treasury() {
    let mut arena = crate::arena();
    let mine = arena.mine.clone();
    let (author, treasury) = (arena.home.attacker.wallet, arena.home.realm.treasury);
    let wrong = GovernanceError::WrongRecipient;
    for (proposal, rightful, other) in [
        (&mine.completed, author, treasury),
        (&mine.succeeded, author, treasury),
        (&mine.executable, author, treasury),
        (&mine.expired, author, treasury),
        (&mine.vetoed, treasury, author),
    ] {
        let valid = proposal.take_deposit(rightful);
        arena.accepts("take_deposit", &valid);
        for stranger in recipients(&arena).into_iter().chain([other]) {
            let what = format!("of {} to {stranger}", proposal.id);
            arena.refuses(&what, to(&valid, 1, stranger), wrong);
        }
        let before = arena.world.lamports(&rightful);
        arena.execute(std::slice::from_ref(&valid));
        let paid = arena.world.lamports(&rightful) - before;
        assert_eq!(paid, CONFIG.deposit);
        for recipient in [rightful, other] {
            let again = to(&valid, 1, recipient);
            arena.refuses("twice", again, GovernanceError::NoDeposit);
        }
    }
    let theirs = arena.theirs.completed.take_deposit(author);
    arena.refuses("the victim's", theirs, wrong);
    for proposal in [&mine.draft, &mine.voting, &mine.counting, &mine.summed] {
        for recipient in [author, treasury] {
            let attack = proposal.take_deposit(recipient);
            let what = format!("of {} too early", proposal.id);
            arena.refuses(&what, attack, GovernanceError::WrongState);
        }
    }
    let both = [
        arena.theirs.vetoed.take_deposit(treasury),
        arena.theirs.vetoed.take_deposit(treasury),
    ];
    let reason = Reason::governance(GovernanceError::NoDeposit);
    arena.refuses_all("twice at once", &both, &[reason]);
    arena.finish();
}

/// Text and instructions as long as something can be executed or voted on.
#[test]
fn what_is_needed_is_not_closed() {
    let mut arena = crate::arena();
    let mine = arena.mine.clone();
    let needed = GovernanceError::NotOver;
    for proposal in [
        &mine.draft,
        &mine.voting,
        &mine.settled,
        &mine.counting,
        &mine.summed,
        &mine.succeeded,
        &mine.executable,
    ] {
        let what = format!("of {}", proposal.id);
        arena.refuses(&what, proposal.close_text(), needed);
        arena.refuses(&what, proposal.close_instruction(0, 0), needed);
        arena.refuses(&what, proposal.close_instruction(1, 0), needed);
    }
    // Executed in part.
    let (_, _, payment) = crate::stage::payments(&mine.executable)[0].clone();
    arena.execute(&[mine.executable.execute(0, 0, &payment)]);
    let done = mine.executable.close_instruction(0, 0);
    arena.refuses("executed", done, needed);
    // To the last second.
    let rules = *arena.world.proposal(&mine.executable).rules();
    arena.world.svm().set_time(rules.expires_at() - 1);
    arena.refuses("a second early", mine.executable.close_text(), needed);
    arena.world.svm().set_time(rules.expires_at());
    arena.accepts("over", &mine.executable.close_text());
    arena.finish();
}

#[test]
fn rents_go_to_who_paid_them() {
    let mut arena = crate::arena();
    let (mine, home) = (arena.mine.clone(), arena.home.clone());
    let (author, member) = (home.attacker.wallet, home.councillor);
    let wrong = GovernanceError::WrongRecipient;
    let vetoed = &mine.vetoed;
    for (what, valid, payer) in [
        ("text", vetoed.close_text(), author),
        ("instruction", vetoed.close_instruction(0, 1), author),
        ("tally", vetoed.close_tally(0, author), author),
        (
            "record",
            vetoed.close_vote(home.attacker.voted, author, false),
            author,
        ),
        (
            "the councillor's record",
            vetoed.close_vote(member.position, member.wallet, false),
            member.wallet,
        ),
    ] {
        arena.accepts(what, &valid);
        let treasury = home.realm.treasury;
        for stranger in recipients(&arena).into_iter().chain([treasury, author]) {
            if stranger != payer {
                let what = format!("{what} to {stranger}");
                arena.refuses(&what, to(&valid, 2, stranger), wrong);
            }
        }
        let closed = valid.accounts[1].pubkey;
        let rent = arena.world.lamports(&closed);
        let before = arena.world.lamports(&payer);
        arena.execute(std::slice::from_ref(&valid));
        assert_eq!(arena.world.lamports(&payer) - before, rent, "{what}");
        let again = arena.world.clone().try_execute(&[valid]);
        assert!(again.is_err(), "{what} closed twice");
    }
    // Who opens a record for somebody else pays for it and gets it back, and no other.
    let proposal = mine.voting.clone();
    let victim = home.victim;
    arena.execute(&[
        proposal.open_vote(victim.idle, author),
        proposal.vote(victim.wallet, victim.idle, 1, No),
    ]);
    let close = proposal.close_vote(victim.idle, author, true);
    arena.refuses(
        "while it counts",
        close.clone(),
        GovernanceError::VoteCounts,
    );
    let theirs = proposal.close_vote(victim.idle, victim.wallet, true);
    arena.refuses("to the voter", theirs, wrong);
    arena.execute(&[proposal.withdraw_vote(victim.wallet, victim.idle, 1)]);
    let unsigned = proposal.close_vote(victim.idle, author, false);
    arena.refuses("unsigned", unsigned, GovernanceError::RecordNotYours);
    arena.accepts("its payer", &close);
    // A record that somebody needs, who has not voted yet.
    let theirs = proposal.close_vote(victim.opened, victim.wallet, false);
    arena.refuses("the victim's", theirs, GovernanceError::RecordNotYours);
    arena.finish();
}

/// Closed accounts are gone for good: nothing is executed, voted or summed with what is left of them.
#[test]
fn nothing_comes_back() {
    let mut arena = crate::arena();
    let (mine, home) = (arena.mine.clone(), arena.home.clone());
    let author = home.attacker.wallet;
    let vetoed = mine.vetoed.clone();
    arena.execute(&[
        vetoed.close_text(),
        vetoed.close_instruction(0, 0),
        vetoed.close_tally(0, author),
        vetoed.close_vote(home.attacker.voted, author, false),
    ]);
    for (what, attack, error) in [
        (
            "record",
            vetoed.open_vote(home.attacker.voted, author),
            GovernanceError::VotingClosed,
        ),
        (
            "tally",
            vetoed.open_tally(0, author),
            GovernanceError::WrongState,
        ),
        (
            "instruction",
            vetoed.add_instruction(0, 2, &crate::stage::payments(&vetoed)[0].2),
            GovernanceError::WrongState,
        ),
    ] {
        arena.refuses(what, attack, error);
    }
    // The draft's address was used.
    let again = crate::stage::draft(&vetoed);
    let reason = Reason::system(solana_system_interface::error::SystemError::AccountAlreadyInUse);
    arena.refuses_for("draft", again, &[reason]);
    // Removed and added again in one transaction, an instruction has nothing of the one before.
    let draft = mine.draft.clone();
    let (_, _, payment) = crate::stage::payments(&draft)[1].clone();
    arena.execute(&[
        draft.remove_instruction(0, 1),
        draft.add_instruction(0, 1, &payment),
    ]);
    let (_, tail) = arena.world.instruction(&draft, 0, 1).expect("added");
    assert!(tail.iter().all(|byte| *byte == 0), "{tail:?}");
    arena.finish();
}

/// Lamports sent back in the same transaction do not keep a closed account alive.
#[test]
fn nothing_is_revived() {
    let mut arena = crate::arena();
    let (mine, home) = (arena.mine.clone(), arena.home.clone());
    let Party { wallet, voted, .. } = home.attacker;
    let voting = mine.voting.clone();
    let rent = |arena: &Arena, address: &Pubkey| arena.world.lamports(address);
    let record = voting.record(&voted);
    let back = transfer(&wallet, &record, rent(&arena, &record));
    let closed = [
        voting.withdraw_vote(wallet, voted, 0),
        voting.close_vote(voted, wallet, true),
        back,
    ];
    let gone = [
        InstructionError::UninitializedAccount,
        InstructionError::IllegalOwner,
        InstructionError::AccountDataTooSmall,
    ]
    .map(builtin);
    for attack in [
        voting.vote(wallet, voted, 0, No),
        voting.change_vote(wallet, voted, 0, No),
        voting.withdraw_vote(wallet, voted, 0),
        voting.close_vote(voted, wallet, true),
    ] {
        let attack = [closed.as_slice(), &[attack]].concat();
        arena.refuses_all("a record", &attack, &gone);
    }
    // Opened anew it is a new one.
    let anew = [
        voting.open_vote(voted, wallet),
        voting.vote(wallet, voted, 1, No),
    ];
    arena.accepts_all("anew", &[closed.as_slice(), &anew].concat());
    for (close, address) in [
        (mine.vetoed.close_tally(0, wallet), mine.vetoed.tally(0)),
        (mine.vetoed.close_text(), mine.vetoed.text),
        (
            mine.vetoed.close_instruction(0, 0),
            mine.vetoed.instruction(0, 0),
        ),
    ] {
        let back = transfer(&wallet, &address, rent(&arena, &address));
        let attack = [close.clone(), back, close];
        arena.refuses_all("closed twice", &attack, &gone);
    }
    arena.finish();
}

/// Cancelled, a proposal is over at once: its votes do not count, and everything can be taken back.
#[test]
fn what_is_cancelled() {
    let mut arena = crate::arena();
    let (voting, home) = (arena.mine.voting.clone(), arena.home.clone());
    let author = home.attacker.wallet;
    arena.execute(&[voting.cancel()]);
    let wrong = GovernanceError::WrongState;
    arena.refuses("cancelled twice", voting.cancel(), wrong);
    arena.refuses("summed", voting.sum_tally(&[0, 1]), wrong);
    arena.refuses("finalized", voting.finalize(), wrong);
    let closed = GovernanceError::VotingClosed;
    arena.refuses("decided", voting.decide_early(), closed);
    let vote = voting.vote(author, home.attacker.opened, 0, No);
    arena.refuses("voted", vote, closed);
    let treasury = home.realm.treasury;
    let attack = voting.take_deposit(treasury);
    arena.refuses("to the treasury", attack, GovernanceError::WrongRecipient);
    arena.execute(&[
        voting.take_deposit(author),
        voting.close_text(),
        voting.close_vote(home.victim.voted, home.victim.wallet, false),
    ]);
    arena.finish();
}
