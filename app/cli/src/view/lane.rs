//! A lane: balances and orders.

use sealane_sdk::{book::LaneSnapshot, engine_core::book::Moment};
use serde::Serialize;
use solana_pubkey::Pubkey;

use super::{
    counted,
    order::{OrderView, grid},
    some_text, text,
};
use crate::{
    output::{Facts, Report},
    venue::Venue,
};

/// A trader's account in one market. Amounts are base units.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct LaneView {
    #[serde(serialize_with = "text")]
    pub(crate) address: Pubkey,
    #[serde(serialize_with = "text")]
    market: Pubkey,
    pub(crate) name: String,
    #[serde(serialize_with = "text")]
    owner: Pubkey,
    pub(crate) index: u16,
    #[serde(serialize_with = "some_text")]
    pub(crate) delegate: Option<Pubkey>,
    #[serde(serialize_with = "some_text")]
    referrer: Option<Pubkey>,
    /// Orders that each side has room for.
    pub(crate) capacity: u16,
    pub(crate) base_free: u64,
    pub(crate) base_locked: u64,
    pub(crate) quote_free: u64,
    pub(crate) quote_locked: u64,
    /// Fees in quote that are yet to be swept.
    pub(crate) protocol_fees: u64,
    pub(crate) referrer_fees: u64,
    /// Quote value of all fills; wraps.
    maker_volume: u64,
    taker_volume: u64,
    pub(crate) bids: u16,
    pub(crate) asks: u16,
    pub(crate) orders: Vec<OrderView>,
    #[serde(skip)]
    pub(crate) venue: Venue,
}

impl LaneView {
    pub(crate) fn of(venue: &Venue, address: &Pubkey, lane: &LaneSnapshot, moment: Moment) -> Self {
        let header = lane.header();
        Self {
            address: *address,
            market: venue.address,
            name: venue.name(),
            owner: lane.owner(),
            index: header.index,
            delegate: lane.delegate(),
            referrer: lane.referrer(),
            capacity: header.capacity,
            base_free: header.base_free,
            base_locked: header.base_locked,
            quote_free: header.quote_free,
            quote_locked: header.quote_locked,
            protocol_fees: header.protocol_fees,
            referrer_fees: header.referrer_fees,
            maker_volume: header.maker_volume,
            taker_volume: header.taker_volume,
            bids: header.bid_count,
            asks: header.ask_count,
            orders: OrderView::all(venue, address, lane, moment),
            venue: venue.clone(),
        }
    }

    /// What of both tokens is free.
    pub(crate) fn free(&self) -> String {
        let (base, quote) = (self.base_free, self.quote_free);
        format!("{}, {}", self.venue.base(base), self.venue.quote(quote))
    }

    /// What of both tokens the orders lock.
    pub(crate) fn locked(&self) -> String {
        let (base, quote) = (self.base_locked, self.quote_locked);
        format!("{}, {}", self.venue.base(base), self.venue.quote(quote))
    }

    fn facts(&self) -> Facts {
        let mut facts = Facts::under(format!("{} · lane {}", self.name, self.index));
        facts
            .add("Lane", self.address.to_string())
            .add("Market", self.market.to_string())
            .add("Owner", self.owner.to_string())
            .add_some("Delegate", self.delegate.map(|address| address.to_string()))
            .add_some("Referrer", self.referrer.map(|address| address.to_string()))
            .add("Free", self.free())
            .add("Locked", self.locked());
        if self.protocol_fees > 0 || self.referrer_fees > 0 {
            let fees = self.protocol_fees.saturating_add(self.referrer_fees);
            facts.add(
                "Fees due",
                format!("{}, to be swept", self.venue.quote(fees)),
            );
        }
        facts
            .add(
                "Traded",
                format!(
                    "{} as maker, {} as taker",
                    self.venue.quote(self.maker_volume),
                    self.venue.quote(self.taker_volume)
                ),
            )
            .add(
                "Orders",
                format!(
                    "{}, {}; room for {} each",
                    counted(self.bids.into(), "bid"),
                    counted(self.asks.into(), "ask"),
                    self.capacity
                ),
            );
        facts
    }
}

impl Report for LaneView {
    fn text(&self) -> String {
        if self.orders.is_empty() {
            return self.facts().to_string();
        }
        format!("{}\n\n{}", self.facts(), grid(&self.venue, &self.orders))
    }
}
