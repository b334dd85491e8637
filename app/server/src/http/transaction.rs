//! Transactions, to be signed elsewhere.

use anchor_lang::wincode;
use axum::extract::State;
use base64::{Engine as _, prelude::BASE64_STANDARD};
use sealane_sdk::{
    lookup::AddressLookupTableAccount,
    plan::{Caller, Plan, route_instructions},
    route::{Route, RouteRequest, Venues},
    tx::{self, MAX_TRANSACTION_SIZE, SendError, with_budget},
};
use serde::{Deserialize, Serialize};
use solana_instruction::Instruction;
use solana_message::VersionedMessage;
use solana_pubkey::Pubkey;
use solana_signature::Signature;
use solana_transaction::versioned::VersionedTransaction;
use utoipa::ToSchema;

use super::{extract::Json, quote::QuoteQuery, simulate};
use crate::{
    error::{ApiError, ErrorBody, ErrorDocument},
    state::App,
    view::{Address, QuoteView, ReportView},
};

/// The most compute units that a transaction can have.
const MAX_COMPUTE_UNITS: u64 = 1_400_000;
/// What is asked for beyond what the simulation used, in percent, and at least in units.
const MARGIN: (u64, u64) = (50, 10_000);
/// Millionths of a lamport in a lamport.
const MICRO: u128 = 1_000_000;
/// Which of the fees that others paid lately is offered: three quarters of them were lower.
const PERCENTILE: u8 = 75;

/// What is offered to be executed earlier.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum PriorityFee {
    /// Nothing.
    #[default]
    None,
    /// This, in millionths of a lamport for each compute unit.
    MicroLamportsPerUnit(u64),
    /// What others paid lately to write the same accounts, but no more than this many lamports.
    MaxLamports(u64),
}

/// What to build.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub(super) struct TransactionRequest {
    /// What to quote. `owner` there is not needed.
    #[serde(flatten)]
    quote: QuoteQuery,
    /// Whose tokens move, who pays and who has to sign.
    #[serde(rename = "owner")]
    signer: Address,
    /// What is offered to be executed earlier.
    #[serde(default)]
    priority_fee: PriorityFee,
    /// When the programs are to refuse, Unix seconds.
    #[serde(default)]
    deadline: Option<i64>,
    /// Whether to create the token accounts that receive, where they do not exist.
    #[serde(default = "yes")]
    create_accounts: bool,
    /// Lookup tables that the transaction may use, besides those that the gateway knows: with them
    /// it has room for more. At most 8.
    #[serde(default)]
    lookup_tables: Vec<Address>,
}

const fn yes() -> bool {
    true
}

/// A transaction to be signed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct TransactionView {
    /// The transaction in base64, with empty signatures.
    transaction: String,
    /// Its format: `v0` where it looks addresses up in tables, which the wallet has to know, and
    /// `legacy` otherwise.
    version: &'static str,
    /// The lookup tables that it uses.
    lookup_tables: Vec<Address>,
    /// Its blockhash.
    blockhash: String,
    /// The last block that can hold it.
    last_valid_block_height: u64,
    /// The compute units that it may use.
    compute_unit_limit: u32,
    /// What it offers for each, in millionths of a lamport.
    micro_lamports_per_unit: u64,
    /// The quote that it honours.
    quote: QuoteView,
    /// What it would do now; null if it would be refused.
    simulation: Option<ReportView>,
    /// Why it would be refused now, if so: for instance because the wallet does not hold enough.
    simulation_error: Option<ErrorBody>,
}

