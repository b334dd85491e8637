//! `observe`: the price history, for other programs (return data) and for clients (simulation).

use anchor_lang::prelude::*;

use super::require_shard_of;
use crate::{
    errors::AmmError,
    state::{Pool, Shard},
};

/// Accounts of `observe`.
#[derive(Accounts)]
pub struct Observe {
    /// Names the curve.
    pub pool: Account<Pool>,
    /// The shard; read only.
    pub shard: Account<Shard>,
}

/// Sums of price × seconds at one time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, SchemaRead, SchemaWrite, IdlType)]
pub struct Observation {
    /// Unix seconds.
    pub timestamp: i64,
    /// Quote per base in Q64.64, times seconds; 192 bits, little-endian words, wrapping.
    pub base_price_cumulative: [u64; 3],
    /// Base per quote, likewise.
    pub quote_price_cumulative: [u64; 3],
}

/// Handler of `observe`.
pub(crate) fn handle(ctx: &mut Context<Observe>) -> Result<Observation> {
    let accounts = &ctx.accounts;
    require_shard_of(&accounts.shard, &accounts.pool)?;
    let now = Clock::get()?.unix_timestamp;
    let curve = accounts.pool.curve_at(now).map_err(AmmError::from)?;
    let shard = &accounts.shard;
    let advanced = shard
        .accumulators()
        .advance(&curve, &shard.state().reserves, now)
        .map_err(AmmError::from)?;
    Ok(Observation {
        timestamp: advanced.last_update,
        base_price_cumulative: advanced.base.0,
        quote_price_cumulative: advanced.quote.0,
    })
}
