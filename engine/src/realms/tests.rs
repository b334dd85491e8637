use bytemuck::Zeroable as _;

use super::*;
use crate::{
    address,
    fixtures::{self, account_bytes},
};

fn update(address: Pubkey, slot: u64, data: &[u8]) -> AccountUpdate<'_> {
    fixtures::update(address, governance::ID, slot, data)
}

fn tally(proposal: &Pubkey, index: u8) -> (Pubkey, Vec<u8>) {
    let mut tally = TallyShard::zeroed();
    (tally.proposal, tally.index) = (*proposal, index);
    let (at, _) = address::tally_shard(proposal, index);
    (at, account_bytes(&tally))
}

fn vote(proposal: &Pubkey, position: &Pubkey, kind: u8) -> (Pubkey, Vec<u8>) {
    let mut vote = VoteRecord::zeroed();
    (vote.proposal, vote.position, vote.kind) = (*proposal, *position, kind);
    let (at, _) = address::vote_record(proposal, position);
    (at, account_bytes(&vote))
}

#[test]
fn parts_may_arrive_before_their_proposal() {
    let mut realms = Realms::new();
    let (realm, _) = address::realm(&Pubkey::new_unique(), 0);
    let (proposal, _) = address::proposal(&realm, &Pubkey::new_unique(), 7);
    for index in [1, 0] {
        let (at, bytes) = tally(&proposal, index);
        let applied = realms.apply(update(at, 3, &bytes));
        assert_eq!(applied, Ok(Applied::Part { proposal }));
    }
    for (option, index) in [(1, 0), (0, 1), (0, 0)] {
        let mut call = ProposedInstruction::zeroed();
        (call.proposal, call.option, call.index) = (proposal, option, index);
        let (at, _) = address::proposed_instruction(&proposal, option, index);
        let applied = realms.apply(update(at, 3, &account_bytes(&call)));
        assert_eq!(applied, Ok(Applied::Part { proposal }));
    }
    let mut text = Text::zeroed();
    text.proposal = proposal;
    let mut bytes = account_bytes(&text);
    bytes.extend(b"Title\nYes\n");
    let at = address::proposal_text(&proposal).0;
    realms.apply(update(at, 3, &bytes)).unwrap();
    assert!(realms.proposal(&proposal).is_none());
    let mut account = Proposal::zeroed();
    account.realm = realm;
    let applied = realms.apply(update(proposal, 4, &account_bytes(&account)));
    assert_eq!(applied, Ok(Applied::Proposal { realm }));
    assert_eq!(realms.proposals_of(&realm).count(), 1);
    let tallies = realms.tallies(&proposal);
    let indices: Vec<u8> = tallies.iter().map(|entry| entry.account.index).collect();
    assert_eq!(indices, [0, 1]);
    let calls = realms.calls(&proposal);
    let places: Vec<(u8, u8)> = calls
        .iter()
        .map(|entry| (entry.account.option, entry.account.index))
        .collect();
    assert_eq!(places, [(0, 0), (0, 1), (1, 0)]);
    assert!(realms.call(&proposal, 1, 0).is_some());
    assert!(realms.call(&proposal, 1, 1).is_none());
    let text = realms.text(&proposal).unwrap().account;
    assert_eq!(text.parts(1).unwrap().title, "Title");
}

#[test]
fn votes_are_found_by_proposal_and_by_position() {
    let [proposal, other, position] = [(); 3].map(|()| Pubkey::new_unique());
    let mut realms = Realms::new();
    for (of, kind) in [(proposal, 1), (other, 2)] {
        let (at, bytes) = vote(&of, &position, kind);
        let applied = realms.apply(update(at, 1, &bytes));
        let expected = Applied::Vote {
            proposal: of,
            position,
        };
        assert_eq!(applied, Ok(expected));
    }
    assert_eq!(realms.votes(&proposal).count(), 1);
    assert_eq!(realms.votes_of(&position).count(), 2);
    assert_eq!(realms.vote(&other, &position).unwrap().account.kind, 2);
    assert!(realms.vote(&position, &position).is_none());
}

#[test]
fn what_is_closed_does_not_come_back_by_an_older_state() {
    let [proposal, kept, gone] = [(); 3].map(|()| Pubkey::new_unique());
    let mut realms = Realms::new();
    let (vote_at, bytes) = vote(&proposal, &gone, 1);
    let (kept_at, kept_bytes) = vote(&proposal, &kept, 1);
    let (tally_at, tally_bytes) = tally(&proposal, 0);
    for (at, bytes) in [
        (vote_at, &bytes),
        (kept_at, &kept_bytes),
        (tally_at, &tally_bytes),
    ] {
        realms.apply(update(at, 5, bytes)).unwrap();
    }
    let closed = fixtures::update(vote_at, Pubkey::default(), 7, &[]);
    assert_eq!(realms.apply(closed), Ok(Applied::Closed));
    assert_eq!(realms.apply(update(vote_at, 6, &bytes)), Ok(Applied::Stale));
    assert!(realms.vote(&proposal, &gone).is_none());
    realms.retain(8, &[kept_at].into());
    assert!(realms.vote(&proposal, &kept).is_some());
    assert!(realms.tallies(&proposal).is_empty());
    // Opened again after it was closed.
    realms.apply(update(vote_at, 9, &bytes)).unwrap();
    assert!(realms.vote(&proposal, &gone).is_some());
}

#[test]
fn what_does_not_decode_changes_nothing() {
    let mut realms = Realms::new();
    let at = Pubkey::new_unique();
    for discriminator in [
        Realm::DISCRIMINATOR,
        Proposal::DISCRIMINATOR,
        Text::DISCRIMINATOR,
        ProposedInstruction::DISCRIMINATOR,
        TallyShard::DISCRIMINATOR,
        VoteRecord::DISCRIMINATOR,
    ] {
        let short = [discriminator, &[0; 9]].concat();
        assert!(realms.apply(update(at, 1, &short)).is_err());
    }
    assert_eq!(realms.proposals().count() + realms.realms().count(), 0);
}
