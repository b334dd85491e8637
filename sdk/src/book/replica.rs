//! Books rebuilt from instructions and events alone, without reading an account.

mod instruction;

use std::collections::BTreeMap;

use sealane_core::book::{BookSide, Expiry, Lots, Moment, OrderId, Ticks};
use sealane_orderbook::{
    BOTH_SIDES, PlaceParams,
    events::{FillRecord, RemovedRecord, ReplacedRecord, tag},
    instruction as arguments,
};
use solana_pubkey::Pubkey;
use thiserror::Error;

pub use instruction::leaves_nothing;
use instruction::{expiry, placed_many, read, replacement, rested};

use super::{BookLevel, LaneSnapshot};
use crate::events::orderbook::BookEvent;

/// Why a replica does not follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ReplicaError {
    /// An instruction's data or accounts are not what its event needs.
    #[error("the instruction's data or accounts do not belong to its event")]
    WrongInstruction,
    /// An event is about a lane that the replica does not know.
    #[error("lane {lane} is not known to the replica")]
    UnknownLane {
        /// Which lane.
        lane: Pubkey,
    },
    /// An event does not fit the orders that the replica knows: something was missed.
    #[error("an event does not fit the orders known of lane {lane}; something was missed")]
    Diverged {
        /// Which lane.
        lane: Pubkey,
    },
}

/// An order as events tell it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReplicaOrder {
    /// Its name.
    pub id: OrderId,
    /// Its price.
    pub price: Ticks,
    /// What is left of it.
    pub lots: Lots,
    /// What its owner knows it by.
    pub client_id: u64,
    /// Until when it stands.
    pub expiry: Expiry,
}

/// What an instruction did to an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderChange {
    /// The lane that it rests in.
    pub lane: Pubkey,
    /// The order as it is now: without lots, if it is gone.
    pub order: ReplicaOrder,
    /// Its lots before: zero, if it is new.
    pub before: Lots,
}

impl OrderChange {
    /// Whether the order is new.
    #[must_use]
    pub fn is_new(&self) -> bool {
        self.before == Lots::ZERO
    }

    /// Whether the order is gone.
    #[must_use]
    pub fn is_gone(&self) -> bool {
        self.order.lots == Lots::ZERO
    }
}

/// What an instruction did to orders, as far as it can be told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Followed {
    /// Order by order. New orders are told also of lanes that are not known.
    pub changes: Vec<OrderChange>,
    /// What does not fit. The lanes that these name are not known any more.
    pub errors: Vec<ReplicaError>,
}

/// A lane's orders.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct ReplicaLane {
    market: Pubkey,
    orders: BTreeMap<OrderId, ReplicaOrder>,
}

/// Every lane's book, rebuilt from the program's instructions and events in the order of execution.
///
/// Start from the first transaction, or from lanes at hand with [`BookReplica::insert`]. After an
/// error the lane named is to be inserted anew.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BookReplica {
    lanes: BTreeMap<Pubkey, ReplicaLane>,
}

impl BookReplica {
    /// A replica without lanes.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Starts to follow a lane from a state at hand, or corrects it.
    pub fn insert(&mut self, address: Pubkey, lane: &LaneSnapshot) {
        let both = [BookSide::Bid, BookSide::Ask].map(|side| lane.orders(side));
        let orders = both.into_iter().flatten().map(|order| {
            let expiry = Expiry {
                slot: order.expires_slot,
                time: order.expires_at,
            };
            let order = ReplicaOrder {
                id: order.id,
                price: order.price,
                lots: order.lots,
                client_id: order.client_id,
                expiry,
            };
            (order.id, order)
        });
        let lane = ReplicaLane {
            market: lane.market(),
            orders: orders.collect(),
        };
        self.lanes.insert(address, lane);
    }

    /// Starts to follow a lane from orders that are known otherwise, or corrects it.
    pub fn begin(
        &mut self,
        address: Pubkey,
        market: Pubkey,
        orders: impl IntoIterator<Item = ReplicaOrder>,
    ) {
        let orders = orders.into_iter().map(|order| (order.id, order));
        let lane = ReplicaLane {
            market,
            orders: orders.collect(),
        };
        self.lanes.insert(address, lane);
    }

    /// Follows a lane no more.
    pub fn forget(&mut self, address: &Pubkey) {
        self.lanes.remove(address);
    }

    /// Whether a lane is followed.
    #[must_use]
    pub fn knows(&self, address: &Pubkey) -> bool {
        self.lanes.contains_key(address)
    }

    /// The lanes of a market.
    pub fn lanes(&self, market: &Pubkey) -> impl Iterator<Item = Pubkey> {
        let market = *market;
        let lanes = self.lanes.iter();
        lanes
            .filter(move |(_, lane)| lane.market == market)
            .map(|(address, _)| *address)
    }

