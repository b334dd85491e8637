//! A cache of stake pools and farms that is fed accounts. It does no I/O: feed it from a
//! subscription, from polling, or from a test.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use anchor_lang::Discriminator as _;
use imbl::{HashMap, OrdMap};
use sealane_staking::state::{Budget, EpochRecord, Farm, Position, Shard};
use solana_clock::Clock;
use solana_pubkey::Pubkey;

use crate::{
    accounts::{self, DecodeError, MintInfo},
    address::{self, CLOCK_SYSVAR, TOKEN_2022_PROGRAM, TOKEN_PROGRAM},
    pools::AccountUpdate,
    staking,
    versioned::{Newness, Numbered, Outcome, Table, Versioned, store, store_in, store_numbered},
};

/// What an update did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applied {
    /// A farm is new or changed.
    Farm,
    /// A farm's budget is new or changed.
    Budget {
        /// The farm that it belongs to.
        farm: Pubkey,
    },
    /// A shard is new or changed.
    Shard {
        /// The farm that it belongs to.
        farm: Pubkey,
        /// Which of the farm's shards it is.
        index: u8,
    },
    /// A position is new or changed.
    Position {
        /// The farm that it is in.
        farm: Pubkey,
        /// Whose it is.
        owner: Pubkey,
    },
    /// The record of an epoch is new or changed.
    EpochRecord {
        /// The farm that it belongs to.
        farm: Pubkey,
        /// The epoch.
        epoch: u32,
    },
    /// A position or a record exists no more.
    Closed,
    /// A vault of rewards holds another amount.
    Vault,
    /// A mint is new or changed.
    Mint,
    /// The time is new.
    Clock,
    /// The cache held exactly this already.
    Unchanged,
    /// The cache holds a newer state.
    Stale,
    /// The account has nothing to do with farms.
    Ignored,
}

/// An account of the staking program, cached.
#[derive(Debug)]
pub struct Entry<'a, T> {
    /// Its address.
    pub address: Pubkey,
    /// What it says.
    pub account: &'a T,
    /// The slot in which it looked like this.
    pub slot: u64,
}

impl<T> Clone for Entry<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Entry<'_, T> {}

/// Farms, their budgets, shards, positions and records of closed epochs, what vaults of rewards
/// hold, mints, and the chain's time.
///
/// Updates may arrive in any order and more than once: what is older than the cached state is
/// ignored, and what is of the same slot replaces it, since nodes report the states within a slot
/// in order. The balances of vaults are taken in once their shard is known.
///
/// ```
/// use sealane_engine::{farms::{Applied, Farms}, pools::AccountUpdate, staking};
/// use solana_pubkey::Pubkey;
///
/// let mut farms = Farms::new();
/// let update = AccountUpdate {
///     address: Pubkey::new_unique(),
///     owner: Pubkey::new_unique(),
///     slot: 1,
///     data: &[],
/// };
/// // An account of a stranger's program is not an error: a feed may carry anything.
/// assert_eq!(farms.apply(update), Ok(Applied::Ignored));
/// assert!(farms.apply(AccountUpdate { owner: staking::ID, ..update }).is_err());
/// ```
#[derive(Clone, Debug, Default)]
pub struct Farms {
    farms: Table<Farm>,
    /// By farm.
    budgets: HashMap<Pubkey, (Pubkey, Versioned<Budget>)>,
    shards: Numbered<Arc<Shard>>,
    /// Last states; `None` once a position was closed, so that older states do not bring it back.
    positions: Table<Option<Arc<Position>>>,
    /// Every position of a wallet that was ever fed.
    by_owner: HashMap<Pubkey, BTreeSet<Pubkey>>,
    /// Every position that a wallet was ever seen to be the delegate of.
    by_delegate: HashMap<Pubkey, BTreeSet<Pubkey>>,
    /// By farm and epoch; `None` once a record was deleted.
    records: HashMap<Pubkey, OrdMap<u32, Record>>,
    /// Which epoch's record is where.
    record_at: HashMap<Pubkey, (Pubkey, u32)>,
    /// Balances of the known shards' vaults of rewards.
    vaults: HashMap<Pubkey, Option<Versioned<u64>>>,
    mints: Table<MintInfo>,
    clock: Option<Versioned<Clock>>,
}

/// A record's address and last state.
#[derive(Clone, Debug)]
struct Record {
    address: Pubkey,
    known: Versioned<Option<EpochRecord>>,
}

