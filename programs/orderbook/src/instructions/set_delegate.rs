//! `set_delegate`: who else may trade with a lane, but not withdraw.

use anchor_lang::prelude::*;
use sealane_core::book::Key;
use sealane_onchain::events::log;

use super::require_owner;
use crate::{events::DelegateSet, state::Lane};

/// Accounts of `set_delegate`.
#[derive(Accounts)]
pub struct SetDelegate {
    /// The lane's owner.
    pub owner: Signer,
    /// The lane.
    #[account(mut)]
    pub lane: Lane,
}

/// Handler of `set_delegate`. All zero: nobody.
#[inline(never)]
pub(crate) fn handle(ctx: &mut Context<SetDelegate>, delegate: [u8; 32]) -> Result<()> {
    let SetDelegate { owner, lane } = &mut ctx.accounts;
    require_owner(lane, owner)?;
    lane.as_mut().header_mut().delegate = Key::new(delegate);
    log(DelegateSet {
        lane: *lane.address(),
        delegate: Address::new_from_array(delegate),
    });
    Ok(())
}
