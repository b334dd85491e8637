//! A route as plain data: all that it shows, and all that its instructions say.

use sealane_sdk::{
    engine_core::book::{Lots, Ticks},
    plan::{RouteOrder, SwapOrder, SwapTakeOrder},
    quote::{Quote, SwapTakeRequest},
    route::{self as routing, TakeLeg},
};
use serde::{Deserialize, Serialize};
use tsify::Tsify;

use crate::{
    markets::count,
    values::{Address, OrderSide, OwnOrders, TokenSide, TradeKind, addresses, pubkeys},
};

/// The trades that together serve a request best. All amounts are base units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(large_number_types_as_bigints)]
pub struct Route {
    /// Which amount is given.
    pub kind: TradeKind,
    /// Mint of the token sent.
    pub mint_in: Address,
    /// Mint of the token received.
    pub mint_out: Address,
    /// Decimals of the token sent.
    pub decimals_in: u8,
    /// Decimals of the token received.
    pub decimals_out: u8,
    /// What leaves the wallet, transfer fees included.
    pub sent: u64,
    /// What arrives in the wallet, transfer fees deducted.
    pub received: u64,
    /// The least that must arrive.
    pub minimum_received: u64,
    /// The most that may leave.
    pub maximum_sent: u64,
    /// What stays in the wallet of the amount to be sent, because books trade whole lots.
    pub unspent: u64,
    /// The trades, in the order in which they are executed.
    pub legs: Vec<RouteLeg>,
    /// Tokens passed through of which something stays in the wallet.
    pub leftovers: Vec<Leftover>,
    /// All fees, by token.
    pub fees: Vec<RouteFees>,
    /// What the wallet gets with all fees: tokens received for one token sent.
    pub received_per_sent: String,
    /// How much worse than at the first prices the route is because of its size alone, rounded up.
    pub price_impact_bps: u32,
    /// The transaction.
    pub transaction: TransactionEstimate,
    /// The priority fee and the rents that were counted, in lamports.
    pub cost_lamports: u64,
    /// The slot of the oldest state that was quoted.
    pub slot: u64,
}

/// One trade of a route: one instruction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Tsify)]
#[serde(tag = "venue", rename_all = "snake_case")]
pub enum RouteLeg {
    /// A swap with a shard of a pool.
    Pool(PoolLeg),
    /// A take from a market, straight from the wallet.
    Market(MarketLeg),
}

/// A swap with a shard of a pool. All amounts are base units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(large_number_types_as_bigints)]
pub struct PoolLeg {
    /// Which amount is given.
    pub kind: TradeKind,
    /// The pool.
    pub pool: Address,
    /// The shard that trades.
    pub shard: Address,
    /// Its index.
    pub shard_index: u8,
    /// The pool's token that is sent.
    pub side_in: TokenSide,
    /// Mint of the token sent.
    pub mint_in: Address,
    /// Mint of the token received.
    pub mint_out: Address,
    /// Decimals of the token sent.
    pub decimals_in: u8,
    /// Decimals of the token received.
    pub decimals_out: u8,
    /// What leaves the wallet, its transfer fee included.
    pub sent: u64,
    /// What arrives in the wallet, its transfer fee deducted.
    pub received: u64,
    /// The least that must arrive.
    pub minimum_received: u64,
    /// The most that may leave.
    pub maximum_sent: u64,
    /// The fee that stays with the shard's liquidity providers, in the token received.
    pub lp_fee: u64,
    /// The fee for the pool's authority, in the token received.
    pub protocol_fee: u64,
    /// What the token program takes of the token sent.
    pub transfer_fee_in: u64,
    /// What the token program takes of the token received.
    pub transfer_fee_out: u64,
    /// The shard's price before the swap, without fees: quote tokens for one base token.
    pub spot_price: String,
    /// The price that the wallet gets, with all fees: quote tokens for one base token.
    pub execution_price: String,
    /// How much worse than the spot price the swap is because of its size alone.
    pub price_impact_bps: u32,
    /// The slot of the shard's state that was quoted.
    pub slot: u64,
}

