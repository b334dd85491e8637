//! Tally shards, and what they decide: too early, too late, twice, without all of them.

use sealane_governance::{
    BallotParam::{Abstain, No, Veto, Yes},
    errors::GovernanceError,
    state::ConfigParams,
};
use sealane_testkit::{
    Reason,
    governance::{CONFIG, TestProposal},
};
use solana_instruction::{AccountMeta, Instruction, error::InstructionError};

use crate::{
    arena::{at, deciding_votes, open_votes},
    builtin,
};

fn with(mut instruction: Instruction, shards: &[solana_pubkey::Pubkey]) -> Instruction {
    instruction.accounts.truncate(1);
    let metas = shards
        .iter()
        .map(|shard| AccountMeta::new_readonly(*shard, false));
    instruction.accounts.extend(metas);
    instruction
}

/// `decide_early` with some of the shards.
fn early(proposal: &TestProposal, shards: &[u8]) -> Instruction {
    let shards: Vec<_> = shards.iter().map(|index| proposal.tally(*index)).collect();
    with(proposal.decide_early(), &shards)
}

#[test]
fn shards_are_opened_once_and_in_time() {
    let mut arena = crate::arena();
    let payer = arena.home.attacker.wallet;
    let draft = arena.mine.draft.clone();
    for index in [2, 3, 31, 32, 255] {
        let open = draft.open_tally(index, payer);
        let what = format!("shard {index} of two");
        arena.refuses(&what, open, GovernanceError::InvalidShards);
    }
    let wrong = at(draft.open_tally(1, payer), 2, draft.tally(2));
    arena.refuses("another's address", wrong, GovernanceError::WrongAddress);
    // Whoever opens a shard again pays nothing, and neither empties it nor takes it over.
    let voting = arena.mine.voting.clone();
    for index in [0, 1] {
        for payer in [payer, arena.home.victim.wallet] {
            arena.changes_nothing("opened twice", &voting.open_tally(index, payer));
        }
    }
    let others = [
        voting.tally(1),
        arena.theirs.voting.tally(0),
        arena.foreign.voting.tally(0),
        arena.counterfeit(&voting.tally(0)),
    ];
    for other in others {
        let attack = at(voting.open_tally(0, payer), 2, other);
        arena.refuses("another shard", attack, GovernanceError::WrongAddress);
    }
    let text = at(voting.open_tally(0, payer), 2, voting.text);
    let reasons = [
        InstructionError::InvalidAccountData,
        InstructionError::AccountDataTooSmall,
    ];
    arena.refuses_for("a text as shard", text, &reasons.map(builtin));
    let vetoed = arena.mine.vetoed.clone();
    arena.execute(&[vetoed.close_tally(0, payer)]);
    let anew = vetoed.open_tally(0, payer);
    arena.refuses("decided", anew, GovernanceError::WrongState);
    let counting = arena.mine.counting.clone();
    let close = counting.close_tally(0, payer);
    arena.refuses("not decided", close, GovernanceError::NotDecided);
    arena.finish();
}

#[test]
fn shards_are_summed_once() {
    let mut arena = crate::arena();
    let (counting, theirs) = (arena.mine.counting.clone(), arena.theirs.counting.clone());
    let sum = |shards: &[u8]| counting.sum_tally(shards);
    let again = GovernanceError::AlreadySummed;
    arena.refuses("one twice", sum(&[0, 0]), again);
    arena.refuses("one twice later", sum(&[1, 0, 1]), again);
    arena.refuses("none", sum(&[]), GovernanceError::NotSummed);
    let wrong = GovernanceError::WrongProposal;
    for other in [
        theirs.tally(1),
        arena.foreign.counting.tally(1),
        arena.mine.voting.tally(1),
    ] {
        let attack = with(sum(&[]), &[counting.tally(0), other]);
        arena.refuses("another proposal's", attack, wrong);
    }
    let reasons = [
        InstructionError::UninitializedAccount,
        InstructionError::IllegalOwner,
        InstructionError::AccountDataTooSmall,
    ]
    .map(builtin);
    arena.refuses_for("not opened", sum(&[0, 2]), &reasons);
    let forged = arena.counterfeit(&counting.tally(1));
    let attack = with(sum(&[]), &[counting.tally(0), forged]);
    arena.refuses_for("forged", attack, &reasons);
    let text = with(sum(&[]), &[counting.text]);
    let reason = builtin(InstructionError::InvalidAccountData);
    arena.refuses_for(
        "a text",
        text,
        &[reason, builtin(InstructionError::AccountDataTooSmall)],
    );
    arena.execute(&[sum(&[1])]);
    arena.refuses("again", sum(&[1]), again);
    arena.refuses("again, with the other", sum(&[0, 1]), again);
    arena.refuses("too early", counting.finalize(), GovernanceError::NotSummed);
    arena.execute(&[sum(&[0])]);
    arena.execute(&[counting.finalize()]);
    arena.refuses("decided", sum(&[0]), GovernanceError::WrongState);
    let twice = counting.finalize();
    arena.refuses("finalized twice", twice, GovernanceError::WrongState);
    arena.finish();
}

