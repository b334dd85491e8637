//! Lookup tables that a client's transactions use.

use std::time::Duration;

use solana_address_lookup_table_interface::{
    program, state::AddressLookupTable, state::LOOKUP_TABLE_MAX_ADDRESSES,
};
use solana_keypair::Keypair;
use solana_pubkey::Pubkey;
use solana_signer::Signer;
use tokio::time::{Instant, sleep};

use super::{Client, ClientError, MAX_ACCOUNTS};
use crate::{
    accounts::DecodeError,
    lookup::AddressLookupTableAccount,
    plan::{
        addresses_to_look_up, create_lookup_table_instructions, extend_lookup_table_instructions,
    },
    tx::{pack, retried},
};

/// How often a new table is looked at until its addresses can be used.
const POLL_INTERVAL: Duration = Duration::from_millis(200);

/// A lookup table as it is on the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LookupTable {
    /// Where it is.
    pub address: Pubkey,
    /// Who may extend and close it; nobody, if it is frozen.
    pub authority: Option<Pubkey>,
    /// What it holds.
    pub addresses: Vec<Pubkey>,
    /// How many of these, from the first on, can be used already.
    pub usable: usize,
    /// Whether it is being closed: transactions cannot use it.
    pub is_closing: bool,
}

impl Client {
    /// A lookup table.
    ///
    /// # Errors
    /// [`ClientError::NotFound`] or [`ClientError::Decode`] if there is no table at the address,
    /// [`ClientError::Rpc`] if the node does not answer.
    pub async fn lookup_table(&self, address: &Pubkey) -> Result<LookupTable, ClientError> {
        let mut fetched = self.fetch_lookup_tables(&[*address]).await?;
        // One for each that was asked for.
        fetched.pop().ok_or(not_found(address))
    }

    /// The lookup tables that the client's transactions and routes may use.
    #[must_use]
    pub fn lookup_tables(&self) -> &[AddressLookupTableAccount] {
        self.transactor.lookup_tables()
    }

    /// Fetches lookup tables and lets transactions and routes use them, besides those used so far.
    /// A table that is fetched again is brought up to date. Addresses that were put into a table in
    /// the present slot are left out: they can be used from the next one on.
    ///
    /// # Errors
    /// [`ClientError::NotFound`] or [`ClientError::Decode`] if there is no table at an address,
    /// [`ClientError::Rpc`] if the node does not answer.
    #[tracing::instrument(level = "debug", skip_all, fields(tables = tables.len()))]
    pub async fn use_lookup_tables(&mut self, tables: &[Pubkey]) -> Result<(), ClientError> {
        let mut known = self.lookup_tables().to_vec();
        for fetched in self.fetch_lookup_tables(tables).await? {
            let fetched = fetched.usable()?;
            match known.iter_mut().find(|table| table.key == fetched.key) {
                Some(table) => *table = fetched,
                None => known.push(fetched),
            }
        }
        self.transactor = self.transactor.clone().with_lookup_tables(known);
        Ok(())
    }

    /// What transactions with these pools and markets of the cache can look up.
    #[must_use]
    pub fn addresses_to_look_up(&self, places: &[Pubkey]) -> Vec<Pubkey> {
        addresses_to_look_up(&self.venues(), places)
    }

    /// Creates lookup tables of these addresses, as many as are needed, and uses them. Waits until
    /// they can be used. The wallet pays, and may extend them later.
    ///
    /// # Errors
    /// [`ClientError`]. Tables that were created before the failure stay, and cost their rent until
    /// they are closed.
    #[tracing::instrument(level = "debug", skip_all, fields(addresses = addresses.len()))]
    pub async fn create_lookup_tables(
        &mut self,
        addresses: &[Pubkey],
        wallet: &Keypair,
    ) -> Result<Vec<Pubkey>, ClientError> {
        let owner = wallet.pubkey();
        let commitment = self.transactor.config().commitment;
        let mut slot = 0;
        let mut created = Vec::new();
        for part in addresses.chunks(LOOKUP_TABLE_MAX_ADDRESSES) {
            // A table's address is made of its owner's and the slot.
            slot = self.slot_after(slot, commitment).await?;
            let plan = create_lookup_table_instructions(part, slot, &owner, &owner);
            for instructions in pack(&owner, plan.instructions) {
                self.send(&instructions, wallet).await?;
            }
            self.use_once_complete(&plan.quote, part.len()).await?;
            created.push(plan.quote);
        }
        Ok(created)
    }

    /// Puts addresses into a table that the wallet may extend, without those that are in it, and uses
    /// it. Waits until they can be used.
    ///
    /// # Errors
    /// [`ClientError`].
    #[tracing::instrument(level = "debug", skip_all, fields(%table, addresses = addresses.len()))]
    pub async fn extend_lookup_table(
        &mut self,
        table: &Pubkey,
        addresses: &[Pubkey],
        wallet: &Keypair,
    ) -> Result<(), ClientError> {
        let owner = wallet.pubkey();
        self.use_lookup_tables(&[*table]).await?;
        let known = self.lookup_tables().iter().find(|one| one.key == *table);
        let held: &[Pubkey] = known.map_or(&[], |table| &table.addresses);
        let is_new = |address: &&Pubkey| !held.contains(address);
        let new: Vec<Pubkey> = addresses.iter().filter(is_new).copied().collect();
        let total = held.len() + new.len();
        let instructions = extend_lookup_table_instructions(table, &new, &owner, &owner);
        for instructions in pack(&owner, instructions) {
            self.send(&instructions, wallet).await?;
        }
        self.use_once_complete(table, total).await
    }

