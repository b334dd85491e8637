//! Pools and their liquidity.

use sealane_amm::Observation;
use serde::Serialize;
use solana_keypair::Keypair;
use solana_pubkey::Pubkey;
use solana_signer::Signer;

use super::{Client, ClientError, Executed};
use crate::{
    address::{self, ShardAddresses},
    oracle,
    plan::{self, Caller, CreatePoolRequest},
    quote::{
        AddLiquidityQuote, AddLiquidityRequest, AddSingleSidedQuote, AddSingleSidedRequest,
        CollectedFees, RebalanceQuote, RemoveLiquidityQuote, RemoveLiquidityRequest,
        RemoveSingleSidedQuote, RemoveSingleSidedRequest,
    },
    serialize,
    tx::Confirmed,
};

/// A new pool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CreatedPool {
    /// Where it is.
    #[serde(serialize_with = "serialize::display")]
    pub pool: Pubkey,
    /// Its shards.
    pub shards: Vec<ShardAddresses>,
    /// The transactions that created it.
    pub confirmed: Vec<Confirmed>,
}

impl Client {
    /// Creates a pool with its shards. `creator` must be the request's creator. `progress` is
    /// called with the number of transactions done and of all, before the first and after each.
    ///
    /// # Errors
    /// [`ClientError::Plan`] if the program would refuse; [`ClientError::Send`] if the first
    /// transaction fails, [`ClientError::Unfinished`] if a later one does.
    #[tracing::instrument(level = "debug", skip_all, fields(shards = request.shards))]
    pub async fn create_pool(
        &mut self,
        request: &CreatePoolRequest,
        creator: &Keypair,
        mut progress: impl FnMut(usize, usize),
    ) -> Result<CreatedPool, ClientError> {
        let plan = plan::create_pool_instructions(request)?;
        let (pool, total) = (plan.pool, plan.transactions.len());
        let mut confirmed = Vec::with_capacity(total);
        progress(0, total);
        for instructions in &plan.transactions {
            let sent = self
                .transactor
                .send(instructions, &creator.pubkey(), &[creator])
                .await;
            let done = confirmed.len();
            confirmed.push(sent.map_err(|error| match done {
                0 => ClientError::Send(error),
                _ => ClientError::Unfinished {
                    pool,
                    done,
                    total,
                    source: Box::new(error),
                },
            })?);
            progress(done + 1, total);
        }
        self.fetch_pool(&pool).await?;
        Ok(CreatedPool {
            pool,
            shards: plan.shards,
            confirmed,
        })
    }

    /// Adds the next shard to a pool. `authority` pays.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn add_shard(
        &mut self,
        pool: &Pubkey,
        authority: &Keypair,
    ) -> Result<(ShardAddresses, Confirmed), ClientError> {
        self.refresh(pool).await?;
        let payer = authority.pubkey();
        let (shard, instructions) =
            plan::add_shard_instructions(&self.pools, pool, &payer, &payer)?;
        let confirmed = self.send(&instructions, authority).await?;
        self.refresh(pool).await?;
        Ok((shard, confirmed))
    }

    /// Deposits both tokens in the shard's proportion.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn add_liquidity(
        &mut self,
        request: &AddLiquidityRequest,
        wallet: &Keypair,
    ) -> Result<Executed<AddLiquidityQuote>, ClientError> {
        self.refresh(&request.pool).await?;
        let caller = Caller::new(wallet.pubkey());
        let plan = plan::add_liquidity_instructions(&self.pools, request, &caller)?;
        self.execute(plan, wallet).await
    }

    /// Withdraws both tokens in the shard's proportion.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn remove_liquidity(
        &mut self,
        request: &RemoveLiquidityRequest,
        wallet: &Keypair,
    ) -> Result<Executed<RemoveLiquidityQuote>, ClientError> {
        self.refresh(&request.pool).await?;
        let caller = Caller::new(wallet.pubkey());
        let plan = plan::remove_liquidity_instructions(&self.pools, request, &caller)?;
        self.execute(plan, wallet).await
    }

    /// Deposits one token, part of which is swapped for the other.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn add_single_sided(
        &mut self,
        request: &AddSingleSidedRequest,
        wallet: &Keypair,
    ) -> Result<Executed<AddSingleSidedQuote>, ClientError> {
        self.refresh(&request.pool).await?;
        let caller = Caller::new(wallet.pubkey());
        let plan = plan::add_single_sided_instructions(&self.pools, request, &caller)?;
        self.execute(plan, wallet).await
    }

    /// Withdraws one token, for which the other token's part is swapped.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn remove_single_sided(
        &mut self,
        request: &RemoveSingleSidedRequest,
        wallet: &Keypair,
    ) -> Result<Executed<RemoveSingleSidedQuote>, ClientError> {
        self.refresh(&request.pool).await?;
        let caller = Caller::new(wallet.pubkey());
        let plan = plan::remove_single_sided_instructions(&self.pools, request, &caller)?;
        self.execute(plan, wallet).await
    }

    /// Lets two shards trade with each other until their prices meet. `payer` pays the fee.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn rebalance(
        &mut self,
        pool: &Pubkey,
        first: u8,
        second: u8,
        payer: &Keypair,
    ) -> Result<Executed<RebalanceQuote>, ClientError> {
        self.refresh(pool).await?;
        let plan = plan::rebalance_instructions(&self.pools, pool, first, second)?;
        self.execute(plan, payer).await
    }

    /// Pays a shard's protocol fees to the pool's authority.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn collect_protocol_fees(
        &mut self,
        pool: &Pubkey,
        shard: u8,
        authority: &Keypair,
    ) -> Result<Executed<CollectedFees>, ClientError> {
        self.refresh(pool).await?;
        let caller = Caller::new(authority.pubkey());
        let plan = plan::collect_protocol_fees_instructions(&self.pools, pool, shard, &caller)?;
        self.execute(plan, authority).await
    }

    /// A shard's price history as the program itself reports it, by simulation. `payer` is any
    /// wallet with SOL; it pays nothing.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn observe(
        &self,
        pool: &Pubkey,
        shard: u8,
        payer: &Pubkey,
    ) -> Result<Observation, ClientError> {
        let (address, _) = address::shard(pool, shard);
        let observe = plan::observe_instruction(pool, &address);
        let simulation = self.transactor.simulate(&[observe], payer).await?;
        let returned = simulation.return_data.unwrap_or_default();
        oracle::decode_observation(&returned)
            .map_err(|source| ClientError::Decode { address, source })
    }
}
