use num_bigint::BigInt;
use proptest::prelude::*;

use super::*;
use crate::error::CoreError;

const DAY: i64 = MIN_RAMP_SECONDS;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn moves_in_a_straight_line(
        initial in 1u32..=10_000,
        target in 1u32..=10_000,
        start in -1_000_000_000i64..4_000_000_000,
        duration in DAY..400 * DAY,
        part in 0u32..=1_000,
    ) {
        let end = start + duration;
        let ramp = AmplificationRamp::try_new(initial, target, start, end);
        if initial.max(target) > initial.min(target) * MAX_RAMP_FACTOR {
            prop_assert_eq!(ramp, Err(CoreError::InvalidRamp));
            return Ok(());
        }
        let ramp = ramp.unwrap();
        prop_assert_eq!(ramp.at(start - 1), u64::from(initial) * 100);
        prop_assert_eq!(ramp.at(start), u64::from(initial) * 100);
        prop_assert_eq!(ramp.at(end), u64::from(target) * 100);
        prop_assert_eq!(ramp.at(i64::MAX), u64::from(target) * 100);

        let elapsed = duration * i64::from(part) / 1_000;
        let way = BigInt::from(initial.abs_diff(target)) * 100 * elapsed / duration;
        let way = i64::try_from(way).unwrap();
        let expected = i64::from(initial) * 100 + if target > initial { way } else { -way };
        prop_assert_eq!(ramp.at(start + elapsed), expected as u64);
    }

    /// Starting a new ramp, or stopping one, does not move the amplification.
    #[test]
    fn changes_without_a_jump(
        initial in 100u32..=1_000,
        target in 100u32..=1_000,
        next in 100u32..=1_000,
        now in 0..2 * DAY,
    ) {
        let ramp = AmplificationRamp::try_new(initial, target, 0, DAY).unwrap();
        let stopped = ramp.stopped(now);
        prop_assert_eq!(stopped.at(now), ramp.at(now));
        prop_assert_eq!(stopped.at(now + 10 * DAY), ramp.at(now));
        let retargeted = ramp.retarget(next, now, now + DAY).unwrap();
        prop_assert_eq!(retargeted.at(now), ramp.at(now));
        prop_assert_eq!(retargeted.at(now + DAY), u64::from(next) * 100);
    }
}

#[test]
fn bounds_are_enforced() {
    for amplification in [0, 10_001, u32::MAX] {
        assert_eq!(
            AmplificationRamp::constant(amplification),
            Err(CoreError::InvalidAmplification)
        );
        assert_eq!(
            AmplificationRamp::try_new(100, amplification, 0, DAY),
            Err(CoreError::InvalidAmplification)
        );
    }
    let refused = Err(CoreError::InvalidRamp);
    assert_eq!(AmplificationRamp::try_new(100, 1_001, 0, DAY), refused);
    assert_eq!(AmplificationRamp::try_new(1_001, 100, 0, DAY), refused);
    assert_eq!(AmplificationRamp::try_new(100, 200, 0, DAY - 1), refused);
    assert_eq!(AmplificationRamp::try_new(100, 200, DAY, 0), refused);
    assert_eq!(
        AmplificationRamp::try_new(100, 200, i64::MIN, i64::MAX),
        refused
    );
    let longest = AmplificationRamp::try_new(100, 200, i64::MIN / 2, i64::MAX / 2).unwrap();
    assert_eq!(longest.at(-1), 14_999);
    let constant = AmplificationRamp::constant(85).unwrap();
    assert_eq!(constant.at(i64::MIN), 8_500);
    assert_eq!(constant.at(i64::MAX), 8_500);
}
