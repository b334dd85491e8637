//! `stake`: tokens from a wallet into a position.

use anchor_lang::prelude::*;
use sealane_core::stake::{Moment, StakeChange};
use sealane_onchain::{Loaded, events::log};

use super::{collect, require_own_shard, require_owner, require_same, stake_token};
use crate::{
    errors::StakingError,
    events::Staked,
    state::{Farm, Position, Shard, pause},
};

/// Accounts of `stake`. Written are the position, its shard and that shard's vault, the wallet's
/// token account, and nothing else.
#[derive(Accounts)]
pub struct Stake {
    /// Configuration; read only.
    pub farm: Loaded<Farm>,
    /// The shard that counts the position.
    #[account(mut)]
    pub shard: Loaded<Shard>,
    /// The position.
    #[account(mut)]
    pub position: Loaded<Position>,
    /// The position's owner, and of `owner_tokens`.
    pub owner: Signer,
    /// Token account that pays. The token program checks its mint and owner.
    #[account(mut)]
    pub owner_tokens: UncheckedAccount,
    /// The shard's vault of staked tokens.
    #[account(mut)]
    pub stake_vault: UncheckedAccount,
    /// Mint of what is staked.
    pub stake_mint: UncheckedAccount,
    /// Its token program.
    pub stake_token_program: UncheckedAccount,
}

/// Handler of `stake`. Staked is what arrives in the vault: Token-2022 may have taken a fee.
#[inline(never)]
pub(crate) fn handle(ctx: &mut Context<Stake>, amount: u64) -> Result<()> {
    let accounts = &mut ctx.accounts;
    require!(amount > 0, StakingError::ZeroAmount);
    let farm = &accounts.farm;
    farm.require_active(pause::STAKE)
        .map_err(ProgramError::from)?;
    require_owner(farm, &accounts.position, &accounts.owner)?;
    require_own_shard(&accounts.position, &accounts.shard)?;
    require_same(
        accounts.stake_vault.address(),
        &accounts.shard.stake_vault,
        StakingError::WrongVault,
    )?;
    let token = stake_token(farm, &accounts.stake_mint, &accounts.stake_token_program)?;
    let amount = collect(
        token,
        &accounts.owner_tokens,
        &accounts.stake_vault,
        &accounts.owner,
        amount,
    )?;
    let at = farm
        .moment(Clock::get()?.unix_timestamp)
        .map_err(StakingError::from)?;
    add(
        farm,
        &mut accounts.shard,
        &mut accounts.position,
        &at,
        amount,
    )
}

/// Adds to a position tokens that have arrived in its shard's vault. In a trading farm a stake would
/// earn by another measure than volume.
#[inline(always)]
pub(super) fn add(
    farm: &Farm,
    shard: &mut Loaded<Shard>,
    position: &mut Loaded<Position>,
    at: &Moment,
    amount: u64,
) -> Result<()> {
    require!(!farm.is_trading(), StakingError::TradingFarm);
    let address = *position.address();
    let stake = position.stake_mut();
    if !farm.has_rewards() {
        // There is nothing to be claimed, so no entry has to be kept for that.
        stake.forfeit(at.epoch);
    }
    let change = stake
        .add(at, &farm.terms(), amount)
        .map_err(StakingError::from)?;
    follow(farm, shard, at, &change)?;
    // The token program counts on mints' supplies and would wrap.
    shard
        .staked
        .checked_add(shard.cooling)
        .ok_or(StakingError::Overflow)?;
    log(Staked {
        position: address,
        amount,
        staked: change.after.amount,
        lock_until: change.after.lock_until,
        epoch: at.epoch,
    });
    Ok(())
}

/// Lets a shard follow a change of one of its positions.
#[inline(always)]
pub(super) fn follow(
    farm: &Farm,
    shard: &mut Loaded<Shard>,
    at: &Moment,
    change: &StakeChange,
) -> Result<()> {
    shard
        .stake_mut()
        .follow(at, &farm.terms(), change, farm.rewards_from)
        .map_err(|error| StakingError::from(error).into())
}
