//! The stable swap against exact arithmetic.

use num_bigint::BigInt;
use proptest::prelude::*;

use super::{
    real_d::{real_d, units},
    *,
};
use crate::error::CoreError;

/// A case at equal decimals.
#[derive(Clone, Copy, Debug)]
struct Case {
    curve: StableSwap,
    side_in: Side,
    reserve_in: u64,
    reserve_out: u64,
    amount_in: InAmount,
}

impl Case {
    fn out(&self) -> Result<OutAmount, CoreError> {
        self.curve.out_given_in(
            self.side_in,
            self.reserve_in,
            self.reserve_out,
            self.amount_in,
        )
    }

    fn reserves(&self) -> Reserves {
        Reserves::from_sides(self.side_in, self.reserve_in, self.reserve_out)
    }
}

fn side() -> impl Strategy<Value = Side> {
    prop_oneof![Just(Side::Base), Just(Side::Quote)]
}

/// Small amplifications as often as large ones.
fn amplification() -> impl Strategy<Value = u64> {
    prop_oneof![100u64..=2_000, 100u64..=1_000_000]
}

fn reserve() -> impl Strategy<Value = u64> {
    (any::<u64>(), 2u32..63).prop_map(|(value, shift)| (value >> shift).max(1))
}

/// Reserves and amounts of any size, so mostly very uneven.
fn any_case() -> impl Strategy<Value = Case> {
    (amplification(), side(), reserve(), reserve(), reserve()).prop_map(
        |(amplification, side_in, reserve_in, reserve_out, amount)| Case {
            curve: StableSwap::try_new(amplification, 1, 1).unwrap(),
            side_in,
            reserve_in,
            reserve_out,
            amount_in: InAmount::new(amount),
        },
    )
}

