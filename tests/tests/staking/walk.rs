//! Random sequences of all instructions, by several users, over several farms, until all is over and
//! everything has been paid out.

use std::collections::BTreeMap;

use rand::Rng;
use rand_chacha::ChaCha8Rng;
use sealane_staking::{EVERYTHING, FarmAction, FarmParams, errors::StakingError, state::pause};
use sealane_testkit::{
    MintSpec, Reason, Seeded, log_uniform,
    staking::{PARAMS, StakingWorld, TestFarm},
};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

/// Instructions that must have been executed.
const EXECUTED: usize = 1_500;
/// What every user gets of what is staked.
const FUNDS: u64 = 1_000_000_000_000;

#[derive(Clone, Copy)]
struct Staker {
    farm: usize,
    shard: usize,
    wallet: Pubkey,
    position: Pubkey,
}

struct Walk {
    rng: ChaCha8Rng,
    world: StakingWorld,
    farms: Vec<TestFarm>,
    stakers: Vec<Staker>,
    executed: BTreeMap<&'static str, usize>,
    refused: BTreeMap<(&'static str, Reason), usize>,
}

#[test]
fn any_sequence_leaves_every_farm_solvent() {
    let seeded = Seeded::new(11);
    let mut walk = Walk::new(seeded.rng.clone());
    while walk.executed.values().sum::<usize>() < EXECUTED {
        walk.step();
    }
    println!("executed {:?}\nrefused {:?}", walk.executed, walk.refused);
    for name in [
        "stake",
        "lock",
        "unstake",
        "withdraw",
        "claim",
        "restake",
        "fund",
        "extend",
        "balance_rewards",
        "close_epoch",
        "set_delegate",
        "administer",
    ] {
        let count = walk.executed.get(name).copied().unwrap_or_default();
        assert!(count >= 10, "{name} was executed {count} times only");
    }
    walk.drain();
}

impl Walk {
    /// A farm with locks and its own token among the rewards, and one without locks and cool-down, of
    /// a mint with a transfer fee.
    fn new(rng: ChaCha8Rng) -> Self {
        let mut world = StakingWorld::new();
        let plain = FarmParams {
            cooldown_seconds: 0,
            lock_boost: 0,
            lock_max_epochs: 0,
            ..PARAMS
        };
        let fee = MintSpec::with_transfer_fee(6, 50, 1_000_000);
        let mut farms = vec![
            world.create_farm(&MintSpec::spl(6), PARAMS, 3),
            world.create_farm(&fee, plain, 2),
        ];
        for farm in &mut farms {
            let others = [MintSpec::spl(9), MintSpec::token_2022(0)];
            let mut mints = vec![farm.stake];
            mints.extend(others.iter().map(|spec| world.world.create_mint(spec)));
            for mint in mints {
                world.add_reward(farm, mint, 1_000_000, 20_000);
                world.fund(&mint, &farm.creator, FUNDS);
            }
        }
        let mut stakers = Vec::new();
        for (index, farm) in farms.iter().enumerate() {
            for count in 0..6 {
                let shard = count % farm.shards.len();
                let (wallet, position) = world.staker(farm, shard, FUNDS);
                stakers.push(Staker {
                    farm: index,
                    shard,
                    wallet,
                    position,
                });
            }
        }
        Self {
            rng,
            world,
            farms,
            stakers,
            executed: BTreeMap::new(),
            refused: BTreeMap::new(),
        }
    }

    fn step(&mut self) {
        if self.rng.random_bool(0.2) {
            let seconds = log_uniform(&mut self.rng, 600) as i64;
            self.world.svm().advance_time(seconds);
        }
        let (name, instruction) = if self.rng.random_bool(0.25) {
            self.keeping()
        } else {
            self.staking()
        };
        match self.world.try_execute(&[instruction]) {
            Ok(_) => *self.executed.entry(name).or_default() += 1,
            Err(refused) => {
                assert!(
                    matches!(refused.reason, Reason::Staking(_) | Reason::Token(1)),
                    "{name}: {}\n{}",
                    refused.reason,
                    refused.logs.join("\n")
                );
                *self.refused.entry((name, refused.reason)).or_default() += 1;
            }
        }
    }

