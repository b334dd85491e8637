//! Votes: with whose weight, how often, by whom, what and when.

use sealane_governance::{
    BallotParam::{Abstain, No, Veto, Yes},
    errors::GovernanceError,
};
use sealane_staking::{EVERYTHING, state::Position};
use sealane_testkit::{Reason, governance::TestProposal};
use solana_instruction::{Instruction, error::InstructionError};
use solana_pubkey::Pubkey;

use crate::{
    Arena,
    arena::{MOST, Party, WHOLE, at, staked},
    builtin,
};

/// Places of accounts in `vote`.
const POSITION: usize = 2;
const RECORD: usize = 3;
const TALLY: usize = 4;

/// What a tally shard of a proposal has of one kind: approving, no, abstain, veto.
fn tallied(arena: &Arena, proposal: &TestProposal) -> [u64; 4] {
    let mut all = [0; 4];
    for index in 0..proposal.shards {
        let sums = arena.world.tally(proposal, index).expect("open").sums;
        let of = [sums.approving, sums.no, sums.abstain, sums.veto];
        for (sum, more) in all.iter_mut().zip(of) {
            *sum += more[0];
        }
    }
    all
}

/// A position of another pool of the same mint, of the council's pool in the community's place, and
/// bytes of a position that another program owns.
#[test]
fn positions_that_do_not_vote_here() {
    let mut arena = crate::arena();
    let proposal = arena.mine.voting.clone();
    let Party { wallet, opened, .. } = arena.home.attacker;
    let foreign = arena.abroad.attacker;
    let open = proposal.open_vote(foreign.voted, wallet);
    arena.refuses("another farm", open, GovernanceError::WrongFarm);
    // With a record of one's own in the forged position's place.
    let valid = proposal.vote(wallet, opened, 0, Yes(1));
    arena.accepts("vote", &valid);
    let owner = builtin(InstructionError::IllegalOwner);
    for program in [
        arena.fake_program,
        sealane_governance::ID,
        solana_system_interface::program::ID,
    ] {
        // With all the weight there is, since long ago.
        let forged = arena.forged(&opened, program, |data| {
            let position: &mut Position = bytemuck::from_bytes_mut(&mut data[8..]);
            position.entries[0].amount = u64::MAX;
        });
        let open = proposal.open_vote(forged, wallet);
        arena.refuses_for("forged", open, std::slice::from_ref(&owner));
        let vote = at(valid.clone(), POSITION, forged);
        arena.refuses_for("vote with it", vote, std::slice::from_ref(&owner));
    }
    let farm = arena.home.realm.community.clone();
    let shard = farm.shards[0].address;
    for other in [farm.budget, shard, farm.record(3)] {
        let open = proposal.open_vote(other, wallet);
        let reasons = [
            InstructionError::InvalidAccountData,
            InstructionError::AccountDataTooSmall,
        ];
        arena.refuses_for("no position", open, &reasons.map(builtin));
    }
    let wrong = GovernanceError::WrongPosition;
    for other in [
        foreign.voted,
        foreign.opened,
        arena.home.attacker.voted,
        arena.home.attacker.idle,
        arena.home.victim.opened,
        arena.home.councillor.position,
    ] {
        let vote = at(valid.clone(), POSITION, other);
        arena.refuses(&format!("{other} as position"), vote, wrong);
    }
    // A record of another proposal, where the position has none here.
    let idle = proposal.vote(wallet, opened, 0, Yes(1));
    let record = arena.mine.counting.record(&opened);
    let vote = at(idle, RECORD, record);
    arena.refuses("an old record", vote, GovernanceError::WrongProposal);
    arena.finish();
}

