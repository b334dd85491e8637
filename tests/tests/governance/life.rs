//! Proposals from their draft to their end.

use sealane_core::governance::State;
use sealane_governance::{
    BallotParam::{Abstain, No, Veto, Yes},
    errors::GovernanceError,
    events::{DepositPaid, InstructionExecuted, ProposalDecided, SignedOff, Voted},
    state::TextParts,
};
use sealane_testkit::{
    Reason,
    book::world::events,
    governance::{CONFIG, GovernanceWorld},
};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

use crate::setting::{Setting, WHOLE};

fn transfer(from: &Pubkey, to: &Pubkey, lamports: u64) -> Instruction {
    solana_system_interface::instruction::transfer(from, to, lamports)
}

/// Everything that is paid comes back, to who paid it, and the treasury pays what was voted for.
#[test]
fn a_proposal_from_its_draft_to_its_end() {
    let Setting {
        mut world,
        realm,
        members,
        council,
    } = Setting::new();
    let (author, payer) = (
        world.staking.world.wallet(),
        world.staking.world.svm.payer(),
    );
    let somebody = world.staking.world.wallet();
    world.execute(&[transfer(&payer, &realm.treasury, 5_000_000)]);
    let before = world.lamports(&author);

    let proposal = world.draft_by(author, &realm, (1, 1), 2);
    let spent = before - world.lamports(&author);
    assert!(spent > CONFIG.deposit, "deposit and rent");
    let text = world.text(&proposal);
    let parts = TextParts::parse(&text, 1).expect("a whole text");
    assert_eq!((parts.title, parts.options), ("Title", vec!["Option 0"]));
    assert_eq!(parts.description, "Because of this.");
    let payment = transfer(&realm.treasury, &somebody, 3_000_000);
    world.propose(&proposal, 0, std::slice::from_ref(&payment));

    let signed = world.execute(&[world.sign_off(&proposal)]);
    let told = events::<SignedOff>(&signed)[0];
    assert_eq!((told.total, told.epoch), ([1_000 * WHOLE, 0], 1));
    assert_eq!(
        (told.council_total, told.council_epoch),
        ([3 * WHOLE, 0], 1)
    );

    let voted = world.vote(&proposal, &members[0], 0, Yes(1));
    let told = events::<Voted>(&voted)[0];
    assert_eq!(
        (told.weight, told.kind, told.options),
        ([500 * WHOLE, 0], 1, 1)
    );
    assert_eq!((told.kind_before, told.shard, told.council), (0, 0, 0));
    world.vote(&proposal, &members[1], 1, No);
    world.vote(&proposal, &members[2], 1, Abstain);
    world.vote(&proposal, &council[1], 0, Veto);
    let sums = world.tally(&proposal, 1).expect("open").sums;
    assert_eq!(
        (sums.no, sums.abstain),
        ([300 * WHOLE, 0], [200 * WHOLE, 0])
    );

    world.wait(700);
    world.execute(&[proposal.sum_tally(&[1])]);
    world.execute(&[proposal.sum_tally(&[0])]);
    let decided = world.execute(&[proposal.finalize()]);
    let told = events::<ProposalDecided>(&decided)[0];
    assert_eq!((told.state, told.winners, told.early), (2, 1, 0));
    assert_eq!(told.sums.approving, [500 * WHOLE, 0]);
    assert_eq!(told.sums.council_veto, [WHOLE, 0]);

    let execute = proposal.execute(0, 0, &payment);
    let locked = world
        .try_execute(std::slice::from_ref(&execute))
        .unwrap_err();
    assert_eq!(
        locked.reason,
        Reason::governance(GovernanceError::TimeLocked)
    );
    world.wait(300);
    let had = world.lamports(&somebody);
    let executed = world.execute(&[execute]);
    assert_eq!(events::<InstructionExecuted>(&executed)[0].completed, 1);
    assert_eq!(world.lamports(&somebody), had + 3_000_000);
    assert_eq!(world.lamports(&realm.treasury), 2_000_000);
    assert_eq!(
        world.proposal(&proposal).state(world.now()),
        State::Completed
    );

    let paid = world.execute(&[proposal.take_deposit(author)]);
    let told = events::<DepositPaid>(&paid)[0];
    assert_eq!((told.amount, told.forfeited), (CONFIG.deposit, 0));
    world.execute(&[
        proposal.close_text(),
        proposal.close_instruction(0, 0),
        proposal.close_tally(0, payer),
        proposal.close_tally(1, payer),
    ]);
    for member in members.iter().chain(&council[1..]) {
        let before = world.lamports(&member.wallet);
        world.execute(&[proposal.close_vote(member.position, member.wallet, false)]);
        let rent = world.staking.world.svm.rent(168);
        assert_eq!(world.lamports(&member.wallet), before + rent);
    }
    // What is left is the rent of the proposal itself.
    let rent = world.staking.world.svm.rent(560);
    assert_eq!(world.lamports(&author), before - rent);
    for address in [proposal.text, proposal.instruction(0, 0), proposal.tally(0)] {
        assert!(world.staking.world.svm.account(&address).is_none());
    }
}

