//! Bringing two shards to one price without loss to either.
//!
//! A trade moves the price of one shard only. Between shards of different price both can gain: of
//! the pooled reserves each gets its part in proportion to its liquidity, so one gives base and
//! the other quote. The liquidity measure grows in proportion to the reserves and is concave, so
//! the pooled reserves hold at least the sum of the two liquidities, and each shard ends with at
//! least its own.

use core::cmp::Ordering;

use super::ShardState;
use crate::{
    curve::Curve,
    error::CoreError,
    math::mul_div_u128,
    units::{BaseAmount, QuoteAmount, Reserves, Rounding, Side},
};

/// A rebalancing of two shards as a value.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct RebalanceUpdate {
    /// Base moved, from the shard that gives base to the other.
    pub base_moved: BaseAmount,
    /// Quote moved the other way.
    pub quote_moved: QuoteAmount,
    /// Whether the first shard gives base and receives quote; otherwise the second does.
    pub first_gives_base: bool,
    /// The first shard afterwards.
    pub first: ShardState,
    /// The second shard afterwards.
    pub second: ShardState,
}

/// Moves base one way and quote the other until both shards have the price of their pooled
/// reserves. No fee is taken and no shares change.
///
/// Refused with [`CoreError::NothingToRebalance`] where rounding would cost a shard part of its
/// invariant, which includes shards that are already at one price.
pub fn rebalance(
    first: &ShardState,
    second: &ShardState,
    curve: &Curve,
) -> Result<RebalanceUpdate, CoreError> {
    if is_empty(first) || is_empty(second) {
        return Err(CoreError::EmptyShard);
    }
    let (first_base, first_quote) = split(first, second, curve)?;
    let left = |side: Side, part: u64| {
        // At most both reserves together, less the part.
        let pooled = u128::from(first.reserves.of(side)) + u128::from(second.reserves.of(side));
        u64::try_from(pooled - u128::from(part)).map_err(|_| CoreError::ReserveLimit)
    };
    let second_base = left(Side::Base, first_base)?;
    let second_quote = left(Side::Quote, first_quote)?;
    let update = RebalanceUpdate {
        base_moved: BaseAmount::new(first_base.abs_diff(first.reserves.base.get())),
        quote_moved: QuoteAmount::new(first_quote.abs_diff(first.reserves.quote.get())),
        first_gives_base: first_base < first.reserves.base.get(),
        first: ShardState {
            reserves: Reserves::new(first_base, first_quote),
            ..*first
        },
        second: ShardState {
            reserves: Reserves::new(second_base, second_quote),
            ..*second
        },
    };
    let (first_gives, second_gives) = if update.first_gives_base {
        (Side::Base, Side::Quote)
    } else {
        (Side::Quote, Side::Base)
    };
    verify(first, &update.first, first_gives, curve)?;
    verify(second, &update.second, second_gives, curve)?;
    Ok(update)
}

/// The first shard's part of the pooled reserves: base and quote.
///
/// The gain is shared in proportion to liquidity, so a small shard next to a large one gets next
/// to nothing of it. Roundings go to the smaller shard, whose gain they would eat up: the larger
/// one's gain covers them, or there is nothing to rebalance.
fn split(first: &ShardState, second: &ShardState, curve: &Curve) -> Result<(u64, u64), CoreError> {
    let mut weight = u128::from(curve.liquidity(first.reserves)?);
    let mut other = u128::from(curve.liquidity(second.reserves)?);
    let rounding = match weight.cmp(&other) {
        Ordering::Less => {
            weight += 1;
            Rounding::Up
        }
        Ordering::Equal => Rounding::Down,
        Ordering::Greater => {
            other += 1;
            Rounding::Down
        }
    };
    let part = |side: Side| {
        let pooled = u128::from(first.reserves.of(side)) + u128::from(second.reserves.of(side));
        let part = mul_div_u128(pooled, weight, weight + other, rounding)?;
        u64::try_from(part).map_err(|_| CoreError::ReserveLimit)
    };
    Ok((part(Side::Base)?, part(Side::Quote)?))
}

/// A shard must give one token, receive the other, and lose nothing of its invariant.
fn verify(
    before: &ShardState,
    after: &ShardState,
    gives: Side,
    curve: &Curve,
) -> Result<(), CoreError> {
    let receives = gives.opposite();
    let trades = after.reserves.of(gives) < before.reserves.of(gives)
        && after.reserves.of(receives) > before.reserves.of(receives)
        && after.reserves.of(gives) > 0;
    if !trades || !curve.invariant_not_decreased(before.reserves, after.reserves)? {
        return Err(CoreError::NothingToRebalance);
    }
    curve.check_reserves(after.reserves)
}

fn is_empty(shard: &ShardState) -> bool {
    shard.reserves.base.is_zero() || shard.reserves.quote.is_zero()
}
