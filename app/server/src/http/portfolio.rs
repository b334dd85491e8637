//! What an address has on the exchange, and what it did.

use std::collections::HashMap;

use axum::extract::State;
use sealane_sdk::{
    address::associated_token,
    client::{Balances, TokenBalance},
    engine::world::World,
    pools::ShardEntry,
};
use solana_pubkey::Pubkey;

use super::{
    extract::{Path, Query},
    trades::PageQuery,
};
use crate::{
    error::{ApiError, ErrorDocument},
    state::App,
    view::{
        ActivityView, Address, Amount, HoldingView, LaneView, PortfolioView, PositionView,
        SharesView, VoteView, WalletView,
    },
};

/// All that an address has: its wallet, shares of pools, lanes and orders, stakes, votes.
#[utoipa::path(
    get, path = "/api/v1/portfolio/{owner}", tag = "accounts",
    params(("owner" = Address, Path, description = "Whose.")),
    responses(
        (status = 200, body = PortfolioView), (status = 400, body = ErrorDocument),
        (status = 503, body = ErrorDocument)
    )
)]
pub(super) async fn portfolio(
    State(app): State<App>,
    Path(owner): Path<Address>,
) -> Result<axum::Json<PortfolioView>, ApiError> {
    of(&app, owner.0).await.map(axum::Json)
}

/// What an address did, latest first.
#[utoipa::path(
    get, path = "/api/v1/portfolio/{owner}/history", tag = "accounts",
    params(("owner" = Address, Path, description = "Whose."), PageQuery),
    responses(
        (status = 200, body = Vec<ActivityView>), (status = 400, body = ErrorDocument),
        (status = 503, body = ErrorDocument)
    )
)]
pub(super) async fn history(
    State(app): State<App>,
    Path(owner): Path<Address>,
    Query(page): Query<PageQuery>,
) -> Result<axum::Json<Vec<ActivityView>>, ApiError> {
    let (before, limit) = page.checked()?;
    let activities = app.store()?.activities(&owner.0, before, limit).await;
    let activities = activities.map_err(|error| ApiError::internal(&error))?;
    Ok(axum::Json(
        activities.iter().map(ActivityView::from).collect(),
    ))
}

/// All that an address has now.
pub(crate) async fn of(app: &App, owner: Pubkey) -> Result<PortfolioView, ApiError> {
    let world = app.world()?;
    let balances = app.client().balances(&owner).await?;
    Ok(assembled(&world, owner, &balances, app.now(&world)))
}

fn assembled(world: &World, owner: Pubkey, balances: &Balances, now: i64) -> PortfolioView {
    let pools: Vec<Pubkey> = world.pools().pools().map(|pool| pool.address).collect();
    let shards = pools.iter().flat_map(|pool| world.pools().shards(pool));
    let shards = shards.map(|shard| (shard.shard.lp_mint, shard));
    let shards: HashMap<Pubkey, ShardEntry<'_>> = shards.collect();
    let (mut tokens, mut lp) = (Vec::new(), Vec::new());
    for held in &balances.tokens {
        match shards.get(&held.mint) {
            Some(shard) if held.amount > 0 => lp.push(shares(shard, held)),
            Some(_) => {}
            None => tokens.push(holding(&owner, held)),
        }
    }
    lp.sort_by_key(|shares: &SharesView| (shares.pool, shares.shard_index));
    PortfolioView {
        owner: owner.into(),
        wallet: WalletView {
            lamports: balances.lamports.into(),
            tokens,
        },
        lp,
        lanes: LaneView::all(world, &owner),
        positions: PositionView::all(world, &owner, now),
        votes: VoteView::open(world, &owner, now),
    }
}

pub(super) fn holding(owner: &Pubkey, held: &TokenBalance) -> HoldingView {
    let associated = associated_token(owner, &held.mint, &held.token_program);
    HoldingView {
        mint: held.mint.into(),
        account: held.account.into(),
        amount: held.amount.into(),
        decimals: held.decimals,
        associated: held.account == associated,
    }
}

fn shares(entry: &ShardEntry<'_>, held: &TokenBalance) -> SharesView {
    let shard = entry.shard;
    // What would be paid out, rounded down as the program does.
    let worth = |reserve: u64| {
        let part = u128::from(reserve) * u128::from(held.amount) / u128::from(shard.shares.max(1));
        Amount(u64::try_from(part).unwrap_or(u64::MAX))
    };
    SharesView {
        pool: shard.pool.into(),
        shard: entry.address.into(),
        shard_index: shard.index,
        lp_mint: shard.lp_mint.into(),
        account: held.account.into(),
        shares: held.amount.into(),
        total_shares: shard.shares.into(),
        base: worth(shard.base_reserve),
        quote: worth(shard.quote_reserve),
    }
}
