//! What streams tell: states, and what takes one to the next.

use std::collections::{BTreeMap, VecDeque};

use axum::http::StatusCode;
use sealane_sdk::{engine::world::World, realms::realm_view};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::{
    changes::{LastRecords, RawAccount},
    kind::Kind,
    message::Channel,
};
use crate::{
    error::ApiError,
    http::{farms_of, portfolio_of, require_venue, route_of},
    state::App,
    store::Interval,
    view::{
        Address, BookView, CandleView, FarmView, ProposalView, QuoteView, TradeView, side_diff,
    },
};

/// Trades that a snapshot has.
const TRADES: u32 = 100;
/// Candles that a snapshot has.
const CANDLES: u32 = 500;
/// The deepest book that is followed.
const MAX_DEPTH: u16 = 200;
/// Venues whose accounts one subscription can name.
const MAX_VENUES: usize = 64;

/// A stream's state.
#[derive(Debug)]
pub(super) enum Content {
    Book(BookView),
    /// Latest first.
    Trades(VecDeque<TradeView>),
    /// By start.
    Candles(BTreeMap<i64, CandleView>),
    /// Told as a whole.
    Quote(Value),
    /// Field by field.
    Account(Map<String, Value>),
    /// Kept elsewhere: they are the same for all.
    Accounts,
    /// Likewise.
    Positions,
    Farms(BTreeMap<Address, FarmView>),
    Proposals(BTreeMap<Address, ProposalView>),
}

