use num_bigint::BigInt;
use num_rational::BigRational;
use proptest::prelude::*;

use super::*;
use crate::error::CoreError;

const CURVE: Curve = Curve::ConstantProduct;

/// An amount of any size above zero.
fn amount() -> impl Strategy<Value = u64> {
    (any::<u64>(), 0u32..64).prop_map(|(value, shift)| (value >> shift).max(1))
}

fn side() -> impl Strategy<Value = Side> {
    prop_oneof![Just(Side::Base), Just(Side::Quote)]
}

fn rational(numerator: u64, denominator: u64) -> BigRational {
    BigRational::new(numerator.into(), denominator.into())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(30_000))]

    #[test]
    fn output_is_the_floor_of_the_rational(
        side in side(), reserve_in in amount(), reserve_out in amount(), paid in amount(),
    ) {
        let out = CURVE.out_given_in(side, reserve_in, reserve_out, InAmount::new(paid));
        let Some(after) = reserve_in.checked_add(paid) else {
            prop_assert_eq!(out, Err(CoreError::ReserveLimit));
            return Ok(());
        };
        let exact = rational(reserve_out, 1) * rational(paid, after);
        prop_assert_eq!(BigInt::from(out.unwrap().get()), exact.floor().to_integer());
        prop_assert!(out.unwrap().get() < reserve_out);
    }

    #[test]
    fn input_is_the_ceiling_of_the_rational(
        side in side(), reserve_in in amount(), reserve_out in amount(), wanted in amount(),
    ) {
        let due = CURVE.in_given_out(side, reserve_in, reserve_out, OutAmount::new(wanted));
        if wanted >= reserve_out {
            prop_assert_eq!(due, Err(CoreError::InsufficientLiquidity));
            return Ok(());
        }
        let exact = (rational(reserve_in, 1) * rational(wanted, reserve_out - wanted)).ceil();
        if exact.to_integer() + reserve_in > BigInt::from(u64::MAX) {
            prop_assert_eq!(due, Err(CoreError::ReserveLimit));
            return Ok(());
        }
        prop_assert_eq!(BigInt::from(due.unwrap().get()), exact.to_integer());
    }

    /// What is asked for an output buys at least it, and one unit less would not.
    #[test]
    fn input_is_the_least_that_buys_the_output(
        side in side(), reserve_in in amount(), reserve_out in amount(), wanted in amount(),
    ) {
        let wanted = OutAmount::new(wanted % reserve_out);
        if wanted.is_zero() {
            return Ok(());
        }
        if let Ok(due) = CURVE.in_given_out(side, reserve_in, reserve_out, wanted) {
            let out = |paid| CURVE.out_given_in(side, reserve_in, reserve_out, InAmount::new(paid));
            prop_assert!(out(due.get()).unwrap() >= wanted);
            prop_assert!(out(due.get() - 1).unwrap() < wanted);
        }
    }

    #[test]
    fn invariant_never_decreases(
        side in side(), reserve_in in amount(), reserve_out in amount(), paid in amount(),
    ) {
        if let Ok(out) = CURVE.out_given_in(side, reserve_in, reserve_out, InAmount::new(paid)) {
            let before = Reserves::from_sides(side, reserve_in, reserve_out);
            let after = Reserves::from_sides(side, reserve_in + paid, reserve_out - out.get());
            prop_assert_eq!(CURVE.invariant_not_decreased(before, after), Ok(true));
        }
    }

    #[test]
    fn more_in_is_not_less_out(
        side in side(), reserve_in in amount(), reserve_out in amount(),
        paid in amount(), more in amount(),
    ) {
        let out = |paid| CURVE.out_given_in(side, reserve_in, reserve_out, InAmount::new(paid));
        if let Some(Ok(larger)) = paid.checked_add(more).map(out) {
            prop_assert!(larger >= out(paid).unwrap());
        }
    }

    #[test]
    fn spot_prices_are_the_floors_of_the_ratios(base in amount(), quote in amount()) {
        let prices = CURVE.spot_prices(Reserves::new(base, quote)).unwrap();
        prop_assert_eq!(prices.base.get(), (u128::from(quote) << 64) / u128::from(base));
        prop_assert_eq!(prices.quote.get(), (u128::from(base) << 64) / u128::from(quote));
        prop_assert_eq!(CURVE.spot_price(Reserves::new(base, quote)), Ok(prices.base));
    }

    #[test]
    fn inverse_of_a_price_is_the_floor(raw in any::<u128>(), shift in 0u32..128) {
        let raw = (raw >> shift).max(2);
        let exact = (BigInt::from(1) << 128) / raw;
        prop_assert_eq!(BigInt::from(PriceQ64::new(raw).inverse().get()), exact);
        let power = 1 << (raw % 127 + 1);
        prop_assert_eq!(PriceQ64::new(power).inverse().get(), u128::MAX / power + 1);
    }
}

#[test]
fn empty_reserves_are_refused() {
    let refused = CoreError::EmptyShard;
    for (reserve_in, reserve_out) in [(0, 0), (0, 5), (5, 0)] {
        let out = CURVE.out_given_in(Side::Base, reserve_in, reserve_out, InAmount::new(1));
        assert_eq!(out, Err(refused));
        let due = CURVE.in_given_out(Side::Base, reserve_in, reserve_out, OutAmount::new(1));
        assert_eq!(due, Err(refused));
        let price = CURVE.spot_price(Reserves::new(reserve_in, reserve_out));
        assert_eq!(price, Err(refused));
    }
}