#[test]
fn only_what_is_counted_is_finalized() {
    let mut arena = crate::arena();
    let mine = arena.mine.clone();
    let wrong = GovernanceError::WrongState;
    for proposal in [
        &mine.draft,
        &mine.succeeded,
        &mine.executable,
        &mine.expired,
        &mine.vetoed,
        &mine.completed,
    ] {
        let what = format!("proposal {}", proposal.id);
        arena.refuses(&what, proposal.finalize(), wrong);
        arena.refuses(&what, proposal.sum_tally(&[0]), wrong);
        let early = proposal.decide_early();
        // The draft's second shard is not open.
        if proposal.id != mine.draft.id {
            arena.refuses(&what, early, GovernanceError::VotingClosed);
        }
    }
    let open = GovernanceError::VotingOpen;
    let rules = *arena.world.proposal(&mine.voting).rules();
    for time in [
        arena.world.now(),
        rules.cools_off_at(),
        rules.closes_at() - 1,
    ] {
        arena.world.svm().set_time(time);
        arena.refuses("open", mine.voting.sum_tally(&[0, 1]), open);
        arena.refuses("open", mine.voting.finalize(), open);
    }
    arena.world.svm().set_time(rules.closes_at());
    arena.accepts("over", &mine.voting.sum_tally(&[0, 1]));
    arena.refuses(
        "not summed",
        mine.voting.finalize(),
        GovernanceError::NotSummed,
    );
    arena.finish();
}

#[test]
fn decided_early_by_shards_that_are_not_all() {
    let mut arena = crate::arena();
    let settled = arena.mine.settled.clone();
    let missing = GovernanceError::NotSummed;
    arena.refuses("none", early(&settled, &[]), missing);
    arena.refuses("the first", early(&settled, &[0]), missing);
    let order = GovernanceError::InvalidShards;
    for shards in [
        &[1][..],
        &[1, 0],
        &[0, 0],
        &[1, 1],
        &[0, 1, 1],
        &[0, 1, 0],
        &[0, 0, 1],
    ] {
        let what = format!("{shards:?}");
        arena.refuses(&what, early(&settled, shards), order);
    }
    for other in [&arena.theirs, &arena.foreign].map(|stage| stage.settled.tally(1)) {
        let attack = with(settled.decide_early(), &[settled.tally(0), other]);
        arena.refuses("another's", attack, GovernanceError::WrongProposal);
    }
    arena.execute(&[settled.decide_early()]);
    let closed = GovernanceError::VotingClosed;
    arena.refuses("twice", settled.decide_early(), closed);
    arena.refuses("cancelled", settled.cancel(), GovernanceError::WrongState);
    arena.finish();
}

/// A shard that is not shown could hold what decides otherwise.
#[test]
fn a_shard_that_is_hidden() {
    let mut arena = crate::arena();
    let proposal = arena.open(&[]);
    let home = arena.home.clone();
    arena.execute(&deciding_votes(&proposal, &home, Abstain));
    arena.accepts("settled", &proposal.decide_early());
    let victim = home.victim;
    // In the other shard: the outcome stays the same, and the sum tells of it.
    arena.execute(&[
        proposal.open_vote(victim.voted, victim.wallet),
        proposal.vote(victim.wallet, victim.voted, 1, Veto),
    ]);
    for shards in [&[0][..], &[0, 0]] {
        let reasons = [GovernanceError::NotSummed, GovernanceError::InvalidShards];
        let attack = early(&proposal, shards);
        arena.refuses_for("hidden", attack, &reasons.map(Reason::governance));
    }
    arena.execute(&[proposal.decide_early()]);
    let sums = arena.world.proposal(&proposal).sums;
    assert_eq!(sums.veto, [300 * crate::arena::WHOLE, 0]);
    arena.finish();
}