/// Stakes, locks and transfers after the snapshot do not count.
#[test]
fn weight_that_came_too_late() {
    let mut arena = crate::arena();
    let farm = arena.home.realm.community.clone();
    let Party {
        wallet,
        voted,
        opened,
        idle,
    } = arena.home.attacker;
    // In the epoch of the snapshot, before the sign-off.
    let late = staked(&mut arena.world, &farm, (0, wallet), 7, 1_000_000);
    arena.world.staking.fund(&farm.stake, &wallet, 1_000_000);
    arena.execute(&[
        farm.stake(0, wallet, opened, 1_000_000),
        farm.lock(0, wallet, idle, 57),
    ]);
    let proposal = arena.open(&[]);
    let total = arena.world.proposal(&proposal).total;
    assert_eq!(total, [1_300 * WHOLE, 0]);
    let first = |position, ballot| {
        [
            proposal.open_vote(position, wallet),
            proposal.vote(wallet, position, 0, ballot),
        ]
    };
    let none = Reason::governance(GovernanceError::NoWeight);
    arena.refuses_all(
        "staked since",
        &first(late, Yes(1)),
        std::slice::from_ref(&none),
    );
    arena.execute(&first(opened, Yes(1)));
    arena.execute(&first(idle, No));
    assert_eq!(tallied(&arena, &proposal), [100 * WHOLE, 100 * WHOLE, 0, 0]);
    // The weight moves on: it counts where it was, and not again where it is.
    arena.execute(&[farm.unstake(0, wallet, voted, EVERYTHING)]);
    let now = arena.world.now();
    arena.world.svm().set_time(now + 600);
    arena.execute(&[farm.withdraw(0, wallet, voted)]);
    let victim = arena.home.victim.wallet;
    let next = staked(&mut arena.world, &farm, (1, victim), 9, MOST);
    let again = [
        proposal.open_vote(next, victim),
        proposal.vote(victim, next, 0, No),
    ];
    arena.refuses_all("moved", &again, std::slice::from_ref(&none));
    arena.execute(&first(voted, No));
    assert_eq!(tallied(&arena, &proposal)[1], 800 * WHOLE);
    // Closed and opened again, a position that has voted does not vote again, and one that has not
    // lost its weight.
    arena.execute(&[
        farm.close_position(wallet, voted),
        farm.open_position(0, wallet, 0),
    ]);
    let vote = proposal.vote(wallet, voted, 0, No);
    arena.refuses("reborn", vote, GovernanceError::AlreadyVoted);
    arena.execute(&[proposal.change_vote(wallet, voted, 0, Veto)]);
    arena.finish();
}

#[test]
fn a_position_that_was_opened_again_has_no_weight() {
    let mut arena = crate::arena();
    let farm = arena.home.realm.community.clone();
    let Party { wallet, idle, .. } = arena.home.attacker;
    let proposal = arena.mine.voting.clone();
    arena.execute(&[farm.unstake(0, wallet, idle, EVERYTHING)]);
    let now = arena.world.now();
    arena.world.svm().set_time(now + 600);
    arena.execute(&[
        farm.withdraw(0, wallet, idle),
        farm.close_position(wallet, idle),
        farm.open_position(1, wallet, 2),
        farm.stake(1, wallet, idle, 100),
        proposal.open_vote(idle, wallet),
    ]);
    let reasons = [GovernanceError::NoWeight, GovernanceError::HistoryTooShort];
    let vote = proposal.vote(wallet, idle, 0, No);
    arena.refuses_for("reborn", vote, &reasons.map(Reason::governance));
    arena.finish();
}

#[test]
fn one_position_votes_once() {
    let mut arena = crate::arena();
    let proposal = arena.mine.voting.clone();
    let Party {
        wallet,
        voted,
        opened,
        ..
    } = arena.home.attacker;
    let before = tallied(&arena, &proposal);
    let again = |shard| proposal.vote(wallet, voted, shard, Yes(1));
    for shard in [0, 1] {
        let what = format!("again in shard {shard}");
        arena.refuses(&what, again(shard), GovernanceError::AlreadyVoted);
    }
    let victim = arena.home.victim;
    // Whoever opens a record again pays nothing, and neither empties it nor takes it over.
    for payer in [wallet, victim.wallet] {
        arena.changes_nothing("a second record", &proposal.open_vote(voted, payer));
    }
    for other in [
        proposal.record(&opened),
        arena.mine.counting.record(&voted),
        arena.foreign.voting.record(&arena.abroad.attacker.voted),
    ] {
        let attack = at(proposal.open_vote(voted, wallet), RECORD, other);
        arena.refuses("another record", attack, GovernanceError::WrongAddress);
    }
    let tally = at(proposal.open_vote(voted, wallet), RECORD, proposal.tally(0));
    let reason = builtin(InstructionError::InvalidAccountData);
    arena.refuses_for("a shard as record", tally, &[reason]);
    let forged = arena.counterfeit(&proposal.record(&voted));
    let attack = at(proposal.open_vote(voted, wallet), RECORD, forged);
    arena.refuses("a forged record", attack, GovernanceError::WrongAddress);
    let elsewhere = at(
        proposal.open_vote(voted, wallet),
        RECORD,
        proposal.record(&victim.idle),
    );
    arena.refuses(
        "at another's address",
        elsewhere,
        GovernanceError::WrongAddress,
    );
    // Another's record for one's own position.
    let vote = at(
        proposal.vote(wallet, voted, 0, Yes(1)),
        RECORD,
        proposal.record(&opened),
    );
    arena.refuses("another's record", vote, GovernanceError::WrongPosition);
    let counts = proposal.close_vote(voted, wallet, true);
    arena.refuses(
        "closed while it counts",
        counts,
        GovernanceError::VoteCounts,
    );
    // In one transaction: as soon as it is withdrawn it counts no more.
    arena.execute(&[
        proposal.withdraw_vote(wallet, voted, 0),
        proposal.close_vote(voted, wallet, true),
        proposal.open_vote(voted, wallet),
        proposal.vote(wallet, voted, 1, Yes(1)),
    ]);
    assert_eq!(tallied(&arena, &proposal), before);
    arena.refuses("twice after that", again(0), GovernanceError::AlreadyVoted);
    let twice = [
        proposal.vote(wallet, opened, 0, No),
        proposal.vote(wallet, opened, 1, No),
    ];
    let reason = Reason::governance(GovernanceError::AlreadyVoted);
    arena.refuses_all("twice at once", &twice, &[reason]);
    arena.finish();
}

