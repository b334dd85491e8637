//! `observe`: the price history, for other programs (return data) and for clients (simulation).

use anchor_lang::prelude::*;
use bytemuck::{Pod, Zeroable, bytes_of};
use pinocchio::cpi::set_return_data;
use sealane_onchain::Loaded;

use super::require_shard_of;
use crate::{
    errors::AmmError,
    state::{Pool, Shard},
};

/// Accounts of `observe`.
#[derive(Accounts)]
pub struct Observe {
    /// Names the curve.
    pub pool: Loaded<Pool>,
    /// The shard; read only.
    pub shard: Loaded<Shard>,
}

/// Sums of price × seconds at one time: the 56 bytes of return data, little-endian.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub struct Observation {
    /// Unix seconds.
    pub timestamp: i64,
    /// Quote per base in Q64.64, times seconds; 192 bits, little-endian words, wrapping.
    pub base_price_cumulative: [u64; 3],
    /// Base per quote, likewise.
    pub quote_price_cumulative: [u64; 3],
}

/// Handler of `observe`.
#[inline(never)]
pub(crate) fn handle(ctx: &mut Context<Observe>) -> Result<()> {
    let accounts = &ctx.accounts;
    require_shard_of(&accounts.shard, &accounts.pool)?;
    let now = Clock::get()?.unix_timestamp;
    let curve = accounts.pool.curve_at(now).map_err(AmmError::from)?;
    let shard = &accounts.shard;
    let advanced = shard
        .accumulators()
        .advance(&curve, &shard.state().reserves, now)
        .map_err(AmmError::from)?;
    let observation = Observation {
        timestamp: advanced.last_update,
        base_price_cumulative: advanced.base.0,
        quote_price_cumulative: advanced.quote.0,
    };
    // Not by way of Anchor's returned values: their encoder carries error formatting of `std`
    // that would be a tenth of the program.
    set_return_data(bytes_of(&observation));
    Ok(())
}
