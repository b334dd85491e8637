//! `open_tally`: a shard for votes.

use anchor_lang::prelude::*;
use sealane_onchain::{Loaded, derived::create_loaded, events::log};

use crate::{
    errors::GovernanceError,
    events::TallyOpened,
    state::{Proposal, TALLY_SEED, TallyShard},
};

/// Accounts of `open_tally`. Anyone may call it.
#[derive(Accounts)]
pub struct OpenTally {
    /// Pays the rent, and gets it back when the proposal is decided.
    #[account(mut)]
    pub payer: Signer,
    /// The proposal; read only.
    pub proposal: Loaded<Proposal>,
    /// The new shard, at its derived address.
    #[account(mut)]
    pub tally: UncheckedAccount,
    /// Creates the account.
    pub system_program: Program<System>,
}

/// Handler of `open_tally`. A shard is needed to decide, if only as an empty one, so there is no end
/// to this before the decision. One that is there stays as it is: whoever came second has not failed.
#[inline(never)]
pub(crate) fn handle(ctx: &mut Context<OpenTally>, index: u8) -> Result<()> {
    let accounts = &ctx.accounts;
    require!(
        !accounts.proposal.rules().is_decided(),
        GovernanceError::WrongState
    );
    require!(
        index < accounts.proposal.shards,
        GovernanceError::InvalidShards
    );
    let view = *accounts.tally.account();
    if view.owned_by(&crate::ID) {
        let tally = Loaded::<TallyShard>::load(view)?;
        require!(
            tally.proposal == *accounts.proposal.address() && tally.index == index,
            GovernanceError::WrongAddress
        );
        return Ok(());
    }
    let (mut tally, bump) = create_loaded::<TallyShard>(
        accounts.payer.account(),
        &view,
        &[TALLY_SEED, accounts.proposal.address().as_ref(), &[index]],
    )
    .map_err(GovernanceError::from)?;
    tally.proposal = *accounts.proposal.address();
    tally.payer = *accounts.payer.address();
    tally.index = index;
    tally.bump = bump;
    log(TallyOpened {
        proposal: tally.proposal,
        tally: *tally.address(),
        index,
        reserved: [0; 7],
    });
    Ok(())
}
