//! Simulating, signing and sending.

use std::{future::Future, sync::Arc, time::Duration};

use backon::{ExponentialBuilder, Retryable};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde::Serialize;
use solana_commitment_config::CommitmentConfig;
use solana_hash::Hash;
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;
use solana_rpc_client::nonblocking::rpc_client::RpcClient;
use solana_rpc_client_api::{
    client_error::{Error as RpcError, ErrorKind},
    config::RpcSimulateTransactionConfig,
    request,
};
use solana_signature::Signature;
use solana_signer::signers::Signers;
use solana_transaction::versioned::VersionedTransaction;

use super::{MAX_TRANSACTION_SIZE, PriorityFee, SendError, size};
use crate::{
    error::ProgramError,
    events::{self, Event, orderbook::BookEvent, staking::StakingEvent},
    lookup::AddressLookupTableAccount,
    serialize,
};

/// The most compute units that a transaction can have.
const MAX_COMPUTE_UNITS: u32 = 1_400_000;
/// The least margin above the simulation.
const MIN_MARGIN_UNITS: u64 = 10_000;
/// The least margin for each instruction. The same swap on a stable swap pool takes 6,000 to 12,600
/// units, depending on where others have moved the pool meanwhile; and the first change of a shard in
/// a second also computes its price for the price history, which a simulation within the second of an
/// earlier change does not see.
const MIN_MARGIN_UNITS_EACH: u64 = 7_000;

/// How a [`Transactor`] works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TransactorConfig {
    /// What counts as confirmed. Below `confirmed`, records of transactions are not available, so
    /// that is the least.
    pub commitment: CommitmentConfig,
    /// What is offered to be executed earlier.
    pub priority_fee: PriorityFee,
    /// How many compute units are asked for beyond what the simulation used, in percent; 10,000
    /// units at least, and 7,000 for each instruction. Costs nothing but the priority fee on them.
    pub compute_margin_percent: u32,
    /// When to stop waiting for a confirmation.
    pub max_wait: Duration,
    /// How often a transaction is sent again.
    pub resend_interval: Duration,
    /// How often its status is asked for.
    pub poll_interval: Duration,
}

impl Default for TransactorConfig {
    /// Confirmed, no priority fee, half of the simulated units as margin, a minute and a half of
    /// patience.
    fn default() -> Self {
        Self {
            commitment: CommitmentConfig::confirmed(),
            priority_fee: PriorityFee::None,
            compute_margin_percent: 50,
            max_wait: Duration::from_secs(90),
            resend_interval: Duration::from_secs(2),
            poll_interval: Duration::from_millis(200),
        }
    }
}

/// A transaction that did its work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Confirmed {
    /// Its name.
    #[serde(serialize_with = "serialize::display")]
    pub signature: Signature,
    /// The slot in which it was executed.
    pub slot: u64,
    /// Compute units that it used; `None` if the node does not serve the transaction's record.
    pub compute_units: Option<u64>,
    /// Lamports paid as fee; `None` if the node does not serve the transaction's record.
    pub fee: Option<u64>,
    /// What the programs logged; empty if the node does not serve the transaction's record.
    pub logs: Vec<String>,
}

impl Confirmed {
    /// The pools' events in the logs.
    #[must_use]
    pub fn events(&self) -> Vec<Event> {
        events::from_logs(&self.logs)
    }

    /// The order books' events in the logs.
    #[must_use]
    pub fn book_events(&self) -> Vec<BookEvent> {
        events::orderbook::from_logs(&self.logs)
    }

    /// The stake pools' and farms' events in the logs.
    #[must_use]
    pub fn staking_events(&self) -> Vec<StakingEvent> {
        events::staking::from_logs(&self.logs)
    }
}

/// What a transaction would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Simulation {
    /// Compute units that it would use.
    pub compute_units: u64,
    /// What the programs would log.
    pub logs: Vec<String>,
    /// What the last program to return something would return.
    pub return_data: Option<Vec<u8>>,
    /// The slot of the state that it was run on.
    pub slot: u64,
}

/// Sends transactions. Cheap to clone.
#[derive(Clone)]
pub struct Transactor {
    pub(super) rpc: Arc<RpcClient>,
    pub(super) config: TransactorConfig,
    tables: Arc<[AddressLookupTableAccount]>,
}

impl std::fmt::Debug for Transactor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Transactor")
            .field("url", &self.rpc.url())
            .field("config", &self.config)
            .field("tables", &self.tables.len())
            .finish()
    }
}

impl Transactor {
    /// Works over `rpc`.
    #[must_use]
    pub fn new(rpc: Arc<RpcClient>, config: TransactorConfig) -> Self {
        let commitment = if config.commitment.is_at_least_confirmed() {
            config.commitment
        } else {
            CommitmentConfig::confirmed()
        };
        Self {
            rpc,
            config: TransactorConfig {
                commitment,
                ..config
            },
            tables: Arc::new([]),
        }
    }

    /// With lookup tables that its transactions may use, instead of those it had.
    #[must_use]
    pub fn with_lookup_tables(self, tables: Vec<AddressLookupTableAccount>) -> Self {
        let tables = tables.into();
        Self { tables, ..self }
    }

    /// The lookup tables that its transactions may use.
    #[must_use]
    pub fn lookup_tables(&self) -> &Arc<[AddressLookupTableAccount]> {
        &self.tables
    }

    /// How it works.
    #[must_use]
    pub fn config(&self) -> &TransactorConfig {
        &self.config
    }