/// A take from a market. All amounts are base units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(large_number_types_as_bigints)]
pub struct MarketLeg {
    /// The market.
    pub market: Address,
    /// The vault shard that is paid and that pays.
    pub vault_shard: Address,
    /// A bid buys base with quote, an ask sells base for quote.
    pub side: OrderSide,
    /// The market's token that is sent.
    pub side_in: TokenSide,
    /// Mint of the token sent.
    pub mint_in: Address,
    /// Mint of the token received.
    pub mint_out: Address,
    /// Decimals of the token sent.
    pub decimals_in: u8,
    /// Decimals of the token received.
    pub decimals_out: u8,
    /// What leaves the wallet, its transfer fee included.
    pub sent: u64,
    /// What arrives in the wallet, its transfer fee deducted.
    pub received: u64,
    /// The least that must arrive.
    pub minimum_received: u64,
    /// The most that may leave.
    pub maximum_sent: u64,
    /// Lots traded.
    pub lots: u64,
    /// Lots asked for; as many as the amount pays for, if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lots_asked: Option<u64>,
    /// The worst price, in ticks.
    pub limit_ticks: u32,
    /// Whether it fails unless all lots are traded.
    pub whole: bool,
    /// About orders of the wallet's own. The lanes named have none.
    pub own_orders: OwnOrders,
    /// A lane that gets the referrer's part of the fee.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub referrer: Option<Address>,
    /// By how much the outcome may be worse, in basis points of it.
    pub slippage_tolerance_bps: u16,
    /// The lanes that are named, in this order.
    pub lanes: Vec<Address>,
    /// Those of them that are reaped in front of the take.
    pub reaped: Vec<Address>,
    /// At most so many resting orders are met.
    pub max_orders: u16,
    /// Orders met.
    pub orders: u32,
    /// The taker's fee, in quote.
    pub taker_fee: u64,
    /// What the token program takes of the token sent.
    pub transfer_fee_in: u64,
    /// What the token program takes of the token received.
    pub transfer_fee_out: u64,
    /// Quote tokens for one base token on average, with all of the market's fees.
    pub execution_price: String,
    /// By how much the average is worse than the best price, without fees.
    pub price_impact_bps: u32,
    /// Compute units that the take may use.
    pub compute_units: u32,
    /// The slot of the oldest of the quoted lanes' states.
    pub slot: u64,
}

/// What stays in the wallet of a token that a route passes through.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(large_number_types_as_bigints)]
pub struct Leftover {
    /// Which token.
    pub mint: Address,
    /// How much, in base units.
    pub amount: u64,
}

/// Fees in one token, in base units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(large_number_types_as_bigints)]
pub struct RouteFees {
    /// Which token.
    pub mint: Address,
    /// To the shards' liquidity providers.
    pub lp: u64,
    /// To the pools' authorities.
    pub protocol: u64,
    /// To the markets, their makers' rebates included.
    pub taker: u64,
    /// What the token program takes of transfers.
    pub transfer: u64,
}

/// What the transaction of a route is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct TransactionEstimate {
    /// Compute units that it may use; an upper estimate.
    pub compute_units: u32,
    /// Accounts that it locks.
    pub accounts: u32,
    /// Bytes, signed and with its compute budget.
    pub bytes: u32,
}

/// Compute units, of which a transaction never has more than 32 bits hold.
pub(crate) fn units(units: u64) -> u32 {
    u32::try_from(units).unwrap_or(u32::MAX)
}

impl From<&routing::Route> for Route {
    fn from(route: &routing::Route) -> Self {
        Self {
            kind: route.kind.into(),
            mint_in: route.mint_in.into(),
            mint_out: route.mint_out.into(),
            decimals_in: route.decimals_in,
            decimals_out: route.decimals_out,
            sent: route.sent,
            received: route.received,
            minimum_received: route.minimum_received,
            maximum_sent: route.maximum_sent,
            unspent: route.unspent,
            legs: route.legs.iter().map(RouteLeg::from).collect(),
            leftovers: route.leftovers.iter().map(Leftover::from).collect(),
            fees: route.fees.iter().map(RouteFees::from).collect(),
            received_per_sent: route.received_per_sent.to_string(),
            price_impact_bps: route.price_impact_bps,
            transaction: TransactionEstimate {
                compute_units: units(route.transaction.compute_units),
                accounts: count(route.transaction.accounts),
                bytes: count(route.transaction.bytes),
            },
            cost_lamports: route.cost_lamports,
            slot: route.slot,
        }
    }
}

impl From<&routing::Leftover> for Leftover {
    fn from(leftover: &routing::Leftover) -> Self {
        Self {
            mint: leftover.mint.into(),
            amount: leftover.amount,
        }
    }
}

impl From<&routing::RouteFees> for RouteFees {
    fn from(fees: &routing::RouteFees) -> Self {
        Self {
            mint: fees.mint.into(),
            lp: fees.lp,
            protocol: fees.protocol,
            taker: fees.taker,
            transfer: fees.transfer,
        }
    }
}

