//! `EpochRecord`: a closed epoch.

use anchor_lang::prelude::*;
use sealane_core::{farm::EpochRewards, stake::Points};

/// Seed prefix of epoch record addresses: `["epoch", farm, epoch as u32 LE]`.
pub const EPOCH_SEED: &[u8] = b"epoch";

/// What all positions earned in an epoch, and what they share. Shards are added one by one, in
/// order; when the last one was, the rewards are fixed, and never change again.
///
/// | offset | bytes | field |
/// |---|---|---|
/// | 0 | 8 | discriminator |
/// | 8 | 32 | `farm` |
/// | 40 | 32 | `opener` |
/// | 72 | 16 | `points` |
/// | 88 | 16 | `weight` |
/// | 104 | 40 | `rewards` |
/// | 144 | 40 | `allotted` |
/// | 184 | 8 | `epoch`, `rewarded_before` |
/// | 192 | 3 | `next_shard`, `closed`, `bump` |
/// | 195 | 29 | reserved, zero |
#[account]
#[derive(Debug, PartialEq, Eq)]
pub struct EpochRecord {
    /// The farm.
    pub farm: Address,
    /// Who paid for the account, and gets its rent back when the epoch has expired.
    pub opener: Address,
    /// Points of the shards added so far, as a 128-bit little-endian number.
    pub points: [u64; 2],
    /// Their weight at the end of the epoch, in ten-thousandths: what a vote's quorum is of.
    pub weight: [u64; 2],
    /// What the positions share, of each reward.
    pub rewards: [u64; 5],
    /// What this epoch and all before it got, of each reward.
    pub allotted: [u64; 5],
    /// The epoch.
    pub epoch: u32,
    /// From this epoch to `epoch` there were no rewards.
    pub rewarded_before: u32,
    /// The shard to be added next.
    pub next_shard: u8,
    /// 1 when all shards were added.
    pub closed: u8,
    /// Bump of the account's address.
    pub bump: u8,
    /// Zero; room for later versions.
    pub reserved: [u8; 29],
}

const _: () = assert!(core::mem::size_of::<EpochRecord>() == 224 - 8);

impl EpochRecord {
    /// Whether all shards were added.
    #[inline]
    pub fn is_closed(&self) -> bool {
        self.closed == 1
    }

    /// Points of all positions, as far as their shards were added.
    #[inline]
    pub fn total_points(&self) -> u128 {
        bytemuck::cast::<_, Points>(self.points).get()
    }

    /// Weight of all positions at the end of the epoch, likewise, in ten-thousandths: what their
    /// weights at the beginning of the next epoch add up to.
    #[inline]
    pub fn end_weight(&self) -> u128 {
        bytemuck::cast::<_, Points>(self.weight).get()
    }

    /// The record as claims read it.
    #[inline]
    pub fn rewards(&self) -> EpochRewards {
        EpochRewards {
            epoch: self.epoch,
            after: self.rewarded_before,
            points: self.total_points(),
            rewards: self.rewards,
        }
    }
}
