//! Resting orders and stops are cancelled and replaced.

use super::{
    Book,
    enter::{Incoming, Refusal},
    index::Place,
    key::Key,
    stops::Stop,
};
use crate::{
    command::TimeInForce,
    report::{CancelReason, LevelChange, OrderChange, RejectReason, Report, ReportSink},
    units::{OrderId, OwnerId, Price, Quantity},
};

impl Book {
    /// Where an order of this owner lies: its entry in the index, and its place.
    #[inline]
    fn find_own(&self, id: OrderId, owner: OwnerId) -> Result<(usize, Place), RejectReason> {
        let found = self.find(id).ok_or(RejectReason::UnknownOrder)?;
        let its_owner = match found.1 {
            Place::Order(place) => self.orders[place].owner,
            Place::Stop(place) => self.stops.get(place).owner,
        };
        if its_owner == owner {
            Ok(found)
        } else {
            Err(RejectReason::NotOwner)
        }
    }

    #[inline]
    pub(super) fn cancel(&mut self, id: OrderId, owner: OwnerId, sink: &mut impl ReportSink) {
        match self.find_own(id, owner) {
            Ok((entry, place)) => self.cancel_found(entry, place, CancelReason::Requested, sink),
            Err(reason) => Self::reject(id, owner, reason, sink),
        }
    }

    #[inline]
    fn cancel_found(
        &mut self,
        entry: usize,
        place: Place,
        reason: CancelReason,
        sink: &mut impl ReportSink,
    ) {
        self.index.remove_at(entry);
        let (id, owner, quantity) = match place {
            Place::Order(place) => {
                let order = &self.orders[place];
                let (id, owner, quantity) = (order.id, order.owner, order.quantity);
                self.unqueue(place, sink);
                self.orders[place].quantity = Quantity::ZERO;
                self.orders.remove(place);
                (id, owner, quantity)
            }
            Place::Stop(place) => {
                let stop = self.stops.remove(place);
                (stop.id, stop.owner, stop.quantity)
            }
        };
        sink.report(Report::Cancelled {
            id,
            owner,
            quantity,
            reason,
        });
    }

    /// Takes a resting order out of its queue.
    #[inline]
    fn unqueue(&mut self, place: u32, sink: &mut impl ReportSink) {
        let order = &self.orders[place];
        let (side, key, id) = (order.side(), order.key, order.id);
        let ladder = &mut self.sides[side as usize];
        let level = ladder.level_mut(key);
        level.unlink(&mut self.orders, place);
        let change = LevelChange {
            side,
            price: key.price(side),
            quantity: level.quantity,
            orders: level.orders,
        };
        if change.orders == 0 {
            ladder.vacate(key);
        }
        sink.order(OrderChange::Removed { id });
        sink.level(change);
    }

    #[cold]
    pub(super) fn cancel_all(&mut self, owner: OwnerId, sink: &mut impl ReportSink) {
        let mut collected = std::mem::take(&mut self.collected);
        collected.clear();
        let orders = self.orders.places().iter();
        collected.extend(
            orders
                .filter(|order| order.owner == owner && !order.quantity.is_zero())
                .map(|order| order.id),
        );
        let stops = self.stops.unordered();
        collected.extend(stops.filter(|stop| stop.owner == owner).map(|stop| stop.id));
        collected.sort_unstable();
        for &id in &collected {
            if let Some((entry, place)) = self.find(id) {
                self.cancel_found(entry, place, CancelReason::AllRequested, sink);
            }
        }
        sink.report(Report::CancelledAll {
            owner,
            // No more than may be live.
            orders: collected.len() as u32,
        });
        self.collected = collected;
    }

    #[inline]
    pub(super) fn replace(
        &mut self,
        id: OrderId,
        owner: OwnerId,
        price: Price,
        quantity: Quantity,
        sink: &mut impl ReportSink,
    ) {
        if let Err(reason) = self.try_replace(id, owner, price, quantity, sink) {
            Self::reject(id, owner, reason, sink);
        }
    }

