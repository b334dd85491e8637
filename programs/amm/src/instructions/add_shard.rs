//! `add_shard`: the next shard of a pool, with its vaults and its liquidity mint.

use anchor_lang::prelude::*;

use super::{base_token, quote_token};
use crate::{
    errors::AmmError,
    events::ShardAdded,
    mint::vault_len,
    state::{
        LP_DECIMALS, LP_MINT_SEED, MAX_SHARDS, Pool, SHARD_SEED, Shard, VAULT_SEED,
    },
    token::{self, TOKEN_PROGRAM, TokenOf},
};

/// Bytes of an SPL Token mint.
const MINT_LEN: usize = 82;

/// Accounts of `add_shard`.
#[derive(Accounts)]
pub struct AddShard {
    /// Pays the rent.
    #[account(mut)]
    pub payer: Signer,
    /// The pool's authority.
    #[account(address = pool.authority @ AmmError::WrongAuthority)]
    pub authority: Signer,
    /// The pool; counts its shards.
    #[account(mut)]
    pub pool: Account<Pool>,
    /// The new shard.
    #[account(
        init,
        payer = payer,
        seeds = [SHARD_SEED, pool.address().as_ref(), &[pool.shard_count]],
        bump
    )]
    pub shard: Account<Shard>,
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
pub(crate) fn handle(ctx: &mut Context<AddShard>) -> Result<()> {
    let bump = ctx.bumps.shard;
    let accounts = &mut ctx.accounts;
    require!(accounts.pool.shard_count < MAX_SHARDS, AmmError::TooManyShards);
    let now = Clock::get()?.unix_timestamp;
    accounts.create_vaults()?;
    accounts.create_lp_mint()?;

    let shard = &mut accounts.shard;
    shard.pool = *accounts.pool.address();
    shard.lp_mint = *accounts.lp_mint.address();
    shard.base_vault = *accounts.base_vault.address();
    shard.quote_vault = *accounts.quote_vault.address();
    shard.last_update = now;
    shard.index = accounts.pool.shard_count;
    shard.bump = bump;
    accounts.pool.shard_count += 1;

    emit!(ShardAdded {
        pool: accounts.shard.pool,
        shard: *accounts.shard.address(),
        lp_mint: accounts.shard.lp_mint,
        index: accounts.shard.index,
        reserved: [0; 7],
    });
    Ok(())
}

impl AddShard {
    fn create_vaults(&self) -> Result<()> {
        let base = base_token(&self.pool, &self.base_mint, &self.base_token_program)?;
        let quote = quote_token(&self.pool, &self.quote_mint, &self.quote_token_program)?;
        self.create_vault(base, self.base_vault.account())?;
        self.create_vault(quote, self.quote_vault.account())
    }

    fn create_vault(&self, token: TokenOf<'_>, vault: &AccountView) -> Result<()> {
        let seeds = [VAULT_SEED, self.shard.address().as_ref(), token.mint.address().as_ref()];
        let program = token.program.address();
        self.create(vault, &seeds, vault_len(token.mint, program)?, program)?;
        token::initialize_account(token.program, vault, token.mint, self.shard.address())
    }

    fn create_lp_mint(&self) -> Result<()> {
        let mint = self.lp_mint.account();
        let seeds = [LP_MINT_SEED, self.shard.address().as_ref()];
        self.create(mint, &seeds, MINT_LEN, &TOKEN_PROGRAM)?;
        let program = self.lp_token_program.account();
        token::initialize_mint(program, mint, LP_DECIMALS, self.shard.address())
    }

    /// Allocates an account at an address derived from `seeds`.
    fn create(
        &self,
        account: &AccountView,
        seeds: &[&[u8]],
        len: usize,
        owner: &Address,
    ) -> Result<()> {
        let (address, bump) = find_program_address(seeds, &crate::ID);
        require!(*account.address() == address, AmmError::WrongAddress);
        let bump = [bump];
        match seeds {
            [a, b] => self.create_signed(account, &[*a, *b, &bump], len, owner),
            [a, b, c] => self.create_signed(account, &[*a, *b, *c, &bump], len, owner),
            _ => Err(AmmError::WrongAddress.into()),
        }
    }

    fn create_signed(
        &self,
        account: &AccountView,
        seeds: &[&[u8]],
        len: usize,
        owner: &Address,
    ) -> Result<()> {
        create_account_signed(self.payer.account(), account, len, owner, seeds)
    }
}
