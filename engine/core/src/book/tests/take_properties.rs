use super::{
    take::{MARKET_BUY, take_from},
    *,
};

fn any_take() -> impl Strategy<Value = TakeOrder> {
    let quote = prop_oneof![Just(u64::MAX), 0u64..1 << 30];
    let orders = prop_oneof![3 => Just(u16::MAX), 1 => 0u16..6];
    (any_side(), 80u32..120, some_lots(), quote, orders, 0u8..3).prop_map(
        |(side, limit, lots, max_quote, max_orders, self_trade)| TakeOrder {
            side,
            limit: Ticks(limit),
            lots: Lots(lots),
            max_quote,
            max_orders,
            self_trade: SelfTrade::from_u8(self_trade).unwrap(),
        },
    )
}

/// Three makers, the last of whom may be the taker, and the taker's lane.
fn any_book() -> impl Strategy<Value = [Slab; 4]> {
    let own = prop_oneof![Just(3), Just(4)];
    (
        any_slab(1),
        any_slab(2),
        own.prop_flat_map(any_slab),
        any_slab(4),
    )
        .prop_map(|(a, b, c, d)| [a, b, c, d])
}

const OWNER: Key = Key([4, 0, 0, 0]);

/// Price, then time: what is lower is filled first.
fn rank(side: BookSide, price: Ticks, id: OrderId) -> (u32, OrderId) {
    match side {
        BookSide::Bid => (u32::MAX - price.0, id),
        BookSide::Ask => (price.0, id),
    }
}

