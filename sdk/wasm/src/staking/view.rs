//! Farms and positions, to be looked at.

use sealane_sdk::{
    farms::{self, Entry, FarmShardView, RewardView},
    staking::state::{Position, pause},
};
use serde::Serialize;
use solana_pubkey::Pubkey;
use tsify::Tsify;

use super::Staking;
use crate::{refusal::Answer, values::Address};

/// A day, in seconds.
const DAY: u32 = 86_400;

/// What somebody can do with a farm, and its authority can pause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "snake_case")]
pub enum FarmAction {
    /// New stakes and locks, and restaking.
    Stake,
    /// Funding.
    Fund,
}

/// A stake pool or farm. Weights are in ten-thousandths of a unit, times Unix seconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(large_number_types_as_bigints)]
pub struct FarmInfo {
    /// Its address.
    pub farm: Address,
    /// Who created it.
    pub creator: Address,
    /// Who administers it.
    pub authority: Address,
    /// What is staked.
    pub stake_mint: Address,
    /// The token program of that.
    pub stake_token_program: Address,
    /// Its decimals.
    pub stake_decimals: u8,
    /// Actions that are paused.
    pub paused: Vec<FarmAction>,
    /// When epoch 0 began.
    pub start: i64,
    /// Seconds of an epoch.
    pub epoch_seconds: u32,
    /// The present epoch.
    pub epoch: u32,
    /// When it ends.
    pub epoch_ends_at: i64,
    /// The first epoch that nobody has closed.
    pub next_epoch: u32,
    /// Ten-thousandths that each epoch a lock has left adds to the weight.
    pub lock_boost_bps: u16,
    /// The longest lock, in epochs; 0: no locks.
    pub lock_max_epochs: u8,
    /// Seconds from unstaking to withdrawing.
    pub cooldown_seconds: u32,
    /// Seconds for which an epoch's rewards can be claimed at least.
    pub grace_seconds: u32,
    /// Staked in all positions.
    pub staked: u64,
    /// Unstaked and not withdrawn.
    pub cooling: u64,
    /// Weight of all positions.
    #[tsify(type = "bigint")]
    pub weight: u128,
    /// The shards.
    pub shards: Vec<FarmShard>,
    /// What it pays.
    pub rewards: Vec<FarmReward>,
    /// The slot in which it looked like this.
    pub slot: u64,
}

/// A farm's shard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(large_number_types_as_bigints)]
pub struct FarmShard {
    /// Its address.
    pub shard: Address,
    /// Its index.
    pub index: u8,
    /// Staked in its positions.
    pub staked: u64,
}

/// What a farm pays of a token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(large_number_types_as_bigints)]
pub struct FarmReward {
    /// Its index.
    pub index: u8,
    /// The token.
    pub mint: Address,
    /// Its decimals.
    pub decimals: u8,
    /// From when it is paid.
    pub start: i64,
    /// Until when.
    pub end: i64,
    /// What it was funded with.
    pub funded: u64,
    /// What epochs got that have ended.
    pub allotted: u64,
    /// What the next 24 hours pay at the present rate.
    pub per_day: u64,
}

/// What somebody has staked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(large_number_types_as_bigints)]
pub struct PositionInfo {
    /// Its address.
    pub position: Address,
    /// The farm.
    pub farm: Address,
    /// Whose it is.
    pub owner: Address,
    /// Tells apart one owner's positions in the farm.
    pub index: u16,
    /// The shard that counts it.
    pub shard: Address,
    /// The shard's index.
    pub shard_index: u8,
    /// Staked.
    pub amount: u64,
    /// Weight: what rewards are shared by.
    #[tsify(type = "bigint")]
    pub weight: u128,
    /// What the lock multiplies by, in ten-thousandths.
    #[tsify(type = "number")]
    pub multiplier_bps: u32,
    /// The first epoch in which it is free.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lock_until: Option<u32>,
    /// When that epoch begins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lock_ends_at: Option<i64>,
    /// Unstaked and not withdrawn.
    pub cooling: u64,
    /// When that can be withdrawn.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cooled_at: Option<i64>,
    /// Who may vote with it besides.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delegate: Option<Address>,
    /// What it has earned, of each reward.
    pub pending: Vec<PendingReward>,
    /// The first epoch that was not claimed.
    pub claim_from: u32,
    /// Closed epochs in which it earned something that was not claimed.
    pub claimable_epochs: u32,
    /// Weight at the beginning of the epoch: what it counts in a vote that opens in it.
    #[tsify(type = "bigint")]
    pub voting_power: u128,
    /// The slot in which it looked like this.
    pub slot: u64,
}

/// What a position has earned of a reward.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(large_number_types_as_bigints)]
pub struct PendingReward {
    /// The reward's index.
    pub reward: u8,
    /// The token.
    pub mint: Address,
    /// Its decimals.
    pub decimals: u8,
    /// In epochs that have ended, to the unit, whether somebody has closed them or not.
    pub amount: u64,
    /// What the present epoch will bring if nothing changes.
    pub accruing: u64,
}

