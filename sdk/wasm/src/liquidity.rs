//! Deposits to pools and withdrawals from them.

use sealane_sdk::{plan, quote};
use serde::{Deserialize, Serialize};
use tsify::{Ts, Tsify};
use wasm_bindgen::prelude::*;

use crate::{
    Exchange,
    convert::{read, reply},
    plan::{Caller, Instruction, instructions},
    refusal::Answer,
    values::{Address, TokenSide},
};

/// What is tolerated where nothing is said, in basis points.
pub(crate) const DEFAULT_SLIPPAGE_BPS: u16 = 50;

/// A deposit of both tokens.
#[derive(Clone, Copy, Debug, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(large_number_types_as_bigints)]
pub struct AddLiquidityRequest {
    /// In which pool.
    pub pool: Address,
    /// Into which shard; if left out, into the smallest that holds liquidity.
    #[serde(default)]
    pub shard: Option<u8>,
    /// The most base that may leave the wallet.
    pub maximum_base: u64,
    /// The most quote that may leave the wallet.
    pub maximum_quote: u64,
    /// How many fewer shares than quoted are accepted, in basis points; 50 if left out.
    #[serde(default)]
    pub slippage_tolerance_bps: Option<u16>,
}

/// A withdrawal of both tokens.
#[derive(Clone, Copy, Debug, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(large_number_types_as_bigints)]
pub struct RemoveLiquidityRequest {
    /// From which pool.
    pub pool: Address,
    /// From which shard.
    pub shard: u8,
    /// Liquidity shares given back.
    pub shares: u64,
    /// How much less than quoted is accepted, in basis points; 50 if left out.
    #[serde(default)]
    pub slippage_tolerance_bps: Option<u16>,
}

/// A deposit of one token, part of which is swapped for the other.
#[derive(Clone, Copy, Debug, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(large_number_types_as_bigints)]
pub struct AddSingleSidedRequest {
    /// In which pool.
    pub pool: Address,
    /// Into which shard; if left out, into the one that gives most for it.
    #[serde(default)]
    pub shard: Option<u8>,
    /// The token that is deposited.
    pub mint_in: Address,
    /// Base units that leave the wallet.
    pub amount: u64,
    /// How many fewer shares than quoted are accepted, in basis points; 50 if left out.
    #[serde(default)]
    pub slippage_tolerance_bps: Option<u16>,
}

/// A withdrawal of one token, for which the other token's part is swapped.
#[derive(Clone, Copy, Debug, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(large_number_types_as_bigints)]
pub struct RemoveSingleSidedRequest {
    /// From which pool.
    pub pool: Address,
    /// From which shard.
    pub shard: u8,
    /// The token that is wanted.
    pub mint_out: Address,
    /// Liquidity shares given back.
    pub shares: u64,
    /// How much less than quoted is accepted, in basis points; 50 if left out.
    #[serde(default)]
    pub slippage_tolerance_bps: Option<u16>,
}

/// A deposit of both tokens as it would be executed now. Amounts are base units.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(large_number_types_as_bigints)]
pub struct AddLiquidityPlan {
    /// To be sent in one transaction, in this order.
    pub instructions: Vec<Instruction>,
    /// The shard.
    pub shard: Address,
    /// Its index.
    pub shard_index: u8,
    /// Base that leaves the wallet, its transfer fee included.
    pub base: u64,
    /// Quote that leaves the wallet, its transfer fee included.
    pub quote: u64,
    /// The most base that may leave.
    pub maximum_base: u64,
    /// The most quote that may leave.
    pub maximum_quote: u64,
    /// Liquidity shares received.
    pub shares: u64,
    /// The fewest shares that are accepted.
    pub minimum_shares: u64,
    /// Whether this is the shard's first deposit, which sets its price.
    pub first_deposit: bool,
    /// The slot of the state that was quoted.
    pub slot: u64,
}

