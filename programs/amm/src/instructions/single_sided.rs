//! `add_liquidity_single_sided`, `remove_liquidity_single_sided`: with one token only.

use anchor_lang::prelude::*;
use sealane_core::{
    pool::{SingleSidedUpdate, add_liquidity_single_sided, remove_liquidity_single_sided},
    units::{InAmount, Shares, Side},
};
use sealane_onchain::{
    Loaded,
    mint::transfer_fee,
    token::{self, Authority, TokenOf},
};

use super::{collect, pay, priced, require_before, require_same, require_shard_of, token_of};
use crate::{
    errors::AmmError,
    events,
    state::{Pool, Shard, pause},
};

/// Accounts of both instructions. The vault tells which token moves.
#[derive(Accounts)]
pub struct SingleSided {
    /// Configuration; read only.
    pub pool: Loaded<Pool>,
    /// The shard.
    #[account(mut)]
    pub shard: Loaded<Shard>,
    /// Owner of the two accounts that follow, as far as they pay.
    pub provider: Signer,
    /// The provider's tokens.
    #[account(mut)]
    pub provider_token: UncheckedAccount,
    /// The provider's liquidity tokens of this shard.
    #[account(mut)]
    pub provider_lp: UncheckedAccount,
    /// The shard's vault of that token.
    #[account(mut)]
    pub vault: UncheckedAccount,
    /// The shard's liquidity mint.
    #[account(mut)]
    pub lp_mint: UncheckedAccount,
    /// The token's mint.
    pub mint: UncheckedAccount,
    /// The mint's token program.
    pub token_program: UncheckedAccount,
    /// SPL Token, for the liquidity mint.
    pub lp_token_program: Program<Token>,
}

impl SingleSided {
    fn token(&self) -> Result<(Side, TokenOf<'_>)> {
        require_shard_of(&self.shard, &self.pool)?;
        require_same(
            self.lp_mint.address(),
            &self.shard.lp_mint,
            AmmError::WrongLpMint,
        )?;
        let vault = self.vault.address();
        let side = if *vault == self.shard.base_vault {
            Side::Base
        } else if *vault == self.shard.quote_vault {
            Side::Quote
        } else {
            return Err(AmmError::WrongVault.into());
        };
        let token = token_of(&self.pool, side, &self.mint, &self.token_program)?;
        Ok((side, token))
    }
}

/// Handler of `add_liquidity_single_sided`.
#[inline(never)]
pub(crate) fn add(
    ctx: &mut Context<SingleSided>,
    amount_in: u64,
    minimum_shares: u64,
    deadline: i64,
) -> Result<()> {
    let clock = Clock::get()?;
    require_before(deadline, clock.unix_timestamp)?;
    let accounts = &mut ctx.accounts;
    accounts.pool.require_active(pause::ADD_LIQUIDITY)?;
    let params = priced(&accounts.pool, &mut accounts.shard, clock.unix_timestamp)?;

    let (side, token) = accounts.token()?;
    let fee =
        transfer_fee(token.mint, token.program.address(), clock.epoch).map_err(AmmError::from)?;
    let received = fee.net_of(amount_in).map_err(AmmError::from)?;
    let state = accounts.shard.state();
    let update = add_liquidity_single_sided(&state, &params, side, InAmount::new(received))
        .map_err(AmmError::from)?;
    require!(
        update.shares.get() >= minimum_shares,
        AmmError::SlippageExceeded
    );

    collect(
        token,
        accounts.provider_token.account(),
        accounts.vault.account(),
        accounts.provider.account(),
        amount_in,
        received,
    )?;
    let seeds = accounts.shard.seeds();
    token::mint_to(
        accounts.lp_token_program.account(),
        accounts.lp_mint.account(),
        accounts.provider_lp.account(),
        Authority::Derived(accounts.shard.account(), &seeds),
        update.shares.get(),
    );
    let (base, quote) = of_side(side, &update);
    let shard = &mut accounts.shard;
    shard.store(&update.after);
    events::liquidity_added(
        shard,
        accounts.provider.address(),
        (base, quote),
        update.shares.get(),
    );
    Ok(())
}

/// Handler of `remove_liquidity_single_sided`. The minimum is what must arrive.
#[inline(never)]
pub(crate) fn remove(
    ctx: &mut Context<SingleSided>,
    shares: u64,
    minimum_out: u64,
    deadline: i64,
) -> Result<()> {
    let clock = Clock::get()?;
    require_before(deadline, clock.unix_timestamp)?;
    let accounts = &mut ctx.accounts;
    accounts.pool.require_active(pause::REMOVE_SINGLE_SIDED)?;
    let params = priced(&accounts.pool, &mut accounts.shard, clock.unix_timestamp)?;

    let (side, token) = accounts.token()?;
    let state = accounts.shard.state();
    let update = remove_liquidity_single_sided(&state, &params, Shares::new(shares), side)
        .map_err(AmmError::from)?;
    let fee =
        transfer_fee(token.mint, token.program.address(), clock.epoch).map_err(AmmError::from)?;
    let received = fee.after_fee(update.amount);
    require!(received >= minimum_out, AmmError::SlippageExceeded);

    token::burn(
        accounts.lp_token_program.account(),
        accounts.lp_mint.account(),
        accounts.provider_lp.account(),
        accounts.provider.account(),
        shares,
    );
    pay(
        token,
        accounts.vault.account(),
        accounts.provider_token.account(),
        &accounts.shard,
        update.amount,
    );
    let (base, quote) = of_side(side, &update);
    let shard = &mut accounts.shard;
    shard.store(&update.after);
    events::liquidity_removed(shard, accounts.provider.address(), (base, quote), shares);
    Ok(())
}

/// The amount moved as (base, quote).
fn of_side(side: Side, update: &SingleSidedUpdate) -> (u64, u64) {
    match side {
        Side::Base => (update.amount, 0),
        Side::Quote => (0, update.amount),
    }
}
