//! What SPL Governance decides, by the cases of its own tests: votes of 100 for and against with a
//! threshold in percent of the supply, what they tip to, and what they are finalized as
//! (`vote_casting_test_cases` in `state/proposal.rs` of the solana-program-library repository,
//! `governance/program`).

use crate::governance::*;

use super::TERMS;

const WON: Outcome = Outcome::Succeeded(Options::from_bits(1));
const LOST: Outcome = Outcome::Defeated;

/// Threshold, yes, no, tipped to, finalized as.
const CASES: [(u16, u128, u128, Option<Outcome>, Outcome); 15] = [
    (40, 40, 55, Some(LOST), LOST),
    (50, 50, 10, None, WON),
    (50, 10, 50, Some(LOST), LOST),
    (50, 50, 50, Some(LOST), LOST),
    (50, 51, 10, Some(WON), WON),
    (50, 10, 51, Some(LOST), LOST),
    (60, 10, 10, None, LOST),
    (60, 55, 10, None, LOST),
    (60, 60, 10, Some(WON), WON),
    (60, 61, 10, Some(WON), WON),
    (60, 10, 40, None, LOST),
    (60, 60, 40, Some(WON), WON),
    (60, 10, 41, Some(LOST), LOST),
    (100, 100, 0, Some(WON), WON),
    (100, 0, 100, Some(LOST), LOST),
];

/// Without a quorum and vetoes, which those cases do not have.
fn measure(percent: u16, total: u128) -> Measure {
    let terms = ConfigTerms {
        quorum_bps: 0,
        threshold_bps: percent * 100,
        community_veto_bps: 0,
        council_veto_bps: 0,
        ..TERMS
    };
    Measure::try_new(&terms, Choices::ONE, total, 0).unwrap()
}

fn tally(yes: u128, no: u128) -> Tally {
    let first = Ballot::Yes(Options::NONE.with(0));
    let sum = Tally::default().with(Body::Community, first, yes);
    sum.and_then(|sum| sum.with(Body::Community, Ballot::No, no))
        .unwrap()
}

#[test]
fn tips_and_finalizes_as_spl_governance() {
    for (percent, yes, no, tipped, finalized) in CASES {
        let (measure, tally) = (measure(percent, 100), tally(yes, no));
        let case = std::format!("{yes}:{no} at {percent}%");
        assert_eq!(measure.outcome(&tally), Ok(finalized), "{case}");
        assert_eq!(measure.settled(&tally), Ok(tipped), "{case}");
    }
}

/// The share in percent of the supply, plus one where that leaves a remainder.
#[test]
fn rounds_the_threshold_as_spl_governance() {
    for percent in 1..=100u16 {
        for total in (1..400).chain([999_983, (1 << 64) - 1]) {
            let share = u128::from(percent) * total / 100;
            let whole = share * 100 == u128::from(percent) * total;
            let expected = if whole { share } else { share + 1 };
            assert_eq!(measure(percent, total).threshold(), expected);
        }
    }
}
