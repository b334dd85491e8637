//! `set_delegate`, `forfeit`: what an owner changes besides the stake.

use anchor_lang::prelude::*;
use sealane_onchain::{Loaded, events::log};

use super::require_owner;
use crate::{
    errors::StakingError,
    events::{DelegateSet, Forfeited},
    state::{Farm, Position},
};

/// Accounts of `set_delegate` and `forfeit`. Only the position is written.
#[derive(Accounts)]
pub struct PositionSettings {
    /// Configuration; read only.
    pub farm: Loaded<Farm>,
    /// The position.
    #[account(mut)]
    pub position: Loaded<Position>,
    /// Its owner.
    pub owner: Signer,
}

/// Handler of `set_delegate`. All zero: nobody.
#[inline(never)]
pub(crate) fn set_delegate(ctx: &mut Context<PositionSettings>, delegate: [u8; 32]) -> Result<()> {
    let PositionSettings {
        farm,
        position,
        owner,
    } = &mut ctx.accounts;
    require_owner(farm, position, owner)?;
    let delegate = Address::new_from_array(delegate);
    position.delegate = delegate;
    log(DelegateSet {
        position: *position.address(),
        delegate,
    });
    Ok(())
}

/// Handler of `forfeit`: gives up the rewards of all epochs before one. For those that cannot be
/// claimed any more, or are not worth it.
#[inline(never)]
pub(crate) fn forfeit(ctx: &mut Context<PositionSettings>, before: u32) -> Result<()> {
    let PositionSettings {
        farm,
        position,
        owner,
    } = &mut ctx.accounts;
    require_owner(farm, position, owner)?;
    let at = farm
        .moment(Clock::get()?.unix_timestamp)
        .map_err(StakingError::from)?;
    // The present epoch is still being earned.
    require!(before <= at.epoch, StakingError::EpochNotOver);
    let address = *position.address();
    let stake = position.stake_mut();
    stake.forfeit(before);
    log(Forfeited {
        position: address,
        claim_from: stake.claim_from,
        reserved: [0; 4],
    });
    Ok(())
}
