//! `add_reward`: another token that a farm pays.

use anchor_lang::prelude::*;
use sealane_core::stake::MAX_REWARDS;
use sealane_onchain::{Loaded, events::log, mint::check_mint};

use super::{require_authority, require_same};
use crate::{
    errors::StakingError,
    events::RewardAdded,
    state::{Budget, Farm},
};

/// Accounts of `add_reward`.
#[derive(Accounts)]
pub struct AddReward {
    /// The farm's authority.
    pub authority: Signer,
    /// The farm.
    #[account(mut)]
    pub farm: Loaded<Farm>,
    /// Its budget.
    #[account(mut)]
    pub budget: Loaded<Budget>,
    /// Mint of the reward.
    pub reward_mint: UncheckedAccount,
    /// Its token program.
    pub reward_token_program: UncheckedAccount,
}

/// Handler of `add_reward`. The schedule is empty until it is funded.
#[inline(never)]
pub(crate) fn handle(ctx: &mut Context<AddReward>, start: i64, end: i64) -> Result<()> {
    let AddReward {
        authority,
        farm,
        budget,
        reward_mint,
        reward_token_program,
    } = &mut ctx.accounts;
    require_authority(farm, authority)?;
    require_same(&budget.farm, farm.address(), StakingError::WrongFarm)?;
    let reward = usize::from(farm.reward_count);
    require!(reward < MAX_REWARDS, StakingError::TooManyRewards);
    let now = Clock::get()?.unix_timestamp;
    let at = farm.moment(now).map_err(StakingError::from)?;
    require!(budget.next_epoch == at.epoch, StakingError::EpochsOverdue);
    require!(start >= now && end > start, StakingError::InvalidSchedule);
    let decimals = check_mint(reward_mint.account(), reward_token_program.account())
        .map_err(StakingError::from)?;
    farm.reward_mints[reward] = *reward_mint.address();
    farm.reward_token_programs[reward] = *reward_token_program.address();
    farm.reward_decimals[reward] = decimals;
    farm.reward_count += 1;
    if !farm.has_rewards() {
        farm.rewards_from = at.epoch;
    }
    budget.starts[reward] = start;
    budget.ends[reward] = end;

    log(RewardAdded {
        farm: *farm.address(),
        mint: *reward_mint.address(),
        start,
        end,
        reward: reward as u8,
        decimals,
        reserved: [0; 6],
    });
    Ok(())
}
