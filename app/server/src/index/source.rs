//! What the chain's node tells of transactions.

use std::sync::Arc;

use sealane_sdk::orderbook;
use serde_json::json;
use solana_commitment_config::CommitmentConfig;
use solana_message::VersionedMessage;
use solana_pubkey::Pubkey;
use solana_rpc_client::nonblocking::rpc_client::RpcClient;
use solana_rpc_client_api::{
    client_error::Error as RpcError,
    config::{RpcSignaturesForAddressConfig, RpcTransactionConfig},
    request::RpcRequest,
    response::RpcConfirmedTransactionStatusWithSignature,
};
use solana_signature::Signature;
use solana_transaction_status_client_types::{
    EncodedConfirmedTransactionWithStatusMeta, UiInstruction, UiTransactionEncoding,
    UiTransactionStatusMeta, option_serializer::OptionSerializer,
};
use thiserror::Error;

use crate::store::Entry;

/// Transactions whose slots a node tells in one call.
const STATUSES: usize = 256;

/// Why a transaction is not known.
#[derive(Debug, Error)]
pub(super) enum SourceError {
    #[error("the node's {call} failed: {source}")]
    Rpc {
        call: &'static str,
        source: Box<RpcError>,
    },
    #[error("the node's record of {0} cannot be read")]
    Unreadable(String),
}

fn rpc(call: &'static str) -> impl FnOnce(RpcError) -> SourceError {
    move |source| SourceError::Rpc {
        call,
        source: Box::new(source),
    }
}

/// A transaction, as far as events are concerned.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Fetched {
    pub(super) signature: String,
    pub(super) slot: u64,
    pub(super) time: i64,
    pub(super) logs: Vec<String>,
    /// Each instruction of the order books' program, in the order of execution.
    pub(super) book_calls: Vec<Call>,
}

/// An instruction of the order books' program.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Call {
    pub(super) accounts: Vec<Pubkey>,
    pub(super) data: Vec<u8>,
}

/// Which part of a program's list is wanted: what is between these two, the latest first.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Span<'a> {
    pub(super) before: Option<&'a str>,
    pub(super) until: Option<&'a str>,
}

/// A page of a program's list, latest first.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) entries: Vec<Entry>,
    /// The oldest transaction that the node has listed; none, if it has listed none.
    pub(super) oldest: Option<String>,
    /// Whether there are no older ones.
    pub(super) is_last: bool,
}

/// How certain it has to be that a block stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Certainty {
    /// Two thirds of the stake have voted for it. It may be skipped nevertheless.
    Confirmed,
    /// It stays. Blocks up to this slot are.
    Final(u64),
}

impl Certainty {
    pub(super) fn is_final(self) -> bool {
        matches!(self, Self::Final(_))
    }

    fn commitment(self) -> CommitmentConfig {
        match self {
            Self::Confirmed => CommitmentConfig::confirmed(),
            Self::Final(_) => CommitmentConfig::finalized(),
        }
    }
}

/// The node.
#[derive(Clone)]
pub(super) struct Source {
    rpc: Arc<RpcClient>,
    /// Transactions that are listed in one call.
    page_size: usize,
}

impl Source {
    pub(super) fn new(rpc: Arc<RpcClient>, page_size: usize) -> Self {
        Self { rpc, page_size }
    }

    /// The slot up to which blocks are final.
    pub(super) async fn finalized(&self) -> Result<u64, SourceError> {
        let finalized = CommitmentConfig::finalized();
        let slot = self.rpc.get_slot_with_commitment(finalized).await;
        slot.map_err(rpc("getSlot"))
    }

    /// A page of a program's list.
    pub(super) async fn page(
        &self,
        program: &Pubkey,
        span: Span<'_>,
        certainty: Certainty,
    ) -> Result<Page, SourceError> {
        let is_wanted = |slot: u64| match certainty {
            // The embedded local chain lists everything, whatever is asked for (surfpool 1.6).
            Certainty::Final(finalized) => slot <= finalized,
            Certainty::Confirmed => true,
        };
        let config = RpcSignaturesForAddressConfig {
            before: span.before.map(str::to_owned),
            until: span.until.map(str::to_owned),
            limit: Some(self.page_size),
            commitment: Some(certainty.commitment()),
            // So that a node that lags behind does not seem to have lost transactions.
            min_context_slot: match certainty {
                Certainty::Final(finalized) => Some(finalized),
                Certainty::Confirmed => None,
            },
        };
        let listed: Vec<RpcConfirmedTransactionStatusWithSignature> = self
            .rpc
            .send(
                RpcRequest::GetSignaturesForAddress,
                json!([program.to_string(), config]),
            )
            .await
            .map_err(rpc("getSignaturesForAddress"))?;
        Ok(Page {
            is_last: listed.len() < self.page_size,
            oldest: listed.last().map(|one| one.signature.clone()),
            entries: listed
                .into_iter()
                .filter(|one| is_wanted(one.slot))
                .map(|one| Entry {
                    signature: one.signature,
                    slot: one.slot,
                    time: one.block_time,
                    has_failed: one.err.is_some(),
                })
                .collect(),
        })
    }

