//! Swaps.

use solana_keypair::Keypair;
use solana_signer::Signer;

use super::{Client, ClientError, Executed};
use crate::{
    amm::events::Swapped,
    events::Event,
    plan::{Caller, swap_instructions},
    quote::{self, Quote, QuoteRequest},
};

impl Client {
    /// Brings the pool up to date and quotes a swap of exactly `request.amount`.
    ///
    /// # Errors
    /// [`ClientError::Quote`] if there is no quote, otherwise as [`Client::fetch_pool`].
    pub async fn quote_exact_in(&mut self, request: &QuoteRequest) -> Result<Quote, ClientError> {
        self.refresh(&request.pool).await?;
        Ok(quote::quote_exact_in(&self.pools, request)?)
    }

    /// Brings the pool up to date and quotes a swap for exactly `request.amount`.
    ///
    /// # Errors
    /// [`ClientError::Quote`] if there is no quote, otherwise as [`Client::fetch_pool`].
    pub async fn quote_exact_out(&mut self, request: &QuoteRequest) -> Result<Quote, ClientError> {
        self.refresh(&request.pool).await?;
        Ok(quote::quote_exact_out(&self.pools, request)?)
    }

    /// Swaps exactly `request.amount` on a shard that pays most for it, or about so much: which one
    /// the wallet's address picks, unless the request has a seed.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn swap_exact_in(
        &mut self,
        request: &QuoteRequest,
        wallet: &Keypair,
    ) -> Result<Executed<Quote>, ClientError> {
        let quote = self.quote_exact_in(&by_wallet(request, wallet)).await?;
        self.swap(quote, wallet).await
    }

    /// Swaps for exactly `request.amount` on a shard that asks least for it, or about so little: which
    /// one the wallet's address picks, unless the request has a seed.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn swap_exact_out(
        &mut self,
        request: &QuoteRequest,
        wallet: &Keypair,
    ) -> Result<Executed<Quote>, ClientError> {
        let quote = self.quote_exact_out(&by_wallet(request, wallet)).await?;
        self.swap(quote, wallet).await
    }

    /// Executes a quote at hand, on its shard.
    ///
    /// # Errors
    /// [`ClientError`].
    #[tracing::instrument(level = "debug", skip_all, fields(pool = %quote.pool, shard = quote.shard_index))]
    pub async fn swap(
        &mut self,
        quote: Quote,
        wallet: &Keypair,
    ) -> Result<Executed<Quote>, ClientError> {
        if self.pools.shard(&quote.pool, quote.shard_index).is_none() {
            self.fetch_pool(&quote.pool).await?;
        }
        let plan = swap_instructions(&self.pools, quote, &Caller::new(wallet.pubkey()))?;
        self.execute(plan, wallet).await
    }
}

/// The request with the wallet's address as its seed, unless it has one.
fn by_wallet(request: &QuoteRequest, wallet: &Keypair) -> QuoteRequest {
    QuoteRequest {
        choice: request.choice.or_by(wallet.pubkey()),
        ..*request
    }
}

impl Executed<Quote> {
    /// The swap as the program reported it; `None` if the node does not serve the transaction's
    /// record.
    #[must_use]
    pub fn swapped(&self) -> Option<&Swapped> {
        self.events.iter().find_map(|event| match event {
            Event::Swapped(swapped) if swapped.shard == self.quote.shard => Some(swapped),
            _ => None,
        })
    }

    /// What arrived in the wallet.
    #[must_use]
    pub fn received(&self) -> Option<u64> {
        self.swapped().map(|swapped| swapped.received)
    }

    /// What left the wallet.
    #[must_use]
    pub fn sent(&self) -> Option<u64> {
        self.swapped().map(|swapped| swapped.sent)
    }
}
