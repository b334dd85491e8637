//! Takes, by a lane and by a wallet.

use rust_decimal::Decimal;
use sealane_sdk::{
    engine::book::TakeLimits,
    engine_core::book::{Ended, Lots, Ticks},
    orderbook::TimeInForce as Rule,
    plan,
    quote::{self, TakeOutcome},
};
use serde::{Deserialize, Serialize};
use tsify::{Ts, Tsify};
use wasm_bindgen::prelude::*;

use crate::{
    Exchange,
    convert::{read, reply},
    funds::OpenLaneRequest,
    liquidity::tolerance,
    markets::count,
    plan::{Caller, Instruction, instructions},
    refusal::Answer,
    route::units,
    values::{Address, OrderExpiry, OrderSide, OwnOrders, addresses},
};

/// What becomes of lots that find no counterparty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Tsify)]
#[serde(
    tag = "kind",
    rename_all = "snake_case",
    rename_all_fields = "camelCase"
)]
#[tsify(large_number_types_as_bigints)]
pub enum TimeInForce {
    /// They are dropped.
    #[default]
    ImmediateOrCancel,
    /// The take fails unless it trades all lots.
    FillOrKill,
    /// They rest in the taker's lane at the limit: a limit order.
    Rest {
        /// What the order is to be known by; 0 if left out.
        #[serde(default)]
        client_id: u64,
        /// Until when it stands; until cancelled, if left out.
        #[serde(default)]
        expiry: OrderExpiry,
    },
}

impl From<TimeInForce> for Rule {
    fn from(rule: TimeInForce) -> Self {
        match rule {
            TimeInForce::ImmediateOrCancel => Self::ImmediateOrCancel,
            TimeInForce::FillOrKill => Self::FillOrKill,
            TimeInForce::Rest { client_id, expiry } => Self::Rest {
                client_id,
                expires_slot: expiry.slot,
                expires_at: expiry.time,
            },
        }
    }
}

/// What the transaction does to a lane before the lane takes.
#[derive(Clone, Copy, Debug, Default, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(large_number_types_as_bigints)]
pub struct LaneFunding {
    /// How the lane is opened, if it is not there yet.
    #[serde(default)]
    pub opened: Option<OpenLaneRequest>,
    /// Base units of the caller's that are deposited; none if left out.
    #[serde(default)]
    pub base: u64,
    /// Quote units of the caller's that are deposited; none if left out.
    #[serde(default)]
    pub quote: u64,
}

impl From<LaneFunding> for plan::Funding {
    fn from(funding: LaneFunding) -> Self {
        Self {
            opened: funding.opened.map(Into::into),
            base: funding.base,
            quote: funding.quote,
        }
    }
}

/// What a lane wants to take.
#[derive(Clone, Copy, Debug, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(large_number_types_as_bigints)]
pub struct TakeRequest {
    /// The taker's lane.
    pub lane: Address,
    /// A bid buys base, an ask sells it.
    pub side: OrderSide,
    /// The worst price, in ticks.
    pub limit_ticks: u32,
    /// At most so many lots.
    pub lots: u64,
    /// At most so much quote: paid, the fee included, or sold for, before it.
    #[serde(default)]
    pub max_quote: Option<u64>,
    /// About orders of the same owner. Lanes chosen here have none.
    #[serde(default)]
    pub own_orders: OwnOrders,
    /// What becomes of lots that find no counterparty; dropped, if left out.
    #[serde(default)]
    pub time_in_force: TimeInForce,
    /// How the same transaction opens or funds the lane first; not at all, if left out.
    #[serde(default)]
    pub funding: LaneFunding,
}

