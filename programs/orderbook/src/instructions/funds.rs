//! `deposit`, `withdraw`: between token accounts and a lane's free balances.

use anchor_lang::prelude::*;
use sealane_core::units::Side;
use sealane_onchain::{
    Loaded,
    events::log,
    token::{self, Authority, TokenOf},
};

use super::{Vaults, key, require_owner, token_of};
use crate::{
    errors::OrderbookError,
    events::{Deposited, Withdrawn},
    state::{Lane, Market, VaultShard, pause},
};

/// An amount that stands for everything that is free.
pub const EVERYTHING: u64 = u64::MAX;

/// Accounts of `deposit` and `withdraw`. Written are the lane, the vaults of one shard and the
/// wallet's two token accounts.
#[derive(Accounts)]
pub struct Funds {
    /// Configuration; read only.
    pub market: Loaded<Market>,
    /// Where the tokens go, or come from; read only.
    pub vault_shard: Loaded<VaultShard>,
    /// The lane. A deposit may be for anybody's.
    #[account(mut)]
    pub lane: Lane,
    /// Of a deposit: who owns the two accounts that follow, as far as they pay. Of a withdrawal:
    /// the lane's owner.
    pub wallet: Signer,
    /// Account of base tokens that pays or is paid. The token program checks its mint and, if it
    /// pays, its owner.
    #[account(mut)]
    pub wallet_base: UncheckedAccount,
    /// The same of quote tokens.
    #[account(mut)]
    pub wallet_quote: UncheckedAccount,
    /// The vault shard's base vault.
    #[account(mut)]
    pub base_vault: UncheckedAccount,
    /// The vault shard's quote vault.
    #[account(mut)]
    pub quote_vault: UncheckedAccount,
    /// Base mint.
    pub base_mint: UncheckedAccount,
    /// Quote mint.
    pub quote_mint: UncheckedAccount,
    /// Token program of the base mint.
    pub base_token_program: UncheckedAccount,
    /// Token program of the quote mint.
    pub quote_token_program: UncheckedAccount,
}

impl Funds {
    /// Checks every account that the token programs will not check.
    fn verify(&self) -> Result<(TokenOf<'_>, TokenOf<'_>)> {
        require!(
            self.lane.header().market == key(self.market.address()),
            OrderbookError::WrongMarket
        );
        let vaults = Vaults {
            shard: &self.vault_shard,
            base: &self.base_vault,
            quote: &self.quote_vault,
        };
        vaults.verify(&self.market)?;
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

    /// Moves one token into a vault and tells what arrived.
    #[inline(never)]
    fn collect(
        &self,
        token: TokenOf<'_>,
        from: &UncheckedAccount,
        vault: &UncheckedAccount,
        amount: u64,
    ) -> Result<u64> {
        let arrived = token::transfer_in(
            token,
            from.account(),
            vault.account(),
            self.wallet.account(),
            amount,
        )
        .map_err(OrderbookError::from)?;
        require!(
            arrived > 0 || amount == 0,
            OrderbookError::TransferFeeTooHigh
        );
        Ok(arrived)
    }

    /// Pays one token out of a vault.
    #[inline(never)]
    fn pay(
        &self,
        token: TokenOf<'_>,
        vault: &UncheckedAccount,
        to: &UncheckedAccount,
        amount: u64,
    ) -> Result<()> {
        require!(
            token::balance(vault.account()).map_err(OrderbookError::from)? >= amount,
            OrderbookError::InsufficientVault
        );
        let seeds = self.vault_shard.seeds();
        token::transfer(
            token,
            vault.account(),
            to.account(),
            Authority::Derived(self.vault_shard.account(), &seeds),
            amount,
        );
        Ok(())
    }
}

/// Handler of `deposit`. Credits what arrives in the vaults: Token-2022 may have taken a fee.
#[inline(never)]
pub(crate) fn deposit(ctx: &mut Context<Funds>, base: u64, quote: u64) -> Result<()> {
    let accounts = &mut ctx.accounts;
    require!(base > 0 || quote > 0, OrderbookError::ZeroAmount);
    accounts
        .market
        .require_active(pause::DEPOSIT)
        .map_err(ProgramError::from)?;
    let (base_token, quote_token) = accounts.verify()?;
    let base = accounts.collect(
        base_token,
        &accounts.wallet_base,
        &accounts.base_vault,
        base,
    )?;
    let quote = accounts.collect(
        quote_token,
        &accounts.wallet_quote,
        &accounts.quote_vault,
        quote,
    )?;
    let address = *accounts.lane.address();
    let mut lane = accounts.lane.as_mut();
    let header = lane.header_mut();
    header.credit_base(base).map_err(OrderbookError::from)?;
    header.credit_quote(quote).map_err(OrderbookError::from)?;
    log(Deposited {
        lane: address,
        vault_shard: *accounts.vault_shard.address(),
        payer: *accounts.wallet.address(),
        base,
        quote,
        base_free: header.base_free,
        quote_free: header.quote_free,
    });
    Ok(())
}

/// Handler of `withdraw`: only for the owner, and never paused. [`EVERYTHING`] is all that is free.
#[inline(never)]
pub(crate) fn withdraw(ctx: &mut Context<Funds>, base: u64, quote: u64) -> Result<()> {
    let accounts = &mut ctx.accounts;
    require!(base > 0 || quote > 0, OrderbookError::ZeroAmount);
    require_owner(&accounts.lane, &accounts.wallet)?;
    let (base_token, quote_token) = accounts.verify()?;
    let header = accounts.lane.header();
    let base = available(base, header.base_free)?;
    let quote = available(quote, header.quote_free)?;
    accounts.pay(
        base_token,
        &accounts.base_vault,
        &accounts.wallet_base,
        base,
    )?;
    accounts.pay(
        quote_token,
        &accounts.quote_vault,
        &accounts.wallet_quote,
        quote,
    )?;
    let address = *accounts.lane.address();
    let mut lane = accounts.lane.as_mut();
    let header = lane.header_mut();
    header.debit_base(base).map_err(OrderbookError::from)?;
    header.debit_quote(quote).map_err(OrderbookError::from)?;
    log(Withdrawn {
        lane: address,
        vault_shard: *accounts.vault_shard.address(),
        base,
        quote,
        base_free: header.base_free,
        quote_free: header.quote_free,
    });
    Ok(())
}

/// The amount asked for, if so much is free, or all that is.
fn available(amount: u64, free: u64) -> Result<u64> {
    if amount == EVERYTHING {
        return Ok(free);
    }
    require!(amount <= free, OrderbookError::InsufficientFunds);
    Ok(amount)
}