    /// A lane's orders of one side, best first and of one price the earliest first, the expired
    /// ones included.
    #[must_use]
    pub fn orders(&self, lane: &Pubkey, side: BookSide) -> Vec<ReplicaOrder> {
        self.lanes
            .get(lane)
            .map_or_else(Vec::new, |lane| lane.best_first(side))
    }

    /// A market's levels, best first, over all lanes, without orders that have expired.
    #[must_use]
    pub fn levels(&self, market: &Pubkey, side: BookSide, moment: Moment) -> Vec<BookLevel> {
        let mut levels: BTreeMap<u32, BookLevel> = BTreeMap::new();
        let lanes = self.lanes.values().filter(|lane| lane.market == *market);
        for order in lanes.flat_map(|lane| lane.orders.values()) {
            if order.id.side() != side || order.has_expired(moment) {
                continue;
            }
            let level = levels.entry(rank(side, order.price)).or_insert(BookLevel {
                price: order.price,
                lots: Lots::ZERO,
                orders: 0,
            });
            level.lots = Lots(level.lots.0.saturating_add(order.lots.0));
            level.orders += 1;
        }
        levels.into_values().collect()
    }

    /// Follows one of the program's instructions: its data, its accounts and what it reported, as
    /// [`by_instruction`](crate::events::orderbook::by_instruction) gives it.
    ///
    /// # Errors
    /// The first [`ReplicaError`] if an event does not fit what is known. What fits is followed all
    /// the same.
    pub fn apply(
        &mut self,
        data: &[u8],
        accounts: &[Pubkey],
        events: &[BookEvent],
    ) -> Result<(), ReplicaError> {
        let followed = self.follow(data, accounts, events);
        followed.errors.first().map_or(Ok(()), |error| Err(*error))
    }

    /// As [`BookReplica::apply`], and tells what became of each order.
    pub fn follow(&mut self, data: &[u8], accounts: &[Pubkey], events: &[BookEvent]) -> Followed {
        let mut followed = Followed::default();
        for event in events {
            self.filled(event.makers(accounts), event.fills(), &mut followed);
            if let Err(error) = self.follow_event(data, event, &mut followed.changes) {
                followed.errors.push(error);
            }
        }
        for error in &followed.errors {
            if let ReplicaError::Diverged { lane } = error {
                self.lanes.remove(lane);
            }
        }
        followed
    }

    fn follow_event(
        &mut self,
        data: &[u8],
        event: &BookEvent,
        changes: &mut Vec<OrderChange>,
    ) -> Result<(), ReplicaError> {
        match event {
            BookEvent::LaneOpened(opened) => {
                self.begin(opened.lane, opened.market, []);
                Ok(())
            }
            BookEvent::LaneClosed(closed) => {
                self.lanes.remove(&closed.lane);
                Ok(())
            }
            BookEvent::Placed(record) => {
                let params: PlaceParams = read::<arguments::Place, _>(data)?;
                let order = ReplicaOrder {
                    id: OrderId(record.id),
                    price: Ticks(record.price),
                    lots: Lots(record.lots),
                    client_id: record.client_id,
                    expiry: expiry(&params),
                };
                self.add(record.lane, &[order], changes)
            }
            BookEvent::Cancelled(record) => self.set_lots(record.lane, record.id, 0, changes),
            BookEvent::Reduced(record) => {
                self.set_lots(record.lane, record.id, record.lots, changes)
            }
            BookEvent::PlacedMany(record, prices) => {
                let placed = placed_many(data, record, prices)?;
                self.add(record.lane, &placed, changes)
            }
            BookEvent::Replaced(record) => self.replaced(data, record, changes),
            BookEvent::Removed(record) => self.removed(data, record, changes),
            BookEvent::Taken(taken, _) => match rested(data, taken)? {
                Some(order) => self.add(taken.lane.to_bytes(), &[order], changes),
                None => Ok(()),
            },
            _ => Ok(()),
        }
    }

    fn lane(&mut self, address: [u8; 32]) -> Result<(Pubkey, &mut ReplicaLane), ReplicaError> {
        let address = Pubkey::new_from_array(address);
        match self.lanes.get_mut(&address) {
            Some(lane) => Ok((address, lane)),
            None => Err(ReplicaError::UnknownLane { lane: address }),
        }
    }

    /// New orders. What they are follows from the instruction alone.
    fn add(
        &mut self,
        lane: [u8; 32],
        orders: &[ReplicaOrder],
        changes: &mut Vec<OrderChange>,
    ) -> Result<(), ReplicaError> {
        changes.extend(orders.iter().map(|order| OrderChange {
            lane: Pubkey::new_from_array(lane),
            order: *order,
            before: Lots::ZERO,
        }));
        let (_, lane) = self.lane(lane)?;
        lane.orders
            .extend(orders.iter().map(|order| (order.id, *order)));
        Ok(())
    }

