//! Steps: nobody gains by them, and no more is taken than was given.

use num_bigint::BigInt;
use num_rational::BigRational;
use proptest::prelude::*;

use super::amounts::{exact_amount, liquidity, price};
use crate::{
    concentrated::*,
    units::{FeeRate, Side},
};

fn integer(value: u64) -> BigRational {
    BigRational::from_integer(BigInt::from(value))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn a_step_favours_the_pool(
        (from, to) in (price(), price()),
        liquidity in liquidity(),
        (bits, amount) in (0u32..64, any::<u64>()),
        rate in prop_oneof![Just(0u32), 0u32..100_000, 0u32..1_000_000],
        is_in in any::<bool>(),
    ) {
        let amount = amount >> bits;
        // Base lowers the price, quote raises it.
        let side_in = if to <= from { Side::Base } else { Side::Quote };
        let side_out = side_in.opposite();
        let remaining = if is_in { Remaining::In(amount) } else { Remaining::Out(amount) };
        let step = Step::compute(side_in, from, to, liquidity, remaining, FeeRate::new(rate));
        let Ok(step) = step else {
            // Only what no wallet holds is refused.
            let most = exact_amount(liquidity, side_in, from, to)
                .max(exact_amount(liquidity, side_out, from, to));
            let kept = integer(u64::from(1_000_000 - rate)) / integer(1_000_000);
            prop_assert!(most > integer(u64::MAX) * kept, "refused: {:?}", step);
            return Ok(());
        };
        let between = step.price >= from.min(to) && step.price <= from.max(to);
        prop_assert!(between, "{:?} from {:?} to {:?}", step, from, to);
        let moved_in = exact_amount(liquidity, side_in, from, step.price);
        let moved_out = exact_amount(liquidity, side_out, from, step.price);
        prop_assert!(integer(step.amount_in) >= moved_in);
        prop_assert!(integer(step.amount_out) <= moved_out);
        let fee = integer(u64::from(rate)) / integer(u64::from(1_000_000 - rate));
        prop_assert!(integer(step.fee) >= integer(step.amount_in) * fee);
        match remaining {
            Remaining::In(amount) => {
                let taken = step.amount_in.checked_add(step.fee);
                prop_assert!(taken.is_some_and(|taken| taken <= amount));
                prop_assert!(step.price == to || taken == Some(amount));
            }
            Remaining::Out(amount) => {
                prop_assert!(step.amount_out <= amount);
                prop_assert!(step.price == to || step.amount_out == amount);
            }
        }
    }
}
