//! A cache of markets and their lanes that is fed accounts. It does no I/O: feed it from a
//! subscription, from polling, or from a test.

mod error;

use std::collections::{BTreeMap, BTreeSet};

use anchor_lang::Discriminator as _;
use imbl::HashMap;
use sealane_core::{book::Moment, pool::TransferFee};
use sealane_orderbook::state::{Lane, Market, VaultShard};
use solana_clock::Clock;
use solana_pubkey::Pubkey;

pub use error::MarketError;

use crate::{
    accounts::{self, DecodeError, MintInfo},
    address::{self, CLOCK_SYSVAR, TOKEN_2022_PROGRAM, TOKEN_PROGRAM},
    book::{BookUnits, LaneSnapshot, OrderBook},
    orderbook,
    pools::AccountUpdate,
    versioned::{Numbered, Outcome, Table, Versioned, pair, store, store_in, store_numbered},
};

/// What an update did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applied {
    /// A market is new or changed.
    Market,
    /// A vault shard is new or changed.
    VaultShard {
        /// The market that it belongs to.
        market: Pubkey,
        /// Which of the market's vault shards it is.
        index: u8,
    },
    /// A lane is new or changed.
    Lane {
        /// The market that it trades in.
        market: Pubkey,
    },
    /// A lane has been closed.
    LaneClosed,
    /// A vault holds another amount.
    Vault,
    /// A mint is new or changed.
    Mint,
    /// The time is new.
    Clock,
    /// The cache held exactly this already.
    Unchanged,
    /// The cache holds a newer state.
    Stale,
    /// The account has nothing to do with markets.
    Ignored,
}

/// A cached market.
#[derive(Clone, Copy, Debug)]
pub struct MarketEntry<'a> {
    /// Its address.
    pub address: Pubkey,
    /// Its configuration.
    pub market: &'a Market,
    /// The slot in which it looked like this.
    pub slot: u64,
}

/// A cached vault shard.
#[derive(Clone, Copy, Debug)]
pub struct VaultShardEntry<'a> {
    /// Its address.
    pub address: Pubkey,
    /// What it says.
    pub vault_shard: &'a VaultShard,
    /// Base units in its base vault, if that was fed.
    pub base: Option<u64>,
    /// Quote units in its quote vault, if that was fed.
    pub quote: Option<u64>,
    /// The slot in which the vault shard looked like this.
    pub slot: u64,
}

/// A cached lane.
#[derive(Clone, Copy, Debug)]
pub struct LaneEntry<'a> {
    /// Its address.
    pub address: Pubkey,
    /// Its balances and orders.
    pub lane: &'a LaneSnapshot,
    /// The slot in which it looked like this.
    pub slot: u64,
}

/// Markets, their vault shards, lanes and mints, and the chain's time.
///
/// Updates may arrive in any order and more than once: what is older than the cached state is
/// ignored, and what is of the same slot replaces it, since nodes report the states within a slot
/// in order. The balances of vaults are taken in once their vault shard is known.
///
/// ```
/// use sealane_engine::{markets::{Applied, Markets}, orderbook, pools::AccountUpdate};
/// use solana_pubkey::Pubkey;
///
/// let mut markets = Markets::new();
/// let update = AccountUpdate {
///     address: Pubkey::new_unique(),
///     owner: Pubkey::new_unique(),
///     slot: 1,
///     data: &[],
/// };
/// // An account of a stranger's program is not an error: a feed may carry anything.
/// assert_eq!(markets.apply(update), Ok(Applied::Ignored));
/// assert!(markets.apply(AccountUpdate { owner: orderbook::ID, ..update }).is_err());
/// ```
#[derive(Clone, Debug, Default)]
pub struct Markets {
    markets: Table<Market>,
    vault_shards: Numbered<VaultShard>,
    /// Balances of the known vault shards' vaults.
    vaults: HashMap<Pubkey, Option<Versioned<u64>>>,
    /// Last states; `None` once a lane was closed, so that older states do not bring it back.
    lanes: Table<Option<LaneSnapshot>>,
    /// Every lane of a market that was ever fed, in the order of the addresses.
    lanes_of: HashMap<Pubkey, BTreeSet<Pubkey>>,
    mints: Table<MintInfo>,
    clock: Option<Versioned<Clock>>,
    by_pair: HashMap<(Pubkey, Pubkey), BTreeSet<Pubkey>>,
}

