//! The book's rules, written as plainly as possible: sorted maps, queues, searches from the start.

mod stops;

use std::collections::{BTreeMap, VecDeque};

use crate::{
    book::BookConfig,
    command::{Command, NewOrder, OrderKind, SelfTrade, TimeInForce},
    report::{CancelReason, Fill, RejectReason, Report},
    units::{OrderId, OwnerId, Price, Quantity, Side},
};

#[derive(Clone, Debug)]
pub(super) struct Resting {
    pub(super) order: NewOrder,
    post_only: bool,
}

#[derive(Clone)]
pub(super) struct Model {
    config: BookConfig,
    pub(super) sides: [BTreeMap<Price, VecDeque<Resting>>; 2],
    /// In order of arrival.
    pub(super) stops: Vec<NewOrder>,
    pub(super) last: Option<Price>,
    reports: Vec<Report>,
}

impl Model {
    pub(super) fn new(config: BookConfig) -> Self {
        Self {
            config,
            sides: Default::default(),
            stops: Vec::new(),
            last: None,
            reports: Vec::new(),
        }
    }

    pub(super) fn apply(&mut self, command: &Command) -> Vec<Report> {
        let outcome = match *command {
            Command::Place(order) => self.place(order).map_err(|reason| (order.id, reason)),
            Command::Cancel { id, owner } => self
                .cancel(id, owner, CancelReason::Requested)
                .map_err(|reason| (id, reason)),
            Command::CancelAll { owner } => {
                self.cancel_all(owner);
                Ok(())
            }
            Command::Replace {
                id,
                owner,
                price,
                quantity,
            } => self
                .replace(id, owner, price, quantity)
                .map_err(|reason| (id, reason)),
            Command::ReplaceStop {
                id,
                owner,
                trigger,
                limit,
                quantity,
            } => self
                .replace_stop(id, owner, trigger, limit, quantity)
                .map_err(|reason| (id, reason)),
        };
        if let Err((id, reason)) = outcome {
            let owner = command.owner();
            self.reports.push(Report::Rejected { id, owner, reason });
        }
        std::mem::take(&mut self.reports)
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Resting> {
        self.sides
            .iter()
            .flat_map(BTreeMap::values)
            .flat_map(VecDeque::iter)
    }

    fn is_live(&self, id: OrderId) -> bool {
        self.all().any(|resting| resting.order.id == id)
            || self.stops.iter().any(|stop| stop.id == id)
    }

    fn check_quantity(&self, quantity: Quantity) -> Result<(), RejectReason> {
        match quantity {
            Quantity(0) => Err(RejectReason::ZeroQuantity),
            quantity if quantity > self.config.max_quantity => Err(RejectReason::QuantityTooLarge),
            _ => Ok(()),
        }
    }

    fn place(&mut self, order: NewOrder) -> Result<(), RejectReason> {
        let (trigger, price) = match order.kind {
            OrderKind::Limit { price, .. } => (None, Some(price)),
            OrderKind::Market => (None, None),
            OrderKind::Stop { trigger } => (Some(trigger), None),
            OrderKind::StopLimit { trigger, price, .. } => (Some(trigger), Some(price)),
        };
        for price in [trigger, price].into_iter().flatten() {
            if price < Price::MIN || price > Price::MAX {
                return Err(RejectReason::PriceOutOfRange);
            }
        }
        self.check_quantity(order.quantity)?;
        if self.is_live(order.id) {
            return Err(RejectReason::DuplicateId);
        }
        let accepted = Report::Accepted {
            id: order.id,
            owner: order.owner,
            quantity: order.quantity,
        };
        match trigger {
            None => {
                self.refuse(&order)?;
                self.reports.push(accepted);
                self.enter(order);
            }
            Some(_) if self.is_reached(&order) => {
                self.reports.push(accepted);
                self.trigger(order);
            }
            Some(_) => {
                if self.stops.len() == self.config.stops as usize {
                    return Err(RejectReason::StopsFull);
                }
                self.reports.push(accepted);
                self.stops.push(order);
            }
        }
        self.run_stops();
        Ok(())
    }

    /// Worst price and time in force once it is in.
    fn terms(order: &NewOrder) -> (Price, TimeInForce) {
        match order.kind {
            OrderKind::Limit {
                price,
                time_in_force,
            }
            | OrderKind::StopLimit {
                price,
                time_in_force,
                ..
            } => (price, time_in_force),
            OrderKind::Market | OrderKind::Stop { .. } => match order.side {
                Side::Bid => (Price::MAX, TimeInForce::ImmediateOrCancel),
                Side::Ask => (Price::MIN, TimeInForce::ImmediateOrCancel),
            },
        }
    }

    /// The best price of the other side, if the order trades there.
    fn meets(&self, order: &NewOrder) -> Option<Price> {
        let (limit, _) = Self::terms(order);
        match order.side {
            Side::Bid => {
                let best = *self.sides[1].keys().next()?;
                (best <= limit).then_some(best)
            }
            Side::Ask => {
                let best = *self.sides[0].keys().next_back()?;
                (best >= limit).then_some(best)
            }
        }
    }

    fn refuse(&self, order: &NewOrder) -> Result<(), RejectReason> {
        let meets = self.meets(order).is_some();
        match Self::terms(order).1 {
            TimeInForce::PostOnly if meets => Err(RejectReason::WouldTake),
            TimeInForce::FillOrKill => {
                // Tried out on a copy.
                let mut copy = self.clone();
                copy.reports.clear();
                copy.take(&mut order.clone());
                let filled: u64 = copy.reports.iter().map(filled).sum();
                if filled == order.quantity.0 {
                    Ok(())
                } else {
                    Err(RejectReason::NotFillable)
                }
            }
            TimeInForce::GoodTilCancelled | TimeInForce::PostOnly
                if !meets && self.all().count() == self.config.orders as usize =>
            {
                Err(RejectReason::BookFull)
            }
            _ => Ok(()),
        }
    }

    fn enter(&mut self, mut order: NewOrder) {
        let ended = self.take(&mut order);
        let (price, time_in_force) = Self::terms(&order);
        if order.quantity.is_zero() {
            return;
        }
        if ended {
            self.cancelled(&order, CancelReason::SelfTrade);
            return;
        }
        match time_in_force {
            TimeInForce::ImmediateOrCancel | TimeInForce::FillOrKill => {
                self.cancelled(&order, CancelReason::Unfilled);
            }
            TimeInForce::GoodTilCancelled | TimeInForce::PostOnly => {
                let queue = self.sides[order.side as usize].entry(price).or_default();
                queue.push_back(Resting {
                    order,
                    post_only: time_in_force == TimeInForce::PostOnly,
                });
            }
        }
    }

    fn take(&mut self, order: &mut NewOrder) -> bool {
        while !order.quantity.is_zero()
            && let Some(price) = self.meets(order)
        {
            let side = &mut self.sides[order.side.opposite() as usize];
            let queue = side.get_mut(&price).expect("the best price");
            let maker = &mut queue.front_mut().expect("no empty queues").order;
            let quantity = order.quantity.min(maker.quantity);
            let (mut ended, mut remove) = (false, false);
            if maker.owner != order.owner || order.self_trade == SelfTrade::Decrement {
                maker.quantity.0 -= quantity.0;
                order.quantity.0 -= quantity.0;
                remove = maker.quantity.is_zero();
            }
            if maker.owner != order.owner {
                self.last = Some(price);
                self.reports.push(Report::Filled(Fill {
                    maker: maker.id,
                    taker: order.id,
                    quantity,
                    maker_left: maker.quantity,
                    price,
                    maker_owner: maker.owner,
                    taker_owner: order.owner,
                    taker_side: order.side,
                }));
            } else if order.self_trade == SelfTrade::Decrement {
                self.reports.push(Report::Decremented {
                    maker: maker.id,
                    taker: order.id,
                    owner: order.owner,
                    quantity,
                    maker_left: maker.quantity,
                });
            } else {
                ended = order.self_trade != SelfTrade::CancelResting;
                remove = order.self_trade != SelfTrade::CancelTaking;
                if remove {
                    let maker = *maker;
                    self.cancelled(&maker, CancelReason::SelfTrade);
                }
            }
            if remove {
                self.remove(order.side.opposite(), price, 0);
            }
            if ended {
                return true;
            }
        }
        false
    }

    fn remove(&mut self, side: Side, price: Price, position: usize) -> Resting {
        let queue = self.sides[side as usize].get_mut(&price).expect("a queue");
        let resting = queue.remove(position).expect("an order");
        if queue.is_empty() {
            self.sides[side as usize].remove(&price);
        }
        resting
    }

    fn cancelled(&mut self, order: &NewOrder, reason: CancelReason) {
        self.reports.push(Report::Cancelled {
            id: order.id,
            owner: order.owner,
            quantity: order.quantity,
            reason,
        });
    }

    fn position(&self, id: OrderId) -> Option<(Side, Price, usize)> {
        Side::BOTH.into_iter().find_map(|side| {
            self.sides[side as usize]
                .iter()
                .find_map(|(&price, queue)| {
                    let position = queue.iter().position(|resting| resting.order.id == id)?;
                    Some((side, price, position))
                })
        })
    }

    fn cancel(
        &mut self,
        id: OrderId,
        owner: OwnerId,
        reason: CancelReason,
    ) -> Result<(), RejectReason> {
        if let Some(position) = self.stops.iter().position(|stop| stop.id == id) {
            if self.stops[position].owner != owner {
                return Err(RejectReason::NotOwner);
            }
            let stop = self.stops.remove(position);
            self.cancelled(&stop, reason);
            return Ok(());
        }
        let (side, price, position) = self.position(id).ok_or(RejectReason::UnknownOrder)?;
        if self.sides[side as usize][&price][position].order.owner != owner {
            return Err(RejectReason::NotOwner);
        }
        let resting = self.remove(side, price, position);
        self.cancelled(&resting.order, reason);
        Ok(())
    }

    fn cancel_all(&mut self, owner: OwnerId) {
        let orders = self.all().map(|resting| &resting.order);
        let own = orders
            .chain(&self.stops)
            .filter(|order| order.owner == owner);
        let mut ids: Vec<OrderId> = own.map(|order| order.id).collect();
        ids.sort();
        for &id in &ids {
            self.cancel(id, owner, CancelReason::AllRequested)
                .expect("it is live");
        }
        self.reports.push(Report::CancelledAll {
            owner,
            orders: ids.len() as u32,
        });
    }

    fn replace(
        &mut self,
        id: OrderId,
        owner: OwnerId,
        price: Price,
        quantity: Quantity,
    ) -> Result<(), RejectReason> {
        if let Some(stop) = self.stops.iter().find(|stop| stop.id == id) {
            return Err(if stop.owner == owner {
                RejectReason::IsStop
            } else {
                RejectReason::NotOwner
            });
        }
        let (side, old_price, position) = self.position(id).ok_or(RejectReason::UnknownOrder)?;
        let queue = self.sides[side as usize].get_mut(&old_price);
        let resting = &mut queue.expect("a queue")[position];
        let old = resting.clone();
        if old.order.owner != owner {
            return Err(RejectReason::NotOwner);
        }
        let kept_priority = price == old_price && quantity <= old.order.quantity;
        if kept_priority && !quantity.is_zero() {
            resting.order.quantity = quantity;
        }
        self.check_quantity(quantity)?;
        if price < Price::MIN || price > Price::MAX {
            return Err(RejectReason::PriceOutOfRange);
        }
        let time_in_force = if old.post_only {
            TimeInForce::PostOnly
        } else {
            TimeInForce::GoodTilCancelled
        };
        let new = NewOrder {
            quantity,
            kind: OrderKind::Limit {
                price,
                time_in_force,
            },
            ..old.order
        };
        if !kept_priority && old.post_only && self.meets(&new).is_some() {
            return Err(RejectReason::WouldTake);
        }
        self.reports.push(Report::Replaced {
            id,
            owner,
            price,
            quantity,
            kept_priority,
        });
        if !kept_priority {
            self.remove(side, old_price, position);
            self.enter(new);
            self.run_stops();
        }
        Ok(())
    }
}

fn filled(report: &Report) -> u64 {
    match report {
        Report::Filled(fill) => fill.quantity.0,
        _ => 0,
    }
}
