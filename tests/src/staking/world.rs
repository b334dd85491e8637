//! An SVM with farms and positions in it.

use sealane_core::stake::{PositionStake, ShardStake};
use sealane_staking::{
    FarmParams,
    state::{Budget, EpochRecord, Farm, Position, Shard},
};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

use super::farm::TestFarm;
use crate::{Backing, Executed, Mint, MintSpec, Refused, Svm, World, token_amount, world::read};

/// An SVM with the staking program in it, farms and positions. After every instruction list that it
/// sends it checks each farm: shards are the sums of their positions, stake vaults hold what is
/// theirs, and reward vaults hold what was funded and neither paid nor swept.
///
/// A clone is an independent world.
#[derive(Clone)]
pub struct StakingWorld {
    /// Wallets, mints, the machine.
    pub world: World,
    farms: Vec<Known>,
}

/// A farm, and every position ever opened in it through the world.
#[derive(Clone)]
struct Known {
    farm: TestFarm,
    positions: Vec<Pubkey>,
    backing: Backing,
}

impl Default for StakingWorld {
    fn default() -> Self {
        Self::new()
    }
}

impl StakingWorld {
    /// A world without farms.
    ///
    /// # Panics
    /// If the programs have not been built.
    #[must_use]
    pub fn new() -> Self {
        let mut world = World::new();
        world.svm.deploy(sealane_staking::ID, "sealane_staking");
        Self {
            world,
            farms: Vec::new(),
        }
    }

    /// The machine.
    pub fn svm(&mut self) -> &mut Svm {
        &mut self.world.svm
    }

    /// The time, Unix seconds.
    #[must_use]
    pub fn now(&self) -> i64 {
        self.world.svm.clock().unix_timestamp
    }

    /// A new farm of a new mint, with its shards.
    pub fn create_farm(&mut self, stake: &MintSpec, params: FarmParams, shards: u8) -> TestFarm {
        let stake = self.world.create_mint(stake);
        self.create_farm_of(stake, params, shards)
    }

    /// A new farm of a mint at hand, with its shards.
    pub fn create_farm_of(&mut self, stake: Mint, params: FarmParams, shards: u8) -> TestFarm {
        let creator = self.world.wallet();
        let mut farm = TestFarm::new(creator, 0, stake);
        self.execute(&[farm.create(params)]);
        for index in 0..shards {
            let payer = self.world.svm.payer();
            self.execute(&[farm.add_shard(index, creator, payer)]);
            farm.shards.push(farm.shard_accounts(index));
        }
        self.farms.push(Known {
            farm: farm.clone(),
            positions: Vec::new(),
            backing: Backing::Exact,
        });
        farm
    }

    /// Learns of shards and rewards that were added by instructions of a test's own.
    ///
    /// # Panics
    /// If this world did not create the farm.
    pub fn adopt(&mut self, farm: &TestFarm) {
        self.known(farm).farm = farm.clone();
    }

    /// From now on checks a position with its farm, which was opened, or closed, by instructions of a
    /// test's own.
    ///
    /// # Panics
    /// If this world did not create the farm.
    pub fn adopt_position(&mut self, farm: &TestFarm, position: Pubkey) {
        let known = self.known(farm);
        if !known.positions.contains(&position) {
            known.positions.push(position);
        }
    }

    /// From now on a farm's vaults may hold more than is owned: someone donated.
    ///
    /// # Panics
    /// If this world did not create the farm.
    pub fn allow_surplus(&mut self, farm: &TestFarm) {
        self.known(farm).backing = Backing::AtLeast;
    }

    /// Adds a reward from now on, with a vault in every shard; funds it by the creator.
    pub fn add_reward(&mut self, farm: &mut TestFarm, mint: Mint, amount: u64, seconds: i64) -> u8 {
        let (now, creator, payer) = (self.now(), farm.creator, self.world.svm.payer());
        let reward = farm.rewards.len() as u8;
        self.execute(&[farm.add_reward(creator, &mint, now, now + seconds)]);
        farm.rewards.push(mint);
        for shard in 0..farm.shards.len() {
            self.execute(&[farm.add_reward_vault(shard, reward, payer)]);
        }
        self.adopt(farm);
        self.fund(&mint, &creator, amount);
        if amount > 0 {
            self.execute(&[farm.fund(0, creator, reward, amount, 0)]);
        }
        reward
    }

