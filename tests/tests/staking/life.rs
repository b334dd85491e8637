//! Positions and rewards from the beginning to the end.

use sealane_staking::{
    EVERYTHING,
    errors::StakingError,
    events::{Claimed, Staked, Swept},
};
use sealane_testkit::{
    MintSpec, Reason,
    book::world::events,
    staking::{PARAMS, StakingWorld, TestFarm},
};
use solana_pubkey::Pubkey;

const DAY: i64 = 86_400;

struct Setting {
    world: StakingWorld,
    farm: TestFarm,
}

impl Setting {
    /// Two shards; a reward of 10,000 over ten epochs and one of 7 over five.
    fn new() -> Self {
        let mut world = StakingWorld::new();
        let mut farm = world.create_farm(&MintSpec::spl(6), PARAMS, 2);
        for (amount, seconds) in [(10_000, 10_000), (7, 5_000)] {
            let mint = world.world.create_mint(&MintSpec::spl(6));
            world.add_reward(&mut farm, mint, amount, seconds);
        }
        world.execute(&[farm.balance_rewards(0, 1, 0, 5_000)]);
        Self { world, farm }
    }

    fn reward(&self, wallet: &Pubkey, reward: usize) -> u64 {
        self.world.balance(&self.farm.rewards[reward], wallet)
    }

    fn refused(&mut self, instruction: solana_instruction::Instruction, error: StakingError) {
        let refused = self.world.try_execute(&[instruction]).unwrap_err();
        assert_eq!(refused.reason, Reason::staking(error), "{:?}", refused.logs);
    }
}

/// 300 and 100 from the beginning of the second epoch on: 750 and 250 of each epoch's 1,000, and the
/// part of an epoch in which one of them left.
#[test]
fn rewards_are_shared_by_weight_and_time() {
    let Setting { world, farm } = &mut Setting::new();
    let (first, one) = world.staker(farm, 0, 1_000);
    let (second, two) = world.staker(farm, 1, 1_000);
    world.go_to_epoch(farm, 1);
    let staked = world.execute(&[farm.stake(0, first, one, 300)]);
    let told = events::<Staked>(&staked);
    assert_eq!(
        (told[0].amount, told[0].staked, told[0].epoch),
        (300, 300, 1)
    );
    world.execute(&[farm.stake(1, second, two, 100)]);
    world.go_to_epoch(farm, 2);
    assert_eq!(world.close_epochs(farm), [0, 1]);
    // Nobody staked in epoch 0, so the nine epochs that are left share the 10,000: 1,111 each.
    assert_eq!(world.record(farm, 0).rewards, [0; 5]);
    assert_eq!(world.record(farm, 1).rewards, [1_111, 1, 0, 0, 0]);
    assert_eq!(world.record(farm, 1).rewarded_before, 0);
    let claimed = world.execute(&[farm.claim(0, first, one, 0, &[1])]);
    let told = events::<Claimed>(&claimed)[0];
    assert_eq!((told.credited, told.amount), ([833, 0, 0, 0, 0], 833));
    assert_eq!(told.claim_from, 2);
    assert_eq!(world.balance(&farm.rewards[0], &first), 833);
    // The other's part out of the vault of another shard than its own.
    world.execute(&[farm.claim(0, second, two, 0, &[1])]);
    assert_eq!(world.balance(&farm.rewards[0], &second), 277);
    // The first leaves in the middle of epoch 2: 150 and 100 of 250 on average.
    let now = world.now();
    world.svm().set_time(now + 500);
    world.execute(&[farm.unstake(0, first, one, EVERYTHING)]);
    world.go_to_epoch(farm, 4);
    world.close_epochs(farm);
    let rewards = world.record(farm, 2).rewards[0];
    assert_eq!(rewards, (10_000 - 1_111) / 8);
    world.execute(&[farm.claim(1, first, one, 0, &[2])]);
    world.execute(&[farm.claim(1, second, two, 0, &[2, 3])]);
    let third = world.record(farm, 3).rewards[0];
    assert_eq!(
        world.balance(&farm.rewards[0], &first),
        833 + rewards * 3 / 5
    );
    assert_eq!(
        world.balance(&farm.rewards[0], &second),
        277 + rewards * 2 / 5 + third
    );
}

