//! Bounds, and what is refused.

use super::TERMS;
use crate::{governance::*, stake::*};

const EPOCHS: Epochs = Epochs::from_checked_parts(0, 100);
const NOW: i64 = 1_000;
const FIRST: Ballot = Ballot::Yes(Options::from_bits(1));

/// A position that had so much before epoch 10 began.
fn position(amount: u64) -> PositionStake {
    let mut stake = PositionStake::new(0);
    let at = EPOCHS.moment(950).unwrap();
    stake.add(&at, &LockTerms::NONE, amount).unwrap();
    stake
}

fn voice(stake: &PositionStake, body: Body, voter: Voter) -> Voice<'_> {
    Voice {
        body,
        voter,
        stake,
        terms: &LockTerms::NONE,
    }
}

/// Open for votes, with one instruction, 100 units in the community and 10 in the council.
fn open(terms: ConfigTerms, choices: Choices, shards: u8) -> Proposal {
    let config = Config::try_new(terms).unwrap();
    let electorate = |units: u128| Electorate {
        epoch: 10,
        weight: units * 10_000,
    };
    let snapshot = Snapshot::try_new(electorate(100), electorate(10)).unwrap();
    let mut proposal = Proposal::draft(&config, choices, shards).unwrap();
    proposal.add_instruction(0).unwrap();
    proposal.sign_off(NOW, &config, &snapshot).unwrap();
    proposal
}

#[test]
fn configurations_have_bounds() {
    type Change = fn(&mut ConfigTerms);
    let day = 24 * 60 * 60;
    assert_eq!((MAX_SECONDS, MAX_EXECUTION_SECONDS), (30 * day, 90 * day));
    let refused: [(Change, GovernanceError); 15] = [
        (
            |t| t.voting_seconds = 59,
            GovernanceError::InvalidVotingTime,
        ),
        (
            |t| t.voting_seconds = MAX_SECONDS + 1,
            GovernanceError::InvalidVotingTime,
        ),
        (
            |t| t.cool_off_seconds = 1_001,
            GovernanceError::InvalidVotingTime,
        ),
        (
            |t| t.time_lock_seconds = 59,
            GovernanceError::InvalidTimeLock,
        ),
        (
            |t| t.time_lock_seconds = MAX_SECONDS + 1,
            GovernanceError::InvalidTimeLock,
        ),
        (
            |t| t.execution_seconds = 3_599,
            GovernanceError::InvalidExecutionWindow,
        ),
        (
            |t| t.execution_seconds = MAX_EXECUTION_SECONDS + 1,
            GovernanceError::InvalidExecutionWindow,
        ),
        (|t| t.quorum_bps = 10_001, GovernanceError::InvalidQuorum),
        (|t| t.threshold_bps = 99, GovernanceError::InvalidThreshold),
        (
            |t| t.threshold_bps = 10_001,
            GovernanceError::InvalidThreshold,
        ),
        (
            |t| t.community_veto_bps = 999,
            GovernanceError::InvalidVetoThreshold,
        ),
        (
            |t| t.community_veto_bps = 10_001,
            GovernanceError::InvalidVetoThreshold,
        ),
        (
            |t| t.council_veto_bps = 1,
            GovernanceError::InvalidVetoThreshold,
        ),
        (
            |t| t.council_veto_bps = 10_001,
            GovernanceError::InvalidVetoThreshold,
        ),
        (
            |t| t.deposit = MAX_DEPOSIT + 1,
            GovernanceError::InvalidDeposit,
        ),
    ];
    for (change, error) in refused {
        let mut terms = TERMS;
        change(&mut terms);
        assert_eq!(Config::try_new(terms), Err(error), "{terms:?}");
    }
    let accepted: [Change; 6] = [
        |t| (t.voting_seconds, t.cool_off_seconds) = (60, 60),
        |t| (t.voting_seconds, t.time_lock_seconds) = (MAX_SECONDS, MAX_SECONDS),
        |t| (t.execution_seconds, t.deposit) = (MAX_EXECUTION_SECONDS, MAX_DEPOSIT),
        |t| (t.quorum_bps, t.threshold_bps) = (0, 100),
        |t| (t.quorum_bps, t.threshold_bps) = (10_000, 10_000),
        |t| (t.community_veto_bps, t.council_veto_bps, t.early) = (0, 1_000, false),
    ];
    for change in accepted {
        let mut terms = TERMS;
        change(&mut terms);
        assert_eq!(
            Config::try_new(terms).map(|config| config.terms()),
            Ok(terms)
        );
    }
}