#[test]
fn votes_are_changed_and_withdrawn() {
    let mut setting = Setting::new();
    let proposal = setting.open((3, 2), 2);
    let Setting { world, members, .. } = &mut setting;
    let [first, second, _] = *members;
    world.vote(&proposal, &first, 0, Yes(0b011));
    let changed =
        world.execute(&[proposal.change_vote(first.wallet, first.position, 0, Yes(0b110))]);
    let told = events::<Voted>(&changed)[0];
    assert_eq!((told.options_before, told.options), (0b011, 0b110));
    let sums = world.tally(&proposal, 0).expect("open").sums;
    assert_eq!(sums.yes[..3], [[0, 0], [500 * WHOLE, 0], [500 * WHOLE, 0]]);
    assert_eq!(sums.approving, [500 * WHOLE, 0]);
    world.vote(&proposal, &second, 1, Veto);
    world.execute(&[proposal.withdraw_vote(second.wallet, second.position, 1)]);
    let record = world.record(&proposal, &second.position).expect("open");
    assert_eq!((record.kind, record.weight), (0, [300 * WHOLE, 0]));
    // Again, in the same shard.
    let elsewhere = proposal.vote(second.wallet, second.position, 0, No);
    setting.refused(elsewhere, GovernanceError::WrongRecord);
    let again = proposal.vote(second.wallet, second.position, 1, No);
    setting.world.execute(std::slice::from_ref(&again));
    setting.refused(again, GovernanceError::AlreadyVoted);
    // Without a vote the record can be closed by who paid for it, and be opened again.
    let Setting { world, .. } = &mut setting;
    world.execute(&[
        proposal.withdraw_vote(second.wallet, second.position, 1),
        proposal.close_vote(second.position, second.wallet, true),
    ]);
    world.vote(&proposal, &second, 0, Yes(0b001));
    assert_eq!(world.tally(&proposal, 1).expect("open").sums.no, [0, 0]);
}

#[test]
fn a_delegate_votes_and_the_owner_overrides() {
    let mut setting = Setting::new();
    let proposal = setting.open((1, 1), 1);
    let Setting {
        world,
        realm,
        members,
        ..
    } = &mut setting;
    let (member, delegate) = (members[0], world.staking.world.wallet());
    let position = member.position;
    world.execute(&[
        realm
            .community
            .set_delegate(member.wallet, position, delegate),
        proposal.open_vote(position, delegate),
        proposal.vote(delegate, position, 0, No),
    ]);
    let record = world.record(&proposal, &position).expect("open");
    assert_eq!((record.by_delegate, record.voter), (1, delegate));
    world.execute(&[proposal.change_vote(delegate, position, 0, Abstain)]);
    world.execute(&[proposal.change_vote(member.wallet, position, 0, Yes(1))]);
    setting.refused(
        proposal.change_vote(delegate, position, 0, No),
        GovernanceError::OwnerHasVoted,
    );
    setting.refused(
        proposal.withdraw_vote(delegate, position, 0),
        GovernanceError::OwnerHasVoted,
    );
    // Once the owner has withdrawn, the delegate may vote again.
    setting.world.execute(&[
        proposal.withdraw_vote(member.wallet, position, 0),
        proposal.vote(delegate, position, 0, Yes(1)),
    ]);
}

#[test]
fn what_cannot_change_any_more_is_decided_early() {
    let mut setting = Setting::new();
    let proposal = setting.open((1, 1), 2);
    let [first, second, third] = setting.members;
    setting.world.vote(&proposal, &first, 0, Yes(1));
    setting.world.vote(&proposal, &second, 1, Yes(1));
    // The council could still veto.
    setting.refused(proposal.decide_early(), GovernanceError::NotSettled);
    let councillors = setting.council;
    setting.world.vote(&proposal, &councillors[0], 1, Abstain);
    let decided = setting.world.execute(&[proposal.decide_early()]);
    let told = events::<ProposalDecided>(&decided)[0];
    // There is nothing to execute.
    assert_eq!((told.state, told.winners, told.early), (4, 1, 1));
    assert_eq!(told.sums.approving, [800 * WHOLE, 0]);
    assert_eq!(setting.state(&proposal), State::Completed);
    let late = GovernanceWorld::first_vote(&proposal, &third, 0, No);
    setting.refused(late[0].clone(), GovernanceError::VotingClosed);
    setting.refused(
        proposal.change_vote(first.wallet, first.position, 0, No),
        GovernanceError::VotingClosed,
    );

    let mut setting = Setting::under(sealane_governance::state::ConfigParams {
        early: false,
        ..CONFIG
    });
    let proposal = setting.open((1, 1), 1);
    for member in setting.members {
        setting.world.vote(&proposal, &member, 0, No);
    }
    setting.refused(proposal.decide_early(), GovernanceError::NotSettled);
    setting.world.finalize(&proposal);
    assert_eq!(setting.state(&proposal), State::Defeated);
}

