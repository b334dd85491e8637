//! Stake pools and farms.

use axum::extract::State;
use sealane_sdk::{engine::world::World, prices::Prices};
use serde::Deserialize;
use utoipa::IntoParams;

use super::extract::{Path, Query};
use crate::{
    error::{ApiError, ErrorDocument},
    state::{App, AppState},
    view::{Address, EpochView, FarmView},
};

/// Epochs on a page at most.
const MAX_EPOCHS: u32 = 1_000;

/// All stake pools and farms, those with the most at stake first.
#[utoipa::path(
    get, path = "/api/v1/farms", tag = "exchange",
    responses((status = 200, body = Vec<FarmView>), (status = 503, body = ErrorDocument))
)]
pub(super) async fn farms(State(app): State<App>) -> Result<axum::Json<Vec<FarmView>>, ApiError> {
    let world = app.world()?;
    Ok(axum::Json(of(&app, &world)))
}

/// All farms.
pub(crate) fn of(app: &AppState, world: &World) -> Vec<FarmView> {
    let name = |farm: &_| app.tokens.farm_name(farm);
    FarmView::all(world, name, app.now(world))
}

/// One stake pool or farm.
#[utoipa::path(
    get, path = "/api/v1/farms/{farm}", tag = "exchange",
    params(("farm" = Address, Path, description = "The farm.")),
    responses(
        (status = 200, body = FarmView), (status = 400, body = ErrorDocument),
        (status = 404, body = ErrorDocument), (status = 503, body = ErrorDocument)
    )
)]
pub(super) async fn farm(
    State(app): State<App>,
    Path(address): Path<Address>,
) -> Result<axum::Json<FarmView>, ApiError> {
    let world = app.world()?;
    let (name, prices) = (app.tokens.farm_name(&address.0), Prices::of(world.pools()));
    let view = FarmView::of(&world, &address.0, name, &prices, app.now(&world))?;
    Ok(axum::Json(view))
}

/// A page of epochs.
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct EpochsQuery {
    /// How many at most.
    #[serde(default = "default_limit")]
    #[param(minimum = 1, maximum = 1000, default = 100)]
    limit: u32,
    /// Only those before this one.
    #[serde(default)]
    before: Option<u32>,
}

const fn default_limit() -> u32 {
    100
}

/// What a farm's closed epochs paid, latest first.
#[utoipa::path(
    get, path = "/api/v1/farms/{farm}/epochs", tag = "history",
    params(("farm" = Address, Path, description = "The farm."), EpochsQuery),
    responses(
        (status = 200, body = Vec<EpochView>), (status = 400, body = ErrorDocument),
        (status = 404, body = ErrorDocument), (status = 503, body = ErrorDocument)
    )
)]
pub(super) async fn epochs(
    State(app): State<App>,
    Path(address): Path<Address>,
    Query(page): Query<EpochsQuery>,
) -> Result<axum::Json<Vec<EpochView>>, ApiError> {
    if !(1..=MAX_EPOCHS).contains(&page.limit) {
        return Err(ApiError::bad_request(
            format!("{} epochs cannot be a page", page.limit),
            format!("ask for 1 to {MAX_EPOCHS}"),
        ));
    }
    let world = app.world()?;
    let farm = sealane_sdk::farms::farm_view(world.farms(), &address.0, app.now(&world));
    farm?;
    let closed = app.store()?.epochs(&address.0, page.before, page.limit);
    let closed = closed.await.map_err(|error| ApiError::internal(&error))?;
    let Some(farm) = world.farms().farm(&address.0) else {
        return Ok(axum::Json(Vec::new()));
    };
    let epochs = closed.iter().map(|one| EpochView::of(farm.account, one));
    Ok(axum::Json(epochs.collect()))
}
