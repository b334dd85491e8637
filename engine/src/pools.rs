//! A cache of pools that is fed accounts and asked for quotes. It does no I/O: feed it from a
//! subscription, from polling, or from a test.

use std::collections::{BTreeMap, BTreeSet};

use anchor_lang::Discriminator as _;
use imbl::HashMap;
use sealane_amm::state::{Pool, Shard};
use solana_clock::Clock;
use solana_pubkey::Pubkey;

use crate::{
    accounts::{self, DecodeError, MintInfo},
    address::{self, CLOCK_SYSVAR, TOKEN_2022_PROGRAM, TOKEN_PROGRAM},
    amm,
    versioned::{Numbered, Outcome, Table, Versioned, pair, store, store_in, store_numbered},
};

/// An account as a chain reports it.
#[derive(Clone, Copy, Debug)]
pub struct AccountUpdate<'a> {
    /// Where it is.
    pub address: Pubkey,
    /// The program that owns it.
    pub owner: Pubkey,
    /// The slot in which it looked like this.
    pub slot: u64,
    /// Its bytes.
    pub data: &'a [u8],
}

/// What an update did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applied {
    /// A pool is new or changed.
    Pool,
    /// A shard is new or changed.
    Shard {
        /// The pool that it belongs to.
        pool: Pubkey,
        /// Which of the pool's shards it is.
        index: u8,
    },
    /// A mint is new or changed.
    Mint,
    /// The time is new.
    Clock,
    /// The cache held exactly this already.
    Unchanged,
    /// The cache holds a newer state.
    Stale,
    /// The account has nothing to do with pools.
    Ignored,
}

/// A cached pool.
#[derive(Clone, Copy, Debug)]
pub struct PoolEntry<'a> {
    /// Its address.
    pub address: Pubkey,
    /// Its configuration.
    pub pool: &'a Pool,
    /// The slot in which it looked like this.
    pub slot: u64,
}

/// A cached shard.
#[derive(Clone, Copy, Debug)]
pub struct ShardEntry<'a> {
    /// Its address.
    pub address: Pubkey,
    /// What it holds.
    pub shard: &'a Shard,
    /// The slot in which it looked like this.
    pub slot: u64,
}

/// Pools, their shards, their mints, and the chain's time.
///
/// Updates may arrive in any order and more than once: what is older than the cached state is
/// ignored, and what is of the same slot replaces it, since nodes report the states within a slot
/// in order.
///
/// ```
/// use sealane_engine::{amm, pools::{AccountUpdate, Applied, Pools}};
/// use solana_pubkey::Pubkey;
///
/// let mut pools = Pools::new();
/// // An account of a stranger's program is not an error: a feed may carry anything.
/// let update = AccountUpdate {
///     address: Pubkey::new_unique(),
///     owner: Pubkey::new_unique(),
///     slot: 1,
///     data: &[],
/// };
/// assert_eq!(pools.apply(update), Ok(Applied::Ignored));
/// // An account of the pools' program that is neither pool nor shard is.
/// assert!(pools.apply(AccountUpdate { owner: amm::ID, ..update }).is_err());
/// ```
#[derive(Clone, Debug, Default)]
pub struct Pools {
    pools: Table<Pool>,
    shards: Numbered<Shard>,
    mints: Table<MintInfo>,
    clock: Option<Versioned<Clock>>,
    by_pair: HashMap<(Pubkey, Pubkey), BTreeSet<Pubkey>>,
}

impl Pools {
    /// An empty cache.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in an account: a pool, a shard, a mint or the clock sysvar. Others are ignored.
    ///
    /// # Errors
    /// [`DecodeError`] if an account of the pools' program, or the clock, does not decode. The
    /// cache is unchanged then.
    pub fn apply(&mut self, update: AccountUpdate<'_>) -> Result<Applied, DecodeError> {
        if update.address == CLOCK_SYSVAR {
            self.apply_clock(&update)
        } else if update.owner == amm::ID {
            if update.data.starts_with(Shard::DISCRIMINATOR) {
                self.apply_shard(&update)
            } else {
                self.apply_pool(&update)
            }
        } else if update.owner == TOKEN_PROGRAM || update.owner == TOKEN_2022_PROGRAM {
            Ok(self.apply_mint(&update))
        } else {
            Ok(Applied::Ignored)
        }
    }

    fn apply_clock(&mut self, update: &AccountUpdate<'_>) -> Result<Applied, DecodeError> {
        let clock = accounts::decode_clock(update.data)?;
        Ok(store(&mut self.clock, update.slot, clock).applied(Applied::Clock))
    }

    fn apply_pool(&mut self, update: &AccountUpdate<'_>) -> Result<Applied, DecodeError> {
        let pool = accounts::decode_pool(update.data)?;
        let pair = pair(&pool.base_mint, &pool.quote_mint);
        self.by_pair.entry(pair).or_default().insert(update.address);
        let newness = store_in(&mut self.pools, update.address, update.slot, pool);
        Ok(newness.applied(Applied::Pool))
    }

