//! A farm has no account that everybody writes: told by the account lists of compiled transactions,
//! which is what the runtime schedules by. Each transaction is executed to show that it is a real one.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use sealane_testkit::{
    MintSpec,
    staking::{PARAMS, StakingWorld, TestFarm},
};
use solana_instruction::Instruction;
use solana_message::Message;
use solana_pubkey::Pubkey;

/// What the instructions of a transaction lock for writing, its payer included.
fn writable(instructions: &[Instruction], payer: &Pubkey) -> BTreeSet<Pubkey> {
    let message = Message::new(instructions, Some(payer));
    let reserved = None::<&HashSet<Pubkey>>;
    let is_writable = |index| message.is_maybe_writable_with_reserved_addresses(index, reserved);
    let keys = message.account_keys.iter().enumerate();
    keys.filter(|(index, _)| is_writable(*index))
        .map(|(_, key)| *key)
        .collect()
}

fn named(instructions: &[Instruction], payer: &Pubkey) -> BTreeSet<Pubkey> {
    let message = Message::new(instructions, Some(payer));
    message.account_keys.into_iter().collect()
}

#[derive(Clone, Copy)]
struct Staker {
    shard: usize,
    wallet: Pubkey,
    position: Pubkey,
}

struct Setting {
    world: StakingWorld,
    farm: TestFarm,
    stakers: [Staker; 2],
}

impl Setting {
    /// Two shards, a staker in each with something staked, cooling and to be claimed; the reward is
    /// the staked token, so that it can be restaked.
    fn new() -> Self {
        let mut world = StakingWorld::new();
        let mut farm = world.create_farm(&MintSpec::spl(6), PARAMS, 2);
        let stake = farm.stake;
        world.add_reward(&mut farm, stake, 1_000_000, 10_000);
        world.execute(&[farm.balance_rewards(0, 1, 0, 500_000)]);
        let stakers = [0, 1].map(|shard| {
            let (wallet, position) = world.staker(&farm, shard, 1_000);
            world.execute(&[
                farm.stake(shard, wallet, position, 500),
                farm.unstake(shard, wallet, position, 100),
            ]);
            Staker {
                shard,
                wallet,
                position,
            }
        });
        world.go_to_epoch(&farm, 1);
        world.close_epochs(&farm);
        Self {
            world,
            farm,
            stakers,
        }
    }

    /// Everything that a staker does, by name.
    fn staking(&self, staker: &Staker) -> BTreeMap<&'static str, Vec<Instruction>> {
        let farm = &self.farm;
        let Staker {
            shard,
            wallet,
            position,
        } = *staker;
        BTreeMap::from([
            ("stake", vec![farm.stake(shard, wallet, position, 10)]),
            ("lock", vec![farm.lock(shard, wallet, position, 9)]),
            ("unstake", vec![farm.unstake(shard, wallet, position, 10)]),
            ("withdraw", vec![farm.withdraw(shard, wallet, position)]),
            ("claim", vec![farm.claim(shard, wallet, position, 0, &[0])]),
            (
                "restake",
                vec![farm.restake(shard, wallet, position, 0, &[0])],
            ),
            (
                "set_delegate",
                vec![farm.set_delegate(wallet, position, wallet)],
            ),
            ("forfeit", vec![farm.forfeit(wallet, position, 1)]),
        ])
    }
}

#[test]
fn stakers_of_different_shards_share_no_writable_account() {
    let setting = Setting::new();
    let [first, second] = &setting.stakers;
    let (ours, theirs) = (setting.staking(first), setting.staking(second));
    for (name, ours) in &ours {
        if let Err(refused) = setting.world.clone().try_execute(ours) {
            panic!("{name}: {}\n{}", refused.reason, refused.logs.join("\n"));
        }
        for (other, theirs) in &theirs {
            let ours = writable(ours, &first.wallet);
            // Nor does one read what the other writes.
            let theirs_named = named(theirs, &second.wallet);
            let shared: Vec<&Pubkey> = ours.intersection(&theirs_named).collect();
            assert_eq!(shared, Vec::<&Pubkey>::new(), "{name} and {other}");
        }
    }
}

/// The farm, its budget and the record are never written by stakers.
#[test]
fn stakers_write_their_own_and_one_shard() {
    let setting = Setting::new();
    let [staker, _] = &setting.stakers;
    let (farm, shard) = (&setting.farm, setting.farm.shards[0]);
    let tokens = farm.stake.account_of(&staker.wallet);
    let vault = shard.reward_vault(0);
    let all = setting.staking(staker);
    let own = |more: &[Pubkey]| {
        let mut own = BTreeSet::from([staker.wallet, staker.position]);
        own.extend(more);
        own
    };
    for (name, expected) in [
        ("stake", own(&[shard.address, shard.stake_vault, tokens])),
        ("withdraw", own(&[shard.address, shard.stake_vault, tokens])),
        ("lock", own(&[shard.address])),
        ("unstake", own(&[shard.address])),
        ("claim", own(&[shard.address, vault, tokens])),
        ("restake", own(&[shard.address, vault, shard.stake_vault])),
        ("set_delegate", own(&[])),
        ("forfeit", own(&[])),
    ] {
        assert_eq!(writable(&all[name], &staker.wallet), expected, "{name}");
    }
}

/// A claim of one who is counted by the same shard is free to name another.
#[test]
fn claims_pick_the_shard_that_pays() {
    let setting = Setting::new();
    let mut world = setting.world.clone();
    let farm = &setting.farm;
    let (wallet, position) = {
        let first = &setting.stakers[0];
        (first.wallet, first.position)
    };
    let near = farm.claim(0, wallet, position, 0, &[0]);
    let far = farm.claim(1, wallet, position, 0, &[0]);
    let far_writes = writable(std::slice::from_ref(&far), &wallet);
    assert!(!far_writes.contains(&farm.shards[0].address));
    let mut other = setting.world.clone();
    other.execute(&[near]);
    world.execute(&[far]);
    let balance = |world: &StakingWorld| world.balance(&farm.rewards[0], &wallet);
    assert_eq!(balance(&world), balance(&other));
}