    fn set_lots(
        &mut self,
        lane: [u8; 32],
        id: u64,
        lots: u64,
        changes: &mut Vec<OrderChange>,
    ) -> Result<(), ReplicaError> {
        let (address, lane) = self.lane(lane)?;
        let diverged = ReplicaError::Diverged { lane: address };
        let order = lane.orders.get_mut(&OrderId(id)).ok_or(diverged)?;
        let before = order.lots;
        order.lots = Lots(lots);
        changes.push(OrderChange {
            lane: address,
            order: *order,
            before,
        });
        if lots == 0 {
            lane.orders.remove(&OrderId(id));
        }
        Ok(())
    }

    fn filled(&mut self, makers: &[Pubkey], fills: &[FillRecord], followed: &mut Followed) {
        for fill in fills {
            let changed = match makers.get(usize::from(fill.lane)) {
                Some(lane) => {
                    let lane = lane.to_bytes();
                    self.set_lots(lane, fill.id, fill.left, &mut followed.changes)
                }
                None => Err(ReplicaError::WrongInstruction),
            };
            followed.errors.extend(changed.err());
        }
    }

    fn replaced(
        &mut self,
        data: &[u8],
        record: &ReplacedRecord,
        changes: &mut Vec<OrderChange>,
    ) -> Result<(), ReplicaError> {
        let message: Vec<u8> = read::<arguments::ReplaceAll, _>(data)?;
        let (sides, orders) = replacement(&message, record)?;
        if let Ok((address, lane)) = self.lane(record.lane) {
            lane.drop_orders(address, changes, |order| sides.contains(&order.id.side()));
        }
        self.add(record.lane, &orders, changes)
    }

    fn removed(
        &mut self,
        data: &[u8],
        record: &RemovedRecord,
        changes: &mut Vec<OrderChange>,
    ) -> Result<(), ReplicaError> {
        let most = usize::from(record.orders);
        let told = changes.len();
        let (address, lane) = self.lane(record.lane)?;
        match record.tag {
            tag::CANCELLED_CLIENT => {
                let client_id: u64 = read::<arguments::CancelClient, _>(data)?;
                lane.drop_orders(address, changes, |order| order.client_id == client_id);
            }
            tag::CANCELLED_UP_TO => {
                let (side, _, _): (u8, u32, u16) = read::<arguments::CancelUpTo, _>(data)?;
                let side = BookSide::from_u8(side).ok_or(ReplicaError::WrongInstruction)?;
                let mut best = lane.best_first(side);
                best.truncate(most);
                lane.drop_orders(address, changes, |order| best.contains(order));
            }
            tag::CANCELLED_ALL => {
                let side: u8 = read::<arguments::CancelAll, _>(data)?;
                lane.drop_orders(address, changes, |order| {
                    side == BOTH_SIDES || side == order.id.side() as u8
                });
            }
            tag::REAPED => {
                let moment = Moment {
                    slot: record.slot,
                    time: record.time,
                };
                lane.drop_orders(address, changes, |order| order.has_expired(moment));
            }
            _ => return Err(ReplicaError::WrongInstruction),
        }
        // What does not add up is not told.
        let dropped = &changes[told..];
        let lots = dropped
            .iter()
            .fold(0, |sum: u64, one| sum.wrapping_add(one.before.0));
        if (dropped.len(), lots) == (most, record.lots) {
            return Ok(());
        }
        changes.truncate(told);
        Err(ReplicaError::Diverged { lane: address })
    }
}

impl ReplicaLane {
    fn drop_orders(
        &mut self,
        address: Pubkey,
        changes: &mut Vec<OrderChange>,
        goes: impl Fn(&ReplicaOrder) -> bool,
    ) {
        self.orders.retain(|_, order| {
            let goes = goes(order);
            if goes {
                changes.push(OrderChange {
                    lane: address,
                    order: ReplicaOrder {
                        lots: Lots::ZERO,
                        ..*order
                    },
                    before: order.lots,
                });
            }
            !goes
        });
    }

    fn best_first(&self, side: BookSide) -> Vec<ReplicaOrder> {
        let of_side = self.orders.values().filter(|order| order.id.side() == side);
        let mut orders: Vec<ReplicaOrder> = of_side.copied().collect();
        orders.sort_by_key(|order| (rank(side, order.price), order.id));
        orders
    }
}

impl ReplicaOrder {
    fn has_expired(&self, moment: Moment) -> bool {
        let Expiry { slot, time } = self.expiry;
        (slot != 0 && moment.slot > slot) || (time != 0 && moment.time > i64::from(time))
    }
}

/// Lower is better.
fn rank(side: BookSide, price: Ticks) -> u32 {
    match side {
        BookSide::Bid => !price.0,
        BookSide::Ask => price.0,
    }
}

#[cfg(test)]
mod tests;