#[test]
fn proposals_have_bounds() {
    for (options, most) in [(0, 0), (0, 1), (9, 1), (1, 0), (2, 3)] {
        let refused = Choices::try_new(options, most);
        assert_eq!(refused, Err(GovernanceError::InvalidOptions));
    }
    let all = Choices::try_new(8, 8).unwrap();
    assert!(all.allow(Options::from_bits(255)) && !all.allow(Options::NONE));
    assert!(!Choices::ONE.allow(Options::from_bits(2)));
    let config = Config::try_new(TERMS).unwrap();
    for shards in [0, MAX_TALLY_SHARDS + 1] {
        let refused = Proposal::draft(&config, Choices::ONE, shards).map(|_| ());
        assert_eq!(refused, Err(GovernanceError::InvalidShards));
    }
    let weight = |weight| Electorate { epoch: 1, weight };
    for (community, council) in [(0, 1), (MAX_WEIGHT + 1, 1), (1, MAX_WEIGHT + 1)] {
        let refused = Snapshot::try_new(weight(community), weight(council));
        assert_eq!(refused, Err(GovernanceError::InvalidSnapshot));
    }
    assert!(Snapshot::try_new(weight(MAX_WEIGHT), weight(0)).is_ok());
    let mut draft = Proposal::draft(&config, Choices::ONE, 1).unwrap();
    assert_eq!(
        draft.remove_instruction(0),
        Err(GovernanceError::InstructionCount)
    );
    assert_eq!(
        draft.add_instruction(1),
        Err(GovernanceError::UnknownOption)
    );
    for index in 0..MAX_INSTRUCTIONS {
        assert_eq!(
            draft.add_instruction(0),
            Ok(InstructionAt { option: 0, index })
        );
    }
    assert_eq!(
        draft.add_instruction(0),
        Err(GovernanceError::InstructionCount)
    );
    assert!(draft.measure().is_err() && draft.poll(NOW).is_err());
}

#[test]
fn a_position_votes_once() {
    let poll = open(TERMS, Choices::ONE, 2).poll(NOW).unwrap();
    let stake = position(7);
    let owner = voice(&stake, Body::Community, Voter::Owner);
    let delegate = voice(&stake, Body::Community, Voter::Delegate);
    let mut record = VoteRecord::default();
    let asked = record.withdraw(&poll, (Body::Community, Voter::Owner));
    assert_eq!(asked, Err(GovernanceError::NotVoted));
    let cast = record.cast(&poll, &delegate, FIRST, 1).unwrap();
    assert_eq!(
        (cast.weight(), cast.shard(), cast.before()),
        (70_000, 1, None)
    );
    for again in [&owner, &delegate] {
        let refused = record.cast(&poll, again, Ballot::No, 1);
        assert_eq!(refused, Err(GovernanceError::AlreadyVoted));
    }
    let community = |voter| (Body::Community, voter);
    let changed = record
        .change(&poll, community(Voter::Owner), Ballot::No)
        .unwrap();
    assert_eq!(
        (changed.before(), changed.after()),
        (Some(FIRST), Some(Ballot::No))
    );
    let refused = record.change(&poll, community(Voter::Delegate), FIRST);
    assert_eq!(refused, Err(GovernanceError::OwnerHasVoted));
    let refused = record.withdraw(&poll, community(Voter::Delegate));
    assert_eq!(refused, Err(GovernanceError::OwnerHasVoted));
    let refused = record.change(&poll, (Body::Council, Voter::Owner), Ballot::Veto);
    assert_eq!(refused, Err(GovernanceError::WrongRecord));
    let withdrawn = record.withdraw(&poll, community(Voter::Owner)).unwrap();
    assert_eq!(
        (withdrawn.before(), withdrawn.after()),
        (Some(Ballot::No), None)
    );
    // Again only in the same shard and body: another tally might have it still.
    let refused = record.cast(&poll, &owner, FIRST, 0);
    assert_eq!(refused, Err(GovernanceError::WrongRecord));
    let council = voice(&stake, Body::Council, Voter::Owner);
    let refused = record.cast(&poll, &council, Ballot::Veto, 1);
    assert_eq!(refused, Err(GovernanceError::WrongRecord));
    assert!(record.cast(&poll, &owner, FIRST, 1).is_ok());
}

#[test]
fn only_weight_of_the_snapshot_counts() {
    let poll = open(TERMS, Choices::ONE, 1).poll(NOW).unwrap();
    let mut late = PositionStake::new(0);
    let at = EPOCHS.moment(1_000).unwrap();
    late.add(&at, &LockTerms::NONE, 50).unwrap();
    let mut record = VoteRecord::default();
    let refused = record.cast(
        &poll,
        &voice(&late, Body::Community, Voter::Owner),
        FIRST,
        0,
    );
    assert_eq!(refused, Err(GovernanceError::NoWeight));
    // Tokens that moved on since count where they were.
    let mut gone = position(50);
    gone.unstake(&at, &LockTerms::NONE, 50, 1_000).unwrap();
    let cast = record.cast(
        &poll,
        &voice(&gone, Body::Community, Voter::Owner),
        FIRST,
        0,
    );
    assert_eq!(cast.map(|cast| cast.weight()), Ok(500_000));
    let mut forgotten = position(50);
    for epoch in 11..11 + 2 * MAX_ENTRIES as i64 {
        forgotten.forfeit(epoch as u32);
        let at = EPOCHS.moment(100 * epoch).unwrap();
        forgotten.add(&at, &LockTerms::NONE, 1).unwrap();
    }
    let voice = voice(&forgotten, Body::Community, Voter::Owner);
    let refused = VoteRecord::default().cast(&poll, &voice, FIRST, 0);
    assert_eq!(refused, Err(GovernanceError::HistoryTooShort));
}

