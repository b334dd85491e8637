//! Everything known of the exchange, in one place, and a handle that many threads read from while
//! one feeds it.

use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;
use solana_clock::Clock;
use solana_pubkey::Pubkey;

use crate::{
    accounts::{self, DecodeError, TokenAccountInfo},
    address::{CLOCK_SYSVAR, TOKEN_2022_PROGRAM, TOKEN_PROGRAM},
    amm,
    farms::{self, Farms},
    governance,
    markets::{self, Markets},
    orderbook,
    pools::{self, AccountUpdate, Pools},
    realms::{self, Realms},
    staking,
    versioned::{Newness, Outcome, Table, store_in},
};

/// Whether an update changed anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applied {
    /// Something is new or changed.
    Changed,
    /// The world held exactly this already.
    Unchanged,
    /// The world holds a newer state.
    Stale,
    /// The account has nothing to do with the exchange.
    Ignored,
}

impl Outcome for Applied {
    const UNCHANGED: Self = Self::Unchanged;
    const STALE: Self = Self::Stale;
}

impl From<pools::Applied> for Applied {
    fn from(applied: pools::Applied) -> Self {
        match applied {
            pools::Applied::Unchanged => Self::Unchanged,
            pools::Applied::Stale => Self::Stale,
            pools::Applied::Ignored => Self::Ignored,
            _ => Self::Changed,
        }
    }
}

impl From<markets::Applied> for Applied {
    fn from(applied: markets::Applied) -> Self {
        match applied {
            markets::Applied::Unchanged => Self::Unchanged,
            markets::Applied::Stale => Self::Stale,
            markets::Applied::Ignored => Self::Ignored,
            _ => Self::Changed,
        }
    }
}

impl From<farms::Applied> for Applied {
    fn from(applied: farms::Applied) -> Self {
        match applied {
            farms::Applied::Unchanged => Self::Unchanged,
            farms::Applied::Stale => Self::Stale,
            farms::Applied::Ignored => Self::Ignored,
            _ => Self::Changed,
        }
    }
}

impl From<realms::Applied> for Applied {
    fn from(applied: realms::Applied) -> Self {
        match applied {
            realms::Applied::Unchanged => Self::Unchanged,
            realms::Applied::Stale => Self::Stale,
            realms::Applied::Ignored => Self::Ignored,
            _ => Self::Changed,
        }
    }
}

impl Applied {
    /// Of two caches that were given the same update: what either of them says, and most of all
    /// that something changed.
    fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Changed, _) | (_, Self::Changed) => Self::Changed,
            (Self::Ignored, says) | (says, Self::Ignored) => says,
            (says, _) => says,
        }
    }
}

/// Pools, markets, farms, realms, and the balances of token accounts.
///
/// Updates may arrive in any order and more than once. A copy shares what it can with the original:
/// it costs some reference counts, whatever the size of the world.
///
/// ```
/// use sealane_engine::{fixtures, pools::AccountUpdate, world::{Applied, World}};
///
/// let (address, pool) = fixtures::pool(1);
/// let data = fixtures::account_bytes(&pool);
/// let update = AccountUpdate { address, owner: sealane_engine::amm::ID, slot: 7, data: &data };
/// let mut world = World::new();
/// assert_eq!(world.apply(update), Ok(Applied::Changed));
/// let before = world.clone();
/// assert_eq!(world.apply(AccountUpdate { slot: 6, ..update }), Ok(Applied::Stale));
/// assert_eq!(before.pools().pool(&address).unwrap().pool, &pool);
/// ```
#[derive(Clone, Debug, Default)]
pub struct World {
    pools: Pools,
    markets: Markets,
    farms: Farms,
    realms: Realms,
    /// `None` once an account was closed, so that older states do not bring it back.
    balances: Table<Option<TokenAccountInfo>>,
}

impl World {
    /// Nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in an account of the exchange's programs or of a token program, or the clock. Others
    /// are ignored, except where they say that a lane, a position or a token account was closed.
    ///
    /// # Errors
    /// [`DecodeError`] if an account of the exchange's programs, or the clock, does not decode. The
    /// world is unchanged then.
    pub fn apply(&mut self, update: AccountUpdate<'_>) -> Result<Applied, DecodeError> {
        if update.owner == amm::ID {
            return Ok(self.pools.apply(update)?.into());
        }
        if update.owner == orderbook::ID {
            return Ok(self.markets.apply(update)?.into());
        }
        if update.owner == staking::ID {
            return Ok(self.farms.apply(update)?.into());
        }
        if update.owner == governance::ID {
            return Ok(self.realms.apply(update)?.into());
        }
        // The clock matters to all, mints to pools, markets and farms, vaults to the latter two, and
        // what was closed to where it was.
        let in_pools = Applied::from(self.pools.apply(update)?);
        let in_markets = Applied::from(self.markets.apply(update)?);
        let in_farms = Applied::from(self.farms.apply(update)?);
        let in_realms = Applied::from(self.realms.apply(update)?);
        let applied = in_pools.or(in_markets).or(in_farms).or(in_realms);
        if update.address == CLOCK_SYSVAR {
            return Ok(applied);
        }
        Ok(applied.or(self.apply_balance(&update)))
    }

