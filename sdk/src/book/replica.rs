//! Books rebuilt from instructions and events alone, without reading an account.

use std::collections::BTreeMap;

use anchor_lang::{
    BORSH_CONFIG, Discriminator,
    wincode::{SchemaReadOwned, config::deserialize},
};
use sealane_core::book::{
    BookSide, Expiry, Lots, Moment, OrderId, Requote, Ticks,
    requote::{HEAD_LEN, LEVEL_LEN, flag},
};
use sealane_orderbook::{
    BOTH_SIDES, PlaceParams, TakeParams, TimeInForce,
    events::{FillRecord, PlacedManyRecord, RemovedRecord, ReplacedRecord, Taken, tag},
    instruction as arguments,
};
use solana_pubkey::Pubkey;
use thiserror::Error;

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
    /// [`ReplicaError`] if the event does not fit what is known.
    pub fn apply(
        &mut self,
        data: &[u8],
        accounts: &[Pubkey],
        events: &[BookEvent],
    ) -> Result<(), ReplicaError> {
        for event in events {
            self.filled(event.makers(accounts), event.fills())?;
            self.apply_event(data, event)?;
        }
        Ok(())
    }

    fn apply_event(&mut self, data: &[u8], event: &BookEvent) -> Result<(), ReplicaError> {
        match event {
            BookEvent::LaneOpened(opened) => {
                let lane = ReplicaLane {
                    market: opened.market,
                    orders: BTreeMap::new(),
                };
                self.lanes.insert(opened.lane, lane);
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
                self.lane(record.lane)?.1.add(order);
                Ok(())
            }
            BookEvent::Cancelled(record) => self.set_lots(record.lane, record.id, 0),
            BookEvent::Reduced(record) => self.set_lots(record.lane, record.id, record.lots),
            BookEvent::PlacedMany(record, prices) => self.placed_many(data, record, prices),
            BookEvent::Replaced(record) => self.replaced(data, record),
            BookEvent::Removed(record) => self.removed(data, record),
            BookEvent::Taken(taken, _) => self.rested(data, taken),
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

    fn set_lots(&mut self, lane: [u8; 32], id: u64, lots: u64) -> Result<(), ReplicaError> {
        let (address, lane) = self.lane(lane)?;
        let diverged = ReplicaError::Diverged { lane: address };
        let order = lane.orders.get_mut(&OrderId(id)).ok_or(diverged)?;
        order.lots = Lots(lots);
        if lots == 0 {
            lane.orders.remove(&OrderId(id));
        }
        Ok(())
    }

    fn filled(&mut self, makers: &[Pubkey], fills: &[FillRecord]) -> Result<(), ReplicaError> {
        for fill in fills {
            let lane = makers.get(usize::from(fill.lane));
            let lane = lane.ok_or(ReplicaError::WrongInstruction)?;
            self.set_lots(lane.to_bytes(), fill.id, fill.left)?;
        }
        Ok(())
    }

    /// What is left of a take may rest in the taker's lane.
    fn rested(&mut self, data: &[u8], taken: &Taken) -> Result<(), ReplicaError> {
        if taken.rested_id == 0 {
            return Ok(());
        }
        let params: TakeParams = read::<arguments::Take, _>(data)?;
        let TimeInForce::Rest {
            client_id,
            expires_slot,
            expires_at,
        } = params.time_in_force
        else {
            return Err(ReplicaError::WrongInstruction);
        };
        let order = ReplicaOrder {
            id: OrderId(taken.rested_id),
            price: Ticks(params.limit),
            lots: Lots(taken.left),
            client_id,
            expiry: Expiry {
                slot: expires_slot,
                time: expires_at,
            },
        };
        self.lane(taken.lane.to_bytes())?.1.add(order);
        Ok(())
    }

    fn placed_many(
        &mut self,
        data: &[u8],
        record: &PlacedManyRecord,
        prices: &[u32],
    ) -> Result<(), ReplicaError> {
        let placed: Vec<PlaceParams> = read::<arguments::PlaceMany, _>(data)?;
        if placed.len() != prices.len() {
            return Err(ReplicaError::WrongInstruction);
        }
        let (_, lane) = self.lane(record.lane)?;
        for (at, (params, price)) in placed.iter().zip(prices).enumerate() {
            let side = BookSide::from_u8(params.side).ok_or(ReplicaError::WrongInstruction)?;
            lane.add(ReplicaOrder {
                id: nth_id(record.first_id, at, side),
                price: Ticks(*price),
                lots: Lots(params.lots),
                client_id: params.client_id,
                expiry: expiry(params),
            });
        }
        Ok(())
    }

    fn replaced(&mut self, data: &[u8], record: &ReplacedRecord) -> Result<(), ReplicaError> {
        let message: Vec<u8> = read::<arguments::ReplaceAll, _>(data)?;
        let wrong = |_| ReplicaError::WrongInstruction;
        let head = *Requote::try_from_bytes(&message).map_err(wrong)?.head();
        let (_, lane) = self.lane(record.lane)?;
        for (bit, side) in [(flag::BIDS, BookSide::Bid), (flag::ASKS, BookSide::Ask)] {
            if head.flags & bit != 0 {
                lane.orders.retain(|id, _| id.side() != side);
            }
        }
        let levels = message[HEAD_LEN..].chunks_exact(LEVEL_LEN);
        let mut before = (BookSide::Bid, head.reference.0);
        for (at, level) in levels.enumerate() {
            let side = match at < usize::from(head.bids) {
                true => BookSide::Bid,
                false => BookSide::Ask,
            };
            if before.0 != side {
                before = (side, head.reference.0);
            }
            let [d0, d1, s0, s1, s2, s3] = *level else {
                return Err(ReplicaError::WrongInstruction);
            };
            let distance = u32::from(u16::from_le_bytes([d0, d1]));
            let size = u64::from(u32::from_le_bytes([s0, s1, s2, s3]));
            // The program has refused what does not fit.
            let price = match side {
                BookSide::Bid => before.1.wrapping_sub(distance),
                BookSide::Ask => before.1.wrapping_add(distance),
            };
            before.1 = price;
            lane.add(ReplicaOrder {
                id: nth_id(record.first_id, at, side),
                price: Ticks(price),
                lots: Lots(size.wrapping_mul(u64::from(head.lot_multiple))),
                client_id: head.client_id,
                expiry: head.expiry,
            });
        }
        Ok(())
    }

    fn removed(&mut self, data: &[u8], record: &RemovedRecord) -> Result<(), ReplicaError> {
        let most = usize::from(record.orders);
        let (address, lane) = self.lane(record.lane)?;
        let before = lane.orders.len();
        match record.tag {
            tag::CANCELLED_CLIENT => {
                let client_id: u64 = read::<arguments::CancelClient, _>(data)?;
                lane.orders.retain(|_, order| order.client_id != client_id);
            }
            tag::CANCELLED_UP_TO => {
                let (side, _, _): (u8, u32, u16) = read::<arguments::CancelUpTo, _>(data)?;
                let side = BookSide::from_u8(side).ok_or(ReplicaError::WrongInstruction)?;
                for order in lane.best_first(side).iter().take(most) {
                    lane.orders.remove(&order.id);
                }
            }
            tag::CANCELLED_ALL => {
                let side: u8 = read::<arguments::CancelAll, _>(data)?;
                let goes = |id: &OrderId| side == BOTH_SIDES || side == id.side() as u8;
                lane.orders.retain(|id, _| !goes(id));
            }
            tag::REAPED => {
                let moment = Moment {
                    slot: record.slot,
                    time: record.time,
                };
                lane.orders.retain(|_, order| !order.has_expired(moment));
            }
            _ => return Err(ReplicaError::WrongInstruction),
        }
        if before - lane.orders.len() == most {
            Ok(())
        } else {
            Err(ReplicaError::Diverged { lane: address })
        }
    }
}

impl ReplicaLane {
    fn add(&mut self, order: ReplicaOrder) {
        self.orders.insert(order.id, order);
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

fn expiry(params: &PlaceParams) -> Expiry {
    Expiry {
        slot: params.expires_slot,
        time: params.expires_at,
    }
}

/// Id of one of several orders that were placed together.
fn nth_id(first: u64, at: usize, side: BookSide) -> OrderId {
    OrderId(((first & !1) + 2 * at as u64) | side as u64)
}

/// An instruction's arguments.
fn read<I: Discriminator, T: SchemaReadOwned<anchor_lang::BorshConfig, Dst = T>>(
    data: &[u8],
) -> Result<T, ReplicaError> {
    let arguments = data.strip_prefix(I::DISCRIMINATOR);
    let arguments = arguments.ok_or(ReplicaError::WrongInstruction)?;
    deserialize(arguments, BORSH_CONFIG).map_err(|_| ReplicaError::WrongInstruction)
}

#[cfg(test)]
mod tests;
