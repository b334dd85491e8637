//! A chain, a cache of its pools, and transactions: the short way to quote and trade.
//!
//! Everything here is thin over [`Pools`], [`plan`] and [`Transactor`], which can be used without
//! it.

mod error;
mod explore;
mod farm;
mod fetch;
mod liquidity;
mod market;
mod realm;
mod route;
mod simulate;
mod table;
mod tokens;
mod trade;

pub use error::ClientError;
pub use farm::ExecutedSequence;
pub(crate) use fetch::MAX_ACCOUNTS;
pub use liquidity::CreatedPool;
pub use market::CreatedMarket;
pub use table::LookupTable;
pub use tokens::{Balances, TokenBalance};

use explore::Atlas;

use std::sync::Arc;

use serde::Serialize;
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_pubkey::Pubkey;
use solana_rpc_client::nonblocking::rpc_client::RpcClient;
use solana_signer::Signer;

#[cfg(doc)]
use crate::plan;
use crate::{
    address::ASSOCIATED_TOKEN_PROGRAM,
    events::Event,
    farms::Farms,
    markets::Markets,
    plan::Plan,
    pools::Pools,
    realms::Realms,
    tx::{Confirmed, Transactor, TransactorConfig},
};

/// A connection to a chain with caches of pools, of markets, of farms and of realms.
#[derive(Clone)]
pub struct Client {
    rpc: Arc<RpcClient>,
    pools: Pools,
    markets: Markets,
    farms: Farms,
    realms: Realms,
    transactor: Transactor,
    atlas: Atlas,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client")
            .field("url", &self.rpc.url())
            .finish_non_exhaustive()
    }
}

/// What was quoted, and what came of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Executed<Q> {
    /// What was expected.
    pub quote: Q,
    /// The transaction.
    pub confirmed: Confirmed,
    /// What the program reported; empty if the node does not serve the transaction's record.
    #[serde(skip)]
    pub events: Vec<Event>,
}

impl Client {
    /// A client of the node at `url`, with the default [`TransactorConfig`]. Connects with the
    /// first call.
    ///
    /// ```no_run
    /// use sealane_sdk::{client::Client, quote::{QuoteRequest, VenueChoice}};
    /// use solana_keypair::{Keypair, read_keypair_file};
    /// use solana_pubkey::Pubkey;
    ///
    /// # async fn swap(wallet: Keypair, sol: Pubkey, usdc: Pubkey) -> Result<(), Box<dyn std::error::Error>> {
    /// let mut client = Client::new("http://127.0.0.1:8899");
    /// let pool = client.find_pools(&sol, &usdc).await?[0];
    /// let request = QuoteRequest {
    ///     pool,
    ///     mint_in: sol,
    ///     amount: 1_000_000_000,
    ///     slippage_tolerance_bps: 50,
    ///     choice: VenueChoice::default(),
    /// };
    /// let swap = client.swap_exact_in(&request, &wallet).await?;
    /// println!("{} received {:?}", swap.confirmed.signature, swap.received());
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        Self::with_config(url, TransactorConfig::default())
    }

    /// As [`Client::new`], with a configuration. Accounts are read at the same commitment.
    #[must_use]
    pub fn with_config(url: impl Into<String>, config: TransactorConfig) -> Self {
        let rpc = RpcClient::new_with_commitment(url.into(), config.commitment);
        Self::from_rpc(Arc::new(rpc), config)
    }

    /// A client over a connection at hand.
    #[must_use]
    pub fn from_rpc(rpc: Arc<RpcClient>, config: TransactorConfig) -> Self {
        let transactor = Transactor::new(Arc::clone(&rpc), config);
        Self {
            rpc,
            pools: Pools::new(),
            markets: Markets::new(),
            farms: Farms::new(),
            realms: Realms::new(),
            transactor,
            atlas: Atlas::default(),
        }
    }

    /// The connection.
    #[must_use]
    pub fn rpc(&self) -> &Arc<RpcClient> {
        &self.rpc
    }

    /// The cache.
    #[must_use]
    pub fn pools(&self) -> &Pools {
        &self.pools
    }

    /// The cache, to feed it from elsewhere, such as a subscription.
    pub fn pools_mut(&mut self) -> &mut Pools {
        &mut self.pools
    }

    /// What sends transactions.
    #[must_use]
    pub fn transactor(&self) -> &Transactor {
        &self.transactor
    }

    /// Sends instructions that only the payer signs.
    ///
    /// # Errors
    /// [`ClientError::Send`].
    pub async fn send(
        &self,
        instructions: &[Instruction],
        payer: &Keypair,
    ) -> Result<Confirmed, ClientError> {
        Ok(self
            .transactor
            .send(instructions, &payer.pubkey(), &[payer])
            .await?)
    }

    /// Sends a plan that only the payer signs, without the creation of accounts that exist: it
    /// would do nothing, at the price of a few thousand compute units.
    ///
    /// # Errors
    /// [`ClientError::Send`], and [`ClientError::Rpc`] if the node does not answer.
    pub async fn execute<Q>(
        &self,
        plan: Plan<Q>,
        payer: &Keypair,
    ) -> Result<Executed<Q>, ClientError> {
        let instructions = self.without_existing_accounts(plan.instructions).await?;
        let confirmed = self.send(&instructions, payer).await?;
        let events = confirmed.events();
        Ok(Executed {
            quote: plan.quote,
            confirmed,
            events,
        })
    }

    async fn without_existing_accounts(
        &self,
        instructions: Vec<Instruction>,
    ) -> Result<Vec<Instruction>, ClientError> {
        let created: Vec<Pubkey> = instructions.iter().filter_map(created_account).collect();
        if created.is_empty() {
            return Ok(instructions);
        }
        let (_, accounts) = self.accounts(&created).await?;
        let exists = |address: &Pubkey| {
            let index = created.iter().position(|created| created == address);
            index.is_some_and(|index| accounts.get(index).is_some_and(Option::is_some))
        };
        let needed = |instruction: &Instruction| {
            created_account(instruction).is_none_or(|address| !exists(&address))
        };
        Ok(instructions.into_iter().filter(needed).collect())
    }
}

/// The associated token account that an instruction creates, if it does that.
fn created_account(instruction: &Instruction) -> Option<Pubkey> {
    let creates = instruction.program_id == ASSOCIATED_TOKEN_PROGRAM;
    creates.then(|| instruction.accounts.get(1).map(|meta| meta.pubkey))?
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quote::{QuoteRequest, VenueChoice};

    /// Integrators run these on multi-threaded runtimes.
    #[test]
    fn calls_can_move_between_threads() {
        fn is_send<T: Send>(_: &T) {}
        let mut client = Client::new("http://127.0.0.1:1");
        let wallet = Keypair::new();
        let request = QuoteRequest {
            pool: Pubkey::new_unique(),
            mint_in: Pubkey::new_unique(),
            amount: 1,
            slippage_tolerance_bps: 0,
            choice: VenueChoice::BEST,
        };
        is_send(&client.swap_exact_in(&request, &wallet));
        is_send(&client.fetch_pools());
        is_send(&client.balances(&request.pool));
    }

    #[tokio::test]
    async fn says_that_nobody_answers() {
        let mut client = Client::new("http://127.0.0.1:1");
        let error = client.fetch_pools().await.unwrap_err();
        assert!(
            matches!(
                error,
                ClientError::Rpc {
                    call: "getProgramAccounts",
                    ..
                }
            ),
            "{error}"
        );
        assert!(error.hint().unwrap().contains("chain is running"));
    }
}
