//! Outcomes against fractions, and early decisions against every continuation.

use std::{vec, vec::Vec};

use num_bigint::BigInt;
use num_rational::BigRational;
use proptest::prelude::*;

use super::{ballot, cases, choices, terms};
use crate::governance::*;

/// A vote that counts.
pub(crate) type Vote = (Body, Ballot, u128);

fn share(weight: &BigInt, total: u128) -> BigRational {
    BigRational::new(weight.clone(), total.into())
}

fn bps(bps: u16) -> BigRational {
    BigRational::new(bps.into(), 10_000.into())
}

/// The outcome from votes one by one, in fractions of the weight at the snapshot.
pub(crate) fn exact_outcome(
    terms: &ConfigTerms,
    choices: Choices,
    [total, council_total]: [u128; 2],
    votes: &[Vote],
) -> Outcome {
    let sum = |body, which: &dyn Fn(Ballot) -> bool| {
        votes
            .iter()
            .filter(|vote| vote.0 == body && which(vote.1))
            .fold(BigInt::ZERO, |sum, vote| sum + vote.2)
    };
    let is_vetoed = |body, total, least: u16| {
        let veto = sum(body, &|ballot| ballot == Ballot::Veto);
        least > 0 && total > 0 && share(&veto, total) >= bps(least)
    };
    if is_vetoed(Body::Community, total, terms.community_veto_bps)
        || is_vetoed(Body::Council, council_total, terms.council_veto_bps)
    {
        return Outcome::Vetoed;
    }
    let cast = sum(Body::Community, &|_| true);
    if share(&cast, total) < bps(terms.quorum_bps) {
        return Outcome::Defeated;
    }
    let against = sum(Body::Community, &|ballot| {
        matches!(ballot, Ballot::No | Ballot::Veto)
    });
    let yes: Vec<BigInt> = (0..choices.options())
        .map(|option| {
            sum(
                Body::Community,
                &|ballot| matches!(ballot, Ballot::Yes(options) if options.has(option)),
            )
        })
        .collect();
    let passes =
        |weight: &BigInt| share(weight, total) >= bps(terms.threshold_bps) && *weight > against;
    let most = yes.iter().max().expect("at least one option");
    let alone = yes.iter().filter(|weight| *weight == most).count() == 1;
    let winners = yes
        .iter()
        .enumerate()
        .filter(|(_, weight)| passes(weight))
        .filter(|(_, weight)| choices.most() > 1 || alone && *weight == most)
        .fold(Options::NONE, |winners, (option, _)| winners.with(option));
    match winners {
        Options::NONE => Outcome::Defeated,
        winners => Outcome::Succeeded(winners),
    }
}

fn tally(votes: &[Vote]) -> Tally {
    votes.iter().fold(Tally::default(), |sum, vote| {
        sum.with(vote.0, vote.1, vote.2).unwrap()
    })
}

/// Ballots that a body can cast, and none.
fn possible(terms: &ConfigTerms, choices: Choices, body: Body) -> Vec<Option<Ballot>> {
    let mut all = vec![None];
    match body {
        Body::Community => {
            all.extend([Some(Ballot::No), Some(Ballot::Abstain)]);
            if terms.community_veto_bps > 0 {
                all.push(Some(Ballot::Veto));
            }
            let sets = (1..1u8 << choices.options()).map(Options::from_bits);
            let allowed = sets.filter(|options| options.count() <= choices.most());
            all.extend(allowed.map(|options| Some(Ballot::Yes(options))));
        }
        Body::Council if terms.council_veto_bps > 0 => {
            all.extend([Some(Ballot::Abstain), Some(Ballot::Veto)]);
        }
        Body::Council => {}
    }
    all
}

/// Every way in which those who have not voted may vote, or not.
fn continuations(
    terms: &ConfigTerms,
    choices: Choices,
    votes: &[Vote],
    silent: &[(Body, u128)],
) -> Vec<Vec<Vote>> {
    let mut all = vec![votes.to_vec()];
    for (body, weight) in silent {
        let ballots = possible(terms, choices, *body);
        all = all
            .iter()
            .flat_map(|votes| {
                ballots.iter().map(|ballot| {
                    let vote = ballot.map(|ballot| (*body, ballot, *weight));
                    votes.iter().copied().chain(vote).collect()
                })
            })
            .collect();
    }
    all
}

fn totals(voters: impl Iterator<Item = (Body, u128)>) -> [u128; 2] {
    voters.fold([0; 2], |mut sum, (body, weight)| {
        sum[usize::from(body == Body::Council)] += weight;
        sum
    })
}

