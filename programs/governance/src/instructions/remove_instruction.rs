//! `remove_instruction`: takes the last instruction of a draft's option off.

use anchor_lang::prelude::*;
use sealane_onchain::{Loaded, events::log};

use super::{close_into, refused, require_author, require_of};
use crate::{
    errors::GovernanceError,
    events::InstructionRemoved,
    state::{Proposal, ProposedInstruction},
};

/// Accounts of `remove_instruction`.
#[derive(Accounts)]
pub struct RemoveInstruction {
    /// The proposal's author; gets the rent.
    #[account(mut)]
    pub author: Signer,
    /// The proposal, a draft.
    #[account(mut)]
    pub proposal: Loaded<Proposal>,
    /// The last instruction of its option.
    #[account(mut)]
    pub instruction: Loaded<ProposedInstruction>,
}

/// Handler of `remove_instruction`.
#[inline(never)]
pub(crate) fn handle(ctx: &mut Context<RemoveInstruction>) -> Result<()> {
    let RemoveInstruction {
        author,
        proposal,
        instruction,
    } = &mut ctx.accounts;
    require_author(proposal, author)?;
    require_of(&instruction.proposal, proposal)?;
    let at = instruction.at();
    let last = proposal
        .rules_mut()
        .remove_instruction(at.option)
        .map_err(refused)?;
    require!(last == at, GovernanceError::OutOfOrder);
    log(InstructionRemoved {
        proposal: *proposal.address(),
        option: at.option,
        index: at.index,
        reserved: [0; 6],
    });
    let (account, to) = (*instruction.account(), *author.account());
    // SAFETY: `instruction`, which borrows the account's bytes, is not used from here on, and no
    // reference that it handed out is alive.
    unsafe { close_into(*proposal.address(), account, to) }
}
