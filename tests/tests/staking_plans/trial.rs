//! One action: planned, executed, and compared.

use rand::Rng;
use sealane_sdk::{
    error::{Explain as _, StakingErrorExt as _},
    farms::{FarmError, Pending, farm_view, pending, position_view},
    plan::staking as plan,
    staking::{EVERYTHING, errors::StakingError},
};
use sealane_testkit::Reason;
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

use super::stage::Stage;

type Outcome = (&'static str, String);

impl Stage {
    /// Any action of anyone, on any position.
    pub(crate) fn try_anything(&mut self, rng: &mut impl Rng) -> Outcome {
        let wallet = self.wallets[rng.random_range(0..self.wallets.len())];
        match rng.random_range(0..20) {
            0..=4 => self.stake(&wallet, rng),
            5 | 6 => self.lock(&wallet, rng),
            7 | 8 => self.unstake(&wallet, rng),
            9 | 10 => self.withdraw(&wallet),
            11 | 12 => {
                let request = plan::ClaimRequest {
                    close_due: rng.random(),
                    give_up_lost: false,
                };
                self.claim(&wallet, &request)
            }
            13 => self.restake(&wallet, rng.random()),
            14..=16 => self.close(),
            17 => self.balance_vaults(rng),
            _ => self.fund(rng),
        }
    }

    /// An action that the SDK refuses: the program refuses the instruction too, for the same reason.
    fn refused(
        &mut self,
        name: &'static str,
        error: &FarmError,
        instruction: Option<Instruction>,
    ) -> Outcome {
        let Some(error) = error.staking_error() else {
            return (name, error.key().into_owned());
        };
        if let Some(instruction) = instruction {
            let refused = self.world.try_execute(&[instruction]);
            let refused = refused.expect_err("the SDK refuses it");
            assert_eq!(
                refused.reason,
                Reason::staking(error),
                "{name}: {:#?}",
                refused.logs
            );
        }
        (name, error.name().to_owned())
    }

    fn stake(&mut self, wallet: &Pubkey, rng: &mut impl Rng) -> Outcome {
        let at = farm_view(&self.farms, &self.farm.address, self.now()).expect("a whole farm");
        let amount = rng.random_range(0..5_000_000);
        let lock_until = (rng.random_range(0..4) == 0).then(|| at.epoch + rng.random_range(0..60));
        let request = plan::StakeRequest {
            farm: self.farm.address,
            index: 0,
            amount,
            lock_until,
            shard: match rng.random_range(0..3) {
                0 => plan::ShardChoice::ByOwner,
                1 => plan::ShardChoice::LeastStaked,
                _ => plan::ShardChoice::Index(0),
            },
        };
        let position = self.position(wallet);
        let planned = plan::stake_instructions(&self.farms, &request, &self.caller(wallet));
        let planned = match planned {
            Ok(planned) => planned,
            Err(error) => {
                let known = self.world.position(&position);
                let shard = known.map(|known| self.shard_of(&known.shard));
                let bare = |shard| self.farm.stake(shard, *wallet, position, amount);
                // A lock is refused for reasons of its own, and a position has to be there.
                let instruction = shard.filter(|_| lock_until.is_none()).map(bare);
                return self.refused("stake", &error, instruction);
            }
        };
        self.world.adopt_position(&self.farm.clone(), position);
        let before = self.balance(&self.farm.stake, wallet);
        self.send("stake", std::slice::from_ref(&planned.instructions));
        let quote = planned.quote;
        let stake = self
            .world
            .position(&position)
            .expect("it was opened")
            .stake()
            .stake();
        assert_eq!(stake, quote.stake);
        assert_eq!(before - self.balance(&self.farm.stake, wallet), quote.sent);
        let view = position_view(&self.farms, &position, self.now()).expect("a known position");
        assert_eq!(
            (view.weight, view.lock_ends_at),
            (quote.weight, quote.lock_ends_at)
        );
        assert_eq!((view.shard, view.amount), (quote.shard, quote.stake.amount));
        ("stake", "executed".into())
    }

    fn shard_of(&self, shard: &Pubkey) -> usize {
        let shards = &self.farm.shards;
        let found = shards.iter().position(|known| known.address == *shard);
        found.expect("a shard of the farm")
    }

    fn lock(&mut self, wallet: &Pubkey, rng: &mut impl Rng) -> Outcome {
        let position = self.position(wallet);
        let until = self.world.epoch(&self.farm) + rng.random_range(0..60);
        let planned = plan::lock_instructions(&self.farms, &position, until, &self.caller(wallet));
        match planned {
            Ok(planned) => {
                self.send("lock", &[planned.instructions]);
                let stake = self.world.position(&position).expect("it is there");
                assert_eq!(stake.stake().stake(), planned.quote.stake);
                ("lock", "executed".into())
            }
            Err(error) => {
                let known = self.world.position(&position);
                let shard = known.map(|known| self.shard_of(&known.shard));
                let bare = shard.map(|shard| self.farm.lock(shard, *wallet, position, until));
                self.refused("lock", &error, bare)
            }
        }
    }

    fn unstake(&mut self, wallet: &Pubkey, rng: &mut impl Rng) -> Outcome {
        let position = self.position(wallet);
        let amount = match rng.random_range(0..3) {
            0 => EVERYTHING,
            _ => rng.random_range(0..3_000_000),
        };
        let caller = self.caller(wallet);
        let at_once =
            plan::unstake_and_withdraw_instructions(&self.farms, &position, amount, &caller);
        if let Ok(planned) = at_once {
            let before = self.balance(&self.farm.stake, wallet);
            self.send("unstake", &[planned.instructions]);
            let received = self.balance(&self.farm.stake, wallet) - before;
            assert_eq!(received, planned.quote.1.received);
            return ("unstake", "executed".into());
        }
        match plan::unstake_instructions(&self.farms, &position, amount, &caller) {
            Ok(planned) => {
                self.send("unstake", &[planned.instructions]);
                let known = self.world.position(&position).expect("it is there");
                let quote = planned.quote;
                assert_eq!(known.stake().stake().amount, quote.left);
                assert_eq!(
                    (known.cooling, known.cooled_at),
                    (quote.cooling, quote.cooled_at)
                );
                ("unstake", "executed".into())
            }
            Err(error) => {
                let known = self.world.position(&position);
                let shard = known.map(|known| self.shard_of(&known.shard));
                let bare = shard.map(|shard| self.farm.unstake(shard, *wallet, position, amount));
                self.refused("unstake", &error, bare)
            }
        }
    }

    fn withdraw(&mut self, wallet: &Pubkey) -> Outcome {
        let position = self.position(wallet);
        let planned =
            plan::withdraw_stake_instructions(&self.farms, &position, &self.caller(wallet));
        match planned {
            Ok(planned) => {
                let before = self.balance(&self.farm.stake, wallet);
                self.send("withdraw", &[planned.instructions]);
                let received = self.balance(&self.farm.stake, wallet) - before;
                assert_eq!(received, planned.quote.received);
                ("withdraw", "executed".into())
            }
            Err(error) => {
                let known = self.world.position(&position);
                let shard = known.map(|known| self.shard_of(&known.shard));
                let bare = shard.map(|shard| self.farm.withdraw(shard, *wallet, position));
                self.refused("withdraw", &error, bare)
            }
        }
    }

    /// What was estimated, if there is such a position.
    fn estimate(&self, position: &Pubkey) -> Option<Pending> {
        self.farms.position(position)?;
        Some(pending(&self.farms, position, self.now()).expect("all records are there"))
    }

    /// All that the estimate says, and no unit more or less.
    pub(crate) fn claim(&mut self, wallet: &Pubkey, request: &plan::ClaimRequest) -> Outcome {
        let position = self.position(wallet);
        let estimate = self.estimate(&position);
        let caller = self.caller(wallet);
        let planned = plan::claim_instructions(&self.farms, &position, request, &caller);
        let planned = match planned {
            Ok(planned) => planned,
            Err(error) => {
                if let Some(estimate) = estimate.filter(|_| !request.close_due) {
                    let [one, two, ..] = estimate.claimable();
                    assert_eq!((one, two), (0, 0), "{error}");
                }
                return self.refused("claim", &error, None);
            }
        };
        let quote = planned.quote;
        let estimate = estimate.expect("it was planned");
        let expected = if request.close_due {
            estimate.earned()
        } else {
            estimate.claimable()
        };
        let all: Vec<u64> = quote
            .paid
            .iter()
            .zip(quote.unpaid)
            .map(|(paid, unpaid)| paid + unpaid)
            .collect();
        assert_eq!(all, expected);
        assert_eq!(
            quote.unpaid[..2],
            [0; 2],
            "only a transfer fee keeps tokens apart"
        );
        let before = self.rewards_of(wallet);
        self.send("claim", &planned.transactions);
        let after = self.rewards_of(wallet);
        for (reward, (before, after)) in before.iter().zip(after).enumerate() {
            assert_eq!(after - before, quote.received[reward], "of reward {reward}");
        }
        let left = self.estimate(&position).expect("it is there");
        assert_eq!(
            left.claimable(),
            quote.unpaid,
            "after everything was claimed"
        );
        if quote.epochs > 16 {
            return ("claim of many epochs", "executed".into());
        }
        ("claim", "executed".into())
    }

    fn rewards_of(&self, wallet: &Pubkey) -> Vec<u64> {
        let mints = self.farm.rewards.iter();
        mints.map(|mint| self.balance(mint, wallet)).collect()
    }

    fn restake(&mut self, wallet: &Pubkey, close_due: bool) -> Outcome {
        let position = self.position(wallet);
        let request = plan::ClaimRequest {
            close_due,
            give_up_lost: false,
        };
        let caller = self.caller(wallet);
        let planned = plan::restake_instructions(&self.farms, &position, 1, &request, &caller);
        let planned = match planned {
            Ok(planned) => planned,
            Err(error) => return self.refused("restake", &error, None),
        };
        self.send("restake", &planned.transactions);
        let known = self.world.position(&position).expect("it is there");
        assert_eq!(known.stake().stake(), planned.quote.stake);
        assert_eq!(known.owed, planned.quote.owed);
        let other = plan::restake_instructions(&self.farms, &position, 0, &request, &caller);
        let refused = FarmError::Refused(StakingError::NotTheStakedToken);
        assert_eq!(other, Err(refused));
        ("restake", "executed".into())
    }

    fn close(&mut self) -> Outcome {
        let (farm, payer) = (self.farm.address, self.world.world.svm.payer());
        let planned = plan::close_epochs_instructions(&self.farms, &farm, &payer);
        let planned = planned.expect("a whole farm");
        if planned.transactions.is_empty() {
            assert_eq!(
                self.world.budget(&self.farm).next_epoch,
                self.world.epoch(&self.farm)
            );
            return ("close", "nothing to do".into());
        }
        let earned: Vec<_> = self.earned();
        let view = farm_view(&self.farms, &farm, self.now()).expect("a whole farm");
        self.send("close", &planned.transactions);
        // Closing changes nothing about what was earned, nor about the rates.
        assert_eq!(self.earned(), earned);
        let closed = farm_view(&self.farms, &farm, self.now()).expect("a whole farm");
        assert!(!closed.is_overdue());
        assert_eq!((closed.rewards, closed.weight), (view.rewards, view.weight));
        ("close", "executed".into())
    }

    fn earned(&self) -> Vec<Option<[u64; 5]>> {
        let wallets = self.wallets.iter();
        let estimates = wallets.map(|wallet| self.estimate(&self.position(wallet)));
        estimates.map(|estimate| Some(estimate?.earned())).collect()
    }

    fn balance_vaults(&mut self, rng: &mut impl Rng) -> Outcome {
        let shards = self.farm.shards.len() as u8;
        let (from, to) = (rng.random_range(0..shards), rng.random_range(0..shards));
        if from == to {
            return ("balance", "one shard".into());
        }
        let farm = self.farm.address;
        let moving = plan::balance_rewards_instruction(
            &self.farms,
            &farm,
            rng.random_range(0..2),
            (from, to),
            EVERYTHING,
        );
        self.send("balance", &[vec![moving.expect("a known reward")]]);
        ("balance", "executed".into())
    }

    fn fund(&mut self, rng: &mut impl Rng) -> Outcome {
        let creator = self.farm.creator;
        let reward = rng.random_range(0..4);
        let end =
            (rng.random_range(0..3) == 0).then(|| self.now() + rng.random_range(-1_000..90_000));
        let request = plan::FundRequest {
            farm: self.farm.address,
            reward,
            amount: rng.random_range(0..50_000_000),
            end,
        };
        let planned = plan::fund_instructions(&self.farms, &request, &self.caller(&creator));
        let planned = match planned {
            Ok(planned) => planned,
            Err(error) => return self.refused("fund", &error, None),
        };
        let mint = self.farm.rewards[usize::from(reward)];
        let (before, funded) = (self.balance(&mint, &creator), self.funded(reward));
        self.send("fund", &planned.transactions);
        let quote = planned.quote;
        assert_eq!(before - self.balance(&mint, &creator), quote.sent);
        assert_eq!(self.funded(reward) - funded, quote.funded);
        let budget = self.world.budget(&self.farm);
        let index = usize::from(reward);
        assert_eq!(
            (budget.starts[index], budget.ends[index]),
            (quote.start, quote.end)
        );
        ("fund", "executed".into())
    }

    fn funded(&self, reward: u8) -> u64 {
        self.world.budget(&self.farm).funded[usize::from(reward)]
    }
}
