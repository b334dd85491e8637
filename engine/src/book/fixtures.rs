//! Lanes for tests.

use sealane_core::book::{BookSide, Expiry, Lots, Moment, NewOrder, Sizes, Ticks};
use solana_pubkey::Pubkey;

use super::lane::LaneSnapshot;

/// Lots of 1,000 base units, ticks of 10.
pub const SIZES: Sizes = Sizes {
    base_lot: 1_000,
    tick: 10,
};

/// When.
pub const NOW: Moment = Moment {
    slot: 1_000,
    time: 1_700_000_000,
};

const CAPACITY: u16 = 16;

/// A bid that never expires.
pub fn bid(price: u32, lots: u64) -> NewOrder {
    order(BookSide::Bid, price, lots)
}

/// An ask that never expires.
pub fn ask(price: u32, lots: u64) -> NewOrder {
    order(BookSide::Ask, price, lots)
}

/// An order that never expires.
pub fn order(side: BookSide, price: u32, lots: u64) -> NewOrder {
    NewOrder {
        side,
        price: Ticks(price),
        lots: Lots(lots),
        client_id: 0,
        expiry: Expiry::NEVER,
    }
}

/// A lane of no market with much of both tokens and these orders, placed in slot 1.
pub fn lane(owner: &Pubkey, orders: &[NewOrder]) -> LaneSnapshot {
    let placed: Vec<_> = orders.iter().map(|order| (1, *order)).collect();
    lane_of(&Pubkey::default(), owner, 0, &placed)
}

/// A lane with these orders, each placed in its slot without a maker fee.
pub fn lane_of(
    market: &Pubkey,
    owner: &Pubkey,
    maker_rate: i32,
    orders: &[(u64, NewOrder)],
) -> LaneSnapshot {
    let mut snapshot = LaneSnapshot::opened(market, owner, SIZES, CAPACITY, None);
    let mut lane = snapshot.lane_mut();
    let header = lane.header_mut();
    (header.base_free, header.quote_free) = (1 << 50, 1 << 50);
    for (slot, order) in orders {
        lane.place(order, maker_rate, *slot).unwrap();
    }
    snapshot
}
