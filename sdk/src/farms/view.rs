//! Farms and positions as plain values.

use sealane_core::stake::{Epochs, LockTerms, MAX_REWARDS, Stake, WHOLE};
use sealane_staking::state::{Farm, Position, Shard};
use solana_pubkey::Pubkey;

use super::{
    Entry, FarmError, Farms, ahead::Ahead, known_budget, known_farm, known_position, known_shards,
    moment,
};

/// A token of a farm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FarmToken {
    /// Its mint.
    pub mint: Pubkey,
    /// SPL Token or Token-2022.
    pub token_program: Pubkey,
    /// Its decimals.
    pub decimals: u8,
}

impl FarmToken {
    /// What is staked in a farm.
    #[must_use]
    pub fn staked(farm: &Farm) -> Self {
        Self {
            mint: farm.stake_mint,
            token_program: farm.stake_token_program,
            decimals: farm.stake_decimals,
        }
    }

    /// One of a farm's rewards.
    #[must_use]
    pub fn reward(farm: &Farm, reward: usize) -> Self {
        Self {
            mint: farm.reward_mints[reward],
            token_program: farm.reward_token_programs[reward],
            decimals: farm.reward_decimals[reward],
        }
    }
}

/// A stake pool or farm at a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FarmView {
    /// The farm.
    pub farm: Pubkey,
    /// Who created it.
    pub creator: Pubkey,
    /// Tells apart farms of one creator and mint.
    pub id: u16,
    /// Who administers it.
    pub authority: Pubkey,
    /// Who is to administer it, once they accept.
    pub pending_authority: Option<Pubkey>,
    /// Bits of [`pause`](crate::staking::state::pause) that are switched off.
    pub paused: u8,
    /// What is staked.
    pub stake: FarmToken,
    /// When epochs begin and end.
    pub epochs: Epochs,
    /// The present epoch.
    pub epoch: u32,
    /// The first epoch that was not closed.
    pub next_epoch: u32,
    /// What locks are worth.
    pub terms: LockTerms,
    /// Seconds from unstaking to withdrawing.
    pub cooldown_seconds: u32,
    /// Seconds from an epoch's end for which it can be claimed at least.
    pub grace_seconds: u32,
    /// Staked in all positions, in units.
    pub staked: u64,
    /// Weight of all positions, in ten-thousandths of a unit.
    pub weight: u128,
    /// The shards, by index.
    pub shards: Vec<FarmShardView>,
    /// The rewards, by index.
    pub rewards: Vec<RewardView>,
}

impl FarmView {
    /// Whether epochs have ended that nobody has closed.
    #[must_use]
    pub fn is_overdue(&self) -> bool {
        self.next_epoch < self.epoch
    }
}

/// One of a farm's shards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FarmShardView {
    /// The shard.
    pub shard: Pubkey,
    /// Which of the farm's shards it is.
    pub index: u8,
    /// Its vault of staked tokens.
    pub stake_vault: Pubkey,
    /// Staked in its positions.
    pub staked: u64,
    /// How much of that is locked.
    pub locked: u64,
    /// Unstaked and not withdrawn.
    pub cooling: u64,
}

/// One of a farm's rewards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RewardView {
    /// Its index.
    pub index: u8,
    /// The token.
    pub token: FarmToken,
    /// When it begins to be paid, Unix seconds.
    pub start: i64,
    /// When that ends.
    pub end: i64,
    /// Units that arrived, less those swept that were never allotted.
    pub funded: u64,
    /// Units that epochs got which have ended.
    pub allotted: u64,
    /// Units paid out to positions.
    pub paid: u64,
    /// What the present epoch pays if nothing changes, in units.
    pub present_epoch: u64,
    /// Units that are for the time from now on, and ...
    pub left: u64,
    /// ... the seconds that they are for; 0: none any more.
    pub left_seconds: u64,
    /// Whether it is being paid now.
    pub running: bool,
}

impl RewardView {
    /// Units paid in so many seconds from now on at the present rate, rounded down; nothing while
    /// the reward is not running. The rate stays as it is until somebody funds the reward, or nobody
    /// stakes for an epoch.
    #[must_use]
    pub fn paid_in(&self, seconds: u32) -> u64 {
        if !self.running || self.left_seconds == 0 {
            return 0;
        }
        let within = u128::from(seconds).min(u128::from(self.left_seconds));
        // At most what is left.
        (u128::from(self.left) * within / u128::from(self.left_seconds)) as u64
    }
}

