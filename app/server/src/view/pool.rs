//! A pool with its shards.

use rust_decimal::{
    Decimal,
    prelude::{FromPrimitive as _, ToPrimitive as _},
};
use sealane_sdk::{
    amm::state::{CURVE_STABLE_SWAP, Pool, pause},
    amount,
    engine::world::World,
    engine_core::curve::Curve,
    pools::{PoolEntry, ShardEntry},
    prices,
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Address, Amount, Big, Both, Price};
use crate::index::Day;

/// The pause bits and their names.
const PAUSES: [(u8, &str); 4] = [
    (pause::SWAP, "swap"),
    (pause::ADD_LIQUIDITY, "add_liquidity"),
    (pause::REMOVE_SINGLE_SIDED, "remove_single_sided"),
    (pause::REBALANCE, "rebalance"),
];

/// How a pool prices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CurveView {
    /// `constant_product` or `stable_swap`.
    pub kind: &'static str,
    /// Of stable swap pools.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amplification: Option<AmplificationView>,
}

/// The A of a stable swap.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AmplificationView {
    /// A as it is now, times 100.
    pub now_times_100: u64,
    /// Where it goes, times 100.
    pub target_times_100: u64,
    /// When it gets there, Unix seconds.
    pub ramp_end: i64,
}

/// What swaps cost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FeesView {
    /// The lowest fee, in millionths of what is received.
    pub min_pips: u32,
    /// The fee of a very small swap, in millionths.
    pub max_pips: u32,
    /// How fast the fee falls with the swap's share of the reserve; 0 where it is flat.
    pub slope_pips: u32,
    /// The authority's part of every fee, in basis points of the fee.
    pub protocol_share_bps: u16,
}

/// One shard of a pool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ShardView {
    /// Its address.
    pub shard: Address,
    /// Which of the pool's shards it is.
    pub index: u8,
    /// Base tokens of the liquidity providers.
    pub base_reserve: Amount,
    /// Quote tokens of the liquidity providers.
    pub quote_reserve: Amount,
    /// Its price before fees; null while it is empty.
    pub price: Option<Price>,
    /// The mint of its liquidity token.
    pub lp_mint: Address,
    /// Liquidity shares, those locked for good included.
    pub lp_supply: Amount,
    /// The slot in which it looked like this.
    pub slot: u64,
}

/// A pool with its shards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PoolView {
    /// Its address.
    pub pool: Address,
    /// Mint of the base token.
    pub base_mint: Address,
    /// Mint of the quote token.
    pub quote_mint: Address,
    /// Decimals of the base token.
    pub base_decimals: u8,
    /// Decimals of the quote token.
    pub quote_decimals: u8,
    /// How it prices.
    pub curve: CurveView,
    /// What swaps cost.
    pub fees: FeesView,
    /// Who administers it.
    pub authority: Address,
    /// Actions that are paused: `swap`, `add_liquidity`, `remove_single_sided`, `rebalance`.
    pub paused: Vec<&'static str>,
    /// The shards' price, each counted by its size; null while the pool is empty.
    pub price: Option<Price>,
    /// The shards.
    pub shards: Vec<ShardView>,
    /// All reserves.
    pub tvl: Both,
    /// All reserves, in whole quote tokens at the pool's price.
    pub tvl_quote: Price,
    /// What was traded in the last 24 hours.
    pub volume_24h: Both,
    /// What liquidity providers earned of it.
    pub fees_24h: Both,
    /// Trades in the last 24 hours.
    pub trades_24h: u64,
    /// The last day's fees as a yearly rate of the reserves; null while the pool is empty.
    pub apr_bps: Option<u64>,
}