#[test]
fn the_cool_off_takes_votes_against() {
    let proposal = open(TERMS, Choices::ONE, 1);
    let poll = proposal.poll(NOW + 1_000).unwrap();
    assert!(!proposal.poll(NOW + 999).unwrap().is_cool_off() && poll.is_cool_off());
    let stake = position(7);
    let owner = voice(&stake, Body::Community, Voter::Owner);
    let mut record = VoteRecord::default();
    for ballot in [FIRST, Ballot::Abstain] {
        let refused = record.cast(&poll, &owner, ballot, 0);
        assert_eq!(refused, Err(GovernanceError::CoolOff));
    }
    assert!(record.cast(&poll, &owner, Ballot::No, 0).is_ok());
    let by = (Body::Community, Voter::Owner);
    assert_eq!(record.withdraw(&poll, by), Err(GovernanceError::CoolOff));
    assert!(record.change(&poll, by, Ballot::Veto).is_ok());
    assert!(proposal.poll(NOW + 1_199).is_ok());
    assert_eq!(
        proposal.poll(NOW + 1_200),
        Err(GovernanceError::VotingClosed)
    );
}

/// A tally of another proposal, or a vote that is not in it, is noticed where it can be.
#[test]
fn sums_do_not_wrap() {
    let poll = open(TERMS, Choices::ONE, 1).poll(NOW).unwrap();
    let (few, many) = (position(1), position(2));
    let mut records = [VoteRecord::default(); 2];
    let cast = |record: &mut VoteRecord, stake| {
        let owner = voice(stake, Body::Community, Voter::Owner);
        record.cast(&poll, &owner, FIRST, 0).unwrap()
    };
    let mut tally = Tally::default();
    tally.follow(&cast(&mut records[0], &few)).unwrap();
    let _ = cast(&mut records[1], &many);
    let by = (Body::Community, Voter::Owner);
    let foreign = records[1].withdraw(&poll, by).unwrap();
    let before = tally;
    assert_eq!(tally.follow(&foreign), Err(GovernanceError::Inconsistent));
    assert_eq!(tally, before);
    let mut proposal = open(TERMS, Choices::ONE, 1);
    let mut much = Tally {
        no: Points::new(1_000_001),
        ..Tally::default()
    };
    let refused = proposal.decide_early(NOW, [&much]);
    assert_eq!(refused, Err(GovernanceError::Inconsistent));
    much.no = Points::new(u128::MAX);
    proposal.sum_shard(NOW + 1_200, 0, &much).unwrap();
    assert_eq!(
        proposal.finalize(NOW + 1_200),
        Err(GovernanceError::Inconsistent)
    );
    assert_eq!(much.add(&much.clone()), Err(GovernanceError::Inconsistent));
}

/// As long as the council could veto, a success is not settled.
#[test]
fn a_success_waits_for_the_council() {
    let mut proposal = open(TERMS, Choices::ONE, 1);
    let with =
        |tally: Tally, body, ballot, units: u128| tally.with(body, ballot, units * 10_000).unwrap();
    let tally = with(Tally::default(), Body::Community, FIRST, 71);
    let early = |proposal: &mut Proposal, tally| proposal.decide_early(NOW, [&tally]);
    assert_eq!(
        early(&mut proposal, tally),
        Err(GovernanceError::NotSettled)
    );
    let five = with(tally, Body::Council, Ballot::Abstain, 5);
    assert_eq!(early(&mut proposal, five), Err(GovernanceError::NotSettled));
    let six = with(tally, Body::Council, Ballot::Abstain, 6);
    let mut patient = open(
        ConfigTerms {
            early: false,
            ..TERMS
        },
        Choices::ONE,
        1,
    );
    assert_eq!(early(&mut patient, six), Err(GovernanceError::NotSettled));
    let won = Outcome::Succeeded(Options::from_bits(1));
    let none: [&Tally; 0] = [];
    assert_eq!(
        proposal.decide_early(NOW, none),
        Err(GovernanceError::NotSummed)
    );
    assert_eq!(early(&mut proposal, six), Ok(won));
    let vetoed = with(tally, Body::Council, Ballot::Veto, 5);
    assert_eq!(
        early(&mut open(TERMS, Choices::ONE, 1), vetoed),
        Ok(Outcome::Vetoed)
    );
}