    /// Notes that there is nothing at an address any more, as of a slot: a lane, a position, the
    /// record of an epoch or of a vote, or a part of a proposal was closed.
    pub fn remove(&mut self, address: &Pubkey, slot: u64) -> Applied {
        let in_markets = Applied::from(self.markets.remove_lane(address, slot));
        let in_farms = Applied::from(self.farms.remove(address, slot));
        let in_realms = Applied::from(self.realms.remove(address, slot));
        in_markets.or(in_farms).or(in_realms)
    }

    fn apply_balance(&mut self, update: &AccountUpdate<'_>) -> Applied {
        let is_token = update.owner == TOKEN_PROGRAM || update.owner == TOKEN_2022_PROGRAM;
        let account = match is_token {
            true => accounts::decode_token_account(&update.owner, update.data).ok(),
            false => None,
        };
        if account.is_none() && !self.balances.contains_key(&update.address) {
            return Applied::Ignored;
        }
        let newness: Newness = store_in(&mut self.balances, update.address, update.slot, account);
        newness.applied(Applied::Changed)
    }

    /// The pools.
    #[must_use]
    pub fn pools(&self) -> &Pools {
        &self.pools
    }

    /// The order books' markets.
    #[must_use]
    pub fn markets(&self) -> &Markets {
        &self.markets
    }

    /// The order books' markets, to be fed by a subscription of their own.
    pub fn markets_mut(&mut self) -> &mut Markets {
        &mut self.markets
    }

    /// Stake pools and farms.
    #[must_use]
    pub fn farms(&self) -> &Farms {
        &self.farms
    }

    /// Stake pools and farms, to be told what a list of accounts says.
    pub fn farms_mut(&mut self) -> &mut Farms {
        &mut self.farms
    }

    /// Realms with their proposals and votes.
    #[must_use]
    pub fn realms(&self) -> &Realms {
        &self.realms
    }

    /// Realms, to be told what a list of accounts says.
    pub fn realms_mut(&mut self) -> &mut Realms {
        &mut self.realms
    }

    /// What a token account holds, unless it was closed.
    #[must_use]
    pub fn token_account(&self, address: &Pubkey) -> Option<&TokenAccountInfo> {
        self.balances.get(address)?.value.as_ref()
    }

    /// The token accounts of a wallet, in no particular order.
    pub fn token_accounts_of(
        &self,
        owner: &Pubkey,
    ) -> impl Iterator<Item = (Pubkey, &TokenAccountInfo)> {
        let owner = *owner;
        self.balances.iter().filter_map(move |(address, known)| {
            let account = known.value.as_ref()?;
            (account.owner == owner).then_some((*address, account))
        })
    }

    /// The chain's time and epoch.
    #[must_use]
    pub fn clock(&self) -> Option<&Clock> {
        self.pools.clock()
    }
}

/// A world that one thread feeds at a time and any number of threads read.
///
/// Readers get the world as of the last completed update, whole, and keep it as long as they like:
/// they never wait for a writer, nor a writer for them.
#[derive(Debug, Default)]
pub struct SharedWorld {
    latest: ArcSwap<World>,
    /// Writers one at a time: each starts from what the one before has published.
    writing: Mutex<()>,
}

impl SharedWorld {
    /// An empty world.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The world as it is now.
    #[must_use]
    pub fn snapshot(&self) -> Arc<World> {
        self.latest.load_full()
    }

    /// Takes in an account and publishes what came of it.
    ///
    /// # Errors
    /// As [`World::apply`].
    pub fn apply(&self, update: AccountUpdate<'_>) -> Result<Applied, DecodeError> {
        self.change(|world| world.apply(update))
    }

    /// Changes the world and publishes the outcome at once: readers see all of the changes or none.
    /// What was changed counts even if `change` returns an error. If it panics, nothing counts.
    pub fn change<T>(&self, change: impl FnOnce(&mut World) -> T) -> T {
        // The lock guards no data, so that a panic of another writer left nothing half done.
        let _one_at_a_time = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let mut world = World::clone(&self.latest.load());
        let outcome = change(&mut world);
        self.latest.store(Arc::new(world));
        outcome
    }
}

#[cfg(test)]
mod tests;