    /// A transaction's record.
    pub(super) async fn fetch(
        &self,
        listed: &Entry,
        certainty: Certainty,
    ) -> Result<Fetched, SourceError> {
        let unreadable = || SourceError::Unreadable(listed.signature.clone());
        let signature: Signature = listed.signature.parse().map_err(|_| unreadable())?;
        let config = RpcTransactionConfig {
            encoding: Some(UiTransactionEncoding::Base64),
            commitment: Some(certainty.commitment()),
            max_supported_transaction_version: Some(0),
        };
        let record = self
            .rpc
            .get_transaction_with_config(&signature, config)
            .await
            .map_err(rpc("getTransaction"))?;
        read(listed, record).ok_or_else(unreadable)
    }

    /// The slots that transactions are in by now, in any block that the node holds for good or for
    /// the present; `None` for one that is in none.
    pub(super) async fn slots_of(
        &self,
        signatures: &[String],
    ) -> Result<Vec<Option<u64>>, SourceError> {
        let mut slots = Vec::with_capacity(signatures.len());
        for some in signatures.chunks(STATUSES) {
            let parsed: Result<Vec<Signature>, _> = some.iter().map(|one| one.parse()).collect();
            let parsed = parsed.map_err(|_| SourceError::Unreadable(some.join(", ")))?;
            let statuses = self.rpc.get_signature_statuses_with_history(&parsed).await;
            let statuses = statuses.map_err(rpc("getSignatureStatuses"))?.value;
            slots.extend(statuses.iter().map(|one| one.as_ref().map(|one| one.slot)));
        }
        Ok(slots)
    }

    /// The oldest slot that the node still knows.
    pub(super) async fn first_kept(&self) -> Result<u64, SourceError> {
        let first = self.rpc.get_first_available_block().await;
        first.map_err(rpc("getFirstAvailableBlock"))
    }
}

fn read(listed: &Entry, record: EncodedConfirmedTransactionWithStatusMeta) -> Option<Fetched> {
    let meta = record.transaction.meta?;
    let logs = match &meta.log_messages {
        OptionSerializer::Some(logs) => logs.clone(),
        _ => return None,
    };
    let transaction = record.transaction.transaction.decode()?;
    Some(Fetched {
        signature: listed.signature.clone(),
        slot: record.slot,
        // Some nodes tell it only in the list; very old blocks have none.
        time: record.block_time.or(listed.time).unwrap_or_default(),
        logs,
        book_calls: book_calls(&transaction.message, &meta),
    })
}

/// Each instruction of the order books' program, also of those that another program called, in the
/// order of execution.
fn book_calls(message: &VersionedMessage, meta: &UiTransactionStatusMeta) -> Vec<Call> {
    let mut keys = message.static_account_keys().to_vec();
    if let OptionSerializer::Some(loaded) = &meta.loaded_addresses {
        let addresses = loaded.writable.iter().chain(&loaded.readonly);
        keys.extend(addresses.map(|address| address.parse::<Pubkey>().unwrap_or_default()));
    }
    let key = |index: &u8| keys.get(usize::from(*index)).copied().unwrap_or_default();
    let is_own = |program: u8| key(&program) == orderbook::ID;
    let call = |accounts: &[u8], data: Vec<u8>| Call {
        accounts: accounts.iter().map(key).collect(),
        data,
    };
    let mut found = Vec::new();
    for (at, outer) in message.instructions().iter().enumerate() {
        if is_own(outer.program_id_index) {
            found.push(call(&outer.accounts, outer.data.clone()));
        }
        let OptionSerializer::Some(inner) = &meta.inner_instructions else {
            continue;
        };
        let called = inner.iter().filter(|inner| usize::from(inner.index) == at);
        for instruction in called.flat_map(|inner| &inner.instructions) {
            if let UiInstruction::Compiled(compiled) = instruction
                && is_own(compiled.program_id_index)
            {
                // Of one that cannot be read only the orders' details are not known.
                let data = bs58::decode(&compiled.data).into_vec().unwrap_or_default();
                found.push(call(&compiled.accounts, data));
            }
        }
    }
    found
}
