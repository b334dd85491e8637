//! Sealane's pools: constant product and stable swap, in shards that trade side by side.
//!
//! A [`Pool`](state::Pool) is configuration and is never written by a trade. Its N
//! [`Shard`](state::Shard)s hold the reserves, each with vaults and a liquidity mint of its own.
//! A swap writes one shard, that shard's two vaults and the trader's two token accounts: two swaps
//! conflict only if they chose the same shard. All arithmetic is `sealane-core`'s, which quotes
//! run as well.
//!
//! | instruction | who | what it writes |
//! |---|---|---|
//! | [`create_pool`](amm::create_pool) | anyone | a new pool |
//! | [`add_shard`](amm::add_shard) | authority | the pool; a new shard, its vaults, its liquidity mint |
//! | [`swap_exact_in`](amm::swap_exact_in), [`swap_exact_out`](amm::swap_exact_out) | anyone | one shard, its vaults |
//! | [`add_liquidity`](amm::add_liquidity), [`remove_liquidity`](amm::remove_liquidity) | anyone | one shard, its vaults, its liquidity mint |
//! | [`add_liquidity_single_sided`](amm::add_liquidity_single_sided), [`remove_liquidity_single_sided`](amm::remove_liquidity_single_sided) | anyone | one shard, one vault, its liquidity mint |
//! | [`rebalance`](amm::rebalance) | anyone | two shards, their vaults |
//! | [`collect_protocol_fees`](amm::collect_protocol_fees) | authority | one shard, its vaults |
//! | [`administer`](amm::administer) | authority, or the proposed one | the pool |
//! | [`observe`](amm::observe) | anyone | nothing |

// Anchor's derives put undocumented public modules beside what they are derived for.
#![allow(missing_docs)]

use anchor_lang::prelude::*;

pub mod errors;
pub mod events;
pub mod instructions;
pub mod state;

use instructions::swap::Exact;
pub use instructions::*;
pub use sealane_onchain::{mint, token};

declare_id!("seaMoWGAMSVJUfVmgwWMkREfeHHLKyxRpTAHxER1xjs");

/// The instructions. Deadlines are Unix seconds; amounts are base units of their token.
#[program]
pub mod amm {
    use super::*;

    /// Creates a pool without shards. The creator is its first authority.
    #[discrim = 0]
    pub fn create_pool(ctx: &mut Context<CreatePool>, id: u16, params: PoolParams) -> Result<()> {
        instructions::create_pool::handle(ctx, id, &params)
    }

    /// Adds the next shard with its vaults and its liquidity mint.
    #[discrim = 1]
    pub fn add_shard(ctx: &mut Context<AddShard>) -> Result<()> {
        instructions::add_shard::handle(ctx)
    }

    /// Sends exactly `amount_in`, receives at least `minimum_out`.
    #[discrim = 2]
    pub fn swap_exact_in(
        ctx: &mut Context<Swap>,
        amount_in: u64,
        minimum_out: u64,
        deadline: i64,
    ) -> Result<()> {
        let exact = Exact::In {
            amount: amount_in,
            minimum: minimum_out,
        };
        instructions::swap::handle(ctx, exact, deadline)
    }

    /// Receives `amount_out`, sends at most `maximum_in`.
    #[discrim = 3]
    pub fn swap_exact_out(
        ctx: &mut Context<Swap>,
        amount_out: u64,
        maximum_in: u64,
        deadline: i64,
    ) -> Result<()> {
        let exact = Exact::Out {
            amount: amount_out,
            maximum: maximum_in,
        };
        instructions::swap::handle(ctx, exact, deadline)
    }

    /// Deposits both tokens in the shard's proportion, sending at most the two maxima.
    #[discrim = 4]
    pub fn add_liquidity(
        ctx: &mut Context<Liquidity>,
        maximum_base: u64,
        maximum_quote: u64,
        minimum_shares: u64,
        deadline: i64,
    ) -> Result<()> {
        instructions::add_liquidity::handle(
            ctx,
            maximum_base,
            maximum_quote,
            minimum_shares,
            deadline,
        )
    }

    /// Burns shares for both tokens in the shard's proportion. Cannot be paused.
    #[discrim = 5]
    pub fn remove_liquidity(
        ctx: &mut Context<Liquidity>,
        shares: u64,
        minimum_base: u64,
        minimum_quote: u64,
        deadline: i64,
    ) -> Result<()> {
        instructions::remove_liquidity::handle(ctx, shares, minimum_base, minimum_quote, deadline)
    }

    /// Deposits one token: a part of it is swapped, at the swap fee, and the rest added with it.
    #[discrim = 6]
    pub fn add_liquidity_single_sided(
        ctx: &mut Context<SingleSided>,
        amount_in: u64,
        minimum_shares: u64,
        deadline: i64,
    ) -> Result<()> {
        instructions::single_sided::add(ctx, amount_in, minimum_shares, deadline)
    }

    /// Burns shares for one token: the other part is swapped, at the swap fee.
    #[discrim = 7]
    pub fn remove_liquidity_single_sided(
        ctx: &mut Context<SingleSided>,
        shares: u64,
        minimum_out: u64,
        deadline: i64,
    ) -> Result<()> {
        instructions::single_sided::remove(ctx, shares, minimum_out, deadline)
    }

    /// Lets two shards trade with each other, without fee, until their prices meet. Both sides'
    /// providers gain what an arbitrageur would have taken.
    #[discrim = 8]
    pub fn rebalance(ctx: &mut Context<Rebalance>) -> Result<()> {
        instructions::rebalance::handle(ctx)
    }

    /// Pays a shard's protocol fees to the authority.
    #[discrim = 9]
    pub fn collect_protocol_fees(ctx: &mut Context<CollectProtocolFees>) -> Result<()> {
        instructions::collect_protocol_fees::handle(ctx)
    }

    /// Changes fees, pauses, the amplification, the authority: see [`AdminAction`].
    #[discrim = 10]
    pub fn administer(ctx: &mut Context<Administer>, action: AdminAction) -> Result<()> {
        instructions::administer::handle(ctx, &action)
    }

    /// Sets the return data to an [`Observation`]: the shard's price history brought up to now.
    /// The time-weighted average price between two observations is the difference of their sums
    /// over the difference of their times.
    #[discrim = 11]
    pub fn observe(ctx: &mut Context<Observe>) -> Result<()> {
        instructions::observe::handle(ctx)
    }
}
