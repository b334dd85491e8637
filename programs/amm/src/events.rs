//! What an indexer needs to follow every pool without reading accounts.
//!
//! Events are the instruction's log data: an 8-byte discriminator, then the fields below,
//! little-endian, without padding.

use anchor_lang::prelude::*;
use sealane_onchain::Loaded;
pub(crate) use sealane_onchain::events::log;

use crate::state::Shard;

/// Logs a deposit of `base` and `quote` for `shares` after the shard's state was stored.
#[inline(never)]
pub(crate) fn liquidity_added(
    shard: &Loaded<Shard>,
    provider: &Address,
    (base, quote): (u64, u64),
    shares: u64,
) {
    log(LiquidityAdded {
        shard: *shard.address(),
        provider: *provider,
        base,
        quote,
        shares,
        base_reserve: shard.base_reserve,
        quote_reserve: shard.quote_reserve,
        total_shares: shard.shares,
        base_protocol_fees: shard.base_protocol_fees,
        quote_protocol_fees: shard.quote_protocol_fees,
    });
}

/// Logs a withdrawal, likewise.
#[inline(never)]
pub(crate) fn liquidity_removed(
    shard: &Loaded<Shard>,
    provider: &Address,
    (base, quote): (u64, u64),
    shares: u64,
) {
    log(LiquidityRemoved {
        shard: *shard.address(),
        provider: *provider,
        base,
        quote,
        shares,
        base_reserve: shard.base_reserve,
        quote_reserve: shard.quote_reserve,
        total_shares: shard.shares,
        base_protocol_fees: shard.base_protocol_fees,
        quote_protocol_fees: shard.quote_protocol_fees,
    });
}

/// A pool was created. Its shards follow as [`ShardAdded`].
#[event(bytemuck)]
#[derive(Debug, PartialEq, Eq)]
pub struct PoolCreated {
    /// The pool.
    pub pool: Address,
    /// Who created it.
    pub creator: Address,
    /// Base mint.
    pub base_mint: Address,
    /// Quote mint.
    pub quote_mint: Address,
    /// Lowest fee ratio in millionths.
    pub fee_min_pips: u32,
    /// Highest fee ratio in millionths.
    pub fee_max_pips: u32,
    /// Slope of the fee ratio in millionths.
    pub fee_slope_pips: u32,
    /// Amplification A, whole; 0 for constant product.
    pub amplification: u32,
    /// The authority's part of fees, basis points.
    pub protocol_share_bps: u16,
    /// Part of the address.
    pub id: u16,
    /// Curve number, as in the account.
    pub curve: u8,
    /// Zero.
    pub reserved: [u8; 3],
}

/// A shard was added to a pool.
#[event(bytemuck)]
#[derive(Debug, PartialEq, Eq)]
pub struct ShardAdded {
    /// The pool.
    pub pool: Address,
    /// The new shard.
    pub shard: Address,
    /// Its liquidity mint.
    pub lp_mint: Address,
    /// Its index.
    pub index: u8,
    /// Zero.
    pub reserved: [u8; 7],
}

/// A swap was executed.
#[event(bytemuck)]
#[derive(Debug, PartialEq, Eq)]
pub struct Swapped {
    /// The shard that was traded with.
    pub shard: Address,
    /// Who traded.
    pub trader: Address,
    /// What left the trader's account, transfer fee included.
    pub sent: u64,
    /// What reached the trader's account, transfer fee deducted.
    pub received: u64,
    /// The whole fee, in the token paid out.
    pub fee: u64,
    /// The authority's part of it.
    pub protocol_fee: u64,
    /// Base reserve afterwards.
    pub base_reserve: u64,
    /// Quote reserve afterwards.
    pub quote_reserve: u64,
    /// 0: base went in; 1: quote went in.
    pub side_in: u8,
    /// Zero.
    pub reserved: [u8; 7],
}

