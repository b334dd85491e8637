//! Against arbitrary-precision arithmetic. Numbers are drawn by their length in bits, so that
//! every path is met: short and long operands, quotients at the limit, all carries.

use num_bigint::BigUint;
use proptest::prelude::*;

use super::*;
use crate::{error::CoreError, units::Rounding};

/// A number of a random length, often at the edge of its length.
fn any_u64() -> impl Strategy<Value = u64> {
    (any::<u64>(), 0u32..64, 0u8..8).prop_map(|(value, shift, kind)| match kind {
        0 => u64::MAX >> shift,
        1 => 1 << shift,
        2 => (u64::MAX << shift).wrapping_sub(1),
        _ => value >> shift,
    })
}

fn any_u128() -> impl Strategy<Value = u128> {
    (any::<u128>(), 0u32..128, 0u8..8).prop_map(|(value, shift, kind)| match kind {
        0 => u128::MAX >> shift,
        1 => 1 << shift,
        2 => (u128::MAX << shift).wrapping_sub(1),
        _ => value >> shift,
    })
}

fn big(value: U256) -> BigUint {
    (BigUint::from(value.high()) << 128) + value.low()
}

/// `a · b / c` by big integers: `None` where it has no result below 2^bits.
fn reference(a: u128, b: u128, c: u128, rounding: Rounding, bits: u32) -> Option<BigUint> {
    if c == 0 {
        return None;
    }
    let product = BigUint::from(a) * b;
    let quotient = match rounding {
        Rounding::Down => product / c,
        Rounding::Up => (product + (c - 1)) / c,
    };
    (quotient.bits() <= u64::from(bits)).then_some(quotient)
}

fn rounding() -> impl Strategy<Value = Rounding> {
    prop_oneof![Just(Rounding::Down), Just(Rounding::Up)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(50_000))]

    #[test]
    fn wide_mul_is_exact(a in any_u64(), b in any_u64()) {
        prop_assert_eq!(wide_mul(a, b), u128::from(a) * u128::from(b));
    }

    /// What the virtual machine runs, on whatever machine this is.
    #[test]
    fn digits_are_as_exact_as_the_machine(a in any_u64(), b in any_u64(), d in any_u64()) {
        let (high, low) = wide::short_product(a, b);
        let product = u128::from(a) * u128::from(b);
        prop_assert_eq!((u128::from(high) << 64) | u128::from(low), product);
        let d = d.max(1);
        let high = high % d;
        let dividend = (u128::from(high) << 64) | u128::from(low);
        let (quotient, rest) = wide::div_long(high, low, d);
        prop_assert_eq!(u128::from(quotient), dividend / u128::from(d));
        prop_assert_eq!(u128::from(rest), dividend % u128::from(d));
    }

    #[test]
    fn division_by_64_bits_is_exact(n in any_u128(), d in any_u64()) {
        let d = d.max(1);
        let (quotient, rest) = div_u128_by_u64(n, d);
        prop_assert_eq!(quotient, n / u128::from(d));
        prop_assert_eq!(u128::from(rest), n % u128::from(d));
    }

    #[test]
    fn u256_product_is_exact(a in any_u128(), b in any_u128()) {
        prop_assert_eq!(big(U256::mul(a, b)), BigUint::from(a) * b);
    }

    #[test]
    fn u256_sum_and_difference_are_exact(
        a in (any_u128(), any_u128()),
        b in (any_u128(), any_u128()),
    ) {
        let (a, b) = (U256::new(a.0, a.1), U256::new(b.0, b.1));
        let sum = big(a) + big(b);
        prop_assert_eq!(a.checked_add(b).map(big), (sum.bits() <= 256).then_some(sum));
        let difference = (a >= b).then(|| big(a) - big(b));
        prop_assert_eq!(a.checked_sub(b).map(big), difference);
        prop_assert_eq!(a.cmp(&b), big(a).cmp(&big(b)));
    }

    #[test]
    fn u256_division_is_exact(high in any_u128(), low in any_u128(), d in any_u128()) {
        let n = U256::new(high, low);
        let expected = (high < d).then(|| (big(n) / d, big(n) % d));
        let actual = n.div_rem_u128(d).map(|(q, r)| (BigUint::from(q), BigUint::from(r)));
        prop_assert_eq!(actual, expected);
    }

    /// Dividends just around a multiple of the divisor, where a wrong digit shows.
    #[test]
    fn u256_division_is_exact_at_multiples(q in any_u128(), d in any_u128(), r in any_u128()) {
        let d = d.max(1);
        let r = r % d;
        let n = U256::mul(q, d).checked_add(U256::new(0, r)).unwrap();
        prop_assert_eq!(n.div_rem_u128(d), Some((q, r)));
        if let Some(below) = U256::mul(q, d).checked_sub(U256::new(0, 1)) {
            prop_assert_eq!(below.div_rem_u128(d), Some((q - 1, d - 1)));
        }
    }

    #[test]
    fn mul_div_u64_is_exact(a in any_u64(), b in any_u64(), c in any_u64(), r in rounding()) {
        let actual = mul_div_u64(a, b, c, r);
        match reference(a.into(), b.into(), c.into(), r, 64) {
            Some(expected) => prop_assert_eq!(actual.map(BigUint::from), Ok(expected)),
            None if c == 0 => prop_assert_eq!(actual, Err(CoreError::DivisionByZero)),
            None => prop_assert_eq!(actual, Err(CoreError::Overflow)),
        }
    }

    #[test]
    fn mul_div_u128_is_exact(a in any_u128(), b in any_u128(), c in any_u128(), r in rounding()) {
        let actual = mul_div_u128(a, b, c, r);
        match reference(a, b, c, r, 128) {
            Some(expected) => prop_assert_eq!(actual.map(BigUint::from), Ok(expected)),
            None if c == 0 => prop_assert_eq!(actual, Err(CoreError::DivisionByZero)),
            None => prop_assert_eq!(actual, Err(CoreError::Overflow)),
        }
    }

    #[test]
    fn wide_quotients_are_exact(a in any_u64(), b in any_u64(), c in any_u64()) {
        let c = c.max(1);
        let product = u128::from(a) * u128::from(b);
        prop_assert_eq!(mul_div_to_u128(a, b, c), product / u128::from(c));
        prop_assert_eq!(quotient_q64(a, c), (u128::from(a) << 64) / u128::from(c));
    }

    #[test]
    fn square_root_is_the_floor(n in any_u128()) {
        let root = BigUint::from(isqrt_u128(n));
        let n = BigUint::from(n);
        prop_assert!(&root * &root <= n);
        prop_assert!((&root + 1u8) * (&root + 1u8) > n);
    }
}

#[test]
fn edges() {
    assert_eq!(wide_mul(u64::MAX, u64::MAX), u128::from(u64::MAX).pow(2));
    let max = u64::MAX;
    assert_eq!(mul_div_u64(max, max, max, Rounding::Up), Ok(max));
    assert_eq!(
        mul_div_u64(max, max, max - 1, Rounding::Down),
        Err(CoreError::Overflow)
    );
    // The quotient fits, its upper neighbour does not.
    assert_eq!(mul_div_u128(u128::MAX, 3, 3, Rounding::Up), Ok(u128::MAX));
    assert_eq!(isqrt_u128(u128::MAX), u64::MAX);
    assert_eq!(isqrt_u128(0), 0);
}
