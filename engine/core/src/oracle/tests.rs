use num_bigint::BigUint;
use proptest::prelude::*;
use std::vec::Vec;

use super::*;

const CURVE: Curve = Curve::ConstantProduct;

fn big(sum: Cumulative) -> BigUint {
    sum.0
        .iter()
        .rev()
        .fold(BigUint::ZERO, |value, &word| (value << 64) + word)
}

fn price() -> impl Strategy<Value = PriceQ64> {
    (any::<u128>(), 0u32..128).prop_map(|(raw, shift)| PriceQ64::new(raw >> shift))
}

fn prices() -> impl Strategy<Value = Prices> {
    (price(), price()).prop_map(|(base, quote)| Prices { base, quote })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    /// Sums are those of arbitrary precision, modulo 2^192.
    #[test]
    fn sums_are_exact(start in any::<[u64; 3]>(), price in price(), seconds in any::<u64>()) {
        let sum = Cumulative(start).add(price, seconds);
        let expected = (big(Cumulative(start)) + BigUint::from(price.get()) * seconds)
            % (BigUint::from(1u8) << 192);
        prop_assert_eq!(big(sum), expected);
    }

    /// The average of any history is the exact one, rounded down, from any start, so also where
    /// the sums wrap.
    #[test]
    fn averages_are_exact(
        base in any::<[u64; 3]>(),
        quote in any::<[u64; 3]>(),
        start in -1_000_000i64..4_000_000_000,
        history in proptest::collection::vec((prices(), 0i64..100_000), 1..20),
    ) {
        let earlier = Accumulators { base: Cumulative(base), quote: Cumulative(quote), last_update: start };
        let mut later = earlier;
        let (mut total, mut total_quote) = (BigUint::ZERO, BigUint::ZERO);
        for (prices, seconds) in &history {
            later = later.advance_by(*prices, later.last_update + seconds);
            total += BigUint::from(prices.base.get()) * *seconds as u64;
            total_quote += BigUint::from(prices.quote.get()) * *seconds as u64;
        }
        let duration = (later.last_update - start) as u64;
        prop_assert_eq!(duration as i64, history.iter().map(|(_, seconds)| seconds).sum::<i64>());
        if duration == 0 {
            prop_assert_eq!(twap(&earlier, &later), Err(CoreError::EmptyPeriod));
            return Ok(());
        }
        let average = average_prices(&earlier, &later).unwrap();
        prop_assert_eq!(BigUint::from(average.base.get()), total / duration);
        prop_assert_eq!(BigUint::from(average.quote.get()), total_quote / duration);
        prop_assert_eq!(twap(&earlier, &later), Ok(average.base));
    }

    /// What happens within one second does not count, however often it is recorded.
    #[test]
    fn one_moment_counts_for_nothing(start in 0i64..1 << 40, swings in proptest::collection::vec(prices(), 1..10)) {
        let before = Accumulators::starting_at(start);
        let after: Accumulators = swings.iter().fold(before, |sum, prices| sum.advance_by(*prices, start));
        prop_assert_eq!(after, before);
    }

    /// The price counted is that of the reserves handed in.
    #[test]
    fn counts_the_curve_prices(base in 1u64.., quote in 1u64.., seconds in 1i64..1 << 32) {
        let start = Accumulators::starting_at(1_000);
        let reserves = Reserves::new(base, quote);
        let later = start.advance(&CURVE, &reserves, 1_000 + seconds).unwrap();
        let average = average_prices(&start, &later).unwrap();
        prop_assert_eq!(average, CURVE.spot_prices(reserves).unwrap());
    }
}

#[test]
fn the_clock_may_stand_still_or_go_back() {
    let start = Accumulators::starting_at(100);
    let reserves = Reserves::new(1_000, 2_000);
    for now in [100, 99, 0, i64::MIN] {
        assert_eq!(start.advance(&CURVE, &reserves, now), Ok(start));
        assert!(start.is_current(now));
    }
    assert_eq!(twap(&start, &start), Err(CoreError::EmptyPeriod));
    let later = start.advance(&CURVE, &reserves, 101).unwrap();
    assert_eq!(twap(&later, &start), Err(CoreError::EmptyPeriod));
}

#[test]
fn an_empty_shard_has_no_price() {
    let start = Accumulators::starting_at(100);
    let later = start.advance(&CURVE, &Reserves::ZERO, 500);
    assert_eq!(later, Ok(Accumulators::starting_at(500)));
}

/// Holding a price for one second of a minute moves the minute's average by a sixtieth.
#[test]
fn averages_weigh_by_time() {
    let steps: Vec<(u64, i64)> = [(100, 59), (700, 1)].into();
    let start = Accumulators::starting_at(0);
    let later = steps.iter().fold(start, |sum, &(price, seconds)| {
        let price = PriceQ64::new(u128::from(price) << 64);
        let prices = Prices {
            base: price,
            quote: price.inverse(),
        };
        sum.advance_by(prices, sum.last_update + seconds)
    });
    assert_eq!(twap(&start, &later), Ok(PriceQ64::new(110 << 64)));
}
