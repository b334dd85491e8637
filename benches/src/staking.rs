//! Every instruction of the staking program, in every variant whose cost differs.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sealane_staking::{FarmAction, FarmParams};
use sealane_testkit::{
    Mint, MintSpec, log_uniform,
    staking::{PARAMS, StakingWorld, TestFarm, TradingFarm},
};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

use crate::report::Measured;

/// What every wallet gets of every token.
const FUNDS: u64 = 1_000_000_000_000_000_000;
/// The most that is staked at once.
const STAKE: u64 = 1_000_000_000_000;
/// The reward that is the staked token.
const OWN: u8 = 0;
/// The other reward.
const OTHER: u8 = 1;

/// A farm in use, and the costs of what is done with it.
struct Bench {
    world: StakingWorld,
    farm: TestFarm,
    /// Somebody who is counted by shard 0.
    wallet: Pubkey,
    position: Pubkey,
    /// Somebody else, in shard 1.
    other: (Pubkey, Pubkey),
    rng: ChaCha8Rng,
    variant: &'static str,
    runs: usize,
    measured: Vec<Measured>,
}

/// Runs everything.
pub(crate) fn measure(runs: usize) -> Vec<Measured> {
    let mut measured = Vec::new();
    for (variant, mint) in [
        ("", MintSpec::spl(6)),
        ("token_2022", MintSpec::token_2022(6)),
        (
            "transfer_fee",
            MintSpec::with_transfer_fee(6, 30, 1_000_000),
        ),
    ] {
        let mut bench = Bench::new(variant, &mint, runs);
        bench.stakes();
        bench.claims();
        if variant.is_empty() {
            bench.locks();
            bench.epochs();
            bench.farms();
            bench.trading();
        }
        measured.extend(bench.measured);
    }
    measured.sort_by_cached_key(|measured| crate::cases::order(&measured.instruction));
    measured
}

impl Bench {
    fn new(variant: &'static str, mint: &MintSpec, runs: usize) -> Self {
        let mut world = StakingWorld::new();
        let params = FarmParams {
            cooldown_seconds: 0,
            ..PARAMS
        };
        let mut farm = world.create_farm(mint, params, 4);
        let reward = world.world.create_mint(mint);
        let seconds = i64::from(PARAMS.epoch_seconds) * runs as i64 * 20;
        for mint in [farm.stake, reward] {
            world.add_reward(&mut farm, mint, FUNDS, seconds);
        }
        let (wallet, position) = world.staker(&farm, 0, FUNDS);
        let other = world.staker(&farm, 1, FUNDS);
        world.execute(&[farm.stake(1, other.0, other.1, STAKE)]);
        world.execute(&[farm.stake(0, wallet, position, STAKE)]);
        Self {
            world,
            farm,
            wallet,
            position,
            other,
            rng: ChaCha8Rng::seed_from_u64(3),
            variant,
            runs,
            measured: Vec::new(),
        }
    }

    /// Runs what `next` makes of the world as often as asked, and notes the units.
    fn run(&mut self, name: &str, mut next: impl FnMut(&mut Self) -> Instruction) {
        let mut units = Vec::with_capacity(self.runs);
        for _ in 0..self.runs {
            let instruction = next(self);
            let executed = self.world.execute(&[instruction]);
            units.push(executed.program_units());
        }
        let mut instruction = format!("staking.{name}");
        if !self.variant.is_empty() {
            instruction = format!("{instruction}.{}", self.variant);
        }
        self.measured.push(Measured { instruction, units });
    }

    /// A random moment later in the same epoch.
    fn later(&mut self) {
        let epochs = self.world.farm(&self.farm).epochs();
        let end = epochs.end(self.world.epoch(&self.farm));
        let left = end - self.world.now() - 1;
        let seconds = self.rng.random_range(0..=left.min(5));
        self.world.svm().advance_time(seconds);
    }

    /// The middle of the next epoch, all before it closed and what they paid claimed.
    fn next_epoch(&mut self) {
        self.closed_epoch();
        let epoch = self.world.epoch(&self.farm) - 1;
        let from = self
            .world
            .position(&self.position)
            .expect("open")
            .claim_from;
        let epochs: Vec<u32> = (from..=epoch).collect();
        let claim = self
            .farm
            .claim(0, self.wallet, self.position, OTHER, &epochs);
        self.world.execute(&[claim]);
    }

