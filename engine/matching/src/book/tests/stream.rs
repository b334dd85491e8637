//! Random commands that meet every rule often.

use std::collections::VecDeque;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::{
    command::{Command, NewOrder, OrderKind, SelfTrade, TimeInForce},
    units::{OrderId, OwnerId, Price, Quantity, Side},
};

/// Owners; an order's id says whose it is, so that cancels mostly come from the right one.
const OWNERS: u64 = 4;

pub(super) struct Stream {
    random: ChaCha8Rng,
    next_id: u64,
    centre: f64,
    /// How far around the centre most prices lie.
    spread: f64,
    /// How many ids back cancels and replaces reach.
    reach: u64,
    /// Stops placed of late, the oldest first.
    stops: VecDeque<NewOrder>,
}

impl Stream {
    pub(super) fn new(seed: u64) -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        Self {
            next_id: random.random_range(1..1 << 40),
            centre: *pick(&mut random, &[3.0, 40.0, 1e6, 4e9]),
            spread: *pick(&mut random, &[2.0, 12.0, 100.0, 3_000.0]),
            reach: *pick(&mut random, &[4, 30, 300]),
            stops: VecDeque::new(),
            random,
        }
    }

    pub(super) fn next(&mut self) -> Command {
        self.move_centre();
        match self.random.random_range(0..1_000) {
            0..560 => Command::Place(self.order()),
            560..775 => {
                let id = self.recent();
                let owner = self.owner(id);
                Command::Cancel { id, owner }
            }
            775..815 => self.replace_stop(),
            815..990 => {
                let id = self.recent();
                Command::Replace {
                    id,
                    owner: self.owner(id),
                    price: self.price(),
                    quantity: self.quantity(),
                }
            }
            _ => Command::CancelAll {
                owner: OwnerId(self.random.random_range(0..OWNERS as u32 + 1)),
            },
        }
    }

    /// Mostly a stop that may wait, as what it is.
    fn replace_stop(&mut self) -> Command {
        let old = match self.stops.len() {
            0 => None,
            stops => Some(self.stops[self.random.random_range(0..stops)]),
        };
        let old = old.filter(|_| !self.random.random_ratio(1, 20));
        let id = old.map_or_else(|| self.recent(), |order| order.id);
        let mut has_limit = match old {
            Some(order) => matches!(order.kind, OrderKind::StopLimit { .. }),
            None => self.random.random(),
        };
        has_limit ^= self.random.random_ratio(1, 8);
        let (mut trigger, mut limit) = (self.price(), self.price());
        let mut quantity = self.quantity();
        // Sometimes only less of it, so that it keeps its place.
        if let Some(order) = old
            && self.random.random_ratio(1, 3)
        {
            (trigger, limit) = match order.kind {
                OrderKind::StopLimit { trigger, price, .. } => (trigger, price),
                OrderKind::Stop { trigger } => (trigger, limit),
                other => unreachable!("{other:?} is no stop"),
            };
            quantity.0 = quantity.0.min(order.quantity.0);
        }
        Command::ReplaceStop {
            id,
            owner: self.owner(id),
            trigger,
            limit: has_limit.then_some(limit),
            quantity,
        }
    }

    fn move_centre(&mut self) {
        let step = match self.random.random_range(0..100) {
            0 => self.random.random_range(-20.0..20.0),
            1..20 => self.random.random_range(-0.5..0.5),
            _ => 0.0,
        };
        self.centre = (self.centre + step * self.spread).clamp(1.0, f64::from(u32::MAX - 1));
    }

    fn order(&mut self) -> NewOrder {
        let order = self.any_order();
        if matches!(
            order.kind,
            OrderKind::Stop { .. } | OrderKind::StopLimit { .. }
        ) {
            self.stops.push_back(order);
            if self.stops.len() > 8 {
                self.stops.pop_front();
            }
        }
        order
    }

    fn any_order(&mut self) -> NewOrder {
        let id = if self.random.random_ratio(1, 30) {
            self.recent()
        } else {
            self.next_id += 1;
            OrderId(self.next_id)
        };
        let side = *pick(&mut self.random, &Side::BOTH);
        let time_in_force = self.time_in_force();
        let price = self.price();
        let trigger = self.price();
        NewOrder {
            id,
            owner: self.owner(id),
            side,
            quantity: self.quantity(),
            kind: match self.random.random_range(0..100) {
                0..82 => OrderKind::Limit {
                    price,
                    time_in_force,
                },
                82..87 => OrderKind::Market,
                87..93 => OrderKind::Stop { trigger },
                _ => OrderKind::StopLimit {
                    trigger,
                    price,
                    time_in_force,
                },
            },
            self_trade: *pick(
                &mut self.random,
                &[
                    SelfTrade::CancelResting,
                    SelfTrade::CancelTaking,
                    SelfTrade::CancelBoth,
                    SelfTrade::Decrement,
                ],
            ),
        }
    }

    fn time_in_force(&mut self) -> TimeInForce {
        match self.random.random_range(0..100) {
            0..66 => TimeInForce::GoodTilCancelled,
            66..78 => TimeInForce::PostOnly,
            78..89 => TimeInForce::ImmediateOrCancel,
            _ => TimeInForce::FillOrKill,
        }
    }

    fn recent(&mut self) -> OrderId {
        OrderId(self.next_id - self.random.random_range(0..self.reach))
    }

    fn owner(&mut self, id: OrderId) -> OwnerId {
        let stranger = u64::from(self.random.random_ratio(1, 50));
        OwnerId(((id.0 + stranger) % OWNERS) as u32)
    }

    fn quantity(&mut self) -> Quantity {
        Quantity(match self.random.random_range(0..200) {
            0 => 0,
            1 => 1_001,
            2 => 1_000,
            3..20 => self.random.random_range(1..200),
            _ => self.random.random_range(1..12),
        })
    }

    /// Mostly near the centre, sometimes far behind, rarely at the ends or beyond.
    fn price(&mut self) -> Price {
        match self.random.random_range(0..400) {
            0 => return *pick(&mut self.random, &[Price(0), Price(u32::MAX)]),
            1 => return *pick(&mut self.random, &[Price::MIN, Price::MAX]),
            _ => {}
        }
        let unit: f64 = self.random.random_range(-1.0..1.0);
        let tail = if self.random.random_ratio(1, 20) {
            40.0
        } else {
            1.0
        };
        let price = self.centre + unit.powi(3) * tail * self.spread;
        Price(price.clamp(1.0, f64::from(u32::MAX - 1)) as u32)
    }
}

pub(super) fn pick<'a, T>(random: &mut ChaCha8Rng, from: &'a [T]) -> &'a T {
    &from[random.random_range(0..from.len())]
}
