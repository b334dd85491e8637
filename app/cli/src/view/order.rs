//! One resting order.

use rust_decimal::Decimal;
use sealane_sdk::{
    book::LaneSnapshot,
    engine_core::book::{BookSide, Lots, Moment, Order, Ticks},
};
use serde::Serialize;
use solana_pubkey::Pubkey;

use super::text;
use crate::{
    duration,
    output::Grid,
    venue::{Venue, verb},
};

/// A resting order. Amounts are base units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct OrderView {
    #[serde(serialize_with = "text")]
    pub(crate) lane: Pubkey,
    pub(crate) lane_index: u16,
    /// Text, because not every reader of JSON keeps 64 bits.
    #[serde(serialize_with = "text")]
    pub(crate) id: u64,
    pub(crate) side: &'static str,
    #[serde(serialize_with = "text")]
    pub(crate) price: Decimal,
    pub(crate) price_ticks: u32,
    pub(crate) size: u64,
    /// In quote, without fees.
    pub(crate) value: u64,
    pub(crate) client_id: u64,
    /// The last slot in which it can trade.
    pub(crate) expires_slot: Option<u64>,
    /// The last Unix second in which it can.
    pub(crate) expires_at: Option<u32>,
    /// Expired, and not yet removed.
    pub(crate) expired: bool,
    #[serde(skip)]
    pub(crate) lots: u64,
    #[serde(skip)]
    cells: [String; 6],
}

impl OrderView {
    /// All orders of a lane, asks first, each side from the highest price down: as a book is read.
    pub(crate) fn all(
        venue: &Venue,
        address: &Pubkey,
        lane: &LaneSnapshot,
        moment: Moment,
    ) -> Vec<Self> {
        let view = |order: &Order| Self::of(venue, address, lane, order, moment);
        // A lane keeps its worst order first: the highest ask, and the lowest bid.
        let asks = lane.orders(BookSide::Ask).iter().map(view);
        let bids = lane.orders(BookSide::Bid).iter().rev().map(view);
        asks.chain(bids).collect()
    }

    /// What it does, in words.
    pub(crate) fn sentence(&self, venue: &Venue) -> String {
        let (size, price) = (
            venue.size(Lots(self.lots)),
            venue.price(Ticks(self.price_ticks)),
        );
        format!("{} {size} at {price}", self.side)
    }

    fn of(
        venue: &Venue,
        address: &Pubkey,
        lane: &LaneSnapshot,
        order: &Order,
        moment: Moment,
    ) -> Self {
        let value = venue.scale.sizes.value(order.price, order.lots);
        let value = value.map_or(u64::MAX, |value| value.get());
        let expired = order.is_expired(moment);
        let side = verb(order.id.side());
        Self {
            lane: *address,
            lane_index: lane.header().index,
            id: order.id.0,
            side,
            price: venue.scale.price(order.price),
            price_ticks: order.price.0,
            size: venue.base_of(order.lots),
            value,
            client_id: order.client_id,
            expires_slot: (order.expires_slot != 0).then_some(order.expires_slot),
            expires_at: (order.expires_at != 0).then_some(order.expires_at),
            expired,
            lots: order.lots.0,
            cells: [
                side.to_owned(),
                venue.bare_price(order.price),
                venue.bare_size(order.lots),
                venue.units.format(value, venue.pair.quote.decimals),
                match order.client_id {
                    0 => String::new(),
                    id => id.to_string(),
                },
                expiry(order, expired, moment),
            ],
        }
    }
}

/// When an order ends, as people say it.
fn expiry(order: &Order, expired: bool, moment: Moment) -> String {
    if expired {
        return "expired".to_owned();
    }
    let slot = match order.expires_slot {
        0 => None,
        slot => Some(format!("after slot {slot}")),
    };
    let time = match order.expires_at {
        0 => None,
        at => {
            let left = u64::try_from(i64::from(at) - moment.time).unwrap_or(0);
            Some(format!("in {}", duration::format(left)))
        }
    };
    let parts: Vec<String> = time.into_iter().chain(slot).collect();
    parts.join(", ")
}

/// Orders as a table.
pub(crate) fn grid(venue: &Venue, orders: &[OrderView]) -> Grid {
    let (base, quote) = (&venue.pair.base.symbol, &venue.pair.quote.symbol);
    let mut grid = Grid::new(&[
        "#order",
        "side",
        &format!("#price {quote}"),
        &format!("#size {base}"),
        &format!("#value {quote}"),
        "#client id",
        "expires",
        "#lane",
    ]);
    for order in orders {
        let [side, price, size, value, client_id, expires] = order.cells.clone();
        grid.row([
            order.id.to_string(),
            side,
            price,
            size,
            value,
            client_id,
            expires,
            order.lane_index.to_string(),
        ]);
    }
    grid
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Moment = Moment {
        slot: 100,
        time: 1_000,
    };

    #[test]
    fn expiry_reads_well() {
        let order = |expires_slot, expires_at| Order {
            expires_slot,
            expires_at,
            ..Order::default()
        };
        let said = |order: Order| expiry(&order, order.is_expired(NOW), NOW);
        assert_eq!(said(order(0, 0)), "");
        assert_eq!(said(order(0, 1_600)), "in 10m");
        assert_eq!(said(order(120, 1_060)), "in 1m, after slot 120");
        assert_eq!(said(order(99, 0)), "expired");
        assert_eq!(said(order(0, 999)), "expired");
    }
}