    /// The next epoch; tells the one before, which is closed and not claimed. Others stake more in it,
    /// so that no two shares are alike.
    fn closed_epoch(&mut self) -> u32 {
        let next = self.world.epoch(&self.farm) + 1;
        let farm = self.farm.clone();
        let (wallet, position) = self.other;
        let amount = self.amount();
        self.later();
        let forfeit = farm.forfeit(wallet, position, next - 1);
        let stake = farm.stake(1, wallet, position, amount);
        self.world.execute(&[forfeit, stake]);
        self.world.go_to_epoch(&farm, next);
        self.world.close_epochs(&farm);
        self.later();
        next - 1
    }

    fn amount(&mut self) -> u64 {
        100 + log_uniform(&mut self.rng, STAKE)
    }

    /// In an epoch that the shard and the position know, and as the first in a new one.
    fn stakes(&mut self) {
        let (farm, wallet, position) = (self.farm.clone(), self.wallet, self.position);
        self.run("stake", |bench| {
            bench.later();
            farm.stake(0, wallet, position, bench.amount())
        });
        self.run("stake.new_epoch", |bench| {
            bench.next_epoch();
            farm.stake(0, wallet, position, bench.amount())
        });
        self.run("unstake", |bench| {
            bench.later();
            farm.unstake(0, wallet, position, bench.rng.random_range(100..10_000))
        });
        self.run("withdraw", |bench| {
            let amount = bench.rng.random_range(100..10_000);
            let unstake = farm.unstake(0, wallet, position, amount);
            bench.world.execute(&[unstake]);
            farm.withdraw(0, wallet, position)
        });
    }

    /// Of one epoch and of none; of four at once.
    fn claims(&mut self) {
        let (farm, wallet, position) = (self.farm.clone(), self.wallet, self.position);
        self.next_epoch();
        self.run("claim", |bench| {
            let epoch = bench.closed_epoch();
            farm.claim(0, wallet, position, OTHER, &[epoch])
        });
        self.run("claim.credited", |bench| {
            let epoch = bench.closed_epoch();
            let settle = farm.claim(0, wallet, position, OTHER, &[epoch]);
            bench.world.execute(&[settle]);
            farm.claim(0, wallet, position, OWN, &[])
        });
        self.run("claim.four_epochs", |bench| {
            let epochs = [(); 4].map(|()| bench.closed_epoch());
            farm.claim(0, wallet, position, OTHER, &epochs)
        });
        self.run("restake", |bench| {
            let epoch = bench.closed_epoch();
            farm.restake(0, wallet, position, OWN, &[epoch])
        });
    }

    /// A lock, made longer each time, and a stake on top of it.
    fn locks(&mut self) {
        let (farm, wallet) = (self.farm.clone(), self.wallet);
        let mut index = 0;
        let mut fresh = move |bench: &mut Self| {
            index += 1;
            let position = bench.world.open_position(&farm, 0, wallet, index);
            let amount = bench.amount();
            let stake = farm.stake(0, wallet, position, amount);
            bench.world.execute(&[stake]);
            position
        };
        let farm = self.farm.clone();
        self.run("lock", |bench| {
            let position = fresh(bench);
            let until = bench.world.epoch(&farm) + bench.rng.random_range(1..=50);
            farm.lock(0, wallet, position, until)
        });
        let position = fresh(self);
        let until = self.world.epoch(&farm) + 50;
        self.world.execute(&[farm.lock(0, wallet, position, until)]);
        self.run("stake.locked", |bench| {
            bench.later();
            farm.stake(0, wallet, position, bench.amount())
        });
        self.run("set_delegate", |_| {
            farm.set_delegate(wallet, position, wallet)
        });
        self.run("forfeit", |bench| {
            farm.forfeit(wallet, position, bench.world.epoch(&farm))
        });
    }

    fn epochs(&mut self) {
        let farm = self.farm.clone();
        let payer = self.world.world.svm.payer();
        self.run("close_epoch.four_shards", |bench| {
            let next = bench.world.epoch(&farm) + 1;
            bench.world.go_to_epoch(&farm, next);
            farm.close_epoch(payer, next - 1, &[0, 1, 2, 3])
        });
        let creator = farm.creator;
        self.world.fund(&farm.rewards[1].clone(), &creator, FUNDS);
        self.run("fund", |bench| {
            let amount = bench.amount();
            farm.fund(0, creator, OTHER, amount, 0)
        });
        self.run("balance_rewards", |bench| {
            let amount = bench.amount();
            farm.balance_rewards(0, 1, OTHER, amount)
        });
        self.run("administer", |_| {
            farm.administer(creator, FarmAction::SetPaused(0))
        });
    }

