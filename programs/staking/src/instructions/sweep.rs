//! `sweep`: takes back rewards that nobody can claim any more.

use anchor_lang::prelude::*;
use sealane_core::farm::sweepable;
use sealane_onchain::{Loaded, events::log, token};

use super::{pay, require_authority, require_same, require_shard_of, reward_token};
use crate::{
    errors::StakingError,
    events::Swept,
    state::{Budget, Farm, Shard},
};

/// Accounts of `sweep`; behind them all shards of the farm, in order and read only.
#[derive(Accounts)]
pub struct Sweep {
    /// The farm's authority.
    pub authority: Signer,
    /// Configuration; read only.
    pub farm: Loaded<Farm>,
    /// The farm's budget: knows which epochs have expired.
    #[account(mut)]
    pub budget: Loaded<Budget>,
    /// The shard whose vault pays; read only.
    pub shard: Loaded<Shard>,
    /// Its vault of the reward.
    #[account(mut)]
    pub reward_vault: UncheckedAccount,
    /// Token account that is paid.
    #[account(mut)]
    pub recipient: UncheckedAccount,
    /// Mint of the reward.
    pub reward_mint: UncheckedAccount,
    /// Its token program.
    pub reward_token_program: UncheckedAccount,
}

/// Handler of `sweep`: pays as much as one vault has of what can be swept.
#[inline(never)]
pub(crate) fn handle(ctx: &mut Context<Sweep>, reward: u8) -> Result<()> {
    let shards = ctx
        .remaining_accounts()
        .map_err(|_| StakingError::WrongShard)?;
    let accounts = &mut ctx.accounts;
    let (farm, budget) = (&accounts.farm, &mut accounts.budget);
    require_authority(farm, &accounts.authority)?;
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
    let mut schedule = budget.schedule(index);
    let sweep = sweepable(
        &schedule,
        budget.expired[index],
        settled(farm, &shards, index)?,
        budget.swept[index],
        budget.expired_end,
    );
    let held = token::balance(accounts.reward_vault.account()).map_err(StakingError::from)?;
    let unclaimed = sweep.unclaimed.min(held);
    let never_allotted = sweep.never_allotted.min(held - unclaimed);
    let amount = unclaimed + never_allotted;
    require!(amount > 0, StakingError::NothingToSweep);
    // At most what was allotted, and what was funded.
    budget.swept[index] += unclaimed;
    schedule.funded -= never_allotted;
    budget.store(index, &schedule);
    pay(
        token,
        &accounts.shard,
        &accounts.reward_vault,
        &accounts.recipient,
        amount,
    )?;
    log(Swept {
        farm: *farm.address(),
        shard: *accounts.shard.address(),
        unclaimed,
        never_allotted,
        reward,
        reserved: [0; 7],
    });
    Ok(())
}

/// What positions were credited with, by all shards of the farm.
fn settled(farm: &Loaded<Farm>, shards: &[AccountView], reward: usize) -> Result<u64> {
    require!(
        shards.len() == usize::from(farm.shard_count),
        StakingError::WrongShard
    );
    let mut sum = 0u64;
    for (index, view) in shards.iter().enumerate() {
        let shard = Loaded::<Shard>::load(*view)?;
        require_same(&shard.farm, farm.address(), StakingError::WrongFarm)?;
        require!(usize::from(shard.index) == index, StakingError::WrongShard);
        sum = sum
            .checked_add(shard.settled[reward])
            .ok_or(StakingError::Overflow)?;
    }
    Ok(sum)
}
