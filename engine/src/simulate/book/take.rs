//! `take`: a lane trades with the lanes it names.

use sealane_core::book::{Expiry, Lots, MAX_LANES, NewOrder, OrderId, TakeOrder, Ticks};
use sealane_orderbook::{
    TakeParams, TimeInForce, errors::OrderbookError, events::Taken as TakenEvent, state::pause,
};

use super::{makers::Makers, market_of, place::rest, require_trader, self_trade_of, side_of};
use crate::simulate::{
    Event, compute,
    error::{Fault, require},
    frame::{Frame, Ledger, Sink},
};

const MARKET: usize = 0;
const LANE: usize = 1;
const AUTHORITY: usize = 2;
const MAKERS: usize = 3;

fn order_of(params: &TakeParams) -> Result<TakeOrder, Fault> {
    Ok(TakeOrder {
        side: side_of(params.side)?,
        limit: Ticks(params.limit),
        lots: Lots(params.lots),
        max_quote: params.max_quote,
        max_orders: params.max_orders,
        self_trade: self_trade_of(params.self_trade)?,
    })
}

/// Handler of `take`.
pub(crate) fn handle<L: Ledger, S: Sink>(
    frame: &mut Frame<'_, L, S>,
    params: &TakeParams,
) -> Result<(), Fault> {
    let header = *frame.lane(LANE)?.lane().header();
    let moment = frame.moment();
    require(
        moment.time <= params.deadline,
        OrderbookError::DeadlinePassed,
    )?;
    let order = order_of(params)?;
    require_trader(&header, frame.address(AUTHORITY))?;
    let market = market_of(frame, MARKET, &header.market)?;
    let bits = match params.time_in_force {
        TimeInForce::Rest { .. } => pause::TAKE | pause::PLACE,
        _ => pause::TAKE,
    };
    market.require_active(bits)?;
    let (fees, sizes) = (market.fees(), market.sizes());
    // The program then cannot find what lies behind it.
    require(
        frame.id(MARKET) != frame.id(AUTHORITY),
        OrderbookError::WrongAuthority,
    )?;
    require(
        frame.metas.len() - MAKERS <= MAX_LANES,
        OrderbookError::WrongLaneCount,
    )?;
    frame.charge(compute::TAKE);
    let makers = Makers::load(frame, MAKERS, None, &header.market)?;
    let (taken, orders) = makers.take(frame, (&fees, sizes), &order, &header.owner, moment)?;
    if matches!(params.time_in_force, TimeInForce::FillOrKill) {
        require(taken.is_whole(&order), OrderbookError::NotFilled)?;
    }
    let mut lane = frame.lane_mut(LANE)?.lane_mut();
    let owed = lane.header().referrer_fees;
    lane.settle_taker(&fees, order.side, &taken)?;
    // What was owed has only grown.
    let referrer_fee = lane.header().referrer_fees.wrapping_sub(owed);
    let rested = match params.time_in_force {
        TimeInForce::Rest {
            client_id,
            expires_slot: slot,
            expires_at: time,
        } if taken.left > Lots::ZERO && taken.may_rest() => {
            let left = NewOrder {
                side: order.side,
                price: order.limit,
                lots: taken.left,
                client_id,
                expiry: Expiry { slot, time },
            };
            frame.charge(compute::REST);
            rest(frame, &left, fees.maker)?
        }
        _ => OrderId(0),
    };
    frame.tell(|frame| {
        Event::Taken(TakenEvent {
            lane: *frame.address(LANE),
            lots: taken.lots.0,
            value: taken.value,
            fee: taken.fee,
            rebates: taken.rebates,
            referrer_fee,
            left: taken.left.0,
            rested_id: rested.0,
            side: params.side,
            ended: taken.ended as u8,
            orders,
            reserved: [0; 4],
        })
    });
    Ok(())
}
