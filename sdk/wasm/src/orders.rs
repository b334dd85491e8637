//! Placing and cancelling. The signer is the lane's owner or delegate.

use sealane_sdk::{
    engine::book::{Ladder, Quoted},
    engine_core::book::{Lots, NewOrder, OrderId, PostOnly as Rule, Ticks},
    orderbook::PlaceParams,
    plan,
};
use serde::Deserialize;
use tsify::{Ts, Tsify};
use wasm_bindgen::prelude::*;

use crate::{
    Exchange,
    convert::{read, reply},
    markets::market_of,
    plan::Instruction,
    refusal::Answer,
    values::{Address, OrderExpiry, OrderSide, pubkeys},
};

/// What becomes of an order that would trade with one of the lanes that it is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Tsify)]
#[serde(rename_all = "snake_case")]
pub enum PostOnly {
    /// Rests anyhow: nobody looked.
    #[default]
    Off,
    /// Is refused.
    Reject,
    /// Moves to one tick from the best opposite price.
    Slide,
}

impl From<PostOnly> for Rule {
    fn from(rule: PostOnly) -> Self {
        match rule {
            PostOnly::Off => Self::Off,
            PostOnly::Reject => Self::Reject,
            PostOnly::Slide => Self::Slide,
        }
    }
}

/// An order that is to rest.
#[derive(Clone, Copy, Debug, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(large_number_types_as_bigints)]
pub struct Order {
    /// Buys or sells.
    pub side: OrderSide,
    /// At which price, in ticks.
    pub price_ticks: u32,
    /// How much, in lots.
    pub lots: u64,
    /// Whatever the trader wants to know it by; 0 if left out.
    #[serde(default)]
    pub client_id: u64,
    /// Until when; until cancelled, if left out.
    #[serde(default)]
    pub expiry: OrderExpiry,
    /// Whether to look for orders that it would trade with; off if left out.
    #[serde(default)]
    pub post_only: PostOnly,
}

impl From<Order> for PlaceParams {
    fn from(order: Order) -> Self {
        let rests = NewOrder {
            side: order.side.into(),
            price: Ticks(order.price_ticks),
            lots: Lots(order.lots),
            client_id: order.client_id,
            expiry: order.expiry.into(),
        };
        plan::order_params(&rests, order.post_only.into())
    }
}

/// Orders to be placed, all or none.
#[derive(Clone, Debug, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct PlaceRequest {
    /// The market.
    pub market: Address,
    /// The lane that they rest in.
    pub lane: Address,
    /// Who signs: the lane's owner or delegate.
    pub authority: Address,
    /// One, or up to 64.
    pub orders: Vec<Order>,
    /// The lanes, at most 32, that post-only orders look at.
    #[serde(default)]
    pub shown: Vec<Address>,
}

/// A price and a size.
#[derive(Clone, Copy, Debug, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(large_number_types_as_bigints)]
pub struct QuotedLevel {
    /// In ticks.
    pub price_ticks: u32,
    /// In lots.
    pub lots: u64,
}

/// What a lane is to quote instead of what it quotes.
#[derive(Clone, Debug, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(large_number_types_as_bigints)]
pub struct ReplaceAllRequest {
    /// The lane.
    pub lane: Address,
    /// Who signs: the lane's owner or delegate.
    pub authority: Address,
    /// What replaces the bids, best first; left out, they stay as they are.
    #[serde(default)]
    pub bids: Option<Vec<QuotedLevel>>,
    /// What replaces the asks, best first; left out, they stay as they are.
    #[serde(default)]
    pub asks: Option<Vec<QuotedLevel>>,
    /// What all the orders are to be known by; 0 if left out.
    #[serde(default)]
    pub client_id: u64,
    /// Until when they stand; until cancelled, if left out.
    #[serde(default)]
    pub expiry: OrderExpiry,
    /// Whether to refuse levels that would trade with an order of the lanes shown.
    #[serde(default)]
    pub post_only: bool,
    /// The lanes, at most 32, that are looked at.
    #[serde(default)]
    pub shown: Vec<Address>,
}

/// What is to be cancelled.
#[derive(Clone, Copy, Debug, Deserialize, Tsify)]
#[serde(
    tag = "what",
    rename_all = "snake_case",
    rename_all_fields = "camelCase"
)]
#[tsify(large_number_types_as_bigints)]
pub enum Cancelled {
    /// One order.
    Order {
        /// Its name.
        id: u64,
    },
    /// All orders with a client id.
    Client {
        /// Which.
        client_id: u64,
    },
    /// Orders of a side, best first, that are priced at the limit or better.
    UpTo {
        /// Which side.
        side: OrderSide,
        /// The limit, in ticks.
        limit_ticks: u32,
        /// At most so many.
        most: u16,
    },
    /// Some lots of an order, which keeps its place in time.
    Lots {
        /// Its name.
        id: u64,
        /// By so many lots it becomes smaller.
        lots: u64,
    },
    /// All orders of a side, or of both.
    All {
        /// Which side; both, if left out.
        #[serde(default)]
        side: Option<OrderSide>,
    },
    /// All orders that have expired. Anyone may.
    Expired,
}