    /// Runs the instructions on the node's present state, without signatures and without effect.
    ///
    /// # Errors
    /// [`SendError::Simulation`] if they fail, [`SendError::Rpc`] if the node does not answer.
    #[tracing::instrument(level = "debug", skip_all, fields(%payer, instructions = instructions.len()))]
    pub async fn simulate(
        &self,
        instructions: &[Instruction],
        payer: &Pubkey,
    ) -> Result<Simulation, SendError> {
        // With the budget in place, so that its own units are counted too.
        let budgeted = size::with_budget(instructions, MAX_COMPUTE_UNITS, 0);
        let message = size::message(&budgeted, payer, &self.tables)?;
        let size = size::message_size(&message);
        if size > MAX_TRANSACTION_SIZE {
            return Err(SendError::TooLarge { size });
        }
        let signatures = message.header().num_required_signatures;
        let signatures = vec![Signature::default(); signatures.into()];
        let transaction = VersionedTransaction {
            signatures,
            message,
        };
        let config = RpcSimulateTransactionConfig {
            sig_verify: false,
            replace_recent_blockhash: true,
            commitment: Some(self.config.commitment),
            ..RpcSimulateTransactionConfig::default()
        };
        let response = retried(|| {
            self.rpc
                .simulate_transaction_with_config(&transaction, config.clone())
        })
        .await
        .map_err(SendError::rpc("simulateTransaction"))?;
        let result = response.value;
        let logs = result.logs.unwrap_or_default();
        if let Some(error) = result.err {
            let error = ProgramError::from_transaction(&error.into(), &logs);
            tracing::debug!(%error, "the simulation failed");
            return Err(SendError::Simulation { error, logs });
        }
        let compute_units = result
            .units_consumed
            .unwrap_or(u64::from(MAX_COMPUTE_UNITS));
        let return_data = result
            .return_data
            .and_then(|returned| BASE64_STANDARD.decode(returned.data.0).ok());
        tracing::debug!(compute_units, "simulated");
        Ok(Simulation {
            compute_units,
            logs,
            return_data,
            slot: response.context.slot,
        })
    }

    /// Sends the instructions in one transaction and waits until it is confirmed. `signers` are
    /// the payer and whoever else the instructions want to sign.
    ///
    /// # Errors
    /// [`SendError`], which tells whether the transaction was sent and may still be executed.
    #[tracing::instrument(level = "debug", skip_all, fields(%payer, instructions = instructions.len()))]
    pub async fn send<S: Signers + Sync + ?Sized>(
        &self,
        instructions: &[Instruction],
        payer: &Pubkey,
        signers: &S,
    ) -> Result<Confirmed, SendError> {
        let simulation = self.simulate(instructions, payer).await?;
        let limit = compute_limit(
            simulation.compute_units,
            self.config.compute_margin_percent,
            instructions.len(),
        );
        let price = self
            .config
            .priority_fee
            .price(&self.rpc, instructions)
            .await;
        let budgeted = size::with_budget(instructions, limit, price);
        let (blockhash, last_valid_block_height) = self.blockhash().await?;
        let mut message = size::message(&budgeted, payer, &self.tables)?;
        message.set_recent_blockhash(blockhash);
        let transaction = VersionedTransaction::try_new(message, signers)?;
        tracing::debug!(limit, price, signature = %transaction.signatures[0], "signed");
        self.deliver(&transaction, last_valid_block_height).await
    }

    async fn blockhash(&self) -> Result<(Hash, u64), SendError> {
        let commitment = self.config.commitment;
        retried(|| self.rpc.get_latest_blockhash_with_commitment(commitment))
            .await
            .map_err(SendError::rpc("getLatestBlockhash"))
    }
}

/// What the simulation used plus the margin.
fn compute_limit(used: u64, margin_percent: u32, instructions: usize) -> u32 {
    let margin = used.saturating_mul(u64::from(margin_percent)) / 100;
    let least = MIN_MARGIN_UNITS.max(MIN_MARGIN_UNITS_EACH * instructions as u64);
    let limit = used.saturating_add(margin.max(least));
    u32::try_from(limit).map_or(MAX_COMPUTE_UNITS, |limit| limit.min(MAX_COMPUTE_UNITS))
}

/// Makes an RPC call, again where that can help: some seconds in all.
pub(crate) async fn retried<T, F>(call: impl FnMut() -> F) -> Result<T, RpcError>
where
    F: Future<Output = Result<T, RpcError>>,
{
    let backoff = ExponentialBuilder::new()
        .with_min_delay(Duration::from_millis(100))
        .with_max_delay(Duration::from_secs(2))
        .with_max_times(5)
        .with_jitter();
    call.retry(backoff)
        .when(is_transient)
        .notify(|error, delay| tracing::debug!(%error, ?delay, "calling the node again"))
        .await
}

/// Whether a call may succeed when it is made again: the connection broke, or the node is behind.
fn is_transient(error: &RpcError) -> bool {
    /// Codes of a node that lags behind, and of one that has not got there yet.
    const NODE_BEHIND: [i64; 3] = [-32004, -32005, -32016];
    match error.kind() {
        ErrorKind::Io(_) | ErrorKind::Middleware(_) => true,
        // A refused connection is no passing trouble: nobody listens there.
        ErrorKind::Reqwest(error) => !error.is_connect() && !error.is_builder(),
        ErrorKind::RpcError(request::RpcError::RpcResponseError { code, .. }) => {
            NODE_BEHIND.contains(code)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests;