impl Markets {
    /// An empty cache.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in an account: a market, a vault shard, a lane, a vault, a mint or the clock sysvar.
    /// Others are ignored; an account at a known lane's address that the program no longer owns
    /// says that the lane was closed.
    ///
    /// # Errors
    /// [`DecodeError`] if an account of the order books' program, or the clock, does not decode.
    /// The cache is unchanged then.
    pub fn apply(&mut self, update: AccountUpdate<'_>) -> Result<Applied, DecodeError> {
        if update.address == CLOCK_SYSVAR {
            self.apply_clock(&update)
        } else if update.owner == orderbook::ID {
            if update.data.starts_with(Lane::DISCRIMINATOR) {
                self.apply_lane(&update)
            } else if update.data.starts_with(VaultShard::DISCRIMINATOR) {
                self.apply_vault_shard(&update)
            } else {
                self.apply_market(&update)
            }
        } else if self.lanes.contains_key(&update.address) {
            Ok(self.remove_lane(&update.address, update.slot))
        } else if update.owner == TOKEN_PROGRAM || update.owner == TOKEN_2022_PROGRAM {
            Ok(self.apply_token(&update))
        } else {
            Ok(Applied::Ignored)
        }
    }

    fn apply_clock(&mut self, update: &AccountUpdate<'_>) -> Result<Applied, DecodeError> {
        let clock = accounts::decode_clock(update.data)?;
        let newness = store(&mut self.clock, update.slot, clock);
        Ok(newness.applied(Applied::Clock))
    }

    fn apply_market(&mut self, update: &AccountUpdate<'_>) -> Result<Applied, DecodeError> {
        let market = accounts::decode_market(update.data)?;
        let pair = pair(&market.base_mint, &market.quote_mint);
        self.by_pair.entry(pair).or_default().insert(update.address);
        let newness = store_in(&mut self.markets, update.address, update.slot, market);
        Ok(newness.applied(Applied::Market))
    }

    fn apply_vault_shard(&mut self, update: &AccountUpdate<'_>) -> Result<Applied, DecodeError> {
        let shard = accounts::decode_vault_shard(update.data)?;
        let (market, index) = (shard.market, shard.index);
        for vault in [shard.base_vault, shard.quote_vault] {
            self.vaults.entry(vault).or_default();
        }
        let (address, slot, place) = (update.address, update.slot, (market, index));
        let newness = store_numbered(&mut self.vault_shards, place, address, slot, shard);
        Ok(newness.applied(Applied::VaultShard { market, index }))
    }

    fn apply_lane(&mut self, update: &AccountUpdate<'_>) -> Result<Applied, DecodeError> {
        let lane = accounts::decode_lane(update.data)?;
        let market = lane.market();
        self.lanes_of
            .entry(market)
            .or_default()
            .insert(update.address);
        let newness = store_in(&mut self.lanes, update.address, update.slot, Some(lane));
        Ok(newness.applied(Applied::Lane { market }))
    }

    /// Token programs own mints and token accounts; of the latter only vaults matter.
    fn apply_token(&mut self, update: &AccountUpdate<'_>) -> Applied {
        if let Some(vault) = self.vaults.get_mut(&update.address) {
            return match accounts::decode_token_account(&update.owner, update.data) {
                Ok(account) => store(vault, update.slot, account.amount).applied(Applied::Vault),
                Err(_) => Applied::Ignored,
            };
        }
        match accounts::decode_mint(&update.owner, update.data) {
            Ok(mint) => {
                let newness = store_in(&mut self.mints, update.address, update.slot, mint);
                newness.applied(Applied::Mint)
            }
            Err(_) => Applied::Ignored,
        }
    }

    /// Notes that there is no lane at an address any more, as of a slot.
    pub fn remove_lane(&mut self, address: &Pubkey, slot: u64) -> Applied {
        match self.lanes.get_mut(address) {
            Some(known) => known.replace(slot, None).applied(Applied::LaneClosed),
            None => Applied::Ignored,
        }
    }

