//! Random histories of votes, and what must hold in all of them.

use proptest::prelude::*;

use super::{
    cases, choices,
    outcomes::exact_outcome,
    terms,
    world::{Event, World, event, staked},
};
use crate::governance::*;

/// Events of each history.
const LENGTH: usize = 100;

/// How a proposal ends after a continuation by those who have not voted.
fn continued(world: &World, events: &[Event]) -> Outcome {
    let mut world = world.clone();
    for event in events {
        // Votes that were cast stand.
        if matches!(event, Event::Wait(_) | Event::Cast(..)) {
            world.happen(*event);
        }
    }
    world.close();
    world.finalize(0, false)
}

/// Those who have not voted, all with one ballot.
fn unanimous(ballot: Ballot) -> [Event; 64] {
    core::array::from_fn(|who| Event::Cast(who, Voter::Owner, ballot, 0))
}

fn check_early(world: &World, events: &[Event], terms: &ConfigTerms) -> bool {
    let mut early = world.proposal;
    let decided = early.decide_early(world.now, &world.tallies);
    if let Err(error) = decided {
        let closed = world.now >= world.proposal.closes_at();
        let expected = if closed {
            GovernanceError::VotingClosed
        } else {
            GovernanceError::NotSettled
        };
        assert_eq!(error, expected);
        assert_eq!(early.state(world.now), world.proposal.state(world.now));
        return false;
    }
    let outcome = decided.unwrap();
    let exact = exact_outcome(terms, world.choices, world.totals(), &world.votes());
    assert_eq!(outcome, exact);
    world.check_sum(early.sum());
    assert!(early.poll(world.now).is_err(), "decided, and still open");
    assert_eq!(continued(world, events), outcome);
    let options = (0..world.choices.options()).map(|one| Ballot::Yes(Options::NONE.with(one)));
    for ballot in options.chain([Ballot::No, Ballot::Abstain, Ballot::Veto]) {
        assert_eq!(continued(world, &unanimous(ballot)), outcome, "{ballot:?}");
    }
    true
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases(400)))]

    /// However votes are sharded, changed, withdrawn and summed: the tally is the sum of the votes
    /// that count, each with its weight at the snapshot; the outcome is the exact one; and an early
    /// decision is what it would have been after any continuation.
    #[test]
    fn tallies_are_sums_of_votes(
        terms in terms(),
        choices in choices(),
        shards in 1u8..6,
        staked in proptest::collection::vec(staked(), 1..12),
        events in proptest::collection::vec(event(), LENGTH),
        (first, backwards) in (0usize..8, any::<bool>()),
    ) {
        let Some(mut world) = World::new(terms, choices, shards, &staked) else {
            return Ok(());
        };
        let mut checked = false;
        for (at, event) in events.iter().enumerate() {
            world.happen(*event);
            if !checked {
                checked = check_early(&world, &events[at + 1..], &terms);
            }
        }
        let exact = exact_outcome(&terms, choices, world.totals(), &world.votes());
        world.close();
        let mut other = world.clone();
        prop_assert_eq!(world.finalize(first, backwards), exact);
        prop_assert_eq!(other.finalize(first + 1, !backwards), exact);
        prop_assert_eq!(world.proposal.sum(), other.proposal.sum());
        world.check_sum(world.proposal.sum());
    }
}
