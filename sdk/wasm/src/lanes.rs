//! Lanes as they are: balances and resting orders of traders.

use sealane_sdk::{
    address,
    engine::book::BookUnits,
    engine_core::book::{BookSide, Moment, Order},
    markets::LaneEntry,
};
use serde::Serialize;
use solana_pubkey::Pubkey;
use tsify::{Ts, Tsify};
use wasm_bindgen::prelude::*;

use crate::{
    Exchange,
    convert::{read, reply, reply_all},
    markets::size,
    refusal::Answer,
    values::{Address, OrderExpiry, OrderSide},
};

/// A resting order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(large_number_types_as_bigints)]
pub struct RestingOrder {
    /// Its name in its lane, and its place in time among orders of one price.
    pub id: u64,
    /// Buys or sells.
    pub side: OrderSide,
    /// In whole quote tokens for one whole base token.
    pub price: String,
    /// In ticks.
    pub price_ticks: u32,
    /// What is left of it, in whole base tokens.
    pub size: String,
    /// In lots.
    pub lots: u64,
    /// What its owner knows it by.
    pub client_id: u64,
    /// Until when it can trade.
    pub expiry: OrderExpiry,
    /// Whether it has expired, which frees what it locks only when it is cancelled or met.
    pub expired: bool,
}

/// A trader's account in a market.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(large_number_types_as_bigints)]
pub struct LaneInfo {
    /// Where it is.
    pub lane: Address,
    /// In which market.
    pub market: Address,
    /// Whose.
    pub owner: Address,
    /// Which of the owner's lanes in the market it is.
    pub index: u16,
    /// Who else may trade, but not withdraw.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delegate: Option<Address>,
    /// The lane that gets a part of its taker's fees.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub referrer: Option<Address>,
    /// Orders that each side has room for.
    pub capacity: u16,
    /// Base units that can be traded or withdrawn.
    pub base_free: u64,
    /// Base units in resting asks.
    pub base_locked: u64,
    /// Quote units that can be traded or withdrawn.
    pub quote_free: u64,
    /// Quote units in resting bids.
    pub quote_locked: u64,
    /// Best first.
    pub bids: Vec<RestingOrder>,
    /// Best first.
    pub asks: Vec<RestingOrder>,
    /// The slot in which it looked like this.
    pub slot: u64,
}

/// An owner's lanes, in a market or in all: by market, then by index.
pub(crate) fn owned(
    exchange: &Exchange,
    owner: &Pubkey,
    market: Option<Pubkey>,
) -> Answer<Vec<LaneInfo>> {
    let markets = exchange.world().markets();
    let mut addresses: Vec<Pubkey> = match market {
        Some(market) => vec![market],
        None => markets.markets().map(|entry| entry.address).collect(),
    };
    addresses.sort_unstable();
    let mut lanes = Vec::new();
    for market in addresses {
        let units = markets.units(&market)?;
        let moment = markets.moment().unwrap_or_default();
        let owned = markets.lanes_of(&market, owner);
        lanes.extend(owned.iter().map(|entry| info(entry, &units, moment)));
    }
    Ok(lanes)
}

fn info(entry: &LaneEntry<'_>, units: &BookUnits, moment: Moment) -> LaneInfo {
    let header = entry.lane.header();
    let resting = |side: BookSide| -> Vec<RestingOrder> {
        // A lane keeps its worst orders first.
        let orders = entry.lane.orders(side).iter().rev();
        orders
            .map(|order| resting(order, side, units, moment))
            .collect()
    };
    LaneInfo {
        lane: entry.address.into(),
        market: entry.lane.market().into(),
        owner: entry.lane.owner().into(),
        index: header.index,
        delegate: entry.lane.delegate().map(Address),
        referrer: entry.lane.referrer().map(Address),
        capacity: header.capacity,
        base_free: header.base_free,
        base_locked: header.base_locked,
        quote_free: header.quote_free,
        quote_locked: header.quote_locked,
        bids: resting(BookSide::Bid),
        asks: resting(BookSide::Ask),
        slot: entry.slot,
    }
}

fn resting(order: &Order, side: BookSide, units: &BookUnits, moment: Moment) -> RestingOrder {
    RestingOrder {
        id: order.id.0,
        side: side.into(),
        price: units.price(order.price).to_string(),
        price_ticks: order.price.0,
        size: size(units, order.lots),
        lots: order.lots.0,
        client_id: order.client_id,
        expiry: OrderExpiry {
            slot: order.expires_slot,
            time: order.expires_at,
        },
        expired: order.is_expired(moment),
    }
}

#[wasm_bindgen]
impl Exchange {
    /// An owner's lanes with their orders, in one market or in all: by market, then by index.
    ///
    /// # Errors
    /// `unknown_market`, `invalid_argument`.
    pub fn lanes(
        &self,
        owner: Ts<Address>,
        market: Option<Ts<Address>>,
    ) -> Result<Vec<Ts<LaneInfo>>, JsValue> {
        reply_all(|| {
            let market = market.as_ref().map(read).transpose()?;
            owned(self, &read(&owner)?.0, market.map(|market| market.0))
        })
    }

    /// Where an owner's lane in a market is, or will be once it is opened.
    ///
    /// # Errors
    /// `invalid_argument`.
    #[wasm_bindgen(js_name = "laneAddress")]
    pub fn lane_address(
        &self,
        market: Ts<Address>,
        owner: Ts<Address>,
        index: u16,
    ) -> Result<Ts<Address>, JsValue> {
        reply(|| {
            let (lane, _) = address::lane(&read(&market)?.0, &read(&owner)?.0, index);
            Ok(Address(lane))
        })
    }
}
