//! Where things are: addresses derived from what they belong to.

use sealane_amm::state::{LP_MINT_SEED, POOL_SEED, SHARD_SEED, VAULT_SEED};
use sealane_governance::state::{
    INSTRUCTION_SEED, PROPOSAL_SEED, REALM_SEED, TALLY_SEED, TEXT_SEED, TREASURY_SEED, VOTE_SEED,
};
use sealane_orderbook::state::{
    LANE_SEED, MARKET_SEED, VAULT_SEED as MARKET_VAULT_SEED, VAULT_SHARD_SEED,
};
use sealane_staking::state::{
    BUDGET_SEED, EPOCH_SEED, FARM_SEED, POSITION_SEED, REWARD_VAULT_SEED,
    SHARD_SEED as FARM_SHARD_SEED, STAKE_VAULT_SEED,
};
use serde::Serialize;
use solana_pubkey::Pubkey;
use spl_associated_token_account_interface::address::get_associated_token_address_with_program_id;

use crate::{amm, governance, orderbook, serialize, staking};

pub use sealane_amm::token::{TOKEN_2022_PROGRAM, TOKEN_PROGRAM};

/// Program that creates associated token accounts.
pub const ASSOCIATED_TOKEN_PROGRAM: Pubkey =
    Pubkey::from_str_const("ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL");
/// Program that creates accounts and moves lamports.
pub const SYSTEM_PROGRAM: Pubkey = Pubkey::from_str_const("11111111111111111111111111111111");
/// Account that holds the chain's time and epoch.
pub const CLOCK_SYSVAR: Pubkey =
    Pubkey::from_str_const("SysvarC1ock11111111111111111111111111111111");

/// Address and bump of a pool. `id` tells apart pools of one creator and pair.
///
/// ```
/// use sealane_engine::{address, amm};
/// use solana_pubkey::Pubkey;
///
/// let (creator, base, quote) = (Pubkey::new_unique(), Pubkey::new_unique(), Pubkey::new_unique());
/// let (pool, _bump) = address::pool(&creator, &base, &quote, 0);
/// // The order of the mints and the id are part of the address.
/// assert_ne!(pool, address::pool(&creator, &quote, &base, 0).0);
/// assert_ne!(pool, address::pool(&creator, &base, &quote, 1).0);
/// ```
#[must_use]
pub fn pool(creator: &Pubkey, base_mint: &Pubkey, quote_mint: &Pubkey, id: u16) -> (Pubkey, u8) {
    let seeds: [&[u8]; 5] = [
        POOL_SEED,
        creator.as_ref(),
        base_mint.as_ref(),
        quote_mint.as_ref(),
        &id.to_le_bytes(),
    ];
    Pubkey::find_program_address(&seeds, &amm::ID)
}

/// Address and bump of a pool's shard.
#[must_use]
pub fn shard(pool: &Pubkey, index: u8) -> (Pubkey, u8) {
    Pubkey::find_program_address(&[SHARD_SEED, pool.as_ref(), &[index]], &amm::ID)
}

/// Address and bump of a shard's vault of one mint.
#[must_use]
pub fn vault(shard: &Pubkey, mint: &Pubkey) -> (Pubkey, u8) {
    Pubkey::find_program_address(&[VAULT_SEED, shard.as_ref(), mint.as_ref()], &amm::ID)
}

/// Address and bump of a shard's liquidity mint.
#[must_use]
pub fn lp_mint(shard: &Pubkey) -> (Pubkey, u8) {
    Pubkey::find_program_address(&[LP_MINT_SEED, shard.as_ref()], &amm::ID)
}

/// Address and bump of a market. `id` tells apart markets of one creator and pair.
#[must_use]
pub fn market(creator: &Pubkey, base_mint: &Pubkey, quote_mint: &Pubkey, id: u16) -> (Pubkey, u8) {
    let seeds: [&[u8]; 5] = [
        MARKET_SEED,
        creator.as_ref(),
        base_mint.as_ref(),
        quote_mint.as_ref(),
        &id.to_le_bytes(),
    ];
    Pubkey::find_program_address(&seeds, &orderbook::ID)
}

/// Address and bump of a market's vault shard.
#[must_use]
pub fn vault_shard(market: &Pubkey, index: u8) -> (Pubkey, u8) {
    let seeds: [&[u8]; 3] = [VAULT_SHARD_SEED, market.as_ref(), &[index]];
    Pubkey::find_program_address(&seeds, &orderbook::ID)
}

/// Address and bump of a vault shard's vault of one mint.
#[must_use]
pub fn market_vault(vault_shard: &Pubkey, mint: &Pubkey) -> (Pubkey, u8) {
    let seeds: [&[u8]; 3] = [MARKET_VAULT_SEED, vault_shard.as_ref(), mint.as_ref()];
    Pubkey::find_program_address(&seeds, &orderbook::ID)
}

