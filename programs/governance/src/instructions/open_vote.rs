//! `open_vote`: the record of a position's vote.

use anchor_lang::prelude::*;
use sealane_onchain::{Loaded, derived::create_loaded, events::log};
use sealane_staking::state::Position;

use super::{body_of, refused};
use crate::{
    errors::GovernanceError,
    events::VoteOpened,
    state::{Proposal, VOTE_SEED, VoteRecord},
};

/// Accounts of `open_vote`. Anyone may call it.
#[derive(Accounts)]
pub struct OpenVote {
    /// Pays the rent, and gets it back.
    #[account(mut)]
    pub payer: Signer,
    /// The proposal, open for votes; read only.
    pub proposal: Loaded<Proposal>,
    /// The position, in the pool of the community or the council; read only.
    pub position: Loaded<Position>,
    /// The new record, at its derived address.
    #[account(mut)]
    pub record: UncheckedAccount,
    /// Creates the account.
    pub system_program: Program<System>,
}

/// Handler of `open_vote`. There is one record to a position and proposal: both are in its address.
/// One that is there stays as it is, so that nobody can make a first vote fail by opening its record.
#[inline(never)]
pub(crate) fn handle(ctx: &mut Context<OpenVote>) -> Result<()> {
    let accounts = &ctx.accounts;
    let now = Clock::get()?.unix_timestamp;
    accounts.proposal.rules().poll(now).map_err(refused)?;
    body_of(&accounts.proposal, &accounts.position)?;
    let view = *accounts.record.account();
    if view.owned_by(&crate::ID) {
        let record = Loaded::<VoteRecord>::load(view)?;
        require!(
            record.proposal == *accounts.proposal.address()
                && record.position == *accounts.position.address(),
            GovernanceError::WrongAddress
        );
        return Ok(());
    }
    let (mut record, bump) = create_loaded::<VoteRecord>(
        accounts.payer.account(),
        &view,
        &[
            VOTE_SEED,
            accounts.proposal.address().as_ref(),
            accounts.position.address().as_ref(),
        ],
    )
    .map_err(GovernanceError::from)?;
    record.proposal = *accounts.proposal.address();
    record.position = *accounts.position.address();
    record.payer = *accounts.payer.address();
    record.bump = bump;
    log(VoteOpened {
        proposal: record.proposal,
        position: record.position,
        record: *record.address(),
    });
    Ok(())
}
