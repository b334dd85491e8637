//! Markets and their books as they are.

use sealane_sdk::{
    amount,
    engine::book::{BookLevel, BookUnits, OrderBook, TickRounding},
    engine_core::book::{BookSide, Lots, MAX_LANES, Ticks},
    markets::{MarketEntry, MarketError},
    orderbook::state::pause,
};
use serde::{Deserialize, Serialize};
use solana_pubkey::Pubkey;
use tsify::{Ts, Tsify};
use wasm_bindgen::prelude::*;

use crate::{
    Exchange,
    convert::{read, reply, reply_all, reply_plain},
    refusal::{Answer, Problem},
    values::{Address, OrderSide},
};

/// An action that a market's authority can pause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "snake_case")]
pub enum MarketAction {
    /// New orders.
    Place,
    /// Takes.
    Take,
    /// Deposits.
    Deposit,
    /// Crossing two lanes.
    Cross,
}

/// A market.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(large_number_types_as_bigints)]
pub struct MarketInfo {
    /// Where it is.
    pub market: Address,
    /// Whom it obeys.
    pub authority: Address,
    /// Mint of the base token.
    pub base_mint: Address,
    /// Mint of the quote token.
    pub quote_mint: Address,
    /// The program that moves the base token.
    pub base_token_program: Address,
    /// The program that moves the quote token.
    pub quote_token_program: Address,
    /// Decimals of the base token.
    pub base_decimals: u8,
    /// Decimals of the quote token.
    pub quote_decimals: u8,
    /// Base units in a lot.
    pub base_lot: u64,
    /// Quote units that a lot's value grows by with each tick.
    pub tick: u32,
    /// The size of a lot, in whole base tokens.
    pub lot_size: String,
    /// The price of a tick, in whole quote tokens for one whole base token.
    pub tick_size: String,
    /// The taker's fee, in millionths of a take's value.
    pub taker_fee_pips: u32,
    /// The maker's fee, in millionths of a fill's value; negative: a rebate.
    pub maker_fee_pips: i32,
    /// The referrer's part of the taker's fee after rebates, in basis points.
    pub referrer_share_bps: u16,
    /// What is paused.
    pub paused: Vec<MarketAction>,
    /// How many vault shards there are.
    pub vault_shards: u8,
    /// How many lanes are known.
    pub lanes: u32,
    /// The best bid's price. Left out while there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub best_bid: Option<String>,
    /// The best ask's price. Left out while there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub best_ask: Option<String>,
    /// The slot in which the configuration looked like this.
    pub slot: u64,
}

/// How much of a book is wanted.
#[derive(Clone, Copy, Debug, Default, Deserialize, Tsify)]
#[serde(rename_all = "camelCase", default)]
pub struct BookOptions {
    /// Levels a side, at most; all, if left out.
    #[tsify(optional)]
    pub depth: Option<u32>,
    /// How many ticks make a level: bids count towards the lower end, asks towards the higher.
    #[tsify(optional)]
    pub group_ticks: Option<u32>,
}

/// All orders of a price, or of a range of prices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(large_number_types_as_bigints)]
pub struct Level {
    /// In whole quote tokens for one whole base token.
    pub price: String,
    /// In ticks.
    pub price_ticks: u32,
    /// In whole base tokens.
    pub size: String,
    /// In lots.
    pub lots: u64,
    /// How many orders.
    pub orders: u32,
}

/// A market's orders that can trade now, over all lanes that are known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(large_number_types_as_bigints)]
pub struct Book {
    /// Best first.
    pub bids: Vec<Level>,
    /// Best first.
    pub asks: Vec<Level>,
    /// The middle between the best prices. Left out while a side is empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mid: Option<String>,
    /// By how many ticks the best ask is above the best bid; zero or less where two lanes' orders
    /// cross. Left out while a side is empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spread_ticks: Option<i64>,
}

/// All markets, by address.
pub(crate) fn all(exchange: &Exchange) -> Vec<MarketInfo> {
    let mut entries: Vec<MarketEntry<'_>> = exchange.world().markets().markets().collect();
    entries.sort_unstable_by_key(|entry| entry.address);
    entries.iter().map(|entry| info(exchange, entry)).collect()
}