impl Farms {
    /// An empty cache.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in an account of the staking program, a vault of rewards, a mint or the clock sysvar.
    /// Others are ignored; an account at a known position's or record's address that the program no
    /// longer owns says that it was closed.
    ///
    /// # Errors
    /// [`DecodeError`] if an account of the staking program, or the clock, does not decode. The
    /// cache is unchanged then.
    pub fn apply(&mut self, update: AccountUpdate<'_>) -> Result<Applied, DecodeError> {
        if update.address == CLOCK_SYSVAR {
            let clock = accounts::decode_clock(update.data)?;
            return Ok(store(&mut self.clock, update.slot, clock).applied(Applied::Clock));
        }
        if update.owner == TOKEN_PROGRAM || update.owner == TOKEN_2022_PROGRAM {
            return Ok(self.apply_token(&update));
        }
        if update.owner != staking::ID {
            return Ok(self.remove(&update.address, update.slot));
        }
        match update.data.get(..8) {
            Some(Position::DISCRIMINATOR) => self.apply_position(&update),
            Some(Shard::DISCRIMINATOR) => self.apply_shard(&update),
            Some(EpochRecord::DISCRIMINATOR) => self.apply_record(&update),
            Some(Budget::DISCRIMINATOR) => self.apply_budget(&update),
            _ => self.apply_farm(&update),
        }
    }

    fn apply_farm(&mut self, update: &AccountUpdate<'_>) -> Result<Applied, DecodeError> {
        let farm = accounts::decode_farm(update.data)?;
        let newness = store_in(&mut self.farms, update.address, update.slot, farm);
        Ok(newness.applied(Applied::Farm))
    }

    fn apply_budget(&mut self, update: &AccountUpdate<'_>) -> Result<Applied, DecodeError> {
        let budget = accounts::decode_budget(update.data)?;
        let (farm, slot) = (budget.farm, update.slot);
        let newness = match self.budgets.get_mut(&farm) {
            Some((_, known)) => known.replace(slot, budget),
            None => {
                let known = Versioned {
                    value: budget,
                    slot,
                };
                self.budgets.insert(farm, (update.address, known));
                Newness::New
            }
        };
        Ok(newness.applied(Applied::Budget { farm }))
    }

    fn apply_shard(&mut self, update: &AccountUpdate<'_>) -> Result<Applied, DecodeError> {
        let shard = accounts::decode_farm_shard(update.data)?;
        let place @ (farm, index) = (shard.farm, shard.index);
        let (address, slot) = (update.address, update.slot);
        let vaults = shard.reward_vaults.iter();
        for vault in vaults.filter(|vault| **vault != Pubkey::default()) {
            self.vaults.entry(*vault).or_default();
        }
        let newness = store_numbered(&mut self.shards, place, address, slot, Arc::new(shard));
        Ok(newness.applied(Applied::Shard { farm, index }))
    }

    fn apply_position(&mut self, update: &AccountUpdate<'_>) -> Result<Applied, DecodeError> {
        let position = accounts::decode_position(update.data)?;
        let (farm, owner, delegate) = (position.farm, position.owner, position.delegate);
        let address = update.address;
        self.by_owner.entry(owner).or_default().insert(address);
        if delegate != Pubkey::default() {
            self.by_delegate
                .entry(delegate)
                .or_default()
                .insert(address);
        }
        let position = Some(Arc::new(position));
        let newness = store_in(&mut self.positions, address, update.slot, position);
        Ok(newness.applied(Applied::Position { farm, owner }))
    }

    fn apply_record(&mut self, update: &AccountUpdate<'_>) -> Result<Applied, DecodeError> {
        let record = accounts::decode_epoch_record(update.data)?;
        let place @ (farm, epoch) = (record.farm, record.epoch);
        let (address, slot) = (update.address, update.slot);
        let records = self.records.entry(farm).or_default();
        let newness = match records.get_mut(&epoch) {
            Some(record_known) => record_known.known.replace(slot, Some(record)),
            None => {
                let known = Versioned {
                    value: Some(record),
                    slot,
                };
                records.insert(epoch, Record { address, known });
                self.record_at.insert(address, place);
                Newness::New
            }
        };
        Ok(newness.applied(Applied::EpochRecord { farm, epoch }))
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

    /// Notes that there is no position and no record at an address any more, as of a slot.
    pub fn remove(&mut self, address: &Pubkey, slot: u64) -> Applied {
        if let Some(known) = self.positions.get_mut(address) {
            return known.replace(slot, None).applied(Applied::Closed);
        }
        let record = self.record_at.get(address).and_then(|(farm, epoch)| {
            let records = self.records.get_mut(farm)?;
            records.get_mut(epoch)
        });
        match record {
            Some(record) => record.known.replace(slot, None).applied(Applied::Closed),
            None => Applied::Ignored,
        }
    }

    /// Notes that at a slot there were these accounts and no others: closes the positions and the
    /// records that are known from before and are not among them. What is closed sends no update
    /// of its program, so that only a list tells.
    pub fn retain(&mut self, slot: u64, listed: &BTreeSet<Pubkey>) {
        let positions = self.positions.iter();
        let positions = positions.filter(|(_, known)| known.value.is_some());
        let known = positions.map(|(address, _)| address);
        let known = known.chain(self.record_at.keys());
        let gone: Vec<Pubkey> = known.filter(|at| !listed.contains(at)).copied().collect();
        for address in gone {
            self.remove(&address, slot);
        }
    }

    /// A farm by its address.
    #[must_use]
    pub fn farm(&self, address: &Pubkey) -> Option<Entry<'_, Farm>> {
        let known = self.farms.get(address)?;
        Some(entry(address, &known.value, known.slot))
    }

