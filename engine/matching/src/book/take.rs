//! Incoming orders trade with resting ones.

use super::{Book, enter::Incoming, index::Place, order::NIL};
use crate::{
    command::SelfTrade,
    report::{CancelReason, Fill, LevelChange, OrderChange, Report, ReportSink},
    units::Quantity,
};

impl Book {
    /// Trades an incoming order with resting ones, best price first, then first come first, until
    /// nothing is left of it or nobody is left. Whether its self-trade mode has ended it.
    pub(super) fn take(&mut self, incoming: &mut Incoming, sink: &mut impl ReportSink) -> bool {
        let limit = incoming.limit_key();
        loop {
            let best = self.sides[incoming.side.opposite() as usize].best();
            if best > limit {
                return false;
            }
            if self.take_level(incoming, sink) {
                return true;
            }
            if incoming.quantity.is_zero() {
                return false;
            }
        }
    }

    /// Trades with the orders at the best price. Whether the self-trade mode has ended it.
    #[inline]
    fn take_level(&mut self, incoming: &mut Incoming, sink: &mut impl ReportSink) -> bool {
        let side = incoming.side.opposite();
        let ladder = &mut self.sides[side as usize];
        let key = ladder.best();
        let price = key.price(side);
        let level = ladder.level_mut(key);
        let mut ended = false;
        while level.first != NIL && !incoming.quantity.is_zero() && !ended {
            let place = level.first;
            let maker = &mut self.orders[place];
            let met = Quantity(incoming.quantity.0.min(maker.quantity.0));
            let gone = if maker.owner != incoming.owner {
                maker.quantity.0 -= met.0;
                level.quantity.0 -= met.0;
                incoming.quantity.0 -= met.0;
                self.last = price;
                sink.report(Report::Filled(Fill {
                    maker: maker.id,
                    taker: incoming.id,
                    quantity: met,
                    maker_left: maker.quantity,
                    price,
                    maker_owner: maker.owner,
                    taker_owner: incoming.owner,
                    taker_side: incoming.side,
                }));
                maker.quantity.is_zero()
            } else if incoming.self_trade == SelfTrade::Decrement {
                maker.quantity.0 -= met.0;
                level.quantity.0 -= met.0;
                incoming.quantity.0 -= met.0;
                sink.report(Report::Decremented {
                    maker: maker.id,
                    taker: incoming.id,
                    owner: maker.owner,
                    quantity: met,
                    maker_left: maker.quantity,
                });
                maker.quantity.is_zero()
            } else {
                ended = incoming.self_trade != SelfTrade::CancelResting;
                let gone = incoming.self_trade != SelfTrade::CancelTaking;
                if gone {
                    sink.report(Report::Cancelled {
                        id: maker.id,
                        owner: maker.owner,
                        quantity: maker.quantity,
                        reason: CancelReason::SelfTrade,
                    });
                    level.quantity.0 -= maker.quantity.0;
                    maker.quantity = Quantity::ZERO;
                }
                gone
            };
            if gone {
                let (id, next) = (maker.id, maker.next);
                level.first = next;
                level.orders -= 1;
                if next == NIL {
                    level.last = NIL;
                } else {
                    self.orders[next].set_previous(NIL);
                }
                self.orders.remove(place);
                self.index.remove(id.0, Place::Order(place));
                sink.order(OrderChange::Removed { id });
            } else if !ended {
                sink.order(OrderChange::Reduced {
                    id: maker.id,
                    quantity: maker.quantity,
                });
            }
        }
        let change = LevelChange {
            side,
            price,
            quantity: level.quantity,
            orders: level.orders,
        };
        if level.first == NIL {
            ladder.vacate(key);
        }
        sink.level(change);
        ended
    }

    /// Whether an incoming order finds its whole quantity with others than its owner, before its
    /// self-trade mode ends it.
    #[cold]
    pub(super) fn is_fillable(&self, incoming: &Incoming) -> bool {
        let limit = incoming.limit_key();
        let mut wanted = incoming.quantity.0;
        let levels = self.sides[incoming.side.opposite() as usize].iter();
        for level in levels.take_while(|level| level.key <= limit) {
            let mut place = level.first;
            while place != NIL {
                let maker = &self.orders[place];
                if maker.owner != incoming.owner {
                    if maker.quantity.0 >= wanted {
                        return true;
                    }
                    wanted -= maker.quantity.0;
                } else if incoming.self_trade != SelfTrade::CancelResting {
                    return false;
                }
                place = maker.next;
            }
        }
        false
    }
}
