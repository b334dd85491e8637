//! `close_lane`: ends a lane without orders and balances; its rent goes back to the owner.

use anchor_lang::prelude::*;
use sealane_core::book::LaneHeader;
use sealane_onchain::{Loaded, events::log};

use super::{require_owner, sweep_fees::sweep};
use crate::{
    errors::OrderbookError,
    events::LaneClosed,
    state::{Lane, VaultShard},
};

/// Accounts of `close_lane`.
#[derive(Accounts)]
pub struct CloseLane {
    /// The lane's owner; gets the rent.
    #[account(mut)]
    pub owner: Signer,
    /// The lane. To be emptied first: cancel and withdraw.
    #[account(mut)]
    pub lane: Lane,
    /// A vault shard of its market, which counts the protocol fees from then on.
    #[account(mut)]
    pub vault_shard: Loaded<VaultShard>,
    /// As in `sweep_fees`: needed if a referrer's fees have not been swept.
    #[account(mut)]
    pub referrer: Option<UncheckedAccount>,
}

/// Handler of `close_lane`.
#[inline(never)]
pub(crate) fn handle(ctx: &mut Context<CloseLane>) -> Result<()> {
    let accounts = &mut ctx.accounts;
    require_owner(&accounts.lane, &accounts.owner)?;
    sweep(
        &mut accounts.lane,
        &mut accounts.vault_shard,
        accounts.referrer.as_ref(),
    )?;
    let header: &LaneHeader = accounts.lane.header();
    require!(header.is_empty(), OrderbookError::LaneNotEmpty);
    log(LaneClosed {
        lane: *accounts.lane.address(),
        market: Address::new_from_array(header.market.to_bytes()),
        owner: *accounts.owner.address(),
    });
    let (mut lane, mut owner) = (*accounts.lane.account(), *accounts.owner.account());
    let lamports = owner
        .lamports()
        .checked_add(lane.lamports())
        .ok_or(OrderbookError::Overflow)?;
    owner.set_lamports(lamports);
    // SAFETY: `accounts.lane`, which borrows the account's bytes, is not used from here on, and no
    // reference that it handed out is alive.
    unsafe { lane.close_unchecked() };
    Ok(())
}
