//! New pools.

use sealane_sdk::{
    amm::state::FeeParams,
    plan::{self, PoolToken},
};
use serde::{Deserialize, Serialize};
use tsify::{Ts, Tsify};
use wasm_bindgen::prelude::*;

use crate::{
    Exchange,
    convert::{read, reply},
    plan::{Instruction, instructions},
    pools::{CurveKind, PoolFees},
    refusal::Answer,
    values::Address,
    wallet::token,
};

/// A pool to be created.
#[derive(Clone, Copy, Debug, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct CreatePoolRequest {
    /// Pays, signs, and becomes the authority.
    pub creator: Address,
    /// Tells apart pools of one creator and pair; 0 if left out.
    #[serde(default)]
    pub id: u16,
    /// The base token; prices are quote per base.
    pub base_mint: Address,
    /// The quote token.
    pub quote_mint: Address,
    /// How it prices.
    pub curve: CurveKind,
    /// What it charges: `defaultFees()`, `flatFees(…)`, or any other.
    pub fees: PoolFees,
    /// How many shards: how many swaps can run side by side.
    pub shards: u8,
}

/// Instructions of one transaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct PlannedTransaction {
    /// In this order.
    pub instructions: Vec<Instruction>,
}

/// How a pool is created.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct CreatePoolPlan {
    /// Where the pool will be.
    pub pool: Address,
    /// Where its shards will be.
    pub shards: Vec<Address>,
    /// To be sent in order, each after the one before is confirmed.
    pub transactions: Vec<PlannedTransaction>,
}

impl From<FeeParams> for PoolFees {
    fn from(fees: FeeParams) -> Self {
        Self {
            min_pips: fees.min_pips,
            max_pips: fees.max_pips,
            slope_pips: fees.slope_pips,
            protocol_share_bps: fees.protocol_share_bps,
        }
    }
}

impl From<PoolFees> for FeeParams {
    fn from(fees: PoolFees) -> Self {
        Self {
            min_pips: fees.min_pips,
            max_pips: fees.max_pips,
            slope_pips: fees.slope_pips,
            protocol_share_bps: fees.protocol_share_bps,
        }
    }
}

pub(crate) fn pool(exchange: &Exchange, request: &CreatePoolRequest) -> Answer<CreatePoolPlan> {
    let fees = request.fees.into();
    let params = match request.curve {
        CurveKind::ConstantProduct => plan::constant_product_params(fees),
        CurveKind::StableSwap { amplification } => plan::stable_swap_params(amplification, fees)?,
    };
    let side = |mint: Address| -> Answer<PoolToken> {
        Ok(PoolToken {
            mint: mint.0,
            token_program: token(exchange, &mint.0)?.token_program.0,
        })
    };
    let created = plan::create_pool_instructions(&plan::CreatePoolRequest {
        creator: request.creator.0,
        id: request.id,
        base: side(request.base_mint)?,
        quote: side(request.quote_mint)?,
        params,
        shards: request.shards,
    })?;
    let shards = created.shards.iter().map(|shard| shard.shard.into());
    let transactions = created.transactions.iter().map(|built| PlannedTransaction {
        instructions: instructions(built),
    });
    Ok(CreatePoolPlan {
        pool: created.pool.into(),
        shards: shards.collect(),
        transactions: transactions.collect(),
    })
}

#[wasm_bindgen]
impl Exchange {
    /// Creates a pool with its shards, in as few transactions as fit. Both mints have to be known.
    ///
    /// # Errors
    /// `unknown_mint`, `shard_count`, or why the program would refuse.
    #[wasm_bindgen(js_name = "createPool")]
    pub fn create_pool(
        &self,
        request: Ts<CreatePoolRequest>,
    ) -> Result<Ts<CreatePoolPlan>, JsValue> {
        reply(|| pool(self, &read(&request)?))
    }
}

/// The default fees of a pool, with which trading in one small shard is better than splitting.
///
/// # Errors
/// None but defects.
#[wasm_bindgen(js_name = "defaultFees")]
pub fn default_fees() -> Result<Ts<PoolFees>, JsValue> {
    reply(|| Ok(plan::default_fees().into()))
}

/// One rate for every swap, in millionths of its output; suits pools of one shard.
///
/// # Errors
/// None but defects.
#[wasm_bindgen(js_name = "flatFees")]
pub fn flat_fees(pips: u32, protocol_share_bps: u16) -> Result<Ts<PoolFees>, JsValue> {
    reply(|| Ok(plan::flat_fees(pips, protocol_share_bps).into()))
}
