//! A farm in an SVM, and the SDK's cache of it.

use rand::Rng;
use sealane_sdk::{
    address::CLOCK_SYSVAR,
    farms::{Farms, farm_view, pending, unsettled_records},
    plan::{Caller, staking as plan},
    pools::AccountUpdate,
};
use sealane_testkit::{
    Mint, MintSpec,
    staking::{PARAMS, StakingWorld, TestFarm},
};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

const WALLETS: usize = 5;
const TOKENS: u64 = 1_000_000_000;
/// Far behind all that a trial lasts.
const FOREVER: i64 = 400 * 86_400;

/// A farm that pays three tokens, the staked one among them, and wallets with tokens.
pub(crate) struct Stage {
    pub(crate) world: StakingWorld,
    pub(crate) farm: TestFarm,
    pub(crate) farms: Farms,
    pub(crate) wallets: Vec<Pubkey>,
    slot: u64,
}

impl Stage {
    /// Every other world has a reward with a transfer fee; some have no cool-down.
    pub(crate) fn new(rng: &mut impl Rng, number: usize) -> Self {
        let mut world = StakingWorld::new();
        let mut params = PARAMS;
        params.cooldown_seconds = if number % 3 == 2 { 0 } else { 100 };
        let shards = rng.random_range(1..=3);
        let mut farm = world.create_farm(&MintSpec::spl(6), params, shards);
        let charging = MintSpec::with_transfer_fee(6, 150, 5_000);
        let other = if number % 2 == 1 {
            charging
        } else {
            MintSpec::spl(9)
        };
        let stake = farm.stake;
        let mints = [
            world.world.create_mint(&MintSpec::spl(6)),
            stake,
            world.world.create_mint(&other),
        ];
        for (mint, seconds) in mints.into_iter().zip([60_000, 45_000, 20_000]) {
            let amount = rng.random_range(1..1_000_000_000);
            world.add_reward(&mut farm, mint, amount, seconds);
        }
        let wallets: Vec<Pubkey> = (0..WALLETS).map(|_| world.world.wallet()).collect();
        for wallet in wallets.iter().chain([&farm.creator]) {
            world.fund(&farm.stake, wallet, TOKENS);
            for mint in &farm.rewards {
                world.fund(mint, wallet, TOKENS);
            }
        }
        let mut stage = Self {
            world,
            farm,
            farms: Farms::new(),
            wallets,
            slot: 0,
        };
        stage.feed();
        stage
    }

    pub(crate) fn now(&self) -> i64 {
        self.world.now()
    }

    /// Who pays for everything: the machine's own wallet.
    pub(crate) fn caller(&self, wallet: &Pubkey) -> Caller {
        Caller::new(*wallet).with_payer(self.world.world.svm.payer())
    }

    pub(crate) fn balance(&self, mint: &Mint, wallet: &Pubkey) -> u64 {
        self.world.balance(mint, wallet)
    }

    pub(crate) fn position(&self, wallet: &Pubkey) -> Pubkey {
        self.farm.position(wallet, 0)
    }

    /// Brings the cache up to date, as a client would: the farm, its parts, the positions, and the
    /// records that their claims read.
    pub(crate) fn feed(&mut self) {
        self.slot += 1;
        self.feed_account(&self.farm.address.clone());
        let mut addresses = vec![self.farm.budget, CLOCK_SYSVAR, self.farm.stake.address];
        addresses.extend(self.farm.rewards.iter().map(|mint| mint.address));
        addresses.extend(self.farm.shards.iter().map(|shard| shard.address));
        addresses.extend(self.wallets.iter().map(|wallet| self.position(wallet)));
        for shard in &self.farm.shards {
            let rewards = 0..self.farm.rewards.len() as u8;
            addresses.extend(rewards.map(|reward| shard.reward_vault(reward)));
        }
        for address in addresses {
            self.feed_account(&address);
        }
        let first = self.farms.records(&self.farm.address, 0).next();
        let first = first.map_or(0, |record| record.account.epoch);
        let next = self.world.budget(&self.farm).next_epoch;
        for epoch in first..=next {
            self.feed_account(&self.farm.record(epoch));
        }
        assert_eq!(self.farms.missing(&self.farm.address), []);
        self.check_estimates();
    }

    fn feed_account(&mut self, address: &Pubkey) {
        let account = self.world.world.svm.account(address);
        let Some(account) = account else {
            self.farms.remove(address, self.slot);
            return;
        };
        let update = AccountUpdate {
            address: *address,
            owner: account.owner,
            slot: self.slot,
            data: &account.data,
        };
        self.farms.apply(update).expect("an account that decodes");
    }

