//! What a page needs to know of the gateway.

use axum::extract::State;
use sealane_sdk::{amm, governance, orderbook, staking};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    error::{ApiError, ErrorDocument},
    state::App,
    view::Address,
};

/// What a page needs to know of the gateway.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct ConfigView {
    /// What people call the chain: `localnet`, `devnet`, `mainnet-beta`.
    cluster: String,
    /// Where the node can be called through the gateway.
    rpc_path: &'static str,
    /// Where the faucet answers; null where there is none.
    faucet_path: Option<String>,
    /// A page about a transaction, with `{signature}` for its name.
    explorer: Option<String>,
    /// The exchange's programs.
    programs: ProgramsView,
    /// Tells chains apart.
    genesis_hash: String,
}

/// The exchange's programs.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct ProgramsView {
    /// Pools.
    amm: Address,
    /// Order books.
    orderbook: Address,
    /// Stake pools and farms.
    staking: Address,
    /// Realms, proposals and votes.
    governance: Address,
}

/// On which chain the gateway is, and what it offers.
#[utoipa::path(
    get, path = "/api/v1/config", tag = "operation",
    responses((status = 200, body = ConfigView), (status = 503, body = ErrorDocument))
)]
pub(super) async fn config(State(app): State<App>) -> Result<axum::Json<ConfigView>, ApiError> {
    let node = &app.config.node;
    let genesis_hash = app.genesis_hash().ok_or_else(ApiError::not_ready)?;
    Ok(axum::Json(ConfigView {
        cluster: node.cluster.clone(),
        rpc_path: super::rpc::PATH,
        faucet_path: node.faucet_path.clone(),
        explorer: node.explorer.clone(),
        programs: ProgramsView {
            amm: amm::ID.into(),
            orderbook: orderbook::ID.into(),
            staking: staking::ID.into(),
            governance: governance::ID.into(),
        },
        genesis_hash: genesis_hash.to_owned(),
    }))
}
