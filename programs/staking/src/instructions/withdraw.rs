//! `withdraw`: the second step out; pays what has cooled down.

use anchor_lang::prelude::*;
use sealane_onchain::{Loaded, events::log};

use super::{pay, require_own_shard, require_owner, require_same, stake_token};
use crate::{
    errors::StakingError,
    events::Withdrawn,
    state::{Farm, Position, Shard},
};

/// Accounts of `withdraw`.
#[derive(Accounts)]
pub struct Withdraw {
    /// Configuration; read only.
    pub farm: Loaded<Farm>,
    /// The shard that counts the position.
    #[account(mut)]
    pub shard: Loaded<Shard>,
    /// The position.
    #[account(mut)]
    pub position: Loaded<Position>,
    /// Its owner.
    pub owner: Signer,
    /// Token account that is paid; may belong to anyone.
    #[account(mut)]
    pub recipient: UncheckedAccount,
    /// The shard's vault of staked tokens.
    #[account(mut)]
    pub stake_vault: UncheckedAccount,
    /// Mint of what is staked.
    pub stake_mint: UncheckedAccount,
    /// Its token program.
    pub stake_token_program: UncheckedAccount,
}

/// Handler of `withdraw`: never paused.
#[inline(never)]
pub(crate) fn handle(ctx: &mut Context<Withdraw>) -> Result<()> {
    let accounts = &mut ctx.accounts;
    let farm = &accounts.farm;
    require_owner(farm, &accounts.position, &accounts.owner)?;
    require_own_shard(&accounts.position, &accounts.shard)?;
    require_same(
        accounts.stake_vault.address(),
        &accounts.shard.stake_vault,
        StakingError::WrongVault,
    )?;
    let token = stake_token(farm, &accounts.stake_mint, &accounts.stake_token_program)?;
    let now = Clock::get()?.unix_timestamp;
    let amount = accounts
        .position
        .stake_mut()
        .withdraw(now)
        .map_err(StakingError::from)?;
    accounts.shard.cooling = accounts
        .shard
        .cooling
        .checked_sub(amount)
        .ok_or(StakingError::Overflow)?;
    pay(
        token,
        &accounts.shard,
        &accounts.stake_vault,
        &accounts.recipient,
        amount,
    )?;
    log(Withdrawn {
        position: *accounts.position.address(),
        amount,
    });
    Ok(())
}
