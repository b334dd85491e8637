//! Sealane's book.

use sealane_matching::{
    Book, BookConfig, Command, NewOrder, OrderId, OrderKind, OwnerId, Price, Quantity, Report,
    SelfTrade, TimeInForce,
};

use super::{Engine, Trade};
use crate::matching::flow::{Action, Message};

pub(crate) struct Sealane {
    books: Vec<Book>,
    /// All reports of a message are written here, as they would be to a ring.
    reports: Vec<Report>,
}

impl Sealane {
    /// More than any market of a flow holds.
    pub(crate) const MOST_ORDERS: u32 = 1 << 14;

    pub(crate) fn book(most_orders: u32) -> Book {
        let config = BookConfig {
            orders: most_orders,
            stops: 64,
            ..BookConfig::default()
        };
        Book::new(config).expect("a valid configuration")
    }

    /// Every order has an owner of its own, so that none meets its own.
    #[inline]
    pub(crate) fn command(action: &Action) -> Command {
        match *action {
            Action::Add {
                id,
                side,
                price,
                quantity,
            } => {
                let kind = OrderKind::Limit {
                    price: Price(price),
                    time_in_force: TimeInForce::GoodTilCancelled,
                };
                Command::Place(order(id, side, quantity, kind))
            }
            Action::Take { id, side, quantity } => {
                Command::Place(order(id, side, quantity, OrderKind::Market))
            }
            Action::Cancel { id } => Command::Cancel {
                id: OrderId(id.into()),
                owner: OwnerId(id),
            },
            Action::Replace {
                id,
                price,
                quantity,
                ..
            } => Command::Replace {
                id: OrderId(id.into()),
                owner: OwnerId(id),
                price: Price(price),
                quantity: Quantity(quantity.into()),
            },
        }
    }
}

#[inline]
fn order(id: u32, side: sealane_matching::Side, quantity: u32, kind: OrderKind) -> NewOrder {
    NewOrder {
        id: OrderId(id.into()),
        owner: OwnerId(id),
        side,
        quantity: Quantity(quantity.into()),
        kind,
        self_trade: SelfTrade::CancelTaking,
    }
}

impl Engine for Sealane {
    const NAME: &'static str = "sealane";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const NOTE: &'static str = "all reports written to a buffer";

    fn new(markets: usize, most_orders: u32) -> Self {
        Self {
            books: (0..markets).map(|_| Self::book(most_orders)).collect(),
            reports: Vec::with_capacity(1 << 12),
        }
    }

    #[inline]
    fn apply(&mut self, message: &Message, trade: &mut impl FnMut(Trade)) {
        self.reports.clear();
        let command = Self::command(&message.action);
        self.books[message.market as usize].apply(&command, &mut self.reports);
        for report in &self.reports {
            if let Report::Filled(fill) = report {
                trade(Trade {
                    maker: fill.maker.0,
                    taker: fill.taker.0,
                    price: fill.price.0.into(),
                    quantity: fill.quantity.0,
                });
            }
        }
    }
}
