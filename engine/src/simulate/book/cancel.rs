//! `cancel`, `cancel_client`, `cancel_up_to`, `cancel_all`, `reduce`, `reap`, `set_delegate`: what
//! needs a lane and nothing else.

use sealane_core::book::{BookSide, Key, LaneMut, Lots, OrderId, Ticks};
use sealane_orderbook::{cancel::BOTH_SIDES, errors::OrderbookError};

use super::{require_owner, require_trader, side_of};
use crate::simulate::{
    compute,
    error::{Fault, require},
    frame::{Frame, Ledger, Sink},
};

/// Which orders to take back.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Which {
    One(u64),
    Client(u64),
    UpTo { side: u8, limit: u32, most: u16 },
    All { side: u8 },
    Part { id: u64, lots: u64 },
}

const LANE: usize = 0;
const AUTHORITY: usize = 1;

/// The lane, after checking who signs.
#[inline(always)]
fn lane<'a, L: Ledger, S: Sink>(frame: &'a mut Frame<'_, L, S>) -> Result<LaneMut<'a>, Fault> {
    require_trader(frame.lane(LANE)?.lane().header(), frame.address(AUTHORITY))?;
    Ok(frame.lane_mut(LANE)?.lane_mut())
}

/// Handler of everything that takes orders back.
pub(crate) fn cancel<L: Ledger, S: Sink>(
    frame: &mut Frame<'_, L, S>,
    which: Which,
) -> Result<(), Fault> {
    frame.lane(LANE)?;
    match which {
        Which::One(id) => {
            frame.charge(compute::CANCEL);
            lane(frame)?.cancel(OrderId(id))?;
        }
        Which::Part { id, lots } => {
            frame.charge(compute::REDUCE);
            lane(frame)?.reduce(OrderId(id), Lots(lots))?;
        }
        Which::Client(client_id) => {
            let removed = lane(frame)?.cancel_client(client_id)?;
            frame.charge(compute::cancel_client(removed.orders));
        }
        Which::UpTo { side, limit, most } => {
            let side = side_of(side)?;
            let removed = lane(frame)?.cancel_up_to(side, Ticks(limit), most)?;
            frame.charge(compute::cancel_up_to(removed.orders));
        }
        Which::All { side } => {
            require(side <= BOTH_SIDES, OrderbookError::InvalidChoice)?;
            let mut lane = lane(frame)?;
            let mut orders = 0u16;
            for each in [BookSide::Bid, BookSide::Ask] {
                if side == BOTH_SIDES || side == each as u8 {
                    orders = orders.wrapping_add(lane.cancel_side(each)?.orders);
                }
            }
            frame.charge(compute::cancel_all(orders));
        }
    }
    Ok(())
}

/// Handler of `reap`.
pub(crate) fn reap<L: Ledger, S: Sink>(frame: &mut Frame<'_, L, S>) -> Result<(), Fault> {
    let moment = frame.moment();
    let header = frame.lane(LANE)?.lane().header();
    let resting = header.bid_count.wrapping_add(header.ask_count);
    frame.charge(compute::reap(resting));
    let mut lane = frame.lane_mut(LANE)?.lane_mut();
    lane.reap(BookSide::Bid, moment)?;
    lane.reap(BookSide::Ask, moment)?;
    Ok(())
}

/// Handler of `set_delegate`. All zero: nobody.
pub(crate) fn set_delegate<L: Ledger, S: Sink>(
    frame: &mut Frame<'_, L, S>,
    delegate: [u8; 32],
) -> Result<(), Fault> {
    const OWNER: usize = 0;
    const LANE: usize = 1;
    let header = frame.lane(LANE)?.lane().header();
    require_owner(header, frame.address(OWNER))?;
    frame.charge(compute::SET_DELEGATE);
    let mut lane = frame.lane_mut(LANE)?.lane_mut();
    lane.header_mut().delegate = Key::new(delegate);
    Ok(())
}
