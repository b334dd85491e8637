//! Orders come in: new ones, and stops that are reached.

use super::{
    Book,
    index::Place,
    key::Key,
    order::{Order, Traits},
    stops::{Stop, Stops},
};
use crate::{
    command::{NewOrder, OrderKind, SelfTrade, TimeInForce},
    report::{
        CancelReason, LevelChange, OrderChange, RejectReason, Report, ReportSink, RestingOrder,
    },
    units::{OrderId, OwnerId, Price, Quantity, Side},
};

/// An order that comes in: it trades, then rests or goes.
#[derive(Clone, Copy)]
pub(super) struct Incoming {
    pub(super) id: OrderId,
    pub(super) owner: OwnerId,
    pub(super) side: Side,
    /// What is left of it.
    pub(super) quantity: Quantity,
    /// The worst price it trades at.
    pub(super) limit: Price,
    pub(super) time_in_force: TimeInForce,
    pub(super) self_trade: SelfTrade,
}

impl Incoming {
    /// The rank, among the orders it trades with, of the worst price it trades at.
    #[inline]
    pub(super) const fn limit_key(&self) -> Key {
        Key::of(self.side.opposite(), self.limit)
    }

    /// A worst price that every order meets.
    const fn any_price(side: Side) -> Price {
        Key::WORST.price(side.opposite())
    }
}

/// Why an order may not come in.
#[derive(Clone, Copy)]
pub(super) enum Refusal {
    WouldTake,
    NotFillable,
    BookFull,
}

impl From<Refusal> for RejectReason {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::WouldTake => Self::WouldTake,
            Refusal::NotFillable => Self::NotFillable,
            Refusal::BookFull => Self::BookFull,
        }
    }
}

impl From<Refusal> for CancelReason {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::WouldTake => Self::WouldTake,
            Refusal::NotFillable => Self::NotFillable,
            Refusal::BookFull => Self::BookFull,
        }
    }
}

impl Book {
    /// Checks a new order and lets it in.
    #[inline]
    pub(super) fn place(&mut self, order: &NewOrder, sink: &mut impl ReportSink) {
        let outcome = match order.kind {
            OrderKind::Limit {
                price,
                time_in_force,
            } => self.place_now(order, price, time_in_force, sink),
            OrderKind::Market => {
                let limit = Incoming::any_price(order.side);
                self.place_now(order, limit, TimeInForce::ImmediateOrCancel, sink)
            }
            OrderKind::Stop { trigger } => self.place_stop(order, trigger, None, sink),
            OrderKind::StopLimit {
                trigger,
                price,
                time_in_force,
            } => self.place_stop(order, trigger, Some((price, time_in_force)), sink),
        };
        if let Err(reason) = outcome {
            Self::reject(order.id, order.owner, reason, sink);
        }
    }

    /// What every new order must satisfy.
    #[inline]
    fn check_new(&self, order: &NewOrder) -> Result<(), RejectReason> {
        self.check_quantity(order.quantity)?;
        if self.find(order.id).is_some() {
            return Err(RejectReason::DuplicateId);
        }
        Ok(())
    }

    #[inline]
    pub(super) fn check_quantity(&self, quantity: Quantity) -> Result<(), RejectReason> {
        if quantity.is_zero() {
            return Err(RejectReason::ZeroQuantity);
        }
        if quantity > self.config.max_quantity {
            return Err(RejectReason::QuantityTooLarge);
        }
        Ok(())
    }

    #[inline]
    pub(super) fn check_price(price: Price) -> Result<(), RejectReason> {
        if price.is_valid() {
            Ok(())
        } else {
            Err(RejectReason::PriceOutOfRange)
        }
    }

    #[inline]
    fn place_now(
        &mut self,
        order: &NewOrder,
        limit: Price,
        time_in_force: TimeInForce,
        sink: &mut impl ReportSink,
    ) -> Result<(), RejectReason> {
        Self::check_price(limit)?;
        self.check_new(order)?;
        let incoming = Incoming {
            id: order.id,
            owner: order.owner,
            side: order.side,
            quantity: order.quantity,
            limit,
            time_in_force,
            self_trade: order.self_trade,
        };
        let takes = self.admit(&incoming)?;
        accept(order, sink);
        if takes {
            self.take_then_rest(incoming, sink);
            self.run_stops(sink);
        } else {
            self.rest_or_go(&incoming, sink);
        }
        Ok(())
    }

    #[cold]
    fn place_stop(
        &mut self,
        order: &NewOrder,
        trigger: Price,
        limit: Option<(Price, TimeInForce)>,
        sink: &mut impl ReportSink,
    ) -> Result<(), RejectReason> {
        Self::check_price(trigger)?;
        if let Some((price, _)) = limit {
            Self::check_price(price)?;
        }
        self.check_new(order)?;
        let stop = Stop {
            id: order.id,
            owner: order.owner,
            quantity: order.quantity,
            side: order.side,
            trigger,
            limit,
            self_trade: order.self_trade,
        };
        if self.stops.is_full() && !self.is_reached(&stop) {
            return Err(RejectReason::StopsFull);
        }
        accept(order, sink);
        self.wait_or_enter(stop, sink);
        Ok(())
    }

    /// Whether the last trade has reached a stop.
    fn is_reached(&self, stop: &Stop) -> bool {
        self.last_price()
            .is_some_and(|last| Stops::is_reached(stop.side, stop.trigger, last))
    }

