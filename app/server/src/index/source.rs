//! What the chain's node tells of transactions.

use std::sync::Arc;

use sealane_sdk::orderbook;
use solana_commitment_config::CommitmentConfig;
use solana_message::VersionedMessage;
use solana_pubkey::Pubkey;
use solana_rpc_client::{
    nonblocking::rpc_client::RpcClient, rpc_client::GetConfirmedSignaturesForAddress2Config,
};
use solana_rpc_client_api::{client_error::Error as RpcError, config::RpcTransactionConfig};
use solana_signature::Signature;
use solana_transaction_status_client_types::{
    EncodedConfirmedTransactionWithStatusMeta, UiInstruction, UiTransactionEncoding,
    UiTransactionStatusMeta, option_serializer::OptionSerializer,
};
use thiserror::Error;

/// Signatures that a node lists in one call.
const PAGE: usize = 1_000;

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

/// A transaction in a program's list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Listed {
    pub(super) signature: String,
    pub(super) slot: u64,
    /// The block's time, Unix seconds.
    pub(super) time: Option<i64>,
    /// It was executed and failed: nothing happened.
    pub(super) has_failed: bool,
}

/// A transaction, as far as events are concerned.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Fetched {
    pub(super) signature: String,
    pub(super) slot: u64,
    pub(super) time: i64,
    pub(super) logs: Vec<String>,
    /// The accounts of each instruction of the order books' program, in the order of execution.
    pub(super) book_accounts: Vec<Vec<Pubkey>>,
}

/// The node.
#[derive(Clone)]
pub(super) struct Source {
    rpc: Arc<RpcClient>,
    commitment: CommitmentConfig,
}

impl Source {
    pub(super) fn new(rpc: Arc<RpcClient>) -> Self {
        let commitment = CommitmentConfig::confirmed();
        Self { rpc, commitment }
    }

    pub(super) async fn slot(&self) -> Result<u64, SourceError> {
        let slot = self.rpc.get_slot_with_commitment(self.commitment).await;
        slot.map_err(rpc("getSlot"))
    }

    /// A program's transactions after one of them, oldest first.
    pub(super) async fn list(
        &self,
        program: &Pubkey,
        until: Option<Signature>,
    ) -> Result<Vec<Listed>, SourceError> {
        let mut listed = Vec::new();
        let mut before = None;
        loop {
            let config = GetConfirmedSignaturesForAddress2Config {
                before,
                until,
                limit: Some(PAGE),
                commitment: Some(self.commitment),
            };
            let page = self
                .rpc
                .get_signatures_for_address_with_config(program, config)
                .await
                .map_err(rpc("getSignaturesForAddress"))?;
            before = page.last().and_then(|last| last.signature.parse().ok());
            let is_last = page.len() < PAGE;
            listed.extend(page.into_iter().map(|one| Listed {
                signature: one.signature,
                slot: one.slot,
                time: one.block_time,
                has_failed: one.err.is_some(),
            }));
            if is_last || before.is_none() {
                break;
            }
        }
        listed.reverse();
        Ok(listed)
    }

    /// A transaction's record.
    pub(super) async fn fetch(&self, listed: &Listed) -> Result<Fetched, SourceError> {
        let unreadable = || SourceError::Unreadable(listed.signature.clone());
        let signature: Signature = listed.signature.parse().map_err(|_| unreadable())?;
        let config = RpcTransactionConfig {
            encoding: Some(UiTransactionEncoding::Base64),
            commitment: Some(self.commitment),
            max_supported_transaction_version: Some(0),
        };
        let record = self
            .rpc
            .get_transaction_with_config(&signature, config)
            .await
            .map_err(rpc("getTransaction"))?;
        read(listed, record).ok_or_else(unreadable)
    }
}

fn read(listed: &Listed, record: EncodedConfirmedTransactionWithStatusMeta) -> Option<Fetched> {
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
        book_accounts: book_accounts(&transaction.message, &meta),
    })
}

/// The accounts of each instruction of the order books' program, also of those that another program
/// called, in the order of execution.
fn book_accounts(message: &VersionedMessage, meta: &UiTransactionStatusMeta) -> Vec<Vec<Pubkey>> {
    let mut keys = message.static_account_keys().to_vec();
    if let OptionSerializer::Some(loaded) = &meta.loaded_addresses {
        let addresses = loaded.writable.iter().chain(&loaded.readonly);
        keys.extend(addresses.map(|address| address.parse::<Pubkey>().unwrap_or_default()));
    }
    let key = |index: &u8| keys.get(usize::from(*index)).copied().unwrap_or_default();
    let mut found = Vec::new();
    let mut note = |program: u8, accounts: &[u8]| {
        if key(&program) == orderbook::ID {
            found.push(accounts.iter().map(key).collect());
        }
    };
    for (at, outer) in message.instructions().iter().enumerate() {
        note(outer.program_id_index, &outer.accounts);
        let OptionSerializer::Some(inner) = &meta.inner_instructions else {
            continue;
        };
        let called = inner.iter().filter(|inner| usize::from(inner.index) == at);
        for instruction in called.flat_map(|inner| &inner.instructions) {
            if let UiInstruction::Compiled(compiled) = instruction {
                note(compiled.program_id_index, &compiled.accounts);
            }
        }
    }
    found
}
