//! Stops, as plainly: all of them are looked at whenever something has traded.

use std::collections::VecDeque;

use super::Model;
use crate::{
    command::{NewOrder, OrderKind},
    report::{CancelReason, RejectReason, Report},
    units::{OrderId, OwnerId, Price, Quantity, Side},
};

impl Model {
    pub(super) fn replace_stop(
        &mut self,
        id: OrderId,
        owner: OwnerId,
        trigger: Price,
        limit: Option<Price>,
        quantity: Quantity,
    ) -> Result<(), RejectReason> {
        let Some(position) = self.stops.iter().position(|stop| stop.id == id) else {
            let (side, price, position) = self.position(id).ok_or(RejectReason::UnknownOrder)?;
            let resting = &self.sides[side as usize][&price][position];
            return Err(if resting.order.owner == owner {
                RejectReason::NotStop
            } else {
                RejectReason::NotOwner
            });
        };
        let old = self.stops[position];
        if old.owner != owner {
            return Err(RejectReason::NotOwner);
        }
        self.check_quantity(quantity)?;
        for price in [Some(trigger), limit].into_iter().flatten() {
            if price < Price::MIN || price > Price::MAX {
                return Err(RejectReason::PriceOutOfRange);
            }
        }
        let kind = match (old.kind, limit) {
            (OrderKind::Stop { .. }, None) => OrderKind::Stop { trigger },
            (OrderKind::StopLimit { time_in_force, .. }, Some(price)) => OrderKind::StopLimit {
                trigger,
                price,
                time_in_force,
            },
            _ => return Err(RejectReason::LimitMismatch),
        };
        let new = NewOrder {
            kind,
            quantity,
            ..old
        };
        let kept_priority = kind == old.kind && quantity <= old.quantity;
        self.reports.push(Report::StopReplaced {
            id,
            owner,
            trigger,
            limit,
            quantity,
            kept_priority,
        });
        if kept_priority {
            self.stops[position] = new;
        } else {
            self.stops.remove(position);
            if self.is_reached(&new) {
                self.trigger(new);
            } else {
                self.stops.push(new);
            }
            self.run_stops();
        }
        Ok(())
    }

    pub(super) fn is_reached(&self, stop: &NewOrder) -> bool {
        let (OrderKind::Stop { trigger } | OrderKind::StopLimit { trigger, .. }) = stop.kind else {
            panic!("not a stop");
        };
        match (self.last, stop.side) {
            (None, _) => false,
            (Some(last), Side::Bid) => last >= trigger,
            (Some(last), Side::Ask) => last <= trigger,
        }
    }

    pub(super) fn run_stops(&mut self) {
        let mut queue = VecDeque::new();
        loop {
            let (mut reached, waiting): (Vec<_>, Vec<_>) = std::mem::take(&mut self.stops)
                .into_iter()
                .partition(|stop| self.is_reached(stop));
            self.stops = waiting;
            // Bids from the lowest trigger, then asks from the highest; sorting keeps arrival.
            reached.sort_by_key(|stop| match (stop.side, stop.kind) {
                (side, OrderKind::Stop { trigger } | OrderKind::StopLimit { trigger, .. }) => {
                    let distance = i64::from(trigger.0);
                    (
                        side,
                        if side == Side::Bid {
                            distance
                        } else {
                            -distance
                        },
                    )
                }
                _ => unreachable!("not a stop"),
            });
            queue.extend(reached);
            let Some(stop) = queue.pop_front() else {
                return;
            };
            self.trigger(stop);
        }
    }

    pub(super) fn trigger(&mut self, stop: NewOrder) {
        self.reports.push(Report::Triggered {
            id: stop.id,
            owner: stop.owner,
            quantity: stop.quantity,
            last: self.last.expect("it is reached"),
        });
        match self.refuse(&stop) {
            Ok(()) => self.enter(stop),
            Err(RejectReason::WouldTake) => self.cancelled(&stop, CancelReason::WouldTake),
            Err(RejectReason::NotFillable) => self.cancelled(&stop, CancelReason::NotFillable),
            Err(RejectReason::BookFull) => self.cancelled(&stop, CancelReason::BookFull),
            Err(reason) => panic!("a stop was let wait that is {reason}"),
        }
    }
}
