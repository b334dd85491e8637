//! A trade that was executed.

use serde::Serialize;
use utoipa::ToSchema;

use super::{Address, Amount, Price};
use crate::store::Trade;

/// A trade that was executed: a swap with a shard, or one order filled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TradeView {
    /// Its number in the index: later trades have higher ones. What `before` takes.
    pub id: u64,
    /// The pool or the market.
    pub venue: Address,
    /// The transaction.
    pub signature: String,
    /// The slot in which it was executed.
    pub slot: u64,
    /// The block's time, Unix seconds.
    pub time: i64,
    /// What the taker did: `buy` or `sell` the base token.
    pub side: &'static str,
    /// Whole quote tokens for one whole base token: of swaps with all fees, of fills without.
    pub price: Price,
    /// Base tokens traded, in base units.
    pub base: Amount,
    /// Quote tokens traded, in base units.
    pub quote: Amount,
    /// The fee, in base units. Of markets it is told of each take, with its first fill.
    pub fee: Amount,
    /// In which token the fee was taken: `base` or `quote`.
    pub fee_side: &'static str,
    /// Who traded: of takes from a lane its owner.
    pub taker: Address,
    /// Whose order was filled; null for swaps with a pool.
    pub maker: Option<Address>,
    /// Of a pool the shard, of a market the lane that was filled.
    pub counterparty: Address,
}

impl From<&Trade> for TradeView {
    fn from(trade: &Trade) -> Self {
        Self {
            id: trade.id,
            venue: trade.venue.into(),
            signature: trade.signature.clone(),
            slot: trade.slot,
            time: trade.time,
            side: if trade.is_buy { "buy" } else { "sell" },
            price: trade.price.into(),
            base: trade.base.into(),
            quote: trade.quote.into(),
            fee: trade.fee.into(),
            fee_side: if trade.fee_in_base { "base" } else { "quote" },
            taker: trade.taker.into(),
            maker: trade.maker.map(Address),
            counterparty: trade.counterparty.into(),
        }
    }
}