impl From<&routing::RouteLeg> for RouteLeg {
    fn from(leg: &routing::RouteLeg) -> Self {
        match leg {
            routing::RouteLeg::Pool(quote) => Self::Pool((&**quote).into()),
            routing::RouteLeg::Market(take) => Self::Market((&**take).into()),
        }
    }
}

impl From<&Quote> for PoolLeg {
    fn from(quote: &Quote) -> Self {
        Self {
            kind: quote.kind.into(),
            pool: quote.pool.into(),
            shard: quote.shard.into(),
            shard_index: quote.shard_index,
            side_in: quote.side_in.into(),
            mint_in: quote.mint_in.into(),
            mint_out: quote.mint_out.into(),
            decimals_in: quote.decimals_in,
            decimals_out: quote.decimals_out,
            sent: quote.sent,
            received: quote.received,
            minimum_received: quote.minimum_received,
            maximum_sent: quote.maximum_sent,
            lp_fee: quote.lp_fee,
            protocol_fee: quote.protocol_fee,
            transfer_fee_in: quote.transfer_fee_in,
            transfer_fee_out: quote.transfer_fee_out,
            spot_price: quote.spot_price.to_string(),
            execution_price: quote.execution_price.to_string(),
            price_impact_bps: quote.price_impact_bps,
            slot: quote.slot,
        }
    }
}

impl From<&TakeLeg> for MarketLeg {
    fn from(leg: &TakeLeg) -> Self {
        let (request, outcome) = (&leg.quote.request, &leg.quote.outcome);
        Self {
            market: leg.market.into(),
            vault_shard: leg.vault_shard.into(),
            side: request.side.into(),
            side_in: leg.side_in.into(),
            mint_in: leg.mint_in.into(),
            mint_out: leg.mint_out.into(),
            decimals_in: leg.decimals_in,
            decimals_out: leg.decimals_out,
            sent: leg.sent,
            received: leg.received,
            minimum_received: leg.minimum_received,
            maximum_sent: leg.maximum_sent,
            lots: leg.lots,
            lots_asked: request.lots.map(|lots| lots.0),
            limit_ticks: request.limit.0,
            whole: request.whole,
            own_orders: request.self_trade.into(),
            referrer: request.referrer.map(Address),
            slippage_tolerance_bps: request.slippage_tolerance_bps,
            lanes: addresses(&leg.lanes),
            reaped: addresses(&outcome.reaped),
            max_orders: outcome.order.max_orders,
            orders: count(leg.orders),
            taker_fee: leg.taker_fee,
            transfer_fee_in: leg.transfer_fee_in,
            transfer_fee_out: leg.transfer_fee_out,
            execution_price: leg.execution_price.to_string(),
            price_impact_bps: leg.price_impact_bps,
            compute_units: units(leg.compute_units),
            slot: leg.slot,
        }
    }
}

impl RouteLeg {
    /// What it says on chain.
    pub(crate) fn order(&self) -> RouteOrder {
        match self {
            Self::Pool(leg) => RouteOrder::Pool(leg.order()),
            Self::Market(leg) => RouteOrder::Market(leg.order()),
        }
    }
}

impl PoolLeg {
    fn order(&self) -> SwapOrder {
        SwapOrder {
            kind: self.kind.into(),
            pool: self.pool.0,
            shard_index: self.shard_index,
            side_in: self.side_in.into(),
            maximum_sent: self.maximum_sent,
            minimum_received: self.minimum_received,
        }
    }
}

impl MarketLeg {
    fn order(&self) -> SwapTakeOrder {
        SwapTakeOrder {
            request: SwapTakeRequest {
                market: self.market.0,
                // Who signs is told when the instruction is built.
                trader: Default::default(),
                side: self.side.into(),
                limit: Ticks(self.limit_ticks),
                lots: self.lots_asked.map(Lots),
                maximum_sent: Some(self.maximum_sent),
                slippage_tolerance_bps: self.slippage_tolerance_bps,
                whole: self.whole,
                self_trade: self.own_orders.into(),
                referrer: self.referrer.map(|referrer| referrer.0),
            },
            vault_shard: self.vault_shard.0,
            maximum_sent: self.maximum_sent,
            minimum_received: self.minimum_received,
            lanes: pubkeys(&self.lanes),
            reaped: pubkeys(&self.reaped),
            max_orders: self.max_orders,
        }
    }
}