/// A withdrawal of both tokens as it would be executed now. Amounts are base units.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(large_number_types_as_bigints)]
pub struct RemoveLiquidityPlan {
    /// To be sent in one transaction, in this order.
    pub instructions: Vec<Instruction>,
    /// The shard.
    pub shard: Address,
    /// Its index.
    pub shard_index: u8,
    /// Liquidity shares given back.
    pub shares: u64,
    /// Base that arrives, its transfer fee deducted.
    pub base: u64,
    /// Quote that arrives, its transfer fee deducted.
    pub quote: u64,
    /// The least base that must arrive.
    pub minimum_base: u64,
    /// The least quote that must arrive.
    pub minimum_quote: u64,
    /// The slot of the state that was quoted.
    pub slot: u64,
}

/// A deposit of one token as it would be executed now. Amounts are base units.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(large_number_types_as_bigints)]
pub struct AddSingleSidedPlan {
    /// To be sent in one transaction, in this order.
    pub instructions: Vec<Instruction>,
    /// The shard.
    pub shard: Address,
    /// Its index.
    pub shard_index: u8,
    /// The pool's token that is deposited.
    pub side: TokenSide,
    /// What leaves the wallet.
    pub amount: u64,
    /// Liquidity shares received.
    pub shares: u64,
    /// The fewest shares that are accepted.
    pub minimum_shares: u64,
    /// The slot of the state that was quoted.
    pub slot: u64,
}

/// A withdrawal of one token as it would be executed now. Amounts are base units.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(large_number_types_as_bigints)]
pub struct RemoveSingleSidedPlan {
    /// To be sent in one transaction, in this order.
    pub instructions: Vec<Instruction>,
    /// The shard.
    pub shard: Address,
    /// Its index.
    pub shard_index: u8,
    /// The pool's token that arrives.
    pub side: TokenSide,
    /// Liquidity shares given back.
    pub shares: u64,
    /// What arrives, its transfer fee deducted.
    pub received: u64,
    /// The least that must arrive.
    pub minimum_received: u64,
    /// The slot of the state that was quoted.
    pub slot: u64,
}

pub(crate) fn add(
    exchange: &Exchange,
    request: &AddLiquidityRequest,
    caller: &Caller,
) -> Answer<AddLiquidityPlan> {
    let request = quote::AddLiquidityRequest {
        pool: request.pool.0,
        shard: request.shard,
        maximum_base: request.maximum_base,
        maximum_quote: request.maximum_quote,
        slippage_tolerance_bps: tolerance(request.slippage_tolerance_bps),
    };
    let pools = exchange.world().pools();
    let planned = plan::add_liquidity_instructions(pools, &request, &(*caller).into())?;
    let quote = planned.quote;
    Ok(AddLiquidityPlan {
        instructions: instructions(&planned.instructions),
        shard: quote.shard.into(),
        shard_index: quote.shard_index,
        base: quote.base,
        quote: quote.quote,
        maximum_base: quote.maximum_base,
        maximum_quote: quote.maximum_quote,
        shares: quote.shares,
        minimum_shares: quote.minimum_shares,
        first_deposit: quote.first_deposit,
        slot: quote.slot,
    })
}

pub(crate) fn remove(
    exchange: &Exchange,
    request: &RemoveLiquidityRequest,
    caller: &Caller,
) -> Answer<RemoveLiquidityPlan> {
    let request = quote::RemoveLiquidityRequest {
        pool: request.pool.0,
        shard: request.shard,
        shares: request.shares,
        slippage_tolerance_bps: tolerance(request.slippage_tolerance_bps),
    };
    let pools = exchange.world().pools();
    let planned = plan::remove_liquidity_instructions(pools, &request, &(*caller).into())?;
    let quote = planned.quote;
    Ok(RemoveLiquidityPlan {
        instructions: instructions(&planned.instructions),
        shard: quote.shard.into(),
        shard_index: quote.shard_index,
        shares: quote.shares,
        base: quote.base,
        quote: quote.quote,
        minimum_base: quote.minimum_base,
        minimum_quote: quote.minimum_quote,
        slot: quote.slot,
    })
}

