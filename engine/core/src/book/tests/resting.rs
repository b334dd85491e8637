use super::*;

#[test]
fn a_bid_locks_its_value_and_the_fee_on_it() {
    let mut slab = Slab::new(1, SIZES, 0, 40_000);
    // 1,000 lots of 7 · 5, and half a percent of that.
    let id = slab.lane().place(&order(BookSide::Bid, 7, 1_000), 5_000, 2);
    assert_eq!(id, Ok(OrderId(2 << 24)));
    assert_eq!(slab.funds(), [0, 0, 40_000 - 35_175, 35_175]);
    // A rebate is not known before the fill: the value alone. 35 · 0.3% is 0.1.
    let rebated = slab.lane().place(&order(BookSide::Bid, 7, 1), -3_000, 2);
    assert_eq!(rebated, Ok(OrderId((2 << 24) + 2)));
    assert_eq!(slab.funds(), [0, 0, 40_000 - 35_210, 35_210]);
    slab.lane().cancel(id.unwrap()).unwrap();
    slab.lane().cancel(rebated.unwrap()).unwrap();
    assert_eq!(slab.funds(), [0, 0, 40_000, 0]);
}

#[test]
fn an_ask_locks_its_base() {
    let mut slab = Slab::new(1, SIZES, 100, 0);
    let id = slab.lane().place(&order(BookSide::Ask, 7, 3), 5_000, 2);
    assert_eq!(id, Ok(OrderId(2 << 24 | 1)));
    assert_eq!(slab.funds(), [70, 30, 0, 0]);
}

#[test]
fn orders_stand_by_price_and_then_by_time() {
    let mut slab = Slab::rich(1);
    for (at, price) in [7, 9, 7, 8, 9].into_iter().enumerate() {
        slab.bid(price, at as u64 + 1);
        slab.ask(price + 10, at as u64 + 1);
    }
    let bids = [(9, 2), (9, 5), (8, 4), (7, 1), (7, 3)];
    assert_eq!(slab.levels(BookSide::Bid), bids);
    let asks = [(17, 1), (17, 3), (18, 4), (19, 2), (19, 5)];
    assert_eq!(slab.levels(BookSide::Ask), asks);
    assert_sound(&slab);
}

#[test]
fn refused_orders_change_nothing() {
    let mut slab = Slab::new(1, SIZES, 1_000, 1_000);
    slab.bid(7, 1);
    slab.ask(9, 1);
    let before = slab.clone();
    let (bid, ask) = (BookSide::Bid, BookSide::Ask);
    for (new, error) in [
        (order(bid, 7, 0), BookError::ZeroLots),
        (order(ask, 7, 0), BookError::ZeroLots),
        (order(bid, 0, 1), BookError::ZeroPrice),
        (order(ask, 0, 1), BookError::ZeroPrice),
        (order(bid, 9, 1), BookError::CrossesOwnOrder),
        (order(bid, u32::MAX, 1), BookError::CrossesOwnOrder),
        (order(ask, 7, 1), BookError::CrossesOwnOrder),
        // 965 quote units are free, one lot at 8 costs 40.
        (order(bid, 8, 25), BookError::InsufficientFunds),
        (order(ask, 8, 100), BookError::InsufficientFunds),
        (order(bid, 8, u64::MAX / 4), BookError::Overflow),
        (order(ask, 8, u64::MAX / 4), BookError::Overflow),
    ] {
        let placed = slab.lane().place(&new, 0, 2);
        assert_eq!(placed, Err(error), "{new:?}");
        assert_eq!(slab, before);
    }
    // To the unit what is there: 24 · 40 of 965, 99 · 10 of 990.
    slab.bid(8, 24);
    slab.lane().cancel_side(BookSide::Bid).unwrap();
    slab.ask(8, 99);
    assert_eq!(slab.funds(), [0, 1_000, 1_000, 0]);
}

#[test]
fn a_full_side_is_full() {
    let mut slab = Slab::rich(1);
    for price in 1..=8 {
        slab.bid(price, 1);
        slab.ask(price + 100, 1);
    }
    let before = slab.clone();
    for side in [BookSide::Bid, BookSide::Ask] {
        assert_eq!(slab.place(side, 50, 1), Err(BookError::LaneFull));
        assert_eq!(slab, before);
    }
    let best = slab.read().best(BookSide::Bid).unwrap().id;
    slab.lane().cancel(best).unwrap();
    slab.bid(50, 1);
    assert_sound(&slab);
}

