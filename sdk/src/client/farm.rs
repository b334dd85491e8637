//! Stake pools and farms: filling their cache, and sending plans of several transactions. Everything
//! else is a plan of that cache, which [`Client::execute`] sends.

use std::collections::BTreeSet;

use anchor_lang::Discriminator as _;
use sealane_staking::state::{Farm, Position};
use solana_account::Account;
use solana_keypair::Keypair;
use solana_pubkey::Pubkey;
use solana_rpc_client_api::filter::{Memcmp, RpcFilterType};

use super::{Client, ClientError, MAX_ACCOUNTS};
use crate::{
    accounts::{self, DecodeError},
    address::{self, CLOCK_SYSVAR},
    farms::{Farms, unsettled_records},
    plan::Sequence,
    pools::AccountUpdate,
    staking,
    tx::Confirmed,
};

/// What several transactions were expected to do, and what came of them.
#[derive(Clone, Debug, PartialEq)]
pub struct ExecutedSequence<Q> {
    /// What was expected.
    pub quote: Q,
    /// The transactions, in order.
    pub confirmed: Vec<Confirmed>,
}

impl Client {
    /// The cache of stake pools and farms.
    #[must_use]
    pub fn farms(&self) -> &Farms {
        &self.farms
    }

    /// The cache of stake pools and farms, to feed it from elsewhere, such as a subscription.
    pub fn farms_mut(&mut self) -> &mut Farms {
        &mut self.farms
    }

    /// The chain's time, Unix seconds.
    ///
    /// # Errors
    /// [`ClientError::Rpc`] if the node does not answer.
    pub async fn now(&self) -> Result<i64, ClientError> {
        let (_, fetched) = self.accounts(&[CLOCK_SYSVAR]).await?;
        let missing = ClientError::NotFound {
            address: CLOCK_SYSVAR,
            what: "the clock",
        };
        let clock = fetched.into_iter().next().flatten().ok_or(missing)?;
        let clock = accounts::decode_clock(&clock.data).map_err(|source| ClientError::Decode {
            address: CLOCK_SYSVAR,
            source,
        })?;
        Ok(clock.unix_timestamp)
    }

    /// Sends the transactions of a plan one after the other, which only the payer signs. `progress` is
    /// called with the number of transactions done and of all, before the first and after each.
    ///
    /// # Errors
    /// As [`Client::execute`]; [`ClientError::Interrupted`] if others were executed before.
    pub async fn execute_sequence<Q>(
        &self,
        sequence: Sequence<Q>,
        payer: &Keypair,
        mut progress: impl FnMut(usize, usize),
    ) -> Result<ExecutedSequence<Q>, ClientError> {
        let total = sequence.transactions.len();
        let mut confirmed = Vec::with_capacity(total);
        progress(0, total);
        for (done, instructions) in sequence.transactions.into_iter().enumerate() {
            let instructions = self.without_existing_accounts(instructions).await?;
            let sent = self.send(&instructions, payer).await;
            confirmed.push(sent.map_err(|error| match error {
                ClientError::Send(source) if done > 0 => ClientError::Interrupted {
                    done,
                    total,
                    source: Box::new(source),
                },
                error => error,
            })?);
            progress(done + 1, total);
        }
        Ok(ExecutedSequence {
            quote: sequence.quote,
            confirmed,
        })
    }

    /// Fetches one farm with its budget, shards, vaults, mints and the record of the epoch that is
    /// being closed, and the clock.
    ///
    /// # Errors
    /// [`ClientError::NotFound`] or [`ClientError::Decode`] if there is no farm at the address,
    /// [`ClientError::Rpc`] if the node does not answer.
    #[tracing::instrument(level = "debug", skip_all, fields(%farm))]
    pub async fn fetch_farm(&mut self, farm: &Pubkey) -> Result<(), ClientError> {
        if self.farms.farm(farm).is_none() {
            self.fetch_unknown_farm(farm).await?;
        }
        self.fetch_farm_parts(&[*farm]).await
    }

