//! Quotes of everything that is not a swap: deposits, withdrawals, rebalancing, fees.

use sealane_amm::{errors::AmmError, state::pause};
use sealane_core::{
    pool::{
        add_liquidity, add_liquidity_single_sided, rebalance, remove_liquidity,
        remove_liquidity_single_sided,
    },
    units::{BaseAmount, InAmount, QuoteAmount, Shares, Side},
};
use serde::Serialize;
use solana_pubkey::Pubkey;

use super::{
    QuoteError,
    context::{Context, at_least},
};
use crate::{
    pools::{Pools, ShardEntry},
    serialize,
};

/// A deposit of both tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AddLiquidityRequest {
    /// In which pool.
    pub pool: Pubkey,
    /// Into which shard. `None`: into the smallest that holds liquidity, which is where traders
    /// go first; shard 0 of an empty pool.
    pub shard: Option<u8>,
    /// The most base that may leave the wallet.
    pub maximum_base: u64,
    /// The most quote that may leave the wallet.
    pub maximum_quote: u64,
    /// How many fewer shares than quoted are accepted, in basis points.
    pub slippage_tolerance_bps: u16,
}

/// A deposit of both tokens as it would be executed now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct AddLiquidityQuote {
    /// The pool.
    #[serde(serialize_with = "serialize::display")]
    pub pool: Pubkey,
    /// The shard.
    #[serde(serialize_with = "serialize::display")]
    pub shard: Pubkey,
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
    /// The slot of the shard's state that was quoted.
    pub slot: u64,
}

/// Quotes a deposit of both tokens in the shard's proportion.
///
/// # Errors
/// [`QuoteError`]: the cache lacks an account, or the program would refuse.
#[tracing::instrument(level = "debug", skip_all, fields(pool = %request.pool))]
pub fn quote_add_liquidity(
    pools: &Pools,
    request: &AddLiquidityRequest,
) -> Result<AddLiquidityQuote, QuoteError> {
    let context = Context::new(pools, &request.pool)?;
    context.require_active(pause::ADD_LIQUIDITY)?;
    let shard = shard_for_deposit(&context, request.shard)?;
    let (update, base, quote) = context.priced(&shard, |state, params| {
        let maximum_base = BaseAmount::new(context.base_fee.net_of(request.maximum_base)?);
        let maximum_quote = QuoteAmount::new(context.quote_fee.net_of(request.maximum_quote)?);
        let update = add_liquidity(state, params, maximum_base, maximum_quote)?;
        let base = context.base_fee.pre_fee_amount(update.base.get())?;
        let quote = context.quote_fee.pre_fee_amount(update.quote.get())?;
        Ok((update, base, quote))
    })?;
    Ok(AddLiquidityQuote {
        pool: request.pool,
        shard: shard.address,
        shard_index: shard.shard.index,
        base,
        quote,
        maximum_base: request.maximum_base,
        maximum_quote: request.maximum_quote,
        shares: update.shares.get(),
        minimum_shares: at_least(update.shares.get(), request.slippage_tolerance_bps)?,
        first_deposit: shard.shard.shares == 0,
        slot: shard.slot,
    })
}

/// A withdrawal of both tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RemoveLiquidityRequest {
    /// From which pool.
    pub pool: Pubkey,
    /// From which shard.
    pub shard: u8,
    /// How many of its liquidity shares to burn.
    pub shares: u64,
    /// How much less of either token than quoted is accepted, in basis points.
    pub slippage_tolerance_bps: u16,
}

/// A withdrawal of both tokens as it would be executed now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct RemoveLiquidityQuote {
    /// The pool.
    #[serde(serialize_with = "serialize::display")]
    pub pool: Pubkey,
    /// The shard.
    #[serde(serialize_with = "serialize::display")]
    pub shard: Pubkey,
    /// Its index.
    pub shard_index: u8,
    /// Shares burned.
    pub shares: u64,
    /// Base that arrives in the wallet, its transfer fee deducted.
    pub base: u64,
    /// Quote that arrives in the wallet, its transfer fee deducted.
    pub quote: u64,
    /// The least base that is accepted.
    pub minimum_base: u64,
    /// The least quote that is accepted.
    pub minimum_quote: u64,
    /// The slot of the shard's state that was quoted.
    pub slot: u64,
}

/// Quotes a withdrawal of both tokens in the shard's proportion.
///
/// # Errors
/// [`QuoteError`]: the cache lacks an account, or the program would refuse.
#[tracing::instrument(level = "debug", skip_all, fields(pool = %request.pool))]
pub fn quote_remove_liquidity(
    pools: &Pools,
    request: &RemoveLiquidityRequest,
) -> Result<RemoveLiquidityQuote, QuoteError> {
    let context = Context::new(pools, &request.pool)?;
    let shard = context.shard(request.shard)?;
    // Not `priced`: the program lets providers leave a shard that has no price.
    let update = remove_liquidity(&shard.shard.state(), Shares::new(request.shares))
        .map_err(|error| QuoteError::refused(error, request.shard))?;
    let base = context.base_fee.after_fee(update.base.get());
    let quote = context.quote_fee.after_fee(update.quote.get());
    Ok(RemoveLiquidityQuote {
        pool: request.pool,
        shard: shard.address,
        shard_index: request.shard,
        shares: request.shares,
        base,
        quote,
        minimum_base: at_least(base, request.slippage_tolerance_bps)?,
        minimum_quote: at_least(quote, request.slippage_tolerance_bps)?,
        slot: shard.slot,
    })
}

