//! The maker lanes that a trade names, behind its declared accounts.

use arrayvec::ArrayVec;
use sealane_core::book::{
    self, Fees, Fill, Key, LaneMut, MAX_LANES, Moment, Sizes, TakeOrder, Taken,
};
use sealane_orderbook::errors::OrderbookError;

use crate::simulate::{
    compute,
    error::{Fault, Refusal, require},
    frame::{Frame, Ledger, Sink},
    state::{LaneAccount, Slot},
};

/// Maker lanes, checked, and taken out of their slots for as long as they trade. Those of a trade
/// that fails are put back by the ledger.
pub(super) struct Makers {
    first: usize,
    lanes: ArrayVec<LaneAccount, MAX_LANES>,
}

impl Makers {
    /// The lanes from one of the instruction's accounts on: each of this market, writable, and
    /// named once. `trailing` is the first account behind the declared ones.
    ///
    /// Any repetition is a lane named twice to `take`; to `swap_take`, behind whether it may be
    /// written, one of a trailing account.
    pub(super) fn load<L: Ledger, S: Sink>(
        frame: &mut Frame<'_, L, S>,
        first: usize,
        trailing: Option<usize>,
        market: &Key,
    ) -> Result<Self, Fault> {
        let mut makers = Self {
            first,
            lanes: ArrayVec::new(),
        };
        for at in first..frame.metas.len() {
            require(!makers.lanes.is_full(), OrderbookError::WrongLaneCount)?;
            let meta = frame.metas[at];
            if trailing.is_none() {
                require(!meta.is_repeated, OrderbookError::DuplicateLane)?;
            }
            require(meta.is_writable, Refusal::NOT_WRITABLE)?;
            if let (Some(trailing), true) = (trailing, meta.is_repeated) {
                let before = &frame.metas[trailing..at];
                let is_lane = before.iter().any(|known| known.account == meta.account);
                require(!is_lane, OrderbookError::DuplicateLane)?;
            }
            let lane = frame.lane(at)?;
            require(
                lane.lane().header().market == *market,
                OrderbookError::WrongMarket,
            )?;
            makers.lanes.push(take_out(frame, at)?);
        }
        Ok(makers)
    }

    /// Lets a taker trade with the lanes, and puts them back.
    #[inline]
    pub(super) fn take<L: Ledger, S: Sink>(
        mut self,
        frame: &mut Frame<'_, L, S>,
        (fees, sizes): (&Fees, Sizes),
        order: &TakeOrder,
        taker: &Key,
        moment: Moment,
    ) -> Result<(Taken, u16), Fault> {
        require(!self.lanes.is_empty(), OrderbookError::WrongLaneCount)?;
        let mut orders = 0u16;
        let first = self.first;
        let mut lanes: ArrayVec<LaneMut<'_>, MAX_LANES> =
            self.lanes.iter_mut().map(LaneAccount::lane_mut).collect();
        let taken = {
            let (metas, addresses, sink) = (frame.metas, frame.addresses, &mut *frame.sink);
            book::take(
                fees,
                sizes,
                order,
                taker,
                moment,
                &mut lanes,
                |fill: Fill| {
                    orders = orders.wrapping_add(1);
                    let account = metas[first + usize::from(fill.lane)].account;
                    sink.fill(&addresses[account.index()], &fill);
                },
            )?
        };
        frame.charge(compute::makers(lanes.len(), orders));
        frame.meter.fills = frame.meter.fills.wrapping_add(orders);
        drop(lanes);
        for (at, lane) in (first..).zip(self.lanes) {
            *frame.slot_mut(at) = Slot::Lane(lane);
        }
        Ok((taken, orders))
    }
}

/// Takes a lane out of its slot, to be put back.
pub(super) fn take_out<L: Ledger, S: Sink>(
    frame: &mut Frame<'_, L, S>,
    at: usize,
) -> Result<LaneAccount, Fault> {
    match std::mem::take(frame.slot_mut(at)) {
        Slot::Lane(lane) => Ok(lane),
        _ => Err(OrderbookError::MalformedLane.into()),
    }
}