    #[inline]
    fn try_replace(
        &mut self,
        id: OrderId,
        owner: OwnerId,
        price: Price,
        quantity: Quantity,
        sink: &mut impl ReportSink,
    ) -> Result<(), RejectReason> {
        let (entry, place) = match self.find_own(id, owner)? {
            (entry, Place::Order(place)) => (entry, place),
            (_, Place::Stop(_)) => return Err(RejectReason::IsStop),
        };
        self.check_quantity(quantity)?;
        Self::check_price(price)?;
        let order = &self.orders[place];
        let traits = order.traits();
        let key = Key::of(traits.side, price);
        let kept_priority = key == order.key && quantity <= order.quantity;
        let replaced = Report::Replaced {
            id,
            owner,
            price,
            quantity,
            kept_priority,
        };
        if kept_priority {
            sink.report(replaced);
            self.shrink(place, quantity, sink);
            return Ok(());
        }

        let incoming = Incoming {
            id,
            owner,
            side: traits.side,
            quantity,
            limit: price,
            time_in_force: if traits.post_only {
                TimeInForce::PostOnly
            } else {
                TimeInForce::GoodTilCancelled
            },
            self_trade: traits.self_trade,
        };
        let takes = self.sides[traits.side.opposite() as usize].best() <= incoming.limit_key();
        if takes && traits.post_only {
            return Err(Refusal::WouldTake.into());
        }
        sink.report(replaced);
        self.unqueue(place, sink);
        if takes {
            self.index.remove_at(entry);
            self.orders[place].quantity = Quantity::ZERO;
            self.orders.remove(place);
            self.take_then_rest(incoming, sink);
            self.run_stops(sink);
        } else {
            let order = &mut self.orders[place];
            order.key = key;
            order.quantity = quantity;
            self.queue(place, traits.side, price, sink);
        }
        Ok(())
    }

    #[cold]
    pub(super) fn replace_stop(
        &mut self,
        (id, owner): (OrderId, OwnerId),
        trigger: Price,
        limit: Option<Price>,
        quantity: Quantity,
        sink: &mut impl ReportSink,
    ) {
        let replaced = self.try_replace_stop((id, owner), trigger, limit, quantity, sink);
        if let Err(reason) = replaced {
            Self::reject(id, owner, reason, sink);
        }
    }

    fn try_replace_stop(
        &mut self,
        (id, owner): (OrderId, OwnerId),
        trigger: Price,
        limit: Option<Price>,
        quantity: Quantity,
        sink: &mut impl ReportSink,
    ) -> Result<(), RejectReason> {
        let (entry, place) = match self.find_own(id, owner)? {
            (entry, Place::Stop(place)) => (entry, place),
            (_, Place::Order(_)) => return Err(RejectReason::NotStop),
        };
        self.check_quantity(quantity)?;
        Self::check_price(trigger)?;
        limit.map_or(Ok(()), Self::check_price)?;
        let old = *self.stops.get(place);
        let stop = Stop {
            trigger,
            quantity,
            limit: match (limit, old.limit) {
                (Some(price), Some((_, time_in_force))) => Some((price, time_in_force)),
                (None, None) => None,
                _ => return Err(RejectReason::LimitMismatch),
            },
            ..old
        };
        let is_same_price = (stop.trigger, stop.limit) == (old.trigger, old.limit);
        let kept_priority = is_same_price && quantity <= old.quantity;
        sink.report(Report::StopReplaced {
            id,
            owner,
            trigger,
            limit,
            quantity,
            kept_priority,
        });
        if kept_priority {
            self.stops.shrink(place, quantity);
        } else {
            self.index.remove_at(entry);
            self.stops.remove(place);
            self.wait_or_enter(stop, sink);
        }
        Ok(())
    }

    /// Lowers a resting order's quantity in its place.
    #[inline]
    fn shrink(&mut self, place: u32, quantity: Quantity, sink: &mut impl ReportSink) {
        let order = &mut self.orders[place];
        let less = order.quantity.0 - quantity.0;
        order.quantity = quantity;
        let (id, side, key) = (order.id, order.side(), order.key);
        let level = self.sides[side as usize].level_mut(key);
        level.quantity.0 -= less;
        sink.order(OrderChange::Reduced { id, quantity });
        sink.level(LevelChange {
            side,
            price: key.price(side),
            quantity: level.quantity,
            orders: level.orders,
        });
    }
}