fn info(exchange: &Exchange, entry: &MarketEntry<'_>) -> MarketInfo {
    let (markets, market) = (exchange.world().markets(), entry.market);
    let units = BookUnits::new(market.sizes(), market.base_decimals, market.quote_decimals);
    // Before the time is known there is no book.
    let book = markets.book(&entry.address).unwrap_or_default();
    let best = |side| {
        book.best(side)
            .map(|order| units.price(order.price).to_string())
    };
    MarketInfo {
        market: entry.address.into(),
        authority: market.authority.into(),
        base_mint: market.base_mint.into(),
        quote_mint: market.quote_mint.into(),
        base_token_program: market.base_token_program.into(),
        quote_token_program: market.quote_token_program.into(),
        base_decimals: market.base_decimals,
        quote_decimals: market.quote_decimals,
        base_lot: market.base_lot,
        tick: market.tick,
        lot_size: amount::format(market.base_lot, market.base_decimals),
        tick_size: units.price(Ticks(1)).to_string(),
        taker_fee_pips: market.taker_fee_pips,
        maker_fee_pips: market.maker_fee_pips,
        referrer_share_bps: market.referrer_share_bps,
        paused: paused(market.paused),
        vault_shards: market.vault_shard_count,
        lanes: count(markets.lanes(&entry.address).count()),
        best_bid: best(BookSide::Bid),
        best_ask: best(BookSide::Ask),
        slot: entry.slot,
    }
}

fn paused(bits: u8) -> Vec<MarketAction> {
    let actions = [
        (pause::PLACE, MarketAction::Place),
        (pause::TAKE, MarketAction::Take),
        (pause::DEPOSIT, MarketAction::Deposit),
        (pause::CROSS, MarketAction::Cross),
    ];
    let set = actions.into_iter().filter(|(bit, _)| bits & bit != 0);
    set.map(|(_, action)| action).collect()
}

/// A number of things in memory, which 32 bits always hold in a browser.
pub(crate) fn count(things: usize) -> u32 {
    u32::try_from(things).unwrap_or(u32::MAX)
}

/// A size as people write it. More than a token account holds cannot rest.
pub(crate) fn size(units: &BookUnits, lots: Lots) -> String {
    units.size(lots).unwrap_or_default().to_string()
}

/// A market's book.
pub(crate) fn book(exchange: &Exchange, market: &Pubkey, options: BookOptions) -> Answer<Book> {
    let units = exchange.world().markets().units(market)?;
    let book = exchange.world().markets().book(market)?;
    let side = |side| levels(&book, &units, side, options);
    let mid = book.mid_half_ticks();
    Ok(Book {
        bids: side(BookSide::Bid),
        asks: side(BookSide::Ask),
        mid: mid.map(|halves| units.price_of_half_ticks(halves).to_string()),
        spread_ticks: book.spread_ticks(),
    })
}

fn levels(book: &OrderBook, units: &BookUnits, side: BookSide, options: BookOptions) -> Vec<Level> {
    let depth = options.depth.map_or(usize::MAX, |depth| depth as usize);
    let levels = book.grouped_levels(side, options.group_ticks.unwrap_or(1));
    let level = |level: &BookLevel| Level {
        price: units.price(level.price).to_string(),
        price_ticks: level.price.0,
        size: size(units, level.lots),
        lots: level.lots.0,
        orders: count(level.orders),
    };
    levels.iter().take(depth).map(level).collect()
}

/// The lanes of a side's best orders, best first: as many as an instruction can name.
pub(crate) fn best_lanes(
    exchange: &Exchange,
    market: &Pubkey,
    side: OrderSide,
) -> Answer<Vec<Address>> {
    let book = exchange.world().markets().book(market)?;
    let mut lanes = Vec::new();
    for order in book.orders(side.into()) {
        let lane = Address(order.lane);
        if lanes.len() == MAX_LANES {
            break;
        }
        if !lanes.contains(&lane) {
            lanes.push(lane);
        }
    }
    Ok(lanes)
}

/// A price in ticks: one that exists, or with a side the one next to it that is no worse for the
/// order's owner.
pub(crate) fn price(
    exchange: &Exchange,
    market: &Pubkey,
    text: &str,
    side: Option<OrderSide>,
) -> Answer<u32> {
    let units = exchange.world().markets().units(market)?;
    let price = decimal(text)?;
    let ticks = match side {
        None => units.exact_ticks(price)?,
        Some(side) => units.ticks(price, TickRounding::passive(side.into()))?,
    };
    Ok(ticks.0)
}