/// The deposit of what is vetoed goes to the treasury.
#[test]
fn the_council_vetoes() {
    let mut setting = Setting::new();
    let proposal = setting.open((1, 1), 2);
    let payer = setting.world.staking.world.svm.payer();
    let somebody = setting.world.staking.world.wallet();
    for member in setting.members {
        setting.world.vote(&proposal, &member, 0, Yes(1));
    }
    let [first, second] = setting.council;
    setting.refused_list(
        &GovernanceWorld::first_vote(&proposal, &first, 1, No),
        GovernanceError::InvalidBallot,
    );
    setting.world.vote(&proposal, &first, 1, Veto);
    setting.refused(
        proposal.take_deposit(proposal.author),
        GovernanceError::WrongState,
    );
    setting.world.execute(&[proposal.decide_early()]);
    assert_eq!(setting.state(&proposal), State::Vetoed);
    for wrong in [proposal.author, somebody, second.wallet] {
        setting.refused(
            proposal.take_deposit(wrong),
            GovernanceError::WrongRecipient,
        );
    }
    let Setting { world, realm, .. } = &mut setting;
    let treasury = realm.treasury;
    world.execute(&[transfer(&payer, &treasury, 1_000_000)]);
    let paid = world.execute(&[proposal.take_deposit(treasury)]);
    assert_eq!(events::<DepositPaid>(&paid)[0].forfeited, 1);
    assert_eq!(world.lamports(&treasury), 1_000_000 + CONFIG.deposit);
    setting.refused(proposal.take_deposit(treasury), GovernanceError::NoDeposit);
}

#[test]
fn an_author_takes_a_proposal_back() {
    for signed in [false, true] {
        let mut setting = Setting::new();
        let Setting { world, realm, .. } = &mut setting;
        let author = world.staking.world.wallet();
        let before = world.lamports(&author);
        let proposal = world.draft_by(author, realm, (1, 1), 1);
        let payment = transfer(&realm.treasury, &author, 1);
        world.propose(&proposal, 0, std::slice::from_ref(&payment));
        if signed {
            world.execute(&[world.sign_off(&proposal)]);
        }
        let member = setting.members[0];
        if signed {
            setting.world.vote(&proposal, &member, 0, Yes(1));
        }
        setting.world.execute(&[proposal.cancel()]);
        assert_eq!(setting.state(&proposal), State::Cancelled);
        setting.refused(proposal.cancel(), GovernanceError::WrongState);
        setting.refused(
            setting.world.sign_off(&proposal),
            GovernanceError::WrongState,
        );
        setting.refused(
            proposal.execute(0, 0, &payment),
            GovernanceError::WrongState,
        );
        let Setting { world, .. } = &mut setting;
        let payer = world.staking.world.svm.payer();
        world.execute(&[
            proposal.take_deposit(author),
            proposal.close_instruction(0, 0),
            proposal.close_text(),
            proposal.close_tally(0, payer),
        ]);
        if signed {
            world.execute(&[proposal.close_vote(member.position, member.wallet, false)]);
        }
        let rent = world.staking.world.svm.rent(560);
        assert_eq!(world.lamports(&author), before - rent);
    }
    // Not once voting is over.
    let mut setting = Setting::new();
    let proposal = setting.open((1, 1), 1);
    setting.world.wait(700);
    setting.refused(proposal.cancel(), GovernanceError::WrongState);
}