    /// What all positions are told that they have earned is no more than what the farm has for them.
    fn check_estimates(&self) {
        let view = farm_view(&self.farms, &self.farm.address, self.now()).expect("a whole farm");
        let mut sums = [0u64; 5];
        let mut present = [0u64; 5];
        let mut staked = 0;
        for wallet in &self.wallets {
            let position = self.position(wallet);
            if self.farms.position(&position).is_none() {
                continue;
            }
            let pending = pending(&self.farms, &position, self.now());
            let pending =
                pending.expect("all records are there, or were deleted when they could be");
            // What a client would fetch is all that the estimate has read.
            let needed = unsettled_records(&self.farms, &position).expect("a known position");
            for (epoch, _) in &pending.settlement.credits {
                assert!(needed.contains(&self.farm.record(*epoch)));
            }
            for reward in 0..5 {
                sums[reward] += pending.earned()[reward];
                present[reward] += pending.present[reward];
                assert!(pending.accrued()[reward] >= pending.earned()[reward]);
            }
            let position = self.world.position(&position).expect("a known position");
            staked += position.stake().stake().amount;
        }
        assert_eq!(view.staked, staked);
        for reward in &view.rewards {
            let index = usize::from(reward.index);
            assert!(sums[index] <= reward.allotted - reward.paid);
            let (pays, shared) = (reward.present_epoch, present[index]);
            assert!(shared <= pays && pays - shared.min(pays) <= WALLETS as u64 || staked == 0);
        }
    }

    pub(crate) fn pass_time(&mut self, rng: &mut impl Rng) {
        let seconds = match rng.random_range(0..12) {
            0 => rng.random_range(1_000..9_000),
            1..=4 => rng.random_range(500..1_500),
            _ => rng.random_range(1..400),
        };
        let now = self.now();
        self.world.svm().set_time(now + seconds);
        self.feed();
    }

    /// Sends transactions, all of which have to succeed.
    pub(crate) fn send(&mut self, name: &str, transactions: &[Vec<Instruction>]) {
        for instructions in transactions {
            let size =
                sealane_sdk::tx::transaction_size(instructions, &self.world.world.svm.payer());
            assert!(
                size <= sealane_sdk::tx::MAX_TRANSACTION_SIZE,
                "{name}: {size} bytes"
            );
            if let Err(refused) = self.world.try_execute(instructions) {
                panic!("{name} was planned and is refused: {refused:#?}");
            }
        }
        self.feed();
    }

    /// Everybody claims and leaves; what is left over is swept when the grace period is over.
    pub(crate) fn wind_up(&mut self) {
        let now = self.now();
        self.world.svm().set_time(now + 100_000);
        self.feed();
        let creator = self.farm.creator;
        let closing = plan::close_epochs_instructions(
            &self.farms,
            &self.farm.address,
            &self.world.world.svm.payer(),
        );
        let closing = closing.expect("a whole farm");
        self.send("close", &closing.transactions);
        for wallet in self.wallets.clone() {
            let position = self.position(&wallet);
            if self.farms.position(&position).is_some() {
                self.claim(&wallet, &plan::ClaimRequest::default());
            }
        }
        let now = self.now();
        self.world.svm().set_time(now + FOREVER);
        self.feed();
        let farm = self.farm.address;
        let expiring =
            plan::expire_epochs_instructions(&self.farms, &farm, &self.world.world.svm.payer());
        let expiring = expiring.expect("a whole farm");
        assert!(!expiring.quote.epochs.is_empty());
        self.send("expire", &expiring.transactions);
        for reward in 0..self.farm.rewards.len() as u8 {
            let caller = self.caller(&creator);
            let mint = self.farm.rewards[usize::from(reward)];
            let Ok(sweeping) = plan::sweep_instructions(&self.farms, &farm, reward, &caller) else {
                continue;
            };
            let before = self.balance(&mint, &creator);
            self.send("sweep", &[sweeping.instructions]);
            let received = self.balance(&mint, &creator) - before;
            assert_eq!(
                received, sweeping.quote.received,
                "swept of reward {reward}"
            );
        }
        // All that was funded was paid or swept, but for what somebody is owed.
        for shard in &self.farm.shards {
            for reward in 0..self.farm.rewards.len() as u8 {
                let vault = shard.reward_vault(reward);
                if self.is_owed(reward) {
                    continue;
                }
                assert_eq!(
                    self.world.world.balance(&vault),
                    0,
                    "left of reward {reward}"
                );
            }
        }
    }

    fn is_owed(&self, reward: u8) -> bool {
        let mut wallets = self.wallets.iter();
        wallets.any(|wallet| {
            let position = self.world.position(&self.position(wallet));
            position.is_some_and(|position| position.owed[usize::from(reward)] > 0)
        })
    }
}