    /// Notes that at a slot a market had these lanes and no others: closes those that are known
    /// from before and are not among them. Closed lanes send no update, so that only a list tells.
    pub fn retain_lanes(&mut self, market: &Pubkey, slot: u64, lanes: &BTreeSet<Pubkey>) {
        let known = self.lanes_of.get(market).into_iter().flatten();
        let gone: Vec<Pubkey> = known.filter(|at| !lanes.contains(at)).copied().collect();
        for address in gone {
            self.remove_lane(&address, slot);
        }
    }

    /// A market by its address.
    #[must_use]
    pub fn market(&self, address: &Pubkey) -> Option<MarketEntry<'_>> {
        let known = self.markets.get(address)?;
        Some(MarketEntry {
            address: *address,
            market: &known.value,
            slot: known.slot,
        })
    }

    /// All markets, in no particular order.
    pub fn markets(&self) -> impl Iterator<Item = MarketEntry<'_>> {
        let addresses = self.markets.keys();
        addresses.filter_map(|address| self.market(address))
    }

    /// The markets of two mints, whichever of them is base, by address.
    #[must_use]
    pub fn find(&self, one_mint: &Pubkey, other_mint: &Pubkey) -> Vec<MarketEntry<'_>> {
        let addresses = self.by_pair.get(&pair(one_mint, other_mint));
        addresses
            .into_iter()
            .flatten()
            .filter_map(|address| self.market(address))
            .collect()
    }

    /// A market's cached vault shards, by index.
    pub fn vault_shards(&self, market: &Pubkey) -> impl Iterator<Item = VaultShardEntry<'_>> {
        let shards = self.vault_shards.get(market).into_iter();
        shards.flat_map(BTreeMap::values).map(|(address, known)| {
            let shard = &known.value;
            VaultShardEntry {
                address: *address,
                vault_shard: shard,
                base: self.vault(&shard.base_vault),
                quote: self.vault(&shard.quote_vault),
                slot: known.slot,
            }
        })
    }

    fn vault(&self, address: &Pubkey) -> Option<u64> {
        let known = self.vaults.get(address)?.as_ref()?;
        Some(known.value)
    }

    /// A lane by its address, unless it was closed.
    #[must_use]
    pub fn lane(&self, address: &Pubkey) -> Option<LaneEntry<'_>> {
        let known = self.lanes.get(address)?;
        Some(LaneEntry {
            address: *address,
            lane: known.value.as_ref()?,
            slot: known.slot,
        })
    }

    /// A market's lanes, by address.
    pub fn lanes(&self, market: &Pubkey) -> impl Iterator<Item = LaneEntry<'_>> {
        let addresses = self.lanes_of.get(market).into_iter().flatten();
        addresses.filter_map(|address| self.lane(address))
    }

    /// An owner's lanes in a market, by index.
    #[must_use]
    pub fn lanes_of(&self, market: &Pubkey, owner: &Pubkey) -> Vec<LaneEntry<'_>> {
        let owned = self
            .lanes(market)
            .filter(|entry| entry.lane.owner() == *owner);
        let mut owned: Vec<LaneEntry<'_>> = owned.collect();
        owned.sort_unstable_by_key(|entry| entry.lane.header().index);
        owned
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

    /// The slot and time as of the cached clock.
    #[must_use]
    pub fn moment(&self) -> Option<Moment> {
        self.clock().map(|clock| Moment {
            slot: clock.slot,
            time: clock.unix_timestamp,
        })
    }

    /// The book of a market's cached lanes, without the orders that have expired by the cached
    /// clock.
    ///
    /// # Errors
    /// [`MarketError::UnknownMarket`]; [`MarketError::MissingAccount`] without a clock.
    pub fn book(&self, market: &Pubkey) -> Result<OrderBook, MarketError> {
        self.known(market)?;
        let moment = self.known_moment()?;
        let lanes = self.lanes(market).map(|entry| (entry.address, entry.lane));
        Ok(OrderBook::of(lanes, moment))
    }

    /// What a market's ticks and lots are worth.
    ///
    /// # Errors
    /// [`MarketError::UnknownMarket`].
    pub fn units(&self, market: &Pubkey) -> Result<BookUnits, MarketError> {
        let market = self.known(market)?.market;
        let (base, quote) = (market.base_decimals, market.quote_decimals);
        Ok(BookUnits::new(market.sizes(), base, quote))
    }

    /// A market that has to be cached.
    ///
    /// # Errors
    /// [`MarketError::UnknownMarket`].
    pub fn known(&self, market: &Pubkey) -> Result<MarketEntry<'_>, MarketError> {
        let unknown = MarketError::UnknownMarket { market: *market };
        self.market(market).ok_or(unknown)
    }

    /// A lane that has to be cached.
    ///
    /// # Errors
    /// [`MarketError::UnknownLane`].
    pub fn known_lane(&self, lane: &Pubkey) -> Result<LaneEntry<'_>, MarketError> {
        let unknown = MarketError::UnknownLane { lane: *lane };
        self.lane(lane).ok_or(unknown)
    }

    /// The slot and time, which have to be cached.
    ///
    /// # Errors
    /// [`MarketError::MissingAccount`].
    pub fn known_moment(&self) -> Result<Moment, MarketError> {
        self.moment().ok_or(MarketError::MissingAccount {
            address: CLOCK_SYSVAR,
            what: "the clock",
        })
    }

    /// The transfer fee on a mint in the present epoch.
    pub fn transfer_fee(
        &self,
        mint: &Pubkey,
        token_program: &Pubkey,
    ) -> Result<TransferFee, MarketError> {
        if *token_program == TOKEN_PROGRAM {
            return Ok(TransferFee::NONE);
        }
        let info = self.mint(mint).ok_or(MarketError::MissingAccount {
            address: *mint,
            what: "a mint",
        })?;
        if !info.has_transfer_fee() {
            return Ok(TransferFee::NONE);
        }
        let clock = self.clock().ok_or(MarketError::MissingAccount {
            address: CLOCK_SYSVAR,
            what: "the clock",
        })?;
        Ok(info.transfer_fee(clock.epoch)?)
    }

    /// The accounts that trading in a market still needs, lanes aside: the market itself, or its
    /// missing vault shards and then their vaults, its mints, and the clock.
    #[must_use]
    pub fn missing(&self, market: &Pubkey) -> Vec<Pubkey> {
        let Some(known) = self.market(market) else {
            return vec![*market];
        };
        let shards = self.vault_shards.get(market);
        let has = |index: &u8| shards.is_some_and(|shards| shards.contains_key(index));
        let mut missing: Vec<Pubkey> = (0..known.market.vault_shard_count)
            .filter(|index| !has(index))
            .map(|index| address::vault_shard(market, index).0)
            .collect();
        for entry in self.vault_shards(market) {
            missing.extend(entry.base.is_none().then_some(entry.vault_shard.base_vault));
            missing.extend(
                entry
                    .quote
                    .is_none()
                    .then_some(entry.vault_shard.quote_vault),
            );
        }
        let mints = [known.market.base_mint, known.market.quote_mint];
        missing.extend(mints.into_iter().filter(|mint| self.mint(mint).is_none()));
        missing.extend(self.clock.is_none().then_some(CLOCK_SYSVAR));
        missing
    }

    /// All accounts that keep a market's quotes fresh, lanes aside: the market, its vault shards,
    /// their vaults, its mints, the clock. Only the market's own address while it is unknown.
    #[must_use]
    pub fn addresses(&self, market: &Pubkey) -> Vec<Pubkey> {
        let Some(known) = self.market(market) else {
            return vec![*market];
        };
        let config = known.market;
        let mut addresses = vec![*market];
        for index in 0..config.vault_shard_count {
            let derived = address::VaultShardAddresses::derive(
                market,
                &config.base_mint,
                &config.quote_mint,
                index,
            );
            addresses.extend([derived.vault_shard, derived.base_vault, derived.quote_vault]);
        }
        addresses.extend([config.base_mint, config.quote_mint, CLOCK_SYSVAR]);
        addresses
    }
}

impl Outcome for Applied {
    const UNCHANGED: Self = Self::Unchanged;
    const STALE: Self = Self::Stale;
}

#[cfg(test)]
mod tests;
