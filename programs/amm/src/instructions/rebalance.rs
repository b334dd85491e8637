//! `rebalance`: two shards of a pool trade with each other until their prices meet.

use anchor_lang::prelude::*;
use sealane_core::pool::rebalance;

use super::{base_token, priced, quote_token, require_shard_of};
use crate::{
    errors::AmmError,
    events::ShardsRebalanced,
    mint::transfer_fee,
    state::{Pool, Shard, pause},
    token::{self, Authority, TokenOf},
};

/// Accounts of `rebalance`. Anyone may call it: neither side can lose by it.
#[derive(Accounts)]
pub struct Rebalance {
    /// Configuration; read only.
    pub pool: Account<Pool>,
    /// One shard.
    #[account(mut)]
    pub first: Account<Shard>,
    /// Another shard of the same pool.
    #[account(mut)]
    pub second: Account<Shard>,
    /// Base vault of the first.
    #[account(mut, address = first.base_vault @ AmmError::WrongVault)]
    pub first_base_vault: UncheckedAccount,
    /// Quote vault of the first.
    #[account(mut, address = first.quote_vault @ AmmError::WrongVault)]
    pub first_quote_vault: UncheckedAccount,
    /// Base vault of the second.
    #[account(mut, address = second.base_vault @ AmmError::WrongVault)]
    pub second_base_vault: UncheckedAccount,
    /// Quote vault of the second.
    #[account(mut, address = second.quote_vault @ AmmError::WrongVault)]
    pub second_quote_vault: UncheckedAccount,
    /// Base mint.
    pub base_mint: UncheckedAccount,
    /// Quote mint.
    pub quote_mint: UncheckedAccount,
    /// Token program of the base mint.
    pub base_token_program: UncheckedAccount,
    /// Token program of the quote mint.
    pub quote_token_program: UncheckedAccount,
}

/// One shard's account and vaults.
struct Party<'a> {
    shard: &'a Account<Shard>,
    base_vault: &'a AccountView,
    quote_vault: &'a AccountView,
}

impl Rebalance {
    fn tokens(&self, epoch: u64) -> Result<(TokenOf<'_>, TokenOf<'_>)> {
        self.pool.require_active(pause::REBALANCE)?;
        require_shard_of(&self.first, &self.pool)?;
        require_shard_of(&self.second, &self.pool)?;
        let base = base_token(&self.pool, &self.base_mint, &self.base_token_program)?;
        let quote = quote_token(&self.pool, &self.quote_mint, &self.quote_token_program)?;
        for token in [base, quote] {
            let fee = transfer_fee(token.mint, token.program.address(), epoch)?;
            require!(fee.bps == 0, AmmError::RebalanceWithTransferFee);
        }
        Ok((base, quote))
    }

    /// The two shards in the order (gives base, gives quote).
    fn parties(&self, first_gives_base: bool) -> (Party<'_>, Party<'_>) {
        let first = Party {
            shard: &self.first,
            base_vault: self.first_base_vault.account(),
            quote_vault: self.first_quote_vault.account(),
        };
        let second = Party {
            shard: &self.second,
            base_vault: self.second_base_vault.account(),
            quote_vault: self.second_quote_vault.account(),
        };
        if first_gives_base { (first, second) } else { (second, first) }
    }
}

/// Handler of `rebalance`.
pub(crate) fn handle(ctx: &mut Context<Rebalance>) -> Result<()> {
    let clock = Clock::get()?;
    let accounts = &mut ctx.accounts;
    priced(&accounts.pool, &mut accounts.first, clock.unix_timestamp)?;
    let params = priced(&accounts.pool, &mut accounts.second, clock.unix_timestamp)?;
    let update = rebalance(&accounts.first.state(), &accounts.second.state(), &params.curve)
        .map_err(AmmError::from)?;
    accounts.first.store(&update.first);
    accounts.second.store(&update.second);

    let (base, quote) = accounts.tokens(clock.epoch)?;
    let (base_giver, quote_giver) = accounts.parties(update.first_gives_base);
    token::transfer(
        base,
        base_giver.base_vault,
        quote_giver.base_vault,
        Authority::Shard(base_giver.shard),
        update.base_moved.get(),
    )?;
    token::transfer(
        quote,
        quote_giver.quote_vault,
        base_giver.quote_vault,
        Authority::Shard(quote_giver.shard),
        update.quote_moved.get(),
    )?;
    emit!(ShardsRebalanced {
        base_giver: *base_giver.shard.address(),
        quote_giver: *quote_giver.shard.address(),
        base_moved: update.base_moved.get(),
        quote_moved: update.quote_moved.get(),
    });
    Ok(())
}
