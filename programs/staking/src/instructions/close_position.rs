//! `close_position`: ends a position that has nothing; its rent goes back to the owner.

use anchor_lang::prelude::*;
use sealane_onchain::{Loaded, events::log};

use super::{close_into, require_owner};
use crate::{
    errors::StakingError,
    events::PositionClosed,
    state::{Farm, Position},
};

/// Accounts of `close_position`.
#[derive(Accounts)]
pub struct ClosePosition {
    /// The position's owner; gets the rent.
    #[account(mut)]
    pub owner: Signer,
    /// Configuration; read only.
    pub farm: Loaded<Farm>,
    /// The position. To be emptied first: unstake, withdraw, claim or forfeit.
    #[account(mut)]
    pub position: Loaded<Position>,
}

/// Handler of `close_position`.
#[inline(never)]
pub(crate) fn handle(ctx: &mut Context<ClosePosition>) -> Result<()> {
    let ClosePosition {
        owner,
        farm,
        position,
    } = &mut ctx.accounts;
    require_owner(farm, position, owner)?;
    let address = *position.address();
    let stake = position.stake_mut();
    if !farm.has_rewards() {
        stake.forfeit(u32::MAX);
    }
    require!(stake.is_empty(), StakingError::PositionNotEmpty);
    log(PositionClosed {
        position: address,
        owner: *owner.address(),
    });
    let (account, to) = (*position.account(), *owner.account());
    // SAFETY: `position`, which borrows the account's bytes, is not used from here on, and no
    // reference that it handed out is alive.
    unsafe { close_into(account, to) }
}
