//! `execute`: does what was voted for.

use anchor_lang::{address_eq, prelude::*};
use pinocchio::instruction::InstructionAccount;
use sealane_core::governance::State;
use sealane_onchain::{Loaded, cpi::forward, events::log};

use super::{refused, require_of};
use crate::{
    errors::GovernanceError,
    events::InstructionExecuted,
    state::{Proposal, ProposedAccount, ProposedInstruction, treasury_seeds},
};

/// Accounts of `execute`; behind them the program that the instruction calls, and its accounts in
/// order. Anyone may call it.
#[derive(Accounts)]
pub struct Execute {
    /// The proposal. Its instructions cannot name it.
    #[account(mut)]
    pub proposal: Loaded<Proposal>,
    /// The instruction that is next; read only.
    pub instruction: Loaded<ProposedInstruction>,
}

/// A stored instruction, copied, so that nothing refers to an account's bytes while it runs.
struct Stored {
    program: Address,
    accounts: Vec<ProposedAccount>,
    data: Vec<u8>,
}

impl Stored {
    fn read(instruction: &Loaded<ProposedInstruction>) -> Result<Self> {
        let (accounts, data) = instruction
            .parts(instruction.tail())
            .ok_or(GovernanceError::Inconsistent)?;
        Ok(Self {
            program: instruction.program,
            accounts: accounts.to_vec(),
            data: data.to_vec(),
        })
    }

    /// Fails unless the accounts are those that are stored.
    fn check(&self, views: &[AccountView]) -> Result<()> {
        require!(
            views.len() == self.accounts.len(),
            GovernanceError::WrongAccounts
        );
        for (view, account) in views.iter().zip(&self.accounts) {
            require!(
                view.address().to_bytes() == account.address,
                GovernanceError::WrongAccounts
            );
        }
        Ok(())
    }

    /// Calls the program, with the flags that are stored whatever flags the accounts came with.
    fn run(&self, proposal: &Loaded<Proposal>, views: &[AccountView]) {
        let (realm, bump) = (proposal.realm, proposal.treasury_bump);
        let metas: Vec<InstructionAccount> = views
            .iter()
            .zip(&self.accounts)
            .map(|(view, account)| {
                InstructionAccount::new(view.address(), account.is_writable(), account.is_signer())
            })
            .collect();
        let seeds = treasury_seeds(&realm, &bump);
        // SAFETY: no reference to an account's bytes is alive: what is stored and the seeds were
        // copied, and `Loaded` holds none.
        unsafe { forward(&self.program, &metas, views, &self.data, &seeds) };
    }
}

/// Handler of `execute`. That it runs is written to the proposal first, and read anew after it; if
/// it fails, all of that is undone together.
#[inline(never)]
pub(crate) fn handle(ctx: &mut Context<Execute>) -> Result<()> {
    // A proposal among them is refused here as well, since it is given twice then.
    let views = ctx.remaining_accounts()?;
    let Execute {
        proposal,
        instruction,
    } = &mut ctx.accounts;
    require_of(&instruction.proposal, proposal)?;
    let at = instruction.at();
    let now = Clock::get()?.unix_timestamp;
    proposal
        .rules_mut()
        .begin_instruction(now, at)
        .map_err(refused)?;
    let stored = Stored::read(instruction)?;
    let (program, views) = views.split_first().ok_or(GovernanceError::WrongProgram)?;
    require!(
        address_eq(program.address(), &stored.program),
        GovernanceError::WrongProgram
    );
    stored.check(views)?;
    stored.run(proposal, views);
    let state = proposal.rules_mut().end_instruction(now).map_err(refused)?;
    log(InstructionExecuted {
        proposal: *proposal.address(),
        program: stored.program,
        option: at.option,
        index: at.index,
        completed: u8::from(state == State::Completed),
        reserved: [0; 5],
    });
    Ok(())
}
