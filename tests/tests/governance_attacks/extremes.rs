//! Weights at their extremes: stakes that no mint could have paid for.

use sealane_governance::{
    BallotParam::{Abstain, Yes},
    errors::GovernanceError,
    state::ConfigParams,
};
use sealane_testkit::{
    Reason,
    governance::{CONFIG, GovernanceWorld, Member, TestRealm},
};

/// All basis points at their bounds, and no council to wait for.
const STRICT: ConfigParams = ConfigParams {
    quorum_bps: 10_000,
    threshold_bps: 10_000,
    community_veto_bps: 10_000,
    council_veto_bps: 0,
    ..CONFIG
};

/// A member with every unit that fits a shard, locked for the longest time.
fn giant(world: &mut GovernanceWorld, realm: &TestRealm, shard: usize) -> Member {
    let farm = &realm.community;
    let member = world.member(farm, shard, 0);
    let tokens = farm.stake.account_of(&member.wallet);
    world.staking.world.set_balance(&tokens, u64::MAX);
    world.execute(&[
        farm.stake(shard, member.wallet, member.position, u64::MAX),
        farm.lock(shard, member.wallet, member.position, 52),
    ]);
    member
}

/// 3.6 times 2^64 units each, less one: 51 epochs of the lock are left at the snapshot, of 5% each.
const WEIGHT: u128 = u64::MAX as u128 * (10_000 + 51 * 500);

#[test]
fn every_unit_that_fits_votes() {
    let mut world = GovernanceWorld::new();
    let realm = world.create_realm(STRICT);
    let giants = [0, 1].map(|shard| giant(&mut world, &realm, shard));
    world.next_epoch(&realm);
    let proposal = world.draft(&realm, (2, 2), 2);
    let payer = world.staking.world.svm.payer();
    let payment = crate::arena::transfer(&realm.treasury, &payer, 1);
    world.propose(&proposal, 1, std::slice::from_ref(&payment));
    world.execute(&[world.sign_off(&proposal)]);
    let number = |[low, high]: [u64; 2]| u128::from(high) << 64 | u128::from(low);
    assert_eq!(number(world.proposal(&proposal).total), 2 * WEIGHT);
    world.vote(&proposal, &giants[0], 0, Yes(0b11));
    let early = world.try_execute(&[proposal.decide_early()]);
    let reason = Reason::governance(GovernanceError::NotSettled);
    assert_eq!(early.expect_err("half is open").reason, reason);
    // Both in one shard.
    world.vote(&proposal, &giants[1], 0, Yes(0b10));
    let sums = world.tally(&proposal, 0).expect("open").sums;
    assert_eq!(number(sums.yes[0]), WEIGHT);
    assert_eq!(number(sums.yes[1]), 2 * WEIGHT);
    assert_eq!(number(sums.approving), 2 * WEIGHT);
    world.finalize(&proposal);
    // All of the weight is what the second option needs, and half of it too little for the first.
    assert_eq!(world.proposal(&proposal).winners, 0b10);
}

/// A unit less than all is not all.
#[test]
fn one_unit_is_missing() {
    let mut world = GovernanceWorld::new();
    let realm = world.create_realm(STRICT);
    let first = giant(&mut world, &realm, 0);
    let second = world.member(&realm.community, 1, 1);
    world.next_epoch(&realm);
    let [short, whole] = [(); 2].map(|()| {
        let proposal = world.draft(&realm, (1, 1), 2);
        world.execute(&[world.sign_off(&proposal)]);
        world.vote(&proposal, &first, 0, Yes(1));
        proposal
    });
    world.vote(&short, &second, 1, Abstain);
    world.vote(&whole, &second, 1, Yes(1));
    world.execute(&[short.decide_early(), whole.decide_early()]);
    assert_eq!(world.proposal(&short).winners, 0);
    assert_eq!(world.proposal(&whole).winners, 1);
}

/// Times at the end of what can be counted do not wrap.
#[test]
fn the_end_of_time() {
    let mut arena = crate::arena();
    let (voting, succeeded) = (arena.mine.voting.clone(), arena.mine.succeeded.clone());
    let payment = &crate::stage::payments(&succeeded)[0].2;
    arena.world.svm().set_time(i64::MAX);
    let execute = succeeded.execute(0, 0, payment);
    arena.refuses("executed", execute, GovernanceError::Expired);
    let wallet = arena.home.attacker.wallet;
    let vote = voting.change_vote(wallet, arena.home.attacker.voted, 0, Yes(2));
    arena.refuses("voted", vote, GovernanceError::VotingClosed);
    arena.execute(&[voting.sum_tally(&[0, 1])]);
    arena.world.svm().set_time(i64::MIN);
    let finalize = voting.finalize();
    arena.refuses("before it began", finalize, GovernanceError::VotingOpen);
    let execute = succeeded.execute(0, 0, payment);
    arena.refuses("before it began", execute, GovernanceError::TimeLocked);
    arena.finish();
}