/// A size in lots: one that exists, or rounded down.
pub(crate) fn lots(exchange: &Exchange, market: &Pubkey, text: &str, round: bool) -> Answer<u64> {
    let units = exchange.world().markets().units(market)?;
    let size = decimal(text)?;
    let lots = match round {
        false => units.exact_lots(size)?,
        true => units.lots(size)?,
    };
    Ok(lots.0)
}

fn decimal(text: &str) -> Answer<rust_decimal::Decimal> {
    text.trim().parse().map_err(|_| {
        let message = format!("`{text}` is not a number");
        Problem::new("not_a_number", message, "write a number such as 1.5")
    })
}

#[wasm_bindgen]
impl Exchange {
    /// All markets that are known, by address.
    ///
    /// # Errors
    /// None but defects.
    pub fn markets(&self) -> Result<Vec<Ts<MarketInfo>>, JsValue> {
        reply_all(|| Ok(all(self)))
    }

    /// A market's book.
    ///
    /// # Errors
    /// `unknown_market`, `not_ready`, `invalid_argument`.
    pub fn book(
        &self,
        market: Ts<Address>,
        options: Option<Ts<BookOptions>>,
    ) -> Result<Ts<Book>, JsValue> {
        reply(|| {
            let options = options.as_ref().map(read).transpose()?;
            book(self, &read(&market)?.0, options.unwrap_or_default())
        })
    }

    /// The lanes of a side's best orders, best first, at most 32: what a post-only order of the other
    /// side is shown.
    ///
    /// # Errors
    /// `unknown_market`, `not_ready`, `invalid_argument`.
    #[wasm_bindgen(js_name = "bestLanes")]
    pub fn best_lanes(
        &self,
        market: Ts<Address>,
        side: Ts<OrderSide>,
    ) -> Result<Vec<Ts<Address>>, JsValue> {
        reply_all(|| best_lanes(self, &read(&market)?.0, read(&side)?))
    }

    /// A price as people write it, in ticks. Without a side it has to be one that exists; with one
    /// it is rounded so that the order is priced no worse for its owner: bids down, asks up.
    ///
    /// # Errors
    /// `off_tick`, `price_too_low`, `price_too_high`, `not_a_number`, `unknown_market`.
    #[wasm_bindgen(js_name = "parsePrice")]
    pub fn parse_price(
        &self,
        market: Ts<Address>,
        text: &str,
        side: Option<Ts<OrderSide>>,
    ) -> Result<u32, JsValue> {
        reply_plain(|| {
            let side = side.as_ref().map(read).transpose()?;
            price(self, &read(&market)?.0, text, side)
        })
    }

    /// A size as people write it, in lots: one that exists, or with `round` the next smaller one.
    ///
    /// # Errors
    /// `off_lot`, `size_too_small`, `size_too_large`, `not_a_number`, `unknown_market`.
    #[wasm_bindgen(js_name = "parseSize")]
    pub fn parse_size(
        &self,
        market: Ts<Address>,
        text: &str,
        round: Option<bool>,
    ) -> Result<u64, JsValue> {
        reply_plain(|| lots(self, &read(&market)?.0, text, round.unwrap_or(false)))
    }

    /// A price in ticks as people read it.
    ///
    /// # Errors
    /// `unknown_market`, `invalid_argument`.
    #[wasm_bindgen(js_name = "formatPrice")]
    pub fn format_price(&self, market: Ts<Address>, ticks: u32) -> Result<String, JsValue> {
        reply_plain(|| {
            let units = self.world().markets().units(&read(&market)?.0)?;
            Ok(units.price(Ticks(ticks)).to_string())
        })
    }

    /// A size in lots as people read it.
    ///
    /// # Errors
    /// `size_too_large`, `unknown_market`, `invalid_argument`.
    #[wasm_bindgen(js_name = "formatSize")]
    pub fn format_size(&self, market: Ts<Address>, lots: u64) -> Result<String, JsValue> {
        reply_plain(|| {
            let units = self.world().markets().units(&read(&market)?.0)?;
            let size = units.size(Lots(lots)).ok_or_else(|| {
                let message = format!("{lots} lots are more than a token account holds");
                Problem::new("size_too_large", message, "use fewer lots")
            });
            Ok(size?.to_string())
        })
    }
}

/// The market that a lane has to be in.
pub(crate) fn market_of(exchange: &Exchange, lane: &Pubkey) -> Result<Pubkey, MarketError> {
    let entry = exchange.world().markets().known_lane(lane)?;
    Ok(entry.lane.market())
}