    /// What keeps farms going.
    fn keeping(&mut self) -> (&'static str, Instruction) {
        let farm = self.farms[self.rng.random_range(0..self.farms.len())].clone();
        let reward = self.rng.random_range(0..3u8);
        let amount = log_uniform(&mut self.rng, 10_000_000);
        let budget = self.world.budget(&farm);
        let shards = farm.shards.len();
        let shard = self.rng.random_range(0..shards);
        let payer = self.world.world.svm.payer();
        match self.rng.random_range(0..9) {
            0 => {
                self.close_all(&farm);
                let fund = farm.fund(shard, farm.creator, reward, amount, 0);
                ("fund", fund)
            }
            1 => {
                self.close_all(&farm);
                let end = budget.ends[usize::from(reward)].max(self.world.now());
                let later = self.rng.random_range(1..5_000);
                let extend = farm.fund(shard, farm.creator, reward, amount, end + later);
                ("extend", extend)
            }
            2 => {
                let to = (shard + 1) % shards;
                (
                    "balance_rewards",
                    farm.balance_rewards(shard, to, reward, EVERYTHING),
                )
            }
            3 => {
                let paused = if self.rng.random_bool(0.2) {
                    pause::ALL
                } else {
                    0
                };
                let action = FarmAction::SetPaused(paused);
                ("administer", farm.administer(farm.creator, action))
            }
            4 => {
                let to = self.rng.random_range(0..self.world.epoch(&farm) + 2);
                ("skip_epochs", farm.skip_epochs(to))
            }
            _ => {
                // Some of the shards that are missing, or all.
                let record = self
                    .world
                    .world
                    .svm
                    .account(&farm.record(budget.next_epoch));
                let next = record.map_or(0, |_| {
                    usize::from(self.world.record(&farm, budget.next_epoch).next_shard)
                });
                let until = self.rng.random_range(next..=shards);
                let missing: Vec<usize> = (next..until).collect();
                let close = farm.close_epoch(payer, budget.next_epoch, &missing);
                ("close_epoch", close)
            }
        }
    }

    fn staking(&mut self) -> (&'static str, Instruction) {
        let staker = self.stakers[self.rng.random_range(0..self.stakers.len())];
        let Staker {
            farm,
            shard,
            wallet,
            position,
        } = staker;
        let farm = self.farms[farm].clone();
        let amount = log_uniform(&mut self.rng, FUNDS / 100);
        let reward = self.rng.random_range(0..3u8);
        match self.rng.random_range(0..10) {
            0..3 => ("stake", farm.stake(shard, wallet, position, amount)),
            3 => {
                let until = self.world.epoch(&farm) + self.rng.random_range(0..6);
                ("lock", farm.lock(shard, wallet, position, until))
            }
            4 => {
                let amount = if self.rng.random_bool(0.3) {
                    EVERYTHING
                } else {
                    amount
                };
                ("unstake", farm.unstake(shard, wallet, position, amount))
            }
            5 => ("withdraw", farm.withdraw(shard, wallet, position)),
            6 => ("set_delegate", farm.set_delegate(wallet, position, wallet)),
            7 => {
                let epochs = self.claimable(&staker, 4);
                ("restake", farm.restake(shard, wallet, position, 0, &epochs))
            }
            _ => {
                let epochs = self.claimable(&staker, 4);
                let vault = self.rng.random_range(0..farm.shards.len());
                (
                    "claim",
                    farm.claim(vault, wallet, position, reward, &epochs),
                )
            }
        }
    }

    /// The first epochs with rewards that a position can claim, or the last one without: that brings
    /// it up to date.
    fn claimable(&self, staker: &Staker, most: usize) -> Vec<u32> {
        let farm = &self.farms[staker.farm];
        let from = self.world.position(&staker.position).unwrap().claim_from;
        let closed: Vec<u32> = (from..self.world.budget(farm).next_epoch)
            .filter(|epoch| self.world.world.svm.account(&farm.record(*epoch)).is_some())
            .filter(|epoch| self.world.record(farm, *epoch).is_closed())
            .collect();
        let pays = |epoch: &u32| self.world.record(farm, *epoch).rewards != [0; 5];
        let paying: Vec<u32> = closed.iter().copied().filter(pays).take(most).collect();
        match closed.last() {
            Some(last) if paying.is_empty() => vec![*last],
            _ => paying,
        }
    }

