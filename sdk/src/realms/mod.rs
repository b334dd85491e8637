//! Realms: where proposals are, how votes stand, and what somebody can vote with.
//!
//! Everything is computed from a cache that is fed accounts ([`Realms`]) by the program's own
//! arithmetic. Weights are ten-thousandths of a staked unit, times Unix seconds, deposits lamports.

mod error;
mod power;
mod view;

pub use error::RealmError;
pub use power::{VotingPosition, voting_power};
pub use sealane_engine::realms::*;
pub use view::{OptionView, ProposalView, RealmView, Standing, Times, proposal_view, realm_view};

use sealane_governance::state::{Proposal, Realm};
use solana_pubkey::Pubkey;

use crate::farms::Entry;

/// A realm that has to be cached.
pub(crate) fn known_realm<'a>(
    realms: &'a Realms,
    realm: &Pubkey,
) -> Result<Entry<'a, Realm>, RealmError> {
    let unknown = RealmError::UnknownRealm { realm: *realm };
    realms.realm(realm).ok_or(unknown)
}

/// A proposal that has to be cached.
pub(crate) fn known_proposal<'a>(
    realms: &'a Realms,
    proposal: &Pubkey,
) -> Result<Entry<'a, Proposal>, RealmError> {
    let unknown = RealmError::UnknownProposal {
        proposal: *proposal,
    };
    realms.proposal(proposal).ok_or(unknown)
}

#[cfg(test)]
mod tests;
