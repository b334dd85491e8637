//! `expire`: writes down that the time to execute in has passed.

use anchor_lang::prelude::*;
use sealane_onchain::{Loaded, events::log};

use super::refused;
use crate::{events::ProposalExpired, state::Proposal};

/// Accounts of `expire`. Anyone may call it.
#[derive(Accounts)]
pub struct Expire {
    /// The proposal.
    #[account(mut)]
    pub proposal: Loaded<Proposal>,
}

/// Handler of `expire`. Nothing depends on it but what looks at accounts without a clock.
#[inline(never)]
pub(crate) fn handle(ctx: &mut Context<Expire>) -> Result<()> {
    let proposal = &mut ctx.accounts.proposal;
    let now = Clock::get()?.unix_timestamp;
    proposal.rules_mut().expire(now).map_err(refused)?;
    log(ProposalExpired {
        proposal: *proposal.address(),
    });
    Ok(())
}
