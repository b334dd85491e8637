//! `cross`: lets two lanes trade whose prices have crossed.

use sealane_core::book::{self, Fill};
use sealane_orderbook::{errors::OrderbookError, events::Crossed, state::pause};

use super::{makers::take_out, market_of, require_trader};
use crate::simulate::{
    Event, compute,
    error::{Fault, require},
    frame::{Frame, Ledger, Sink},
    state::Slot,
};

const MARKET: usize = 0;
const LANE: usize = 1;
const AUTHORITY: usize = 2;
const BIDS: usize = 3;
const ASKS: usize = 4;

/// Handler of `cross`: lets at most `most` pairs of orders trade.
pub(crate) fn handle<L: Ledger, S: Sink>(
    frame: &mut Frame<'_, L, S>,
    most: u16,
) -> Result<(), Fault> {
    let header = frame.lane(LANE)?.lane().header();
    let (bids, asks) = (frame.lane(BIDS)?, frame.lane(ASKS)?);
    let moment = frame.moment();
    require_trader(header, frame.address(AUTHORITY))?;
    let stored = header.market;
    let market = market_of(frame, MARKET, &stored)?;
    market.require_active(pause::CROSS)?;
    let fees = market.fees();
    require(
        bids.lane().header().market == stored && asks.lane().header().market == stored,
        OrderbookError::WrongMarket,
    )?;
    let (mut bids, mut asks) = (take_out(frame, BIDS)?, take_out(frame, ASKS)?);
    let addresses = [frame.address(BIDS), frame.address(ASKS)];
    let mut orders = 0u16;
    let sink = &mut *frame.sink;
    let crossed = book::cross(
        &fees,
        &mut bids.lane_mut(),
        &mut asks.lane_mut(),
        moment,
        most,
        |fill: Fill| {
            orders = orders.wrapping_add(1);
            sink.fill(addresses[usize::from(fill.lane & 1)], &fill);
        },
    )?;
    frame.charge(compute::cross(orders));
    frame.meter.fills = frame.meter.fills.wrapping_add(orders);
    *frame.slot_mut(BIDS) = Slot::Lane(bids);
    *frame.slot_mut(ASKS) = Slot::Lane(asks);
    let mut lane = frame.lane_mut(LANE)?.lane_mut();
    lane.header_mut().credit_quote(crossed.reward)?;
    frame.tell(|frame| {
        Event::Crossed(Crossed {
            market: *frame.address(MARKET),
            lane: *frame.address(LANE),
            lots: crossed.lots.0,
            value: crossed.value,
            fee: crossed.fee,
            rebates: crossed.rebates,
            reward: crossed.reward,
            orders,
            reserved: [0; 6],
        })
    });
    Ok(())
}
