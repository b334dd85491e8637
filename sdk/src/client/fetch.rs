//! Filling the cache.

use std::collections::BTreeSet;

use anchor_lang::Discriminator as _;
use sealane_amm::state::Pool;
use solana_account::Account;
use solana_account_decoder_client_types::{UiAccountEncoding, UiDataSliceConfig};
use solana_pubkey::Pubkey;
use solana_rpc_client_api::{
    config::{RpcAccountInfoConfig, RpcProgramAccountsConfig},
    filter::{Memcmp, RpcFilterType},
};

use super::{Client, ClientError};
use crate::{
    accounts::{self, MintInfo},
    address::CLOCK_SYSVAR,
    amm,
    pools::AccountUpdate,
    tx::retried,
};

/// Accounts that a node returns in one call.
pub(crate) const MAX_ACCOUNTS: usize = 100;

impl Client {
    /// Fetches all pools of the chain with their shards and mints, and the clock. Returns how many
    /// pools there are.
    ///
    /// # Errors
    /// [`ClientError::Rpc`] if the node does not answer.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn fetch_pools(&mut self) -> Result<usize, ClientError> {
        let found = self.pool_addresses(Vec::new()).await?;
        self.fetch_found_pools(&found).await?;
        Ok(found.len())
    }

    /// Fetches the pools of two mints, whichever of them is base, and returns their addresses.
    ///
    /// # Errors
    /// [`ClientError::Rpc`] if the node does not answer.
    #[tracing::instrument(level = "debug", skip_all, fields(%one_mint, %other_mint))]
    pub async fn find_pools(
        &mut self,
        one_mint: &Pubkey,
        other_mint: &Pubkey,
    ) -> Result<Vec<Pubkey>, ClientError> {
        let mut found = BTreeSet::new();
        for (base, quote) in [(one_mint, other_mint), (other_mint, one_mint)] {
            found.extend(self.pool_addresses(pair_filter(base, quote)).await?);
        }
        let found: Vec<Pubkey> = found.into_iter().collect();
        self.fetch_found_pools(&found).await?;
        Ok(found)
    }

    /// Fetches one pool with all its shards, its mints and the clock, as of one slot.
    ///
    /// # Errors
    /// [`ClientError::NotFound`] or [`ClientError::Decode`] if there is no pool at the address,
    /// [`ClientError::Rpc`] if the node does not answer.
    #[tracing::instrument(level = "debug", skip_all, fields(%pool))]
    pub async fn fetch_pool(&mut self, pool: &Pubkey) -> Result<(), ClientError> {
        if self.pools.pool(pool).is_none() {
            self.fetch_unknown(pool).await?;
        }
        let known = self.pools.addresses(pool);
        self.fetch(&known).await?;
        // The pool may have been given shards since it was cached.
        let missing = self.pools.missing(pool);
        if !missing.is_empty() {
            let addresses = self.pools.addresses(pool);
            self.fetch(&addresses).await?;
        }
        Ok(())
    }

    /// Brings a pool up to date: the same as [`Client::fetch_pool`].
    ///
    /// # Errors
    /// As [`Client::fetch_pool`].
    pub async fn refresh(&mut self, pool: &Pubkey) -> Result<(), ClientError> {
        self.fetch_pool(pool).await
    }

    /// Fetches a mint.
    ///
    /// # Errors
    /// [`ClientError::NotFound`] or [`ClientError::Decode`] if there is no mint at the address,
    /// [`ClientError::Rpc`] if the node does not answer.
    pub async fn mint(&self, address: &Pubkey) -> Result<MintInfo, ClientError> {
        let (_, fetched) = self.accounts(std::slice::from_ref(address)).await?;
        let account = fetched.into_iter().next().flatten();
        let account = account.ok_or(ClientError::NotFound {
            address: *address,
            what: "a mint",
        })?;
        accounts::decode_mint(&account.owner, &account.data).map_err(|source| ClientError::Decode {
            address: *address,
            source,
        })
    }

    /// A pool that the cache does not know: says what is wrong if there is none.
    async fn fetch_unknown(&mut self, pool: &Pubkey) -> Result<(), ClientError> {
        let (slot, fetched) = self.accounts(std::slice::from_ref(pool)).await?;
        let not_found = ClientError::NotFound {
            address: *pool,
            what: "a pool",
        };
        let account = fetched.into_iter().next().flatten().ok_or(not_found)?;
        let decode = |source| ClientError::Decode {
            address: *pool,
            source,
        };
        if account.owner != amm::ID {
            let source = accounts::DecodeError::WrongType { account: "a pool" };
            return Err(decode(source));
        }
        accounts::decode_pool(&account.data).map_err(decode)?;
        self.feed(*pool, &account, slot)
    }

    pub(super) async fn fetch_found_pools(&mut self, pools: &[Pubkey]) -> Result<(), ClientError> {
        self.fetch(pools).await?;
        let parts: BTreeSet<Pubkey> = pools
            .iter()
            .flat_map(|pool| self.pools.addresses(pool))
            .filter(|address| !pools.contains(address) && *address != CLOCK_SYSVAR)
            .collect();
        // The clock once, at the end, so that it is not older than any shard.
        let parts: Vec<Pubkey> = parts.into_iter().chain([CLOCK_SYSVAR]).collect();
        self.fetch(&parts).await
    }

    /// Fetches accounts into the cache. Those that do not exist are left out.
    async fn fetch(&mut self, addresses: &[Pubkey]) -> Result<(), ClientError> {
        for chunk in addresses.chunks(MAX_ACCOUNTS) {
            let (slot, fetched) = self.accounts(chunk).await?;
            for (address, account) in chunk.iter().zip(fetched) {
                if let Some(account) = account {
                    self.feed(*address, &account, slot)?;
                }
            }
        }
        Ok(())
    }

    fn feed(&mut self, address: Pubkey, account: &Account, slot: u64) -> Result<(), ClientError> {
        let update = AccountUpdate {
            address,
            owner: account.owner,
            slot,
            data: &account.data,
        };
        let applied = self.pools.apply(update);
        applied
            .map(drop)
            .map_err(|source| ClientError::Decode { address, source })
    }

    /// Accounts as of one slot; at most [`MAX_ACCOUNTS`].
    pub(super) async fn accounts(
        &self,
        addresses: &[Pubkey],
    ) -> Result<(u64, Vec<Option<Account>>), ClientError> {
        let commitment = self.transactor.config().commitment;
        let response = retried(|| {
            self.rpc
                .get_multiple_accounts_with_commitment(addresses, commitment)
        })
        .await
        .map_err(ClientError::rpc("getMultipleAccounts"))?;
        Ok((response.context.slot, response.value))
    }

    /// Addresses of pools that pass the filters.
    async fn pool_addresses(
        &self,
        filters: Vec<RpcFilterType>,
    ) -> Result<Vec<Pubkey>, ClientError> {
        let kind = Memcmp::new_raw_bytes(0, Pool::DISCRIMINATOR.to_vec());
        let filters = std::iter::once(RpcFilterType::Memcmp(kind))
            .chain(filters)
            .collect();
        self.addresses_of(&amm::ID, filters).await
    }

    /// Addresses of a program's accounts that pass the filters.
    pub(super) async fn addresses_of(
        &self,
        program: &Pubkey,
        filters: Vec<RpcFilterType>,
    ) -> Result<Vec<Pubkey>, ClientError> {
        let config = RpcProgramAccountsConfig {
            filters: Some(filters),
            account_config: RpcAccountInfoConfig {
                encoding: Some(UiAccountEncoding::Base64),
                // The addresses are enough: what is fetched later comes with its slot.
                data_slice: Some(UiDataSliceConfig {
                    offset: 0,
                    length: 0,
                }),
                commitment: Some(self.transactor.config().commitment),
                min_context_slot: None,
            },
            ..RpcProgramAccountsConfig::default()
        };
        let found = retried(|| {
            self.rpc
                .get_program_ui_accounts_with_config(program, config.clone())
        })
        .await
        .map_err(ClientError::rpc("getProgramAccounts"))?;
        let mut addresses: Vec<Pubkey> = found.into_iter().map(|(address, _)| address).collect();
        addresses.sort_unstable();
        Ok(addresses)
    }
}

/// Pools with this base and this quote mint.
fn pair_filter(base: &Pubkey, quote: &Pubkey) -> Vec<RpcFilterType> {
    let at = |offset: usize, mint: &Pubkey| {
        let offset = Pool::DISCRIMINATOR.len() + offset;
        RpcFilterType::Memcmp(Memcmp::new_raw_bytes(offset, mint.to_bytes().to_vec()))
    };
    vec![
        at(std::mem::offset_of!(Pool, base_mint), base),
        at(std::mem::offset_of!(Pool, quote_mint), quote),
    ]
}
