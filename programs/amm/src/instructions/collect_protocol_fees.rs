//! `collect_protocol_fees`: pays a shard's protocol fees to where the authority says.

use anchor_lang::prelude::*;
use sealane_core::units::Side;
use sealane_onchain::Loaded;

use super::{pay, require_same, require_shard_of, token_of};
use crate::{
    errors::AmmError,
    events::{self, ProtocolFeesCollected},
    state::{Pool, Shard},
};

/// Accounts of `collect_protocol_fees`.
#[derive(Accounts)]
pub struct CollectProtocolFees {
    /// Names the authority.
    pub pool: Loaded<Pool>,
    /// The shard.
    #[account(mut)]
    pub shard: Loaded<Shard>,
    /// The pool's authority.
    pub authority: Signer,
    /// Receives base tokens.
    #[account(mut)]
    pub recipient_base: UncheckedAccount,
    /// Receives quote tokens.
    #[account(mut)]
    pub recipient_quote: UncheckedAccount,
    /// The shard's base vault.
    #[account(mut)]
    pub base_vault: UncheckedAccount,
    /// The shard's quote vault.
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

/// Handler of `collect_protocol_fees`.
#[inline(never)]
pub(crate) fn handle(ctx: &mut Context<CollectProtocolFees>) -> Result<()> {
    let accounts = &mut ctx.accounts;
    let shard = &accounts.shard;
    require_same(
        accounts.authority.address(),
        &accounts.pool.authority,
        AmmError::WrongAuthority,
    )?;
    require_shard_of(shard, &accounts.pool)?;
    require_same(
        accounts.base_vault.address(),
        &shard.base_vault,
        AmmError::WrongVault,
    )?;
    require_same(
        accounts.quote_vault.address(),
        &shard.quote_vault,
        AmmError::WrongVault,
    )?;
    let base = token_of(
        &accounts.pool,
        Side::Base,
        &accounts.base_mint,
        &accounts.base_token_program,
    )?;
    let quote = token_of(
        &accounts.pool,
        Side::Quote,
        &accounts.quote_mint,
        &accounts.quote_token_program,
    )?;
    let base_fees = accounts.shard.base_protocol_fees;
    let quote_fees = accounts.shard.quote_protocol_fees;
    require!(base_fees > 0 || quote_fees > 0, AmmError::NothingToCollect);

    accounts.shard.base_protocol_fees = 0;
    accounts.shard.quote_protocol_fees = 0;
    let shard = &accounts.shard;
    pay(
        base,
        accounts.base_vault.account(),
        accounts.recipient_base.account(),
        shard,
        base_fees,
    );
    pay(
        quote,
        accounts.quote_vault.account(),
        accounts.recipient_quote.account(),
        shard,
        quote_fees,
    );
    events::log(ProtocolFeesCollected {
        shard: *accounts.shard.address(),
        base: base_fees,
        quote: quote_fees,
    });
    Ok(())
}
