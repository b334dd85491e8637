//! Pools.

use axum::extract::State;
use sealane_sdk::quote::QuoteError;

use super::extract::Path;
use crate::{
    error::{ApiError, ErrorDocument},
    state::App,
    view::{Address, PoolView},
};

/// All pools with their shards.
#[utoipa::path(
    get, path = "/api/v1/pools", tag = "exchange",
    responses((status = 200, body = Vec<PoolView>), (status = 503, body = ErrorDocument))
)]
pub(super) async fn pools(State(app): State<App>) -> Result<axum::Json<Vec<PoolView>>, ApiError> {
    let world = app.world()?;
    let now = app.now(&world);
    let pools = world.pools().pools();
    let pools = pools.map(|entry| {
        let day = app.index.day(&entry.address, now);
        PoolView::of(&world, &entry, &day)
    });
    let mut pools: Vec<PoolView> = pools.collect();
    pools.sort_by_key(|pool| (std::cmp::Reverse(pool.tvl_quote), pool.pool));
    Ok(axum::Json(pools))
}

/// One pool with its shards.
#[utoipa::path(
    get, path = "/api/v1/pools/{pool}", tag = "exchange",
    params(("pool" = Address, Path, description = "The pool.")),
    responses(
        (status = 200, body = PoolView), (status = 400, body = ErrorDocument),
        (status = 404, body = ErrorDocument), (status = 503, body = ErrorDocument)
    )
)]
pub(super) async fn pool(
    State(app): State<App>,
    Path(address): Path<Address>,
) -> Result<axum::Json<PoolView>, ApiError> {
    let world = app.world()?;
    let unknown = QuoteError::UnknownPool { pool: address.0 };
    let entry = world.pools().pool(&address.0).ok_or(unknown)?;
    let day = app.index.day(&entry.address, app.now(&world));
    Ok(axum::Json(PoolView::of(&world, &entry, &day)))
}