#[test]
fn decided_early_while_votes_could_change_it() {
    let mut arena = crate::arena();
    let open = GovernanceError::NotSettled;
    let voting = arena.mine.voting.clone();
    // Nobody of the council has voted.
    arena.refuses("the council", voting.decide_early(), open);
    let home = arena.home.clone();
    let empty = arena.open(&[]);
    arena.refuses("nobody voted", empty.decide_early(), open);
    let narrow = arena.open(&[]);
    arena.execute(&open_votes(&narrow, &home));
    let member = home.councillor;
    arena.execute(&[
        narrow.open_vote(member.position, member.wallet),
        narrow.vote(member.wallet, member.position, 0, Abstain),
    ]);
    arena.accepts("settled", &narrow.decide_early());
    let attacker = home.attacker;
    let change = narrow.change_vote(attacker.wallet, attacker.voted, 0, Yes(2));
    arena.execute(&[change]);
    arena.accepts("settled otherwise", &narrow.decide_early());
    arena.execute(&[narrow.withdraw_vote(attacker.wallet, attacker.voted, 0)]);
    arena.refuses("withdrawn", narrow.decide_early(), open);
    let rules = *arena.world.proposal(&narrow).rules();
    arena.world.svm().set_time(rules.closes_at());
    let late = narrow.decide_early();
    arena.refuses("too late", late, GovernanceError::VotingClosed);
    arena.finish();
}

/// In a realm that wants all its time for second thoughts.
#[test]
fn decided_early_where_that_is_off() {
    let mut arena = crate::arena();
    let config = ConfigParams {
        early: false,
        ..CONFIG
    };
    // The machine takes the treasury's word for its signature.
    let set = arena.home.realm.set_config(config);
    arena.execute(&[set]);
    let proposal = arena.open(&[]);
    let home = arena.home.clone();
    arena.execute(&deciding_votes(&proposal, &home, Veto));
    let attack = proposal.decide_early();
    arena.refuses("early", attack, GovernanceError::NotSettled);
    // What was signed off before keeps what it was signed off with.
    arena.accepts("before", &arena.mine.settled.decide_early());
    arena.finish();
}

/// Shards and proposals that lost count: sums do not wrap, nor are more votes counted than there are.
#[test]
fn sums_that_do_not_add_up() {
    let mut arena = crate::arena();
    let home = arena.home.clone();
    let (wallet, opened) = (home.attacker.wallet, home.attacker.opened);
    let wrong = GovernanceError::Inconsistent;
    let no = std::mem::offset_of!(sealane_governance::state::TallyShard, sums)
        + std::mem::offset_of!(sealane_governance::state::Sums, no)
        + 8;
    let (voting, counting) = (arena.mine.voting.clone(), arena.mine.counting.clone());
    let settled = arena.mine.settled.clone();
    for proposal in [&voting, &counting, &settled] {
        for index in 0..2 {
            let svm = arena.world.svm();
            svm.edit(&proposal.tally(index), |data| data[no..no + 16].fill(0xff));
        }
    }
    let vote = voting.vote(wallet, opened, 0, No);
    arena.refuses("one vote more", vote, wrong);
    arena.refuses("summed", counting.sum_tally(&[0, 1]), wrong);
    arena.refuses("early", settled.decide_early(), wrong);
    // Less than the vote that is to be taken off.
    let victim = home.victim;
    let svm = arena.world.svm();
    svm.edit(&voting.tally(1), |data| data[no..no + 16].fill(0));
    let withdraw = voting.withdraw_vote(victim.wallet, victim.voted, 1);
    arena.refuses("taken off twice", withdraw, wrong);
    // One shard alone does not wrap, but has more than there is.
    let svm = arena.world.svm();
    svm.edit(&counting.tally(1), |data| data[no..no + 16].fill(0));
    let all = [counting.sum_tally(&[0, 1]), counting.finalize()];
    arena.refuses_all("more than there is", &all, &[Reason::governance(wrong)]);
    arena.finish();
}