/// JSON of what is made of views, which cannot fail.
fn written(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

impl Content {
    /// The state of a channel that nobody has followed yet.
    pub(super) async fn load(channel: &Channel, app: &App) -> Result<Self, ApiError> {
        let world = app.world()?;
        match channel {
            Channel::Book {
                market,
                depth,
                group,
            } => {
                if !(1..=MAX_DEPTH).contains(depth) || *group == 0 {
                    return Err(ApiError::bad_request(
                        format!("a depth of {depth} in groups of {group} ticks cannot be followed"),
                        format!("use 1 to {MAX_DEPTH} levels of at least 1 tick"),
                    ));
                }
                book(&world, *market, *depth, *group).map(Self::Book)
            }
            Channel::Trades { venue } => {
                require_venue(&world, &venue.0)?;
                let trades = app.store()?.trades(&venue.0, None, TRADES).await;
                let trades = trades.map_err(|error| ApiError::internal(&error))?;
                Ok(Self::Trades(trades.iter().map(TradeView::from).collect()))
            }
            Channel::Candles { venue, interval } => {
                require_venue(&world, &venue.0)?;
                let interval: Interval = interval.parse().map_err(|hint: String| {
                    ApiError::bad_request(format!("{interval:?} is no interval"), hint)
                })?;
                let any_time = (i64::MIN, i64::MAX);
                let store = app.store()?;
                let candles = store.candles(&venue.0, interval, any_time, CANDLES).await;
                let candles = candles.map_err(|error| ApiError::internal(&error))?;
                let by_start = candles.iter().map(|one| (one.start, CandleView::from(one)));
                Ok(Self::Candles(by_start.collect()))
            }
            Channel::Quotes(_) => {
                let quote = quote(&world, channel);
                quote
                    .unwrap_or_else(|| Err(ApiError::internal(&"no quote")))
                    .map(Self::Quote)
            }
            Channel::Account { owner } => account(app, owner).await.map(Self::Account),
            Channel::Accounts { venues } => {
                if venues.len() > MAX_VENUES {
                    return Err(ApiError::bad_request(
                        format!("{} venues are too many for one subscription", venues.len()),
                        format!("name at most {MAX_VENUES}, or none to follow all"),
                    ));
                }
                for venue in venues {
                    let realms = world.realms();
                    let is_known = world.farms().farm(&venue.0).is_some()
                        || realms.realm(&venue.0).is_some()
                        || realms.proposal(&venue.0).is_some();
                    if !is_known {
                        require_venue(&world, &venue.0)?;
                    }
                }
                Ok(Self::Accounts)
            }
            Channel::Positions { .. } => Ok(Self::Positions),
            Channel::Farms {} => {
                let farms = farms_of(app, &world).into_iter();
                Ok(Self::Farms(farms.map(|farm| (farm.farm, farm)).collect()))
            }
            Channel::Proposals { realm } => {
                realm_view(world.realms(), &realm.0)?;
                let proposals = proposals(app, &world, realm).into_iter();
                let by_address = proposals.map(|proposal| (proposal.proposal, proposal));
                Ok(Self::Proposals(by_address.collect()))
            }
        }
    }

    /// The whole state, as JSON.
    pub(super) fn snapshot(&self) -> String {
        match self {
            Self::Book(book) => written(book),
            Self::Trades(trades) => written(&json!({ "trades": trades })),
            Self::Candles(candles) => {
                let candles: Vec<&CandleView> = candles.values().collect();
                written(&json!({ "candles": candles }))
            }
            Self::Quote(quote) => written(quote),
            Self::Account(fields) => written(fields),
            Self::Farms(farms) => {
                let farms: Vec<&FarmView> = farms.values().collect();
                written(&json!({ "farms": farms }))
            }
            Self::Proposals(proposals) => {
                let proposals: Vec<&ProposalView> = proposals.values().collect();
                written(&json!({ "proposals": proposals }))
            }
            Self::Accounts | Self::Positions => String::new(),
        }
    }

    /// Takes in a book as it is now; what has changed.
    pub(super) fn put_book(&mut self, now: BookView) -> Option<String> {
        let Self::Book(book) = self else { return None };
        let bids = side_diff(&book.bids, &now.bids);
        let asks = side_diff(&book.asks, &now.asks);
        let is_changed = !bids.is_empty() || !asks.is_empty();
        let (market, slot) = (now.market, now.slot);
        *book = now;
        let diff = BookView {
            market,
            slot,
            bids,
            asks,
        };
        is_changed.then(|| written(&diff))
    }

    /// Takes in trades, oldest first; those that are new, latest first.
    pub(super) fn put_trades(&mut self, trades: Vec<TradeView>) -> Option<String> {
        let Self::Trades(kept) = self else {
            return None;
        };
        let last = kept.front().map_or(0, |trade| trade.id);
        let new: Vec<TradeView> = trades.into_iter().filter(|one| one.id > last).collect();
        for trade in &new {
            kept.push_front(trade.clone());
        }
        kept.truncate(TRADES as usize);
        let latest_first: Vec<&TradeView> = new.iter().rev().collect();
        (!new.is_empty()).then(|| written(&json!({ "trades": latest_first })))
    }

    /// Takes in candles; those that are new or changed.
    pub(super) fn put_candles(&mut self, candles: Vec<CandleView>) -> Option<String> {
        let Self::Candles(kept) = self else {
            return None;
        };
        let mut changed = Vec::new();
        for candle in candles {
            if kept.get(&candle.time) != Some(&candle) {
                kept.insert(candle.time, candle.clone());
                changed.push(candle);
            }
        }
        while kept.len() > CANDLES as usize {
            kept.pop_first();
        }
        (!changed.is_empty()).then(|| written(&json!({ "candles": changed })))
    }

    /// Takes in all farms; those that are new or changed. None is ever gone.
    pub(super) fn put_farms(&mut self, farms: Vec<FarmView>) -> Option<String> {
        let Self::Farms(kept) = self else {
            return None;
        };
        let mut changed = Vec::new();
        for farm in farms {
            if kept.get(&farm.farm) != Some(&farm) {
                kept.insert(farm.farm, farm.clone());
                changed.push(farm);
            }
        }
        (!changed.is_empty()).then(|| written(&json!({ "farms": changed })))
    }

    /// Takes in all proposals of a realm; those that are new or changed. None is ever gone.
    pub(super) fn put_proposals(&mut self, proposals: Vec<ProposalView>) -> Option<String> {
        let Self::Proposals(kept) = self else {
            return None;
        };
        let mut changed = Vec::new();
        for proposal in proposals {
            let known = kept.get(&proposal.proposal);
            if !known.is_some_and(|known| known.is_like(&proposal)) {
                kept.insert(proposal.proposal, proposal.clone());
                changed.push(proposal);
            }
        }
        (!changed.is_empty()).then(|| written(&json!({ "proposals": changed })))
    }

    /// Takes in a quote; all of it if it has changed.
    pub(super) fn put_quote(&mut self, now: Value) -> Option<String> {
        let Self::Quote(quote) = self else {
            return None;
        };
        (*quote != now).then(|| {
            *quote = now;
            written(quote)
        })
    }

    /// Takes in what an address has; the fields that changed.
    pub(super) fn put_account(&mut self, now: Map<String, Value>) -> Option<String> {
        let Self::Account(fields) = self else {
            return None;
        };
        let changed: Map<String, Value> = now
            .iter()
            .filter(|(name, value)| fields.get(*name) != Some(value))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        *fields = now;
        (!changed.is_empty()).then(|| written(&changed))
    }
}

/// A realm's proposals as they are now.
pub(super) fn proposals(app: &App, world: &World, realm: &Address) -> Vec<ProposalView> {
    ProposalView::all(world, Some(&realm.0), app.now(world))
}

/// A book as it is now.
pub(super) fn book(
    world: &World,
    market: Address,
    depth: u16,
    group: u32,
) -> Result<BookView, ApiError> {
    let book = world.markets().book(&market.0)?;
    let units = world.markets().units(&market.0)?;
    let slot = world.clock().map_or(0, |clock| clock.slot);
    Ok(BookView::of(
        market,
        slot,
        &book,
        &units,
        depth.into(),
        group,
    ))
}

/// A quote as it is now; that there is none now is an answer too. `None` if the channel is another.
pub(super) fn quote(world: &World, channel: &Channel) -> Option<Result<Value, ApiError>> {
    let Channel::Quotes(query) = channel else {
        return None;
    };
    Some(match route_of(world, query) {
        Ok(route) => Ok(json!({ "quote": QuoteView::from(&route) })),
        Err(error) if error.status == StatusCode::UNPROCESSABLE_ENTITY => Ok(json!({
            "error": { "code": error.code, "message": error.message, "hint": error.hint }
        })),
        Err(error) => Err(error),
    })
}

/// What an address has now.
pub(super) async fn account(app: &App, owner: &Address) -> Result<Map<String, Value>, ApiError> {
    let portfolio = portfolio_of(app, owner.0).await?;
    match serde_json::to_value(portfolio) {
        Ok(Value::Object(fields)) => Ok(fields),
        _ => Err(ApiError::internal(&"a portfolio is no object")),
    }
}

/// Records of so many epochs of a farm are told to all; older ones to those who need them.
const RECENT_EPOCHS: u32 = 64;

/// Whether an account concerns a channel.
pub(super) fn concerns(channel: &Channel, account: &RawAccount, last: &LastRecords) -> bool {
    match channel {
        Channel::Accounts { venues } => {
            let named = |venue| venues.is_empty() || venues.contains(&Address(venue));
            let is_told = match &account.kind {
                Kind::Shared | Kind::Venue(_) => true,
                Kind::Record { farm, epoch } => {
                    let last = last.get(farm).copied().unwrap_or_default();
                    account.is_closed || last - (*epoch).min(last) < RECENT_EPOCHS
                }
                Kind::Position { .. } | Kind::Vote { .. } => false,
            };
            is_told && account.kind.venue().is_none_or(named)
        }
        Channel::Positions { owner } => account.kind.is_of(&owner.0),
        _ => false,
    }
}

/// Accounts as they are told.
pub(super) fn listed<'a>(accounts: impl Iterator<Item = &'a str>) -> String {
    let accounts: Vec<&str> = accounts.collect();
    format!(r#"{{"accounts":[{}]}}"#, accounts.join(","))
}