    async fn fetch_lookup_tables(
        &self,
        tables: &[Pubkey],
    ) -> Result<Vec<LookupTable>, ClientError> {
        let mut fetched = Vec::with_capacity(tables.len());
        for some in tables.chunks(MAX_ACCOUNTS) {
            let (slot, accounts) = self.accounts(some).await?;
            for (address, account) in some.iter().zip(accounts) {
                let account = account.ok_or(not_found(address))?;
                let table = read(address, &account.owner, &account.data, slot);
                fetched.push(table.ok_or(no_table(address))?);
            }
        }
        Ok(fetched)
    }

    /// Uses a table as soon as so many of its addresses can be used.
    async fn use_once_complete(&mut self, table: &Pubkey, count: usize) -> Result<(), ClientError> {
        let started = Instant::now();
        loop {
            self.use_lookup_tables(&[*table]).await?;
            let known = self.lookup_tables().iter().find(|one| one.key == *table);
            let is_complete = known.is_some_and(|one| one.addresses.len() >= count);
            if is_complete || started.elapsed() >= self.transactor.config().max_wait {
                return Ok(());
            }
            sleep(POLL_INTERVAL).await;
        }
    }

    /// The present slot, once it is above another one.
    async fn slot_after(
        &self,
        slot: u64,
        commitment: solana_commitment_config::CommitmentConfig,
    ) -> Result<u64, ClientError> {
        loop {
            let now = retried(|| self.rpc.get_slot_with_commitment(commitment)).await;
            let now = now.map_err(ClientError::rpc("getSlot"))?;
            if now > slot {
                return Ok(now);
            }
            sleep(POLL_INTERVAL).await;
        }
    }
}

impl LookupTable {
    /// As transactions use it.
    fn usable(self) -> Result<AddressLookupTableAccount, ClientError> {
        if self.is_closing {
            return Err(no_table(&self.address));
        }
        let mut addresses = self.addresses;
        addresses.truncate(self.usable);
        Ok(AddressLookupTableAccount {
            key: self.address,
            addresses,
        })
    }
}

fn not_found(address: &Pubkey) -> ClientError {
    ClientError::NotFound {
        address: *address,
        what: "a lookup table",
    }
}

fn no_table(address: &Pubkey) -> ClientError {
    ClientError::Decode {
        address: *address,
        source: DecodeError::WrongType {
            account: "a lookup table",
        },
    }
}

/// A table as of a slot; `None` if it is none.
fn read(address: &Pubkey, owner: &Pubkey, data: &[u8], slot: u64) -> Option<LookupTable> {
    if *owner != program::ID {
        return None;
    }
    let table = AddressLookupTable::deserialize(data).ok()?;
    // What was put into it in this slot waits for the next one.
    let usable = match table.meta.last_extended_slot >= slot {
        true => usize::from(table.meta.last_extended_slot_start_index),
        false => table.addresses.len(),
    };
    Some(LookupTable {
        address: *address,
        authority: table.meta.authority,
        addresses: table.addresses.to_vec(),
        usable,
        is_closing: table.meta.deactivation_slot != u64::MAX,
    })
}

#[cfg(test)]
mod tests {
    use solana_address_lookup_table_interface::state::LookupTableMeta;

    use super::*;

    fn bytes(meta: LookupTableMeta, addresses: &[Pubkey]) -> Vec<u8> {
        let mut data = vec![0; 56];
        AddressLookupTable::overwrite_meta_data(&mut data, meta).unwrap();
        for address in addresses {
            data.extend(address.as_ref());
        }
        data
    }

    #[test]
    fn what_was_added_in_this_slot_waits_and_what_is_closed_is_refused() {
        let addresses = [(); 3].map(|()| Pubkey::new_unique());
        let meta = LookupTableMeta {
            last_extended_slot: 7,
            last_extended_slot_start_index: 2,
            ..LookupTableMeta::new(Pubkey::new_unique())
        };
        let key = Pubkey::new_unique();
        let usable = |data: &[u8], slot| {
            let table = read(&key, &program::ID, data, slot).unwrap();
            table.usable().map(|table| table.addresses)
        };
        let data = bytes(meta.clone(), &addresses);
        assert_eq!(usable(&data, 7).unwrap(), addresses[..2]);
        assert_eq!(usable(&data, 8).unwrap(), addresses);
        assert_eq!(read(&key, &Pubkey::new_unique(), &data, 8), None);
        assert_eq!(read(&key, &program::ID, &data[..40], 8), None);
        let closing = LookupTableMeta {
            deactivation_slot: 8,
            ..meta
        };
        let closing = bytes(closing, &addresses);
        assert!(usable(&closing, 9).is_err());
        assert!(read(&key, &program::ID, &closing, 9).unwrap().is_closing);
    }
}
