//! One shard of a pool.

use rust_decimal::Decimal;
use sealane_sdk::{
    amount,
    engine_core::{curve::Curve, pool::Reserves},
    pools::ShardEntry,
};
use serde::Serialize;
use solana_pubkey::Pubkey;

use super::{some_text, text};
use crate::token::Pair;

/// One shard of a pool. Amounts are base units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct ShardView {
    pub(crate) index: u8,
    #[serde(serialize_with = "text")]
    pub(crate) address: Pubkey,
    pub(crate) base_reserve: u64,
    pub(crate) quote_reserve: u64,
    /// Whole quote tokens for a whole base token; none of an empty shard.
    #[serde(serialize_with = "some_text")]
    pub(crate) price: Option<Decimal>,
    /// What it holds, in whole quote tokens.
    #[serde(rename = "tvl_quote", serialize_with = "text")]
    pub(crate) tvl: Decimal,
    /// Liquidity shares, the locked ones included.
    #[serde(rename = "lp_supply")]
    pub(crate) shares: u64,
    pub(crate) base_protocol_fees: u64,
    pub(crate) quote_protocol_fees: u64,
    #[serde(serialize_with = "text")]
    pub(crate) base_vault: Pubkey,
    #[serde(serialize_with = "text")]
    pub(crate) quote_vault: Pubkey,
    #[serde(serialize_with = "text")]
    pub(crate) lp_mint: Pubkey,
}

impl ShardView {
    pub(super) fn of(entry: &ShardEntry<'_>, pair: &Pair, curve: Option<&Curve>) -> Self {
        let shard = entry.shard;
        let reserves = shard.state().reserves;
        let price = curve.and_then(|curve| spot_price(curve, reserves, pair));
        Self {
            index: shard.index,
            address: entry.address,
            base_reserve: shard.base_reserve,
            quote_reserve: shard.quote_reserve,
            price,
            tvl: value(shard.base_reserve, shard.quote_reserve, price, pair),
            shares: shard.shares,
            base_protocol_fees: shard.base_protocol_fees,
            quote_protocol_fees: shard.quote_protocol_fees,
            base_vault: shard.base_vault,
            quote_vault: shard.quote_vault,
            lp_mint: shard.lp_mint,
        }
    }
}

fn spot_price(curve: &Curve, reserves: Reserves, pair: &Pair) -> Option<Decimal> {
    let price = curve.spot_price(reserves).ok()?;
    Some(amount::price(
        price,
        pair.base.decimals,
        pair.quote.decimals,
    ))
}

/// Both reserves in whole quote tokens; the quote reserve alone where there is no price.
fn value(base: u64, quote: u64, price: Option<Decimal>, pair: &Pair) -> Decimal {
    let base = amount::to_decimal(base, pair.base.decimals);
    let quote = amount::to_decimal(quote, pair.quote.decimals);
    let of_base = price.and_then(|price| base.checked_mul(price));
    let total = of_base.and_then(|of_base| of_base.checked_add(quote));
    total
        .unwrap_or(quote)
        .round_dp(pair.quote.decimals.into())
        .normalize()
}
