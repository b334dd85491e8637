//! Swaps.

use sealane_amm::{accounts, instruction as arguments};
use sealane_core::units::Side;
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

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

/// What a swap says on chain: of a quote all that its instruction needs, so that it can be built
/// where the quote itself is not at hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SwapOrder {
    /// Which amount is given.
    pub kind: SwapKind,
    /// The pool.
    pub pool: Pubkey,
    /// Which of its shards trades.
    pub shard_index: u8,
    /// The pool's token that is sent.
    pub side_in: Side,
    /// The most that may leave the wallet: all that does where the amount sent is given.
    pub maximum_sent: u64,
    /// The least that must arrive: all that does where the amount received is given.
    pub minimum_received: u64,
}

impl From<&Quote> for SwapOrder {
    fn from(quote: &Quote) -> Self {
        Self {
            kind: quote.kind,
            pool: quote.pool,
            shard_index: quote.shard_index,
            side_in: quote.side_in,
            maximum_sent: match quote.kind {
                SwapKind::ExactIn => quote.sent,
                SwapKind::ExactOut => quote.maximum_sent,
            },
            minimum_received: quote.minimum_received,
        }
    }
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
    let plan = swap_order_instructions(pools, (&quote).into(), caller)?;
    Ok(Plan {
        instructions: plan.instructions,
        quote,
    })
}

/// As [`swap_instructions`], of what is said on chain.
///
/// # Errors
/// [`QuoteError`] if the cache does not hold the pool and the shard.
pub fn swap_order_instructions(
    pools: &Pools,
    order: SwapOrder,
    caller: &Caller,
) -> Result<Plan<SwapOrder>, QuoteError> {
    let (pool, shard) = lookup(pools, &order.pool, order.shard_index)?;
    let token_in = Token::of(pool, order.side_in);
    let token_out = Token::of(pool, order.side_in.opposite());
    let accounts = accounts::Swap {
        pool: order.pool,
        shard: shard.address,
        trader: caller.owner,
        trader_in: caller.account(&token_in),
        trader_out: caller.account(&token_out),
        vault_in: vault(shard.shard, order.side_in),
        vault_out: vault(shard.shard, order.side_in.opposite()),
        mint_in: token_in.mint,
        mint_out: token_out.mint,
        token_program_in: token_in.program,
        token_program_out: token_out.program,
    };
    let swap = swap_instruction(&accounts, &order, caller.deadline);
    Ok(caller.plan(&[token_out], swap, order))
}

fn swap_instruction(accounts: &accounts::Swap, order: &SwapOrder, deadline: i64) -> Instruction {
    match order.kind {
        SwapKind::ExactIn => instruction(
            accounts,
            &arguments::SwapExactIn {
                amount_in: order.maximum_sent,
                minimum_out: order.minimum_received,
                deadline,
            },
        ),
        SwapKind::ExactOut => instruction(
            accounts,
            &arguments::SwapExactOut {
                amount_out: order.minimum_received,
                maximum_in: order.maximum_sent,
                deadline,
            },
        ),
    }
}
