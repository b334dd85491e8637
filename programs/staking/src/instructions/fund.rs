//! `fund`: more of a reward, for the time that is left or for longer.

use anchor_lang::prelude::*;
use sealane_onchain::{Loaded, events::log};

use super::{collect, require_authority, require_same, require_shard_of, reward_token};
use crate::{
    errors::StakingError,
    events::Funded,
    state::{Budget, Farm, Shard, pause},
};

/// An end that stands for the present one.
pub const SAME_END: i64 = 0;

/// Accounts of `fund`. Anyone may top up; only the authority extends.
#[derive(Accounts)]
pub struct Fund {
    /// Owns `funder_tokens`. To extend: the farm's authority.
    pub funder: Signer,
    /// Configuration; read only.
    pub farm: Loaded<Farm>,
    /// The farm's budget.
    #[account(mut)]
    pub budget: Loaded<Budget>,
    /// The shard whose vault gets the tokens; read only.
    pub shard: Loaded<Shard>,
    /// Its vault of this reward.
    #[account(mut)]
    pub reward_vault: UncheckedAccount,
    /// Token account that pays. The token program checks its mint and owner.
    #[account(mut)]
    pub funder_tokens: UncheckedAccount,
    /// Mint of the reward.
    pub reward_mint: UncheckedAccount,
    /// Its token program.
    pub reward_token_program: UncheckedAccount,
}

/// Handler of `fund`. What arrives is for the time from the present epoch on, so all that ended
/// have to be closed.
#[inline(never)]
pub(crate) fn handle(ctx: &mut Context<Fund>, reward: u8, amount: u64, end: i64) -> Result<()> {
    let accounts = &mut ctx.accounts;
    let (farm, budget) = (&accounts.farm, &mut accounts.budget);
    farm.require_active(pause::FUND)
        .map_err(ProgramError::from)?;
    require_same(&budget.farm, farm.address(), StakingError::WrongFarm)?;
    require_shard_of(farm, &accounts.shard)?;
    let index = farm.reward(reward).map_err(ProgramError::from)?;
    require_same(
        accounts.reward_vault.address(),
        &accounts.shard.reward_vaults[index],
        StakingError::WrongVault,
    )?;
    let token = reward_token(
        farm,
        index,
        &accounts.reward_mint,
        &accounts.reward_token_program,
    )?;
    require!(amount > 0 || end != SAME_END, StakingError::ZeroAmount);
    let now = Clock::get()?.unix_timestamp;
    let at = farm.moment(now).map_err(StakingError::from)?;
    require!(budget.next_epoch == at.epoch, StakingError::EpochsOverdue);
    let amount = collect(
        token,
        &accounts.funder_tokens,
        &accounts.reward_vault,
        &accounts.funder,
        amount,
    )?;
    let mut schedule = budget.schedule(index);
    if end == SAME_END {
        schedule.top_up(amount, now).map_err(StakingError::from)?;
    } else {
        require_authority(farm, &accounts.funder)?;
        let from = farm.epochs().begin(at.epoch);
        schedule
            .extend(amount, end, from, now)
            .map_err(StakingError::from)?;
    }
    budget.store(index, &schedule);
    log(Funded {
        farm: *farm.address(),
        shard: *accounts.shard.address(),
        funder: *accounts.funder.address(),
        amount,
        funded: schedule.funded,
        start: schedule.start,
        end: schedule.end,
        reward,
        reserved: [0; 7],
    });
    Ok(())
}
