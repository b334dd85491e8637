//! `VaultShard`: one of the places where a market's tokens lie.

use anchor_lang::prelude::*;
use sealane_onchain::cpi::Seed;

/// Seed prefix of vault shard addresses: `["vaults", market, index as u8]`.
pub const VAULT_SHARD_SEED: &[u8] = b"vaults";
/// Seed prefix of vault addresses: `["vault", vault shard, mint]`.
pub const VAULT_SEED: &[u8] = b"vault";
/// A market has at most this many vault shards.
pub const MAX_VAULT_SHARDS: u8 = 32;

/// Two vaults, and the protocol fees that were swept to here.
///
/// Lanes belong to no shard: whoever deposits or withdraws picks one, and two that picked different
/// ones do not wait for each other. All base vaults of a market together hold what its lanes own in
/// base; all quote vaults what they own in quote, the fees in lanes, and the fees counted here.
/// Whatever is sent to a vault besides is nobody's.
///
/// | offset | bytes | field |
/// |---|---|---|
/// | 0 | 8 | discriminator |
/// | 8 | 32 | `market` |
/// | 40 | 64 | `base_vault`, `quote_vault` |
/// | 104 | 8 | `protocol_fees` |
/// | 112 | 2 | `index`, `bump` |
/// | 114 | 54 | reserved, zero |
#[account]
#[derive(Debug, PartialEq, Eq)]
pub struct VaultShard {
    /// The market whose tokens these are.
    pub market: Address,
    /// Token account with base tokens, owned by this account's address.
    pub base_vault: Address,
    /// Token account with quote tokens, likewise.
    pub quote_vault: Address,
    /// Quote tokens that belong to the market's authority.
    pub protocol_fees: u64,
    /// Which of the market's vault shards this is.
    pub index: u8,
    /// Bump of this account's address.
    pub bump: u8,
    /// Zero; room for later versions.
    pub reserved: [u8; 54],
}

const _: () = assert!(core::mem::size_of::<VaultShard>() == 168 - 8);

impl VaultShard {
    /// What signs for the vaults.
    #[inline]
    pub fn seeds(&self) -> [Seed<'_>; 4] {
        [
            Seed::from(VAULT_SHARD_SEED),
            Seed::from(self.market.as_ref()),
            Seed::from(core::slice::from_ref(&self.index)),
            Seed::from(core::slice::from_ref(&self.bump)),
        ]
    }
}