/// A deposit of one token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AddSingleSidedRequest {
    /// In which pool.
    pub pool: Pubkey,
    /// Into which shard; `None` as in [`AddLiquidityRequest::shard`].
    pub shard: Option<u8>,
    /// The token deposited.
    pub mint_in: Pubkey,
    /// How much of it leaves the wallet.
    pub amount: u64,
    /// How many fewer shares than quoted are accepted, in basis points.
    pub slippage_tolerance_bps: u16,
}

/// A deposit of one token as it would be executed now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct AddSingleSidedQuote {
    /// The pool.
    #[serde(serialize_with = "serialize::display")]
    pub pool: Pubkey,
    /// The shard.
    #[serde(serialize_with = "serialize::display")]
    pub shard: Pubkey,
    /// Its index.
    pub shard_index: u8,
    /// Which of the pool's tokens is deposited.
    #[serde(serialize_with = "serialize::side")]
    pub side: Side,
    /// How much of it leaves the wallet.
    pub amount: u64,
    /// Shares received.
    pub shares: u64,
    /// The fewest shares that are accepted.
    pub minimum_shares: u64,
    /// The slot of the shard's state that was quoted.
    pub slot: u64,
}

/// Quotes a deposit of one token, part of which is swapped for the other.
///
/// # Errors
/// [`QuoteError`]: the cache lacks an account, or the program would refuse.
#[tracing::instrument(level = "debug", skip_all, fields(pool = %request.pool))]
pub fn quote_add_single_sided(
    pools: &Pools,
    request: &AddSingleSidedRequest,
) -> Result<AddSingleSidedQuote, QuoteError> {
    let context = Context::new(pools, &request.pool)?;
    let side = context.side_of(&request.mint_in)?;
    context.require_active(pause::ADD_LIQUIDITY)?;
    let shard = shard_for_deposit(&context, request.shard)?;
    let update = context.priced(&shard, |state, params| {
        let received = InAmount::new(context.fee_on(side).net_of(request.amount)?);
        add_liquidity_single_sided(state, params, side, received)
    })?;
    Ok(AddSingleSidedQuote {
        pool: request.pool,
        shard: shard.address,
        shard_index: shard.shard.index,
        side,
        amount: request.amount,
        shares: update.shares.get(),
        minimum_shares: at_least(update.shares.get(), request.slippage_tolerance_bps)?,
        slot: shard.slot,
    })
}

/// A withdrawal of one token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RemoveSingleSidedRequest {
    /// From which pool.
    pub pool: Pubkey,
    /// From which shard.
    pub shard: u8,
    /// The token taken out.
    pub mint_out: Pubkey,
    /// How many of the shard's liquidity shares to burn.
    pub shares: u64,
    /// How much less than quoted is accepted, in basis points.
    pub slippage_tolerance_bps: u16,
}

/// A withdrawal of one token as it would be executed now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct RemoveSingleSidedQuote {
    /// The pool.
    #[serde(serialize_with = "serialize::display")]
    pub pool: Pubkey,
    /// The shard.
    #[serde(serialize_with = "serialize::display")]
    pub shard: Pubkey,
    /// Its index.
    pub shard_index: u8,
    /// Which of the pool's tokens is taken out.
    #[serde(serialize_with = "serialize::side")]
    pub side: Side,
    /// Shares burned.
    pub shares: u64,
    /// What arrives in the wallet, its transfer fee deducted.
    pub received: u64,
    /// The least that is accepted.
    pub minimum_received: u64,
    /// The slot of the shard's state that was quoted.
    pub slot: u64,
}

/// Quotes a withdrawal of one token, for which the other token's part is swapped.
///
/// # Errors
/// [`QuoteError`]: the cache lacks an account, or the program would refuse.
#[tracing::instrument(level = "debug", skip_all, fields(pool = %request.pool))]
pub fn quote_remove_single_sided(
    pools: &Pools,
    request: &RemoveSingleSidedRequest,
) -> Result<RemoveSingleSidedQuote, QuoteError> {
    let context = Context::new(pools, &request.pool)?;
    let side = context.side_of(&request.mint_out)?;
    context.require_active(pause::REMOVE_SINGLE_SIDED)?;
    let shard = context.shard(request.shard)?;
    let received = context.priced(&shard, |state, params| {
        let shares = Shares::new(request.shares);
        let update = remove_liquidity_single_sided(state, params, shares, side)?;
        Ok(context.fee_on(side).after_fee(update.amount))
    })?;
    Ok(RemoveSingleSidedQuote {
        pool: request.pool,
        shard: shard.address,
        shard_index: request.shard,
        side,
        shares: request.shares,
        received,
        minimum_received: at_least(received, request.slippage_tolerance_bps)?,
        slot: shard.slot,
    })
}