/// Liquidity was added.
#[event(bytemuck)]
#[derive(Debug, PartialEq, Eq)]
pub struct LiquidityAdded {
    /// The shard.
    pub shard: Address,
    /// Who provides.
    pub provider: Address,
    /// Base that entered the reserves and fees; 0 for a single-sided deposit of quote.
    pub base: u64,
    /// Quote that entered.
    pub quote: u64,
    /// Shares minted.
    pub shares: u64,
    /// Base reserve afterwards.
    pub base_reserve: u64,
    /// Quote reserve afterwards.
    pub quote_reserve: u64,
    /// All shares afterwards, the locked ones included.
    pub total_shares: u64,
    /// Protocol fees of base afterwards: a single-sided deposit contains a swap.
    pub base_protocol_fees: u64,
    /// Protocol fees of quote afterwards.
    pub quote_protocol_fees: u64,
}

/// Liquidity was removed.
#[event(bytemuck)]
#[derive(Debug, PartialEq, Eq)]
pub struct LiquidityRemoved {
    /// The shard.
    pub shard: Address,
    /// Who provided.
    pub provider: Address,
    /// Base that left the vault.
    pub base: u64,
    /// Quote that left the vault.
    pub quote: u64,
    /// Shares burned.
    pub shares: u64,
    /// Base reserve afterwards.
    pub base_reserve: u64,
    /// Quote reserve afterwards.
    pub quote_reserve: u64,
    /// All shares afterwards, the locked ones included.
    pub total_shares: u64,
    /// Protocol fees of base afterwards: a single-sided withdrawal contains a swap.
    pub base_protocol_fees: u64,
    /// Protocol fees of quote afterwards.
    pub quote_protocol_fees: u64,
}

/// Two shards of a pool traded with each other until their prices met.
#[event(bytemuck)]
#[derive(Debug, PartialEq, Eq)]
pub struct ShardsRebalanced {
    /// The shard that gave base and got quote.
    pub base_giver: Address,
    /// The shard that gave quote and got base.
    pub quote_giver: Address,
    /// Base moved.
    pub base_moved: u64,
    /// Quote moved.
    pub quote_moved: u64,
}

/// Protocol fees were paid out to the pool's authority.
#[event(bytemuck)]
#[derive(Debug, PartialEq, Eq)]
pub struct ProtocolFeesCollected {
    /// The shard.
    pub shard: Address,
    /// Base that left the vault.
    pub base: u64,
    /// Quote that left the vault.
    pub quote: u64,
}

/// The fee schedule changed.
#[event(bytemuck)]
#[derive(Debug, PartialEq, Eq)]
pub struct FeesChanged {
    /// The pool.
    pub pool: Address,
    /// Lowest fee ratio in millionths.
    pub fee_min_pips: u32,
    /// Highest fee ratio in millionths.
    pub fee_max_pips: u32,
    /// Slope of the fee ratio in millionths.
    pub fee_slope_pips: u32,
    /// The authority's part of fees, basis points.
    pub protocol_share_bps: u16,
    /// Zero.
    pub reserved: [u8; 2],
}

/// Actions were paused or resumed.
#[event(bytemuck)]
#[derive(Debug, PartialEq, Eq)]
pub struct PauseChanged {
    /// The pool.
    pub pool: Address,
    /// Bits now paused.
    pub paused: u8,
}

/// The authority proposed a successor (all zero: withdrew the proposal).
#[event(bytemuck)]
#[derive(Debug, PartialEq, Eq)]
pub struct AuthorityProposed {
    /// The pool.
    pub pool: Address,
    /// The proposed authority.
    pub pending_authority: Address,
}

/// The proposed authority took over.
#[event(bytemuck)]
#[derive(Debug, PartialEq, Eq)]
pub struct AuthorityChanged {
    /// The pool.
    pub pool: Address,
    /// The new authority.
    pub authority: Address,
}

/// The amplification's schedule changed.
#[event(bytemuck)]
#[derive(Debug, PartialEq, Eq)]
pub struct AmplificationRamped {
    /// The pool.
    pub pool: Address,
    /// When the ramp starts, Unix seconds.
    pub start: i64,
    /// When it ends.
    pub end: i64,
    /// Amplification at the start, as A × 100.
    pub initial: u32,
    /// Amplification from the end on, as A × 100.
    pub target: u32,
}
