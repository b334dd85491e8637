use num_bigint::BigUint;
use proptest::prelude::*;

use super::*;

/// Fees over the whole range that `try_new` accepts, sloped and flat, often at its edges.
pub(crate) fn any_fee() -> impl Strategy<Value = BoundedRatioFee> {
    prop_oneof![
        4 => sloped_fee(),
        1 => (0..=MAX_FEE.get()).prop_map(|rate| BoundedRatioFee::flat(FeeRate(rate)).unwrap()),
        1 => Just(BoundedRatioFee::DEFAULT),
    ]
}

pub(crate) fn sloped_fee() -> impl Strategy<Value = BoundedRatioFee> {
    (0..MAX_FEE.get(), 0..MAX_FEE.get(), any::<u32>(), 0u8..4).prop_map(|(a, b, slope, kind)| {
        let (min, max) = (a.min(b), a.max(b) + 1);
        let least = PIPS + 3 * (max - min) - max;
        let slope = match kind {
            0 => least,
            1 => MAX_SLOPE,
            _ => least + slope % (MAX_SLOPE - least + 1),
        };
        BoundedRatioFee::try_new(FeeRate(min), FeeRate(max), slope).unwrap()
    })
}

/// A reserve of any size and an output below it, of any size.
pub(crate) fn reserve_and_part() -> impl Strategy<Value = (u64, u64)> {
    (any::<u64>(), 0u32..63, any::<u64>(), 0u32..64).prop_map(|(reserve, a, part, b)| {
        let reserve = (reserve >> a).max(2);
        (reserve, (part >> b) % reserve)
    })
}

fn fee_reference(fee: &BoundedRatioFee, gross: u64, reserve: u64) -> BigUint {
    let gross = BigUint::from(gross);
    let square = &gross * &gross / reserve;
    let low = &gross * fee.min().get();
    let (full, discount) = (&gross * fee.max().get(), square * fee.slope());
    let high = if full > discount {
        full - discount
    } else {
        BigUint::ZERO
    };
    (low.max(high) + (PIPS - 1)) / PIPS
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(50_000))]

    #[test]
    fn fee_is_the_formula((reserve, gross) in reserve_and_part(), fee in any_fee()) {
        let (net, taken) = fee.net_of(OutAmount::new(gross), reserve).unwrap();
        prop_assert_eq!(BigUint::from(taken.get()), fee_reference(&fee, gross, reserve));
        prop_assert_eq!(net.get() + taken.get(), gross);
    }

    #[test]
    fn fee_lies_between_its_bounds((reserve, gross) in reserve_and_part(), fee in any_fee()) {
        let (_, taken) = fee.net_of(OutAmount::new(gross), reserve).unwrap();
        let at = |rate: FeeRate| (u128::from(gross) * u128::from(rate.get())).div_ceil(PIPS.into());
        prop_assert!(u128::from(taken.get()) >= at(fee.min()));
        prop_assert!(u128::from(taken.get()) <= at(fee.max()));
    }

    /// One more unit from the curve never leaves the trader with less.
    #[test]
    fn net_never_falls((reserve, gross) in reserve_and_part(), fee in any_fee()) {
        let gross = gross.min(reserve - 2);
        let net = |gross| fee.net_of(OutAmount::new(gross), reserve).unwrap().0;
        prop_assert!(net(gross + 1) >= net(gross));
    }

    /// The inverse is exact: enough is left, and with one unit less it would not be.
    #[test]
    fn gross_is_the_smallest((reserve, wanted) in reserve_and_part(), fee in any_fee()) {
        let net = |gross| fee.net_of(OutAmount::new(gross), reserve).unwrap().0.get();
        match fee.gross_for(OutAmount::new(wanted), reserve) {
            Ok(gross) => {
                let gross = gross.get();
                prop_assert!(net(gross) >= wanted);
                prop_assert!(gross == 0 || net(gross - 1) < wanted);
            }
            Err(error) => {
                prop_assert_eq!(error, CoreError::InsufficientLiquidity);
                prop_assert!(net(reserve - 1) < wanted);
            }
        }
    }

    /// The same around c, where the two solutions meet.
    #[test]
    fn gross_is_the_smallest_around_the_bound(
        (reserve, _) in reserve_and_part(),
        fee in sloped_fee(),
        wobble in -1000i64..1000,
        fine in -100i64..100,
    ) {
        let c = u128::from(reserve) * u128::from(fee.max().get() - fee.min().get())
            / u128::from(fee.slope());
        let c = c as u64;
        let wanted = c.saturating_add_signed(c as i64 / 10_000 * wobble)
            .saturating_add_signed(fine)
            .min(reserve - 1);
        let net = |gross| fee.net_of(OutAmount::new(gross), reserve).unwrap().0.get();
        match fee.gross_for(OutAmount::new(wanted), reserve) {
            Ok(gross) => {
                let gross = gross.get();
                prop_assert!(net(gross) >= wanted);
                prop_assert!(gross == 0 || net(gross - 1) < wanted);
            }
            Err(error) => {
                prop_assert_eq!(error, CoreError::InsufficientLiquidity);
                prop_assert!(net(reserve - 1) < wanted);
            }
        }
    }

    #[test]
    fn try_new_accepts_exactly_the_condition(
        min in 0u32..=110_000,
        max in 0u32..=110_000,
        slope in 0u32..=5_200_000,
    ) {
        let accepted = BoundedRatioFee::try_new(FeeRate(min), FeeRate(max), slope).is_ok();
        let bounded = max <= MAX_FEE.get() && slope <= MAX_SLOPE;
        let expected = bounded
            && ((min == max && slope == 0)
                || (min < max
                    && i64::from(slope) - 3 * i64::from(max - min)
                        >= i64::from(PIPS) - i64::from(max)));
        prop_assert_eq!(accepted, expected);
    }

    #[test]
    fn protocol_part_is_the_floor(fee in any::<u64>(), share in 0..=BPS) {
        let part = protocol_part(OutAmount::new(fee), Bps(share)).get();
        prop_assert_eq!(u128::from(part), u128::from(fee) * u128::from(share) / u128::from(BPS));
    }
}

#[test]
fn default_is_accepted() {
    let fee = BoundedRatioFee::DEFAULT;
    assert_eq!(
        BoundedRatioFee::try_new(fee.min(), fee.max(), fee.slope()),
        Ok(fee)
    );
}

#[test]
fn outputs_not_below_the_reserve_are_refused() {
    let fee = BoundedRatioFee::DEFAULT;
    for amount in [1_000, 1_001, u64::MAX] {
        let amount = OutAmount::new(amount);
        let refused = Err(CoreError::InsufficientLiquidity);
        assert_eq!(fee.net_of(amount, 1_000).map(|_| ()), refused);
        assert_eq!(fee.gross_for(amount, 1_000).map(|_| ()), refused);
    }
}