    /// All farms, in no particular order.
    pub fn farms(&self) -> impl Iterator<Item = Entry<'_, Farm>> {
        let farms = self.farms.iter();
        farms.map(|(address, known)| entry(address, &known.value, known.slot))
    }

    /// A farm's budget.
    #[must_use]
    pub fn budget(&self, farm: &Pubkey) -> Option<Entry<'_, Budget>> {
        let (address, known) = self.budgets.get(farm)?;
        Some(entry(address, &known.value, known.slot))
    }

    /// A farm's cached shards, by index.
    pub fn shards(&self, farm: &Pubkey) -> impl Iterator<Item = Entry<'_, Shard>> {
        let shards = self.shards.get(farm).into_iter();
        let shards = shards.flat_map(BTreeMap::values);
        shards.map(|(address, known)| entry(address, &*known.value, known.slot))
    }

    /// One of a farm's shards.
    #[must_use]
    pub fn shard(&self, farm: &Pubkey, index: u8) -> Option<Entry<'_, Shard>> {
        let (address, known) = self.shards.get(farm)?.get(&index)?;
        Some(entry(address, &*known.value, known.slot))
    }

    /// A position by its address, unless it was closed.
    #[must_use]
    pub fn position(&self, address: &Pubkey) -> Option<Entry<'_, Position>> {
        let known = self.positions.get(address)?;
        Some(entry(address, known.value.as_deref()?, known.slot))
    }

    /// The positions that a wallet owns, by address.
    pub fn positions_of(&self, owner: &Pubkey) -> impl Iterator<Item = Entry<'_, Position>> {
        let addresses = self.by_owner.get(owner).into_iter().flatten();
        addresses.filter_map(|address| self.position(address))
    }

    /// The positions of others that a wallet may vote with, by address.
    pub fn delegated_to(&self, delegate: &Pubkey) -> impl Iterator<Item = Entry<'_, Position>> {
        let delegate = *delegate;
        let addresses = self.by_delegate.get(&delegate).into_iter().flatten();
        let positions = addresses.filter_map(|address| self.position(address));
        positions.filter(move |entry| entry.account.delegate == delegate)
    }

    /// The record of an epoch, unless it was deleted.
    #[must_use]
    pub fn record(&self, farm: &Pubkey, epoch: u32) -> Option<Entry<'_, EpochRecord>> {
        self.records.get(farm)?.get(&epoch).and_then(Record::entry)
    }

    /// A farm's records from an epoch on, in order. The last of them may not be closed yet.
    pub fn records(
        &self,
        farm: &Pubkey,
        from: u32,
    ) -> impl DoubleEndedIterator<Item = Entry<'_, EpochRecord>> {
        let records = self.records.get(farm).into_iter();
        let records = records.flat_map(move |records| records.range(from..));
        records.filter_map(|(_, record)| record.entry())
    }

    /// Units in a shard's vault of a reward, if there is one and it was fed.
    #[must_use]
    pub fn reward_vault(&self, farm: &Pubkey, shard: u8, reward: usize) -> Option<u64> {
        let vaults = &self.shard(farm, shard)?.account.reward_vaults;
        let known = self.vaults.get(vaults.get(reward)?)?.as_ref()?;
        Some(known.value)
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

    /// The accounts that a farm still needs: the farm itself, or its budget and missing shards, its
    /// vaults and mints, and the clock.
    #[must_use]
    pub fn missing(&self, farm: &Pubkey) -> Vec<Pubkey> {
        let Some(known) = self.farm(farm) else {
            return vec![*farm];
        };
        let mut missing: Vec<Pubkey> = (0..known.account.shard_count)
            .filter(|index| self.shard(farm, *index).is_none())
            .map(|index| address::farm_shard(farm, index).0)
            .collect();
        let budget = self.budget(farm).is_none();
        missing.extend(budget.then(|| address::budget(farm).0));
        let vaults = self
            .shards(farm)
            .flat_map(|shard| shard.account.reward_vaults);
        missing.extend(vaults.filter(|vault| matches!(self.vaults.get(vault), Some(None))));
        let rewards = usize::from(known.account.reward_count);
        let mints = known.account.reward_mints.into_iter().take(rewards);
        let mints = mints.chain([known.account.stake_mint]);
        missing.extend(mints.filter(|mint| self.mint(mint).is_none()));
        missing.extend(self.clock.is_none().then_some(CLOCK_SYSVAR));
        missing
    }
}

impl Record {
    fn entry(&self) -> Option<Entry<'_, EpochRecord>> {
        let known = &self.known;
        Some(entry(&self.address, known.value.as_ref()?, known.slot))
    }
}

fn entry<'a, T>(address: &Pubkey, account: &'a T, slot: u64) -> Entry<'a, T> {
    Entry {
        address: *address,
        account,
        slot,
    }
}

impl Outcome for Applied {
    const UNCHANGED: Self = Self::Unchanged;
    const STALE: Self = Self::Stale;
}

#[cfg(test)]
mod tests;