#[test]
fn reducing_keeps_the_place() {
    let mut slab = Slab::rich(1);
    let first = slab.bid(7, 10);
    slab.bid(7, 20);
    let (before, left) = slab.lane().reduce(first, Lots(4)).unwrap();
    assert_eq!((before.lots, left), (Lots(10), Lots(6)));
    assert_eq!(slab.levels(BookSide::Bid), [(7, 6), (7, 20)]);
    assert_eq!(slab.funds()[3], 26 * 7 * 5);
    assert_eq!(slab.read().best(BookSide::Bid).unwrap().id, first);
    // All of it or more is the whole order.
    let mut all = slab.clone();
    assert_eq!(all.lane().reduce(first, Lots(6)).unwrap().1, Lots::ZERO);
    assert_eq!(slab.lane().reduce(first, Lots(7)).unwrap().1, Lots::ZERO);
    assert_eq!(all, slab);
    assert_eq!(slab.levels(BookSide::Bid), [(7, 20)]);
    let before = slab.clone();
    let gone = slab.lane().reduce(first, Lots(1)).map(|_| ());
    assert_eq!(gone, Err(BookError::OrderNotFound));
    let zero = slab.lane().reduce(first, Lots::ZERO).map(|_| ());
    assert_eq!(zero, Err(BookError::ZeroLots));
    assert_eq!(slab, before);
}

#[test]
fn an_id_names_one_order_of_its_side() {
    let mut slab = Slab::rich(1);
    let (bid, ask) = (slab.bid(7, 1), slab.ask(9, 2));
    for id in [OrderId(bid.0 | 1), OrderId(ask.0 & !1), OrderId(u64::MAX)] {
        let cancelled = slab.lane().cancel(id).map(|_| ());
        assert_eq!(cancelled, Err(BookError::OrderNotFound));
    }
    assert_eq!(slab.lane().cancel(ask).unwrap().lots, Lots(2));
    assert_eq!(slab.lane().cancel(bid).unwrap().lots, Lots(1));
    let again = slab.lane().cancel(bid).map(|_| ());
    assert_eq!(again, Err(BookError::OrderNotFound));
}

/// What can be done to single orders.
#[derive(Clone, Debug)]
enum Step {
    Place(NewOrder, i32, u64),
    Cancel(usize),
    Reduce(usize, u64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (near_order(), -10_000i32..=5_000, 0u64..4)
            .prop_map(|(order, maker, slot)| Step::Place(order, maker, slot)),
        1 => any::<usize>().prop_map(Step::Cancel),
        1 => (any::<usize>(), some_lots()).prop_map(|(at, lots)| Step::Reduce(at, lots)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// Any steps leave a lane sound and its funds the same in sum, refused ones leave it as it
    /// was, and ids only grow.
    #[test]
    fn steps_keep_a_lane_sound(steps in prop::collection::vec(step(), 1..60)) {
        let mut slab = Slab::new(1, SIZES, 1 << 27, 1 << 32);
        let funds = total([&slab]);
        for step in steps {
            let before = slab.clone();
            let ids: Vec<_> = [BookSide::Bid, BookSide::Ask]
                .into_iter()
                .flat_map(|side| before.read().orders(side).iter().map(|order| order.id))
                .collect();
            let id = |at: usize| ids.get(at % ids.len().max(1)).copied().unwrap_or_default();
            let last = slab.header().last_id;
            let refused = match step {
                Step::Place(order, maker, slot) => match slab.lane().place(&order, maker, slot) {
                    Ok(id) => {
                        prop_assert!(id > last && id.side() == order.side);
                        false
                    }
                    Err(_) => true,
                },
                Step::Cancel(at) => slab.lane().cancel(id(at)).is_err(),
                Step::Reduce(at, lots) => slab.lane().reduce(id(at), Lots(lots)).is_err(),
            };
            prop_assert!(!refused || slab == before);
            prop_assert_eq!(total([&slab]), funds);
            assert_sound(&slab);
        }
    }
}
