//! `Shard`: one of the parts that a farm's positions are counted in.

use core::mem::offset_of;

use anchor_lang::prelude::*;
use bytemuck::{Pod, Zeroable};
use sealane_core::stake::{EpochSum, ShardStake};
use sealane_onchain::cpi::Seed;

/// Seed prefix of shard addresses: `["shard", farm, index as u8]`.
pub const SHARD_SEED: &[u8] = b"shard";
/// Seed prefix of the vault of staked tokens: `["vault", shard]`.
pub const STAKE_VAULT_SEED: &[u8] = b"vault";
/// Seed prefix of vaults of rewards: `["reward", shard, index as u8]`.
pub const REWARD_VAULT_SEED: &[u8] = b"reward";
/// A farm has at most this many shards.
pub const MAX_SHARDS: u8 = 16;

/// What an epoch has brought: [`EpochSum`] as it lies in the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable, IdlType)]
#[repr(C)]
pub struct EndedEpoch {
    /// Points of the epoch, as a 128-bit little-endian number.
    pub points: [u64; 2],
    /// The weight at its end, likewise, in ten-thousandths.
    pub weight: [u64; 2],
}

/// The positions of a shard added up, the vault of their tokens, and vaults of rewards.
///
/// A position belongs to one shard, whose stake vault holds `staked` and `cooling`. Rewards belong
/// to no shard: whoever claims picks the vault. All vaults of a reward together hold what was
/// funded, less what was swept and what all shards have `paid`. Whatever is sent to a vault besides
/// is nobody's.
///
/// | offset | bytes | field |
/// |---|---|---|
/// | 0 | 8 | discriminator |
/// | 8 | 32 | `farm` |
/// | 40 | 32 | `stake_vault` |
/// | 72 | 160 | `reward_vaults` |
/// | 232 | 8 | `cooling` |
/// | 240 | 40 | `settled` |
/// | 280 | 40 | `paid` |
/// | 320 | 16 | `staked`, `locked` |
/// | 336 | 32 | `lock_epochs`, `points` |
/// | 368 | 12 | `epoch`, `born`, `summed` |
/// | 380 | 4 | zero |
/// | 384 | 2,048 | `expiring` |
/// | 2,432 | 1,024 | `ended` |
/// | 3,456 | 2 | `index`, `bump` |
/// | 3,458 | 62 | reserved, zero |
#[account]
#[derive(Debug, PartialEq, Eq)]
pub struct Shard {
    /// The farm that this is a shard of.
    pub farm: Address,
    /// Token account with the tokens of the shard's positions, owned by this account's address.
    pub stake_vault: Address,
    /// Token accounts with rewards, likewise; all zero: not created yet.
    pub reward_vaults: [Address; 5],
    /// Unstaked in the shard's positions, and not withdrawn yet.
    pub cooling: u64,
    /// What positions were credited with by claims that named this shard, of each reward.
    pub settled: [u64; 5],
    /// What this shard's vaults paid out, of each reward.
    pub paid: [u64; 5],
    /// Staked in the shard's positions.
    pub staked: u64,
    /// How much of that is locked.
    pub locked: u64,
    /// Locked amounts times the epochs that their locks have left, as a 128-bit number.
    pub lock_epochs: [u64; 2],
    /// Points of the present epoch if nothing changes any more, as a 128-bit number.
    pub points: [u64; 2],
    /// The last epoch in which the shard was touched.
    pub epoch: u32,
    /// The epoch in which it was added.
    pub born: u32,
    /// The first epoch that it was not summed for.
    pub summed: u32,
    /// Zero.
    pub unused: u32,
    /// Locked amounts by the epoch in which they become free, modulo 256.
    pub expiring: [u64; 256],
    /// The epochs that ended last, by their number modulo 32.
    pub ended: [EndedEpoch; 32],
    /// Which of the farm's shards this is.
    pub index: u8,
    /// Bump of this account's address.
    pub bump: u8,
    /// Zero; room for later versions.
    pub reserved: [u8; 62],
}

/// Where the part begins that the arithmetic works on.
const STAKE: usize = offset_of!(Shard, staked);

const _: () = {
    assert!(size_of::<Shard>() == 3_520 - 8);
    assert!(offset_of!(Shard, index) - STAKE == size_of::<ShardStake>());
    assert!(offset_of!(Shard, lock_epochs) - STAKE == offset_of!(ShardStake, lock_epochs));
    assert!(offset_of!(Shard, points) - STAKE == offset_of!(ShardStake, points));
    assert!(offset_of!(Shard, epoch) - STAKE == offset_of!(ShardStake, epoch));
    assert!(offset_of!(Shard, summed) - STAKE == offset_of!(ShardStake, summed));
    assert!(offset_of!(Shard, expiring) - STAKE == offset_of!(ShardStake, expiring));
    assert!(offset_of!(Shard, ended) - STAKE == offset_of!(ShardStake, ended));
    assert!(size_of::<EndedEpoch>() == size_of::<EpochSum>());
};

impl Shard {
    /// What signs for the vaults.
    #[inline]
    pub fn seeds(&self) -> [Seed<'_>; 4] {
        [
            Seed::from(SHARD_SEED),
            Seed::from(self.farm.as_ref()),
            Seed::from(core::slice::from_ref(&self.index)),
            Seed::from(core::slice::from_ref(&self.bump)),
        ]
    }

    /// The part of the account that the arithmetic works on.
    #[inline]
    pub fn stake(&self) -> &ShardStake {
        let bytes = bytemuck::bytes_of(self);
        bytemuck::from_bytes(&bytes[STAKE..STAKE + size_of::<ShardStake>()])
    }

    /// The same, to be changed.
    #[inline]
    pub fn stake_mut(&mut self) -> &mut ShardStake {
        let bytes = bytemuck::bytes_of_mut(self);
        bytemuck::from_bytes_mut(&mut bytes[STAKE..STAKE + size_of::<ShardStake>()])
    }
}
