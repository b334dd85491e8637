//! The engines under one thin interface.

pub(crate) mod lobster;
pub(crate) mod matchcore;
pub(crate) mod orderbook_rs;
pub(crate) mod sealane;

use super::flow::Message;

/// Two orders have traded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Trade {
    pub(crate) maker: u64,
    pub(crate) taker: u64,
    pub(crate) price: u64,
    pub(crate) quantity: u64,
}

/// Books of many markets in one engine's way.
pub(crate) trait Engine {
    /// As the table calls it.
    const NAME: &'static str;
    /// Of its crate.
    const VERSION: &'static str;
    /// What it does otherwise than asked.
    const NOTE: &'static str;

    /// Empty books, each with room for so many orders.
    fn new(markets: usize, most_orders: u32) -> Self;

    /// Carries out a message and tells the trades in order.
    fn apply(&mut self, message: &Message, trade: &mut impl FnMut(Trade));
}
