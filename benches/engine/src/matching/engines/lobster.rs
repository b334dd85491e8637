//! `lobster`: sorted maps of vectors over an arena.

use lobster::{OrderBook, OrderEvent, OrderType, Side};

use super::{Engine, Trade};
use crate::matching::flow::{Action, Message};

pub(crate) struct Lobster {
    books: Vec<OrderBook>,
}

fn side(side: sealane_matching::Side) -> Side {
    match side {
        sealane_matching::Side::Bid => Side::Bid,
        sealane_matching::Side::Ask => Side::Ask,
    }
}

impl Engine for Lobster {
    const NAME: &'static str = "lobster";
    const VERSION: &'static str = "0.7";
    const NOTE: &'static str = "no replace: cancel and add; no owners, no stops";

    fn new(markets: usize, most_orders: u32) -> Self {
        let book = || OrderBook::new(most_orders as usize, 10, false);
        Self {
            books: (0..markets).map(|_| book()).collect(),
        }
    }

    #[inline]
    fn apply(&mut self, message: &Message, trade: &mut impl FnMut(Trade)) {
        let book = &mut self.books[message.market as usize];
        let order = match message.action {
            Action::Add {
                id,
                side: order_side,
                price,
                quantity,
            } => OrderType::Limit {
                id: id.into(),
                side: side(order_side),
                qty: quantity.into(),
                price: price.into(),
            },
            Action::Take {
                id,
                side: order_side,
                quantity,
            } => OrderType::Market {
                id: id.into(),
                side: side(order_side),
                qty: quantity.into(),
            },
            Action::Cancel { id } => OrderType::Cancel { id: id.into() },
            Action::Replace {
                id,
                side: order_side,
                price,
                quantity,
            } => {
                book.execute(OrderType::Cancel { id: id.into() });
                OrderType::Limit {
                    id: id.into(),
                    side: side(order_side),
                    qty: quantity.into(),
                    price: price.into(),
                }
            }
        };
        let event = book.execute(order);
        if let OrderEvent::Filled { fills, .. } | OrderEvent::PartiallyFilled { fills, .. } = &event
        {
            for fill in fills {
                trade(Trade {
                    maker: fill.order_2 as u64,
                    taker: fill.order_1 as u64,
                    price: fill.price,
                    quantity: fill.qty,
                });
            }
        }
    }
}
