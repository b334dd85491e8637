//! The HTTP interface: `/api/v1` by resource, and what stands beside it.

mod candles;
mod config;
mod extract;
mod farms;
mod files;
mod health;
mod layers;
mod limit;
mod markets;
mod openapi;
mod pools;
mod portfolio;
mod quote;
mod realms;
mod rpc;
mod simulate;
mod tickers;
mod tokens;
mod trades;
mod transaction;

pub(crate) use farms::of as farms_of;
pub use openapi::document;
pub(crate) use portfolio::of as portfolio_of;
pub(crate) use quote::route_of;
pub use quote::{Mode, QuoteQuery};

use axum::{Router, http::StatusCode, routing::any};
use utoipa_axum::{router::OpenApiRouter, routes};

use sealane_sdk::engine::world::World;
use solana_pubkey::Pubkey;

use crate::{error::ApiError, socket, state::App};

/// The documented part.
fn documented() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(openapi::base())
        .routes(routes!(config::config))
        .routes(routes!(tokens::tokens))
        .routes(routes!(pools::pools))
        .routes(routes!(pools::pool))
        .routes(routes!(trades::of_pool))
        .routes(routes!(markets::markets))
        .routes(routes!(markets::market))
        .routes(routes!(markets::book))
        .routes(routes!(trades::of_market))
        .routes(routes!(candles::candles))
        .routes(routes!(farms::farms))
        .routes(routes!(farms::farm))
        .routes(routes!(farms::epochs))
        .routes(routes!(realms::realms))
        .routes(routes!(realms::realm))
        .routes(routes!(realms::proposals))
        .routes(routes!(realms::proposal))
        .routes(routes!(realms::votes))
        .routes(routes!(realms::power))
        .routes(routes!(quote::quote))
        .routes(routes!(transaction::transaction))
        .routes(routes!(simulate::simulate))
        .routes(routes!(portfolio::portfolio))
        .routes(routes!(portfolio::history))
        .routes(routes!(tickers::tickers))
        .routes(routes!(health::live))
        .routes(routes!(health::ready))
        .routes(routes!(health::metrics))
        .routes(routes!(rpc::pass))
        .routes(routes!(socket::connect))
}

/// Everything, with its layers; and what somebody else serves beside it.
pub(crate) fn router(app: App, beside: Router) -> Router {
    let (api, document) = documented().split_for_parts();
    let router = api
        .merge(openapi::pages(document))
        .merge(beside.with_state(()))
        .route("/api/{*rest}", any(|| async { StatusCode::NOT_FOUND }))
        .fallback_service(files::service(app.config.http.web_root.as_deref()));
    layers::around(router, &app).with_state(app)
}

/// Refuses what is neither a pool nor a market.
pub(crate) fn require_venue(world: &World, address: &Pubkey) -> Result<(), ApiError> {
    let is_pool = world.pools().pool(address).is_some();
    match is_pool || world.markets().market(address).is_some() {
        true => Ok(()),
        false => Err(ApiError::not_found(
            "unknown_venue",
            format!("{address} is neither a pool nor a market"),
            "/api/v1/pools and /api/v1/markets list what there is",
        )),
    }
}