    /// Closes everything, claims everything, unstakes everything: stake vaults are empty then, and
    /// what is left of the rewards is less than a unit of each claim, and swept.
    fn drain(mut self) {
        for farm in self.farms.clone() {
            let resume = farm.administer(farm.creator, FarmAction::SetPaused(0));
            self.world.execute(&[resume]);
        }
        let ends = self
            .farms
            .iter()
            .flat_map(|farm| self.world.budget(farm).ends);
        let last = ends.max().unwrap_or(0).max(self.world.now());
        self.world.svm().set_time(last + 10_000);
        for farm in self.farms.clone() {
            self.close_all(&farm);
        }
        for staker in self.stakers.clone() {
            self.leave(&staker);
        }
        for farm in self.farms.clone() {
            self.assert_drained(&farm);
        }
    }

    /// Closes what is to be closed; what was begun is finished.
    fn close_all(&mut self, farm: &TestFarm) {
        let payer = self.world.world.svm.payer();
        while self.world.budget(farm).next_epoch < self.world.epoch(farm) {
            let epoch = self.world.budget(farm).next_epoch;
            let begun = self.world.world.svm.account(&farm.record(epoch)).is_some();
            let next = if begun {
                usize::from(self.world.record(farm, epoch).next_shard)
            } else {
                0
            };
            let missing: Vec<usize> = (next..farm.shards.len()).collect();
            self.world
                .execute(&[farm.close_epoch(payer, epoch, &missing)]);
        }
    }

    fn leave(&mut self, staker: &Staker) {
        let farm = self.farms[staker.farm].clone();
        let Staker {
            shard,
            wallet,
            position,
            ..
        } = *staker;
        loop {
            let epochs = self.claimable(staker, 8);
            if epochs.is_empty() {
                break;
            }
            // Not the token with a transfer fee, of which no single vault may have enough.
            self.claim(&farm, staker, 1, &epochs);
        }
        for reward in 0..3 {
            self.claim(&farm, staker, reward, &[]);
        }
        let stake = self.world.position(&position).unwrap();
        if stake.stake().stake().amount > 0 {
            let left = stake.stake().stake().lock_left(self.world.epoch(&farm));
            assert_eq!(left, 0, "locks have ended long ago");
            self.world
                .execute(&[farm.unstake(shard, wallet, position, EVERYTHING)]);
        }
        self.world.svm().advance_time(600);
        if self.world.position(&position).unwrap().cooling > 0 {
            self.world
                .execute(&[farm.withdraw(shard, wallet, position)]);
        }
    }

    /// Claims, if need be after moving rewards to where they are taken from.
    fn claim(&mut self, farm: &TestFarm, staker: &Staker, reward: u8, epochs: &[u32]) {
        let claim = farm.claim(0, staker.wallet, staker.position, reward, epochs);
        let Err(refused) = self.world.try_execute(std::slice::from_ref(&claim)) else {
            return;
        };
        if refused.reason == Reason::staking(StakingError::NothingToClaim) {
            return;
        }
        let short = Reason::staking(StakingError::InsufficientVault);
        assert_eq!(refused.reason, short, "{:?}", refused.logs);
        for other in 1..farm.shards.len() {
            let move_here = farm.balance_rewards(other, 0, reward, EVERYTHING);
            if self.world.try_execute(&[move_here]).is_err() {
                // A mint with a transfer fee: another vault has it.
                let far = farm.claim(other, staker.wallet, staker.position, reward, epochs);
                if self.world.try_execute(&[far]).is_ok() {
                    return;
                }
            }
        }
        // With a transfer fee no single vault may have enough: what is owed stays owed.
        let fee = farm.rewards[usize::from(reward)].address == farm.rewards[0].address;
        assert!(self.world.try_execute(&[claim]).is_ok() || fee);
    }

    fn assert_drained(&mut self, farm: &TestFarm) {
        for shard in 0..farm.shards.len() {
            let vault = farm.shards[shard].stake_vault;
            assert_eq!(self.world.world.balance(&vault), 0);
        }
        let budget = self.world.budget(farm);
        let positions: Vec<_> = self
            .stakers
            .iter()
            .filter_map(|staker| self.world.position(&staker.position))
            .filter(|position| position.farm.to_bytes() == farm.address.to_bytes())
            .collect();
        let closed = u64::from(budget.next_epoch);
        for reward in 0..3 {
            let settled: u64 = (0..farm.shards.len())
                .map(|shard| self.world.shard(farm, shard).settled[reward])
                .sum();
            let left = budget.allotted[reward] - settled;
            // Less than a unit of each position and epoch.
            let most = closed * positions.len() as u64;
            assert!(left < most, "{left} left of reward {reward}");
        }
    }
}