pub(crate) fn farms(staking: &Staking, at: Option<i64>) -> Answer<Vec<FarmInfo>> {
    staking.time(at)?;
    let mut known: Vec<Pubkey> = staking.known().farms().map(|entry| entry.address).collect();
    known.sort_unstable();
    // One that was created a moment ago may lack an account.
    let farms = known
        .iter()
        .filter_map(|address| farm(staking, address, at).ok());
    Ok(farms.collect())
}

pub(crate) fn farm(staking: &Staking, farm: &Pubkey, at: Option<i64>) -> Answer<FarmInfo> {
    let known = farms::farm_view(staking.known(), farm, staking.time(at)?)?;
    let paused = [
        (pause::STAKE, FarmAction::Stake),
        (pause::FUND, FarmAction::Fund),
    ];
    let paused = paused
        .into_iter()
        .filter(|(bit, _)| known.paused & bit != 0);
    let entry = staking.known().farm(farm);
    let shards = staking.known().shards(farm).map(|entry| entry.slot);
    let slot = shards.chain(entry.map(|entry| entry.slot)).max();
    Ok(FarmInfo {
        farm: known.farm.into(),
        creator: known.creator.into(),
        authority: known.authority.into(),
        stake_mint: known.stake.mint.into(),
        stake_token_program: known.stake.token_program.into(),
        stake_decimals: known.stake.decimals,
        paused: paused.map(|(_, action)| action).collect(),
        start: known.epochs.begin(0),
        epoch_seconds: known.epochs.seconds(),
        epoch: known.epoch,
        epoch_ends_at: known.epochs.end(known.epoch),
        next_epoch: known.next_epoch,
        lock_boost_bps: known.terms.boost(),
        lock_max_epochs: known.terms.max_epochs(),
        cooldown_seconds: known.cooldown_seconds,
        grace_seconds: known.grace_seconds,
        staked: known.staked,
        cooling: known.shards.iter().map(|shard| shard.cooling).sum(),
        weight: known.weight,
        shards: known.shards.iter().map(FarmShard::from).collect(),
        rewards: known.rewards.iter().map(FarmReward::from).collect(),
        slot: slot.unwrap_or_default(),
    })
}

impl From<&FarmShardView> for FarmShard {
    fn from(shard: &FarmShardView) -> Self {
        Self {
            shard: shard.shard.into(),
            index: shard.index,
            staked: shard.staked,
        }
    }
}

impl From<&RewardView> for FarmReward {
    fn from(reward: &RewardView) -> Self {
        Self {
            index: reward.index,
            mint: reward.token.mint.into(),
            decimals: reward.token.decimals,
            start: reward.start,
            end: reward.end,
            funded: reward.funded,
            allotted: reward.allotted,
            per_day: reward.paid_in(DAY),
        }
    }
}

pub(crate) fn owned(
    staking: &Staking,
    owner: &Pubkey,
    at: Option<i64>,
) -> Answer<Vec<PositionInfo>> {
    positions(staking, staking.known().positions_of(owner), at)
}

pub(crate) fn delegated(
    staking: &Staking,
    wallet: &Pubkey,
    at: Option<i64>,
) -> Answer<Vec<PositionInfo>> {
    positions(staking, staking.known().delegated_to(wallet), at)
}

fn positions<'a>(
    staking: &Staking,
    entries: impl Iterator<Item = Entry<'a, Position>>,
    at: Option<i64>,
) -> Answer<Vec<PositionInfo>> {
    let now = staking.time(at)?;
    let infos: Answer<Vec<PositionInfo>> = entries
        .map(|entry| position(staking, &entry, now))
        .collect();
    let mut infos = infos?;
    infos.sort_by_key(|info| (info.farm.0, info.owner.0, info.index));
    Ok(infos)
}

fn position(staking: &Staking, entry: &Entry<'_, Position>, now: i64) -> Answer<PositionInfo> {
    let known = farms::position_view(staking.known(), &entry.address, now)?;
    let pending = farms::pending(staking.known(), &entry.address, now)?;
    let farm = farms::farm_view(staking.known(), &known.farm, now)?;
    let (earned, present) = (pending.earned(), pending.present);
    let rewards = farm.rewards.iter().map(|reward| {
        let at = usize::from(reward.index);
        PendingReward {
            reward: reward.index,
            mint: reward.token.mint.into(),
            decimals: reward.token.decimals,
            amount: earned[at],
            accruing: present[at],
        }
    });
    let shard = farm.shards.iter().find(|shard| shard.shard == known.shard);
    Ok(PositionInfo {
        position: entry.address.into(),
        farm: known.farm.into(),
        owner: known.owner.into(),
        index: known.index,
        shard: known.shard.into(),
        shard_index: shard.map_or(0, |shard| shard.index),
        amount: known.amount,
        weight: known.weight,
        multiplier_bps: u32::try_from(known.multiplier()).unwrap_or(u32::MAX),
        lock_until: known.lock_until,
        lock_ends_at: known.lock_ends_at,
        cooling: known.cooling,
        cooled_at: (known.cooling > 0).then_some(known.cooled_at),
        delegate: known.delegate.map(Address),
        pending: rewards.collect(),
        claim_from: known.claim_from,
        claimable_epochs: u32::try_from(pending.settlement.epochs()).unwrap_or(u32::MAX),
        voting_power: known.voting_power,
        slot: entry.slot,
    })
}