#[test]
fn what_is_not_executed_in_time_never_is() {
    let mut setting = Setting::new();
    let Setting {
        world,
        realm,
        members,
        ..
    } = &mut setting;
    let proposal = world.draft(realm, (1, 1), 1);
    let payer = world.staking.world.svm.payer();
    world.execute(&[transfer(&payer, &realm.treasury, 5_000_000)]);
    let payments =
        [1_000_000, 2_000_000].map(|amount| transfer(&realm.treasury, &proposal.author, amount));
    world.propose(&proposal, 0, &payments);
    world.execute(&[world.sign_off(&proposal)]);
    world.vote(&proposal, &members[0], 0, Yes(1));
    world.finalize(&proposal);
    world.unlock(&proposal);
    let [first, second] =
        [0, 1].map(|index| proposal.execute(0, index, &payments[usize::from(index)]));
    setting.refused(second.clone(), GovernanceError::OutOfOrder);
    setting.world.execute(std::slice::from_ref(&first));
    setting.refused(first, GovernanceError::OutOfOrder);
    setting.refused(proposal.expire(), GovernanceError::NotExpired);
    setting.refused(proposal.close_instruction(0, 0), GovernanceError::NotOver);
    setting.refused(proposal.close_text(), GovernanceError::NotOver);
    setting.world.wait(3_600);
    setting.refused(second, GovernanceError::Expired);
    assert_eq!(setting.world.proposal(&proposal).state, 3);
    setting.world.execute(&[
        proposal.close_instruction(0, 0),
        proposal.expire(),
        proposal.close_instruction(0, 1),
        proposal.take_deposit(proposal.author),
    ]);
    assert_eq!(setting.world.proposal(&proposal).state, 8);
}

/// Three options of which two win, and their instructions in order.
#[test]
fn every_option_that_passes_is_executed() {
    let mut setting = Setting::new();
    let Setting {
        world,
        realm,
        members,
        ..
    } = &mut setting;
    let payer = world.staking.world.svm.payer();
    world.execute(&[transfer(&payer, &realm.treasury, 100_000_000)]);
    let proposal = world.draft(realm, (3, 3), 4);
    let payees: Vec<Pubkey> = (0..3).map(|_| world.staking.world.wallet()).collect();
    let payments: Vec<Instruction> = payees
        .iter()
        .map(|to| transfer(&realm.treasury, to, 2_000_000))
        .collect();
    for (option, payment) in payments.iter().enumerate() {
        world.propose(&proposal, option as u8, std::slice::from_ref(payment));
    }
    world.execute(&[world.sign_off(&proposal)]);
    world.vote(&proposal, &members[0], 3, Yes(0b001));
    world.vote(&proposal, &members[1], 0, Yes(0b100));
    world.vote(&proposal, &members[2], 2, Yes(0b110));
    world.finalize(&proposal);
    assert_eq!(world.proposal(&proposal).winners, 0b101);
    world.unlock(&proposal);
    setting.refused(
        proposal.execute(1, 0, &payments[1]),
        GovernanceError::OutOfOrder,
    );
    setting.refused(
        proposal.execute(2, 0, &payments[2]),
        GovernanceError::OutOfOrder,
    );
    let Setting { world, realm, .. } = &mut setting;
    world.execute(&[
        proposal.execute(0, 0, &payments[0]),
        proposal.execute(2, 0, &payments[2]),
    ]);
    assert_eq!(
        world.proposal(&proposal).state(world.now()),
        State::Completed
    );
    assert_eq!(world.lamports(&realm.treasury), 96_000_000);
}

/// A member whose weight is not enough, and a tie.
#[test]
fn proposals_are_defeated() {
    let mut setting = Setting::new();
    for ballots in [
        &[(2, Yes(1))][..],
        &[(0, Yes(1)), (1, No), (2, No)],
        &[(0, Abstain)],
        &[],
    ] {
        let proposal = setting.open((1, 1), 1);
        for (member, ballot) in ballots {
            let member = setting.members[*member];
            setting.world.vote(&proposal, &member, 0, *ballot);
        }
        setting.world.finalize(&proposal);
        assert_eq!(setting.state(&proposal), State::Defeated, "{ballots:?}");
        setting
            .world
            .execute(&[proposal.take_deposit(proposal.author)]);
    }
}

#[test]
fn only_votes_against_in_the_cool_off() {
    let mut setting = Setting::new();
    let proposal = setting.open((1, 1), 1);
    let [first, second, third] = setting.members;
    setting.world.vote(&proposal, &first, 0, Yes(1));
    setting.world.vote(&proposal, &second, 0, No);
    setting.world.wait(600);
    setting.refused_list(
        &GovernanceWorld::first_vote(&proposal, &third, 0, Yes(1)),
        GovernanceError::CoolOff,
    );
    setting.refused(
        proposal.withdraw_vote(second.wallet, second.position, 0),
        GovernanceError::CoolOff,
    );
    setting.world.vote(&proposal, &third, 0, Veto);
    setting
        .world
        .execute(&[proposal.change_vote(first.wallet, first.position, 0, No)]);
    setting.world.wait(100);
    setting.refused(
        proposal.change_vote(first.wallet, first.position, 0, Veto),
        GovernanceError::VotingClosed,
    );
    setting.world.execute(&[proposal.sum_tally(&[0])]);
}