#[test]
fn a_farm_from_its_beginning_to_its_end() {
    let mut setting = Setting::new();
    let Setting { world, farm } = &mut setting;
    let stakers: Vec<(usize, Pubkey, Pubkey)> = [0, 1, 1]
        .map(|shard| {
            let (wallet, position) = world.staker(farm, shard, 1_000);
            (shard, wallet, position)
        })
        .to_vec();
    for (shard, wallet, position) in &stakers {
        world.execute(&[farm.stake(*shard, *wallet, *position, 1_000)]);
    }
    world.go_to_epoch(farm, 12);
    let closed = world.close_epochs(farm);
    let budget = world.budget(farm);
    assert_eq!(budget.allotted, [10_000, 7, 0, 0, 0]);
    // Ten epochs at once. Of the second reward's 1 and 2 units an epoch a third is nothing.
    for (at, (shard, wallet, position)) in stakers.iter().enumerate() {
        let vault = at % 2;
        if at == 2 {
            let short = farm.claim(0, *wallet, *position, 0, &closed[..10]);
            let refused = world.try_execute(&[short]).unwrap_err();
            let error = Reason::staking(StakingError::InsufficientVault);
            assert_eq!(refused.reason, error);
            world.execute(&[farm.balance_rewards(1, 0, 0, EVERYTHING)]);
        }
        world.execute(&[farm.claim(vault, *wallet, *position, 0, &closed[..10])]);
        let second = world.try_execute(&[farm.claim(0, *wallet, *position, 1, &[])]);
        let nothing = Reason::staking(StakingError::NothingToClaim);
        assert_eq!(second.unwrap_err().reason, nothing);
        world.execute(&[farm.unstake(*shard, *wallet, *position, 400)]);
    }
    let third = 10_000 / 10 / 3 * 10;
    for (_, wallet, _) in &stakers {
        assert_eq!(setting.reward(wallet, 0), third);
    }
    let (shard, wallet, position) = stakers[0];
    setting.refused(
        setting.farm.withdraw(shard, wallet, position),
        StakingError::CoolingDown,
    );
    let Setting { world, farm } = &mut setting;
    let now = world.now();
    world.svm().set_time(now + 600);
    for (shard, wallet, position) in &stakers {
        world.execute(&[farm.withdraw(*shard, *wallet, *position)]);
        assert_eq!(world.balance(&farm.stake, wallet), 400);
        world.execute(&[farm.unstake(*shard, *wallet, *position, EVERYTHING)]);
    }
    // Nothing can be swept before the grace period is over, and then what nobody got.
    let (creator, payer) = (farm.creator, world.world.svm.payer());
    setting.refused(
        setting.farm.sweep(0, creator, 0),
        StakingError::NothingToSweep,
    );
    setting.refused(
        setting.farm.expire_epoch(0, payer),
        StakingError::GraceNotOver,
    );
    let Setting { world, farm } = &mut setting;
    let now = world.now();
    world.svm().set_time(now + 31 * DAY);
    for epoch in closed {
        let before = world.world.svm.account(&payer).unwrap().lamports;
        world.execute(&[farm.expire_epoch(epoch, payer)]);
        let after = world.world.svm.account(&payer).unwrap().lamports;
        assert!(after > before, "the rent comes back");
        assert!(world.world.svm.account(&farm.record(epoch)).is_none());
    }
    let left = 10_000 - 3 * third;
    let swept = world.execute(&[farm.sweep(0, creator, 0)]);
    let here = events::<Swept>(&swept)[0].unclaimed;
    if here < left {
        world.execute(&[farm.sweep(1, creator, 0)]);
    }
    assert_eq!(world.balance(&farm.rewards[0], &creator), left);
    world.execute(&[farm.sweep(0, creator, 1)]);
    assert_eq!(world.balance(&farm.rewards[1], &creator), 7);
    for (shard, wallet, position) in &stakers {
        let lamports = world.world.svm.account(wallet).unwrap().lamports;
        // The last unstaking was after everything that was claimed.
        let epoch = world.epoch(farm);
        world.execute(&[
            farm.withdraw(*shard, *wallet, *position),
            farm.forfeit(*wallet, *position, epoch),
            farm.close_position(*wallet, *position),
        ]);
        assert!(world.position(position).is_none());
        assert!(world.world.svm.account(wallet).unwrap().lamports > lamports);
        assert_eq!(world.balance(&farm.stake, wallet), 1_000);
    }
    for shard in &farm.shards {
        assert_eq!(world.world.balance(&shard.stake_vault), 0);
        assert_eq!(world.world.balance(&shard.reward_vault(0)), 0);
        assert_eq!(world.world.balance(&shard.reward_vault(1)), 0);
    }
}