    /// Fetches all farms of the chain, as [`Client::fetch_farm`] does one. Returns their addresses.
    ///
    /// # Errors
    /// [`ClientError::Rpc`] if the node does not answer.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn fetch_farms(&mut self) -> Result<Vec<Pubkey>, ClientError> {
        let kind = bytes_at(0, Farm::DISCRIMINATOR);
        let found = self.addresses_of(&staking::ID, vec![kind]).await?;
        self.fetch_farm_parts(&found).await?;
        Ok(found)
    }

    /// Fetches an owner's positions with their farms, and the records that tell what they have earned.
    /// Returns their addresses.
    ///
    /// # Errors
    /// [`ClientError::Rpc`] if the node does not answer.
    #[tracing::instrument(level = "debug", skip_all, fields(%owner))]
    pub async fn fetch_positions_of(&mut self, owner: &Pubkey) -> Result<Vec<Pubkey>, ClientError> {
        let offset = std::mem::offset_of!(Position, owner);
        self.fetch_positions(offset, owner).await
    }

    /// Fetches the positions of others that a wallet may vote with, as
    /// [`Client::fetch_positions_of`]. Returns their addresses.
    ///
    /// # Errors
    /// [`ClientError::Rpc`] if the node does not answer.
    #[tracing::instrument(level = "debug", skip_all, fields(%delegate))]
    pub async fn fetch_delegated_to(
        &mut self,
        delegate: &Pubkey,
    ) -> Result<Vec<Pubkey>, ClientError> {
        let offset = std::mem::offset_of!(Position, delegate);
        self.fetch_positions(offset, delegate).await
    }

    /// Fetches a position with its farm, and the records that tell what it has earned.
    ///
    /// # Errors
    /// [`ClientError::NotFound`] or [`ClientError::Decode`] if there is no position at the address,
    /// [`ClientError::Rpc`] if the node does not answer.
    #[tracing::instrument(level = "debug", skip_all, fields(%position))]
    pub async fn fetch_position(&mut self, position: &Pubkey) -> Result<(), ClientError> {
        self.fetch_into_farms(&[*position]).await?;
        let known = self.farms.position(position);
        let farm = known.map(|entry| entry.account.farm);
        let farm = farm.ok_or(ClientError::NotFound {
            address: *position,
            what: "a stake position",
        })?;
        self.fetch_farm(&farm).await?;
        self.fetch_records(&[*position]).await
    }

    /// Fetches the records of a farm's epochs from one on: all that there are up to the present one.
    ///
    /// # Errors
    /// [`ClientError::Rpc`] if the node does not answer, otherwise as [`Client::fetch_farm`].
    pub async fn fetch_epochs(&mut self, farm: &Pubkey, from: u32) -> Result<(), ClientError> {
        self.fetch_farm(farm).await?;
        let budget = self.farms.budget(farm);
        let next = budget.map_or(0, |budget| budget.account.next_epoch);
        let records: Vec<Pubkey> = (from..=next)
            .map(|epoch| address::epoch_record(farm, epoch).0)
            .collect();
        self.fetch_into_farms(&records).await
    }

    async fn fetch_positions(
        &mut self,
        offset: usize,
        who: &Pubkey,
    ) -> Result<Vec<Pubkey>, ClientError> {
        let filters = vec![
            bytes_at(0, Position::DISCRIMINATOR),
            bytes_at(Position::DISCRIMINATOR.len() + offset, who.as_ref()),
        ];
        let found = self.addresses_of(&staking::ID, filters).await?;
        // Those that the cache knows and the node does not name were closed.
        let known = self.farms.positions_of(who).map(|entry| entry.address);
        let all: BTreeSet<Pubkey> = known.chain(found.iter().copied()).collect();
        let all: Vec<Pubkey> = all.into_iter().collect();
        self.fetch_into_farms(&all).await?;
        let farms: BTreeSet<Pubkey> = found
            .iter()
            .filter_map(|position| self.farms.position(position))
            .map(|entry| entry.account.farm)
            .collect();
        let farms: Vec<Pubkey> = farms.into_iter().collect();
        self.fetch_farm_parts(&farms).await?;
        self.fetch_records(&found).await?;
        Ok(found)
    }

    /// The records that positions' claims read.
    async fn fetch_records(&mut self, positions: &[Pubkey]) -> Result<(), ClientError> {
        let mut records = BTreeSet::new();
        for position in positions {
            if self.farms.position(position).is_some() {
                records.extend(unsettled_records(&self.farms, position)?);
            }
        }
        // What a closed epoch's record says never changes.
        let records: Vec<Pubkey> = records.into_iter().collect();
        self.fetch_into_farms(&records).await
    }

    /// Fetches farms and what belongs to them, and the clock last: what has ended by it has ended for
    /// all that was fetched before.
    async fn fetch_farm_parts(&mut self, farms: &[Pubkey]) -> Result<(), ClientError> {
        self.fetch_into_farms(farms).await?;
        let mut parts: BTreeSet<Pubkey> = BTreeSet::new();
        for farm in farms {
            let Some(entry) = self.farms.farm(farm) else {
                continue;
            };
            let config = entry.account;
            let rewards = usize::from(config.reward_count).min(config.reward_mints.len());
            parts.insert(address::budget(farm).0);
            parts.insert(config.stake_mint);
            parts.extend(&config.reward_mints[..rewards]);
            parts.extend((0..config.shard_count).map(|index| address::farm_shard(farm, index).0));
        }
        let parts: Vec<Pubkey> = parts.into_iter().collect();
        self.fetch_into_farms(&parts).await?;
        // The balance of a vault is taken in only after its shard.
        let mut last = BTreeSet::new();
        for farm in farms {
            for shard in self.farms.shards(farm) {
                let vaults = shard.account.reward_vaults.into_iter();
                last.extend(vaults.filter(|vault| *vault != Pubkey::default()));
            }
            if let Some(budget) = self.farms.budget(farm) {
                last.insert(address::epoch_record(farm, budget.account.next_epoch).0);
            }
        }
        let last: Vec<Pubkey> = last.into_iter().chain([CLOCK_SYSVAR]).collect();
        self.fetch_into_farms(&last).await
    }

    /// A farm that the cache does not know: says what is wrong if there is none.
    async fn fetch_unknown_farm(&mut self, farm: &Pubkey) -> Result<(), ClientError> {
        let (slot, fetched) = self.accounts(std::slice::from_ref(farm)).await?;
        let not_found = ClientError::NotFound {
            address: *farm,
            what: "a stake pool or farm",
        };
        let account = fetched.into_iter().next().flatten().ok_or(not_found)?;
        let decode = |source| ClientError::Decode {
            address: *farm,
            source,
        };
        if account.owner != staking::ID {
            let source = DecodeError::WrongType { account: "a farm" };
            return Err(decode(source));
        }
        accounts::decode_farm(&account.data).map_err(decode)?;
        self.feed_farms(*farm, Some(&account), slot)
    }

    /// Fetches accounts into the cache, which forgets those that do not exist.
    async fn fetch_into_farms(&mut self, addresses: &[Pubkey]) -> Result<(), ClientError> {
        for chunk in addresses.chunks(MAX_ACCOUNTS) {
            let (slot, fetched) = self.accounts(chunk).await?;
            for (address, account) in chunk.iter().zip(fetched) {
                self.feed_farms(*address, account.as_ref(), slot)?;
            }
        }
        Ok(())
    }

    fn feed_farms(
        &mut self,
        address: Pubkey,
        account: Option<&Account>,
        slot: u64,
    ) -> Result<(), ClientError> {
        let Some(account) = account else {
            self.farms.remove(&address, slot);
            return Ok(());
        };
        let update = AccountUpdate {
            address,
            owner: account.owner,
            slot,
            data: &account.data,
        };
        let applied = self.farms.apply(update);
        applied
            .map(drop)
            .map_err(|source| ClientError::Decode { address, source })
    }
}

pub(super) fn bytes_at(offset: usize, bytes: &[u8]) -> RpcFilterType {
    RpcFilterType::Memcmp(Memcmp::new_raw_bytes(offset, bytes.to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Integrators run these on multi-threaded runtimes.
    #[test]
    fn calls_can_move_between_threads() {
        fn is_send<T: Send>(_: &T) {}
        let mut client = Client::new("http://127.0.0.1:1");
        let address = Pubkey::new_unique();
        is_send(&client.fetch_farm(&address));
        is_send(&client.fetch_farms());
        is_send(&client.fetch_positions_of(&address));
        is_send(&client.fetch_position(&address));
    }

    #[tokio::test]
    async fn says_that_nobody_answers() {
        let mut client = Client::new("http://127.0.0.1:1");
        let error = client.fetch_farms().await.unwrap_err();
        let is_rpc =
            matches!(&error, ClientError::Rpc { call, .. } if *call == "getProgramAccounts");
        assert!(is_rpc, "{error}");
    }
}
