//! `add_instruction`: makes room for an instruction of a draft's option.

use anchor_lang::prelude::*;
use sealane_onchain::{Loaded, derived::create_loaded_with_tail, events::log};

use super::{refused, require_author};
use crate::{
    errors::GovernanceError,
    events::InstructionAdded,
    state::{INSTRUCTION_SEED, MAX_ACCOUNTS, MAX_DATA, Proposal, ProposedInstruction},
};

/// Accounts of `add_instruction`.
#[derive(Accounts)]
pub struct AddInstruction {
    /// The proposal's author; pays the rent, and gets it back.
    #[account(mut)]
    pub author: Signer,
    /// The proposal, a draft.
    #[account(mut)]
    pub proposal: Loaded<Proposal>,
    /// The new instruction, at its derived address: behind the others of its option.
    #[account(mut)]
    pub instruction: UncheckedAccount,
    /// Creates the account.
    pub system_program: Program<System>,
}

/// Handler of `add_instruction`. What it is to say follows in parts, with `write_instruction`.
#[inline(never)]
pub(crate) fn handle(
    ctx: &mut Context<AddInstruction>,
    option: u8,
    program: [u8; 32],
    account_count: u8,
    data_len: u16,
) -> Result<()> {
    let accounts = &mut ctx.accounts;
    require_author(&accounts.proposal, &accounts.author)?;
    require!(
        usize::from(account_count) <= MAX_ACCOUNTS && usize::from(data_len) <= MAX_DATA,
        GovernanceError::InstructionTooLarge
    );
    let address = *accounts.proposal.address();
    let rules = accounts.proposal.rules_mut();
    let at = rules.add_instruction(option).map_err(refused)?;
    let (mut instruction, bump) = create_loaded_with_tail::<ProposedInstruction>(
        accounts.author.account(),
        accounts.instruction.account(),
        &[
            INSTRUCTION_SEED,
            address.as_ref(),
            &[at.option],
            &[at.index],
        ],
        ProposedInstruction::tail_len(account_count, data_len),
    )
    .map_err(GovernanceError::from)?;
    instruction.proposal = address;
    instruction.program = Address::new_from_array(program);
    instruction.data_len = data_len;
    instruction.account_count = account_count;
    instruction.option = at.option;
    instruction.index = at.index;
    instruction.bump = bump;
    log(InstructionAdded {
        proposal: address,
        program: instruction.program,
        data_len,
        account_count,
        option: at.option,
        index: at.index,
        reserved: [0; 3],
    });
    Ok(())
}