/// Address and bump of a lane. `index` tells apart one owner's lanes in a market.
#[must_use]
pub fn lane(market: &Pubkey, owner: &Pubkey, index: u16) -> (Pubkey, u8) {
    let seeds: [&[u8]; 4] = [
        LANE_SEED,
        market.as_ref(),
        owner.as_ref(),
        &index.to_le_bytes(),
    ];
    Pubkey::find_program_address(&seeds, &orderbook::ID)
}

/// Address and bump of a farm. `id` tells apart farms of one creator and staked mint.
#[must_use]
pub fn farm(creator: &Pubkey, stake_mint: &Pubkey, id: u16) -> (Pubkey, u8) {
    let seeds: [&[u8]; 4] = [
        FARM_SEED,
        creator.as_ref(),
        stake_mint.as_ref(),
        &id.to_le_bytes(),
    ];
    Pubkey::find_program_address(&seeds, &staking::ID)
}

/// Address and bump of a farm's budget.
#[must_use]
pub fn budget(farm: &Pubkey) -> (Pubkey, u8) {
    Pubkey::find_program_address(&[BUDGET_SEED, farm.as_ref()], &staking::ID)
}

/// Address and bump of a farm's shard.
#[must_use]
pub fn farm_shard(farm: &Pubkey, index: u8) -> (Pubkey, u8) {
    let seeds: [&[u8]; 3] = [FARM_SHARD_SEED, farm.as_ref(), &[index]];
    Pubkey::find_program_address(&seeds, &staking::ID)
}

/// Address and bump of a farm shard's vault of staked tokens.
#[must_use]
pub fn stake_vault(farm_shard: &Pubkey) -> (Pubkey, u8) {
    Pubkey::find_program_address(&[STAKE_VAULT_SEED, farm_shard.as_ref()], &staking::ID)
}

/// Address and bump of a farm shard's vault of one reward.
#[must_use]
pub fn reward_vault(farm_shard: &Pubkey, reward: u8) -> (Pubkey, u8) {
    let seeds: [&[u8]; 3] = [REWARD_VAULT_SEED, farm_shard.as_ref(), &[reward]];
    Pubkey::find_program_address(&seeds, &staking::ID)
}

/// Address and bump of a position. `index` tells apart one owner's positions in a farm.
#[must_use]
pub fn position(farm: &Pubkey, owner: &Pubkey, index: u16) -> (Pubkey, u8) {
    let seeds: [&[u8]; 4] = [
        POSITION_SEED,
        farm.as_ref(),
        owner.as_ref(),
        &index.to_le_bytes(),
    ];
    Pubkey::find_program_address(&seeds, &staking::ID)
}

/// Address and bump of the record of an epoch.
#[must_use]
pub fn epoch_record(farm: &Pubkey, epoch: u32) -> (Pubkey, u8) {
    let seeds: [&[u8]; 3] = [EPOCH_SEED, farm.as_ref(), &epoch.to_le_bytes()];
    Pubkey::find_program_address(&seeds, &staking::ID)
}

/// Address and bump of a realm. `id` tells apart one creator's realms.
#[must_use]
pub fn realm(creator: &Pubkey, id: u16) -> (Pubkey, u8) {
    let seeds: [&[u8]; 3] = [REALM_SEED, creator.as_ref(), &id.to_le_bytes()];
    Pubkey::find_program_address(&seeds, &governance::ID)
}

/// Address and bump of a realm's treasury: what signs for it.
#[must_use]
pub fn treasury(realm: &Pubkey) -> (Pubkey, u8) {
    Pubkey::find_program_address(&[TREASURY_SEED, realm.as_ref()], &governance::ID)
}

/// Address and bump of a proposal. `id` tells apart an author's proposals in a realm.
#[must_use]
pub fn proposal(realm: &Pubkey, author: &Pubkey, id: u32) -> (Pubkey, u8) {
    let seeds: [&[u8]; 4] = [
        PROPOSAL_SEED,
        realm.as_ref(),
        author.as_ref(),
        &id.to_le_bytes(),
    ];
    Pubkey::find_program_address(&seeds, &governance::ID)
}

/// Address and bump of a proposal's text.
#[must_use]
pub fn proposal_text(proposal: &Pubkey) -> (Pubkey, u8) {
    Pubkey::find_program_address(&[TEXT_SEED, proposal.as_ref()], &governance::ID)
}