    /// What a lane has made, in an epoch that shard and position know, and as the first in a new one.
    fn trading(&mut self) {
        let trading = TradingFarm::create(&mut self.world, 1, FUNDS / 2, 1_000_000);
        let farm = trading.farm.clone();
        let maker = trading.maker(&mut self.world, 0);
        let count = farm.count_volume(0, maker.position, maker.lane);
        self.run("count_volume", |bench| {
            let lots = bench.rng.random_range(1..100);
            trading.trade(&mut bench.world, &maker, lots);
            count.clone()
        });
        self.run("count_volume.new_epoch", |bench| {
            let lots = bench.rng.random_range(1..100);
            trading.trade(&mut bench.world, &maker, lots);
            let next = bench.world.epoch(&farm) + 1;
            bench.world.go_to_epoch(&farm, next);
            bench.world.close_epochs(&farm);
            let forfeit = farm.forfeit(maker.wallet, maker.position, next);
            bench.world.execute(&[forfeit]);
            count.clone()
        });
        let quote = trading.market.quote;
        self.run("bind_market", |bench| {
            let farm = bench.world.create_farm_of(quote, TradingFarm::PARAMS, 0);
            farm.bind_market(farm.creator, trading.market.address)
        });
    }

    /// New farms, each from its creation to a closed position.
    fn farms(&mut self) {
        let stake: Mint = self.farm.stake;
        let mut farms = Vec::new();
        self.run("create_farm", |bench| {
            let farm = TestFarm::new(bench.world.world.wallet(), 0, stake);
            farms.push(farm.clone());
            farm.create(PARAMS)
        });
        let payer = self.world.world.svm.payer();
        let mut each = farms.clone().into_iter();
        self.run("add_shard", |_| {
            let farm = each.next().expect("as many as were created");
            farm.add_shard(0, farm.creator, payer)
        });
        for farm in &mut farms {
            farm.shards.push(farm.shard_accounts(0));
        }
        let mut each = farms.clone().into_iter();
        self.run("add_reward", |bench| {
            let farm = each.next().expect("as many as were created");
            let now = bench.world.now();
            farm.add_reward(farm.creator, &stake, now, now + 1_000)
        });
        for farm in &mut farms {
            farm.rewards.push(stake);
        }
        let mut each = farms.clone().into_iter();
        self.run("add_reward_vault", |_| {
            let farm = each.next().expect("as many as were created");
            farm.add_reward_vault(0, 0, payer)
        });
        let mut each = farms.clone().into_iter();
        self.run("open_position", |_| {
            let farm = each.next().expect("as many as were created");
            farm.open_position(0, farm.creator, 0)
        });
        let mut each = farms.clone().into_iter();
        self.run("close_position", |_| {
            let farm = each.next().expect("as many as were created");
            farm.close_position(farm.creator, farm.position(&farm.creator, 0))
        });
        let mut each = farms.into_iter();
        self.expiry(&mut each);
    }

    /// What is done when all is over.
    fn expiry(&mut self, farms: &mut dyn Iterator<Item = TestFarm>) {
        let payer = self.world.world.svm.payer();
        let farms: Vec<TestFarm> = farms.collect();
        self.world.svm().advance_time(20_000);
        for farm in &farms {
            self.world.fund(&farm.stake, &farm.creator, 0);
            let close = farm.close_epoch(payer, 0, &[0]);
            self.world.execute(&[close]);
        }
        let mut each = farms.clone().into_iter();
        self.run("skip_epochs", |_| {
            let farm = each.next().expect("as many as were created");
            farm.skip_epochs(10)
        });
        self.world
            .svm()
            .advance_time(i64::from(PARAMS.grace_seconds) + 1_000);
        let mut each = farms.into_iter();
        self.run("expire_epoch", |_| {
            let farm = each.next().expect("as many as were created");
            farm.expire_epoch(0, payer)
        });
    }
}