pub(crate) fn add_single_sided(
    exchange: &Exchange,
    request: &AddSingleSidedRequest,
    caller: &Caller,
) -> Answer<AddSingleSidedPlan> {
    let request = quote::AddSingleSidedRequest {
        pool: request.pool.0,
        shard: request.shard,
        mint_in: request.mint_in.0,
        amount: request.amount,
        slippage_tolerance_bps: tolerance(request.slippage_tolerance_bps),
    };
    let pools = exchange.world().pools();
    let planned = plan::add_single_sided_instructions(pools, &request, &(*caller).into())?;
    let quote = planned.quote;
    Ok(AddSingleSidedPlan {
        instructions: instructions(&planned.instructions),
        shard: quote.shard.into(),
        shard_index: quote.shard_index,
        side: quote.side.into(),
        amount: quote.amount,
        shares: quote.shares,
        minimum_shares: quote.minimum_shares,
        slot: quote.slot,
    })
}

pub(crate) fn remove_single_sided(
    exchange: &Exchange,
    request: &RemoveSingleSidedRequest,
    caller: &Caller,
) -> Answer<RemoveSingleSidedPlan> {
    let request = quote::RemoveSingleSidedRequest {
        pool: request.pool.0,
        shard: request.shard,
        mint_out: request.mint_out.0,
        shares: request.shares,
        slippage_tolerance_bps: tolerance(request.slippage_tolerance_bps),
    };
    let pools = exchange.world().pools();
    let planned = plan::remove_single_sided_instructions(pools, &request, &(*caller).into())?;
    let quote = planned.quote;
    Ok(RemoveSingleSidedPlan {
        instructions: instructions(&planned.instructions),
        shard: quote.shard.into(),
        shard_index: quote.shard_index,
        side: quote.side.into(),
        shares: quote.shares,
        received: quote.received,
        minimum_received: quote.minimum_received,
        slot: quote.slot,
    })
}

pub(crate) fn tolerance(bps: Option<u16>) -> u16 {
    bps.unwrap_or(DEFAULT_SLIPPAGE_BPS)
}

#[wasm_bindgen]
impl Exchange {
    /// Deposits both tokens in the shard's proportion.
    ///
    /// # Errors
    /// `unknown_pool`, `not_ready`, or why the program would refuse.
    #[wasm_bindgen(js_name = "addLiquidity")]
    pub fn add_liquidity(
        &self,
        request: Ts<AddLiquidityRequest>,
        caller: Ts<Caller>,
    ) -> Result<Ts<AddLiquidityPlan>, JsValue> {
        reply(|| add(self, &read(&request)?, &read(&caller)?))
    }

    /// Withdraws both tokens in the shard's proportion.
    ///
    /// # Errors
    /// As `addLiquidity`.
    #[wasm_bindgen(js_name = "removeLiquidity")]
    pub fn remove_liquidity(
        &self,
        request: Ts<RemoveLiquidityRequest>,
        caller: Ts<Caller>,
    ) -> Result<Ts<RemoveLiquidityPlan>, JsValue> {
        reply(|| remove(self, &read(&request)?, &read(&caller)?))
    }

    /// Deposits one token, part of which is swapped for the other.
    ///
    /// # Errors
    /// As `addLiquidity`.
    #[wasm_bindgen(js_name = "addSingleSided")]
    pub fn add_single_sided(
        &self,
        request: Ts<AddSingleSidedRequest>,
        caller: Ts<Caller>,
    ) -> Result<Ts<AddSingleSidedPlan>, JsValue> {
        reply(|| add_single_sided(self, &read(&request)?, &read(&caller)?))
    }

    /// Withdraws one token, for which the other token's part is swapped.
    ///
    /// # Errors
    /// As `addLiquidity`.
    #[wasm_bindgen(js_name = "removeSingleSided")]
    pub fn remove_single_sided(
        &self,
        request: Ts<RemoveSingleSidedRequest>,
        caller: Ts<Caller>,
    ) -> Result<Ts<RemoveSingleSidedPlan>, JsValue> {
        reply(|| remove_single_sided(self, &read(&request)?, &read(&caller)?))
    }
}
