//! `close_tally`, `close_text`, `close_instruction`: end accounts that are needed no more; their
//! rent goes back to who paid it.

use anchor_lang::prelude::*;
use sealane_onchain::Loaded;

use super::{close_into, require_of, require_same};
use crate::{
    errors::GovernanceError,
    state::{Proposal, ProposedInstruction, TallyShard, Text},
};

/// Accounts of `close_tally`. Anyone may call it.
#[derive(Accounts)]
pub struct CloseTally {
    /// The proposal, decided; read only.
    pub proposal: Loaded<Proposal>,
    /// The shard.
    #[account(mut)]
    pub tally: Loaded<TallyShard>,
    /// Who paid for it; gets the rent.
    #[account(mut)]
    pub payer: UncheckedAccount,
}

/// Accounts of `close_text`. Anyone may call it.
#[derive(Accounts)]
pub struct CloseText {
    /// The proposal, of which nothing will be executed any more; read only.
    pub proposal: Loaded<Proposal>,
    /// Its text.
    #[account(mut)]
    pub text: Loaded<Text>,
    /// The author, who paid for it; gets the rent.
    #[account(mut)]
    pub author: UncheckedAccount,
}

/// Accounts of `close_instruction`. Anyone may call it.
#[derive(Accounts)]
pub struct CloseInstruction {
    /// The proposal, of which nothing will be executed any more; read only.
    pub proposal: Loaded<Proposal>,
    /// The instruction.
    #[account(mut)]
    pub instruction: Loaded<ProposedInstruction>,
    /// The author, who paid for it; gets the rent.
    #[account(mut)]
    pub author: UncheckedAccount,
}

/// Handler of `close_tally`.
#[inline(never)]
pub(crate) fn tally(ctx: &mut Context<CloseTally>) -> Result<()> {
    let CloseTally {
        proposal,
        tally,
        payer,
    } = &mut ctx.accounts;
    require_of(&tally.proposal, proposal)?;
    require!(proposal.rules().is_decided(), GovernanceError::NotDecided);
    require_same(
        payer.address(),
        &tally.payer,
        GovernanceError::WrongRecipient,
    )?;
    let (account, to) = (*tally.account(), *payer.account());
    // SAFETY: `tally`, which borrows the account's bytes, is not used from here on, and no
    // reference that it handed out is alive.
    unsafe { close_into(*proposal.address(), account, to) }
}

/// Handler of `close_text`.
#[inline(never)]
pub(crate) fn text(ctx: &mut Context<CloseText>) -> Result<()> {
    let CloseText {
        proposal,
        text,
        author,
    } = &mut ctx.accounts;
    require_of(&text.proposal, proposal)?;
    require_over(proposal, author)?;
    let (account, to) = (*text.account(), *author.account());
    // SAFETY: as in `tally`.
    unsafe { close_into(*proposal.address(), account, to) }
}

/// Handler of `close_instruction`.
#[inline(never)]
pub(crate) fn instruction(ctx: &mut Context<CloseInstruction>) -> Result<()> {
    let CloseInstruction {
        proposal,
        instruction,
        author,
    } = &mut ctx.accounts;
    require_of(&instruction.proposal, proposal)?;
    require_over(proposal, author)?;
    let (account, to) = (*instruction.account(), *author.account());
    // SAFETY: as in `tally`.
    unsafe { close_into(*proposal.address(), account, to) }
}

/// Fails unless nothing of the proposal will be executed any more, and this is its author.
fn require_over(proposal: &Proposal, author: &UncheckedAccount) -> Result<()> {
    let now = Clock::get()?.unix_timestamp;
    require!(proposal.is_over(now), GovernanceError::NotOver);
    require_same(
        author.address(),
        &proposal.author,
        GovernanceError::WrongRecipient,
    )
}
