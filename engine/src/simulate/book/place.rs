//! `place`, `place_many`, `replace_all`: orders that rest.

use sealane_core::book::{
    BookSide, Expiry, Key, Lots, MAX_LANES, NewOrder, OrderId, PostOnly, Requote, Ticks,
    best_live_price, requote::flag,
};
use sealane_orderbook::{PlaceParams, errors::OrderbookError, place::MAX_PLACED, state::pause};

use super::{market_of, require_trader, side_of};
use crate::simulate::{
    compute,
    error::{Fault, require},
    frame::{Frame, Ledger, Sink},
};

const MARKET: usize = 0;
const LANE: usize = 1;
const AUTHORITY: usize = 2;
const SHOWN: usize = 3;

fn order_of(params: &PlaceParams) -> Result<NewOrder, Fault> {
    Ok(NewOrder {
        side: side_of(params.side)?,
        price: Ticks(params.price),
        lots: Lots(params.lots),
        client_id: params.client_id,
        expiry: Expiry {
            slot: params.expires_slot,
            time: params.expires_at,
        },
    })
}

fn post_only_of(params: &PlaceParams) -> Result<PostOnly, Fault> {
    PostOnly::from_u8(params.post_only).ok_or(OrderbookError::InvalidChoice.into())
}

/// The best live prices of the lanes shown: of their bids, of their asks.
struct Shown {
    bid: Option<Ticks>,
    ask: Option<Ticks>,
}

impl Shown {
    /// Looks at the lanes shown.
    fn load<L: Ledger, S: Sink>(frame: &mut Frame<'_, L, S>) -> Result<Self, Fault> {
        let market: Key = frame.lane(LANE)?.lane().header().market;
        let moment = frame.moment();
        // The program then cannot find what lies behind it.
        require(
            frame.id(MARKET) != frame.id(AUTHORITY),
            OrderbookError::WrongAuthority,
        )?;
        let count = frame.metas.len() - SHOWN;
        require(count <= MAX_LANES, OrderbookError::WrongLaneCount)?;
        frame.charge(compute::shown(count));
        let mut shown = Self {
            bid: None,
            ask: None,
        };
        for at in SHOWN..frame.metas.len() {
            require(!frame.metas[at].is_repeated, OrderbookError::DuplicateLane)?;
            let lane = frame.lane(at)?.lane();
            require(lane.header().market == market, OrderbookError::WrongMarket)?;
            shown.bid = shown
                .bid
                .max(best_live_price([lane], BookSide::Bid, moment));
            let ask = best_live_price([lane], BookSide::Ask, moment);
            shown.ask = match (shown.ask, ask) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            };
        }
        Ok(shown)
    }

    /// The best price that an order of `side` could trade at.
    fn opposite_of(&self, side: BookSide) -> Option<Ticks> {
        match side {
            BookSide::Bid => self.ask,
            BookSide::Ask => self.bid,
        }
    }
}

/// Checks who signs, which market and that nothing is paused; the maker's fee for new orders.
#[inline(always)]
fn verify<L: Ledger, S: Sink>(frame: &Frame<'_, L, S>) -> Result<i32, Fault> {
    let header = frame.lane(LANE)?.lane().header();
    require_trader(header, frame.address(AUTHORITY))?;
    let market = market_of(frame, MARKET, &header.market)?;
    market.require_active(pause::PLACE)?;
    Ok(market.maker_fee_pips)
}

/// Rests an order.
pub(super) fn rest<L: Ledger, S: Sink>(
    frame: &mut Frame<'_, L, S>,
    order: &NewOrder,
    maker_rate: i32,
) -> Result<OrderId, Fault> {
    let slot = frame.clock.slot;
    let mut lane = frame.lane_mut(LANE)?.lane_mut();
    Ok(lane.place(order, maker_rate, slot)?)
}

/// Handler of `place`.
#[inline]
pub(crate) fn place<L: Ledger, S: Sink>(
    frame: &mut Frame<'_, L, S>,
    params: &PlaceParams,
) -> Result<(), Fault> {
    frame.lane(LANE)?;
    frame.charge(compute::PLACE);
    let mut order = order_of(params)?;
    let post_only = post_only_of(params)?;
    if post_only != PostOnly::Off {
        let shown = Shown::load(frame)?;
        order.price = post_only.price(order.side, order.price, shown.opposite_of(order.side))?;
    }
    let maker_rate = verify(frame)?;
    rest(frame, &order, maker_rate)?;
    Ok(())
}

/// Handler of `place_many`: all of them or none.
pub(crate) fn place_many<L: Ledger, S: Sink>(
    frame: &mut Frame<'_, L, S>,
    orders: &[PlaceParams],
) -> Result<(), Fault> {
    frame.lane(LANE)?;
    frame.charge(compute::place_many(orders.len()));
    require(
        (1..=MAX_PLACED).contains(&orders.len()),
        OrderbookError::WrongOrderCount,
    )?;
    let maker_rate = verify(frame)?;
    let mut shown = None;
    for params in orders {
        let mut order = order_of(params)?;
        let post_only = post_only_of(params)?;
        if post_only != PostOnly::Off {
            let shown = match &shown {
                Some(shown) => shown,
                None => shown.insert(Shown::load(frame)?),
            };
            let opposite = shown.opposite_of(order.side);
            order.price = post_only.price(order.side, order.price, opposite)?;
        }
        rest(frame, &order, maker_rate)?;
    }
    Ok(())
}

/// Handler of `replace_all`.
pub(crate) fn replace_all<L: Ledger, S: Sink>(
    frame: &mut Frame<'_, L, S>,
    levels: &[u8],
) -> Result<(), Fault> {
    frame.lane(LANE)?;
    let message = Requote::try_from_bytes(levels)?;
    let head = message.head();
    frame.charge(compute::replace_all(
        usize::from(head.bids) + usize::from(head.asks),
    ));
    if head.flags & flag::POST_ONLY != 0 {
        let shown = Shown::load(frame)?;
        for side in [BookSide::Bid, BookSide::Ask] {
            if let Some(best) = message.best_price(side)? {
                PostOnly::Reject.price(side, best, shown.opposite_of(side))?;
            }
        }
    }
    let maker_rate = verify(frame)?;
    let slot = frame.clock.slot;
    let mut lane = frame.lane_mut(LANE)?.lane_mut();
    Ok(lane.requote(&message, maker_rate, slot)?)
}
