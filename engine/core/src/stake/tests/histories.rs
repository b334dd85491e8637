//! Random histories, and what must hold in all of them.

use proptest::prelude::*;

use super::world::{Event, World, event};
use crate::{farm::Part, stake::*};

/// Events of each history.
const LENGTH: usize = 120;

/// Histories so that there are as many events as `SEALANE_FARM_EVENTS` asks for.
fn histories() -> u32 {
    let events = std::env::var("SEALANE_FARM_EVENTS").map_or(60_000, |events| {
        events.parse().expect("SEALANE_FARM_EVENTS is a number")
    });
    (events as usize).div_ceil(LENGTH) as u32
}

fn terms() -> impl Strategy<Value = LockTerms> {
    prop_oneof![
        Just(LockTerms::NONE),
        (0u16..2_000, 1u8..20).prop_map(|(boost, most)| LockTerms::try_new(boost, most).unwrap()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(histories()))]

    /// Points are exact however they are sharded; what an epoch pays is at most what was funded;
    /// every share is the exact one less than a unit, and so is what stays behind of each.
    #[test]
    fn claims_are_exact_shares(
        seconds in 60u32..400,
        terms in terms(),
        (positions, shards) in (1usize..7, 1usize..5),
        events in proptest::collection::vec(event(), LENGTH),
    ) {
        let mut world = World::new(seconds, terms, positions, shards);
        for event in events {
            world.happen(event);
        }
        world.check_history();
        world.end();
    }
}

/// Two positions that are changed at the same times, and one that holds what both hold.
#[derive(Clone, Copy)]
struct Split {
    parts: [PositionStake; 2],
    whole: PositionStake,
}

impl Split {
    fn change(
        &mut self,
        amounts: [u64; 2],
        change: impl Fn(&mut PositionStake, u64) -> Result<StakeChange, StakeError>,
    ) {
        let mut after = *self;
        let mut refused = change(&mut after.whole, amounts[0] + amounts[1]).is_err();
        for (part, amount) in after.parts.iter_mut().zip(amounts) {
            refused |= change(part, amount).is_err();
        }
        if !refused {
            *self = after;
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(histories() / 4))]

    /// Whoever splits a stake over positions has the same points and weight, and earns no more.
    #[test]
    fn splitting_earns_no_more(
        terms in terms(),
        events in proptest::collection::vec((event(), 1u64..1 << 40), 1..80),
        (others, reward) in (0u128..1 << 90, any::<u64>()),
    ) {
        let epochs = Epochs::try_new(0, 100).unwrap();
        let mut now = 0;
        let mut split = Split { parts: [PositionStake::new(0); 2], whole: PositionStake::new(0) };
        for (event, other) in events {
            let at = epochs.moment(now).unwrap();
            match event {
                Event::Wait(seconds) => now += i64::from(seconds),
                Event::Stake(_, amount) => {
                    let amounts = [amount % (1 << 40) + 1, other];
                    split.change(amounts, |one, amount| one.add(&at, &terms, amount));
                }
                Event::Lock(_, left) => {
                    let until = at.epoch + u32::from(left % 20);
                    split.change([0; 2], |one, _| one.lock(&at, &terms, until));
                }
                Event::Unstake(..) => {
                    let amounts = split.parts.map(|part| part.stake().amount.div_ceil(2));
                    split.change(amounts, |one, amount| one.unstake(&at, &terms, amount, now));
                }
                _ => [&mut split.whole].into_iter().chain(&mut split.parts)
                    .for_each(|one| one.forfeit(at.epoch)),
            }
        }
        let present = epochs.moment(now).unwrap().epoch;
        for epoch in split.whole.claim_from..=present + 20 {
            let parts = split.parts.map(|part| part.points_in(epoch, &terms, 100));
            let whole = split.whole.points_in(epoch, &terms, 100);
            prop_assert_eq!(parts[0] + parts[1], whole);
            let total = whole + others;
            if total > 0 {
                let earned = parts.map(|points| Part::try_new(points, total).unwrap().of(reward));
                let held = Part::try_new(whole, total).unwrap().of(reward);
                prop_assert!(earned[0].checked_add(earned[1]).unwrap() <= held);
            }
            if epoch >= split.whole.history_from {
                let weight = |one: &PositionStake| one.weight_at(epoch, &terms).unwrap();
                let [first, second] = &split.parts;
                prop_assert_eq!(weight(first) + weight(second), weight(&split.whole));
            }
        }
    }
}
