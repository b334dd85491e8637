//! `Position`: one owner's stake in a farm.

use core::mem::offset_of;

use anchor_lang::prelude::*;
use bytemuck::{Pod, Zeroable};
use sealane_core::stake::{PositionStake, StakeEntry};

/// Seed prefix of position addresses: `["position", farm, owner, index as u16 LE]`.
pub const POSITION_SEED: &[u8] = b"position";

/// An epoch in which a position was changed: [`StakeEntry`] as it lies in the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable, IdlType)]
#[repr(C)]
pub struct Entry {
    /// Staked after the last change of the epoch.
    pub amount: u64,
    /// Points of this epoch, as a 128-bit little-endian number.
    pub points: [u64; 2],
    /// The epoch.
    pub epoch: u32,
    /// The first epoch in which the stake is free.
    pub lock_until: u32,
}

/// A stake, its past, and what it has earned.
///
/// | offset | bytes | field |
/// |---|---|---|
/// | 0 | 8 | discriminator |
/// | 8 | 32 | `farm` |
/// | 40 | 32 | `shard` |
/// | 72 | 32 | `owner` |
/// | 104 | 32 | `delegate` |
/// | 136 | 16 | `cooling`, `cooled_at` |
/// | 152 | 40 | `owed` |
/// | 192 | 12 | `claim_from`, `history_from`, `entry_count` |
/// | 204 | 4 | zero |
/// | 208 | 512 | `entries` |
/// | 720 | 4 | `index`, `bump`, `counting` |
/// | 724 | 4 | zero |
/// | 728 | 8 | `volume` |
/// | 736 | 48 | reserved, zero |
#[account]
#[derive(Debug, PartialEq, Eq)]
pub struct Position {
    /// The farm.
    pub farm: Address,
    /// The shard that counts this position and holds its tokens. Never changes.
    pub shard: Address,
    /// Whose position it is.
    pub owner: Address,
    /// Who may vote with its weight besides; all zero: nobody.
    pub delegate: Address,
    /// Unstaked, and not withdrawn yet.
    pub cooling: u64,
    /// When that can be withdrawn, Unix seconds.
    pub cooled_at: i64,
    /// Earned in claimed epochs and not paid out, of each reward.
    pub owed: [u64; 5],
    /// The first epoch that was not claimed.
    pub claim_from: u32,
    /// The first epoch whose beginning the entries tell the weight at.
    pub history_from: u32,
    /// Entries in use, oldest first.
    pub entry_count: u32,
    /// Zero.
    pub unused: u32,
    /// The epochs in which the position was changed.
    pub entries: [Entry; 16],
    /// Tells apart one owner's positions in a farm. Part of the address.
    pub index: u16,
    /// Bump of the account's address.
    pub bump: u8,
    /// In a trading farm, 1 once the lane's volume is being counted.
    pub counting: u8,
    /// Zero.
    pub padding: [u8; 4],
    /// What the lane had made when it was counted last, in quote units.
    pub volume: u64,
    /// Zero; room for later versions.
    pub reserved: [u8; 48],
}

/// Where the part begins that the arithmetic works on.
const STAKE: usize = offset_of!(Position, cooling);

const _: () = {
    assert!(size_of::<Position>() == 784 - 8);
    assert!(offset_of!(Position, index) - STAKE == size_of::<PositionStake>());
    assert!(offset_of!(Position, owed) - STAKE == offset_of!(PositionStake, owed));
    assert!(offset_of!(Position, claim_from) - STAKE == offset_of!(PositionStake, claim_from));
    assert!(offset_of!(Position, entry_count) - STAKE == offset_of!(PositionStake, entry_count));
    assert!(offset_of!(Position, entries) - STAKE == offset_of!(PositionStake, entries));
    assert!(size_of::<Entry>() == size_of::<StakeEntry>());
    assert!(offset_of!(Entry, points) == offset_of!(StakeEntry, points));
    assert!(offset_of!(Entry, epoch) == offset_of!(StakeEntry, epoch));
    assert!(offset_of!(Entry, lock_until) == offset_of!(StakeEntry, lock_until));
};

impl Position {
    /// The part of the account that the arithmetic works on.
    #[inline]
    pub fn stake(&self) -> &PositionStake {
        let bytes = bytemuck::bytes_of(self);
        bytemuck::from_bytes(&bytes[STAKE..STAKE + size_of::<PositionStake>()])
    }

    /// The same, to be changed.
    #[inline]
    pub fn stake_mut(&mut self) -> &mut PositionStake {
        let bytes = bytemuck::bytes_of_mut(self);
        bytemuck::from_bytes_mut(&mut bytes[STAKE..STAKE + size_of::<PositionStake>()])
    }
}
