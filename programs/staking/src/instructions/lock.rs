//! `lock`: more weight for a stake that stays.

use anchor_lang::prelude::*;
use sealane_onchain::{Loaded, events::log};

use super::{require_own_shard, require_owner, stake::follow};
use crate::{
    errors::StakingError,
    events::LockSet,
    state::{Farm, Position, Shard, pause},
};

/// Accounts of `lock`.
#[derive(Accounts)]
pub struct Lock {
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
}

/// Handler of `lock`. `until` is the first epoch in which the stake is free; a lock is never made
/// shorter.
#[inline(never)]
pub(crate) fn handle(ctx: &mut Context<Lock>, until: u32) -> Result<()> {
    let Lock {
        farm,
        shard,
        position,
        owner,
    } = &mut ctx.accounts;
    farm.require_active(pause::STAKE)
        .map_err(ProgramError::from)?;
    require_owner(farm, position, owner)?;
    require_own_shard(position, shard)?;
    let at = farm
        .moment(Clock::get()?.unix_timestamp)
        .map_err(StakingError::from)?;
    let address = *position.address();
    let stake = position.stake_mut();
    if !farm.has_rewards() {
        stake.forfeit(at.epoch);
    }
    let change = stake
        .lock(&at, &farm.terms(), until)
        .map_err(StakingError::from)?;
    follow(farm, shard, &at, &change)?;
    log(LockSet {
        position: address,
        staked: change.after.amount,
        lock_until: until,
        epoch: at.epoch,
    });
    Ok(())
}
