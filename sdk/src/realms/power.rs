//! What somebody can vote with.

use sealane_core::governance::{Body, Voter};
use sealane_governance::state::{Proposal, VoteRecord};
use sealane_staking::state::Position;
use solana_pubkey::Pubkey;

use super::{RealmError, Realms, known_proposal};
use crate::farms::{Entry, Farms};

/// A position that a wallet can vote with on a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VotingPosition {
    /// The position.
    pub position: Pubkey,
    /// Whose it is.
    pub owner: Pubkey,
    /// Which body's stake pool it is in.
    pub body: Body,
    /// Whether the wallet owns it or is its delegate.
    pub voter: Voter,
    /// What it weighed at the snapshot: what its vote counts.
    pub weight: u128,
    /// The record of its vote, if there is one; it may hold no ballot.
    pub record: Option<VoteRecord>,
}

/// The positions that a wallet can vote with on a proposal that was signed off: its own, and those
/// of others that name it as their delegate, as far as they had weight at the snapshot. Heaviest
/// first.
///
/// # Errors
/// [`RealmError::UnknownProposal`]; [`RealmError::Refused`] for a draft, which has no snapshot.
pub fn voting_power(
    realms: &Realms,
    farms: &Farms,
    proposal: &Pubkey,
    wallet: &Pubkey,
) -> Result<Vec<VotingPosition>, RealmError> {
    let account = known_proposal(realms, proposal)?.account;
    let snapshot = account.rules().snapshot()?;
    let own = farms
        .positions_of(wallet)
        .map(|entry| (entry, Voter::Owner));
    let delegated = farms.delegated_to(wallet);
    // Who is the delegate of a position of their own votes as its owner.
    let delegated = delegated.filter(|entry| entry.account.owner != *wallet);
    let all = own.chain(delegated.map(|entry| (entry, Voter::Delegate)));
    let voting = all.filter_map(|(entry, voter)| {
        let body = body_of(account, &entry)?;
        let epoch = snapshot.of(body).epoch;
        // What its history does not tell any more, the program refuses.
        let weight = entry
            .account
            .stake()
            .weight_at(epoch, &account.terms(body))
            .ok()?;
        (weight > 0).then(|| VotingPosition {
            position: entry.address,
            owner: entry.account.owner,
            body,
            voter,
            weight,
            record: realms
                .vote(proposal, &entry.address)
                .map(|vote| *vote.account),
        })
    });
    let mut voting: Vec<VotingPosition> = voting.collect();
    voting.sort_by_key(|one| (std::cmp::Reverse(one.weight), one.position));
    Ok(voting)
}

/// The body that a position belongs to, if any.
fn body_of(proposal: &Proposal, position: &Entry<'_, Position>) -> Option<Body> {
    let farm = position.account.farm;
    if farm == proposal.community {
        Some(Body::Community)
    } else if farm == proposal.council {
        Some(Body::Council)
    } else {
        None
    }
}
