//! `draft`: begins a proposal.

use anchor_lang::prelude::*;
use sealane_core::governance::{Choices, Proposal as Rules};
use sealane_onchain::{
    Loaded,
    derived::{create_loaded, pay},
    events::log,
};

use super::refused;
use crate::{
    errors::GovernanceError,
    events::ProposalDrafted,
    state::{PROPOSAL_SEED, Proposal, Realm, TEXT_SEED, Text},
};

/// Accounts of `draft`.
#[derive(Accounts)]
pub struct Draft {
    /// Writes the proposal, pays rent and deposit, and gets them back.
    #[account(mut)]
    pub author: Signer,
    /// The realm; read only.
    pub realm: Loaded<Realm>,
    /// The new proposal, at its derived address.
    #[account(mut)]
    pub proposal: UncheckedAccount,
    /// Its text, likewise.
    #[account(mut)]
    pub text: UncheckedAccount,
    /// Creates the accounts.
    pub system_program: Program<System>,
}

/// Handler of `draft`.
#[inline(never)]
pub(crate) fn handle(
    ctx: &mut Context<Draft>,
    id: u32,
    options: u8,
    most_choices: u8,
    shards: u8,
) -> Result<()> {
    let accounts = &ctx.accounts;
    let (author, realm) = (&accounts.author, &accounts.realm);
    let choices = Choices::try_new(options, most_choices).map_err(refused)?;
    let rules = Rules::draft(realm.config.get(), choices, shards).map_err(refused)?;
    let (mut created, bump) = create_loaded::<Proposal>(
        author.account(),
        accounts.proposal.account(),
        &[
            PROPOSAL_SEED,
            realm.address().as_ref(),
            author.address().as_ref(),
            &id.to_le_bytes(),
        ],
    )
    .map_err(GovernanceError::from)?;
    let address = *created.address();
    let proposal: &mut Proposal = &mut created;
    *proposal.rules_mut() = rules;
    proposal.realm = *realm.address();
    proposal.author = *author.address();
    proposal.treasury = realm.treasury;
    proposal.treasury_bump = realm.treasury_bump;
    proposal.community = realm.community;
    proposal.council = realm.council;
    proposal.community_lock_boost = realm.community_lock_boost;
    proposal.council_lock_boost = realm.council_lock_boost;
    proposal.community_lock_max_epochs = realm.community_lock_max_epochs;
    proposal.council_lock_max_epochs = realm.council_lock_max_epochs;
    proposal.id = id;
    proposal.bump = bump;
    let event = ProposalDrafted {
        proposal: address,
        realm: proposal.realm,
        author: proposal.author,
        deposit: proposal.deposit,
        id,
        options,
        most_choices,
        shards,
        reserved: 0,
    };
    pay(author.account(), accounts.proposal.account(), event.deposit);

    let (mut text, bump) = create_loaded::<Text>(
        author.account(),
        accounts.text.account(),
        &[TEXT_SEED, address.as_ref()],
    )
    .map_err(GovernanceError::from)?;
    text.proposal = address;
    text.bump = bump;
    log(event);
    Ok(())
}