fn cost(fees: &Fees, side: BookSide, value: u128) -> u128 {
    match side {
        BookSide::Bid => value + (value * u128::from(fees.taker.get())).div_ceil(1_000_000),
        BookSide::Ask => value,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    /// No unit appears or disappears, no lane is left unsound.
    #[test]
    fn takes_conserve(book in any_book(), fees in any_fees(), order in any_take()) {
        let mut after = book.clone();
        let (taken, _) = take_from(&mut after[..3], &fees, &order, &OWNER);
        if let Ok(taken) = taken {
            let settled = after[3].lane().settle_taker(&fees, order.side, &taken);
            prop_assert_eq!(settled, Ok(()));
            prop_assert_eq!(total(&after), total(&book));
            after.iter().for_each(assert_sound);
            prop_assert!(taken.rebates <= taken.fee);
        }
    }

    /// No fill is worse than an order that was available in the lanes named: in the order of the
    /// fills each is the best, and what is left is behind them all.
    #[test]
    fn fills_are_the_best_there_are(book in any_book(), order in any_take()) {
        let mut after = book.clone();
        let (taken, fills) = take_from(&mut after[..3], &NO_FEES, &order, &OWNER);
        let Ok(taken) = taken else { return Ok(()) };
        let side = order.side.opposite();
        let met: Vec<_> = fills.iter().filter(|fill| fill.met != Met::Expired).collect();
        let ranks: Vec<_> = met.iter().map(|fill| rank(side, fill.price, fill.id)).collect();
        prop_assert!(ranks.is_sorted());
        prop_assert!(met.iter().all(|fill| order.side.accepts(order.limit, fill.price)));
        // Only the last order met can be left in part.
        prop_assert!(met.iter().rev().skip(1).all(|fill| fill.left == Lots::ZERO));
        let last = ranks.last().copied().unwrap_or_default();
        for slab in &after[..3] {
            for left in slab.read().orders(side) {
                let is_open = !left.is_expired(NOW) && order.side.accepts(order.limit, left.price);
                prop_assert!(!is_open || rank(side, left.price, left.id) >= last);
                // Nothing is left over that the taker still wants and may have.
                prop_assert!(!(is_open && taken.ended == Ended::Exhausted));
            }
        }
        let traded: u64 = met
            .iter()
            .filter(|fill| fill.met == Met::Filled)
            .map(|fill| fill.lots.0)
            .sum();
        prop_assert_eq!(traded, taken.lots.0);
        prop_assert!(met.len() <= usize::from(order.max_orders));
    }

    /// A taker never pays past its limits, and of its quote no lot's worth is left.
    #[test]
    fn takers_pay_what_they_said(book in any_book(), fees in any_fees(), order in any_take()) {
        let mut after = book.clone();
        let (taken, _) = take_from(&mut after[..3], &fees, &order, &OWNER);
        let Ok(taken) = taken else { return Ok(()) };
        let value = u128::from(taken.value);
        let at_limit = u128::from(taken.lots.0) * u128::from(order.limit.0) * 5;
        match order.side {
            BookSide::Bid => prop_assert!(value <= at_limit),
            BookSide::Ask => prop_assert!(value >= at_limit),
        }
        prop_assert!(taken.lots.0 + taken.left.0 <= order.lots.0);
        if order.max_quote == u64::MAX {
            return Ok(());
        }
        let most = u128::from(order.max_quote);
        prop_assert!(cost(&fees, order.side, value) <= most);
        if taken.ended == Ended::QuoteSpent {
            let side = order.side.opposite();
            let next = after[..3]
                .iter()
                .filter_map(|slab| slab.read().best(side).copied())
                .filter(|best| order.side.accepts(order.limit, best.price))
                .min_by_key(|best| rank(side, best.price, best.id))
                .unwrap();
            let more = value + u128::from(next.price.0) * 5;
            prop_assert!(cost(&fees, order.side, more) > most);
        }
    }

    /// A maker gets its price for every lot; its fee is never rounded up, and the taker's never
    /// down.
    #[test]
    fn rounding_is_never_against_the_maker(
        book in any_book(), fees in any_fees(), order in any_take(),
    ) {
        let mut after = book.clone();
        let (taken, fills) = take_from(&mut after[..3], &fees, &order, &OWNER);
        let Ok(taken) = taken else { return Ok(()) };
        let pips = |value: u64, rate: u32| u128::from(value) * u128::from(rate);
        prop_assert!(u128::from(taken.fee) * 1_000_000 >= pips(taken.value, fees.taker.get()));
        for (at, (before, after)) in book.iter().zip(&after[..3]).enumerate() {
            let side = order.side.opposite();
            let (mut base, mut value, mut most_fees) = (0i128, 0i128, 0u128);
            for fill in fills.iter().filter(|fill| {
                usize::from(fill.lane) == at && fill.met == Met::Filled
            }) {
                let resting = before.read();
                let resting = resting.orders(side).iter().find(|order| order.id == fill.id);
                let resting = resting.unwrap();
                prop_assert_eq!(resting.price, fill.price);
                let paid = fill.lots.0 * u64::from(fill.price.0) * 5;
                base += i128::from(fill.lots.0) * 10;
                value += i128::from(paid);
                most_fees += pips(paid, u32::try_from(resting.maker_rate).unwrap_or(0));
            }
            let sum = |slab: &Slab| {
                let [base_free, base_locked, quote_free, quote_locked] =
                    slab.funds().map(i128::from);
                (base_free + base_locked, quote_free + quote_locked)
            };
            let (before, after) = (sum(before), sum(after));
            let (got_base, got_quote) = (after.0 - before.0, after.1 - before.1);
            let owed = match side {
                BookSide::Bid => (base, -value),
                BookSide::Ask => (-base, value),
            };
            prop_assert_eq!(got_base, owed.0);
            // At most the exact fee is missing.
            let missing = u128::try_from(owed.1 - got_quote).unwrap_or(0);
            prop_assert!(missing * 1_000_000 <= most_fees);
        }
    }

    /// The order in which lanes are named matters to nothing but who is first in one slot.
    #[test]
    fn naming_lanes_in_another_order_costs_the_same(book in any_book(), lots in some_lots()) {
        let order = TakeOrder { lots: Lots(lots), ..MARKET_BUY };
        let (mut one, mut other) = (book.clone(), book);
        other[..3].reverse();
        let nobody = Key([77; 4]);
        let (first, _) = take_from(&mut one[..3], &NO_FEES, &order, &nobody);
        let (second, _) = take_from(&mut other[..3], &NO_FEES, &order, &nobody);
        prop_assert_eq!(first, second);
    }
}
