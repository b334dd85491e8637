//! Deposits and withdrawals.

use sealane_amm::{accounts, instruction as arguments, state::Pool};
use sealane_core::units::Side;
use solana_pubkey::Pubkey;

use super::{Caller, Plan, Token, instruction, lookup, vault};
use crate::{
    address::TOKEN_PROGRAM,
    pools::{Pools, ShardEntry},
    quote::{
        AddLiquidityQuote, AddLiquidityRequest, AddSingleSidedQuote, AddSingleSidedRequest,
        QuoteError, RemoveLiquidityQuote, RemoveLiquidityRequest, RemoveSingleSidedQuote,
        RemoveSingleSidedRequest, quote_add_liquidity, quote_add_single_sided,
        quote_remove_liquidity, quote_remove_single_sided,
    },
};

/// Deposits both tokens in the shard's proportion.
///
/// # Errors
/// [`QuoteError`]: the cache lacks an account, or the program would refuse.
pub fn add_liquidity_instructions(
    pools: &Pools,
    request: &AddLiquidityRequest,
    caller: &Caller,
) -> Result<Plan<AddLiquidityQuote>, QuoteError> {
    let quote = quote_add_liquidity(pools, request)?;
    let (pool, shard) = lookup(pools, &quote.pool, quote.shard_index)?;
    let deposit = instruction(
        &both(&quote.pool, pool, &shard, caller),
        &arguments::AddLiquidity {
            maximum_base: quote.maximum_base,
            maximum_quote: quote.maximum_quote,
            minimum_shares: quote.minimum_shares,
            deadline: caller.deadline,
        },
    );
    let receiving = [Token::lp(shard.shard)];
    Ok(Plan {
        instructions: caller.prepend_accounts(&receiving, deposit),
        quote,
    })
}

/// Withdraws both tokens in the shard's proportion.
///
/// # Errors
/// [`QuoteError`]: the cache lacks an account, or the program would refuse.
pub fn remove_liquidity_instructions(
    pools: &Pools,
    request: &RemoveLiquidityRequest,
    caller: &Caller,
) -> Result<Plan<RemoveLiquidityQuote>, QuoteError> {
    let quote = quote_remove_liquidity(pools, request)?;
    let (pool, shard) = lookup(pools, &quote.pool, quote.shard_index)?;
    let withdrawal = instruction(
        &both(&quote.pool, pool, &shard, caller),
        &arguments::RemoveLiquidity {
            shares: quote.shares,
            minimum_base: quote.minimum_base,
            minimum_quote: quote.minimum_quote,
            deadline: caller.deadline,
        },
    );
    let receiving = [Token::of(pool, Side::Base), Token::of(pool, Side::Quote)];
    Ok(Plan {
        instructions: caller.prepend_accounts(&receiving, withdrawal),
        quote,
    })
}

/// Deposits one token, part of which is swapped for the other.
///
/// # Errors
/// [`QuoteError`]: the cache lacks an account, or the program would refuse.
pub fn add_single_sided_instructions(
    pools: &Pools,
    request: &AddSingleSidedRequest,
    caller: &Caller,
) -> Result<Plan<AddSingleSidedQuote>, QuoteError> {
    let quote = quote_add_single_sided(pools, request)?;
    let (pool, shard) = lookup(pools, &quote.pool, quote.shard_index)?;
    let deposit = instruction(
        &one(&quote.pool, pool, &shard, quote.side, caller),
        &arguments::AddLiquiditySingleSided {
            amount_in: quote.amount,
            minimum_shares: quote.minimum_shares,
            deadline: caller.deadline,
        },
    );
    let receiving = [Token::lp(shard.shard)];
    Ok(Plan {
        instructions: caller.prepend_accounts(&receiving, deposit),
        quote,
    })
}

/// Withdraws one token, for which the other token's part is swapped.
///
/// # Errors
/// [`QuoteError`]: the cache lacks an account, or the program would refuse.
pub fn remove_single_sided_instructions(
    pools: &Pools,
    request: &RemoveSingleSidedRequest,
    caller: &Caller,
) -> Result<Plan<RemoveSingleSidedQuote>, QuoteError> {
    let quote = quote_remove_single_sided(pools, request)?;
    let (pool, shard) = lookup(pools, &quote.pool, quote.shard_index)?;
    let withdrawal = instruction(
        &one(&quote.pool, pool, &shard, quote.side, caller),
        &arguments::RemoveLiquiditySingleSided {
            shares: quote.shares,
            minimum_out: quote.minimum_received,
            deadline: caller.deadline,
        },
    );
    let receiving = [Token::of(pool, quote.side)];
    Ok(Plan {
        instructions: caller.prepend_accounts(&receiving, withdrawal),
        quote,
    })
}

fn both(
    address: &Pubkey,
    pool: &Pool,
    shard: &ShardEntry<'_>,
    caller: &Caller,
) -> accounts::Liquidity {
    accounts::Liquidity {
        pool: *address,
        shard: shard.address,
        provider: caller.owner,
        provider_base: caller.account(&Token::of(pool, Side::Base)),
        provider_quote: caller.account(&Token::of(pool, Side::Quote)),
        provider_lp: caller.account(&Token::lp(shard.shard)),
        base_vault: shard.shard.base_vault,
        quote_vault: shard.shard.quote_vault,
        lp_mint: shard.shard.lp_mint,
        base_mint: pool.base_mint,
        quote_mint: pool.quote_mint,
        base_token_program: pool.base_token_program,
        quote_token_program: pool.quote_token_program,
        lp_token_program: TOKEN_PROGRAM,
    }
}

fn one(
    address: &Pubkey,
    pool: &Pool,
    shard: &ShardEntry<'_>,
    side: Side,
    caller: &Caller,
) -> accounts::SingleSided {
    let token = Token::of(pool, side);
    accounts::SingleSided {
        pool: *address,
        shard: shard.address,
        provider: caller.owner,
        provider_token: caller.account(&token),
        provider_lp: caller.account(&Token::lp(shard.shard)),
        vault: vault(shard.shard, side),
        lp_mint: shard.shard.lp_mint,
        mint: token.mint,
        token_program: token.program,
        lp_token_program: TOKEN_PROGRAM,
    }
}
