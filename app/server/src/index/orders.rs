//! Orders that rest, as far as the history tells.
//!
//! Instructions that place, replace or remove many orders report only the sum. Which orders these
//! were follows from the instruction and from the orders that were there: so these are kept, lane by
//! lane, in memory and in the database. What is known of a lane is complete from its opening on, or
//! from the first instruction on that leaves none of its orders in place; where something does not
//! add up the lane is followed no more, rather than told wrongly.

use sealane_sdk::{
    book::{BookReplica, Followed, OrderChange, ReplicaError, ReplicaOrder, leaves_nothing},
    engine_core::book::{Expiry, Lots, OrderId, Ticks},
    events::orderbook::BookEvent,
};
use solana_pubkey::Pubkey;

use super::{directory::Directory, source::Call, takes};
use crate::store::{BookChange, LaneRow, OrderRow, Resting};

/// The orders of the lanes that are followed.
#[derive(Debug, Default)]
pub(super) struct Orders {
    replica: BookReplica,
}

impl Orders {
    /// As they were stored last.
    pub(super) fn load(stored: Resting) -> Self {
        let mut replica = BookReplica::new();
        for (lane, (market, rows)) in stored {
            replica.begin(lane, market, rows.iter().map(order_of));
        }
        Self { replica }
    }

    /// Follows an event: what became of single orders. What is to be stored is added to `kept`.
    pub(super) fn follow(
        &mut self,
        event: &BookEvent,
        call: &Call,
        directory: &Directory,
        kept: &mut Vec<BookChange>,
    ) -> Vec<OrderChange> {
        let own = takes::lane_of(event);
        let followed = self
            .replica
            .follow(&call.data, &call.accounts, std::slice::from_ref(event));
        let mut note = |lane: &Pubkey, is_followed: bool| {
            // One whose market is not known was never followed.
            let row = directory.lane(lane).map(|(market, owner)| LaneRow {
                lane: *lane,
                market,
                owner,
                is_followed,
            });
            kept.extend(row.map(BookChange::Lane));
        };
        let Followed { changes, errors } = followed;
        for lane in errors.iter().filter_map(|error| match error {
            ReplicaError::Diverged { lane } => Some(*lane),
            ReplicaError::WrongInstruction => own,
            ReplicaError::UnknownLane { .. } => None,
        }) {
            self.replica.forget(&lane);
            note(&lane, false);
        }
        match (event, own) {
            (BookEvent::LaneOpened(_), Some(lane)) => note(&lane, true),
            (BookEvent::LaneClosed(_), Some(lane)) => note(&lane, false),
            (_, Some(lane)) if !self.replica.knows(&lane) && leaves_nothing(&call.data, event) => {
                if let Some((market, _)) = directory.lane(&lane) {
                    let new = changes.iter().filter(|change| change.is_new());
                    let new = new.map(|change| change.order);
                    self.replica.begin(lane, market, new);
                    note(&lane, true);
                }
            }
            _ => {}
        }
        let known = changes
            .iter()
            .filter(|change| self.replica.knows(&change.lane));
        kept.extend(known.map(|change| BookChange::Order(row_of(change))));
        changes
    }
}

fn order_of(row: &OrderRow) -> ReplicaOrder {
    ReplicaOrder {
        id: OrderId(row.id),
        price: Ticks(row.price),
        lots: Lots(row.lots),
        client_id: row.client_id,
        expiry: Expiry {
            slot: row.expires_slot,
            time: row.expires_at,
        },
    }
}

fn row_of(change: &OrderChange) -> OrderRow {
    let order = change.order;
    OrderRow {
        lane: change.lane,
        id: order.id.0,
        price: order.price.0,
        lots: order.lots.0,
        client_id: order.client_id,
        expires_slot: order.expiry.slot,
        expires_at: order.expiry.time,
    }
}
