//! `open_position`: an owner's place in a farm.

use anchor_lang::prelude::*;
use sealane_core::stake::PositionStake;
use sealane_onchain::{Loaded, derived::create_loaded, events::log};

use super::require_shard_of;
use crate::{
    errors::StakingError,
    events::PositionOpened,
    state::{Farm, POSITION_SEED, Position, Shard},
};

/// Accounts of `open_position`.
#[derive(Accounts)]
pub struct OpenPosition {
    /// The position's owner; pays the rent, and gets it back when the position is closed.
    #[account(mut)]
    pub owner: Signer,
    /// Configuration; read only.
    pub farm: Loaded<Farm>,
    /// The shard that is to count the position; read only.
    pub shard: Loaded<Shard>,
    /// The new position, at its derived address.
    #[account(mut)]
    pub position: UncheckedAccount,
    /// Creates the account.
    pub system_program: Program<System>,
}

/// Handler of `open_position`. An owner's positions in a farm are told apart by `index`.
#[inline(never)]
pub(crate) fn handle(ctx: &mut Context<OpenPosition>, index: u16) -> Result<()> {
    let accounts = &ctx.accounts;
    require_shard_of(&accounts.farm, &accounts.shard)?;
    let now = Clock::get()?.unix_timestamp;
    let at = accounts.farm.moment(now).map_err(StakingError::from)?;
    let (mut created, bump) = create_loaded::<Position>(
        accounts.owner.account(),
        accounts.position.account(),
        &[
            POSITION_SEED,
            accounts.farm.address().as_ref(),
            accounts.owner.address().as_ref(),
            &index.to_le_bytes(),
        ],
    )
    .map_err(StakingError::from)?;
    let address = *created.address();
    let position: &mut Position = &mut created;
    position.farm = *accounts.farm.address();
    position.shard = *accounts.shard.address();
    position.owner = *accounts.owner.address();
    position.index = index;
    position.bump = bump;
    *position.stake_mut() = PositionStake::new(at.epoch);
    log(PositionOpened {
        position: address,
        farm: position.farm,
        shard: position.shard,
        owner: position.owner,
        index,
        reserved: [0; 6],
    });
    Ok(())
}