/// A farm at a Unix second.
///
/// # Errors
/// [`FarmError`]: the cache lacks an account of the farm's.
pub fn farm_view(farms: &Farms, farm: &Pubkey, now: i64) -> Result<FarmView, FarmError> {
    let entry = known_farm(farms, farm)?;
    let config = entry.account;
    let budget = known_budget(farms, farm)?.account;
    let shards = match known_shards(farms, &entry) {
        Err(FarmError::NoShards { .. }) => Vec::new(),
        shards => shards?,
    };
    let ahead = Ahead::new(farms, &entry, now)?;
    let mut staked = 0u64;
    for shard in &shards {
        staked = staked
            .checked_add(shard.account.staked)
            .ok_or(FarmError::TooLarge)?;
    }
    let rewards = 0..usize::from(config.reward_count).min(MAX_REWARDS);
    let nobody = Pubkey::default();
    Ok(FarmView {
        farm: *farm,
        creator: config.creator,
        id: config.id,
        authority: config.authority,
        pending_authority: Some(config.pending_authority).filter(|pending| *pending != nobody),
        paused: config.paused,
        stake: FarmToken::staked(config),
        epochs: config.epochs(),
        epoch: ahead.at.epoch,
        next_epoch: budget.next_epoch,
        terms: config.terms(),
        cooldown_seconds: config.cooldown_seconds,
        grace_seconds: config.grace_seconds,
        staked,
        weight: ahead.weight,
        shards: shards.iter().map(shard_view).collect(),
        rewards: rewards
            .map(|reward| reward_view(config, &ahead, &shards, reward, now))
            .collect(),
    })
}

fn shard_view(shard: &Entry<'_, Shard>) -> FarmShardView {
    let account = shard.account;
    FarmShardView {
        shard: shard.address,
        index: account.index,
        stake_vault: account.stake_vault,
        staked: account.staked,
        locked: account.locked,
        cooling: account.cooling,
    }
}

fn reward_view(
    farm: &Farm,
    ahead: &Ahead,
    shards: &[Entry<'_, Shard>],
    reward: usize,
    now: i64,
) -> RewardView {
    let schedule = &ahead.schedules[reward];
    // What is left is for the time from the beginning of the present epoch on.
    let from = farm.epochs().begin(ahead.at.epoch).max(schedule.start);
    let left_seconds = schedule.end.saturating_sub(from).max(0) as u64;
    RewardView {
        index: reward as u8,
        token: FarmToken::reward(farm, reward),
        start: schedule.start,
        end: schedule.end,
        funded: schedule.funded,
        allotted: schedule.allotted,
        paid: shards.iter().fold(0, |paid, shard| {
            shard.account.paid[reward].saturating_add(paid)
        }),
        present_epoch: ahead.present.rewards[reward],
        left: schedule.left(),
        left_seconds,
        running: schedule.start <= now && now < schedule.end && schedule.left() > 0,
    }
}

/// A position at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PositionView {
    /// The position.
    pub position: Pubkey,
    /// Its farm.
    pub farm: Pubkey,
    /// The shard that counts it.
    pub shard: Pubkey,
    /// Whose it is.
    pub owner: Pubkey,
    /// Tells apart one owner's positions in the farm.
    pub index: u16,
    /// Who may vote with it besides.
    pub delegate: Option<Pubkey>,
    /// Staked, in units.
    pub amount: u64,
    /// The first epoch in which the stake is free, while it is locked.
    pub lock_until: Option<u32>,
    /// When that is, Unix seconds.
    pub lock_ends_at: Option<i64>,
    /// Weight now, in ten-thousandths of a unit: what rewards are shared by.
    pub weight: u128,
    /// Unstaked and not withdrawn, in units.
    pub cooling: u64,
    /// When that can be withdrawn, Unix seconds.
    pub cooled_at: i64,
    /// The first epoch that was not claimed.
    pub claim_from: u32,
    /// Weight at the beginning of the present epoch: what a vote counts for a proposal that opens
    /// now.
    pub voting_power: u128,
}

impl PositionView {
    /// What the lock multiplies by, in ten-thousandths; nothing is staked: none.
    #[must_use]
    pub fn multiplier(&self) -> u64 {
        match self.amount {
            0 => u64::from(WHOLE),
            // The quotient is at most the highest multiplier.
            amount => (self.weight / u128::from(amount)) as u64,
        }
    }
}

/// A position at a Unix second.
///
/// # Errors
/// [`FarmError`] if the position or its farm is not cached.
pub fn position_view(
    farms: &Farms,
    position: &Pubkey,
    now: i64,
) -> Result<PositionView, FarmError> {
    let entry = known_position(farms, position)?;
    let account: &Position = entry.account;
    let farm = known_farm(farms, &account.farm)?.account;
    let at = moment(farm, now)?;
    let stake: Stake = account.stake().stake();
    let locked = stake.lock_left(at.epoch) > 0 && stake.amount > 0;
    Ok(PositionView {
        position: *position,
        farm: account.farm,
        shard: account.shard,
        owner: account.owner,
        index: account.index,
        delegate: Some(account.delegate).filter(|delegate| *delegate != Pubkey::default()),
        amount: stake.amount,
        lock_until: locked.then_some(stake.lock_until),
        lock_ends_at: locked.then(|| farm.epochs().begin(stake.lock_until)),
        weight: farm.terms().weight(&stake, at.epoch),
        cooling: account.cooling,
        cooled_at: account.cooled_at,
        claim_from: account.claim_from,
        voting_power: voting_power_at(farm, account, at.epoch)?,
    })
}

/// A position's weight at the beginning of an epoch, in ten-thousandths of a unit: what it counts
/// in a vote whose snapshot that is.
///
/// # Errors
/// [`FarmError::Refused`] if the position's history does not reach back so far.
pub fn voting_power_at(farm: &Farm, position: &Position, epoch: u32) -> Result<u128, FarmError> {
    Ok(position.stake().weight_at(epoch, &farm.terms())?)
}