/// Ballots reduced to ones that can be cast.
fn reduce(terms: &ConfigTerms, choices: Choices, body: Body, pick: usize) -> Option<Ballot> {
    let all = possible(terms, choices, body);
    all[pick % all.len()]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases(1_500)))]

    /// A vote is settled exactly if everything that can follow, tried one by one, ends alike.
    #[test]
    fn settled_is_what_nothing_can_change(
        terms in terms(),
        (options, most) in (1u8..4, 1u8..4),
        cast in proptest::collection::vec((0usize..64, 1u128..7, 0usize..7), 0..6),
        silent in proptest::collection::vec(1u128..7, 0..3),
        (council, silent_council) in (
            proptest::collection::vec((1u128..4, 0usize..3), 0..3),
            proptest::collection::vec(1u128..4, 0..2),
        ),
    ) {
        let choices = Choices::try_new(options, most.min(options)).unwrap();
        let mut votes: Vec<Vote> = Vec::new();
        let mut left: Vec<(Body, u128)> = Vec::new();
        // Votes lean to one option, or hardly anything would be settled.
        let of_community = cast.iter().map(|(pick, weight, lean)| {
            (Body::Community, *weight, if *lean > 3 { 3 + *pick % 2 } else { *pick })
        });
        let of_council = council.iter().map(|(weight, pick)| (Body::Council, *weight, *pick));
        for (body, weight, pick) in of_community.chain(of_council) {
            match reduce(&terms, choices, body, pick) {
                Some(ballot) => votes.push((body, ballot, weight)),
                None => left.push((body, weight)),
            }
        }
        left.truncate(2);
        left.extend(silent.iter().map(|weight| (Body::Community, *weight)));
        left.extend(silent_council.iter().map(|weight| (Body::Council, *weight)));
        let voters = votes.iter().map(|vote| (vote.0, vote.2)).chain(left.iter().copied());
        let totals = totals(voters);
        if totals[0] == 0 {
            // Nobody votes: there is no snapshot of that.
            return Ok(());
        }
        let measure = Measure::try_new(&terms, choices, totals[0], totals[1]).unwrap();
        let exact = exact_outcome(&terms, choices, totals, &votes);
        prop_assert_eq!(measure.outcome(&tally(&votes)), Ok(exact));
        let all = continuations(&terms, choices, &votes, &left);
        let alike = all.iter().all(|votes| measure.outcome(&tally(votes)) == Ok(exact));
        let settled = measure.settled(&tally(&votes)).unwrap();
        prop_assert_eq!(settled, alike.then_some(exact), "{} continuations", all.len());
    }
}

fn weight() -> impl Strategy<Value = u128> {
    prop_oneof![1u128..100, 1u128..1 << 80, 1u128..1 << 107]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases(4_000)))]

    /// Outcomes are those of fractions, whatever the weights; and what is settled stays so in
    /// continuations by weight that comes in any pieces.
    #[test]
    fn outcomes_are_exact(
        terms in terms(),
        choices in choices(),
        votes in proptest::collection::vec((any::<bool>(), ballot(), weight()), 0..10),
        silent in [prop_oneof![Just(0), weight()], prop_oneof![Just(0), weight()]],
        after in proptest::collection::vec((0usize..64, any::<u128>()), 0..6),
    ) {
        let votes: Vec<Vote> = votes
            .into_iter()
            .map(|(council, ballot, weight)| match (council, ballot) {
                (true, Ballot::Abstain | Ballot::Veto) => (Body::Council, ballot, weight),
                _ => (Body::Community, ballot, weight),
            })
            .collect();
        let [community, council] = totals(votes.iter().map(|vote| (vote.0, vote.2)));
        let totals = [(community + silent[0]).max(1), council + silent[1]];
        let measure = Measure::try_new(&terms, choices, totals[0], totals[1]).unwrap();
        let exact = exact_outcome(&terms, choices, totals, &votes);
        prop_assert_eq!(measure.outcome(&tally(&votes)), Ok(exact));
        if let Some(outcome) = measure.settled(&tally(&votes)).unwrap() {
            prop_assert_eq!(outcome, exact);
            let (mut votes, mut left) = (votes, silent);
            for (pick, part) in after {
                let (body, left) = match pick % 4 {
                    0 => (Body::Council, &mut left[1]),
                    _ => (Body::Community, &mut left[0]),
                };
                let Some(ballot) = reduce(&terms, choices, body, pick / 4) else { continue };
                let weight = if part % 3 == 0 { *left } else { part % (*left + 1) };
                *left -= weight;
                votes.push((body, ballot, weight));
                prop_assert_eq!(measure.outcome(&tally(&votes)), Ok(exact));
                prop_assert_eq!(exact_outcome(&terms, choices, totals, &votes), exact);
            }
        }
    }

    /// Exactly at a share, a weight is enough; one ten-thousandth of a unit less is not.
    #[test]
    fn a_share_is_reached_to_the_unit(total in weight(), least in 100u16..10_001) {
        let terms = ConfigTerms {
            quorum_bps: least,
            threshold_bps: least,
            community_veto_bps: 0,
            ..super::TERMS
        };
        let measure = Measure::try_new(&terms, Choices::ONE, total, 0).unwrap();
        let reached = measure.threshold();
        prop_assert_eq!(measure.quorum(), reached);
        prop_assert!(share(&reached.into(), total) >= bps(least));
        prop_assert!(share(&(reached - 1).into(), total) < bps(least));
        let first = Options::NONE.with(0);
        let votes = |weight| tally(&[(Body::Community, Ballot::Yes(first), weight)]);
        prop_assert_eq!(measure.outcome(&votes(reached)), Ok(Outcome::Succeeded(first)));
        prop_assert_eq!(measure.outcome(&votes(reached - 1)), Ok(Outcome::Defeated));
    }
}
