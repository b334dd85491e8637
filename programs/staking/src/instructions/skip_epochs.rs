//! `skip_epochs`: passes over epochs for which there are no rewards.

use anchor_lang::prelude::*;
use sealane_core::stake::MAX_REWARDS;
use sealane_onchain::{Loaded, events::log};

use super::require_same;
use crate::{
    errors::StakingError,
    events::EpochsSkipped,
    state::{Budget, Farm},
};

/// Accounts of `skip_epochs`. Anyone may call it.
#[derive(Accounts)]
pub struct SkipEpochs {
    /// The farm: its shards need not keep these epochs any longer.
    #[account(mut)]
    pub farm: Loaded<Farm>,
    /// Its budget.
    #[account(mut)]
    pub budget: Loaded<Budget>,
}

/// Handler of `skip_epochs`: the next epoch to be closed is `to`. The last epoch that has ended is
/// never skipped, so that nobody can keep others from closing it: votes ask for its weight.
#[inline(never)]
pub(crate) fn handle(ctx: &mut Context<SkipEpochs>, to: u32) -> Result<()> {
    let SkipEpochs { farm, budget } = &mut ctx.accounts;
    require_same(&budget.farm, farm.address(), StakingError::WrongFarm)?;
    let at = farm
        .moment(Clock::get()?.unix_timestamp)
        .map_err(StakingError::from)?;
    require!(to < at.epoch, StakingError::EpochNotOver);
    let from = budget.next_epoch;
    require!(to > from, StakingError::EpochOutOfOrder);
    let (begin, end) = (farm.epochs().begin(from), farm.epochs().begin(to));
    for reward in 0..usize::from(farm.reward_count).min(MAX_REWARDS) {
        require!(
            !budget.schedule(reward).covers(begin, end),
            StakingError::EpochHasRewards
        );
    }
    budget.next_epoch = to;
    if farm.has_rewards() {
        farm.rewards_from = to;
    }
    log(EpochsSkipped {
        farm: *farm.address(),
        from,
        to,
    });
    Ok(())
}
