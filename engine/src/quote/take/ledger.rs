//! A lane takes: paid from, and to, its own balances.

use sealane_core::book::{
    BookSide, Expiry, Key, Lots, NewOrder, OrderId, SelfTrade, TakeOrder, Ticks,
};
use sealane_orderbook::{TimeInForce, errors::OrderbookError, state::pause};
use solana_pubkey::Pubkey;

use super::{Named, TakeOutcome, Terms};
use crate::{
    book::{LaneSnapshot, TakeLimits},
    markets::{MarketError, Markets},
};

/// What a lane wants to take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TakeRequest {
    /// The taker's lane.
    pub lane: Pubkey,
    /// A bid buys base, an ask sells it.
    pub side: BookSide,
    /// The worst price.
    pub limit: Ticks,
    /// At most so much.
    pub lots: Lots,
    /// At most so much quote: paid, the fee included, or sold for, before it.
    pub max_quote: Option<u64>,
    /// About orders of the same owner. Lanes chosen here have none.
    pub self_trade: SelfTrade,
    /// What becomes of lots that find no counterparty.
    pub time_in_force: TimeInForce,
}

impl TakeRequest {
    /// Takes up to so many lots at a limit or better, at once; the rest is dropped.
    #[must_use]
    pub fn new(lane: Pubkey, side: BookSide, limit: Ticks, lots: Lots) -> Self {
        Self {
            lane,
            side,
            limit,
            lots,
            max_quote: None,
            self_trade: SelfTrade::Decrement,
            time_in_force: TimeInForce::ImmediateOrCancel,
        }
    }
}

/// What a take by a lane comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakeQuote {
    /// The market.
    pub market: Pubkey,
    /// What was asked for.
    pub request: TakeRequest,
    /// What comes out.
    pub outcome: TakeOutcome,
    /// The referrer's part of the fee.
    pub referrer_fee: u64,
    /// The order in which lots left over rest, and how many.
    pub rested: Option<(OrderId, Lots)>,
    /// The lane's free base afterwards.
    pub base_free: u64,
    /// The lane's free quote afterwards.
    pub quote_free: u64,
}

/// Quotes a take with the lanes that serve it best.
///
/// # Errors
/// [`MarketError`]: the cache lacks an account, no lane has an order within the limit, or the
/// program would refuse.
#[tracing::instrument(level = "debug", skip_all, fields(lane = %request.lane, lots = request.lots.0))]
pub fn quote_take(
    markets: &Markets,
    request: &TakeRequest,
    limits: &TakeLimits,
) -> Result<TakeQuote, MarketError> {
    let taker = markets.known_lane(&request.lane)?.lane;
    quote_take_by(markets, taker, request, limits)
}

/// As [`quote_take`], by a lane in a state that is not on chain yet: one that the same transaction
/// opens or funds first.
///
/// # Errors
/// As [`quote_take`].
pub fn quote_take_by(
    markets: &Markets,
    taker: &LaneSnapshot,
    request: &TakeRequest,
    limits: &TakeLimits,
) -> Result<TakeQuote, MarketError> {
    let terms = terms(markets, taker, request)?;
    let mut order = order(request);
    let chosen = terms.choose(&order, None, limits)?;
    order.max_orders = chosen.max_orders;
    let mut quote = settled(&terms, taker, request, &order, (&chosen).into(), limits)?;
    quote.outcome.is_proven_best = Some(chosen.is_proven);
    Ok(quote)
}

/// Quotes a take from these lanes, named in this order.
///
/// # Errors
/// As [`quote_take`].
pub fn quote_take_from(
    markets: &Markets,
    request: &TakeRequest,
    lanes: &[Pubkey],
) -> Result<TakeQuote, MarketError> {
    let taker = markets.known_lane(&request.lane)?.lane;
    let terms = terms(markets, taker, request)?;
    if lanes.contains(&request.lane) {
        return Err(OrderbookError::DuplicateLane.into());
    }
    settled(
        &terms,
        taker,
        request,
        &order(request),
        Named::as_they_are(lanes),
        &TakeLimits::default(),
    )
}

fn terms<'a>(
    markets: &'a Markets,
    taker: &LaneSnapshot,
    request: &TakeRequest,
) -> Result<Terms<'a>, MarketError> {
    let actions = match request.time_in_force {
        TimeInForce::Rest { .. } => pause::TAKE | pause::PLACE,
        TimeInForce::ImmediateOrCancel | TimeInForce::FillOrKill => pause::TAKE,
    };
    Terms::new(markets, &taker.market(), &taker.owner(), actions)
}

fn order(request: &TakeRequest) -> TakeOrder {
    TakeOrder {
        side: request.side,
        limit: request.limit,
        lots: request.lots,
        max_quote: request.max_quote.unwrap_or(u64::MAX),
        max_orders: u16::MAX,
        self_trade: request.self_trade,
    }
}

/// What the program's handler does, on copies.
fn settled(
    terms: &Terms<'_>,
    taker: &LaneSnapshot,
    request: &TakeRequest,
    order: &TakeOrder,
    named: Named<'_>,
    limits: &TakeLimits,
) -> Result<TakeQuote, MarketError> {
    let outcome = terms.outcome(order, named, limits)?;
    let taken = outcome.taken();
    if request.time_in_force == TimeInForce::FillOrKill && !taken.is_whole(order) {
        return Err(OrderbookError::NotFilled.into());
    }
    let mut copy = taker.clone();
    let mut lane = copy.lane_mut();
    let owed = lane.header().referrer_fees;
    lane.settle_taker(&terms.fees, order.side, &taken)?;
    let referrer_fee = match lane.header().referrer {
        Key::NONE => 0,
        _ => lane.header().referrer_fees - owed,
    };
    let mut rested = None;
    if let TimeInForce::Rest {
        client_id,
        expires_slot,
        expires_at,
    } = request.time_in_force
        && taken.left > Lots::ZERO
        && taken.may_rest()
    {
        let resting = NewOrder {
            side: order.side,
            price: order.limit,
            lots: taken.left,
            client_id,
            expiry: Expiry {
                slot: expires_slot,
                time: expires_at,
            },
        };
        let id = lane.place(&resting, terms.fees.maker, terms.moment.slot)?;
        rested = Some((id, taken.left));
    }
    let header = copy.header();
    Ok(TakeQuote {
        market: terms.market,
        request: *request,
        outcome,
        referrer_fee,
        rested,
        base_free: header.base_free,
        quote_free: header.quote_free,
    })
}
