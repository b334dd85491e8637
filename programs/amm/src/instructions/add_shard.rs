//! `add_shard`: the next shard of a pool, with its vaults and its liquidity mint.

use anchor_lang::prelude::*;
use sealane_core::units::Side;
use sealane_onchain::{
    Loaded,
    derived::{create, create_loaded},
    mint::vault_len,
    token::{self, TOKEN_PROGRAM, TokenOf},
};

use super::{require_same, token_of};
use crate::{
    errors::AmmError,
    events::{self, ShardAdded},
    state::{LP_DECIMALS, LP_MINT_SEED, MAX_SHARDS, Pool, SHARD_SEED, Shard, VAULT_SEED},
};

/// Bytes of an SPL Token mint.
const MINT_LEN: usize = 82;

/// Accounts of `add_shard`.
#[derive(Accounts)]
pub struct AddShard {
    /// Pays the rent; may be the authority itself.
    #[account(mut, unsafe(dup))]
    pub payer: Signer,
    /// The pool's authority.
    pub authority: Signer,
    /// The pool; counts its shards.
    #[account(mut)]
    pub pool: Loaded<Pool>,
    /// The new shard, at its derived address.
    #[account(mut)]
    pub shard: UncheckedAccount,
    /// Its vault of base tokens.
    #[account(mut)]
    pub base_vault: UncheckedAccount,
    /// Its vault of quote tokens.
    #[account(mut)]
    pub quote_vault: UncheckedAccount,
    /// Its liquidity mint, of SPL Token.
    #[account(mut)]
    pub lp_mint: UncheckedAccount,
    /// Base mint.
    pub base_mint: UncheckedAccount,
    /// Quote mint.
    pub quote_mint: UncheckedAccount,
    /// Token program of the base mint.
    pub base_token_program: UncheckedAccount,
    /// Token program of the quote mint.
    pub quote_token_program: UncheckedAccount,
    /// SPL Token, for the liquidity mint.
    pub lp_token_program: Program<Token>,
    /// Creates the accounts.
    pub system_program: Program<System>,
}

/// Handler of `add_shard`.
#[inline(never)]
pub(crate) fn handle(ctx: &mut Context<AddShard>) -> Result<()> {
    let accounts = &mut ctx.accounts;
    require_same(
        accounts.authority.address(),
        &accounts.pool.authority,
        AmmError::WrongAuthority,
    )?;
    let index = accounts.pool.shard_count;
    require!(index < MAX_SHARDS, AmmError::TooManyShards);
    let (mut created, bump) = create_loaded::<Shard>(
        accounts.payer.account(),
        accounts.shard.account(),
        &[SHARD_SEED, accounts.pool.address().as_ref(), &[index]],
    )
    .map_err(AmmError::from)?;
    accounts.create_vaults()?;
    accounts.create_lp_mint()?;

    let address = *created.address();
    let shard: &mut Shard = &mut created;
    shard.pool = *accounts.pool.address();
    shard.lp_mint = *accounts.lp_mint.address();
    shard.base_vault = *accounts.base_vault.address();
    shard.quote_vault = *accounts.quote_vault.address();
    shard.last_update = Clock::get()?.unix_timestamp;
    shard.index = index;
    shard.bump = bump;
    accounts.pool.shard_count += 1;

    events::log(ShardAdded {
        pool: shard.pool,
        shard: address,
        lp_mint: shard.lp_mint,
        index,
        reserved: [0; 7],
    });
    Ok(())
}

impl AddShard {
    fn create_vaults(&self) -> Result<()> {
        let base = token_of(
            &self.pool,
            Side::Base,
            &self.base_mint,
            &self.base_token_program,
        )?;
        let quote = token_of(
            &self.pool,
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
        let shard = self.shard.address();
        let seeds = [VAULT_SEED, shard.as_ref(), token.mint.address().as_ref()];
        let len = vault_len(token.mint, program).map_err(AmmError::from)?;
        create(
            &crate::ID,
            self.payer.account(),
            vault,
            &seeds,
            len,
            program,
        )
        .map_err(AmmError::from)?;
        token::initialize_account(token.program, vault, token.mint, shard);
        Ok(())
    }

    fn create_lp_mint(&self) -> Result<()> {
        let mint = self.lp_mint.account();
        let shard = self.shard.address();
        let seeds = [LP_MINT_SEED, shard.as_ref()];
        create(
            &crate::ID,
            self.payer.account(),
            mint,
            &seeds,
            MINT_LEN,
            &TOKEN_PROGRAM,
        )
        .map_err(AmmError::from)?;
        token::initialize_mint(self.lp_token_program.account(), mint, LP_DECIMALS, shard);
        Ok(())
    }
}