    /// Makes a wallet's token account of a mint, where it has none, and mints to it.
    pub fn fund(&mut self, mint: &Mint, wallet: &Pubkey, amount: u64) {
        let payer = self.world.svm.payer();
        self.execute(&[
            mint.create_account(&payer, wallet),
            mint.mint_to(wallet, amount),
        ]);
    }

    /// A new wallet with tokens to stake and accounts for the rewards, and its position in a shard.
    pub fn staker(&mut self, farm: &TestFarm, shard: usize, tokens: u64) -> (Pubkey, Pubkey) {
        let wallet = self.world.wallet();
        self.fund(&farm.stake, &wallet, tokens);
        for mint in &farm.rewards {
            self.fund(mint, &wallet, 0);
        }
        let position = self.open_position(farm, shard, wallet, 0);
        (wallet, position)
    }

    /// Opens a position, and from then on checks it with its farm.
    pub fn open_position(
        &mut self,
        farm: &TestFarm,
        shard: usize,
        owner: Pubkey,
        index: u16,
    ) -> Pubkey {
        self.execute(&[farm.open_position(shard, owner, index)]);
        let position = farm.position(&owner, index);
        self.adopt_position(farm, position);
        position
    }

    /// The present epoch.
    #[must_use]
    pub fn epoch(&self, farm: &TestFarm) -> u32 {
        let moment = self.farm(farm).moment(self.now());
        moment.expect("a time with an epoch").epoch
    }

    /// Lets time pass to the very beginning of an epoch.
    ///
    /// # Panics
    /// If it has begun.
    pub fn go_to_epoch(&mut self, farm: &TestFarm, epoch: u32) {
        let begin = self.farm(farm).epochs().begin(epoch);
        assert!(begin > self.now(), "epoch {epoch} has begun");
        self.svm().set_time(begin);
    }

    /// Closes all epochs that have ended; tells which.
    pub fn close_epochs(&mut self, farm: &TestFarm) -> Vec<u32> {
        let next = self.budget(farm).next_epoch;
        let epochs: Vec<u32> = (next..self.epoch(farm)).collect();
        let all: Vec<usize> = (0..farm.shards.len()).collect();
        for epoch in &epochs {
            let payer = self.world.svm.payer();
            self.execute(&[farm.close_epoch(payer, *epoch, &all)]);
        }
        epochs
    }

    fn known(&mut self, farm: &TestFarm) -> &mut Known {
        self.farms
            .iter_mut()
            .find(|known| known.farm.address == farm.address)
            .expect("a farm of this world")
    }

    /// Sends instructions and checks every farm.
    ///
    /// # Errors
    /// What was refused.
    ///
    /// # Panics
    /// If a farm of this world is no longer solvent.
    pub fn try_execute(&mut self, instructions: &[Instruction]) -> Result<Executed, Refused> {
        let outcome = self.world.try_execute(instructions);
        self.check();
        outcome
    }

    /// Sends instructions that must succeed.
    ///
    /// # Panics
    /// If they are refused, or a farm of this world is no longer solvent.
    pub fn execute(&mut self, instructions: &[Instruction]) -> Executed {
        let executed = self.world.execute(instructions);
        self.check();
        executed
    }

    /// Fails unless every farm of this world is solvent.
    ///
    /// # Panics
    /// If one is not.
    pub fn check(&self) {
        for known in &self.farms {
            self.check_farm(known);
        }
    }