#[test]
fn a_vote_stays_in_its_shard() {
    let mut arena = crate::arena();
    let proposal = arena.mine.voting.clone();
    let Party { wallet, voted, .. } = arena.home.attacker;
    let wrong = GovernanceError::WrongRecord;
    let change = proposal.change_vote(wallet, voted, 1, No);
    arena.refuses("changed", change, wrong);
    let withdraw = proposal.withdraw_vote(wallet, voted, 1);
    arena.refuses("withdrawn", withdraw.clone(), wrong);
    let tally = arena.foreign.voting.tally(0);
    let foreign = at(withdraw, TALLY, tally);
    arena.refuses(
        "another proposal's",
        foreign,
        GovernanceError::WrongProposal,
    );
    arena.execute(&[proposal.withdraw_vote(wallet, voted, 0)]);
    let vote = proposal.vote(wallet, voted, 1, Yes(1));
    arena.refuses("cast again", vote, wrong);
    for attack in [
        proposal.change_vote(wallet, voted, 0, No),
        proposal.withdraw_vote(wallet, voted, 0),
    ] {
        arena.refuses("withdrawn before", attack, GovernanceError::NotVoted);
    }
    // A shard that was not opened.
    let draft = arena.draft(&[]);
    let sign_off = arena.world.sign_off(&draft);
    arena.execute(&[sign_off, draft.open_vote(voted, wallet)]);
    let missing = draft.vote(wallet, voted, 2, Yes(1));
    let reason = builtin(InstructionError::AccountDataTooSmall);
    arena.refuses_for("no shard", missing, &[reason]);
    arena.finish();
}

#[test]
fn delegates_and_owners() {
    let mut arena = crate::arena();
    let farm = arena.home.realm.community.clone();
    let proposal = arena.mine.voting.clone();
    let (attacker, victim) = (arena.home.attacker.wallet, arena.home.victim);
    let delegate = |to: Pubkey| {
        [victim.voted, victim.opened, victim.idle]
            .map(|position| farm.set_delegate(victim.wallet, position, to))
    };
    arena.execute(&delegate(attacker));
    // The owner's vote is not the delegate's to touch.
    let owner = GovernanceError::OwnerHasVoted;
    let change = proposal.change_vote(attacker, victim.voted, 1, Yes(1));
    arena.refuses("change", change, owner);
    let withdraw = proposal.withdraw_vote(attacker, victim.voted, 1);
    arena.refuses("withdraw", withdraw, owner);
    let vote = proposal.vote(attacker, victim.voted, 1, Yes(1));
    arena.refuses("vote", vote, GovernanceError::AlreadyVoted);
    let close = at(
        proposal.close_vote(victim.opened, attacker, true),
        1,
        proposal.record(&victim.opened),
    );
    arena.refuses("close the record", close, GovernanceError::WrongRecipient);
    // The delegate votes once, and the owner not again but instead.
    let before = tallied(&arena, &proposal);
    arena.execute(&[proposal.vote(attacker, victim.opened, 0, Yes(1))]);
    let again = proposal.vote(victim.wallet, victim.opened, 0, No);
    arena.refuses("both", again, GovernanceError::AlreadyVoted);
    arena.execute(&[proposal.change_vote(victim.wallet, victim.opened, 0, No)]);
    let mut after = before;
    after[1] += 50 * WHOLE;
    assert_eq!(tallied(&arena, &proposal), after);
    let change = proposal.change_vote(attacker, victim.opened, 0, Yes(1));
    arena.refuses("changed back", change, owner);
    // A delegate of before.
    arena.execute(&[
        proposal.open_vote(victim.idle, attacker),
        proposal.vote(attacker, victim.idle, 0, Yes(1)),
    ]);
    for to in [Pubkey::default(), arena.home.councillor.wallet] {
        arena.execute(&delegate(to));
        let wrong = GovernanceError::WrongVoter;
        for attack in [
            proposal.change_vote(attacker, victim.idle, 0, No),
            proposal.withdraw_vote(attacker, victim.idle, 0),
        ] {
            arena.refuses("a former delegate", attack, wrong);
        }
    }
    // Nobody is the delegate that the address of zeros stands for.
    arena.execute(&delegate(Pubkey::default()));
    let mut nobody = proposal.withdraw_vote(Pubkey::default(), victim.idle, 0);
    nobody.accounts[0].is_signer = false;
    let reason = builtin(InstructionError::MissingRequiredSignature);
    arena.refuses_for("nobody", nobody, &[reason]);
    arena.finish();
}

