//! `orderbook-rs`: concurrent maps and queues, safe for many writers.

use std::sync::Arc;

use orderbook_rs::{Id, OrderBook, OrderBookError, Side, StubClock, TimeInForce};

use super::{Engine, Trade};
use crate::matching::flow::{Action, Message};

pub(crate) struct OrderbookRs {
    books: Vec<OrderBook<()>>,
}

fn side(side: sealane_matching::Side) -> Side {
    match side {
        sealane_matching::Side::Bid => Side::Buy,
        sealane_matching::Side::Ask => Side::Sell,
    }
}

fn number(id: Id) -> u64 {
    match id {
        Id::Sequential(number) => number,
        other => panic!("an id that is no number: {other:?}"),
    }
}

fn tell(result: &pricelevel::MatchResult, trade: &mut impl FnMut(Trade)) {
    for one in result.trades().as_vec() {
        trade(Trade {
            maker: number(one.maker_order_id()),
            taker: number(one.taker_order_id()),
            price: one.price().as_u128() as u64,
            quantity: one.quantity().as_u64(),
        });
    }
}

fn add(
    book: &OrderBook<()>,
    id: u32,
    order_side: sealane_matching::Side,
    price: u32,
    quantity: u32,
    trade: &mut impl FnMut(Trade),
) {
    let added = book.add_limit_order_with_result(
        Id::sequential(id.into()),
        price.into(),
        quantity.into(),
        side(order_side),
        TimeInForce::Gtc,
        None,
    );
    match added {
        Ok((_, Some(result))) => tell(&result.match_result, trade),
        Ok((_, None)) => {}
        Err(error) => panic!("order {id}: {error}"),
    }
}

fn cancel(book: &OrderBook<()>, id: u32) {
    match book.cancel_order(Id::sequential(id.into())) {
        Ok(Some(_)) => {}
        Ok(None) => panic!("order {id} is not there"),
        Err(error) => panic!("order {id}: {error}"),
    }
}

impl Engine for OrderbookRs {
    const NAME: &'static str = "orderbook-rs";
    const VERSION: &'static str = "0.15";
    const NOTE: &'static str = "replace: cancel and add, as its own is (which tells no trades); \
                                clock that reads no time";

    fn new(markets: usize, _most_orders: u32) -> Self {
        let book = || OrderBook::with_clock("M", Arc::new(StubClock::new()));
        Self {
            books: (0..markets).map(|_| book()).collect(),
        }
    }

    #[inline]
    fn apply(&mut self, message: &Message, trade: &mut impl FnMut(Trade)) {
        let book = &self.books[message.market as usize];
        match message.action {
            Action::Add {
                id,
                side,
                price,
                quantity,
            } => add(book, id, side, price, quantity, trade),
            Action::Take {
                id,
                side: order_side,
                quantity,
            } => {
                let id = Id::sequential(id.into());
                match book.submit_market_order(id, quantity.into(), side(order_side)) {
                    Ok(result) => tell(&result, trade),
                    Err(OrderBookError::InsufficientLiquidity { .. }) => {}
                    Err(error) => panic!("order {id}: {error}"),
                }
            }
            Action::Cancel { id } => cancel(book, id),
            Action::Replace {
                id,
                side,
                price,
                quantity,
            } => {
                cancel(book, id);
                add(book, id, side, price, quantity, trade);
            }
        }
    }
}