/// What was credited stays the position's, though its epoch expires and the rest of it is swept.
#[test]
fn what_was_credited_is_not_swept() {
    let Setting { world, farm } = &mut Setting::new();
    let (wallet, position) = world.staker(farm, 0, 10);
    let (late, slow) = world.staker(farm, 1, 10);
    world.execute(&[farm.stake(0, wallet, position, 10)]);
    world.execute(&[farm.stake(1, late, slow, 10)]);
    world.go_to_epoch(farm, 11);
    let closed = world.close_epochs(farm);
    // Pays the first reward and credits the second.
    world.execute(&[farm.claim(1, wallet, position, 0, &closed[..10])]);
    let owed = world.position(&position).unwrap().owed;
    assert_eq!(owed[0], 0);
    assert!(owed[1] > 0);
    let now = world.now();
    world.svm().set_time(now + 32 * DAY);
    // Late, but nobody has expired the epoch.
    world.execute(&[farm.claim(0, late, slow, 0, &closed[..4])]);
    let credited = world.position(&slow).unwrap().owed[1];
    assert_eq!(credited, 1, "half of the two units of epoch 3");
    for epoch in &closed {
        let payer = world.world.svm.payer();
        world.execute(&[farm.expire_epoch(*epoch, payer)]);
    }
    let gone = world.try_execute(&[farm.claim(0, late, slow, 0, &closed[4..5])]);
    assert!(gone.is_err(), "there is no record any more");
    let creator = farm.creator;
    world.execute(&[farm.sweep(0, creator, 1)]);
    world.execute(&[farm.sweep(0, creator, 0)]);
    world.execute(&[farm.claim(0, wallet, position, 1, &[])]);
    let paid = world.balance(&farm.rewards[1], &wallet);
    assert_eq!(paid, owed[1]);
    assert_eq!(
        world.balance(&farm.rewards[1], &creator),
        7 - paid - credited
    );
}

#[test]
fn a_reward_in_the_staked_token_is_staked_at_once() {
    let mut world = StakingWorld::new();
    let mut farm = world.create_farm(&MintSpec::spl(6), PARAMS, 2);
    let stake = farm.stake;
    world.add_reward(&mut farm, stake, 1_000, 2_000);
    let (wallet, position) = world.staker(&farm, 0, 10);
    world.execute(&[farm.stake(0, wallet, position, 10)]);
    world.go_to_epoch(&farm, 1);
    world.close_epochs(&farm);
    let restaked = world.execute(&[farm.restake(0, wallet, position, 0, &[0])]);
    assert_eq!(events::<Claimed>(&restaked)[0].restaked, 1);
    assert_eq!(world.shard(&farm, 0).staked, 510);
    assert_eq!(world.balance(&farm.stake, &wallet), 0);
    let again = world.try_execute(&[farm.restake(0, wallet, position, 0, &[])]);
    let nothing = Reason::staking(StakingError::NothingToClaim);
    assert_eq!(again.unwrap_err().reason, nothing);
}

