//! What an indexer needs to follow every farm without reading accounts: each instruction's log data
//! is an 8-byte discriminator, then the fields below, little-endian, without padding.

use anchor_lang::prelude::*;

/// A farm was created. Its shards follow as [`ShardAdded`], its rewards as [`RewardAdded`].
#[event(bytemuck)]
#[derive(Debug, PartialEq, Eq)]
pub struct FarmCreated {
    /// The farm.
    pub farm: Address,
    /// Who created it.
    pub creator: Address,
    /// Mint of what is staked.
    pub stake_mint: Address,
    /// When epoch 0 began, Unix seconds.
    pub start: i64,
    /// Seconds of an epoch.
    pub epoch_seconds: u32,
    /// Seconds from unstaking to withdrawing.
    pub cooldown_seconds: u32,
    /// Seconds for which an epoch's rewards can be claimed.
    pub grace_seconds: u32,
    /// What each epoch of a lock adds to the weight, in ten-thousandths.
    pub lock_boost: u16,
    /// Part of the address.
    pub id: u16,
    /// The longest lock in epochs.
    pub lock_max_epochs: u8,
    /// Decimals of the staked mint.
    pub stake_decimals: u8,
    /// Zero.
    pub reserved: [u8; 6],
}

/// A shard was added to a farm.
#[event(bytemuck)]
#[derive(Debug, PartialEq, Eq)]
pub struct ShardAdded {
    /// The farm.
    pub farm: Address,
    /// The new shard.
    pub shard: Address,
    /// Its index.
    pub index: u8,
    /// Zero.
    pub reserved: [u8; 7],
}

/// A reward was added to a farm, without funds so far.
#[event(bytemuck)]
#[derive(Debug, PartialEq, Eq)]
pub struct RewardAdded {
    /// The farm.
    pub farm: Address,
    /// Mint of the reward.
    pub mint: Address,
    /// When rewards begin, Unix seconds.
    pub start: i64,
    /// When they end.
    pub end: i64,
    /// Its index.
    pub reward: u8,
    /// Its decimals.
    pub decimals: u8,
    /// Zero.
    pub reserved: [u8; 6],
}

/// A shard got a vault for a reward.
#[event(bytemuck)]
#[derive(Debug, PartialEq, Eq)]
pub struct RewardVaultAdded {
    /// The farm.
    pub farm: Address,
    /// The shard.
    pub shard: Address,
    /// The vault.
    pub vault: Address,
    /// The reward's index.
    pub reward: u8,
    /// Zero.
    pub reserved: [u8; 7],
}

/// A reward was topped up, or its schedule extended.
#[event(bytemuck)]
#[derive(Debug, PartialEq, Eq)]
pub struct Funded {
    /// The farm.
    pub farm: Address,
    /// The shard whose vault holds the tokens.
    pub shard: Address,
    /// Who paid.
    pub funder: Address,
    /// Units that arrived.
    pub amount: u64,
    /// Units that arrived so far, all together.
    pub funded: u64,
    /// When rewards begin, Unix seconds.
    pub start: i64,
    /// When they end.
    pub end: i64,
    /// The reward's index.
    pub reward: u8,
    /// Zero.
    pub reserved: [u8; 7],
}

/// Actions were paused or resumed.
#[event(bytemuck)]
#[derive(Debug, PartialEq, Eq)]
pub struct PauseChanged {
    /// The farm.
    pub farm: Address,
    /// Bits now paused.
    pub paused: u8,
}

/// The authority proposed a successor (all zero: withdrew the proposal).
#[event(bytemuck)]
#[derive(Debug, PartialEq, Eq)]
pub struct AuthorityProposed {
    /// The farm.
    pub farm: Address,
    /// The proposed authority.
    pub pending_authority: Address,
}

/// The proposed authority took over.
#[event(bytemuck)]
#[derive(Debug, PartialEq, Eq)]
pub struct AuthorityChanged {
    /// The farm.
    pub farm: Address,
    /// The new authority.
    pub authority: Address,
}

/// A position was opened.
#[event(bytemuck)]
#[derive(Debug, PartialEq, Eq)]
pub struct PositionOpened {
    /// The position.
    pub position: Address,
    /// Its farm.
    pub farm: Address,
    /// The shard that counts it.
    pub shard: Address,
    /// Its owner.
    pub owner: Address,
    /// Part of the address.
    pub index: u16,
    /// Zero.
    pub reserved: [u8; 6],
}

/// A position was closed.
#[event(bytemuck)]
#[derive(Debug, PartialEq, Eq)]
pub struct PositionClosed {
    /// The position.
    pub position: Address,
    /// Its owner, who got the rent.
    pub owner: Address,
}

/// Somebody else may vote with a position's weight from now on, or nobody.
#[event(bytemuck)]
#[derive(Debug, PartialEq, Eq)]
pub struct DelegateSet {
    /// The position.
    pub position: Address,
    /// The delegate; all zero: none.
    pub delegate: Address,
}

/// Tokens were staked.
#[event(bytemuck)]
#[derive(Debug, PartialEq, Eq)]
pub struct Staked {
    /// The position.
    pub position: Address,
    /// Units that arrived.
    pub amount: u64,
    /// Units staked afterwards.
    pub staked: u64,
    /// The first epoch in which they are free.
    pub lock_until: u32,
    /// The epoch.
    pub epoch: u32,
}