/// Builds the transaction of the best route. It is not signed, and nothing is sent.
#[utoipa::path(
    post, path = "/api/v1/transaction", tag = "trading", request_body = TransactionRequest,
    responses(
        (status = 200, body = TransactionView), (status = 400, body = ErrorDocument),
        (status = 404, body = ErrorDocument), (status = 413, body = ErrorDocument),
        (status = 415, body = ErrorDocument), (status = 422, body = ErrorDocument),
        (status = 503, body = ErrorDocument)
    )
)]
pub(super) async fn transaction(
    State(app): State<App>,
    headers: axum::http::HeaderMap,
    Json(asked): Json<TransactionRequest>,
) -> Result<axum::Json<TransactionView>, ApiError> {
    let owner = asked.signer.0;
    let named: Vec<Pubkey> = asked.lookup_tables.iter().map(|table| table.0).collect();
    let tables = app.tables.at_hand(app.client(), &named).await?;
    let plan = plan(&app, &asked, &tables)?;
    let simulated = simulate::by_engine(&app, &plan.instructions, &[owner]).await;
    let simulated = match simulated {
        // Only the node knows what becomes of these.
        Err(error) if error.code == simulate::NOT_SIMULATED => {
            let message = message(&plan.instructions, &owner, &tables)?;
            simulate::by_node(&app, unsigned(message)).await
        }
        other => other,
    };
    let used = match &simulated {
        Ok(report) => report.compute_units,
        // That the node is away is not the transaction's fault.
        Err(error) if error.status.is_server_error() => return Err(error.clone()),
        Err(_) => 0,
    };
    let limit = compute_limit(used, plan.quote.transaction.compute_units);
    let price = asked.priority_fee.within(limit);
    let price = price.price(&app.rpc, &plan.instructions).await;
    let (blockhash, last_valid_block_height) = app
        .rpc
        .get_latest_blockhash_with_commitment(app.rpc.commitment())
        .await
        .map_err(|error| ApiError::node("getLatestBlockhash", &error))?;
    let budgeted = with_budget(&plan.instructions, limit, price);
    let mut message = message(&budgeted, &owner, &tables)?;
    message.set_recent_blockhash(blockhash);
    let lookups = message.address_table_lookups().unwrap_or_default();
    let lookup_tables = lookups.iter().map(|lookup| lookup.account_key.into());
    let lookup_tables: Vec<Address> = lookup_tables.collect();
    let version = match &message {
        VersionedMessage::Legacy(_) => "legacy",
        _ => "v0",
    };
    let bytes = wincode::serialize(&unsigned(message));
    let bytes = bytes.map_err(|error| ApiError::internal(&error))?;
    if bytes.len() > MAX_TRANSACTION_SIZE {
        return Err(SendError::TooLarge { size: bytes.len() }.into());
    }
    let id = headers.get(&crate::error::REQUEST_ID);
    let id = id.and_then(|id| id.to_str().ok()).unwrap_or_default();
    let (simulation, simulation_error) = match simulated {
        Ok(report) => (Some(report), None),
        Err(error) => (None, Some(error.body(id))),
    };
    Ok(axum::Json(TransactionView {
        transaction: BASE64_STANDARD.encode(bytes),
        version,
        lookup_tables,
        blockhash: blockhash.to_string(),
        last_valid_block_height,
        compute_unit_limit: limit,
        micro_lamports_per_unit: price,
        quote: QuoteView::from(&plan.quote),
        simulation,
        simulation_error,
    }))
}

fn plan(
    app: &App,
    asked: &TransactionRequest,
    lookup_tables: &[AddressLookupTableAccount],
) -> Result<Plan<Route>, ApiError> {
    let world = app.world()?;
    let caller = Caller {
        create_accounts: asked.create_accounts,
        deadline: asked.deadline.unwrap_or(i64::MAX),
        ..Caller::new(asked.signer.0)
    };
    let excluded = asked.quote.excluded()?;
    let request = RouteRequest {
        lookup_tables,
        ..asked.quote.request(&excluded)?
    };
    Ok(route_instructions(
        &Venues::from(&*world),
        &request,
        &caller,
    )?)
}

fn message(
    instructions: &[Instruction],
    payer: &Pubkey,
    tables: &[AddressLookupTableAccount],
) -> Result<VersionedMessage, ApiError> {
    let message = tx::message(instructions, payer, tables);
    Ok(message.map_err(SendError::from)?)
}

/// A transaction with room for its signatures.
pub(super) fn unsigned(message: VersionedMessage) -> VersionedTransaction {
    let signatures = usize::from(message.header().num_required_signatures);
    VersionedTransaction {
        signatures: vec![Signature::default(); signatures],
        message,
    }
}

/// What the simulation used with the margin, and no less than what the route may use.
fn compute_limit(used: u64, estimated: u64) -> u32 {
    let margin = (used.saturating_mul(MARGIN.0) / 100).max(MARGIN.1);
    let limit = used.saturating_add(margin).max(estimated);
    // At most what fits.
    u32::try_from(limit.min(MAX_COMPUTE_UNITS)).unwrap_or(u32::MAX)
}

impl PriorityFee {
    /// As the SDK offers it, for so many compute units.
    fn within(self, limit: u32) -> tx::PriorityFee {
        match self {
            Self::None => tx::PriorityFee::None,
            Self::MicroLamportsPerUnit(price) => tx::PriorityFee::Fixed(price),
            Self::MaxLamports(most) => tx::PriorityFee::Auto {
                percentile: PERCENTILE,
                cap: highest_price(most, limit),
            },
        }
    }
}

/// The highest price with which all units together cost no more than so many lamports.
fn highest_price(lamports: u64, limit: u32) -> u64 {
    let price = u128::from(lamports) * MICRO / u128::from(limit.max(1));
    u64::try_from(price).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cap_in_lamports_is_kept() {
        for (lamports, limit) in [(5_000, 200_000), (1, 1_400_000), (u64::MAX, 1)] {
            let price = highest_price(lamports, limit);
            let cost = (u128::from(price) * u128::from(limit)).div_ceil(MICRO);
            assert!(cost <= u128::from(lamports), "{lamports} {limit}");
        }
    }

    #[test]
    fn a_limit_has_a_margin_and_an_end() {
        assert_eq!(compute_limit(100_000, 0), 150_000);
        assert_eq!(compute_limit(1_000, 0), 11_000);
        assert_eq!(compute_limit(1_000, 40_000), 40_000);
        assert_eq!(compute_limit(u64::MAX, 0), 1_400_000);
    }
}
