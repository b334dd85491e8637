//! What a transaction would do.

use std::collections::HashSet;

use anchor_lang::wincode;
use axum::extract::State;
use base64::{Engine as _, prelude::BASE64_STANDARD};
use sealane_sdk::{address::associated_token, error::ProgramError};
use serde::Deserialize;
use solana_instruction::{AccountMeta, Instruction};
use solana_message::VersionedMessage;
use solana_pubkey::Pubkey;
use solana_rpc_client_api::config::RpcSimulateTransactionConfig;
use solana_transaction::versioned::VersionedTransaction;
use utoipa::ToSchema;

use super::extract::Json;
use crate::{
    error::{ApiError, ErrorDocument},
    state::App,
    tokens::traded_mints,
    view::{Holders, ReportView},
};

/// The code of what only the node can simulate.
pub(super) const NOT_SIMULATED: &str = "not_simulated";
/// A transaction is one network packet.
const MAX_BYTES: usize = 1_232;

/// What to simulate.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub(super) struct SimulateRequest {
    /// A transaction in base64, signed or not.
    #[schema(min_length = 1, max_length = 1644)]
    transaction: String,
}

/// What a transaction would do now, signed by whoever has to sign it.
///
/// The exchange's own instructions are computed by the gateway; what else a transaction contains, by
/// the chain's node, which tells no balances.
#[utoipa::path(
    post, path = "/api/v1/simulate", tag = "trading", request_body = SimulateRequest,
    responses(
        (status = 200, body = ReportView), (status = 400, body = ErrorDocument),
        (status = 413, body = ErrorDocument), (status = 415, body = ErrorDocument),
        (status = 422, body = ErrorDocument), (status = 503, body = ErrorDocument)
    )
)]
pub(super) async fn simulate(
    State(app): State<App>,
    Json(asked): Json<SimulateRequest>,
) -> Result<axum::Json<ReportView>, ApiError> {
    let transaction = read(&asked.transaction)?;
    let by_engine = match instructions(&transaction.message) {
        Some(instructions) => {
            let payer = transaction.message.static_account_keys()[0];
            Some(by_engine(&app, &instructions, &[payer]).await)
        }
        None => None,
    };
    let report = match by_engine {
        Some(Err(error)) if error.code == NOT_SIMULATED => by_node(&app, transaction).await?,
        Some(report) => report?,
        None => by_node(&app, transaction).await?,
    };
    Ok(axum::Json(report))
}

fn read(text: &str) -> Result<VersionedTransaction, ApiError> {
    let hint = "give a whole transaction, as a wallet sends it, in base64";
    let bytes = BASE64_STANDARD.decode(text);
    let bytes = bytes.map_err(|_| ApiError::bad_request("this is not base64", hint))?;
    if bytes.len() > MAX_BYTES {
        return Err(ApiError::bad_request(
            format!("{} bytes are more than a transaction can have", bytes.len()),
            "a transaction has at most 1,232 bytes",
        ));
    }
    let read = wincode::deserialize::<VersionedTransaction>(&bytes).ok();
    let read = read.filter(|transaction| transaction.sanitize().is_ok());
    read.ok_or_else(|| ApiError::bad_request("this is not a transaction", hint))
}

/// A message's instructions, without what sets its compute budget. `None` if it takes accounts out
/// of lookup tables.
fn instructions(message: &VersionedMessage) -> Option<Vec<Instruction>> {
    let has_tables = message
        .address_table_lookups()
        .is_some_and(|tables| !tables.is_empty());
    if has_tables {
        return None;
    }
    let keys = message.static_account_keys();
    // What the runtime would not let be written, the exchange does not write.
    let reserved: Option<&HashSet<Pubkey>> = None;
    let meta = |index: &u8| {
        let index = usize::from(*index);
        Some(AccountMeta {
            pubkey: *keys.get(index)?,
            is_signer: message.is_signer(index),
            is_writable: message.is_maybe_writable_with_reserved_addresses(index, reserved),
        })
    };
    let budget = solana_compute_budget_interface::id();
    let mut read = Vec::new();
    for compiled in message.instructions() {
        let program_id = *keys.get(usize::from(compiled.program_id_index))?;
        if program_id != budget {
            read.push(Instruction {
                program_id,
                accounts: compiled.accounts.iter().map(meta).collect::<Option<_>>()?,
                data: compiled.data.clone(),
            });
        }
    }
    Some(read)
}

