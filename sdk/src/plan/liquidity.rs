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
    let provider = Provider::new(pools, &quote.pool, quote.shard_index, caller)?;
    let arguments = arguments::AddLiquidity {
        maximum_base: quote.maximum_base,
        maximum_quote: quote.maximum_quote,
        minimum_shares: quote.minimum_shares,
        deadline: caller.deadline,
    };
    let deposit = instruction(&provider.of_both(), &arguments);
    Ok(caller.plan(&[provider.lp()], deposit, quote))
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
    let provider = Provider::new(pools, &quote.pool, quote.shard_index, caller)?;
    let arguments = arguments::RemoveLiquidity {
        shares: quote.shares,
        minimum_base: quote.minimum_base,
        minimum_quote: quote.minimum_quote,
        deadline: caller.deadline,
    };
    let withdrawal = instruction(&provider.of_both(), &arguments);
    Ok(caller.plan(&Token::both(provider.pool), withdrawal, quote))
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
    let provider = Provider::new(pools, &quote.pool, quote.shard_index, caller)?;
    let arguments = arguments::AddLiquiditySingleSided {
        amount_in: quote.amount,
        minimum_shares: quote.minimum_shares,
        deadline: caller.deadline,
    };
    let deposit = instruction(&provider.of_one(quote.side), &arguments);
    Ok(caller.plan(&[provider.lp()], deposit, quote))
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
    let provider = Provider::new(pools, &quote.pool, quote.shard_index, caller)?;
    let arguments = arguments::RemoveLiquiditySingleSided {
        shares: quote.shares,
        minimum_out: quote.minimum_received,
        deadline: caller.deadline,
    };
    let withdrawal = instruction(&provider.of_one(quote.side), &arguments);
    let receiving = [Token::of(provider.pool, quote.side)];
    Ok(caller.plan(&receiving, withdrawal, quote))
}

/// Who deposits or withdraws, and where.
struct Provider<'a> {
    address: Pubkey,
    pool: &'a Pool,
    shard: ShardEntry<'a>,
    caller: &'a Caller,
}

impl<'a> Provider<'a> {
    fn new(
        pools: &'a Pools,
        address: &Pubkey,
        index: u8,
        caller: &'a Caller,
    ) -> Result<Self, QuoteError> {
        let (pool, shard) = lookup(pools, address, index)?;
        Ok(Self {
            address: *address,
            pool,
            shard,
            caller,
        })
    }

    fn lp(&self) -> Token {
        Token::lp(self.shard.shard)
    }

    /// Accounts of the instructions that move both tokens.
    fn of_both(&self) -> accounts::Liquidity {
        let (pool, shard, caller) = (self.pool, self.shard.shard, self.caller);
        accounts::Liquidity {
            pool: self.address,
            shard: self.shard.address,
            provider: caller.owner,
            provider_base: caller.account(&Token::of(pool, Side::Base)),
            provider_quote: caller.account(&Token::of(pool, Side::Quote)),
            provider_lp: caller.account(&self.lp()),
            base_vault: shard.base_vault,
            quote_vault: shard.quote_vault,
            lp_mint: shard.lp_mint,
            base_mint: pool.base_mint,
            quote_mint: pool.quote_mint,
            base_token_program: pool.base_token_program,
            quote_token_program: pool.quote_token_program,
            lp_token_program: TOKEN_PROGRAM,
        }
    }

    /// Accounts of those that move one.
    fn of_one(&self, side: Side) -> accounts::SingleSided {
        let token = Token::of(self.pool, side);
        let (shard, caller) = (self.shard.shard, self.caller);
        accounts::SingleSided {
            pool: self.address,
            shard: self.shard.address,
            provider: caller.owner,
            provider_token: caller.account(&token),
            provider_lp: caller.account(&self.lp()),
            vault: vault(shard, side),
            lp_mint: shard.lp_mint,
            mint: token.mint,
            token_program: token.program,
            lp_token_program: TOKEN_PROGRAM,
        }
    }
}
