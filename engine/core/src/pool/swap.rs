//! Trades against one shard.

use super::{PoolParams, ShardState};
use crate::{
    error::CoreError,
    fee::protocol_part,
    units::{InAmount, OutAmount, Reserves, Side},
};

/// A trade as a value.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct SwapUpdate {
    /// The token that goes in.
    pub side_in: Side,
    /// What goes into the shard.
    pub amount_in: InAmount,
    /// What the shard pays, the fee taken off.
    pub amount_out: OutAmount,
    /// The whole fee, in the token paid out.
    pub fee: OutAmount,
    /// The protocol's part of the fee. The rest stays in the reserves.
    pub protocol_fee: OutAmount,
    /// The shard after the trade.
    pub after: ShardState,
}

/// Trades a given amount in for as much as the shard pays.
pub fn swap_exact_in(
    shard: &ShardState,
    params: &PoolParams,
    side_in: Side,
    amount_in: InAmount,
) -> Result<SwapUpdate, CoreError> {
    if amount_in.is_zero() {
        return Err(CoreError::ZeroAmount);
    }
    let reserve_in = shard.reserves.of(side_in);
    let reserve_out = shard.reserves.of(side_in.opposite());
    let gross = params
        .curve
        .out_given_in(side_in, reserve_in, reserve_out, amount_in)?;
    let (amount_out, fee) = params.fee.net_of(gross, reserve_out)?;
    if amount_out.is_zero() {
        return Err(CoreError::ZeroOutput);
    }
    settle(shard, params, side_in, amount_in, amount_out, fee)
}

/// Buys a given amount out for as little as the shard asks.
///
/// Rounding may leave the curve's output above what the fee and the amount need; the difference
/// is counted as fee.
pub fn swap_exact_out(
    shard: &ShardState,
    params: &PoolParams,
    side_in: Side,
    amount_out: OutAmount,
) -> Result<SwapUpdate, CoreError> {
    if amount_out.is_zero() {
        return Err(CoreError::ZeroAmount);
    }
    let reserve_in = shard.reserves.of(side_in);
    let reserve_out = shard.reserves.of(side_in.opposite());
    if reserve_in == 0 || reserve_out == 0 {
        return Err(CoreError::EmptyShard);
    }
    let gross = params.fee.gross_for(amount_out, reserve_out)?;
    let amount_in = params
        .curve
        .in_given_out(side_in, reserve_in, reserve_out, gross)?;
    let fee = gross.checked_sub(amount_out)?;
    settle(shard, params, side_in, amount_in, amount_out, fee)
}

/// The trade's effect on the shard.
#[inline]
fn settle(
    shard: &ShardState,
    params: &PoolParams,
    side_in: Side,
    amount_in: InAmount,
    amount_out: OutAmount,
    fee: OutAmount,
) -> Result<SwapUpdate, CoreError> {
    let side_out = side_in.opposite();
    let protocol_fee = protocol_part(fee, params.protocol_share);
    let reserve_in = shard
        .reserves
        .of(side_in)
        .checked_add(amount_in.get())
        .ok_or(CoreError::ReserveLimit)?;
    let reserve_out = shard
        .reserves
        .of(side_out)
        .checked_sub(amount_out.checked_add(protocol_fee)?.get())
        .ok_or(CoreError::InsufficientLiquidity)?;
    let protocol_fees = shard
        .protocol_fees
        .of(side_out)
        .checked_add(protocol_fee.get())
        .ok_or(CoreError::Overflow)?;
    Ok(SwapUpdate {
        side_in,
        amount_in,
        amount_out,
        fee,
        protocol_fee,
        after: ShardState {
            reserves: Reserves::from_sides(side_in, reserve_in, reserve_out),
            shares: shard.shares,
            protocol_fees: Reserves::from_sides(
                side_in,
                shard.protocol_fees.of(side_in),
                protocol_fees,
            ),
        },
    })
}
