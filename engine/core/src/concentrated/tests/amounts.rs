//! Amounts between prices and prices after amounts, against fractions of big integers.

use num_bigint::BigInt;
use num_rational::BigRational;
use proptest::prelude::*;

use crate::{
    concentrated::*,
    error::CoreError,
    units::{Rounding, Side},
};

pub(crate) fn price() -> impl Strategy<Value = SqrtPrice> {
    let ticks = (Tick::MIN.get()..=Tick::MAX.get())
        .prop_map(|index| Tick::try_new(index).unwrap().sqrt_price());
    let near_one =
        (-50_000i32..50_000).prop_map(|index| Tick::try_new(index).unwrap().sqrt_price());
    let any = (SqrtPrice::MIN.bits()..=SqrtPrice::MAX.bits())
        .prop_map(|bits| SqrtPrice::try_new(bits).unwrap());
    prop_oneof![ticks, near_one, any]
}

pub(crate) fn liquidity() -> impl Strategy<Value = Liquidity> {
    (0u32..96, any::<u128>()).prop_map(|(bits, value)| {
        let value = value & ((1 << (bits + 1)) - 1) & Liquidity::MAX.get();
        Liquidity::try_new(value.max(1)).unwrap()
    })
}

fn integer(value: impl Into<BigInt>) -> BigRational {
    BigRational::from_integer(value.into())
}

/// A root as it is.
pub(crate) fn root(price: SqrtPrice) -> BigRational {
    integer(price.bits()) / integer(1u128 << 64)
}

/// Tokens between two prices, as a fraction.
pub(crate) fn exact_amount(
    liquidity: Liquidity,
    side: Side,
    a: SqrtPrice,
    b: SqrtPrice,
) -> BigRational {
    let (low, high) = (root(a.min(b)), root(a.max(b)));
    let width = match side {
        Side::Quote => high - low,
        Side::Base => low.recip() - high.recip(),
    };
    integer(liquidity.get()) * width
}

fn rounded(exact: &BigRational, rounding: Rounding) -> Result<u64, CoreError> {
    let value = match rounding {
        Rounding::Down => exact.floor(),
        Rounding::Up => exact.ceil(),
    };
    u64::try_from(value.to_integer()).map_err(|_| CoreError::Overflow)
}

fn side() -> impl Strategy<Value = Side> {
    prop_oneof![Just(Side::Base), Just(Side::Quote)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn amounts_are_exact((a, b) in (price(), price()), liquidity in liquidity(), side in side()) {
        let exact = exact_amount(liquidity, side, a, b);
        for rounding in [Rounding::Down, Rounding::Up] {
            let amount = liquidity.amount(side, a, b, rounding);
            prop_assert_eq!(amount, rounded(&exact, rounding));
            prop_assert_eq!(amount, liquidity.amount(side, b, a, rounding));
        }
    }

    /// The most liquidity that the amounts pay for, and no more.
    #[test]
    fn liquidity_is_the_most_that_is_paid_for(
        (a, b, at) in (price(), price(), price()),
        (base, quote) in (any::<u64>(), any::<u64>()),
        bits in (0u32..64, 0u32..64),
    ) {
        let (low, high) = (a.min(b), a.max(b));
        let given = [base >> bits.0, quote >> bits.1];
        let most = Liquidity::of_amounts(at, (low, high), given);
        let at = at.clamp(low, high);
        let by = |side, amount: u64, a, b| {
            let one = exact_amount(Liquidity::try_new(1).unwrap(), side, a, b);
            (one > integer(0)).then(|| (integer(amount) / one).floor().to_integer())
        };
        let limits = [by(Side::Base, given[0], at, high), by(Side::Quote, given[1], low, at)];
        let exact = limits.into_iter().flatten().min();
        match (most, exact) {
            (Ok(most), Some(exact)) => {
                prop_assert_eq!(BigInt::from(most.get()), exact);
                for (side, given, (a, b)) in [
                    (Side::Base, given[0], (at, high)),
                    (Side::Quote, given[1], (low, at)),
                ] {
                    prop_assert!(most.amount(side, a, b, Rounding::Up).unwrap() <= given);
                }
            }
            (Err(_), Some(exact)) => prop_assert!(exact > Liquidity::MAX.get().into()),
            (most, None) => prop_assert!(low == high && most.is_err()),
        }
    }

    /// The price after an amount is the exact one, rounded in the pool's favour by less than a bit.
    #[test]
    fn prices_are_exact(
        from in price(),
        liquidity in liquidity(),
        side in side(),
        (bits, amount) in (0u32..64, any::<u64>()),
        is_in in any::<bool>(),
    ) {
        let amount = amount >> bits;
        let (one, q64) = (integer(1), integer(1u128 << 64));
        let (l, p, x) = (integer(liquidity.get()), root(from), integer(amount));
        let sign = if is_in { one.clone() } else { -one };
        let exact = match side {
            Side::Quote => p + sign * x / l,
            Side::Base => {
                let divisor = p.recip() + sign * x / l;
                if divisor <= integer(0) {
                    let after = liquidity.price_after_out(side, from, amount);
                    prop_assert_eq!(after, Err(CoreError::InsufficientLiquidity));
                    return Ok(());
                }
                divisor.recip()
            }
        };
        let bits = exact * q64;
        let bits = match side {
            Side::Quote => bits.floor(),
            Side::Base => bits.ceil(),
        }.to_integer();
        let after = if is_in {
            liquidity.price_after_in(side, from, amount)
        } else {
            liquidity.price_after_out(side, from, amount)
        };
        let (least, most) = (SqrtPrice::MIN.bits().into(), SqrtPrice::MAX.bits().into());
        match after {
            Ok(after) => prop_assert_eq!(BigInt::from(after.bits()), bits),
            Err(_) => prop_assert!(bits < least || bits > most, "{} refused", bits),
        }
    }
}
