//! Quotes.

use axum::extract::State;
use sealane_sdk::{
    engine::world::World,
    quote::SwapKind,
    route::{MAX_HOPS, Route, RouteLimits, RouteRequest, Venues, route},
};
use serde::{Deserialize, Serialize};
use solana_pubkey::Pubkey;
use utoipa::{IntoParams, ToSchema};

use super::extract::Query;
use crate::{
    error::{ApiError, ErrorDocument},
    state::App,
    view::{Address, Amount, QuoteView},
};

/// Venues and tokens that can be left out of one quote.
const MAX_EXCLUDED: usize = 64;
/// Accounts that a transaction can lock.
const MAX_ACCOUNTS: usize = 64;

/// Which amount is given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(default = "exact_in")]
pub enum Mode {
    /// The amount sent.
    #[default]
    ExactIn,
    /// The amount received.
    ExactOut,
}

/// What to quote.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, IntoParams, ToSchema)]
#[into_params(parameter_in = Query)]
pub struct QuoteQuery {
    /// The token that is sent.
    pub input_mint: Address,
    /// The token that is received.
    pub output_mint: Address,
    /// Base units, of the token sent or of the one received.
    pub amount: Amount,
    /// Which amount is given.
    #[serde(default)]
    #[param(inline)]
    pub mode: Mode,
    /// By how much the outcome may be worse than quoted, in basis points.
    #[serde(default = "default_slippage")]
    #[param(minimum = 0, maximum = 10000, default = 50)]
    pub slippage_bps: u16,
    /// The same for the trades in between of a route over several hops; what they deliver beyond
    /// what the next one sends on stays in the wallet.
    #[serde(default)]
    #[param(minimum = 0, maximum = 10000, default = 0)]
    pub hop_slippage_bps: u16,
    /// Trades one after the other, at most.
    #[serde(default = "default_hops")]
    #[param(minimum = 1, maximum = 4, default = 4)]
    pub max_hops: u8,
    /// Accounts that the transaction may lock.
    #[serde(default = "default_accounts")]
    #[param(minimum = 1, maximum = 64, default = 64)]
    pub max_accounts: u8,
    /// Pools, shards, markets, lanes and tokens to leave out, separated by commas.
    #[serde(default)]
    pub exclude: Option<String>,
    /// Whose quote it is: orders of that address are left alone.
    #[serde(default)]
    pub owner: Option<Address>,
}

const fn default_slippage() -> u16 {
    50
}

const fn default_hops() -> u8 {
    MAX_HOPS as u8
}

const fn default_accounts() -> u8 {
    MAX_ACCOUNTS as u8
}

impl QuoteQuery {
    /// What is to be left out.
    pub(crate) fn excluded(&self) -> Result<Vec<Pubkey>, ApiError> {
        let list = self.exclude.as_deref().unwrap_or_default();
        let parts: Vec<&str> = list.split(',').filter(|part| !part.is_empty()).collect();
        if parts.len() > MAX_EXCLUDED {
            return Err(ApiError::bad_request(
                format!("{} addresses are too many to leave out", parts.len()),
                format!("leave out at most {MAX_EXCLUDED}"),
            ));
        }
        let parsed = parts.into_iter().map(|part| part.trim().parse::<Address>());
        let parsed = parsed.map(|address| address.map(|address| address.0));
        parsed.collect::<Result<_, _>>().map_err(|message| {
            ApiError::bad_request(message, "give addresses, separated by commas")
        })
    }

    /// As the engine is asked.
    pub(crate) fn request<'a>(&self, excluded: &'a [Pubkey]) -> Result<RouteRequest<'a>, ApiError> {
        let max_hops = usize::from(self.max_hops);
        let max_accounts = usize::from(self.max_accounts);
        if !(1..=MAX_HOPS).contains(&max_hops) || !(1..=MAX_ACCOUNTS).contains(&max_accounts) {
            return Err(ApiError::bad_request(
                format!("{max_hops} hops over {max_accounts} accounts are not possible"),
                format!("allow 1 to {MAX_HOPS} hops and 1 to {MAX_ACCOUNTS} accounts"),
            ));
        }
        let kind = match self.mode {
            Mode::ExactIn => SwapKind::ExactIn,
            Mode::ExactOut => SwapKind::ExactOut,
        };
        let owner = self.owner.unwrap_or_default().0;
        Ok(RouteRequest {
            slippage_tolerance_bps: self.slippage_bps,
            hop_tolerance_bps: self.hop_slippage_bps,
            limits: RouteLimits {
                max_hops,
                max_accounts,
                ..RouteLimits::default()
            },
            excluded,
            ..RouteRequest::new(
                kind,
                self.amount.0,
                self.input_mint.0,
                self.output_mint.0,
                owner,
            )
        })
    }
}

/// The best route for a query.
pub(crate) fn route_of(world: &World, query: &QuoteQuery) -> Result<Route, ApiError> {
    let excluded = query.excluded()?;
    let request = query.request(&excluded)?;
    Ok(route(&Venues::from(world), &request)?)
}

/// What the best route offers now, over all pools, shards and lanes.
#[utoipa::path(
    get, path = "/api/v1/quote", tag = "trading", params(QuoteQuery),
    responses(
        (status = 200, body = QuoteView), (status = 400, body = ErrorDocument),
        (status = 404, body = ErrorDocument), (status = 422, body = ErrorDocument),
        (status = 503, body = ErrorDocument)
    )
)]
pub(super) async fn quote(
    State(app): State<App>,
    Query(query): Query<QuoteQuery>,
) -> Result<axum::Json<QuoteView>, ApiError> {
    let world = app.world()?;
    let route = route_of(&world, &query)?;
    Ok(axum::Json(QuoteView::from(&route)))
}
