//! The best way from one token to another, and its instructions.

mod report;

pub(crate) use report::units;
pub use report::{Leftover, MarketLeg, PoolLeg, Route, RouteFees, RouteLeg, TransactionEstimate};

use sealane_sdk::{
    lookup::AddressLookupTableAccount,
    plan::{self, RouteOrder},
    route::{self as routing, RouteCosts, RouteLimits, SolPrice},
};
use serde::Deserialize;
use solana_pubkey::Pubkey;
use tsify::{Ts, Tsify};
use wasm_bindgen::prelude::*;

use crate::{
    Exchange,
    convert::{read, reply, reply_all},
    plan::{Caller, Instruction, instructions},
    refusal::Answer,
    values::{Address, TradeKind, pubkeys},
};

/// A trade between two tokens, over whatever serves it best.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(large_number_types_as_bigints)]
pub struct RouteRequest {
    /// The token that is sent.
    pub mint_in: Address,
    /// The token that is received.
    pub mint_out: Address,
    /// Base units, of the token sent or of the one received.
    pub amount: u64,
    /// Which of the two amounts is given.
    pub kind: TradeKind,
    /// Who trades. Orders of the trader's own are left alone, and of shards that are about as good
    /// as each other every trader gets another. May be left out while no wallet is connected.
    #[serde(default)]
    pub trader: Option<Address>,
    /// By how much the outcome may be worse than quoted, in basis points of it; 50 if left out.
    #[serde(default)]
    pub slippage_tolerance_bps: Option<u16>,
    /// The same for each of the other trades of a route of several hops; 0 if left out.
    #[serde(default)]
    pub hop_tolerance_bps: Option<u16>,
    /// Trades one after the other, at most.
    #[serde(default)]
    pub max_hops: Option<u32>,
    /// Trades in all, at most.
    #[serde(default)]
    pub max_legs: Option<u32>,
    /// Accounts that the transaction can lock.
    #[serde(default)]
    pub max_accounts: Option<u32>,
    /// Compute units that the transaction can use.
    #[serde(default)]
    pub max_compute_units: Option<u32>,
    /// Pools, shards, markets, lanes and tokens to leave out.
    #[serde(default)]
    pub excluded: Vec<Address>,
    /// Addresses in a lookup table, which cost the transaction a byte instead of 32.
    #[serde(default)]
    pub lookup_table: Vec<Address>,
    /// Who pays for the transaction, if not the trader.
    #[serde(default)]
    pub payer: Option<Address>,
    /// Whether the transaction also creates the token accounts that receive; it does unless told
    /// otherwise.
    #[serde(default)]
    pub create_accounts: Option<bool>,
    /// The priority fee, in micro-lamports for each compute unit. Counts if `wrappedSol` is given.
    #[serde(default)]
    pub micro_lamports_per_unit: Option<u64>,
    /// Lamports for each token passed through: the rent of its account, if the wallet has none.
    /// Counts if `wrappedSol` is given.
    #[serde(default)]
    pub lamports_per_token: Option<u64>,
    /// The mint of wrapped SOL, by whose price lamports are compared with tokens.
    #[serde(default)]
    pub wrapped_sol: Option<Address>,
}

impl RouteRequest {
    fn limits(&self) -> RouteLimits {
        let default = RouteLimits::default();
        let or = |given: Option<u32>, default: usize| given.map_or(default, |some| some as usize);
        RouteLimits {
            max_hops: or(self.max_hops, default.max_hops),
            max_legs: or(self.max_legs, default.max_legs),
            max_accounts: or(self.max_accounts, default.max_accounts),
            max_compute_units: self
                .max_compute_units
                .map_or(default.max_compute_units, u64::from),
            ..default
        }
    }

    fn costs(&self) -> RouteCosts {
        RouteCosts {
            micro_lamports_per_unit: self.micro_lamports_per_unit.unwrap_or(0),
            lamports_per_token: self.lamports_per_token.unwrap_or(0),
            sol_price: match self.wrapped_sol {
                Some(mint) => SolPrice::Routed { mint: mint.0 },
                None => SolPrice::Ignored,
            },
        }
    }

    /// As the SDK takes it, with these lists.
    pub(crate) fn request<'a>(
        &self,
        excluded: &'a [Pubkey],
        lookup_tables: &'a [AddressLookupTableAccount],
    ) -> routing::RouteRequest<'a> {
        let trader = self.trader.unwrap_or_default().0;
        let default = routing::RouteRequest::new(
            self.kind.into(),
            self.amount,
            self.mint_in.0,
            self.mint_out.0,
            trader,
        );
        routing::RouteRequest {
            slippage_tolerance_bps: self
                .slippage_tolerance_bps
                .unwrap_or(default.slippage_tolerance_bps),
            hop_tolerance_bps: self.hop_tolerance_bps.unwrap_or(default.hop_tolerance_bps),
            limits: self.limits(),
            costs: self.costs(),
            excluded,
            lookup_tables,
            payer: self.payer.map(|payer| payer.0),
            creates_accounts: self.create_accounts.unwrap_or(default.creates_accounts),
            ..default
        }
    }
}

/// The best route.
pub(crate) fn route(exchange: &Exchange, request: &RouteRequest) -> Answer<Route> {
    let excluded = pubkeys(&request.excluded);
    // A table's address is as long as any other.
    let table = AddressLookupTableAccount {
        key: Pubkey::default(),
        addresses: pubkeys(&request.lookup_table),
    };
    let request = request.request(&excluded, std::slice::from_ref(&table));
    let route = routing::route(&exchange.venues(), &request)?;
    Ok((&route).into())
}

/// The instructions that execute a route on somebody's behalf.
pub(crate) fn executed(
    exchange: &Exchange,
    route: &Route,
    caller: &Caller,
) -> Answer<Vec<Instruction>> {
    let orders: Vec<RouteOrder> = route.legs.iter().map(RouteLeg::order).collect();
    let built = plan::order_instructions(&exchange.venues(), &orders, &(*caller).into())?;
    Ok(instructions(&built))
}

#[wasm_bindgen]
impl Exchange {
    /// The best route for a trade, over shards of pools and lanes of markets.
    ///
    /// # Errors
    /// `no_route`, `not_enough_liquidity`, `amount_too_small`, `unknown_mint` and others, with what to
    /// do about it.
    pub fn route(&self, request: Ts<RouteRequest>) -> Result<Ts<Route>, JsValue> {
        reply(|| route(self, &read(&request)?))
    }

    /// The instructions that execute a route, with the bounds that it shows: to be sent in one
    /// transaction, in this order. The caller's owner is the trader that the route was asked for.
    ///
    /// # Errors
    /// `unknown_pool`, `unknown_market` if the exchange no longer knows a part of the route.
    #[wasm_bindgen(js_name = "routeInstructions")]
    pub fn route_instructions(
        &self,
        route: Ts<Route>,
        caller: Ts<Caller>,
    ) -> Result<Vec<Ts<Instruction>>, JsValue> {
        reply_all(|| executed(self, &read(&route)?, &read(&caller)?))
    }
}
