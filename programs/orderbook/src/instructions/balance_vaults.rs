//! `balance_vaults`: moves tokens from one vault shard of a market to another.
//!
//! Tokens that trade hands stay where they were deposited, so a vault shard can come to hold less
//! than one trader wants to withdraw. Whoever withdraws can put this instruction in front, once for
//! each other vault shard and with [`EVERYTHING`] as amounts: then it does not matter where the
//! tokens lie, or who moves them meanwhile.

use anchor_lang::prelude::*;
use sealane_core::units::Side;
use sealane_onchain::{
    Loaded,
    events::log,
    mint::transfer_fee,
    token::{self, Authority, TokenOf},
};

use super::{EVERYTHING, Vaults, token_of};
use crate::{
    errors::OrderbookError,
    events::VaultsBalanced,
    state::{Market, VaultShard},
};

/// Accounts of `balance_vaults`. Anyone may call it.
#[derive(Accounts)]
pub struct BalanceVaults {
    /// Configuration; read only.
    pub market: Loaded<Market>,
    /// The vault shard that gives; read only.
    pub from: Loaded<VaultShard>,
    /// The one that gets; read only.
    pub to: Loaded<VaultShard>,
    /// Base vault that gives.
    #[account(mut)]
    pub from_base_vault: UncheckedAccount,
    /// Quote vault that gives.
    #[account(mut)]
    pub from_quote_vault: UncheckedAccount,
    /// Base vault that gets.
    #[account(mut)]
    pub to_base_vault: UncheckedAccount,
    /// Quote vault that gets.
    #[account(mut)]
    pub to_quote_vault: UncheckedAccount,
    /// Base mint.
    pub base_mint: UncheckedAccount,
    /// Quote mint.
    pub quote_mint: UncheckedAccount,
    /// Token program of the base mint.
    pub base_token_program: UncheckedAccount,
    /// Token program of the quote mint.
    pub quote_token_program: UncheckedAccount,
}

impl BalanceVaults {
    fn verify(&self) -> Result<(TokenOf<'_>, TokenOf<'_>)> {
        let from = Vaults {
            shard: &self.from,
            base: &self.from_base_vault,
            quote: &self.from_quote_vault,
        };
        let to = Vaults {
            shard: &self.to,
            base: &self.to_base_vault,
            quote: &self.to_quote_vault,
        };
        from.verify(&self.market)?;
        to.verify(&self.market)?;
        let base = token_of(
            &self.market,
            Side::Base,
            &self.base_mint,
            &self.base_token_program,
        )?;
        let quote = token_of(
            &self.market,
            Side::Quote,
            &self.quote_mint,
            &self.quote_token_program,
        )?;
        Ok((base, quote))
    }

    /// Moves one token; tells how much.
    #[inline(never)]
    fn balance(
        &self,
        token: TokenOf<'_>,
        (from, to): (&UncheckedAccount, &UncheckedAccount),
        amount: u64,
    ) -> Result<u64> {
        let held = token::balance(from.account()).map_err(OrderbookError::from)?;
        let amount = if amount == EVERYTHING { held } else { amount };
        require!(amount <= held, OrderbookError::InsufficientVault);
        if amount == 0 {
            return Ok(0);
        }
        // What the token program would keep is the traders'.
        let fee = transfer_fee(token.mint, token.program.address(), Clock::get()?.epoch)
            .map_err(OrderbookError::from)?;
        require!(fee.bps == 0, OrderbookError::BalanceWithTransferFee);
        let seeds = self.from.seeds();
        token::transfer(
            token,
            from.account(),
            to.account(),
            Authority::Derived(self.from.account(), &seeds),
            amount,
        );
        Ok(amount)
    }
}

/// Handler of `balance_vaults`. [`EVERYTHING`] is all that the vault holds.
#[inline(never)]
pub(crate) fn handle(ctx: &mut Context<BalanceVaults>, base: u64, quote: u64) -> Result<()> {
    let accounts = &ctx.accounts;
    let (base_token, quote_token) = accounts.verify()?;
    let base = accounts.balance(
        base_token,
        (&accounts.from_base_vault, &accounts.to_base_vault),
        base,
    )?;
    let quote = accounts.balance(
        quote_token,
        (&accounts.from_quote_vault, &accounts.to_quote_vault),
        quote,
    )?;
    log(VaultsBalanced {
        market: *accounts.market.address(),
        from: *accounts.from.address(),
        to: *accounts.to.address(),
        base,
        quote,
    });
    Ok(())
}