/// By the exchange's own arithmetic.
pub(super) async fn by_engine(
    app: &App,
    instructions: &[Instruction],
    owners: &[Pubkey],
) -> Result<ReportView, ApiError> {
    let report = app.client().simulate(instructions).await?;
    let world = app.world()?;
    let slot = world.clock().map_or(0, |clock| clock.slot);
    let mut holders = Holders::new();
    for mint in traded_mints(&world) {
        let Some(info) = world.pools().mint(&mint) else {
            continue;
        };
        for owner in owners {
            let account = associated_token(owner, &mint, &info.token_program);
            holders.insert(account, (mint, *owner));
        }
    }
    for change in &report.balances {
        if let Some(account) = world.token_account(&change.account) {
            holders.insert(change.account, (account.mint, account.owner));
        }
    }
    Ok(ReportView::of(&report, slot, &holders))
}

/// By the chain's node.
pub(super) async fn by_node(
    app: &App,
    transaction: VersionedTransaction,
) -> Result<ReportView, ApiError> {
    let config = RpcSimulateTransactionConfig {
        sig_verify: false,
        replace_recent_blockhash: true,
        commitment: Some(app.rpc.commitment()),
        ..RpcSimulateTransactionConfig::default()
    };
    let response = app
        .rpc
        .simulate_transaction_with_config(&transaction, config)
        .await
        .map_err(|error| refused_or_away(&error))?;
    let result = response.value;
    let logs = result.logs.unwrap_or_default();
    if let Some(error) = result.err {
        return Err(ProgramError::from_transaction(&error.into(), &logs).into());
    }
    let units = result.units_consumed.unwrap_or_default();
    Ok(ReportView::of_node(response.context.slot, units, logs))
}

/// A node that answers with an error has refused the transaction; one that does not is away.
fn refused_or_away(error: &solana_rpc_client_api::client_error::Error) -> ApiError {
    use solana_rpc_client_api::{client_error::ErrorKind, request::RpcError};
    match error.kind() {
        ErrorKind::RpcError(RpcError::RpcResponseError { message, .. }) => ApiError::new(
            axum::http::StatusCode::UNPROCESSABLE_ENTITY,
            "transaction_refused",
            format!("the node refuses to simulate it: {message}"),
            "check the transaction's accounts and signers",
        ),
        _ => ApiError::node("simulateTransaction", error),
    }
}

#[cfg(test)]
mod tests {
    use solana_message::Message;
    use solana_signature::Signature;

    use super::*;

    fn transaction() -> (Vec<Instruction>, VersionedTransaction) {
        let payer = Pubkey::new_unique();
        let budget =
            solana_compute_budget_interface::ComputeBudgetInstruction::set_compute_unit_limit(1);
        let real = Instruction {
            program_id: Pubkey::new_unique(),
            accounts: vec![
                AccountMeta::new(payer, true),
                AccountMeta::new(Pubkey::new_unique(), false),
                AccountMeta::new_readonly(Pubkey::new_unique(), false),
            ],
            data: vec![1, 2, 3],
        };
        let message = Message::new(&[budget, real.clone()], Some(&payer));
        let transaction = VersionedTransaction {
            signatures: vec![Signature::default()],
            message: VersionedMessage::Legacy(message),
        };
        (vec![real], transaction)
    }

    #[test]
    fn instructions_come_back_out_of_a_transaction() {
        let (expected, transaction) = transaction();
        let bytes = wincode::serialize(&transaction).unwrap();
        let read = read(&BASE64_STANDARD.encode(bytes)).unwrap();
        assert_eq!(instructions(&read.message).unwrap(), expected);
    }

    #[test]
    fn what_is_no_transaction_is_refused_and_never_panics() {
        let (_, transaction) = transaction();
        let bytes = wincode::serialize(&transaction).unwrap();
        for cut in 0..bytes.len() {
            assert!(
                read(&BASE64_STANDARD.encode(&bytes[..cut])).is_err(),
                "{cut}"
            );
        }
        for at in 0..bytes.len() {
            let mut broken = bytes.clone();
            broken[at] ^= 0xff;
            if let Ok(read) = read(&BASE64_STANDARD.encode(&broken)) {
                let _ = instructions(&read.message);
            }
        }
        for text in ["", "???", "AAAA"] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