#[test]
fn a_lock_holds_and_weighs() {
    let mut world = StakingWorld::new();
    let mut farm = world.create_farm(&MintSpec::spl(6), PARAMS, 1);
    let mint = world.world.create_mint(&MintSpec::spl(6));
    world.add_reward(&mut farm, mint, 100_000, 100_000);
    let (locked, long) = world.staker(&farm, 0, 100);
    let (free, short) = world.staker(&farm, 0, 100);
    world.execute(&[farm.stake(0, locked, long, 100)]);
    world.execute(&[farm.stake(0, free, short, 100)]);
    // 20 epochs at 5% each: twice the weight in the first, 1.95 times in the second.
    world.execute(&[farm.lock(0, locked, long, 20)]);
    world.go_to_epoch(&farm, 2);
    world.close_epochs(&farm);
    for (wallet, position) in [(locked, long), (free, short)] {
        world.execute(&[farm.claim(0, wallet, position, 0, &[0, 1])]);
    }
    assert_eq!(world.balance(&mint, &free), 1_000 / 3 + 1_000 * 100 / 295);
    assert_eq!(world.balance(&mint, &locked), 2_000 / 3 + 1_000 * 195 / 295);
    for epoch in [3, 10, 19] {
        world.go_to_epoch(&farm, epoch);
        let refused = world.try_execute(&[farm.unstake(0, locked, long, 1)]);
        let error = Reason::staking(StakingError::Locked);
        assert_eq!(refused.unwrap_err().reason, error, "in epoch {epoch}");
    }
    let terms = world.farm(&farm).terms();
    let weight = |world: &StakingWorld, epoch| {
        let position = world.position(&long).unwrap();
        position.stake().weight_at(epoch, &terms)
    };
    assert_eq!(weight(&world, 0), Ok(0), "staked after the beginning");
    assert_eq!(weight(&world, 1), Ok(100 * 19_500));
    world.go_to_epoch(&farm, 20);
    world.close_epochs(&farm);
    world.execute(&[farm.unstake(0, locked, long, EVERYTHING)]);
    // All positions' weight at the beginning of the epoch, before that.
    let total = world.record(&farm, 19).end_weight();
    assert_eq!(total, 2 * 100 * 10_000);
    assert_eq!(weight(&world, 20), Ok(100 * 10_000));
    assert_eq!(weight(&world, 21), Ok(0));
}

#[test]
fn a_stake_pool_without_rewards_needs_no_one_to_close_epochs() {
    let mut world = StakingWorld::new();
    let farm = world.create_farm(&MintSpec::spl(6), PARAMS, 1);
    let (wallet, position) = world.staker(&farm, 0, 1_000);
    for epoch in 1..60u32 {
        world.go_to_epoch(&farm, 50 * epoch);
        world.execute(&[farm.stake(0, wallet, position, 10)]);
    }
    world.execute(&[farm.lock(0, wallet, position, 50 * 59 + 52)]);
    world.go_to_epoch(&farm, 60 * 50);
    // To vote, somebody closes the epoch before.
    let payer = world.world.svm.payer();
    world.execute(&[
        farm.skip_epochs(60 * 50 - 1),
        farm.close_epoch(payer, 60 * 50 - 1, &[0]),
    ]);
    let record = world.record(&farm, 60 * 50 - 1);
    let terms = world.farm(&farm).terms();
    let weight = world.position(&position).unwrap();
    let weight = weight.stake().weight_at(60 * 50, &terms).unwrap();
    assert_eq!(record.end_weight(), weight);
    world.go_to_epoch(&farm, 60 * 50 + 2);
    world.execute(&[farm.unstake(0, wallet, position, EVERYTHING)]);
    let now = world.now();
    world.svm().set_time(now + 600);
    world.execute(&[
        farm.withdraw(0, wallet, position),
        farm.close_position(wallet, position),
    ]);
    assert_eq!(world.balance(&farm.stake, &wallet), 1_000);
}
