//! Markets: filling their cache, and creating one. Everything else is a plan of that cache, which
//! [`Client::execute`] sends.

use std::collections::BTreeSet;

use anchor_lang::Discriminator as _;
use sealane_core::book::LaneHeader;
use sealane_orderbook::state::{Lane, Market};
use solana_keypair::Keypair;
use solana_pubkey::Pubkey;
use solana_rpc_client_api::filter::{Memcmp, RpcFilterType};

use super::{Client, ClientError};
use crate::{
    accounts::{self, DecodeError},
    address::{CLOCK_SYSVAR, VaultShardAddresses},
    markets::Markets,
    orderbook,
    plan::{self, CreateMarketRequest},
    pools::AccountUpdate,
    tx::{Confirmed, retried},
};

/// Accounts that a node returns in one call.
const MAX_ACCOUNTS: usize = 100;

/// A market that was created.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreatedMarket {
    /// Where it is.
    pub market: Pubkey,
    /// Where its vault shards are.
    pub vault_shards: Vec<VaultShardAddresses>,
    /// The transactions that created it.
    pub confirmed: Vec<Confirmed>,
}

impl Client {
    /// The cache of markets.
    #[must_use]
    pub fn markets(&self) -> &Markets {
        &self.markets
    }

    /// The cache of markets, to feed it from elsewhere, such as a subscription.
    pub fn markets_mut(&mut self) -> &mut Markets {
        &mut self.markets
    }

    /// Creates a market with its vault shards, and brings it into the cache. `progress` is
    /// called with the number of transactions done and of all, before the first and after each.
    ///
    /// # Errors
    /// [`ClientError`]; [`ClientError::UnfinishedMarket`] if the market exists without all of its
    /// vault shards.
    pub async fn create_market(
        &mut self,
        request: &CreateMarketRequest,
        creator: &Keypair,
        mut progress: impl FnMut(usize, usize),
    ) -> Result<CreatedMarket, ClientError> {
        let plan = plan::create_market_instructions(request)?;
        let total = plan.transactions.len();
        let mut confirmed = Vec::with_capacity(total);
        progress(0, total);
        for (done, instructions) in plan.transactions.iter().enumerate() {
            let sent = self.send(instructions, creator).await;
            confirmed.push(sent.map_err(|error| match error {
                ClientError::Send(source) if done > 0 => ClientError::UnfinishedMarket {
                    market: plan.market,
                    done,
                    total,
                    source: Box::new(source),
                },
                error => error,
            })?);
            progress(done + 1, total);
        }
        self.fetch_market(&plan.market).await?;
        Ok(CreatedMarket {
            market: plan.market,
            vault_shards: plan.vault_shards,
            confirmed,
        })
    }

    /// Fetches one market with its vault shards, vaults, mints and lanes, and the clock.
    ///
    /// # Errors
    /// [`ClientError::NotFound`] or [`ClientError::Decode`] if there is no market at the address,
    /// [`ClientError::Rpc`] if the node does not answer.
    #[tracing::instrument(level = "debug", skip_all, fields(%market))]
    pub async fn fetch_market(&mut self, market: &Pubkey) -> Result<(), ClientError> {
        if self.markets.market(market).is_none() {
            self.fetch_unknown_market(market).await?;
        }
        self.fetch_lanes(market).await?;
        self.fetch_market_parts(&[*market]).await
    }

