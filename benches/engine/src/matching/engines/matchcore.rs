//! `matchcore`: a slab of levels under sorted maps, a hash map of orders.

use matchcore::{
    AmendCmd, AmendPatch, CancelCmd, Command, CommandKind, CommandMeta, CommandOutcome,
    CommandReport, LimitOrder, LimitOrderPatch, MarketOrder, NewOrder, OrderBook, OrderFlags,
    OrderId, OrderKind, Price, Quantity, QuantityPolicy, SequenceNumber, Side, SubmitCmd,
    TimeInForce, Timestamp,
};

use super::{Engine, Trade};
use crate::matching::flow::{Action, Message};

pub(crate) struct Matchcore {
    /// With the number of the next command, which the book asks for and which names an order.
    books: Vec<(OrderBook, u64)>,
}

fn side(side: sealane_matching::Side) -> Side {
    match side {
        sealane_matching::Side::Bid => Side::Buy,
        sealane_matching::Side::Ask => Side::Sell,
    }
}

fn quantity_policy(quantity: u32) -> QuantityPolicy {
    QuantityPolicy::Standard {
        quantity: Quantity(quantity.into()),
    }
}

#[inline]
fn command(action: &Action) -> CommandKind {
    match *action {
        Action::Add {
            side: order_side,
            price,
            quantity,
            ..
        } => CommandKind::Submit(SubmitCmd {
            order: NewOrder::Limit(LimitOrder::new(
                Price(price.into()),
                quantity_policy(quantity),
                OrderFlags::new(side(order_side), false, TimeInForce::Gtc),
            )),
        }),
        Action::Take {
            side: order_side,
            quantity,
            ..
        } => CommandKind::Submit(SubmitCmd {
            order: NewOrder::Market(MarketOrder::new(
                Quantity(quantity.into()),
                side(order_side),
                false,
            )),
        }),
        Action::Cancel { id } => CommandKind::Cancel(CancelCmd {
            order_id: OrderId(id.into()),
            order_kind: OrderKind::Limit,
        }),
        Action::Replace {
            id,
            price,
            quantity,
            ..
        } => CommandKind::Amend(AmendCmd {
            order_id: OrderId(id.into()),
            patch: AmendPatch::Limit(
                LimitOrderPatch::new()
                    .with_price(Price(price.into()))
                    .with_quantity_policy(quantity_policy(quantity)),
            ),
        }),
    }
}

impl Engine for Matchcore {
    const NAME: &'static str = "matchcore";
    const VERSION: &'static str = "0.4";
    const NOTE: &'static str = "no owners; names orders by the numbers of commands";

    fn new(markets: usize, _most_orders: u32) -> Self {
        Self {
            books: (0..markets).map(|_| (OrderBook::new("M"), 0)).collect(),
        }
    }

    #[inline]
    fn apply(&mut self, message: &Message, trade: &mut impl FnMut(Trade)) {
        let (book, next) = &mut self.books[message.market as usize];
        let number = std::mem::replace(next, *next + 1);
        let outcome = book.execute(&Command {
            meta: CommandMeta {
                sequence_number: SequenceNumber(number),
                timestamp: Timestamp(number),
            },
            kind: command(&message.action),
        });
        match &outcome {
            CommandOutcome::Applied(
                CommandReport::Submit(effects) | CommandReport::Amend(effects),
            ) => {
                let target = effects.target_order();
                let trades = target.match_result().map(|result| result.trades());
                for one in trades.unwrap_or_default() {
                    trade(Trade {
                        maker: one.maker_order_id().0,
                        taker: target.order_id().0,
                        price: one.price().0,
                        quantity: one.quantity().0,
                    });
                }
            }
            CommandOutcome::Applied(CommandReport::Cancel) => {}
            CommandOutcome::Rejected(failure) => panic!("{message:?}: {failure}"),
        }
    }
}
