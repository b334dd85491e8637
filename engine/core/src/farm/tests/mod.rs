//! Schedules in fractions, shares, and what may be swept.

use num_bigint::BigInt;
use num_rational::BigRational;
use proptest::prelude::*;

use super::*;
use crate::stake::StakeError;

const SCHEDULE: Schedule = Schedule {
    funded: 1_000,
    allotted: 0,
    start: 100,
    end: 200,
};

fn rate(schedule: &Schedule, from: i64) -> BigRational {
    let seconds = schedule.end - schedule.start.max(from);
    BigRational::new(BigInt::from(schedule.left()), BigInt::from(seconds))
}

#[test]
fn a_period_gets_its_part_of_what_is_left() {
    let mut schedule = SCHEDULE;
    assert_eq!(schedule.allot(0, 100), Ok(0));
    assert_eq!(schedule.allot(100, 150), Ok(500));
    // A period in which nobody staked: its part is paid in those that follow.
    assert_eq!(schedule.part(150, 175), Ok(250));
    assert_eq!(schedule.allot(175, 190), Ok(300));
    assert_eq!(schedule.allot(190, 300), Ok(200));
    assert_eq!(schedule.left(), 0);
    assert_eq!(schedule.allot(300, 400), Ok(0));
}

#[test]
fn only_a_running_schedule_is_topped_up() {
    let mut schedule = SCHEDULE;
    schedule.top_up(1_000, 199).unwrap();
    assert_eq!(schedule.funded, 2_000);
    let refused = schedule.top_up(1, 200);
    assert_eq!(refused, Err(StakeError::InvalidSchedule));
    let refused = schedule.top_up(u64::MAX, 150);
    assert_eq!(refused, Err(StakeError::Overflow));
}

#[test]
fn an_extension_keeps_the_rate() {
    let mut schedule = SCHEDULE;
    let refused = schedule.extend(999, 300, 100, 120);
    assert_eq!(refused, Err(StakeError::RateWouldFall));
    assert_eq!(schedule, SCHEDULE);
    schedule.extend(1_000, 300, 100, 120).unwrap();
    assert_eq!((schedule.funded, schedule.end), (2_000, 300));
    for (end, now) in [(300, 120), (250, 120), (301, 301)] {
        let refused = schedule.extend(u64::MAX / 2, end, 100, now);
        assert_eq!(refused, Err(StakeError::InvalidSchedule));
    }
}

#[test]
fn what_has_ended_begins_again_now() {
    let mut schedule = SCHEDULE;
    schedule.allot(100, 150).unwrap();
    schedule.extend(100, 500, 200, 240).unwrap();
    assert_eq!((schedule.start, schedule.end), (240, 500));
    assert_eq!(schedule.part(200, 500), Ok(600));
}

#[test]
fn only_what_no_one_can_claim_is_swept() {
    let mut schedule = SCHEDULE;
    schedule.allot(100, 150).unwrap();
    let none = sweepable(&schedule, 0, 0, 0, 150);
    assert_eq!(none, Sweep::default());
    let some = sweepable(&schedule, 500, 420, 30, 150);
    assert_eq!((some.unclaimed, some.never_allotted), (50, 0));
    let claimed = sweepable(&schedule, 500, 510, 0, 150);
    assert_eq!(claimed, Sweep::default());
    let over = sweepable(&schedule, 500, 500, 0, 200);
    assert_eq!((over.unclaimed, over.never_allotted), (0, 500));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5_000))]

    /// However a schedule is cut into periods: never more than was funded, all of it by the end,
    /// and each part is the exact one, less than a unit.
    #[test]
    fn parts_add_up(
        funded in any::<u64>(),
        (start, length) in (0i64..1 << 40, 1i64..1 << 30),
        cuts in proptest::collection::vec((1i64..1 << 28, any::<bool>()), 0..60),
    ) {
        let mut schedule = Schedule { funded, allotted: 0, start, end: start + length };
        let mut from = start - (1 << 20);
        for (seconds, staked) in cuts {
            let to = from + seconds;
            let overlap = to.min(schedule.end) - from.max(start);
            if overlap > 0 {
                let exact = rate(&schedule, from) * BigRational::from_integer(overlap.into());
                let part = BigRational::from_integer(schedule.part(from, to).unwrap().into());
                prop_assert_eq!(exact.floor(), part);
            }
            if staked {
                schedule.allot(from, to).unwrap();
            }
            prop_assert!(schedule.allotted <= funded);
            from = to;
        }
        if from < schedule.end {
            schedule.allot(from, schedule.end).unwrap();
            prop_assert_eq!(schedule.allotted, funded);
        }
    }

    /// An extension that is allowed pays as much per second as before, or more.
    #[test]
    fn extensions_never_lower_the_rate(
        (funded, more) in (any::<u64>(), any::<u64>()),
        (length, longer) in (2i64..1 << 30, 1i64..1 << 30),
        now in 0i64..1 << 30,
    ) {
        let before = Schedule { funded, allotted: funded / 3, start: 0, end: length };
        let mut after = before;
        let from = now / 2;
        if now < length && after.extend(more, length + longer, from, now).is_ok() {
            prop_assert!(rate(&after, from) >= rate(&before, from));
        } else if now < length {
            prop_assert_eq!(after, before);
        }
    }

    /// Of totals of any size; also where the upper halves are alike, so that the first digit of the
    /// division is estimated worst.
    #[test]
    fn shares_are_rounded_down(
        (mine, others) in prop_oneof![
            (0u128..1 << 106, 0u128..1 << 106),
            (0u128..1 << 60, 0u128..1 << 66),
            (1u128..1 << 106, 0u128..1 << 64),
            (1u128..1 << 106, 0u128..4),
            (65u32..106, 0u128..3).prop_map(|(bits, others)| ((1u128 << bits) - 1, others)),
        ],
        reward in prop_oneof![any::<u64>(), u64::MAX - 9..=u64::MAX, 0u64..100],
    ) {
        let total = mine + others;
        prop_assume!(total > 0);
        let exact = BigInt::from(mine) * BigInt::from(reward) / BigInt::from(total);
        let part = Part::try_new(mine, total).unwrap();
        prop_assert_eq!(BigInt::from(part.of(reward)), exact);
        prop_assert_eq!(Part::try_new(total, total).unwrap().of(reward), reward);
        prop_assert_eq!(Part::try_new(total + 1, total), Err(StakeError::Overflow));
    }
}
