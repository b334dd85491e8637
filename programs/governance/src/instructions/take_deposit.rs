//! `take_deposit`: pays a decided proposal's deposit out.

use anchor_lang::prelude::*;
use sealane_core::governance::Deposit;
use sealane_onchain::{Loaded, events::log};

use super::{pay_out, refused, require_same};
use crate::{errors::GovernanceError, events::DepositPaid, state::Proposal};

/// Accounts of `take_deposit`. Anyone may call it.
#[derive(Accounts)]
pub struct TakeDeposit {
    /// The proposal.
    #[account(mut)]
    pub proposal: Loaded<Proposal>,
    /// Who gets the deposit: the author, or the treasury if the proposal was vetoed.
    #[account(mut)]
    pub recipient: UncheckedAccount,
}

/// Handler of `take_deposit`.
#[inline(never)]
pub(crate) fn handle(ctx: &mut Context<TakeDeposit>) -> Result<()> {
    let TakeDeposit {
        proposal,
        recipient,
    } = &mut ctx.accounts;
    let now = Clock::get()?.unix_timestamp;
    let deposit = proposal.rules_mut().take_deposit(now).map_err(refused)?;
    let (amount, to, forfeited) = match deposit {
        Deposit::Returned(amount) => (amount, proposal.author, 0),
        Deposit::Forfeited(amount) => (amount, proposal.treasury, 1),
    };
    require_same(recipient.address(), &to, GovernanceError::WrongRecipient)?;
    pay_out(proposal.account(), recipient.account(), amount)?;
    log(DepositPaid {
        proposal: *proposal.address(),
        to,
        amount,
        forfeited,
        reserved: [0; 7],
    });
    Ok(())
}
