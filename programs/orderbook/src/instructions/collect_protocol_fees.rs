//! `collect_protocol_fees`: pays a vault shard's protocol fees to where the authority says.

use anchor_lang::prelude::*;
use sealane_core::units::Side;
use sealane_onchain::{
    Loaded,
    events::log,
    token::{self, Authority},
};

use super::{require_same, token_of};
use crate::{
    errors::OrderbookError,
    events::ProtocolFeesCollected,
    state::{Market, VaultShard},
};

/// Accounts of `collect_protocol_fees`.
#[derive(Accounts)]
pub struct CollectProtocolFees {
    /// Names the authority.
    pub market: Loaded<Market>,
    /// The vault shard.
    #[account(mut)]
    pub vault_shard: Loaded<VaultShard>,
    /// The market's authority.
    pub authority: Signer,
    /// Receives quote tokens.
    #[account(mut)]
    pub recipient: UncheckedAccount,
    /// The vault shard's quote vault.
    #[account(mut)]
    pub quote_vault: UncheckedAccount,
    /// Quote mint.
    pub quote_mint: UncheckedAccount,
    /// Token program of the quote mint.
    pub quote_token_program: UncheckedAccount,
}

/// Handler of `collect_protocol_fees`. Pays what the vault holds; the rest stays counted until
/// tokens were moved there.
#[inline(never)]
pub(crate) fn handle(ctx: &mut Context<CollectProtocolFees>) -> Result<()> {
    let accounts = &mut ctx.accounts;
    let market = &accounts.market;
    require_same(
        accounts.authority.address(),
        &market.authority,
        OrderbookError::WrongAuthority,
    )?;
    require_same(
        &accounts.vault_shard.market,
        market.address(),
        OrderbookError::WrongMarket,
    )?;
    require_same(
        accounts.quote_vault.address(),
        &accounts.vault_shard.quote_vault,
        OrderbookError::WrongVault,
    )?;
    let token = token_of(
        market,
        Side::Quote,
        &accounts.quote_mint,
        &accounts.quote_token_program,
    )?;
    let vault = accounts.quote_vault.account();
    let held = token::balance(vault).map_err(OrderbookError::from)?;
    let fees = accounts.vault_shard.protocol_fees;
    let amount = fees.min(held);
    require!(amount > 0, OrderbookError::NothingToCollect);
    accounts.vault_shard.protocol_fees = fees - amount;
    let seeds = accounts.vault_shard.seeds();
    token::transfer(
        token,
        vault,
        accounts.recipient.account(),
        Authority::Derived(accounts.vault_shard.account(), &seeds),
        amount,
    );
    log(ProtocolFeesCollected {
        market: *accounts.market.address(),
        vault_shard: *accounts.vault_shard.address(),
        quote: amount,
    });
    Ok(())
}
