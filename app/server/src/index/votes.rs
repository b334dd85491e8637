//! Events of realms, as what is kept of them.

use sealane_sdk::{events::governance::GovernanceEvent, governance};
use solana_pubkey::Pubkey;

use super::{decode::Place, directory::Directory};
use crate::store::{Activity, Recorded};

/// The proposal that an event is about.
pub(super) fn proposal_of(event: &GovernanceEvent) -> Option<Pubkey> {
    Some(match event {
        GovernanceEvent::ProposalDrafted(drafted) => drafted.proposal,
        GovernanceEvent::TextWritten(written) => written.proposal,
        GovernanceEvent::InstructionAdded(added) => added.proposal,
        GovernanceEvent::InstructionWritten(written) => written.proposal,
        GovernanceEvent::InstructionRemoved(removed) => removed.proposal,
        GovernanceEvent::SignedOff(signed) => signed.proposal,
        GovernanceEvent::TallyOpened(opened) => opened.proposal,
        GovernanceEvent::VoteOpened(opened) => opened.proposal,
        GovernanceEvent::Voted(voted) => voted.proposal,
        GovernanceEvent::ProposalCancelled(cancelled) => cancelled.proposal,
        GovernanceEvent::TalliesSummed(summed) => summed.proposal,
        GovernanceEvent::ProposalDecided(decided) => decided.proposal,
        GovernanceEvent::InstructionExecuted(executed) => executed.proposal,
        GovernanceEvent::ProposalExpired(expired) => expired.proposal,
        GovernanceEvent::DepositPaid(paid) => paid.proposal,
        GovernanceEvent::AccountClosed(closed) => closed.proposal,
        _ => return None,
    })
}

/// Keeps what an event tells; its name, and the account that it is about.
pub(super) fn event(
    event: &GovernanceEvent,
    place: &Place<'_>,
    directory: &Directory,
    recorded: &mut Recorded,
) -> (&'static str, Pubkey) {
    let proposal = proposal_of(event);
    let known = proposal.and_then(|proposal| Some((proposal, directory.proposal(&proposal)?)));
    if let Some((proposal, (realm, author))) = known {
        let of_author = author_did(event).map(|kind| (author, kind));
        if let Some((owner, kind)) = voted(event).or(of_author) {
            recorded.activities.push(Activity {
                venue: Some(realm),
                account: Some(proposal),
                ..place.activity(owner, kind)
            });
        }
    } else if let Some(proposal) = proposal {
        // Nobody whose history it would be part of. The event itself is kept.
        tracing::error!(%proposal, signature = place.fetched.signature, "a proposal is unknown");
    }
    let realm = match event {
        GovernanceEvent::RealmCreated(created) => created.realm,
        GovernanceEvent::ConfigChanged(changed) => changed.realm,
        _ => Pubkey::default(),
    };
    (name(event), proposal.unwrap_or(realm))
}

/// Who has voted, and what.
fn voted(event: &GovernanceEvent) -> Option<(Pubkey, &'static str)> {
    let GovernanceEvent::Voted(voted) = event else {
        return None;
    };
    let kind = match voted.kind {
        1 => "vote_yes",
        2 => "vote_no",
        3 => "vote_abstain",
        4 => "vote_veto",
        _ => "withdraw_vote",
    };
    Some((voted.voter, kind))
}

/// What a proposal's author has done, or what came of the proposal.
fn author_did(event: &GovernanceEvent) -> Option<&'static str> {
    Some(match event {
        GovernanceEvent::ProposalDrafted(_) => "draft_proposal",
        GovernanceEvent::SignedOff(_) => "sign_off",
        GovernanceEvent::ProposalCancelled(_) => "cancel_proposal",
        GovernanceEvent::InstructionExecuted(executed) if executed.completed == 1 => {
            "proposal_executed"
        }
        GovernanceEvent::ProposalDecided(decided) => of_state(decided),
        _ => return None,
    })
}

/// States as the event numbers them.
fn of_state(decided: &governance::events::ProposalDecided) -> &'static str {
    match decided.state {
        5 => "proposal_defeated",
        6 => "proposal_vetoed",
        _ => "proposal_succeeded",
    }
}

fn name(event: &GovernanceEvent) -> &'static str {
    match event {
        GovernanceEvent::RealmCreated(_) => "RealmCreated",
        GovernanceEvent::ConfigChanged(_) => "ConfigChanged",
        GovernanceEvent::ProposalDrafted(_) => "ProposalDrafted",
        GovernanceEvent::TextWritten(_) => "TextWritten",
        GovernanceEvent::InstructionAdded(_) => "InstructionAdded",
        GovernanceEvent::InstructionWritten(_) => "InstructionWritten",
        GovernanceEvent::InstructionRemoved(_) => "InstructionRemoved",
        GovernanceEvent::SignedOff(_) => "SignedOff",
        GovernanceEvent::TallyOpened(_) => "TallyOpened",
        GovernanceEvent::VoteOpened(_) => "VoteOpened",
        GovernanceEvent::Voted(_) => "Voted",
        GovernanceEvent::ProposalCancelled(_) => "ProposalCancelled",
        GovernanceEvent::TalliesSummed(_) => "TalliesSummed",
        GovernanceEvent::ProposalDecided(_) => "ProposalDecided",
        GovernanceEvent::InstructionExecuted(_) => "InstructionExecuted",
        GovernanceEvent::ProposalExpired(_) => "ProposalExpired",
        GovernanceEvent::DepositPaid(_) => "DepositPaid",
        GovernanceEvent::AccountClosed(_) => "AccountClosed",
        _ => "Unknown",
    }
}