    /// Fetches all markets of the chain, as [`Client::fetch_market`] does one. Returns how many
    /// there are.
    ///
    /// # Errors
    /// [`ClientError::Rpc`] if the node does not answer.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn fetch_markets(&mut self) -> Result<usize, ClientError> {
        let found = self.market_addresses(Vec::new()).await?;
        self.fetch_found_markets(&found).await?;
        Ok(found.len())
    }

    /// Fetches the markets of two mints, whichever of them is base, and returns their addresses.
    ///
    /// # Errors
    /// [`ClientError::Rpc`] if the node does not answer.
    #[tracing::instrument(level = "debug", skip_all, fields(%one_mint, %other_mint))]
    pub async fn find_markets(
        &mut self,
        one_mint: &Pubkey,
        other_mint: &Pubkey,
    ) -> Result<Vec<Pubkey>, ClientError> {
        let mut found = BTreeSet::new();
        for (base, quote) in [(one_mint, other_mint), (other_mint, one_mint)] {
            let pair = vec![
                in_market(std::mem::offset_of!(Market, base_mint), base),
                in_market(std::mem::offset_of!(Market, quote_mint), quote),
            ];
            found.extend(self.market_addresses(pair).await?);
        }
        let found: Vec<Pubkey> = found.into_iter().collect();
        self.fetch_found_markets(&found).await?;
        Ok(found)
    }

    /// Fetches an owner's lanes with the markets that they trade in, but not those markets' other
    /// lanes. Returns the lanes' addresses.
    ///
    /// # Errors
    /// [`ClientError::Rpc`] if the node does not answer.
    #[tracing::instrument(level = "debug", skip_all, fields(%owner))]
    pub async fn fetch_lanes_of(&mut self, owner: &Pubkey) -> Result<Vec<Pubkey>, ClientError> {
        let filter = in_lane(std::mem::offset_of!(LaneHeader, owner), owner);
        let lanes = self.lane_addresses(filter).await?;
        self.fetch_into_markets(&lanes).await?;
        let markets: BTreeSet<Pubkey> = lanes
            .iter()
            .filter_map(|lane| self.markets.lane(lane))
            .map(|entry| entry.lane.market())
            .collect();
        let markets: Vec<Pubkey> = markets.into_iter().collect();
        self.fetch_into_markets(&markets).await?;
        self.fetch_market_parts(&markets).await?;
        Ok(lanes)
    }

    /// Brings a market's lanes up to date, and forgets those that were closed.
    async fn fetch_lanes(&mut self, market: &Pubkey) -> Result<(), ClientError> {
        // Before the list is asked for: a lane that the cache knows from later is not in question.
        let commitment = self.transactor.config().commitment;
        let slot = retried(|| self.rpc.get_slot_with_commitment(commitment))
            .await
            .map_err(ClientError::rpc("getSlot"))?;
        let filter = in_lane(std::mem::offset_of!(LaneHeader, market), market);
        let found = self.lane_addresses(filter).await?;
        self.fetch_into_markets(&found).await?;
        let found = found.into_iter().collect();
        self.markets.retain_lanes(market, slot, &found);
        Ok(())
    }

    pub(super) async fn fetch_found_markets(
        &mut self,
        found: &[Pubkey],
    ) -> Result<(), ClientError> {
        self.fetch_into_markets(found).await?;
        for market in found {
            self.fetch_lanes(market).await?;
        }
        self.fetch_market_parts(found).await
    }

    /// Fetches what belongs to markets that the cache holds, and the clock last: what it calls
    /// expired has expired in every lane that was fetched before.
    async fn fetch_market_parts(&mut self, markets: &[Pubkey]) -> Result<(), ClientError> {
        let parts: BTreeSet<Pubkey> = markets
            .iter()
            .flat_map(|market| self.markets.addresses(market))
            .filter(|address| *address != CLOCK_SYSVAR)
            .collect();
        let parts: Vec<Pubkey> = parts.into_iter().chain([CLOCK_SYSVAR]).collect();
        self.fetch_into_markets(&parts).await?;
        // A market may have been given vault shards since it was cached, and the balance of a
        // vault is taken in only after its vault shard.
        for market in markets {
            for _ in 0..2 {
                let missing = self.markets.missing(market);
                self.fetch_into_markets(&missing).await?;
            }
        }
        Ok(())
    }

    /// A market that the cache does not know: says what is wrong if there is none.
    async fn fetch_unknown_market(&mut self, market: &Pubkey) -> Result<(), ClientError> {
        let (slot, fetched) = self.accounts(std::slice::from_ref(market)).await?;
        let not_found = ClientError::NotFound {
            address: *market,
            what: "a market",
        };
        let account = fetched.into_iter().next().flatten().ok_or(not_found)?;
        let decode = |source| ClientError::Decode {
            address: *market,
            source,
        };
        if account.owner != orderbook::ID {
            let source = DecodeError::WrongType {
                account: "a market",
            };
            return Err(decode(source));
        }
        accounts::decode_market(&account.data).map_err(decode)?;
        self.feed_markets(*market, &account, slot)
    }

    /// Fetches accounts into the cache. Those that do not exist are left out.
    async fn fetch_into_markets(&mut self, addresses: &[Pubkey]) -> Result<(), ClientError> {
        for chunk in addresses.chunks(MAX_ACCOUNTS) {
            let (slot, fetched) = self.accounts(chunk).await?;
            for (address, account) in chunk.iter().zip(fetched) {
                if let Some(account) = account {
                    self.feed_markets(*address, &account, slot)?;
                }
            }
        }
        Ok(())
    }

    fn feed_markets(
        &mut self,
        address: Pubkey,
        account: &solana_account::Account,
        slot: u64,
    ) -> Result<(), ClientError> {
        let update = AccountUpdate {
            address,
            owner: account.owner,
            slot,
            data: &account.data,
        };
        let applied = self.markets.apply(update);
        applied
            .map(drop)
            .map_err(|source| ClientError::Decode { address, source })
    }

    async fn market_addresses(
        &self,
        filters: Vec<RpcFilterType>,
    ) -> Result<Vec<Pubkey>, ClientError> {
        let kind = bytes_at(0, Market::DISCRIMINATOR);
        self.addresses_of(&orderbook::ID, [vec![kind], filters].concat())
            .await
    }

    async fn lane_addresses(&self, filter: RpcFilterType) -> Result<Vec<Pubkey>, ClientError> {
        let kind = bytes_at(0, Lane::DISCRIMINATOR);
        self.addresses_of(&orderbook::ID, vec![kind, filter]).await
    }
}