    /// Lets a stop in if it is reached, or else wait behind all others at its trigger. There must be
    /// room for it then.
    pub(super) fn wait_or_enter(&mut self, stop: Stop, sink: &mut impl ReportSink) {
        if self.is_reached(&stop) {
            self.trigger(&stop, sink);
            self.run_stops(sink);
        } else {
            let place = self.stops.insert(stop);
            self.index.insert(stop.id.0, Place::Stop(place));
        }
    }

    /// Whether an order may come in, and if so, whether it finds somebody to trade with.
    #[inline]
    pub(super) fn admit(&self, incoming: &Incoming) -> Result<bool, Refusal> {
        let takes = self.sides[incoming.side.opposite() as usize].best() <= incoming.limit_key();
        match incoming.time_in_force {
            TimeInForce::PostOnly if takes => Err(Refusal::WouldTake),
            TimeInForce::FillOrKill if !self.is_fillable(incoming) => Err(Refusal::NotFillable),
            // If it takes and something of it is left to rest, then an order it met has gone.
            TimeInForce::GoodTilCancelled | TimeInForce::PostOnly
                if !takes && self.orders.is_full() =>
            {
                Err(Refusal::BookFull)
            }
            _ => Ok(takes),
        }
    }

    /// Trades; then what is left rests or goes.
    pub(super) fn take_then_rest(&mut self, mut incoming: Incoming, sink: &mut impl ReportSink) {
        let ended_by_self_trade = self.take(&mut incoming, sink);
        if incoming.quantity.is_zero() {
            return;
        }
        if ended_by_self_trade {
            cancelled(&incoming, CancelReason::SelfTrade, sink);
        } else {
            self.rest_or_go(&incoming, sink);
        }
    }

    /// What does not trade rests, if it may.
    #[inline]
    fn rest_or_go(&mut self, incoming: &Incoming, sink: &mut impl ReportSink) {
        let post_only = match incoming.time_in_force {
            TimeInForce::GoodTilCancelled => false,
            TimeInForce::PostOnly => true,
            TimeInForce::ImmediateOrCancel | TimeInForce::FillOrKill => {
                return cancelled(incoming, CancelReason::Unfilled, sink);
            }
        };
        let traits = Traits {
            side: incoming.side,
            self_trade: incoming.self_trade,
            post_only,
        };
        let order = Order::new(
            incoming.id,
            incoming.owner,
            Key::of(incoming.side, incoming.limit),
            incoming.quantity,
            traits,
        );
        let place = self.orders.insert(order);
        self.index.insert(incoming.id.0, Place::Order(place));
        self.queue(place, incoming.side, incoming.limit, sink);
    }

    /// Lets the order at `place` rest behind all others at its price.
    #[inline]
    pub(super) fn queue(
        &mut self,
        place: u32,
        side: Side,
        price: Price,
        sink: &mut impl ReportSink,
    ) {
        let level = self.sides[side as usize].join(Key::of(side, price));
        level.push(&mut self.orders, place);
        let order = &self.orders[place];
        sink.order(OrderChange::Added(RestingOrder {
            id: order.id,
            owner: order.owner,
            side,
            price,
            quantity: order.quantity,
        }));
        sink.level(LevelChange {
            side,
            price,
            quantity: level.quantity,
            orders: level.orders,
        });
    }

    /// Lets in all stops that the last price reaches, and those that their trades reach.
    ///
    /// Stops that are reached together queue at once: one that was reached enters even if the
    /// price comes back before its turn. No stop is added meanwhile, so that this ends after as
    /// many as waited.
    #[inline]
    pub(super) fn run_stops(&mut self, sink: &mut impl ReportSink) {
        // An order may take and trade with nobody: itself only.
        if self.last.0 != 0 && self.stops.reaches_any(self.last) {
            self.run_reached(sink);
        }
    }

    #[cold]
    fn run_reached(&mut self, sink: &mut impl ReportSink) {
        loop {
            self.stops.reach(self.last);
            let Some((place, stop)) = self.stops.next_reached() else {
                return;
            };
            self.index.remove(stop.id.0, Place::Stop(place));
            self.trigger(&stop, sink);
        }
    }

    /// Lets a stop in as the order it stands for.
    fn trigger(&mut self, stop: &Stop, sink: &mut impl ReportSink) {
        sink.report(Report::Triggered {
            id: stop.id,
            owner: stop.owner,
            quantity: stop.quantity,
            last: self.last,
        });
        let (limit, time_in_force) = stop.limit.unwrap_or((
            Incoming::any_price(stop.side),
            TimeInForce::ImmediateOrCancel,
        ));
        let incoming = Incoming {
            id: stop.id,
            owner: stop.owner,
            side: stop.side,
            quantity: stop.quantity,
            limit,
            time_in_force,
            self_trade: stop.self_trade,
        };
        match self.admit(&incoming) {
            Ok(_) => self.take_then_rest(incoming, sink),
            Err(refusal) => cancelled(&incoming, refusal.into(), sink),
        }
    }
}

#[inline]
fn accept(order: &NewOrder, sink: &mut impl ReportSink) {
    sink.report(Report::Accepted {
        id: order.id,
        owner: order.owner,
        quantity: order.quantity,
    });
}

/// What is left of an incoming order goes.
fn cancelled(incoming: &Incoming, reason: CancelReason, sink: &mut impl ReportSink) {
    sink.report(Report::Cancelled {
        id: incoming.id,
        owner: incoming.owner,
        quantity: incoming.quantity,
        reason,
    });
}
