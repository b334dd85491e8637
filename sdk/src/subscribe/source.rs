//! Where complete states come from.

use std::{future::Future, sync::Arc};

use serde_json::Value;
use solana_commitment_config::CommitmentConfig;
use solana_pubkey::Pubkey;
use solana_rpc_client::nonblocking::rpc_client::RpcClient;
use solana_rpc_client_api::{client_error::Error as RpcError, request::RpcRequest};
use thiserror::Error;

use super::{AccountState, Snapshot, message};
use crate::tx::retried;

/// Why there is no complete state.
#[derive(Debug, Error)]
pub enum SourceError {
    /// The node did not answer, or refused to.
    #[error("{0}")]
    Rpc(#[from] RpcError),
    /// The node's answer is not what was asked for.
    #[error("the node's list of lanes cannot be read")]
    Unreadable,
    /// Another source's own trouble.
    #[error("{0}")]
    Other(String),
}

/// Where complete states come from: a node, or a test.
pub trait SnapshotSource: Send + Sync + 'static {
    /// All lanes of a market and these other accounts, not older than `min_slot`.
    fn snapshot(
        &self,
        market: &Pubkey,
        accounts: &[Pubkey],
        commitment: CommitmentConfig,
        min_slot: u64,
    ) -> impl Future<Output = Result<Snapshot, SourceError>> + Send;

    /// Whether the node names in its notifications the slot in which the subscription was made,
    /// whatever the slot of the change. The embedded local chain does (surfpool 1.6).
    fn slots_stand_still(&self) -> impl Future<Output = bool> + Send {
        std::future::ready(false)
    }
}

/// Complete states from a node.
#[derive(Clone)]
pub struct RpcSource(pub Arc<RpcClient>);

impl std::fmt::Debug for RpcSource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("RpcSource").field(&self.0.url()).finish()
    }
}

impl SnapshotSource for Arc<RpcClient> {
    fn snapshot(
        &self,
        market: &Pubkey,
        accounts: &[Pubkey],
        commitment: CommitmentConfig,
        min_slot: u64,
    ) -> impl Future<Output = Result<Snapshot, SourceError>> + Send {
        let source = RpcSource(Self::clone(self));
        let (market, accounts) = (*market, accounts.to_vec());
        async move {
            source
                .snapshot(&market, &accounts, commitment, min_slot)
                .await
        }
    }

    fn slots_stand_still(&self) -> impl Future<Output = bool> + Send {
        let source = RpcSource(Self::clone(self));
        async move { source.slots_stand_still().await }
    }
}

impl SnapshotSource for RpcSource {
    async fn snapshot(
        &self,
        market: &Pubkey,
        accounts: &[Pubkey],
        commitment: CommitmentConfig,
        min_slot: u64,
    ) -> Result<Snapshot, SourceError> {
        let rpc = &self.0;
        let parameters = message::list_parameters(market, commitment, min_slot);
        let listed: message::InContext<Vec<message::Keyed>> =
            retried(|| rpc.send(RpcRequest::GetProgramAccounts, parameters.clone())).await?;
        let (slot, lanes) = listed.states().ok_or(SourceError::Unreadable)?;
        let fetched =
            retried(|| rpc.get_multiple_accounts_with_commitment(accounts, commitment)).await?;
        let states = accounts.iter().zip(fetched.value);
        let others = states.filter_map(|(address, account)| {
            let account = account?;
            Some(AccountState {
                address: *address,
                owner: account.owner,
                slot: fetched.context.slot,
                data: account.data,
            })
        });
        Ok(Snapshot {
            market: *market,
            slot,
            lanes,
            others: others.collect(),
        })
    }

    async fn slots_stand_still(&self) -> bool {
        let rpc = &self.0;
        let version = retried(|| rpc.send::<Value>(RpcRequest::GetVersion, Value::Null)).await;
        // A node that does not answer will be asked for a list next, and that failure is told.
        version.is_ok_and(|version| version.get("surfnet-version").is_some())
    }
}