/// Address and bump of one of the instructions of a proposal's option.
#[must_use]
pub fn proposed_instruction(proposal: &Pubkey, option: u8, index: u8) -> (Pubkey, u8) {
    let seeds: [&[u8]; 4] = [INSTRUCTION_SEED, proposal.as_ref(), &[option], &[index]];
    Pubkey::find_program_address(&seeds, &governance::ID)
}

/// Address and bump of one of a proposal's tally shards.
#[must_use]
pub fn tally_shard(proposal: &Pubkey, index: u8) -> (Pubkey, u8) {
    let seeds: [&[u8]; 3] = [TALLY_SEED, proposal.as_ref(), &[index]];
    Pubkey::find_program_address(&seeds, &governance::ID)
}

/// Address and bump of the record of a position's vote.
#[must_use]
pub fn vote_record(proposal: &Pubkey, position: &Pubkey) -> (Pubkey, u8) {
    let seeds: [&[u8]; 3] = [VOTE_SEED, proposal.as_ref(), position.as_ref()];
    Pubkey::find_program_address(&seeds, &governance::ID)
}

/// A vault shard's accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct VaultShardAddresses {
    /// Which of the market's vault shards this is.
    pub index: u8,
    /// The vault shard.
    #[serde(serialize_with = "serialize::display")]
    pub vault_shard: Pubkey,
    /// Its vault of base tokens.
    #[serde(serialize_with = "serialize::display")]
    pub base_vault: Pubkey,
    /// Its vault of quote tokens.
    #[serde(serialize_with = "serialize::display")]
    pub quote_vault: Pubkey,
}

impl VaultShardAddresses {
    /// Derives them.
    #[must_use]
    pub fn derive(market: &Pubkey, base_mint: &Pubkey, quote_mint: &Pubkey, index: u8) -> Self {
        let (vault_shard, _) = vault_shard(market, index);
        Self {
            index,
            vault_shard,
            base_vault: market_vault(&vault_shard, base_mint).0,
            quote_vault: market_vault(&vault_shard, quote_mint).0,
        }
    }
}

/// A wallet's associated account of one mint. The token program is part of the address.
#[must_use]
pub fn associated_token(owner: &Pubkey, mint: &Pubkey, token_program: &Pubkey) -> Pubkey {
    get_associated_token_address_with_program_id(owner, mint, token_program)
}

/// A shard's accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ShardAddresses {
    /// Which of the pool's shards this is.
    pub index: u8,
    /// The shard.
    #[serde(serialize_with = "serialize::display")]
    pub shard: Pubkey,
    /// Its vault of base tokens.
    #[serde(serialize_with = "serialize::display")]
    pub base_vault: Pubkey,
    /// Its vault of quote tokens.
    #[serde(serialize_with = "serialize::display")]
    pub quote_vault: Pubkey,
    /// Its liquidity mint.
    #[serde(serialize_with = "serialize::display")]
    pub lp_mint: Pubkey,
}

impl ShardAddresses {
    /// Derives them.
    #[must_use]
    pub fn derive(pool: &Pubkey, base_mint: &Pubkey, quote_mint: &Pubkey, index: u8) -> Self {
        let (shard, _) = shard(pool, index);
        Self {
            index,
            shard,
            base_vault: vault(&shard, base_mint).0,
            quote_vault: vault(&shard, quote_mint).0,
            lp_mint: lp_mint(&shard).0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn well_known_addresses_are_the_interfaces_own() {
        assert_eq!(TOKEN_PROGRAM, spl_token_interface::id());
        assert_eq!(TOKEN_2022_PROGRAM, spl_token_2022_interface::id());
        assert_eq!(
            ASSOCIATED_TOKEN_PROGRAM,
            spl_associated_token_account_interface::program::id()
        );
        assert_eq!(SYSTEM_PROGRAM, solana_system_interface::program::id());
    }

    #[test]
    fn bumps_are_canonical_and_seeds_those_of_the_program() {
        let pool_address = Pubkey::new_unique();
        let (address, bump) = shard(&pool_address, 7);
        let seeds: [&[u8]; 4] = [b"shard", pool_address.as_ref(), &[7], &[bump]];
        assert_eq!(
            Pubkey::create_program_address(&seeds, &amm::ID).unwrap(),
            address
        );
    }

    #[test]
    fn shards_share_no_address() {
        let (pool, base, quote) = (
            Pubkey::new_unique(),
            Pubkey::new_unique(),
            Pubkey::new_unique(),
        );
        let mut seen = std::collections::HashSet::new();
        for index in 0..32 {
            let addresses = ShardAddresses::derive(&pool, &base, &quote, index);
            for address in [
                addresses.shard,
                addresses.base_vault,
                addresses.quote_vault,
                addresses.lp_mint,
            ] {
                assert!(seen.insert(address));
            }
        }
        assert_eq!(seen.len(), 128);
    }
}
