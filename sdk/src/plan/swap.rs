//! Swaps.

use sealane_amm::{accounts, instruction as arguments};
use solana_instruction::Instruction;

use super::{Caller, Plan, Token, instruction, lookup, vault};
use crate::{
    pools::Pools,
    quote::{Quote, QuoteError, QuoteRequest, SwapKind, quote_exact_in, quote_exact_out},
};

/// Swaps exactly `request.amount` on the shard that pays most for it.
///
/// # Errors
/// [`QuoteError`]: the cache lacks an account, or no shard can do it.
pub fn swap_exact_in_instructions(
    pools: &Pools,
    request: &QuoteRequest,
    caller: &Caller,
) -> Result<Plan<Quote>, QuoteError> {
    swap_instructions(pools, quote_exact_in(pools, request)?, caller)
}

/// Swaps for exactly `request.amount` on the shard that asks least for it.
///
/// # Errors
/// [`QuoteError`]: the cache lacks an account, or no shard can do it.
pub fn swap_exact_out_instructions(
    pools: &Pools,
    request: &QuoteRequest,
    caller: &Caller,
) -> Result<Plan<Quote>, QuoteError> {
    swap_instructions(pools, quote_exact_out(pools, request)?, caller)
}

/// Executes a quote at hand, on its shard.
///
/// # Errors
/// [`QuoteError`] if the cache no longer holds the quote's pool and shard.
pub fn swap_instructions(
    pools: &Pools,
    quote: Quote,
    caller: &Caller,
) -> Result<Plan<Quote>, QuoteError> {
    let (pool, shard) = lookup(pools, &quote.pool, quote.shard_index)?;
    let token_in = Token::of(pool, quote.side_in);
    let token_out = Token::of(pool, quote.side_in.opposite());
    let accounts = accounts::Swap {
        pool: quote.pool,
        shard: shard.address,
        trader: caller.owner,
        trader_in: caller.account(&token_in),
        trader_out: caller.account(&token_out),
        vault_in: vault(shard.shard, quote.side_in),
        vault_out: vault(shard.shard, quote.side_in.opposite()),
        mint_in: token_in.mint,
        mint_out: token_out.mint,
        token_program_in: token_in.program,
        token_program_out: token_out.program,
    };
    let swap = swap_instruction(&accounts, &quote, caller.deadline);
    Ok(caller.plan(&[token_out], swap, quote))
}

fn swap_instruction(accounts: &accounts::Swap, quote: &Quote, deadline: i64) -> Instruction {
    match quote.kind {
        SwapKind::ExactIn => instruction(
            accounts,
            &arguments::SwapExactIn {
                amount_in: quote.sent,
                minimum_out: quote.minimum_received,
                deadline,
            },
        ),
        SwapKind::ExactOut => instruction(
            accounts,
            &arguments::SwapExactOut {
                amount_out: quote.minimum_received,
                maximum_in: quote.maximum_sent,
                deadline,
            },
        ),
    }
}
