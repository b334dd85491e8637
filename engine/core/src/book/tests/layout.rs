use super::*;

#[test]
fn ids_grow_and_tell_slot_and_side() {
    let id = |last, side, slot| OrderId::after(OrderId(last), side, slot).unwrap().0;
    let slot = 5 << 24;
    assert_eq!(id(0, BookSide::Bid, 5), slot);
    assert_eq!(id(0, BookSide::Ask, 5), slot | 1);
    assert_eq!(id(slot, BookSide::Ask, 5), slot + 3);
    assert_eq!(id(slot + 3, BookSide::Bid, 5), slot + 4);
    assert_eq!(id(slot + 4, BookSide::Bid, 6), 6 << 24);
    // A clock that goes back does not take ids back.
    assert_eq!(id(6 << 24, BookSide::Ask, 5), (6 << 24) + 3);
    assert_eq!(OrderId(slot + 3).side(), BookSide::Ask);
    assert_eq!(OrderId(slot + 4).side(), BookSide::Bid);
    assert_eq!(OrderId(slot + 4).slot(), 5);
}

#[test]
fn ids_end_before_they_wrap() {
    let after = |last, slot| OrderId::after(OrderId(last), BookSide::Ask, slot);
    assert_eq!(after(0, 1 << 40), Err(BookError::Overflow));
    assert!(after(0, (1 << 40) - 1).is_ok());
    assert_eq!(after(u64::MAX, 0), Err(BookError::Overflow));
    assert_eq!(after(u64::MAX - 3, 0), Err(BookError::Overflow));
    assert_eq!(after(u64::MAX - 4, 0), Ok(OrderId(u64::MAX - 2)));
}

#[test]
fn bounds_of_fees_hold() {
    let fees = |taker, maker, share, reward| {
        Fees::try_new(FeeRate(taker), maker, Bps(share), FeeRate(reward)).map(|_| ())
    };
    let refused = Err(BookError::InvalidFee);
    assert_eq!(fees(10_000, -10_000, 5_000, 10_000), Ok(()));
    assert_eq!(fees(10_001, 0, 0, 0), refused);
    assert_eq!(fees(0, 5_000, 0, 0), Ok(()));
    assert_eq!(fees(0, 5_001, 0, 0), refused);
    assert_eq!(fees(300, -300, 0, 0), Ok(()));
    assert_eq!(fees(300, -301, 0, 0), refused);
    assert_eq!(fees(300, i32::MIN, 0, 0), refused);
    assert_eq!(fees(0, 0, 5_001, 0), refused);
    assert_eq!(fees(0, 0, 0, 10_001), refused);
    assert_eq!(Sizes::try_new(0, 1), Err(BookError::InvalidSizes));
    assert_eq!(Sizes::try_new(1, 0), Err(BookError::InvalidSizes));
    assert!(Sizes::try_new(u64::MAX, u32::MAX).is_ok());
}

#[test]
fn a_lane_of_sixteen_orders_is_small() {
    // Eight a side, with the discriminator. Rent is for two years of (bytes + 128) · 3,480.
    let bytes = 8 + lane_len(8) as u64;
    assert_eq!(bytes, 8 + 224 + 16 * 48);
    assert!((bytes + 128) * 3_480 * 2 < 20_000_000);
}

#[test]
fn every_error_says_what_to_do() {
    use BookError as E;
    for error in [
        E::ZeroLots,
        E::ZeroPrice,
        E::Overflow,
        E::InsufficientFunds,
        E::LaneFull,
        E::OrderNotFound,
        E::CrossesOwnOrder,
        E::WouldTake,
        E::NotFilled,
        E::SelfTrade,
        E::NotCrossed,
        E::UnsortedLevels,
        E::MalformedLevels,
        E::MalformedLane,
        E::InvalidCapacity,
        E::InvalidSizes,
        E::InvalidFee,
    ] {
        assert_eq!(std::format!("{error}"), error.message());
        assert!(error.message().len() > 20);
    }
}

proptest! {
    /// What the fast paths compute is what wide arithmetic computes.
    #[test]
    fn values_are_exact(lots: u64, lot: u64, price: u32, tick: u32, shift in 0u32..64) {
        let (lots, lot) = (lots >> shift, lot >> shift);
        let sizes = Sizes { base_lot: lot, tick };
        let narrow = |wide: u128| u64::try_from(wide).map_err(|_| BookError::Overflow);
        let base = sizes.base(Lots(lots)).map(|base| base.get());
        prop_assert_eq!(base, narrow(u128::from(lots) * u128::from(lot)));
        let value = sizes.value(Ticks(price), Lots(lots)).map(|value| value.get());
        let wide = u128::from(price) * u128::from(tick) * u128::from(lots);
        prop_assert_eq!(value, narrow(wide));
    }

    /// Fees are rounded up for takers and down for makers, at all sizes.
    #[test]
    fn fees_are_rounded_for_the_maker(fees in any_fees(), value: u64, shift in 0u32..64) {
        let value = value >> shift;
        let exact = |pips: u32| u128::from(value) * u128::from(pips);
        let taken = u128::from(fees.on_take(value).unwrap());
        prop_assert_eq!(taken, exact(fees.taker.get()).div_ceil(1_000_000));
        let maker = u128::from(market::maker_fee(value, fees.maker).unwrap());
        let rebate = u128::from(market::maker_rebate(value, fees.maker, fees.taker).unwrap());
        match u32::try_from(fees.maker) {
            Ok(rate) => prop_assert_eq!((maker, rebate), (exact(rate) / 1_000_000, 0)),
            Err(_) => {
                let rate = fees.maker.unsigned_abs();
                prop_assert_eq!((maker, rebate), (0, exact(rate) / 1_000_000));
            }
        }
        prop_assert!(rebate <= taken);
    }

    /// A buyer's budget is used to the last unit: a unit of value more would exceed it.
    #[test]
    fn budgets_are_used_up(fees in any_fees(), quote: u64, shift in 0u32..64) {
        let quote = quote >> shift;
        let value = fees.value_within(quote).unwrap();
        let cost = |value: u64| u128::from(value) + u128::from(fees.on_take(value).unwrap());
        prop_assert!(cost(value) <= u128::from(quote));
        if value < u64::MAX {
            prop_assert!(cost(value + 1) > u128::from(quote));
        }
    }
}