/// What a wallet wants to take.
#[derive(Clone, Copy, Debug, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(large_number_types_as_bigints)]
pub struct SwapTakeRequest {
    /// In which market.
    pub market: Address,
    /// A bid buys base with quote, an ask sells base for quote.
    pub side: OrderSide,
    /// The worst price, in ticks, fees aside.
    pub limit_ticks: u32,
    /// At most so many lots; as many as `maximumSent` pays for, if left out.
    #[serde(default)]
    pub lots: Option<u64>,
    /// At most so much may leave the wallet, all fees included.
    #[serde(default)]
    pub maximum_sent: Option<u64>,
    /// By how much the outcome may be worse than the quote, in basis points; 50 if left out.
    #[serde(default)]
    pub slippage_tolerance_bps: Option<u16>,
    /// Whether to fail unless all lots are traded.
    #[serde(default)]
    pub whole: bool,
    /// About orders of the wallet's own. Lanes chosen here have none.
    #[serde(default)]
    pub own_orders: OwnOrders,
    /// A lane that gets the referrer's part of the fee.
    #[serde(default)]
    pub referrer: Option<Address>,
}

/// Why a take ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "snake_case")]
pub enum TakeEnd {
    /// Nothing is left to trade.
    Complete,
    /// No order at the limit or better is left in the lanes named.
    Exhausted,
    /// What is left of the quote does not pay for another lot.
    QuoteSpent,
    /// As many orders have been met as allowed.
    OrdersMet,
}

/// What a take comes to. Amounts are base units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(large_number_types_as_bigints)]
pub struct TakeResult {
    /// The lanes that are named.
    pub lanes: Vec<Address>,
    /// Resting orders met.
    pub orders: u32,
    /// Lots traded.
    pub lots: u64,
    /// Lots neither traded nor decremented.
    pub left: u64,
    /// Base that changes hands.
    pub base: u64,
    /// Quote that changes hands, before fees.
    pub value: u64,
    /// The taker's fee, in quote.
    pub fee: u64,
    /// Why it ends.
    pub ended: TakeEnd,
    /// The price of the first fill, in ticks. Left out if nothing trades.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub best_ticks: Option<u32>,
    /// The price of the last fill, in ticks. Left out if nothing trades.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub worst_ticks: Option<u32>,
    /// Quote tokens for one base token on average, before fees. Left out if nothing trades.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub average_price: Option<String>,
    /// The same with the taker's fee.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub execution_price: Option<String>,
    /// By how much the average is worse than the best price, in basis points.
    pub price_impact_bps: u32,
    /// Compute units that the take may use.
    pub compute_units: u32,
    /// The slot of the oldest of the quoted lanes' states.
    pub slot: u64,
}

/// A take by a lane as it would be executed now. Amounts are base units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(large_number_types_as_bigints)]
pub struct TakePlan {
    /// To be sent in one transaction, in this order.
    pub instructions: Vec<Instruction>,
    /// What it comes to.
    pub result: TakeResult,
    /// Lots that rest afterwards.
    pub rested_lots: u64,
    /// The lane's free base afterwards.
    pub base_free: u64,
    /// The lane's free quote afterwards.
    pub quote_free: u64,
}

/// A take by a wallet as it would be executed now. Amounts are base units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(large_number_types_as_bigints)]
pub struct SwapTakePlan {
    /// To be sent in one transaction, in this order.
    pub instructions: Vec<Instruction>,
    /// What it comes to.
    pub result: TakeResult,
    /// What leaves the wallet, its transfer fee included.
    pub sent: u64,
    /// What arrives in the wallet, its transfer fee deducted.
    pub received: u64,
    /// The most that may leave.
    pub maximum_sent: u64,
    /// The least that must arrive.
    pub minimum_received: u64,
}

impl From<&TakeOutcome> for TakeResult {
    fn from(outcome: &TakeOutcome) -> Self {
        let text = |price: Option<Decimal>| price.map(|price| price.to_string());
        Self {
            lanes: addresses(&outcome.lanes),
            orders: count(outcome.fills.len()),
            lots: outcome.lots.0,
            left: outcome.left.0,
            base: outcome.base,
            value: outcome.value,
            fee: outcome.fee,
            ended: match outcome.ended {
                Ended::Complete => TakeEnd::Complete,
                Ended::Exhausted => TakeEnd::Exhausted,
                Ended::QuoteSpent => TakeEnd::QuoteSpent,
                Ended::OrdersMet => TakeEnd::OrdersMet,
            },
            best_ticks: outcome.best_price.map(|price| price.0),
            worst_ticks: outcome.worst_price.map(|price| price.0),
            average_price: text(outcome.average_price),
            execution_price: text(outcome.execution_price),
            price_impact_bps: outcome.price_impact_bps,
            compute_units: units(outcome.compute_units),
            slot: outcome.slot,
        }
    }
}

