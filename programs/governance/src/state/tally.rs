//! `TallyShard`: one of the parts in which a proposal's votes are added up.

use anchor_lang::prelude::*;
use sealane_core::governance::Tally;

use super::Sums;

/// Seed prefix of tally shard addresses: `["tally", proposal, index as u8]`.
pub const TALLY_SEED: &[u8] = b"tally";

/// The votes that chose this shard, added up.
///
/// | offset | bytes | field |
/// |---|---|---|
/// | 0 | 8 | discriminator |
/// | 8 | 32 | `proposal` |
/// | 40 | 32 | `payer` |
/// | 72 | 224 | `sums` |
/// | 296 | 2 | `index`, `bump` |
/// | 298 | 6 | reserved, zero |
#[account]
#[derive(Debug, PartialEq, Eq)]
pub struct TallyShard {
    /// The proposal.
    pub proposal: Address,
    /// Who paid for the account, and gets its rent back.
    pub payer: Address,
    /// The votes.
    pub sums: Sums,
    /// Which of the proposal's shards this is.
    pub index: u8,
    /// Bump of the account's address.
    pub bump: u8,
    /// Zero; room for later versions.
    pub reserved: [u8; 6],
}

const _: () = assert!(core::mem::size_of::<TallyShard>() == 304 - 8);

impl TallyShard {
    /// As the arithmetic works on it.
    #[inline]
    pub fn tally(&self) -> &Tally {
        bytemuck::cast_ref(&self.sums)
    }

    /// The same, to be changed.
    #[inline]
    pub fn tally_mut(&mut self) -> &mut Tally {
        bytemuck::cast_mut(&mut self.sums)
    }
}
