//! Whose weight counts, and how much of it.

use sealane_governance::{
    BallotParam::{No, Yes},
    errors::GovernanceError,
    state::ConfigParams,
};
use sealane_staking::EVERYTHING;
use sealane_testkit::{
    Reason,
    governance::{CONFIG, GovernanceWorld, TestRealm},
};

use crate::setting::Setting;

const WHOLE: u64 = 10_000;

#[test]
fn what_is_staked_in_the_present_epoch_does_not_count() {
    let mut setting = Setting::new();
    let farm = setting.realm.community.clone();
    let late = setting.world.member(&farm, 0, 1_000_000);
    let first = setting.members[0];
    // More for somebody who had some at its beginning.
    setting
        .world
        .staking
        .fund(&farm.stake, &first.wallet, 9_000);
    let more = farm.stake(first.shard, first.wallet, first.position, 9_000);
    setting.world.execute(&[more]);
    let proposal = setting.open((1, 1), 1);
    let total = setting.world.proposal(&proposal).total;
    assert_eq!(total, [1_000 * WHOLE, 0]);
    setting.refused_list(
        &GovernanceWorld::first_vote(&proposal, &late, 0, Yes(1)),
        GovernanceError::NoWeight,
    );
    setting.world.vote(&proposal, &first, 0, Yes(1));
    let record = setting.world.record(&proposal, &first.position);
    assert_eq!(record.expect("a vote").weight, [500 * WHOLE, 0]);
}

/// Tokens that left since still count where they were, and nowhere else.
#[test]
fn weight_stays_where_it_was_at_the_snapshot() {
    let mut setting = Setting::new();
    let farm = setting.realm.community.clone();
    let proposal = setting.open((1, 1), 1);
    let first = setting.members[0];
    let world = &mut setting.world;
    world.execute(&[farm.unstake(first.shard, first.wallet, first.position, EVERYTHING)]);
    world.wait(600);
    world.execute(&[farm.withdraw(first.shard, first.wallet, first.position)]);
    let other = world.staking.world.wallet();
    world.staking.fund(&farm.stake, &other, 500);
    let position = world.staking.open_position(&farm, 0, other, 0);
    world.watch(position);
    world.execute(&[farm.stake(0, other, position, 500)]);
    // In the cool-off.
    setting.world.vote(&proposal, &first, 0, No);
    setting.refused_list(
        &[
            proposal.open_vote(position, other),
            proposal.vote(other, position, 0, No),
        ],
        GovernanceError::NoWeight,
    );
    let sums = setting.world.tally(&proposal, 0).expect("open").sums;
    assert_eq!(sums.no, [500 * WHOLE, 0]);
}

/// Locks multiply weight in votes as they do in the pool.
#[test]
fn locks_weigh() {
    let mut setting = Setting::new();
    let farm = setting.realm.community.clone();
    let [first, second, _] = setting.members;
    // Twenty epochs from 2 on: twice the weight.
    let lock = farm.lock(first.shard, first.wallet, first.position, 22);
    setting.world.execute(&[lock]);
    let realm = setting.realm.clone();
    setting.world.next_epoch(&realm);
    let proposal = setting.open((1, 1), 1);
    assert_eq!(setting.world.proposal(&proposal).total, [1_500 * WHOLE, 0]);
    setting.world.vote(&proposal, &first, 0, Yes(1));
    setting.world.vote(&proposal, &second, 0, No);
    let sums = setting.world.tally(&proposal, 0).expect("open").sums;
    assert_eq!(sums.approving, [1_000 * WHOLE, 0]);
    assert_eq!(sums.no, [300 * WHOLE, 0]);
}

#[test]
fn the_epoch_before_has_to_be_closed() {
    let mut setting = Setting::new();
    let realm = setting.realm.clone();
    let proposal = setting.world.draft(&realm, (1, 1), 1);
    let next = setting.world.staking.epoch(&realm.community) + 1;
    setting.world.staking.go_to_epoch(&realm.community, next);
    let payer = setting.world.staking.world.svm.payer();
    let council = realm.council.clone().expect("a council");
    let close = council.close_epoch(payer, next - 1, &[0]);
    setting.world.execute(&[close]);
    // The record of the epoch before the last one.
    let mut early = setting.world.sign_off(&proposal);
    early.accounts[5].pubkey = realm.community.record(next - 2);
    setting.refused(early, GovernanceError::WrongEpochRecord);
    // Only the first of two shards was added.
    let part = realm.community.close_epoch(payer, next - 1, &[0]);
    setting.world.execute(&[part]);
    let sign_off = setting.world.sign_off(&proposal);
    setting.refused(sign_off.clone(), GovernanceError::EpochNotClosed);
    // The rest, and the sign-off in the same transaction.
    let rest = realm.community.close_epoch(payer, next - 1, &[1]);
    setting.world.execute(&[rest, sign_off]);
}

#[test]
fn a_realm_without_a_council() {
    let Setting {
        mut world,
        realm,
        members,
        ..
    } = Setting::new();
    let realm = world.create_realm_of(realm.community, None, CONFIG);
    assert!(!world.realm(&realm).has_council());
    let proposal = world.draft(&realm, (1, 1), 1);
    world.execute(&[world.sign_off(&proposal)]);
    world.vote(&proposal, &members[0], 0, Yes(1));
    world.vote(&proposal, &members[1], 0, Yes(1));
    // No council can veto.
    world.execute(&[proposal.decide_early()]);
}

#[test]
fn a_realm_with_a_council_cannot_do_without() {
    let mut setting = Setting::new();
    let proposal = setting.world.draft(&setting.realm.clone(), (1, 1), 1);
    for missing in [6, 7] {
        let mut sign_off = setting.world.sign_off(&proposal);
        sign_off.accounts[missing].pubkey = sealane_governance::ID;
        setting.refused(sign_off, GovernanceError::CouncilMissing);
    }
    let realm = setting.realm.clone();
    let same = TestRealm::new(
        realm.creator,
        5,
        realm.community.clone(),
        Some(realm.community.clone()),
    );
    let create = same.create("Same", CONFIG);
    setting.refused(create, GovernanceError::SameFarm);
    let refused = setting
        .world
        .try_execute(&[realm.create("Bad\nname", CONFIG)]);
    let expected = Reason::governance(GovernanceError::InvalidName);
    assert_eq!(refused.unwrap_err().reason, expected);
}

/// A position that was changed in many epochs since cannot show its weight any more.
#[test]
fn a_history_that_is_too_short() {
    let mut setting = Setting::under(ConfigParams {
        voting_seconds: 30_000,
        ..CONFIG
    });
    let farm = setting.realm.community.clone();
    let proposal = setting.open((1, 1), 1);
    let first = setting.members[0];
    setting.world.staking.fund(&farm.stake, &first.wallet, 100);
    for epoch in 2..20 {
        setting.world.staking.go_to_epoch(&farm, epoch);
        let stake = farm.stake(first.shard, first.wallet, first.position, 1);
        setting.world.execute(&[stake]);
    }
    setting.refused_list(
        &GovernanceWorld::first_vote(&proposal, &first, 0, Yes(1)),
        GovernanceError::HistoryTooShort,
    );
    let second = setting.members[1];
    setting.world.vote(&proposal, &second, 0, Yes(1));
}
