//! Realms, their proposals, and votes.

use axum::extract::State;
use sealane_sdk::{
    client::Balances,
    engine::world::World,
    realms::{RealmError, realm_view},
};
use serde::Deserialize;
use solana_pubkey::Pubkey;
use utoipa::IntoParams;

use super::{
    extract::{Path, Query},
    portfolio::holding,
};
use crate::{
    error::{ApiError, ErrorDocument},
    state::App,
    view::{Address, PowerView, ProposalDetailView, ProposalView, RealmView, VoteView, WalletView},
};

/// All realms, with what their treasuries have.
#[utoipa::path(
    get, path = "/api/v1/realms", tag = "governance",
    responses((status = 200, body = Vec<RealmView>), (status = 503, body = ErrorDocument))
)]
pub(super) async fn realms(State(app): State<App>) -> Result<axum::Json<Vec<RealmView>>, ApiError> {
    let world = app.world()?;
    let mut known: Vec<Pubkey> = world.realms().realms().map(|entry| entry.address).collect();
    known.sort_unstable();
    let mut realms = Vec::with_capacity(known.len());
    for realm in &known {
        realms.push(of(&app, &world, realm).await?);
    }
    Ok(axum::Json(realms))
}

/// One realm, with what its treasury has.
#[utoipa::path(
    get, path = "/api/v1/realms/{realm}", tag = "governance",
    params(("realm" = Address, Path, description = "The realm.")),
    responses(
        (status = 200, body = RealmView), (status = 400, body = ErrorDocument),
        (status = 404, body = ErrorDocument), (status = 503, body = ErrorDocument)
    )
)]
pub(super) async fn realm(
    State(app): State<App>,
    Path(realm): Path<Address>,
) -> Result<axum::Json<RealmView>, ApiError> {
    let world = app.world()?;
    of(&app, &world, &realm.0).await.map(axum::Json)
}

async fn of(app: &App, world: &World, realm: &Pubkey) -> Result<RealmView, ApiError> {
    let known = realm_view(world.realms(), realm)?;
    let Balances {
        lamports, tokens, ..
    } = app.client().balances(&known.treasury).await?;
    let tokens = tokens.iter().map(|held| holding(&known.treasury, held));
    let wallet = WalletView {
        lamports: lamports.into(),
        tokens: tokens.collect(),
    };
    Ok(RealmView::of(&known, wallet))
}

/// Which proposals.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ProposalsQuery {
    /// Only those of this realm.
    #[serde(default)]
    realm: Option<Address>,
    /// Only those in this state, as `state` tells it.
    #[serde(default)]
    #[param(example = "voting")]
    state: Option<String>,
}

/// Proposals, newest first: drafts, then by the time at which voting began.
#[utoipa::path(
    get, path = "/api/v1/proposals", tag = "governance",
    params(ProposalsQuery),
    responses(
        (status = 200, body = Vec<ProposalView>), (status = 400, body = ErrorDocument),
        (status = 404, body = ErrorDocument), (status = 503, body = ErrorDocument)
    )
)]
pub(super) async fn proposals(
    State(app): State<App>,
    Query(query): Query<ProposalsQuery>,
) -> Result<axum::Json<Vec<ProposalView>>, ApiError> {
    let world = app.world()?;
    let realm = query.realm.map(|realm| realm.0);
    if let Some(realm) = &realm {
        realm_view(world.realms(), realm)?;
    }
    let mut proposals = ProposalView::all(&world, realm.as_ref(), app.now(&world));
    if let Some(state) = &query.state {
        proposals.retain(|proposal| proposal.state == state);
    }
    Ok(axum::Json(proposals))
}

/// One proposal with its description and its instructions.
#[utoipa::path(
    get, path = "/api/v1/proposals/{proposal}", tag = "governance",
    params(("proposal" = Address, Path, description = "The proposal.")),
    responses(
        (status = 200, body = ProposalDetailView), (status = 400, body = ErrorDocument),
        (status = 404, body = ErrorDocument), (status = 503, body = ErrorDocument)
    )
)]
pub(super) async fn proposal(
    State(app): State<App>,
    Path(proposal): Path<Address>,
) -> Result<axum::Json<ProposalDetailView>, ApiError> {
    let world = app.world()?;
    let symbol = |mint: &_| app.tokens.listed_symbol(mint);
    let view = ProposalDetailView::of(&world, &proposal.0, app.now(&world), symbol)?;
    Ok(axum::Json(view))
}

/// The votes on a proposal that count, heaviest first; none once their records were closed.
#[utoipa::path(
    get, path = "/api/v1/proposals/{proposal}/votes", tag = "governance",
    params(("proposal" = Address, Path, description = "The proposal.")),
    responses(
        (status = 200, body = Vec<VoteView>), (status = 400, body = ErrorDocument),
        (status = 404, body = ErrorDocument), (status = 503, body = ErrorDocument)
    )
)]
pub(super) async fn votes(
    State(app): State<App>,
    Path(proposal): Path<Address>,
) -> Result<axum::Json<Vec<VoteView>>, ApiError> {
    let world = app.world()?;
    require_proposal(&world, &proposal.0)?;
    Ok(axum::Json(VoteView::all(&world, &proposal.0)))
}

/// Who votes.
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct PowerQuery {
    /// The address.
    owner: Address,
}

/// What an address can vote with on a proposal, heaviest first: its own positions and those that it
/// is the delegate of, with their weight at the snapshot. Nothing while the proposal is a draft.
#[utoipa::path(
    get, path = "/api/v1/proposals/{proposal}/power", tag = "governance",
    params(("proposal" = Address, Path, description = "The proposal."), PowerQuery),
    responses(
        (status = 200, body = Vec<PowerView>), (status = 400, body = ErrorDocument),
        (status = 404, body = ErrorDocument), (status = 503, body = ErrorDocument)
    )
)]
pub(super) async fn power(
    State(app): State<App>,
    Path(proposal): Path<Address>,
    Query(query): Query<PowerQuery>,
) -> Result<axum::Json<Vec<PowerView>>, ApiError> {
    let world = app.world()?;
    require_proposal(&world, &proposal.0)?;
    let power = PowerView::all(&world, &proposal.0, &query.owner.0);
    Ok(axum::Json(power))
}

fn require_proposal(world: &World, proposal: &Pubkey) -> Result<(), RealmError> {
    match world.realms().proposal(proposal) {
        Some(_) => Ok(()),
        None => Err(RealmError::UnknownProposal {
            proposal: *proposal,
        }),
    }
}
