//! A market.

use sealane_sdk::{
    book::BookUnits,
    engine::world::World,
    engine_core::book::{BookSide, Lots, Ticks},
    markets::MarketEntry,
    orderbook::state::pause,
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Address, Amount, Both, Price, pool::paused};
use crate::index::Day;

/// The pause bits and their names.
const PAUSES: [(u8, &str); 4] = [
    (pause::PLACE, "place"),
    (pause::TAKE, "take"),
    (pause::DEPOSIT, "deposit"),
    (pause::CROSS, "cross"),
];

/// What trades cost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct MarketFeesView {
    /// The taker's fee, in millionths of the value.
    pub taker_pips: u32,
    /// The maker's fee, in millionths of the value; negative: a rebate.
    pub maker_pips: i32,
    /// The referrer's part of the taker's fee, in basis points.
    pub referrer_share_bps: u16,
    /// The most that whoever crosses two lanes may earn, in millionths of the value.
    pub cross_reward_pips: u32,
}

/// The lanes of a market.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct LanesView {
    /// How many there are.
    pub count: usize,
    /// How many of them have orders.
    pub quoting: usize,
    /// Orders that can trade now.
    pub orders: usize,
}

/// A market.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct MarketView {
    /// Its address.
    pub market: Address,
    /// Mint of the base token.
    pub base_mint: Address,
    /// Mint of the quote token.
    pub quote_mint: Address,
    /// Decimals of the base token.
    pub base_decimals: u8,
    /// Decimals of the quote token.
    pub quote_decimals: u8,
    /// Base units in a lot.
    pub base_lot: Amount,
    /// Quote units that a lot's value grows by with each tick.
    pub tick: Amount,
    /// A lot, in whole base tokens.
    pub lot_size: Price,
    /// A tick, in whole quote tokens for one whole base token.
    pub tick_size: Price,
    /// What trades cost.
    pub fees: MarketFeesView,
    /// Who administers it.
    pub authority: Address,
    /// Actions that are paused: `place`, `take`, `deposit`, `cross`.
    pub paused: Vec<&'static str>,
    /// Vault shards.
    pub vault_shards: u8,
    /// The best price that somebody pays.
    pub best_bid: Option<Price>,
    /// The best price that somebody asks.
    pub best_ask: Option<Price>,
    /// The middle between the two.
    pub mid: Option<Price>,
    /// The price of the last trade, if the index knows one.
    pub last: Option<Price>,
    /// By how much the price has changed in the last 24 hours, in basis points.
    pub change_24h_bps: Option<i64>,
    /// What was traded in the last 24 hours.
    pub volume_24h: Both,
    /// Trades in the last 24 hours.
    pub trades_24h: u64,
    /// Its lanes.
    pub lanes: LanesView,
    /// The slot in which its configuration looked like this.
    pub slot: u64,
}

impl MarketView {
    /// From the world, with what the index knows of the last day.
    pub(crate) fn of(world: &World, entry: &MarketEntry<'_>, day: &Day) -> Self {
        let market = entry.market;
        let units = BookUnits::new(market.sizes(), market.base_decimals, market.quote_decimals);
        // Without a clock nobody knows which orders have expired, and none are shown.
        let book = world.markets().book(&entry.address).unwrap_or_default();
        let best = |side| book.best(side).map(|order| units.price(order.price).into());
        let lanes = || world.markets().lanes(&entry.address);
        Self {
            market: entry.address.into(),
            base_mint: market.base_mint.into(),
            quote_mint: market.quote_mint.into(),
            base_decimals: market.base_decimals,
            quote_decimals: market.quote_decimals,
            base_lot: market.base_lot.into(),
            tick: u64::from(market.tick).into(),
            lot_size: units.size(Lots(1)).unwrap_or_default().into(),
            tick_size: units.price(Ticks(1)).into(),
            fees: MarketFeesView {
                taker_pips: market.taker_fee_pips,
                maker_pips: market.maker_fee_pips,
                referrer_share_bps: market.referrer_share_bps,
                cross_reward_pips: market.cross_reward_pips,
            },
            authority: market.authority.into(),
            paused: paused(market.paused, &PAUSES),
            vault_shards: market.vault_shard_count,
            best_bid: best(BookSide::Bid),
            best_ask: best(BookSide::Ask),
            mid: book
                .mid_half_ticks()
                .map(|halves| units.price_of_half_ticks(halves).into()),
            last: day.last.map(Price),
            change_24h_bps: day.change_bps(),
            volume_24h: day.volume(),
            trades_24h: day.trades,
            lanes: LanesView {
                count: lanes().count(),
                quoting: lanes().filter(|entry| entry.lane.resting() > 0).count(),
                orders: book.orders(BookSide::Bid).len() + book.orders(BookSide::Ask).len(),
            },
            slot: entry.slot,
        }
    }
}
