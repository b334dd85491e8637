//! Closing and skipping epochs.

use sealane_staking::errors::StakingError;
use sealane_testkit::{
    MintSpec, Reason,
    staking::{PARAMS, StakingWorld, TestFarm},
};
use solana_instruction::Instruction;

fn refused(world: &mut StakingWorld, instruction: Instruction, error: StakingError) {
    let refused = world.try_execute(&[instruction]).unwrap_err();
    assert_eq!(refused.reason, Reason::staking(error), "{:?}", refused.logs);
}

/// Three shards with a staker each, and a reward of 1,000 an epoch for four epochs.
fn setting() -> (StakingWorld, TestFarm) {
    let mut world = StakingWorld::new();
    let mut farm = world.create_farm(&MintSpec::spl(6), PARAMS, 3);
    let mint = world.world.create_mint(&MintSpec::spl(6));
    world.add_reward(&mut farm, mint, 4_000, 4_000);
    for shard in 0..3 {
        let (wallet, position) = world.staker(&farm, shard, 100);
        world.execute(&[farm.stake(shard, wallet, position, 100)]);
    }
    (world, farm)
}

#[test]
fn shards_are_summed_in_as_many_transactions_as_it_takes() {
    let (mut world, farm) = setting();
    let payer = world.world.svm.payer();
    let close = |shards: &[usize]| farm.close_epoch(payer, 0, shards);
    refused(&mut world, close(&[0]), StakingError::EpochNotOver);
    world.go_to_epoch(&farm, 1);
    refused(&mut world, close(&[1]), StakingError::WrongShard);
    refused(&mut world, close(&[]), StakingError::NoShards);
    world.execute(&[close(&[0])]);
    assert!(!world.record(&farm, 0).is_closed());
    // Stakes go on meanwhile, in shards that were summed and in others.
    for shard in [0, 2] {
        let (wallet, position) = world.staker(&farm, shard, 55);
        world.execute(&[farm.stake(shard, wallet, position, 55)]);
    }
    refused(&mut world, close(&[0, 1, 2]), StakingError::WrongShard);
    refused(&mut world, close(&[2, 1]), StakingError::WrongShard);
    refused(
        &mut world,
        farm.close_epoch(payer, 1, &[0]),
        StakingError::EpochOutOfOrder,
    );
    world.execute(&[close(&[1, 2])]);
    let record = world.record(&farm, 0);
    assert!(record.is_closed());
    assert_eq!(record.rewards[0], 1_000);
    assert_eq!(record.total_points(), 300 * 10_000 * 1_000);
    assert_eq!(record.end_weight(), 300 * 10_000);
    refused(&mut world, close(&[0, 1, 2]), StakingError::EpochOutOfOrder);
}

#[test]
fn a_shard_that_is_added_while_an_epoch_is_summed_is_part_of_it() {
    let (mut world, mut farm) = setting();
    let payer = world.world.svm.payer();
    world.go_to_epoch(&farm, 1);
    world.execute(&[farm.close_epoch(payer, 0, &[0, 1])]);
    world.execute(&[farm.add_shard(3, farm.creator, payer)]);
    farm.shards.push(farm.shard_accounts(3));
    world.execute(&[farm.add_reward_vault(3, 0, payer)]);
    world.adopt(&farm);
    world.execute(&[farm.close_epoch(payer, 0, &[2])]);
    assert!(!world.record(&farm, 0).is_closed());
    world.execute(&[farm.close_epoch(payer, 0, &[3])]);
    assert!(world.record(&farm, 0).is_closed());
}

#[test]
fn only_epochs_without_rewards_are_skipped() {
    let (mut world, farm) = setting();
    world.go_to_epoch(&farm, 3);
    for to in [1, 2] {
        refused(
            &mut world,
            farm.skip_epochs(to),
            StakingError::EpochHasRewards,
        );
    }
    refused(&mut world, farm.skip_epochs(3), StakingError::EpochNotOver);
    world.go_to_epoch(&farm, 50);
    // Of the shards' 32 epochs none may be forgotten that has rewards.
    let (wallet, position) = world.staker(&farm, 1, 100);
    let stake = farm.stake(1, wallet, position, 100);
    refused(&mut world, stake.clone(), StakingError::EpochsOverdue);
    let payer = world.world.svm.payer();
    for epoch in 0..4 {
        world.execute(&[farm.close_epoch(payer, epoch, &[0, 1, 2])]);
    }
    assert_eq!(world.budget(&farm).allotted[0], 4_000);
    refused(&mut world, stake.clone(), StakingError::EpochsOverdue);
    refused(
        &mut world,
        farm.skip_epochs(4),
        StakingError::EpochOutOfOrder,
    );
    world.execute(&[farm.skip_epochs(49), stake]);
    // The one that ended last stays to be closed, for votes.
    refused(&mut world, farm.skip_epochs(50), StakingError::EpochNotOver);
    world.execute(&[farm.close_epoch(payer, 49, &[0, 1, 2])]);
    let record = world.record(&farm, 49);
    assert_eq!((record.rewards, record.rewarded_before), ([0; 5], 4));
}

#[test]
fn claims_of_epochs_come_in_order_and_may_pass_over_those_without_rewards() {
    let (mut world, mut farm) = setting();
    let (wallet, position) = world.staker(&farm, 0, 700);
    world.execute(&[farm.stake(0, wallet, position, 700)]);
    world.go_to_epoch(&farm, 50);
    let payer = world.world.svm.payer();
    for epoch in 0..4 {
        world.execute(&[farm.close_epoch(payer, epoch, &[0, 1, 2])]);
    }
    world.execute(&[
        farm.skip_epochs(49),
        farm.close_epoch(payer, 49, &[0, 1, 2]),
    ]);
    let now = world.now();
    let creator = farm.creator;
    world.fund(&farm.rewards[0].clone(), &creator, 500);
    world.execute(&[farm.fund(0, creator, 0, 500, now + 1_000)]);
    world.go_to_epoch(&farm, 51);
    world.close_epochs(&farm);
    world.adopt(&farm);
    let claim = |epochs: &[u32]| farm.claim(0, wallet, position, 0, epochs);
    refused(&mut world, claim(&[1]), StakingError::ClaimOutOfOrder);
    refused(&mut world, claim(&[0, 2]), StakingError::ClaimOutOfOrder);
    refused(&mut world, claim(&[50]), StakingError::ClaimOutOfOrder);
    refused(&mut world, claim(&[0, 0]), StakingError::AlreadyClaimed);
    world.execute(&[claim(&[0, 1, 2, 3])]);
    assert_eq!(world.balance(&farm.rewards[0], &wallet), 4 * 700);
    world.execute(&[claim(&[50])]);
    assert_eq!(world.balance(&farm.rewards[0], &wallet), 4 * 700 + 350);
    refused(&mut world, claim(&[49]), StakingError::AlreadyClaimed);
    farm.rewards.truncate(1);
}

#[test]
fn a_position_changed_in_many_epochs_claims_first() {
    let (mut world, farm) = setting();
    let (wallet, position) = world.staker(&farm, 0, 1_000);
    let stake = farm.stake(0, wallet, position, 1);
    for epoch in 1..=16 {
        world.execute(std::slice::from_ref(&stake));
        world.go_to_epoch(&farm, epoch);
    }
    refused(&mut world, stake.clone(), StakingError::ClaimFirst);
    world.close_epochs(&farm);
    world.execute(&[farm.claim(0, wallet, position, 0, &[0, 1]), stake]);
}