/// Markets with an address in a field.
fn in_market(offset: usize, address: &Pubkey) -> RpcFilterType {
    bytes_at(Market::DISCRIMINATOR.len() + offset, address.as_ref())
}

/// Lanes with an address in a field of their head.
fn in_lane(offset: usize, address: &Pubkey) -> RpcFilterType {
    bytes_at(Lane::DISCRIMINATOR.len() + offset, address.as_ref())
}

fn bytes_at(offset: usize, bytes: &[u8]) -> RpcFilterType {
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
        is_send(&client.fetch_market(&address));
        is_send(&client.fetch_markets());
        is_send(&client.fetch_lanes_of(&address));
    }

    #[tokio::test]
    async fn says_that_nobody_answers() {
        let mut client = Client::new("http://127.0.0.1:1");
        let error = client.fetch_markets().await.unwrap_err();
        let is_rpc =
            matches!(&error, ClientError::Rpc { call, .. } if *call == "getProgramAccounts");
        assert!(is_rpc, "{error}");
        let error = client
            .fetch_market(&Pubkey::new_unique())
            .await
            .unwrap_err();
        assert!(matches!(error, ClientError::Rpc { .. }), "{error}");
    }

    #[test]
    fn filters_look_where_the_fields_are() {
        let address = Pubkey::new_unique();
        let offset = |filter: RpcFilterType| match filter {
            RpcFilterType::Memcmp(memcmp) => memcmp.offset(),
            other => panic!("{other:?}"),
        };
        // As the accounts' layout tables have them.
        let market = |field| offset(in_market(field, &address));
        assert_eq!(market(std::mem::offset_of!(Market, base_mint)), 104);
        assert_eq!(market(std::mem::offset_of!(Market, quote_mint)), 136);
        let lane = |field| offset(in_lane(field, &address));
        assert_eq!(lane(std::mem::offset_of!(LaneHeader, market)), 8);
        assert_eq!(lane(std::mem::offset_of!(LaneHeader, owner)), 40);
    }
}