    fn check_farm(&self, known: &Known) {
        let farm = &known.farm;
        let positions: Vec<Position> = known
            .positions
            .iter()
            .filter_map(|address| self.position(address))
            .collect();
        let shards: Vec<Shard> = (0..farm.shards.len())
            .map(|index| self.shard(farm, index))
            .collect();
        for (accounts, shard) in farm.shards.iter().zip(&shards) {
            let own = positions
                .iter()
                .filter(|position| position.shard.to_bytes() == accounts.address.to_bytes());
            let own: Vec<&PositionStake> = own.map(Position::stake).collect();
            assert_sums(shard.stake(), &own);
            let cooling: u64 = own.iter().map(|position| position.cooling).sum();
            assert_eq!(shard.cooling, cooling, "cooling in {}", accounts.address);
            let held = self.world.balance(&accounts.stake_vault);
            let owed = u128::from(shard.staked) + u128::from(cooling);
            known.assert_backed("stake vault", u128::from(held), owed);
        }
        let budget = self.budget(farm);
        for reward in 0..farm.rewards.len() {
            let sum = |of: &dyn Fn(&Shard) -> u64| shards.iter().map(of).sum::<u64>();
            let settled = sum(&|shard| shard.settled[reward]);
            let paid = sum(&|shard| shard.paid[reward]);
            let owed: u64 = positions.iter().map(|one| one.owed[reward]).sum();
            assert_eq!(owed, settled - paid, "owed of reward {reward}");
            let schedule = budget.schedule(reward);
            assert!(schedule.allotted <= schedule.funded);
            assert!(settled + budget.swept[reward] <= schedule.allotted);
            let held: u64 = farm
                .shards
                .iter()
                .map(|shard| self.world.balance(&shard.reward_vault(reward as u8)))
                .sum();
            let backing = schedule.funded - budget.swept[reward] - paid;
            known.assert_backed("reward vaults", u128::from(held), u128::from(backing));
            assert!(held >= owed + schedule.left());
        }
    }

    /// A farm's account.
    #[must_use]
    pub fn farm(&self, farm: &TestFarm) -> Farm {
        read(&self.world.svm.data(&farm.address))
    }

    /// A farm's budget.
    #[must_use]
    pub fn budget(&self, farm: &TestFarm) -> Budget {
        read(&self.world.svm.data(&farm.budget))
    }

    /// A shard's account.
    #[must_use]
    pub fn shard(&self, farm: &TestFarm, index: usize) -> Shard {
        read(&self.world.svm.data(&farm.shards[index].address))
    }

    /// The record of an epoch.
    ///
    /// # Panics
    /// If there is none.
    #[must_use]
    pub fn record(&self, farm: &TestFarm, epoch: u32) -> EpochRecord {
        read(&self.world.svm.data(&farm.record(epoch)))
    }

    /// A position, if it has not been closed.
    #[must_use]
    pub fn position(&self, address: &Pubkey) -> Option<Position> {
        let account = self.world.svm.account(address)?;
        (account.owner == sealane_staking::ID).then(|| read(&account.data))
    }

    /// What a wallet owns of a mint.
    #[must_use]
    pub fn balance(&self, mint: &Mint, wallet: &Pubkey) -> u64 {
        let account = self.world.svm.account(&mint.account_of(wallet));
        account.map_or(0, |account| token_amount(&account.data))
    }
}

impl Known {
    fn assert_backed(&self, what: &str, held: u128, owed: u128) {
        let backed = match self.backing {
            Backing::Exact => held == owed,
            Backing::AtLeast => held >= owed,
        };
        assert!(backed, "{what}: {held} held, {owed} owed");
    }
}

/// Fails unless a shard counts just these positions.
fn assert_sums(shard: &ShardStake, positions: &[&PositionStake]) {
    let (mut staked, mut locked, mut lock_epochs) = (0, 0, 0u128);
    for position in positions {
        let stake = position.stake();
        let left = stake.lock_left(shard.epoch);
        staked += stake.amount;
        if left > 0 {
            locked += stake.amount;
            lock_epochs += u128::from(stake.amount) * u128::from(left);
        }
    }
    assert_eq!(
        (shard.staked, shard.locked, shard.lock_epochs.get()),
        (staked, locked, lock_epochs),
        "a shard and its positions"
    );
    assert_eq!(shard.expiring.iter().sum::<u64>(), locked);
}