/// A rebalancing of two shards as it would be executed now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct RebalanceQuote {
    /// The pool.
    #[serde(serialize_with = "serialize::display")]
    pub pool: Pubkey,
    /// Index of one shard.
    pub first_index: u8,
    /// Index of the other.
    pub second_index: u8,
    /// Whether the first gives base and gets quote; otherwise the second does.
    pub first_gives_base: bool,
    /// Base moved.
    pub base_moved: u64,
    /// Quote moved the other way.
    pub quote_moved: u64,
    /// The older of the two shards' slots.
    pub slot: u64,
}

/// Quotes a rebalancing of two shards.
///
/// # Errors
/// [`QuoteError`]: the cache lacks an account, or the program would refuse.
#[tracing::instrument(level = "debug", skip_all, fields(%pool, first, second))]
pub fn quote_rebalance(
    pools: &Pools,
    pool: &Pubkey,
    first: u8,
    second: u8,
) -> Result<RebalanceQuote, QuoteError> {
    let context = Context::new(pools, pool)?;
    if first == second {
        return Err(QuoteError::SameShard { index: first });
    }
    let shards = [context.shard(first)?, context.shard(second)?];
    context.require_active(pause::REBALANCE)?;
    if context.base_fee.bps != 0 || context.quote_fee.bps != 0 {
        let error = AmmError::RebalanceWithTransferFee;
        return Err(QuoteError::refused(error, None));
    }
    let from = context.priced(&shards[0], |state, _| Ok(*state))?;
    let to = context.priced(&shards[1], |state, _| Ok(*state))?;
    let update = rebalance(&from, &to, &context.params.curve)?;
    Ok(RebalanceQuote {
        pool: *pool,
        first_index: first,
        second_index: second,
        first_gives_base: update.first_gives_base,
        base_moved: update.base_moved.get(),
        quote_moved: update.quote_moved.get(),
        slot: shards[0].slot.min(shards[1].slot),
    })
}

/// Protocol fees as they would be collected now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct CollectedFees {
    /// The pool.
    #[serde(serialize_with = "serialize::display")]
    pub pool: Pubkey,
    /// The shard.
    #[serde(serialize_with = "serialize::display")]
    pub shard: Pubkey,
    /// Its index.
    pub shard_index: u8,
    /// Base that arrives, its transfer fee deducted.
    pub base: u64,
    /// Quote that arrives, its transfer fee deducted.
    pub quote: u64,
    /// The slot of the shard's state that was quoted.
    pub slot: u64,
}

/// Quotes what collecting a shard's protocol fees brings.
///
/// # Errors
/// [`QuoteError`]: the cache lacks an account, or there is nothing to collect.
#[tracing::instrument(level = "debug", skip_all, fields(%pool, index))]
pub fn quote_collect_protocol_fees(
    pools: &Pools,
    pool: &Pubkey,
    index: u8,
) -> Result<CollectedFees, QuoteError> {
    let context = Context::new(pools, pool)?;
    let shard = context.shard(index)?;
    let owed = shard.shard.state().protocol_fees;
    let (base, quote) = (owed.base.get(), owed.quote.get());
    if base == 0 && quote == 0 {
        return Err(QuoteError::refused(AmmError::NothingToCollect, index));
    }
    Ok(CollectedFees {
        pool: *pool,
        shard: shard.address,
        shard_index: index,
        // The program does not refuse fees that a transfer fee takes whole.
        base: base - context.base_fee.fee_on(base),
        quote: quote - context.quote_fee.fee_on(quote),
        slot: shard.slot,
    })
}

/// The shard asked for, or the smallest with liquidity: the bounded-ratio fee sends traders to
/// small shards, so that is where a deposit earns most and helps most. Empty shards are left out,
/// because a first deposit sets a price, which must be a decision.
fn shard_for_deposit<'a>(
    context: &Context<'a>,
    index: Option<u8>,
) -> Result<ShardEntry<'a>, QuoteError> {
    if let Some(index) = index {
        return context.shard(index);
    }
    let mut smallest: Option<(u64, ShardEntry<'a>)> = None;
    for shard in context.shards()? {
        let state = shard.shard.state();
        if state.shares.is_zero() {
            continue;
        }
        let liquidity = context.params.curve.liquidity(state.reserves)?;
        if smallest.is_none_or(|(least, _)| liquidity < least) {
            smallest = Some((liquidity, shard));
        }
    }
    smallest.map_or_else(|| context.shard(0), |(_, shard)| Ok(shard))
}

#[cfg(test)]
mod tests;
