//! What authorities do, and what keeps a pool in order.

use sealane_amm::{
    AdminAction, accounts, instruction as arguments,
    state::{FeeParams, MAX_SHARDS},
};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

use super::{Caller, Plan, PoolToken, Token, create::add_shard_instruction, instruction, lookup};
use crate::{
    address::ShardAddresses,
    amm::errors::AmmError,
    pools::Pools,
    quote::{
        CollectedFees, QuoteError, RebalanceQuote, cached_pool, quote_collect_protocol_fees,
        quote_rebalance,
    },
};

/// Adds the next shard to a pool that the cache holds.
///
/// # Errors
/// [`QuoteError`] if the pool is unknown or has all the shards that it can have.
pub fn add_shard_instructions(
    pools: &Pools,
    pool: &Pubkey,
    authority: &Pubkey,
    payer: &Pubkey,
) -> Result<(ShardAddresses, Vec<Instruction>), QuoteError> {
    let config = cached_pool(pools, pool)?.pool;
    if config.shard_count >= MAX_SHARDS {
        return Err(QuoteError::refused(AmmError::TooManyShards, None));
    }
    let [base, quote] = Token::both(config).map(|Token { mint, program }| PoolToken {
        mint,
        token_program: program,
    });
    let shard = ShardAddresses::derive(pool, &base.mint, &quote.mint, config.shard_count);
    let add = add_shard_instruction(pool, &base, &quote, &shard, authority, payer);
    Ok((shard, vec![add]))
}

/// Lets two shards trade with each other until their prices meet. Anyone may.
///
/// # Errors
/// [`QuoteError`]: the cache lacks an account, or there is nothing to rebalance.
pub fn rebalance_instructions(
    pools: &Pools,
    pool: &Pubkey,
    first: u8,
    second: u8,
) -> Result<Plan<RebalanceQuote>, QuoteError> {
    let quote = quote_rebalance(pools, pool, first, second)?;
    let (config, first) = lookup(pools, pool, first)?;
    let (_, second) = lookup(pools, pool, second)?;
    let rebalance = instruction(
        &accounts::Rebalance {
            pool: *pool,
            first: first.address,
            second: second.address,
            first_base_vault: first.shard.base_vault,
            first_quote_vault: first.shard.quote_vault,
            second_base_vault: second.shard.base_vault,
            second_quote_vault: second.shard.quote_vault,
            base_mint: config.base_mint,
            quote_mint: config.quote_mint,
            base_token_program: config.base_token_program,
            quote_token_program: config.quote_token_program,
        },
        &arguments::Rebalance {},
    );
    Ok(Plan {
        instructions: vec![rebalance],
        quote,
    })
}

/// Pays a shard's protocol fees to the pool's authority, who is the caller.
///
/// # Errors
/// [`QuoteError`]: the cache lacks an account, or there is nothing to collect.
pub fn collect_protocol_fees_instructions(
    pools: &Pools,
    pool: &Pubkey,
    index: u8,
    authority: &Caller,
) -> Result<Plan<CollectedFees>, QuoteError> {
    let quote = quote_collect_protocol_fees(pools, pool, index)?;
    let (config, shard) = lookup(pools, pool, index)?;
    let receiving = Token::both(config);
    let collect = instruction(
        &accounts::CollectProtocolFees {
            pool: *pool,
            shard: shard.address,
            authority: authority.owner,
            recipient_base: authority.account(&receiving[0]),
            recipient_quote: authority.account(&receiving[1]),
            base_vault: shard.shard.base_vault,
            quote_vault: shard.shard.quote_vault,
            base_mint: config.base_mint,
            quote_mint: config.quote_mint,
            base_token_program: config.base_token_program,
            quote_token_program: config.quote_token_program,
        },
        &arguments::CollectProtocolFees {},
    );
    Ok(authority.plan(&receiving, collect, quote))
}

/// Does what only the pool's authority may do.
#[must_use]
pub fn administer_instruction(
    pool: &Pubkey,
    authority: &Pubkey,
    action: AdminAction,
) -> Instruction {
    instruction(
        &administrator(pool, authority),
        &arguments::Administer { action },
    )
}

fn administrator(pool: &Pubkey, authority: &Pubkey) -> accounts::Administer {
    accounts::Administer {
        pool: *pool,
        authority: *authority,
    }
}

/// Replaces the fee schedule.
#[must_use]
pub fn set_fees_instruction(pool: &Pubkey, authority: &Pubkey, fees: FeeParams) -> Instruction {
    administer_instruction(pool, authority, AdminAction::SetFees(fees))
}

/// Sets which actions are paused: the bits of [`pause`](crate::amm::state::pause).
#[must_use]
pub fn set_paused_instruction(pool: &Pubkey, authority: &Pubkey, paused: u8) -> Instruction {
    administer_instruction(pool, authority, AdminAction::SetPaused(paused))
}

/// Proposes another authority, who then has to accept. The default address withdraws a proposal.
#[must_use]
pub fn propose_authority_instruction(
    pool: &Pubkey,
    authority: &Pubkey,
    proposed: &Pubkey,
) -> Instruction {
    administer_instruction(
        pool,
        authority,
        AdminAction::ProposeAuthority(proposed.to_bytes()),
    )
}

/// Takes over as authority; signed by the proposed one.
#[must_use]
pub fn accept_authority_instruction(pool: &Pubkey, proposed: &Pubkey) -> Instruction {
    administer_instruction(pool, proposed, AdminAction::AcceptAuthority)
}

/// Moves a stable swap pool's amplification A to `target` until `end` (Unix seconds).
#[must_use]
pub fn ramp_amplification_instruction(
    pool: &Pubkey,
    authority: &Pubkey,
    target: u32,
    end: i64,
) -> Instruction {
    administer_instruction(
        pool,
        authority,
        AdminAction::RampAmplification { target, end },
    )
}

/// Stops a ramp where it is.
#[must_use]
pub fn stop_ramp_instruction(pool: &Pubkey, authority: &Pubkey) -> Instruction {
    administer_instruction(pool, authority, AdminAction::StopRamp)
}

/// Returns a shard's price history as return data; for simulation, see
/// [`decode_observation`](crate::oracle::decode_observation).
#[must_use]
pub fn observe_instruction(pool: &Pubkey, shard: &Pubkey) -> Instruction {
    let accounts = accounts::Observe {
        pool: *pool,
        shard: *shard,
    };
    instruction(&accounts, &arguments::Observe {})
}
