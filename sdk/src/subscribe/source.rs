//! Where complete states come from.

use std::{future::Future, sync::Arc};

use serde_json::Value;
use solana_commitment_config::CommitmentConfig;
use solana_pubkey::Pubkey;
use solana_rpc_client::nonblocking::rpc_client::RpcClient;
use solana_rpc_client_api::{client_error::Error as RpcError, request::RpcRequest};
use thiserror::Error;

use super::{AccountState, Scope, Snapshot, message};
use crate::{address::CLOCK_SYSVAR, client::MAX_ACCOUNTS, tx::retried};

/// Why there is no complete state.
#[derive(Debug, Error)]
pub enum SourceError {
    /// The node did not answer, or refused to.
    #[error("{0}")]
    Rpc(#[from] RpcError),
    /// The node's answer is not what was asked for.
    #[error("the node's list of accounts cannot be read")]
    Unreadable,
    /// Another source's own trouble.
    #[error("{0}")]
    Other(String),
}

/// Where complete states come from: a node, or a test.
pub trait SnapshotSource: Send + Sync + 'static {
    /// All accounts of a scope and these other accounts, not older than `min_slot`.
    fn snapshot(
        &self,
        scope: &Scope,
        accounts: &[Pubkey],
        commitment: CommitmentConfig,
        min_slot: u64,
    ) -> impl Future<Output = Result<Snapshot, SourceError>> + Send;

    /// The clock as it is now, for nodes that do not tell when it goes on; `None` if it is not known.
    fn clock(
        &self,
        _commitment: CommitmentConfig,
    ) -> impl Future<Output = Result<Option<AccountState>, SourceError>> + Send {
        std::future::ready(Ok(None))
    }

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

impl RpcSource {
    /// Those of these accounts that exist, of which there may be [`MAX_ACCOUNTS`].
    async fn accounts(
        &self,
        addresses: &[Pubkey],
        commitment: CommitmentConfig,
    ) -> Result<Vec<AccountState>, SourceError> {
        let rpc = &self.0;
        let fetched =
            retried(|| rpc.get_multiple_accounts_with_commitment(addresses, commitment)).await?;
        let states = addresses.iter().zip(fetched.value);
        let states = states.filter_map(|(address, account)| {
            let account = account?;
            Some(AccountState {
                address: *address,
                owner: account.owner,
                slot: fetched.context.slot,
                data: account.data,
            })
        });
        Ok(states.collect())
    }
}

impl SnapshotSource for Arc<RpcClient> {
    fn snapshot(
        &self,
        scope: &Scope,
        accounts: &[Pubkey],
        commitment: CommitmentConfig,
        min_slot: u64,
    ) -> impl Future<Output = Result<Snapshot, SourceError>> + Send {
        let source = RpcSource(Self::clone(self));
        let (scope, accounts) = (*scope, accounts.to_vec());
        async move {
            source
                .snapshot(&scope, &accounts, commitment, min_slot)
                .await
        }
    }

    fn clock(
        &self,
        commitment: CommitmentConfig,
    ) -> impl Future<Output = Result<Option<AccountState>, SourceError>> + Send {
        let source = RpcSource(Self::clone(self));
        async move { source.clock(commitment).await }
    }

    fn slots_stand_still(&self) -> impl Future<Output = bool> + Send {
        let source = RpcSource(Self::clone(self));
        async move { source.slots_stand_still().await }
    }
}

impl SnapshotSource for RpcSource {
    async fn snapshot(
        &self,
        scope: &Scope,
        accounts: &[Pubkey],
        commitment: CommitmentConfig,
        min_slot: u64,
    ) -> Result<Snapshot, SourceError> {
        let rpc = &self.0;
        // As old as the oldest of its parts.
        let mut slot = u64::MAX;
        let mut listed = Vec::new();
        for listing in message::listings(scope) {
            let parameters = listing.parameters(commitment, min_slot);
            let answer: message::InContext<Vec<message::Keyed>> =
                retried(|| rpc.send(RpcRequest::GetProgramAccounts, parameters.clone())).await?;
            let (as_of, states) = answer.states().ok_or(SourceError::Unreadable)?;
            slot = slot.min(as_of);
            listed.extend(states);
        }
        let mut addresses = accounts.to_vec();
        addresses.extend(scope.depends_on(&listed));
        let mut others = Vec::new();
        for some in addresses.chunks(MAX_ACCOUNTS) {
            others.extend(self.accounts(some, commitment).await?);
        }
        Ok(Snapshot {
            scope: *scope,
            slot,
            listed,
            others,
        })
    }

    async fn clock(
        &self,
        commitment: CommitmentConfig,
    ) -> Result<Option<AccountState>, SourceError> {
        let mut found = self.accounts(&[CLOCK_SYSVAR], commitment).await?;
        Ok(found.pop())
    }

    async fn slots_stand_still(&self) -> bool {
        let rpc = &self.0;
        let version = retried(|| rpc.send::<Value>(RpcRequest::GetVersion, Value::Null)).await;
        // A node that does not answer will be asked for a list next, and that failure is told.
        version.is_ok_and(|version| version.get("surfnet-version").is_some())
    }
}
