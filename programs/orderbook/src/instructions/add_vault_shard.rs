//! `add_vault_shard`: the next vault shard of a market, with its two vaults.

use anchor_lang::prelude::*;
use sealane_core::units::Side;
use sealane_onchain::{
    Loaded,
    derived::{create, create_loaded},
    events::log,
    mint::vault_len,
    token::{self, TokenOf},
};

use super::{require_same, token_of};
use crate::{
    errors::OrderbookError,
    events::VaultShardAdded,
    state::{MAX_VAULT_SHARDS, Market, VAULT_SEED, VAULT_SHARD_SEED, VaultShard},
};

/// Accounts of `add_vault_shard`.
#[derive(Accounts)]
pub struct AddVaultShard {
    /// Pays the rent; may be the authority itself.
    #[account(mut, unsafe(dup))]
    pub payer: Signer,
    /// The market's authority.
    pub authority: Signer,
    /// The market; counts its vault shards.
    #[account(mut)]
    pub market: Loaded<Market>,
    /// The new vault shard, at its derived address.
    #[account(mut)]
    pub vault_shard: UncheckedAccount,
    /// Its vault of base tokens.
    #[account(mut)]
    pub base_vault: UncheckedAccount,
    /// Its vault of quote tokens.
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
    /// Creates the accounts.
    pub system_program: Program<System>,
}

/// Handler of `add_vault_shard`.
#[inline(never)]
pub(crate) fn handle(ctx: &mut Context<AddVaultShard>) -> Result<()> {
    let accounts = &mut ctx.accounts;
    require_same(
        accounts.authority.address(),
        &accounts.market.authority,
        OrderbookError::WrongAuthority,
    )?;
    let index = accounts.market.vault_shard_count;
    require!(index < MAX_VAULT_SHARDS, OrderbookError::TooManyVaultShards);
    let (mut created, bump) = create_loaded::<VaultShard>(
        accounts.payer.account(),
        accounts.vault_shard.account(),
        &[
            VAULT_SHARD_SEED,
            accounts.market.address().as_ref(),
            &[index],
        ],
    )
    .map_err(OrderbookError::from)?;
    accounts.create_vaults()?;

    let address = *created.address();
    let vault_shard: &mut VaultShard = &mut created;
    vault_shard.market = *accounts.market.address();
    vault_shard.base_vault = *accounts.base_vault.address();
    vault_shard.quote_vault = *accounts.quote_vault.address();
    vault_shard.index = index;
    vault_shard.bump = bump;
    accounts.market.vault_shard_count += 1;

    log(VaultShardAdded {
        market: vault_shard.market,
        vault_shard: address,
        index,
        reserved: [0; 7],
    });
    Ok(())
}

impl AddVaultShard {
    fn create_vaults(&self) -> Result<()> {
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
        self.create_vault(base, self.base_vault.account())?;
        self.create_vault(quote, self.quote_vault.account())
    }

    #[inline(never)]
    fn create_vault(&self, token: TokenOf<'_>, vault: &AccountView) -> Result<()> {
        let program = token.program.address();
        let owner = self.vault_shard.address();
        let seeds = [VAULT_SEED, owner.as_ref(), token.mint.address().as_ref()];
        let len = vault_len(token.mint, program).map_err(OrderbookError::from)?;
        create(
            &crate::ID,
            self.payer.account(),
            vault,
            &seeds,
            len,
            program,
        )
        .map_err(OrderbookError::from)?;
        token::initialize_account(token.program, vault, token.mint, owner);
        Ok(())
    }
}