    fn apply_shard(&mut self, update: &AccountUpdate<'_>) -> Result<Applied, DecodeError> {
        let shard = accounts::decode_shard(update.data)?;
        let (pool, index, slot) = (shard.pool, shard.index, update.slot);
        let place = (pool, index);
        let newness = store_numbered(&mut self.shards, place, update.address, slot, shard);
        Ok(newness.applied(Applied::Shard { pool, index }))
    }

    /// Token programs own mints and token accounts; whatever is not a mint is ignored.
    fn apply_mint(&mut self, update: &AccountUpdate<'_>) -> Applied {
        match accounts::decode_mint(&update.owner, update.data) {
            Ok(mint) => {
                let newness = store_in(&mut self.mints, update.address, update.slot, mint);
                newness.applied(Applied::Mint)
            }
            Err(_) => Applied::Ignored,
        }
    }

    /// A pool by its address.
    #[must_use]
    pub fn pool(&self, address: &Pubkey) -> Option<PoolEntry<'_>> {
        let known = self.pools.get(address)?;
        Some(PoolEntry {
            address: *address,
            pool: &known.value,
            slot: known.slot,
        })
    }

    /// All pools, in no particular order.
    pub fn pools(&self) -> impl Iterator<Item = PoolEntry<'_>> {
        self.pools.iter().map(|(address, known)| PoolEntry {
            address: *address,
            pool: &known.value,
            slot: known.slot,
        })
    }

    /// The pools of two mints, whichever of them is base, by address.
    #[must_use]
    pub fn find(&self, one_mint: &Pubkey, other_mint: &Pubkey) -> Vec<PoolEntry<'_>> {
        let addresses = self.by_pair.get(&pair(one_mint, other_mint));
        addresses
            .into_iter()
            .flatten()
            .filter_map(|address| self.pool(address))
            .collect()
    }

    /// A pool's cached shards, by index.
    pub fn shards(&self, pool: &Pubkey) -> impl Iterator<Item = ShardEntry<'_>> {
        self.shards
            .get(pool)
            .into_iter()
            .flat_map(BTreeMap::values)
            .map(entry)
    }

    /// One of a pool's shards.
    #[must_use]
    pub fn shard(&self, pool: &Pubkey, index: u8) -> Option<ShardEntry<'_>> {
        self.shards.get(pool)?.get(&index).map(entry)
    }

    /// A mint.
    #[must_use]
    pub fn mint(&self, address: &Pubkey) -> Option<&MintInfo> {
        self.mints.get(address).map(|known| &known.value)
    }

    /// The chain's time and epoch.
    #[must_use]
    pub fn clock(&self) -> Option<&Clock> {
        self.clock.as_ref().map(|known| &known.value)
    }

    /// The accounts that quotes of this pool still need: the pool itself, or its missing shards
    /// and mints, and the clock.
    #[must_use]
    pub fn missing(&self, pool: &Pubkey) -> Vec<Pubkey> {
        let Some(known) = self.pool(pool) else {
            return vec![*pool];
        };
        let mut missing: Vec<Pubkey> = (0..known.pool.shard_count)
            .filter(|index| self.shard(pool, *index).is_none())
            .map(|index| address::shard(pool, index).0)
            .collect();
        let mints = [known.pool.base_mint, known.pool.quote_mint];
        missing.extend(mints.into_iter().filter(|mint| self.mint(mint).is_none()));
        missing.extend(self.clock.is_none().then_some(CLOCK_SYSVAR));
        missing
    }

    /// All accounts that keep a pool's quotes fresh: the pool, its shards, its mints, the clock.
    /// For a subscription or a poll. Only the pool's own address while the pool is unknown.
    #[must_use]
    pub fn addresses(&self, pool: &Pubkey) -> Vec<Pubkey> {
        let Some(known) = self.pool(pool) else {
            return vec![*pool];
        };
        let shards = (0..known.pool.shard_count).map(|index| {
            // Shards that are cached need no derivation, which costs some microseconds each.
            self.shard(pool, index)
                .map_or_else(|| address::shard(pool, index).0, |known| known.address)
        });
        let rest = [known.pool.base_mint, known.pool.quote_mint, CLOCK_SYSVAR];
        [*pool].into_iter().chain(shards).chain(rest).collect()
    }
}

fn entry((address, known): &(Pubkey, Versioned<Shard>)) -> ShardEntry<'_> {
    ShardEntry {
        address: *address,
        shard: &known.value,
        slot: known.slot,
    }
}

impl Outcome for Applied {
    const UNCHANGED: Self = Self::Unchanged;
    const STALE: Self = Self::Stale;
}

#[cfg(test)]
mod tests;
