//! Tokens that take a fee, and tokens of both programs.

use sealane_staking::{EVERYTHING, errors::StakingError};
use sealane_testkit::{
    Mint, MintSpec, Reason,
    staking::{PARAMS, StakingWorld},
};
use solana_pubkey::Pubkey;

/// What a wallet has, transfer fees withheld in its account not counted.
fn balance(world: &StakingWorld, mint: &Mint, wallet: &Pubkey) -> u64 {
    world.balance(mint, wallet)
}

/// 1% of everything that is staked, funded, paid and withdrawn stays with the mint: counted is what
/// arrives.
#[test]
fn what_arrives_is_counted() {
    let mut world = StakingWorld::new();
    let mint = MintSpec::with_transfer_fee(6, 100, u64::MAX);
    let mut farm = world.create_farm(&mint, PARAMS, 2);
    let reward = world.world.create_mint(&mint);
    world.add_reward(&mut farm, reward, 10_000, 1_000);
    assert_eq!(world.budget(&farm).funded[0], 9_900);
    let (wallet, position) = world.staker(&farm, 1, 10_000);
    world.execute(&[farm.stake(1, wallet, position, 10_000)]);
    assert_eq!(world.shard(&farm, 1).staked, 9_900);
    world.go_to_epoch(&farm, 1);
    world.close_epochs(&farm);
    let moved = world.try_execute(&[farm.balance_rewards(0, 1, 0, 100)]);
    let error = Reason::staking(StakingError::BalanceWithTransferFee);
    assert_eq!(moved.unwrap_err().reason, error);
    world.execute(&[farm.claim(0, wallet, position, 0, &[0])]);
    assert_eq!(balance(&world, &reward, &wallet), 9_801);
    world.execute(&[farm.unstake(1, wallet, position, EVERYTHING)]);
    let now = world.now();
    world.svm().set_time(now + 600);
    world.execute(&[farm.withdraw(1, wallet, position)]);
    assert_eq!(balance(&world, &farm.stake, &wallet), 9_801);
}

/// A restaked reward of a mint with a fee weighs as much as arrives in the stake vault.
#[test]
fn a_restaked_reward_is_what_arrives() {
    let mut world = StakingWorld::new();
    let mint = MintSpec::with_transfer_fee(6, 100, u64::MAX);
    let mut farm = world.create_farm(&mint, PARAMS, 1);
    let stake = farm.stake;
    world.add_reward(&mut farm, stake, 10_000, 1_000);
    let (wallet, position) = world.staker(&farm, 0, 1_000);
    world.execute(&[farm.stake(0, wallet, position, 1_000)]);
    world.go_to_epoch(&farm, 1);
    world.close_epochs(&farm);
    world.execute(&[farm.restake(0, wallet, position, 0, &[0])]);
    assert_eq!(world.shard(&farm, 0).staked, 990 + 9_801);
}

/// What somebody sends to a vault is nobody's, and changes nothing.
#[test]
fn donations_are_nobodys() {
    let mut world = StakingWorld::new();
    let mut farm = world.create_farm(&MintSpec::spl(6), PARAMS, 1);
    let reward = world.world.create_mint(&MintSpec::token_2022(9));
    world.add_reward(&mut farm, reward, 1_000, 1_000);
    let (wallet, position) = world.staker(&farm, 0, 1_000);
    world.execute(&[farm.stake(0, wallet, position, 1_000)]);
    world.allow_surplus(&farm);
    let shard = farm.shards[0];
    for (vault, more) in [(shard.stake_vault, 77), (shard.reward_vault(0), 88)] {
        let held = world.world.balance(&vault);
        world.world.set_balance(&vault, held + more);
    }
    world.go_to_epoch(&farm, 1);
    world.close_epochs(&farm);
    world.execute(&[farm.claim(0, wallet, position, 0, &[0])]);
    assert_eq!(balance(&world, &reward, &wallet), 1_000);
    world.execute(&[farm.unstake(0, wallet, position, EVERYTHING)]);
    let now = world.now();
    world.svm().set_time(now + 600);
    world.execute(&[farm.withdraw(0, wallet, position)]);
    assert_eq!(balance(&world, &farm.stake, &wallet), 1_000);
    assert_eq!(world.world.balance(&shard.stake_vault), 77);
    assert_eq!(world.world.balance(&shard.reward_vault(0)), 88);
}