#[test]
fn ballots_that_are_none() {
    let mut arena = crate::arena();
    let proposal = arena.mine.voting.clone();
    let Party {
        wallet,
        voted,
        opened,
        ..
    } = arena.home.attacker;
    let invalid = GovernanceError::InvalidBallot;
    for bits in [0, 0b11, 0b100, 0b101, 0x80, 0xff] {
        let vote = proposal.vote(wallet, opened, 0, Yes(bits));
        arena.refuses(&format!("{bits:b}"), vote, invalid);
        let change = proposal.change_vote(wallet, voted, 0, Yes(bits));
        arena.refuses(&format!("change to {bits:b}"), change, invalid);
    }
    let member = arena.home.councillor;
    arena.execute(&[proposal.open_vote(member.position, member.wallet)]);
    for ballot in [Yes(1), Yes(2), No] {
        let vote = proposal.vote(member.wallet, member.position, 0, ballot);
        arena.refuses(&format!("a councillor's {ballot:?}"), vote, invalid);
    }
    arena.execute(&[proposal.vote(member.wallet, member.position, 0, Veto)]);
    let change = proposal.change_vote(member.wallet, member.position, 0, Yes(1));
    arena.refuses("a councillor's yes", change, invalid);
    // A kind of ballot that does not exist.
    let mut unknown = proposal.vote(wallet, opened, 0, Veto);
    *unknown.data.last_mut().expect("a ballot") = 0;
    for kind in [4, 5, 0xff] {
        unknown.data[1..].fill(kind);
        let reasons = [
            builtin(InstructionError::InvalidInstructionData),
            Reason::Framework(102),
        ];
        arena.refuses_for(&format!("kind {kind}"), unknown.clone(), &reasons);
    }
    arena.finish();
}

#[test]
fn in_the_cool_off_and_after_it() {
    let mut arena = crate::arena();
    let proposal = arena.mine.voting.clone();
    let Party {
        wallet,
        voted,
        opened,
        idle,
    } = arena.home.attacker;
    let victim = arena.home.victim;
    let rules = *arena.world.proposal(&proposal).rules();
    let set_time = |arena: &mut Arena, time| arena.world.svm().set_time(time);
    set_time(&mut arena, rules.cools_off_at() - 1);
    arena.accepts("yes", &proposal.vote(wallet, opened, 0, Yes(1)));
    for time in [rules.cools_off_at(), rules.closes_at() - 1] {
        set_time(&mut arena, time);
        let cool_off = GovernanceError::CoolOff;
        for (what, attack) in [
            ("yes", proposal.vote(wallet, opened, 0, Yes(1))),
            ("abstain", proposal.vote(wallet, opened, 0, Abstain)),
            (
                "change to yes",
                proposal.change_vote(victim.wallet, victim.voted, 1, Yes(1)),
            ),
            (
                "change to abstain",
                proposal.change_vote(wallet, voted, 0, Abstain),
            ),
            (
                "withdraw a no",
                proposal.withdraw_vote(victim.wallet, victim.voted, 1),
            ),
        ] {
            arena.refuses(what, attack, cool_off);
        }
        arena.accepts("veto", &proposal.vote(wallet, opened, 0, Veto));
    }
    set_time(&mut arena, rules.closes_at());
    let closed = GovernanceError::VotingClosed;
    for (what, attack) in late(&proposal, (wallet, voted, opened, idle)) {
        arena.refuses(what, attack, closed);
    }
    // Nor on what never opened, or is decided.
    let others = [&arena.mine.draft, &arena.mine.vetoed, &arena.mine.completed];
    for other in others.map(Clone::clone) {
        let open = other.open_vote(idle, wallet);
        arena.refuses(&format!("open on {}", other.id), open, closed);
    }
    let vetoed = arena.mine.vetoed.clone();
    for (what, attack) in [
        ("change", vetoed.change_vote(wallet, voted, 0, No)),
        ("withdraw", vetoed.withdraw_vote(wallet, voted, 0)),
    ] {
        arena.refuses(what, attack, closed);
    }
    arena.finish();
}

fn late(
    proposal: &TestProposal,
    (wallet, voted, opened, idle): (Pubkey, Pubkey, Pubkey, Pubkey),
) -> [(&'static str, Instruction); 4] {
    [
        ("late: open", proposal.open_vote(idle, wallet)),
        ("late: vote", proposal.vote(wallet, opened, 0, No)),
        ("late: change", proposal.change_vote(wallet, voted, 0, No)),
        ("late: withdraw", proposal.withdraw_vote(wallet, voted, 0)),
    ]
}
