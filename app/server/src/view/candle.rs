//! Candles and tickers.

use serde::Serialize;
use utoipa::ToSchema;

use super::{Address, Big, Price};
use crate::store::Candle;

/// What a venue did in an interval in which it traded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CandleView {
    /// When the interval begins, Unix seconds.
    pub time: i64,
    /// Price of the first trade.
    pub open: Price,
    /// Highest price.
    pub high: Price,
    /// Lowest price.
    pub low: Price,
    /// Price of the last trade.
    pub close: Price,
    /// Base tokens traded, in base units.
    pub base: Big,
    /// Quote tokens traded, in base units.
    pub quote: Big,
    /// How many trades.
    pub trades: u64,
}

impl From<&Candle> for CandleView {
    fn from(candle: &Candle) -> Self {
        Self {
            time: candle.start,
            open: candle.open.into(),
            high: candle.high.into(),
            low: candle.low.into(),
            close: candle.close.into(),
            base: candle.base.into(),
            quote: candle.quote.into(),
            trades: candle.trades,
        }
    }
}

/// A venue's last day, with the field names that price aggregators read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TickerView {
    /// The pair, as `BASE_QUOTE` of both mints.
    pub ticker_id: String,
    /// Mint of the base token.
    pub base_currency: Address,
    /// Mint of the quote token.
    pub target_currency: Address,
    /// The pool or the market.
    pub pool_id: Address,
    /// Price of the last trade; of a pool that has not traded, its present price.
    pub last_price: Option<Price>,
    /// Whole base tokens in the last 24 hours.
    pub base_volume: Price,
    /// Whole quote tokens in the last 24 hours.
    pub target_volume: Price,
    /// The best price that somebody pays; of pools the present price.
    pub bid: Option<Price>,
    /// The best price that somebody asks; of pools the present price.
    pub ask: Option<Price>,
    /// The highest price of the last 24 hours.
    pub high: Option<Price>,
    /// The lowest price of the last 24 hours.
    pub low: Option<Price>,
    /// What a pool holds, in whole quote tokens; null for markets.
    pub liquidity_in_target: Option<Price>,
}
