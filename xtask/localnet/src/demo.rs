//! One swap in the demo world: quoted, executed, compared.

use sealane_sdk::amm::state::Shard;
use sealane_sdk::client::Client;
use sealane_sdk::quote::{Quote, QuoteRequest, VenueChoice};
use serde::Serialize;
use solana_pubkey::Pubkey;

use crate::chain::Chain;
use crate::progress::Progress;
use crate::world::{Doing as _, Token, TokenName, World, WorldError, WorldPool};

/// Whole tokens of the base that the demo sells.
const SOLD: u64 = 10;

/// Half a percent, the usual setting of a wallet.
const SLIPPAGE_TOLERANCE_BPS: u16 = 50;

/// Why the demo did not end well.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The chain, the SDK or the program refused something.
    #[error(transparent)]
    World(#[from] WorldError),
    /// The chain has the transaction but no record of what it spent.
    #[error("the chain confirmed {signature} but does not say how many compute units it used")]
    NoRecord {
        /// The swap.
        signature: String,
    },
    /// The execution did not meet the quote, which is the one thing that must not happen.
    #[error(
        "the execution does not meet the quote: quoted {quoted} out, received {received} (in base units; transaction {signature})"
    )]
    QuoteNotMet {
        /// What the quote said would be received.
        quoted: u64,
        /// By how much the wallet's balance rose.
        received: u64,
        /// The swap.
        signature: String,
    },
}

/// What happened.
#[derive(Debug)]
pub struct Demo {
    /// The pool traded on.
    pub pool: WorldPool,
    /// Its shards before the swap.
    pub before: Vec<ShardReserves>,
    /// Its shards after the swap.
    pub after: Vec<ShardReserves>,
    /// The quote.
    pub quote: Quote,
    /// The transaction's signature.
    pub signature: String,
    /// The slot it was confirmed in.
    pub slot: u64,
    /// What it spent of the compute budget.
    pub compute_units: u64,
    /// The transaction fee in lamports.
    pub fee_lamports: Option<u64>,
    /// The trader.
    pub trader: Pubkey,
    /// The trader's balance of the token sold.
    pub sent: BalanceChange,
    /// The trader's balance of the token bought.
    pub received: BalanceChange,
}

/// The reserves of one shard, in base units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ShardReserves {
    /// Its index in the pool.
    pub index: u8,
    /// Its address.
    pub address: String,
    /// Base tokens of the liquidity providers.
    pub base_reserve: u64,
    /// Quote tokens of the liquidity providers.
    pub quote_reserve: u64,
}

/// A balance read from the chain before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BalanceChange {
    /// The token.
    pub token: Token,
    /// Before, in base units.
    pub before: u64,
    /// After.
    pub after: u64,
}

impl BalanceChange {
    /// By how much it rose or fell.
    #[must_use]
    pub fn change(&self) -> u64 {
        self.after.abs_diff(self.before)
    }
}

/// The demo as one JSON object. Amounts are in base units.
#[derive(Debug, Serialize)]
pub struct DemoReport {
    /// What ran the chain.
    pub backend: String,
    /// The pool.
    pub pool: String,
    /// Its pair.
    pub pair: String,
    /// How many shards the pool has.
    pub shards: usize,
    /// The shard that the quote chose.
    pub shard_index: u8,
    /// What left the wallet.
    pub amount_in: u64,
    /// What the quote said would arrive.
    pub quote_out: u64,
    /// What arrived, by the wallet's balance on the chain.
    pub executed_out: u64,
    /// The least that would have been accepted.
    pub minimum_out: u64,
    /// Fee of the liquidity providers, in the token bought.
    pub lp_fee: u64,
    /// Fee of the pool's authority, in the token bought.
    pub protocol_fee: u64,
    /// What the transaction spent of the compute budget.
    pub compute_units: u64,
    /// The transaction fee in lamports.
    pub fee_lamports: Option<u64>,
    /// The transaction.
    pub signature: String,
    /// The slot it was confirmed in.
    pub slot: u64,
    /// Reserves of all shards before.
    pub shards_before: Vec<ShardReserves>,
    /// Reserves of all shards after.
    pub shards_after: Vec<ShardReserves>,
}

