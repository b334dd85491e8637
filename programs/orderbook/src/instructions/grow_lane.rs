//! `grow_lane`: room for more orders.

use anchor_lang::prelude::*;
use sealane_core::book::{LaneMut, MAX_CAPACITY};
use sealane_onchain::{derived::grow, events::log};

use super::{open_lane::MAX_GROWTH, require_owner};
use crate::{
    errors::OrderbookError,
    events::LaneGrown,
    state::{Lane, lane_account_len},
};

/// Accounts of `grow_lane`.
#[derive(Accounts)]
pub struct GrowLane {
    /// The lane's owner; pays the additional rent.
    #[account(mut)]
    pub owner: Signer,
    /// The lane.
    #[account(mut)]
    pub lane: Lane,
    /// Moves the rent.
    pub system_program: Program<System>,
}

/// Handler of `grow_lane`. `capacity` is orders per side, afterwards.
#[inline(never)]
pub(crate) fn handle(ctx: &mut Context<GrowLane>, capacity: u16) -> Result<()> {
    let accounts = &mut ctx.accounts;
    require_owner(&accounts.lane, &accounts.owner)?;
    let present = accounts.lane.header().capacity;
    require!(
        (present + 1..=MAX_CAPACITY).contains(&capacity)
            && lane_account_len(capacity) - lane_account_len(present) <= MAX_GROWTH,
        OrderbookError::InvalidCapacity
    );
    let mut account = *accounts.lane.account();
    // SAFETY: `accounts.lane`, which has a view of the same bytes, is not used from here on, and no
    // reference that it handed out is alive.
    let data = unsafe {
        grow(
            accounts.owner.account(),
            &mut account,
            lane_account_len(capacity),
        )
        .map_err(OrderbookError::from)?;
        account.borrow_unchecked_mut()
    };
    LaneMut::grow(&mut data[Lane::DISCRIMINATOR.len()..], capacity)
        .map_err(OrderbookError::from)?;
    log(LaneGrown {
        lane: *account.address(),
        capacity,
        reserved: [0; 6],
    });
    Ok(())
}
