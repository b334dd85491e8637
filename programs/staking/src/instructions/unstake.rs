//! `unstake`: the first step out; the tokens cool down.

use anchor_lang::prelude::*;
use sealane_onchain::{Loaded, events::log};

use super::{require_own_shard, require_owner, stake::follow};
use crate::{
    errors::StakingError,
    events::Unstaked,
    state::{Farm, Position, Shard},
};

/// An amount that stands for everything that is staked.
pub const EVERYTHING: u64 = u64::MAX;

/// Accounts of `unstake`. No tokens move.
#[derive(Accounts)]
pub struct Unstake {
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

/// Handler of `unstake`: never paused. [`EVERYTHING`] is all that is staked.
#[inline(never)]
pub(crate) fn handle(ctx: &mut Context<Unstake>, amount: u64) -> Result<()> {
    let Unstake {
        farm,
        shard,
        position,
        owner,
    } = &mut ctx.accounts;
    require_owner(farm, position, owner)?;
    require_own_shard(position, shard)?;
    let now = Clock::get()?.unix_timestamp;
    let at = farm.moment(now).map_err(StakingError::from)?;
    let cooled_at = now.saturating_add(i64::from(farm.cooldown_seconds));
    let address = *position.address();
    let stake = position.stake_mut();
    if !farm.has_rewards() {
        stake.forfeit(at.epoch);
    }
    let amount = if amount == EVERYTHING {
        stake.stake().amount
    } else {
        amount
    };
    let change = stake
        .unstake(&at, &farm.terms(), amount, cooled_at)
        .map_err(StakingError::from)?;
    let cooling = stake.cooling;
    follow(farm, shard, &at, &change)?;
    shard.cooling = shard
        .cooling
        .checked_add(amount)
        .ok_or(StakingError::Overflow)?;
    log(Unstaked {
        position: address,
        amount,
        staked: change.after.amount,
        cooling,
        cooled_at,
    });
    Ok(())
}