impl Demo {
    /// Lets a demo wallet sell tokens at the pool's best shard.
    ///
    /// # Errors
    ///
    /// [`DemoError::QuoteNotMet`] if the wallet received another amount than the quote said;
    /// [`DemoError::World`] if something failed before.
    pub async fn run(chain: &Chain, world: &World, progress: &Progress) -> Result<Self, DemoError> {
        let pool = world.pool_of(TokenName::Sol).clone();
        let trader = &world.wallets.alice;
        let address = trader.address();
        let mut client = Client::new(chain.rpc_url());

        progress.step("Quoting a swap");
        client
            .fetch_pool(&pool.address)
            .await
            .doing(|| format!("reading the pool {}", pool.name))?;
        let before = reserves(&client, &pool.address);
        let request = QuoteRequest {
            pool: pool.address,
            mint_in: pool.base.mint,
            amount: pool.base.units(SOLD),
            slippage_tolerance_bps: SLIPPAGE_TOLERANCE_BPS,
            choice: VenueChoice::BEST,
        };
        let quote = client
            .quote_exact_in(&request)
            .await
            .doing(|| format!("quoting a swap on {}", pool.name))?;
        let [sent_before, received_before] = balances(&client, &address, &pool).await?;

        progress.step("Swapping");
        let executed = client
            .swap(quote, &trader.keypair)
            .await
            .doing(|| format!("swapping on {}", pool.name))?;
        let [sent_after, received_after] = balances(&client, &address, &pool).await?;
        client
            .refresh(&pool.address)
            .await
            .doing(|| format!("reading the pool {}", pool.name))?;

        let confirmed = executed.confirmed;
        let signature = confirmed.signature.to_string();
        let Some(compute_units) = confirmed.compute_units else {
            return Err(DemoError::NoRecord { signature });
        };
        Self {
            after: reserves(&client, &pool.address),
            before,
            quote: executed.quote,
            signature,
            slot: confirmed.slot,
            compute_units,
            fee_lamports: confirmed.fee,
            trader: address,
            sent: BalanceChange {
                token: pool.base.clone(),
                before: sent_before,
                after: sent_after,
            },
            received: BalanceChange {
                token: pool.quote.clone(),
                before: received_before,
                after: received_after,
            },
            pool,
        }
        .checked()
    }

    /// The demo is a success only if the balances moved by what the quote said.
    fn checked(self) -> Result<Self, DemoError> {
        let quoted = self.quote.received;
        let received = self.received.after.checked_sub(self.received.before);
        if received == Some(quoted) {
            return Ok(self);
        }
        Err(DemoError::QuoteNotMet {
            quoted,
            received: received.unwrap_or_default(),
            signature: self.signature,
        })
    }

    /// All of it for machines.
    #[must_use]
    pub fn report(&self, chain: &Chain) -> DemoReport {
        DemoReport {
            backend: chain.backend_name().to_owned(),
            pool: self.pool.address.to_string(),
            pair: self.pool.name.clone(),
            shards: self.pool.shards.len(),
            shard_index: self.quote.shard_index,
            amount_in: self.sent.change(),
            quote_out: self.quote.received,
            executed_out: self.received.change(),
            minimum_out: self.quote.minimum_received,
            lp_fee: self.quote.lp_fee,
            protocol_fee: self.quote.protocol_fee,
            compute_units: self.compute_units,
            fee_lamports: self.fee_lamports,
            signature: self.signature.clone(),
            slot: self.slot,
            shards_before: self.before.clone(),
            shards_after: self.after.clone(),
        }
    }
}

fn reserves(client: &Client, pool: &Pubkey) -> Vec<ShardReserves> {
    client
        .pools()
        .shards(pool)
        .map(|entry| {
            let Shard {
                index,
                base_reserve,
                quote_reserve,
                ..
            } = *entry.shard;
            ShardReserves {
                index,
                address: entry.address.to_string(),
                base_reserve,
                quote_reserve,
            }
        })
        .collect()
}

async fn balances(
    client: &Client,
    owner: &Pubkey,
    pool: &WorldPool,
) -> Result<[u64; 2], WorldError> {
    let doing = || "reading the trader's balances".to_owned();
    let (base, quote) = tokio::try_join!(
        client.token_balance(owner, &pool.base.mint),
        client.token_balance(owner, &pool.quote.mint),
    )
    .doing(doing)?;
    Ok([base, quote])
}