impl PoolView {
    /// From the world, with what the index knows of the last day.
    pub(crate) fn of(world: &World, entry: &PoolEntry<'_>, day: &Day) -> Self {
        let pool = entry.pool;
        let now = world.clock().map_or(0, |clock| clock.unix_timestamp);
        let curve = pool.curve_at(now).ok();
        let shards: Vec<ShardView> = world
            .pools()
            .shards(&entry.address)
            .map(|shard| ShardView::of(&shard, pool, curve.as_ref()))
            .collect();
        let base: u128 = shards.iter().map(|s| u128::from(s.base_reserve.0)).sum();
        let quote: u128 = shards.iter().map(|s| u128::from(s.quote_reserve.0)).sum();
        let price = prices::pool_price(world.pools(), entry);
        let value = |base, quote| value_in_quote(pool, price, base, quote);
        let tvl = value(base, quote);
        let earned = value(day.fees_base, day.fees_quote);
        Self {
            pool: entry.address.into(),
            base_mint: pool.base_mint.into(),
            quote_mint: pool.quote_mint.into(),
            base_decimals: pool.base_decimals,
            quote_decimals: pool.quote_decimals,
            curve: curve_view(pool, now),
            fees: FeesView {
                min_pips: pool.fee_min_pips,
                max_pips: pool.fee_max_pips,
                slope_pips: pool.fee_slope_pips,
                protocol_share_bps: pool.protocol_share_bps,
            },
            authority: pool.authority.into(),
            paused: paused(pool.paused, &PAUSES),
            price: price.map(Price),
            shards,
            tvl: Both {
                base: Big(base),
                quote: Big(quote),
            },
            tvl_quote: Price(tvl.round_dp(2).normalize()),
            volume_24h: day.volume(),
            fees_24h: Both {
                base: Big(day.fees_base),
                quote: Big(day.fees_quote),
            },
            trades_24h: day.trades,
            apr_bps: yearly_bps(earned, tvl),
        }
    }
}

/// The names of the bits that are set.
pub(crate) fn paused(bits: u8, names: &[(u8, &'static str)]) -> Vec<&'static str> {
    let set = names.iter().filter(|(bit, _)| bits & bit != 0);
    set.map(|(_, name)| *name).collect()
}

fn curve_view(pool: &Pool, now: i64) -> CurveView {
    let is_stable = pool.curve == CURVE_STABLE_SWAP;
    CurveView {
        kind: if is_stable {
            "stable_swap"
        } else {
            "constant_product"
        },
        amplification: is_stable.then(|| AmplificationView {
            now_times_100: pool.ramp().at(now),
            target_times_100: pool.amplification_target.into(),
            ramp_end: pool.ramp_end,
        }),
    }
}

impl ShardView {
    fn of(entry: &ShardEntry<'_>, pool: &Pool, curve: Option<&Curve>) -> Self {
        let shard = entry.shard;
        let spot = curve.and_then(|curve| curve.spot_price(shard.state().reserves).ok());
        Self {
            shard: entry.address.into(),
            index: shard.index,
            base_reserve: shard.base_reserve.into(),
            quote_reserve: shard.quote_reserve.into(),
            price: spot
                .map(|spot| amount::price(spot, pool.base_decimals, pool.quote_decimals).into()),
            lp_mint: shard.lp_mint.into(),
            lp_supply: shard.shares.into(),
            slot: entry.slot,
        }
    }
}

/// Both tokens' worth in whole quote tokens; what is too large to be counted counts as nothing.
fn value_in_quote(pool: &Pool, price: Option<Decimal>, base: u128, quote: u128) -> Decimal {
    let base = whole(base, pool.base_decimals);
    let quote = whole(quote, pool.quote_decimals);
    let priced = price.unwrap_or_default().checked_mul(base);
    quote.saturating_add(priced.unwrap_or_default())
}

/// Base units as whole tokens.
pub(crate) fn whole(units: u128, decimals: u8) -> Decimal {
    let units = Decimal::from_u128(units).unwrap_or(Decimal::MAX);
    amount::scale(units, -i32::from(decimals))
}

fn yearly_bps(earned: Decimal, held: Decimal) -> Option<u64> {
    const DAYS_TIMES_BPS: u64 = 365 * 10_000;
    let yearly = earned.checked_mul(Decimal::from(DAYS_TIMES_BPS))?;
    yearly.checked_div(held)?.to_u64()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_years_rate_is_the_days_times_365() {
        let (earned, held) = (Decimal::from(1), Decimal::from(1_000));
        // A thousandth a day.
        assert_eq!(yearly_bps(earned, held), Some(3_650));
        assert_eq!(yearly_bps(earned, Decimal::ZERO), None);
    }

    #[test]
    fn bits_have_names() {
        assert_eq!(
            paused(pause::SWAP | pause::REBALANCE, &PAUSES),
            ["swap", "rebalance"]
        );
        assert!(paused(0, &PAUSES).is_empty());
    }
}
