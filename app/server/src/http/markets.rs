//! Markets and their order books.

use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use super::extract::{Path, Query};
use crate::{
    error::{ApiError, ErrorDocument},
    state::App,
    view::{Address, BookView, MarketView},
};

/// All markets.
#[utoipa::path(
    get, path = "/api/v1/markets", tag = "exchange",
    responses((status = 200, body = Vec<MarketView>), (status = 503, body = ErrorDocument))
)]
pub(super) async fn markets(
    State(app): State<App>,
) -> Result<axum::Json<Vec<MarketView>>, ApiError> {
    let world = app.world()?;
    let now = app.now(&world);
    let markets = world.markets().markets();
    let markets = markets.map(|entry| {
        let day = app.index.day(&entry.address, now);
        MarketView::of(&world, &entry, &day)
    });
    let mut markets: Vec<MarketView> = markets.collect();
    markets.sort_by_key(|market| (std::cmp::Reverse(market.volume_24h.quote), market.market));
    Ok(axum::Json(markets))
}

/// One market.
#[utoipa::path(
    get, path = "/api/v1/markets/{market}", tag = "exchange",
    params(("market" = Address, Path, description = "The market.")),
    responses(
        (status = 200, body = MarketView), (status = 400, body = ErrorDocument),
        (status = 404, body = ErrorDocument), (status = 503, body = ErrorDocument)
    )
)]
pub(super) async fn market(
    State(app): State<App>,
    Path(address): Path<Address>,
) -> Result<axum::Json<MarketView>, ApiError> {
    let world = app.world()?;
    let entry = world.markets().known(&address.0)?;
    let day = app.index.day(&entry.address, app.now(&world));
    Ok(axum::Json(MarketView::of(&world, &entry, &day)))
}

/// How much of a book.
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct BookQuery {
    /// How many levels of each side.
    #[serde(default = "default_depth")]
    #[param(minimum = 1, maximum = 500, default = 50)]
    depth: u16,
    /// How many ticks make a level.
    #[serde(default = "default_group")]
    #[param(minimum = 1, default = 1)]
    group: u32,
}

const MAX_DEPTH: u16 = 500;

const fn default_depth() -> u16 {
    50
}

const fn default_group() -> u32 {
    1
}

/// A market's order book.
#[utoipa::path(
    get, path = "/api/v1/markets/{market}/book", tag = "exchange",
    params(("market" = Address, Path, description = "The market."), BookQuery),
    responses(
        (status = 200, body = BookView), (status = 400, body = ErrorDocument),
        (status = 404, body = ErrorDocument), (status = 503, body = ErrorDocument)
    )
)]
pub(super) async fn book(
    State(app): State<App>,
    Path(address): Path<Address>,
    Query(query): Query<BookQuery>,
) -> Result<axum::Json<BookView>, ApiError> {
    if !(1..=MAX_DEPTH).contains(&query.depth) || query.group == 0 {
        return Err(ApiError::bad_request(
            format!(
                "a depth of {} in groups of {} ticks cannot be shown",
                query.depth, query.group
            ),
            format!("use 1 to {MAX_DEPTH} levels of at least 1 tick"),
        ));
    }
    let world = app.world()?;
    let book = world.markets().book(&address.0)?;
    let units = world.markets().units(&address.0)?;
    let slot = world.clock().map_or(0, |clock| clock.slot);
    let depth = usize::from(query.depth);
    let view = BookView::of(address, slot, &book, &units, depth, query.group);
    Ok(axum::Json(view))
}
