//! One file per instruction, or per group of instructions that share their accounts: the accounts,
//! their checks, the handler.

pub mod add_instruction;
pub mod cancel;
pub mod close;
pub mod close_vote;
pub mod create_realm;
pub mod decide;
pub mod draft;
pub mod execute;
pub mod expire;
pub mod open_tally;
pub mod open_vote;
pub mod remove_instruction;
pub mod set_config;
pub mod sign_off;
pub mod take_deposit;
pub mod vote;
pub mod write_instruction;
pub mod write_text;

// The glob also carries the client modules that the derive puts beside each accounts struct.
pub use add_instruction::*;
pub use cancel::*;
pub use close::*;
pub use close_vote::*;
pub use create_realm::*;
pub use decide::*;
pub use draft::*;
pub use execute::*;
pub use expire::*;
pub use open_tally::*;
pub use open_vote::*;
pub use remove_instruction::*;
pub use set_config::*;
pub use sign_off::*;
pub use take_deposit::*;
pub use vote::*;
pub use write_instruction::*;
pub use write_text::*;

use anchor_lang::{address_eq, prelude::*};
use sealane_core::governance::{Body, GovernanceError as RuleError, State};
use sealane_onchain::{Loaded, events::log};
use sealane_staking::state::Position;

use crate::{errors::GovernanceError, events::AccountClosed, state::Proposal};

/// Fails with `error` unless an account is the expected one.
#[inline(never)]
fn require_same(address: &Address, expected: &Address, error: GovernanceError) -> Result<()> {
    if address_eq(address, expected) {
        Ok(())
    } else {
        Err(error.into())
    }
}

/// What the rules refused, as the program tells it.
#[cold]
#[inline(never)]
fn refused(error: RuleError) -> ProgramError {
    GovernanceError::from(error).into()
}

/// Fails unless the signer is the proposal's author.
fn require_author(proposal: &Proposal, signer: &Signer) -> Result<()> {
    require_same(
        signer.address(),
        &proposal.author,
        GovernanceError::WrongAuthor,
    )
}

/// Fails unless the proposal is being written, and by the signer.
fn require_draft(proposal: &Proposal, signer: &Signer) -> Result<()> {
    require_author(proposal, signer)?;
    // A draft is one at any time.
    require!(
        proposal.state(0) == State::Draft,
        GovernanceError::WrongState
    );
    Ok(())
}

/// Fails unless an account that names its proposal names this one.
fn require_of(of: &Address, proposal: &Loaded<Proposal>) -> Result<()> {
    require_same(of, proposal.address(), GovernanceError::WrongProposal)
}

/// Which body a position votes in.
#[inline(always)]
fn body_of(proposal: &Proposal, position: &Position) -> Result<Body> {
    if address_eq(&position.farm, &proposal.community) {
        Ok(Body::Community)
    } else if address_eq(&position.farm, &proposal.council) {
        // Not all zero, which is no farm's address.
        Ok(Body::Council)
    } else {
        Err(GovernanceError::WrongFarm.into())
    }
}

/// Moves lamports out of one of the program's own accounts.
fn pay_out(account: &AccountView, to: &AccountView, lamports: u64) -> Result<()> {
    let (mut account, mut to) = (*account, *to);
    let left = account.lamports().checked_sub(lamports);
    let more = to.lamports().checked_add(lamports);
    account.set_lamports(left.ok_or(GovernanceError::Overflow)?);
    to.set_lamports(more.ok_or(GovernanceError::Overflow)?);
    Ok(())
}

/// Pays an account's lamports to somebody, logs it, and ends it.
///
/// # Safety
/// No reference to the account's bytes may be alive, nor be made in the rest of the instruction.
#[inline(never)]
unsafe fn close_into(proposal: Address, mut account: AccountView, to: AccountView) -> Result<()> {
    log(AccountClosed {
        proposal,
        account: *account.address(),
        to: *to.address(),
    });
    pay_out(&account, &to, account.lamports())?;
    // SAFETY: the caller's promise is passed on.
    unsafe { account.close_unchecked() };
    Ok(())
}