/// Reserves up to a factor of `uneven` apart, trades up to the whole reserve.
fn pool_case(uneven: u64) -> impl Strategy<Value = Case> {
    (
        amplification(),
        side(),
        (any::<u64>(), 14u32..54),
        1..=uneven,
        any::<bool>(),
        (any::<u64>(), 0u32..60),
    )
        .prop_map(
            move |(amplification, side_in, (value, shift), factor, more_in, (amount, small))| {
                let larger = value >> shift;
                let smaller = larger / factor + 2;
                let (reserve_in, reserve_out) = if more_in {
                    (larger.max(1), smaller)
                } else {
                    (smaller, larger.max(1))
                };
                Case {
                    curve: StableSwap::try_new(amplification, 1, 1).unwrap(),
                    side_in,
                    reserve_in,
                    reserve_out,
                    amount_in: InAmount::new(((amount >> small) % reserve_in).max(1)),
                }
            },
        )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5_000))]

    /// D is within two units of the real one while the reserves are within a factor of 100.
    #[test]
    fn d_is_the_real_d(case in pool_case(100)) {
        let (x, y) = (case.reserve_in, case.reserve_out);
        let d = BigInt::from(case.curve.invariant(x, y).unwrap().d) << 64;
        let real = real_d(&case.curve, x, y);
        prop_assert!(d >= &real - units(2) && d <= real + units(2));
    }

    /// However uneven the reserves: D exists, and a trade has a result unless a reserve would
    /// exceed the limit.
    #[test]
    fn never_gets_stuck(case in any_case()) {
        let d = case.curve.liquidity(case.reserves()).unwrap();
        prop_assert!(d > 0);
        prop_assert!(case.curve.spot_price(case.reserves()).is_ok());
        match case.out() {
            Ok(out) => prop_assert!(out.get() < case.reserve_out),
            Err(error) => {
                prop_assert_eq!(error, CoreError::ReserveLimit);
                prop_assert!(case.reserve_in + case.amount_in.get() > MAX_SCALED_RESERVE);
            }
        }
    }

    /// Where the published iteration runs in circles, D is the real one rounded up, and a trade
    /// never lowers it.
    #[test]
    fn exact_where_the_published_iteration_fails(
        amplification in amplification(),
        large in 1u64 << 50..1 << 61,
        small in 1u64..2_000,
        amount in 1u64..10_000,
    ) {
        let curve = StableSwap::try_new(amplification, 1, 1).unwrap();
        let invariant = curve.invariant(large, small).unwrap();
        if curve.published_d(large, small).is_ok() {
            return Ok(());
        }
        let real = real_d(&curve, large, small);
        let d = BigInt::from(invariant.d) << 64;
        prop_assert!(d > real && d <= &real + units(1));

        let out = curve.out_given_in(Side::Quote, small, large, InAmount::new(amount)).unwrap();
        let after = real_d(&curve, large - out.get(), small + amount);
        prop_assert!(after >= real);
    }

    /// A trade that pays a fee of at least one unit lowers the real D by less than one unit.
    #[test]
    fn loses_less_than_a_unit_of_d(case in pool_case(1_000)) {
        if let Ok(out) = case.out() {
            let fee = out.get().div_ceil(1_000_000);
            let before = real_d(&case.curve, case.reserve_in, case.reserve_out);
            let after = real_d(
                &case.curve,
                case.reserve_in + case.amount_in.get(),
                case.reserve_out - (out.get() - fee),
            );
            prop_assert!(after > before - units(1));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100_000))]

    /// There and back never pays once each trade costs the smallest fee there is.
    #[test]
    fn round_trips_never_pay(case in prop_oneof![any_case(), pool_case(1_000)]) {
        let Ok(out) = case.out() else { return Ok(()) };
        let net = |gross: u64| gross - gross.div_ceil(1_000_000);
        // A trade that pays nothing is refused.
        let received = net(out.get());
        if received == 0 {
            return Ok(());
        }
        let back = case.curve.out_given_in(
            case.side_in.opposite(),
            case.reserve_out - received,
            case.reserve_in + case.amount_in.get(),
            InAmount::new(received),
        );
        prop_assert!(net(back.unwrap().get()) <= case.amount_in.get());
    }

    #[test]
    fn more_in_is_not_less_out(case in any_case(), more in reserve()) {
        let larger = Case {
            amount_in: InAmount::new(case.amount_in.get() + more),
            ..case
        };
        if let (Ok(less), Ok(more)) = (case.out(), larger.out()) {
            prop_assert!(more >= less);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    /// Exact out undoes exact in within one unit: what is asked for an output buys that output, or
    /// one unit more of it.
    #[test]
    fn exact_out_undoes_exact_in(case in pool_case(100)) {
        let Ok(out) = case.out() else { return Ok(()) };
        if out.is_zero() || out.get() + 1 == case.reserve_out {
            return Ok(());
        }
        let due = case
            .curve
            .in_given_out(case.side_in, case.reserve_in, case.reserve_out, out)
            .unwrap();
        let again = Case { amount_in: due, ..case }.out().unwrap();
        prop_assert!(again >= out && again.get() <= out.get() + 1);
    }

    /// Decimals are brought together and apart again with rounding for the pool.
    #[test]
    fn scales_round_for_the_pool(case in pool_case(4), exponent in 0u32..4, base_coarser: bool) {
        let scale = 10u64.pow(exponent);
        let (base_scale, quote_scale) = if base_coarser { (scale, 1) } else { (1, scale) };
        let scaled = StableSwap { base_scale, quote_scale, ..case.curve };
        let (scale_in, scale_out) = match case.side_in {
            Side::Base => (base_scale, quote_scale),
            Side::Quote => (quote_scale, base_scale),
        };
        let coarse = scaled.out_given_in(
            case.side_in, case.reserve_in, case.reserve_out, case.amount_in,
        ).unwrap();
        let fine = case.curve.out_given_in(
            case.side_in,
            case.reserve_in * scale_in,
            case.reserve_out * scale_out,
            InAmount::new(case.amount_in.get() * scale_in),
        ).unwrap();
        prop_assert_eq!(coarse.get(), fine.get() / scale_out);
        let all_but_one = coarse.get() * scale_out + 1 == case.reserve_out * scale_out;
        if !coarse.is_zero() && !all_but_one {
            let due = scaled.in_given_out(
                case.side_in, case.reserve_in, case.reserve_out, coarse,
            ).unwrap();
            let again = scaled.out_given_in(
                case.side_in, case.reserve_in, case.reserve_out, due,
            ).unwrap();
            prop_assert!(again >= coarse);
        }
    }

    /// The marginal price lies between what a small trade gets in one direction and what it gets
    /// in the other.
    #[test]
    fn spot_price_lies_between_both_directions(
        amplification in amplification(),
        base in 1u64 << 40..1 << 50,
        factor in 1u64..20,
    ) {
        let curve = StableSwap::try_new(amplification, 1, 1).unwrap();
        let quote = base / factor + 1;
        let price = curve.spot_price(Reserves::new(base, quote)).unwrap().get();
        let small = quote >> 16;
        // Selling base gets at most the price; buying base costs at least the price. D is an
        // integer, which moves outputs by up to two units.
        let sold = curve.out_given_in(Side::Base, base, quote, InAmount::new(small)).unwrap();
        prop_assert!((u128::from(sold.get().saturating_sub(2)) << 64) / u128::from(small) <= price);
        let due = curve.in_given_out(Side::Quote, quote, base, OutAmount::new(small)).unwrap();
        prop_assert!((u128::from(due.get() + 2) << 64) / u128::from(small) >= price);
    }
}

#[test]
fn balanced_reserves_have_price_one() {
    let curve = StableSwap::try_new(10_000, 1, 1).unwrap();
    let price = curve.spot_price(Reserves::new(1 << 40, 1 << 40));
    assert_eq!(price, Ok(PriceQ64::ONE));
    // Equal values at different decimals: 1000 units of quote for one of base.
    let curve = StableSwap::try_new(10_000, 1_000, 1).unwrap();
    let price = curve.spot_price(Reserves::new(1_000_000, 1_000_000_000));
    assert_eq!(price, Ok(PriceQ64::new(1_000 << 64)));
}

#[test]
fn parameters_are_checked() {
    let amplification = |a| StableSwap::try_new(a, 1, 1).map(|_| ());
    assert_eq!(amplification(99), Err(CoreError::InvalidAmplification));
    assert_eq!(amplification(100), Ok(()));
    assert_eq!(amplification(1_000_000), Ok(()));
    assert_eq!(
        amplification(1_000_001),
        Err(CoreError::InvalidAmplification)
    );
    let scales = |base, quote| StableSwap::try_new(100, base, quote).map(|_| ());
    assert_eq!(scales(1_000_000_000_000, 1), Ok(()));
    for (base, quote) in [(0, 1), (1, 0), (10, 10), (2, 1), (1, 10_000_000_000_000)] {
        assert_eq!(scales(base, quote), Err(CoreError::InvalidScale));
    }
    assert_eq!(StableSwap::scales(6, 9), Ok((1_000, 1)));
    assert_eq!(StableSwap::scales(9, 6), Ok((1, 1_000)));
    assert_eq!(StableSwap::scales(6, 6), Ok((1, 1)));
    assert_eq!(StableSwap::scales(0, 13), Err(CoreError::InvalidScale));
}

#[test]
fn reserves_beyond_the_limit_are_refused() {
    let curve = StableSwap::try_new(10_000, 1, 1).unwrap();
    let limit = MAX_SCALED_RESERVE;
    assert_eq!(curve.check_reserves(Reserves::new(limit, limit)), Ok(()));
    let refused = Err(CoreError::ReserveLimit);
    assert_eq!(curve.check_reserves(Reserves::new(limit + 1, 1)), refused);
    let out = curve.out_given_in(Side::Base, limit, limit, InAmount::new(1));
    assert_eq!(out.map(|_| ()), refused);
    let due = curve.in_given_out(Side::Base, limit, limit, OutAmount::new(1));
    assert_eq!(due.map(|_| ()), refused);
    let due = curve.in_given_out(Side::Base, 1_000, 1_000, OutAmount::new(1_000));
    assert_eq!(due.map(|_| ()), Err(CoreError::InsufficientLiquidity));
}
