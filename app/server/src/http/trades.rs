//! Trades.

use axum::extract::State;
use sealane_sdk::quote::QuoteError;
use serde::Deserialize;
use solana_pubkey::Pubkey;
use utoipa::IntoParams;

use super::extract::{Path, Query};
use crate::{
    error::{ApiError, ErrorDocument},
    state::App,
    view::{Address, TradeView},
};

/// The most that is told at once.
const MAX_LIMIT: u32 = 500;

/// Which page of a history.
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct PageQuery {
    /// How many at most.
    #[serde(default = "default_limit")]
    #[param(minimum = 1, maximum = 500, default = 100)]
    limit: u32,
    /// Only those before the one with this `id`: that of the last of the page before.
    #[serde(default)]
    before: Option<u64>,
}

const fn default_limit() -> u32 {
    100
}

impl PageQuery {
    pub(super) fn checked(self) -> Result<(Option<u64>, u32), ApiError> {
        match (1..=MAX_LIMIT).contains(&self.limit) {
            true => Ok((self.before, self.limit)),
            false => Err(ApiError::bad_request(
                format!("a page of {} is not possible", self.limit),
                format!("use a limit between 1 and {MAX_LIMIT}"),
            )),
        }
    }
}

/// A pool's trades, latest first.
#[utoipa::path(
    get, path = "/api/v1/pools/{pool}/trades", tag = "history",
    params(("pool" = Address, Path, description = "The pool."), PageQuery),
    responses(
        (status = 200, body = Vec<TradeView>), (status = 400, body = ErrorDocument),
        (status = 404, body = ErrorDocument), (status = 503, body = ErrorDocument)
    )
)]
pub(super) async fn of_pool(
    State(app): State<App>,
    Path(pool): Path<Address>,
    Query(page): Query<PageQuery>,
) -> Result<axum::Json<Vec<TradeView>>, ApiError> {
    let world = app.world()?;
    let unknown = QuoteError::UnknownPool { pool: pool.0 };
    world.pools().pool(&pool.0).ok_or(unknown)?;
    trades(&app, &pool.0, page).await
}

/// A market's trades, latest first: one for each order filled.
#[utoipa::path(
    get, path = "/api/v1/markets/{market}/trades", tag = "history",
    params(("market" = Address, Path, description = "The market."), PageQuery),
    responses(
        (status = 200, body = Vec<TradeView>), (status = 400, body = ErrorDocument),
        (status = 404, body = ErrorDocument), (status = 503, body = ErrorDocument)
    )
)]
pub(super) async fn of_market(
    State(app): State<App>,
    Path(market): Path<Address>,
    Query(page): Query<PageQuery>,
) -> Result<axum::Json<Vec<TradeView>>, ApiError> {
    app.world()?.markets().known(&market.0)?;
    trades(&app, &market.0, page).await
}

async fn trades(
    app: &App,
    venue: &Pubkey,
    page: PageQuery,
) -> Result<axum::Json<Vec<TradeView>>, ApiError> {
    let (before, limit) = page.checked()?;
    let trades = app.store()?.trades(venue, before, limit).await;
    let trades = trades.map_err(|error| ApiError::internal(&error))?;
    Ok(axum::Json(trades.iter().map(TradeView::from).collect()))
}