pub(crate) fn by_lane(
    exchange: &Exchange,
    request: &TakeRequest,
    caller: &Caller,
) -> Answer<TakePlan> {
    let funding = request.funding.into();
    let request = quote::TakeRequest {
        lane: request.lane.0,
        side: request.side.into(),
        limit: Ticks(request.limit_ticks),
        lots: Lots(request.lots),
        max_quote: request.max_quote,
        self_trade: request.own_orders.into(),
        time_in_force: request.time_in_force.into(),
    };
    let markets = exchange.world().markets();
    let (limits, caller) = (TakeLimits::default(), (*caller).into());
    let planned = plan::funded_take_instructions(markets, &request, &funding, &limits, &caller)?;
    Ok(TakePlan {
        instructions: instructions(&planned.instructions),
        result: (&planned.quote.outcome).into(),
        rested_lots: planned.quote.rested.map_or(0, |(_, lots)| lots.0),
        base_free: planned.quote.base_free,
        quote_free: planned.quote.quote_free,
    })
}

pub(crate) fn by_wallet(
    exchange: &Exchange,
    request: &SwapTakeRequest,
    caller: &Caller,
) -> Answer<SwapTakePlan> {
    let request = quote::SwapTakeRequest {
        market: request.market.0,
        trader: caller.owner.0,
        side: request.side.into(),
        limit: Ticks(request.limit_ticks),
        lots: request.lots.map(Lots),
        maximum_sent: request.maximum_sent,
        slippage_tolerance_bps: tolerance(request.slippage_tolerance_bps),
        whole: request.whole,
        self_trade: request.own_orders.into(),
        referrer: request.referrer.map(|referrer| referrer.0),
    };
    let markets = exchange.world().markets();
    let (limits, caller) = (TakeLimits::default(), (*caller).into());
    let planned = plan::swap_take_instructions(markets, &request, &limits, &caller)?;
    Ok(SwapTakePlan {
        instructions: instructions(&planned.instructions),
        result: (&planned.quote.outcome).into(),
        sent: planned.quote.sent,
        received: planned.quote.received,
        maximum_sent: planned.quote.maximum_sent,
        minimum_received: planned.quote.minimum_received,
    })
}

#[wasm_bindgen]
impl Exchange {
    /// Takes with a lane, from the lanes that serve it best: market, limit, immediate-or-cancel and
    /// fill-or-kill orders. The caller's owner is the lane's owner or delegate. Where the same
    /// transaction opens or funds the lane, the plan's instructions do that too.
    ///
    /// # Errors
    /// `unknown_lane`, `no_orders`, `not_ready`, or why the program would refuse.
    pub fn take(
        &self,
        request: Ts<TakeRequest>,
        caller: Ts<Caller>,
    ) -> Result<Ts<TakePlan>, JsValue> {
        reply(|| by_lane(self, &read(&request)?, &read(&caller)?))
    }

    /// Takes straight from the caller's wallet, from the lanes that serve it best.
    ///
    /// # Errors
    /// `unknown_market`, `no_orders`, `not_ready`, or why the program would refuse.
    #[wasm_bindgen(js_name = "swapTake")]
    pub fn swap_take(
        &self,
        request: Ts<SwapTakeRequest>,
        caller: Ts<Caller>,
    ) -> Result<Ts<SwapTakePlan>, JsValue> {
        reply(|| by_wallet(self, &read(&request)?, &read(&caller)?))
    }
}
