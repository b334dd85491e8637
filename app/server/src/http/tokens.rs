//! Tokens.

use axum::extract::State;

use crate::{
    error::{ApiError, ErrorDocument},
    state::App,
    tokens::traded_mints,
    view::TokenView,
};

/// The tokens that some pool or market trades.
#[utoipa::path(
    get, path = "/api/v1/tokens", tag = "exchange",
    responses((status = 200, body = Vec<TokenView>), (status = 503, body = ErrorDocument))
)]
pub(super) async fn tokens(State(app): State<App>) -> Result<axum::Json<Vec<TokenView>>, ApiError> {
    let world = app.world()?;
    let epoch = world.clock().map_or(0, |clock| clock.epoch);
    let mints = traded_mints(&world);
    let tokens = mints.iter().filter_map(|address| {
        let mint = world.pools().mint(address)?;
        Some(app.tokens.view(address, mint, epoch))
    });
    let mut tokens: Vec<TokenView> = tokens.collect();
    tokens.sort_by(|one, other| (!one.listed, &one.symbol).cmp(&(!other.listed, &other.symbol)));
    Ok(axum::Json(tokens))
}