/// A stake was locked, or its lock made longer.
#[event(bytemuck)]
#[derive(Debug, PartialEq, Eq)]
pub struct LockSet {
    /// The position.
    pub position: Address,
    /// Units staked.
    pub staked: u64,
    /// The first epoch in which they are free.
    pub lock_until: u32,
    /// The epoch.
    pub epoch: u32,
}

/// Tokens were unstaked and cool down.
#[event(bytemuck)]
#[derive(Debug, PartialEq, Eq)]
pub struct Unstaked {
    /// The position.
    pub position: Address,
    /// Units.
    pub amount: u64,
    /// Units still staked.
    pub staked: u64,
    /// Units that cool down, these included.
    pub cooling: u64,
    /// When they can be withdrawn, Unix seconds.
    pub cooled_at: i64,
}

/// What had cooled down was paid out.
#[event(bytemuck)]
#[derive(Debug, PartialEq, Eq)]
pub struct Withdrawn {
    /// The position.
    pub position: Address,
    /// Units that left the vault.
    pub amount: u64,
}

/// An epoch was closed. Its record is read by claims.
#[event(bytemuck)]
#[derive(Debug, PartialEq, Eq)]
pub struct EpochClosed {
    /// The farm.
    pub farm: Address,
    /// The record.
    pub record: Address,
    /// Points of all positions, as a 128-bit little-endian number.
    pub points: [u64; 2],
    /// Weight of all positions at its end, likewise, in ten-thousandths.
    pub weight: [u64; 2],
    /// What they share, of each reward.
    pub rewards: [u64; 5],
    /// The epoch.
    pub epoch: u32,
    /// Zero.
    pub reserved: [u8; 4],
}

/// Epochs without rewards were passed over.
#[event(bytemuck)]
#[derive(Debug, PartialEq, Eq)]
pub struct EpochsSkipped {
    /// The farm.
    pub farm: Address,
    /// The first of them.
    pub from: u32,
    /// The first that is to be closed.
    pub to: u32,
}

/// The grace period of an epoch was over, and its record was deleted.
#[event(bytemuck)]
#[derive(Debug, PartialEq, Eq)]
pub struct EpochExpired {
    /// The farm.
    pub farm: Address,
    /// Who got the rent.
    pub opener: Address,
    /// The epoch.
    pub epoch: u32,
    /// Zero.
    pub reserved: [u8; 4],
}

/// A position was credited with its part of epochs, and one reward was paid out.
#[event(bytemuck)]
#[derive(Debug, PartialEq, Eq)]
pub struct Claimed {
    /// The position.
    pub position: Address,
    /// Its part of the epochs whose records were named, of each reward.
    pub credited: [u64; 5],
    /// Units that left the vault of the shard that the instruction names.
    pub amount: u64,
    /// The first epoch that was not claimed, afterwards.
    pub claim_from: u32,
    /// The reward's index.
    pub reward: u8,
    /// 1 if it was staked at once.
    pub restaked: u8,
    /// Zero.
    pub reserved: [u8; 2],
}

/// A position gave up what it had not claimed.
#[event(bytemuck)]
#[derive(Debug, PartialEq, Eq)]
pub struct Forfeited {
    /// The position.
    pub position: Address,
    /// The first epoch that can still be claimed.
    pub claim_from: u32,
    /// Zero.
    pub reserved: [u8; 4],
}

/// A farm became a trading farm: its positions earn by the volume of their lanes.
#[event(bytemuck)]
#[derive(Debug, PartialEq, Eq)]
pub struct MarketBound {
    /// The farm.
    pub farm: Address,
    /// The order book.
    pub market: Address,
}

/// A lane's volume as maker was counted.
#[event(bytemuck)]
#[derive(Debug, PartialEq, Eq)]
pub struct VolumeCounted {
    /// The position.
    pub position: Address,
    /// The lane.
    pub lane: Address,
    /// Quote units since the last count: points of the epoch. 0 in the first count, which begins.
    pub counted: u64,
    /// What the lane has made so far; wraps.
    pub volume: u64,
    /// The epoch.
    pub epoch: u32,
    /// Zero.
    pub reserved: [u8; 4],
}

/// Rewards were moved from one shard's vault to another's.
#[event(bytemuck)]
#[derive(Debug, PartialEq, Eq)]
pub struct RewardsBalanced {
    /// The farm.
    pub farm: Address,
    /// The shard that gave.
    pub from: Address,
    /// The one that got.
    pub to: Address,
    /// Units moved.
    pub amount: u64,
    /// The reward's index.
    pub reward: u8,
    /// Zero.
    pub reserved: [u8; 7],
}

/// Rewards that nobody can claim any more went to the farm's authority.
#[event(bytemuck)]
#[derive(Debug, PartialEq, Eq)]
pub struct Swept {
    /// The farm.
    pub farm: Address,
    /// The shard whose vault paid.
    pub shard: Address,
    /// Units that epochs got and nobody claimed.
    pub unclaimed: u64,
    /// Units that no epoch got.
    pub never_allotted: u64,
    /// The reward's index.
    pub reward: u8,
    /// Zero.
    pub reserved: [u8; 7],
}
