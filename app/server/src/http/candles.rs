//! Candles.

use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use super::extract::Query;
use crate::{
    error::{ApiError, ErrorDocument},
    state::App,
    store::Interval,
    view::{Address, CandleView},
};

/// The most that are told at once.
const MAX_CANDLES: u32 = 5_000;

/// Which candles.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct CandlesQuery {
    /// The pool or the market.
    venue: Address,
    /// How long: `1s`, `1m`, `5m`, `15m`, `1h`, `4h` or `1d`.
    #[param(pattern = "^(1s|1m|5m|15m|1h|4h|1d)$")]
    interval: String,
    /// Only those that begin then or later, Unix seconds.
    #[serde(default)]
    from: Option<i64>,
    /// Only those that begin then or earlier, Unix seconds.
    #[serde(default)]
    to: Option<i64>,
    /// How many at most: the latest.
    #[serde(default = "default_limit")]
    #[param(minimum = 1, maximum = 5000, default = 500)]
    limit: u32,
}

const fn default_limit() -> u32 {
    500
}

/// A venue's candles, earliest first. Intervals without a trade have none.
#[utoipa::path(
    get, path = "/api/v1/candles", tag = "history", params(CandlesQuery),
    responses(
        (status = 200, body = Vec<CandleView>), (status = 400, body = ErrorDocument),
        (status = 404, body = ErrorDocument), (status = 503, body = ErrorDocument)
    )
)]
pub(super) async fn candles(
    State(app): State<App>,
    Query(query): Query<CandlesQuery>,
) -> Result<axum::Json<Vec<CandleView>>, ApiError> {
    let interval: Interval = query.interval.parse().map_err(|hint: String| {
        ApiError::bad_request(format!("{:?} is no interval", query.interval), hint)
    })?;
    if !(1..=MAX_CANDLES).contains(&query.limit) {
        return Err(ApiError::bad_request(
            format!("{} candles cannot be told at once", query.limit),
            format!("use a limit between 1 and {MAX_CANDLES}"),
        ));
    }
    super::require_venue(&*app.world()?, &query.venue.0)?;
    let within = (query.from.unwrap_or(i64::MIN), query.to.unwrap_or(i64::MAX));
    let store = app.store()?;
    let candles = store.candles(&query.venue.0, interval, within, query.limit);
    let candles = candles.await.map_err(|error| ApiError::internal(&error))?;
    Ok(axum::Json(candles.iter().map(CandleView::from).collect()))
}
