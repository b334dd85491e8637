//! Pools as they are.

use sealane_sdk::{
    amm::state::{CURVE_STABLE_SWAP, Pool, pause},
    amount,
    engine_core::pool::Reserves,
    pools::{PoolEntry, ShardEntry},
};
use serde::{Deserialize, Serialize};
use tsify::{Ts, Tsify};
use wasm_bindgen::prelude::*;

use crate::{Exchange, convert::reply_all, refusal::Answer, values::Address};

/// How a pool prices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Tsify)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum CurveKind {
    /// The product of the reserves stays.
    ConstantProduct,
    /// Nearly equal prices around balance.
    StableSwap {
        /// A: the higher, the flatter.
        amplification: u32,
    },
}

/// What a pool charges: a rate in millionths of a swap's output, between two bounds, that is lower
/// the larger the swap is for its shard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct PoolFees {
    /// The lowest rate.
    pub min_pips: u32,
    /// The rate of the smallest swaps.
    pub max_pips: u32,
    /// How fast the rate falls with the output's share of the reserve; 0: a flat rate.
    pub slope_pips: u32,
    /// The authority's part, in basis points of the fee.
    pub protocol_share_bps: u16,
}

/// An action that a pool's authority can pause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "snake_case")]
pub enum PoolAction {
    /// Swaps.
    Swap,
    /// Deposits.
    AddLiquidity,
    /// Single-sided withdrawals.
    RemoveSingleSided,
    /// Rebalancing between shards.
    Rebalance,
}

/// A part of a pool that trades by itself.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(large_number_types_as_bigints)]
pub struct PoolShard {
    /// Where it is.
    pub shard: Address,
    /// Which of the pool's shards it is.
    pub index: u8,
    /// Mint of its liquidity token, which has 6 decimals.
    pub lp_mint: Address,
    /// Base units that belong to its providers.
    pub base_reserve: u64,
    /// Quote units that belong to its providers.
    pub quote_reserve: u64,
    /// Liquidity shares in existence, the locked minimum included.
    pub shares: u64,
    /// Quote tokens for one base token, before fees. Left out while it holds nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price: Option<String>,
    /// The slot in which it looked like this.
    pub slot: u64,
}

/// A pool.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(large_number_types_as_bigints)]
pub struct PoolInfo {
    /// Where it is.
    pub pool: Address,
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
    /// How it prices.
    pub curve: CurveKind,
    /// What it charges.
    pub fees: PoolFees,
    /// What is paused.
    pub paused: Vec<PoolAction>,
    /// Quote tokens for one base token, before fees, of all shards together. Left out while they
    /// hold nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price: Option<String>,
    /// Its shards that are known, by index.
    pub shards: Vec<PoolShard>,
    /// How many there are.
    pub shard_count: u8,
    /// The slot in which the configuration looked like this.
    pub slot: u64,
}

/// All pools, by address.
pub(crate) fn all(exchange: &Exchange) -> Vec<PoolInfo> {
    let mut entries: Vec<PoolEntry<'_>> = exchange.world().pools().pools().collect();
    entries.sort_unstable_by_key(|entry| entry.address);
    entries.iter().map(|entry| info(exchange, entry)).collect()
}

fn info(exchange: &Exchange, entry: &PoolEntry<'_>) -> PoolInfo {
    let pool = entry.pool;
    let now = exchange.world().clock().map(|clock| clock.unix_timestamp);
    let curve = now.and_then(|now| pool.curve_at(now).ok());
    let price = |reserves: Reserves| {
        let prices = curve.as_ref()?.spot_prices(reserves).ok()?;
        let price = amount::price(prices.base, pool.base_decimals, pool.quote_decimals);
        Some(price.to_string())
    };
    let shard = |entry: ShardEntry<'_>| PoolShard {
        shard: entry.address.into(),
        index: entry.shard.index,
        lp_mint: entry.shard.lp_mint.into(),
        base_reserve: entry.shard.base_reserve,
        quote_reserve: entry.shard.quote_reserve,
        shares: entry.shard.shares,
        price: price(entry.shard.state().reserves),
        slot: entry.slot,
    };
    let entries = exchange.world().pools().shards(&entry.address);
    let shards: Vec<PoolShard> = entries.map(shard).collect();
    let base = shards.iter().map(|shard| shard.base_reserve);
    let quote = shards.iter().map(|shard| shard.quote_reserve);
    let all = Reserves::new(
        base.fold(0, u64::saturating_add),
        quote.fold(0, u64::saturating_add),
    );
    PoolInfo {
        pool: entry.address.into(),
        authority: pool.authority.into(),
        base_mint: pool.base_mint.into(),
        quote_mint: pool.quote_mint.into(),
        base_token_program: pool.base_token_program.into(),
        quote_token_program: pool.quote_token_program.into(),
        base_decimals: pool.base_decimals,
        quote_decimals: pool.quote_decimals,
        curve: kind(pool, now),
        fees: PoolFees {
            min_pips: pool.fee_min_pips,
            max_pips: pool.fee_max_pips,
            slope_pips: pool.fee_slope_pips,
            protocol_share_bps: pool.protocol_share_bps,
        },
        paused: paused(pool.paused),
        price: price(all),
        shards,
        shard_count: pool.shard_count,
        slot: entry.slot,
    }
}

/// Amplifications are kept in hundredths.
const AMPLIFICATION_SCALE: u64 = 100;

/// Before the time is known, what the amplification is on its way to.
fn kind(pool: &Pool, now: Option<i64>) -> CurveKind {
    if pool.curve != CURVE_STABLE_SWAP {
        return CurveKind::ConstantProduct;
    }
    let target = u64::from(pool.amplification_target);
    let hundredths = now.map_or(target, |now| pool.ramp().at(now));
    // At most 10,000 by the program.
    let amplification = u32::try_from(hundredths / AMPLIFICATION_SCALE).unwrap_or(u32::MAX);
    CurveKind::StableSwap { amplification }
}

fn paused(bits: u8) -> Vec<PoolAction> {
    let actions = [
        (pause::SWAP, PoolAction::Swap),
        (pause::ADD_LIQUIDITY, PoolAction::AddLiquidity),
        (pause::REMOVE_SINGLE_SIDED, PoolAction::RemoveSingleSided),
        (pause::REBALANCE, PoolAction::Rebalance),
    ];
    let set = actions.into_iter().filter(|(bit, _)| bits & bit != 0);
    set.map(|(_, action)| action).collect()
}

#[wasm_bindgen]
impl Exchange {
    /// All pools that are known, by address.
    ///
    /// # Errors
    /// None but defects.
    pub fn pools(&self) -> Result<Vec<Ts<PoolInfo>>, JsValue> {
        reply_all(|| -> Answer<_> { Ok(all(self)) })
    }
}
