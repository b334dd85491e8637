//! Sending until it is certain what became of a transaction.

use std::time::Duration;

use backon::{ConstantBuilder, Retryable};
use solana_rpc_client_api::{
    client_error::{Error as RpcError, ErrorKind},
    config::{RpcSendTransactionConfig, RpcTransactionConfig},
    request,
};
use solana_signature::Signature;
use solana_transaction::versioned::VersionedTransaction;
use solana_transaction_error::TransactionError;
use solana_transaction_status_client_types::{TransactionStatus, UiTransactionEncoding};
use tokio::time::Instant;

use super::{
    SendError,
    transactor::{Confirmed, Transactor, retried},
};
use crate::error::ProgramError;

/// How often a confirmed transaction's record is asked for before doing without it: nodes write
/// records a moment after they confirm.
const RECORD_TRIES: usize = 20;
const RECORD_INTERVAL: Duration = Duration::from_millis(100);

/// What the node knows of a transaction after its execution.
#[derive(Default)]
struct Record {
    compute_units: Option<u64>,
    fee: Option<u64>,
    logs: Vec<String>,
}

impl Transactor {
    /// Sends a signed transaction, again and again, until it is confirmed, has failed, or cannot
    /// be executed any more.
    #[tracing::instrument(name = "confirm", level = "debug", skip_all, fields(signature = %transaction.signatures[0]))]
    pub(super) async fn deliver(
        &self,
        transaction: &VersionedTransaction,
        last_valid_block_height: u64,
    ) -> Result<Confirmed, SendError> {
        let signature = transaction.signatures[0];
        let started = Instant::now();
        self.submit(transaction).await?;
        let mut sent = Instant::now();
        loop {
            if let Some(status) = self.status(&signature).await? {
                return self.outcome(signature, status).await;
            }
            if started.elapsed() >= self.config.max_wait {
                let waited_seconds = started.elapsed().as_secs();
                return Err(SendError::Unconfirmed {
                    signature,
                    waited_seconds,
                });
            }
            if sent.elapsed() >= self.config.resend_interval {
                if self.block_height().await? > last_valid_block_height {
                    return self.after_expiry(signature, last_valid_block_height).await;
                }
                self.submit(transaction).await?;
                sent = Instant::now();
                tracing::debug!("sent again");
            }
            tokio::time::sleep(self.config.poll_interval).await;
        }
    }

    /// Hands the transaction to the node. The simulation was made, so the node need not make
    /// another one.
    async fn submit(&self, transaction: &VersionedTransaction) -> Result<(), SendError> {
        let config = RpcSendTransactionConfig {
            skip_preflight: true,
            preflight_commitment: Some(self.config.commitment.commitment),
            max_retries: Some(0),
            ..RpcSendTransactionConfig::default()
        };
        match retried(|| self.rpc.send_transaction_with_config(transaction, config)).await {
            Ok(_) => Ok(()),
            // It has arrived already; its status tells the rest.
            Err(error)
                if error.get_transaction_error() == Some(TransactionError::AlreadyProcessed) =>
            {
                Ok(())
            }
            Err(error) => Err(refused(error)),
        }
    }

    /// The transaction's status once it is as certain as configured.
    async fn status(&self, signature: &Signature) -> Result<Option<TransactionStatus>, SendError> {
        let statuses = retried(|| {
            self.rpc
                .get_signature_statuses(std::slice::from_ref(signature))
        })
        .await
        .map_err(SendError::rpc("getSignatureStatuses"))?;
        let status = statuses.value.into_iter().next().flatten();
        Ok(status.filter(|status| status.satisfies_commitment(self.config.commitment)))
    }

    async fn block_height(&self) -> Result<u64, SendError> {
        retried(|| {
            self.rpc
                .get_block_height_with_commitment(self.config.commitment)
        })
        .await
        .map_err(SendError::rpc("getBlockHeight"))
    }

    /// Looks once more: the last block that could hold the transaction may have been it.
    async fn after_expiry(
        &self,
        signature: Signature,
        last_valid_block_height: u64,
    ) -> Result<Confirmed, SendError> {
        match self.status(&signature).await? {
            Some(status) => self.outcome(signature, status).await,
            None => Err(SendError::Expired {
                signature,
                last_valid_block_height,
            }),
        }
    }

    async fn outcome(
        &self,
        signature: Signature,
        status: TransactionStatus,
    ) -> Result<Confirmed, SendError> {
        let record = self.record(&signature).await;
        let slot = status.slot;
        if let Some(error) = status.err {
            let error = ProgramError::from_transaction(&error, &record.logs);
            tracing::debug!(%error, slot, "failed");
            return Err(SendError::Execution {
                signature,
                slot,
                error,
                logs: record.logs,
            });
        }
        let Record {
            compute_units,
            fee,
            logs,
        } = record;
        tracing::debug!(slot, compute_units, fee, "confirmed");
        Ok(Confirmed {
            signature,
            slot,
            compute_units,
            fee,
            logs,
        })
    }

    /// The transaction's record. The transaction has been executed, so a node without records is
    /// no failure: it only means knowing less.
    async fn record(&self, signature: &Signature) -> Record {
        let config = RpcTransactionConfig {
            encoding: Some(UiTransactionEncoding::Base64),
            commitment: Some(self.config.commitment),
            max_supported_transaction_version: Some(0),
        };
        let backoff = ConstantBuilder::new()
            .with_delay(RECORD_INTERVAL)
            .with_max_times(RECORD_TRIES);
        let fetched = (|| self.rpc.get_transaction_with_config(signature, config))
            .retry(backoff)
            .await;
        match fetched {
            Ok(transaction) => transaction
                .transaction
                .meta
                .map_or_else(Record::default, |meta| Record {
                    compute_units: meta.compute_units_consumed.into(),
                    fee: Some(meta.fee),
                    logs: Option::<Vec<String>>::from(meta.log_messages).unwrap_or_default(),
                }),
            Err(error) => {
                tracing::warn!(%error, "the node does not serve the transaction's record");
                Record::default()
            }
        }
    }
}

/// A node that checks transactions although it was asked not to may refuse with a reason.
fn refused(error: RpcError) -> SendError {
    let Some(reason) = error.get_transaction_error() else {
        return SendError::rpc("sendTransaction")(error);
    };
    let logs = match error.kind() {
        ErrorKind::RpcError(request::RpcError::RpcResponseError {
            data: request::RpcResponseErrorData::SendTransactionPreflightFailure(result),
            ..
        }) => result.logs.clone().unwrap_or_default(),
        _ => Vec::new(),
    };
    SendError::Simulation {
        error: ProgramError::from_transaction(&reason, &logs),
        logs,
    }
}
