//! `write_instruction`: writes accounts and data of a draft's instruction, in parts.

use anchor_lang::{address_eq, prelude::*};
use sealane_onchain::{Loaded, events::log};

use super::{require_draft, require_of};
use crate::{
    errors::GovernanceError,
    events::InstructionWritten,
    state::{Proposal, ProposedAccount, ProposedInstruction},
};

/// Accounts of `write_instruction`.
#[derive(Accounts)]
pub struct WriteInstruction {
    /// The proposal's author.
    pub author: Signer,
    /// The proposal, a draft; read only.
    pub proposal: Loaded<Proposal>,
    /// The instruction.
    #[account(mut)]
    pub instruction: Loaded<ProposedInstruction>,
}

/// Handler of `write_instruction`: the accounts from `account_at` on and the data from `data_at` on
/// are the given ones from now on, and others stay.
///
/// Only the treasury signs: whoever executes a proposal lends it no signature of their own. And no
/// instruction names its own proposal, which is being written while it runs.
#[inline(never)]
pub(crate) fn handle(
    ctx: &mut Context<WriteInstruction>,
    account_at: u8,
    accounts: &[ProposedAccount],
    data_at: u16,
    data: &[u8],
) -> Result<()> {
    let WriteInstruction {
        author,
        proposal,
        instruction,
    } = &mut ctx.accounts;
    require_draft(proposal, author)?;
    require_of(&instruction.proposal, proposal)?;
    for account in accounts {
        check(account, proposal)?;
    }
    write(instruction, (account_at, accounts), (data_at, data))
        .ok_or(GovernanceError::InvalidRange)?;
    log(InstructionWritten {
        proposal: *proposal.address(),
        option: instruction.option,
        index: instruction.index,
        reserved: [0; 6],
    });
    Ok(())
}

fn check(account: &ProposedAccount, proposal: &Loaded<Proposal>) -> Result<()> {
    const KNOWN: u8 = ProposedAccount::SIGNER | ProposedAccount::WRITABLE;
    let address = Address::new_from_array(account.address);
    require!(
        account.flags & !KNOWN == 0,
        GovernanceError::InvalidAccountFlags
    );
    require!(
        !account.is_signer() || address_eq(&address, &proposal.treasury),
        GovernanceError::ForeignSigner
    );
    require!(
        !address_eq(&address, proposal.address()),
        GovernanceError::OwnProposal
    );
    Ok(())
}

/// `None` if a part lies beyond the end; then neither is written.
fn write(
    instruction: &mut Loaded<ProposedInstruction>,
    (account_at, accounts): (u8, &[ProposedAccount]),
    (data_at, data): (u16, &[u8]),
) -> Option<()> {
    let head: ProposedInstruction = **instruction;
    let (all_accounts, all_data) = head.parts_mut(instruction.tail_mut())?;
    let accounts_to = all_accounts
        .get_mut(usize::from(account_at)..)?
        .get_mut(..accounts.len())?;
    let data_to = all_data
        .get_mut(usize::from(data_at)..)?
        .get_mut(..data.len())?;
    accounts_to.copy_from_slice(accounts);
    data_to.copy_from_slice(data);
    Some(())
}
