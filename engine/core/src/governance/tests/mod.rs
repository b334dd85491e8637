//! Votes, outcomes and states against models that count in big numbers, and what is refused.

mod edges;
mod histories;
mod known;
mod machine;
mod outcomes;
mod world;

use proptest::prelude::*;

use crate::governance::*;

/// Terms that tests change a part of.
pub(crate) const TERMS: ConfigTerms = ConfigTerms {
    deposit: 1_000_000,
    voting_seconds: 1_000,
    cool_off_seconds: 200,
    time_lock_seconds: 500,
    execution_seconds: 5_000,
    quorum_bps: 3_000,
    threshold_bps: 2_500,
    community_veto_bps: 3_000,
    council_veto_bps: 5_000,
    early: true,
};

/// Cases for each test, a multiple of which `SEALANE_GOVERNANCE_SCALE` asks for.
pub(crate) fn cases(usual: u32) -> u32 {
    let scale = std::env::var("SEALANE_GOVERNANCE_SCALE").map_or(1, |scale| {
        scale.parse().expect("SEALANE_GOVERNANCE_SCALE is a number")
    });
    usual * scale
}

pub(crate) fn ballot() -> impl Strategy<Value = Ballot> {
    prop_oneof![
        5 => (0u8..16).prop_map(|bits| Ballot::Yes(Options::from_bits(bits))),
        2 => Just(Ballot::No),
        1 => Just(Ballot::Abstain),
        1 => Just(Ballot::Veto),
    ]
}

pub(crate) fn choices() -> impl Strategy<Value = Choices> {
    (1u8..5, 1u8..5)
        .prop_map(|(options, most)| Choices::try_new(options, most.min(options)).unwrap())
}

/// Terms whose shares are round and odd, low and high.
pub(crate) fn terms() -> impl Strategy<Value = ConfigTerms> {
    let veto = || prop_oneof![Just(0u16), 1_000u16..10_001, Just(5_000u16)];
    let quorum = prop_oneof![Just(0u16), 0u16..10_001];
    let threshold = prop_oneof![100u16..10_001, 100u16..3_000, Just(5_000u16)];
    (quorum, threshold, veto(), veto(), 0u32..500).prop_map(
        |(quorum_bps, threshold_bps, community_veto_bps, council_veto_bps, cool_off)| ConfigTerms {
            quorum_bps,
            threshold_bps,
            community_veto_bps,
            council_veto_bps,
            cool_off_seconds: cool_off,
            ..TERMS
        },
    )
}
