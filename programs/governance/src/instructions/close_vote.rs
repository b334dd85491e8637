//! `close_vote`: ends the record of a vote; its rent goes back to who paid it.

use anchor_lang::prelude::*;
use sealane_onchain::Loaded;

use super::{close_into, require_of, require_same};
use crate::{
    errors::GovernanceError,
    state::{Proposal, VoteRecord},
};

/// Accounts of `close_vote`.
#[derive(Accounts)]
pub struct CloseVote {
    /// The proposal; read only.
    pub proposal: Loaded<Proposal>,
    /// The record: of a decided proposal, or without a vote.
    #[account(mut)]
    pub record: Loaded<VoteRecord>,
    /// Who paid for it; gets the rent. Has to sign as long as the proposal is not decided.
    #[account(mut)]
    pub payer: UncheckedAccount,
}

/// Handler of `close_vote`.
#[inline(never)]
pub(crate) fn handle(ctx: &mut Context<CloseVote>) -> Result<()> {
    let CloseVote {
        proposal,
        record,
        payer,
    } = &mut ctx.accounts;
    require_of(&record.proposal, proposal)?;
    require_same(
        payer.address(),
        &record.payer,
        GovernanceError::WrongRecipient,
    )?;
    if !proposal.rules().is_decided() {
        require!(
            record.record().ballot().is_none(),
            GovernanceError::VoteCounts
        );
        require!(payer.account().is_signer(), GovernanceError::RecordNotYours);
    }
    let (account, to) = (*record.account(), *payer.account());
    // SAFETY: `record`, which borrows the account's bytes, is not used from here on, and no
    // reference that it handed out is alive.
    unsafe { close_into(*proposal.address(), account, to) }
}
