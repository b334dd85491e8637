//! `cancel`: the author takes a proposal back.

use anchor_lang::prelude::*;
use sealane_onchain::{Loaded, events::log};

use super::{refused, require_author};
use crate::{events::ProposalCancelled, state::Proposal};

/// Accounts of `cancel`.
#[derive(Accounts)]
pub struct Cancel {
    /// The proposal's author.
    pub author: Signer,
    /// The proposal, a draft or open for votes.
    #[account(mut)]
    pub proposal: Loaded<Proposal>,
}

/// Handler of `cancel`.
#[inline(never)]
pub(crate) fn handle(ctx: &mut Context<Cancel>) -> Result<()> {
    let Cancel { author, proposal } = &mut ctx.accounts;
    require_author(proposal, author)?;
    let now = Clock::get()?.unix_timestamp;
    proposal.rules_mut().cancel(now).map_err(refused)?;
    log(ProposalCancelled {
        proposal: *proposal.address(),
    });
    Ok(())
}
