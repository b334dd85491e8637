//! What events of a lane, and of the orders in it, mean to its owner.

use sealane_sdk::{
    book::OrderChange,
    engine_core::book::{Lots, Ticks},
    events::orderbook::BookEvent,
    orderbook::events::{FillRecord, OrderRecord, tag},
};
use solana_pubkey::Pubkey;

use super::{decode::Place, directory::Directory};
use crate::store::Activity;

/// A fill of an order that had expired, and was cancelled; see [`FillRecord::met`].
const EXPIRED: u8 = 1;

/// A lane of somebody, at an event.
pub(super) struct Owned<'a> {
    pub(super) lane: Pubkey,
    pub(super) market: Pubkey,
    pub(super) owner: Pubkey,
    pub(super) place: &'a Place<'a>,
    pub(super) directory: &'a Directory,
}

impl Owned<'_> {
    /// What an event of the lane means: where several orders changed, each of them if they are
    /// known.
    pub(super) fn told(&self, event: &BookEvent, changes: &[OrderChange]) -> Vec<Activity> {
        let all = match event {
            BookEvent::PlacedMany(record, _) => Activity {
                order: Some(record.first_id),
                ..self.activity("place")
            },
            BookEvent::Replaced(record) => Activity {
                order: (record.first_id != 0).then_some(record.first_id),
                ..self.activity("replace")
            },
            BookEvent::Removed(record) if record.tag == tag::REAPED => self.activity("reap"),
            BookEvent::Removed(_) => self.activity("cancel"),
            // What is left of it rests; the take itself is told for itself.
            BookEvent::Taken(..) => {
                let new = changes.iter().filter(|change| change.is_new());
                return new.map(|change| self.changed(change, "")).collect();
            }
            event => return self.one(event).into_iter().collect(),
        };
        let gone = if all.kind == "reap" { "reap" } else { "cancel" };
        let single = changes.iter().map(|change| self.changed(change, gone));
        let single: Vec<Activity> = single.collect();
        if single.is_empty() { vec![all] } else { single }
    }

    fn one(&self, event: &BookEvent) -> Option<Activity> {
        let of = |kind: &str, record: &OrderRecord| {
            let lots = Lots(record.lots);
            self.order(kind, Ticks(record.price), lots, record.id)
        };
        Some(match event {
            BookEvent::LaneOpened(_) => self.activity("open_lane"),
            BookEvent::LaneClosed(_) => self.activity("close_lane"),
            BookEvent::Deposited(moved) => Activity {
                base: Some(moved.base),
                quote: Some(moved.quote),
                ..self.activity("deposit")
            },
            BookEvent::Withdrawn(moved) => Activity {
                base: Some(moved.base),
                quote: Some(moved.quote),
                ..self.activity("withdraw")
            },
            BookEvent::Placed(record) => of("place", record),
            BookEvent::Cancelled(record) => of("cancel", record),
            BookEvent::Reduced(record) => of("reduce", record),
            BookEvent::Crossed(crossed, _) => Activity {
                quote: Some(crossed.reward),
                ..self.activity("cross")
            },
            _ => return None,
        })
    }

    /// What became of a single order: it is new, or gone as said.
    fn changed(&self, change: &OrderChange, gone: &str) -> Activity {
        let (kind, lots) = match change.is_new() {
            true => ("place", change.order.lots),
            false => (gone, change.before),
        };
        self.order(kind, change.order.price, lots, change.order.id.0)
    }

    /// What a take means for an order that it met without trading with it.
    pub(super) fn met(&self, fill: &FillRecord) -> Activity {
        let (kind, lots) = match fill.met {
            EXPIRED => ("reap", fill.lots),
            _ if fill.left > 0 => ("reduce", fill.left),
            _ => ("cancel", fill.lots),
        };
        self.order(kind, Ticks(fill.price), Lots(lots), fill.id)
    }

    fn activity(&self, kind: &str) -> Activity {
        Activity {
            venue: Some(self.market),
            account: Some(self.lane),
            ..self.place.activity(self.owner, kind)
        }
    }

    fn order(&self, kind: &str, price: Ticks, lots: Lots, id: u64) -> Activity {
        let units = self.directory.market_units(&self.market);
        let sizes = self.directory.market_sizes(&self.market);
        Activity {
            // Bit 0 of an order's id tells its side: 0 buys.
            is_buy: Some(id & 1 == 0),
            base: sizes.map(|(lot, _)| lots.0.saturating_mul(lot)),
            price: units.map(|units| units.price(price)),
            order: Some(id),
            ..self.activity(kind)
        }
    }
}