/// Something to be cancelled in a lane.
#[derive(Clone, Copy, Debug, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct CancelRequest {
    /// The lane.
    pub lane: Address,
    /// Who signs: the lane's owner or delegate.
    pub authority: Address,
    /// What.
    pub cancelled: Cancelled,
}

pub(crate) fn place(request: PlaceRequest) -> Instruction {
    let (market, lane) = (request.market.0, request.lane.0);
    let (authority, shown) = (request.authority.0, pubkeys(&request.shown));
    let orders: Vec<PlaceParams> = request.orders.into_iter().map(PlaceParams::from).collect();
    let built = match &orders[..] {
        [order] => plan::place_instruction(&market, &lane, &authority, order, &shown),
        orders => plan::place_many_instruction(&market, &lane, &authority, orders, &shown),
    };
    (&built).into()
}

pub(crate) fn replace_all(exchange: &Exchange, request: &ReplaceAllRequest) -> Answer<Instruction> {
    let side = |levels: &Option<Vec<QuotedLevel>>| {
        let levels = levels.as_ref()?.iter();
        Some(
            levels
                .map(|level| Quoted::new(Ticks(level.price_ticks), Lots(level.lots)))
                .collect(),
        )
    };
    let ladder = Ladder {
        bids: side(&request.bids),
        asks: side(&request.asks),
        client_id: request.client_id,
        expiry: request.expiry.into(),
        post_only: request.post_only,
    };
    let (lane, shown) = (request.lane.0, pubkeys(&request.shown));
    let market = market_of(exchange, &lane)?;
    let authority = request.authority.0;
    let built = plan::replace_all_instruction(&market, &lane, &authority, &ladder, &shown)?;
    Ok((&built).into())
}

pub(crate) fn cancel(request: &CancelRequest) -> Instruction {
    let (lane, authority) = (request.lane.0, request.authority.0);
    let built = match request.cancelled {
        Cancelled::Order { id } => plan::cancel_instruction(&lane, &authority, OrderId(id)),
        Cancelled::Client { client_id } => {
            plan::cancel_client_instruction(&lane, &authority, client_id)
        }
        Cancelled::UpTo {
            side,
            limit_ticks,
            most,
        } => {
            let limit = Ticks(limit_ticks);
            plan::cancel_up_to_instruction(&lane, &authority, side.into(), limit, most)
        }
        Cancelled::Lots { id, lots } => {
            plan::reduce_instruction(&lane, &authority, OrderId(id), Lots(lots))
        }
        Cancelled::All { side } => {
            plan::cancel_all_instruction(&lane, &authority, side.map(Into::into))
        }
        Cancelled::Expired => plan::reap_instruction(&lane),
    };
    (&built).into()
}

#[wasm_bindgen]
impl Exchange {
    /// Rests orders in a lane, all of them or none. The lane may be one that the same transaction
    /// opens first.
    ///
    /// # Errors
    /// `invalid_argument`.
    pub fn place(&self, request: Ts<PlaceRequest>) -> Result<Ts<Instruction>, JsValue> {
        reply(|| Ok(place(read(&request)?)))
    }

    /// Replaces one side of a lane, or both, by these quotes.
    ///
    /// # Errors
    /// `unknown_lane`, `invalid_quotes`, `invalid_argument`.
    #[wasm_bindgen(js_name = "replaceAll")]
    pub fn replace_all(&self, request: Ts<ReplaceAllRequest>) -> Result<Ts<Instruction>, JsValue> {
        reply(|| replace_all(self, &read(&request)?))
    }

    /// Cancels orders, or a part of one.
    ///
    /// # Errors
    /// `invalid_argument`.
    pub fn cancel(&self, request: Ts<CancelRequest>) -> Result<Ts<Instruction>, JsValue> {
        reply(|| Ok(cancel(&read(&request)?)))
    }

    /// Cancels all orders of a lane, of one side or of both.
    ///
    /// # Errors
    /// `invalid_argument`.
    #[wasm_bindgen(js_name = "cancelAll")]
    pub fn cancel_all(
        &self,
        lane: Ts<Address>,
        authority: Ts<Address>,
        side: Option<Ts<OrderSide>>,
    ) -> Result<Ts<Instruction>, JsValue> {
        reply(|| {
            let side = side.as_ref().map(read).transpose()?;
            Ok(cancel(&CancelRequest {
                lane: read(&lane)?,
                authority: read(&authority)?,
                cancelled: Cancelled::All { side },
            }))
        })
    }
}
