//! Transactions from their bytes.

use arrayvec::ArrayVec;
use solana_instruction::{AccountMeta, Instruction};
use solana_message::VersionedMessage;
use solana_pubkey::Pubkey;
use thiserror::Error;

use crate::simulate::Trade;

/// The longest message: no transaction is longer, signatures included (SIMD-0296).
pub const MAX_MESSAGE_BYTES: usize = 4_096;
/// Instructions name accounts by a byte.
const MOST_ACCOUNTS: usize = 256;

/// Bytes that are no transaction that could be executed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum MessageError {
    /// It is too long.
    #[error("the message is longer than {MAX_MESSAGE_BYTES} bytes, as no transaction is")]
    TooLong,
    /// It is no message.
    #[error("the bytes are no message: {0}. Give those that are signed, without the signatures")]
    Malformed(String),
    /// It is a message that contradicts itself.
    #[error("the message refers to accounts that it does not have, or misses a fee payer")]
    Unsound,
    /// It names an account twice, which the network does not take.
    #[error("the message lists {0} twice: list every account once")]
    RepeatedAccount(Pubkey),
    /// Some of its accounts are in lookup tables.
    #[error("the message takes accounts from lookup tables: write them out")]
    LookupTables,
}

/// The trade that a message is. Whoever its header wants to sign counts as having signed.
///
/// # Errors
/// [`MessageError`], if it is none.
pub fn decode(bytes: &[u8]) -> Result<Trade, MessageError> {
    if bytes.len() > MAX_MESSAGE_BYTES {
        return Err(MessageError::TooLong);
    }
    let message: VersionedMessage = wincode::deserialize_exact(bytes)
        .map_err(|error| MessageError::Malformed(error.to_string()))?;
    if message
        .address_table_lookups()
        .is_some_and(|tables| !tables.is_empty())
    {
        return Err(MessageError::LookupTables);
    }
    message.sanitize().map_err(|_| MessageError::Unsound)?;
    let metas = metas(&message)?;
    let instructions = message.instructions().iter().map(|compiled| {
        let named = compiled.accounts.iter();
        Instruction {
            // Sound messages name accounts that they have.
            program_id: metas[usize::from(compiled.program_id_index)].pubkey,
            accounts: named.map(|&at| metas[usize::from(at)].clone()).collect(),
            data: compiled.data.clone(),
        }
    });
    Ok(Trade {
        instructions: instructions.collect(),
        signers: metas
            .iter()
            .filter(|meta| meta.is_signer)
            .map(|meta| meta.pubkey)
            .collect(),
    })
}

/// The accounts that the message lists, with the rights that its header gives them.
fn metas(message: &VersionedMessage) -> Result<ArrayVec<AccountMeta, MOST_ACCOUNTS>, MessageError> {
    let keys = message.static_account_keys();
    let mut metas = ArrayVec::new();
    for (at, &pubkey) in keys.iter().enumerate() {
        if keys[..at].contains(&pubkey) {
            return Err(MessageError::RepeatedAccount(pubkey));
        }
        let meta = AccountMeta {
            pubkey,
            is_signer: message.is_signer(at),
            is_writable: is_writable(message, at),
        };
        metas.try_push(meta).map_err(|_| MessageError::Unsound)?;
    }
    Ok(metas)
}

/// First come accounts that sign, then those that do not; among both, the written ones.
fn is_writable(message: &VersionedMessage, at: usize) -> bool {
    let header = message.header();
    let signed = usize::from(header.num_required_signatures);
    let end = if at < signed {
        signed.saturating_sub(header.num_readonly_signed_accounts.into())
    } else {
        let all = message.static_account_keys().len();
        all.saturating_sub(header.num_readonly_unsigned_accounts.into())
    };
    at < end
}
