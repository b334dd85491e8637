use super::*;

fn with_client(side: BookSide, price: u32, lots: u64, client_id: u64) -> NewOrder {
    NewOrder {
        client_id,
        ..order(side, price, lots)
    }
}

fn ladder() -> Slab {
    let mut slab = Slab::rich(1);
    for (price, client) in [(10, 1), (9, 2), (9, 1), (8, 2), (7, 1)] {
        let bid = with_client(BookSide::Bid, price, u64::from(price), client);
        slab.lane().place(&bid, 0, 2).unwrap();
        let ask = with_client(BookSide::Ask, 30 - price, u64::from(price), client);
        slab.lane().place(&ask, 0, 2).unwrap();
    }
    slab
}

#[test]
fn cancels_by_client_id_on_both_sides() {
    let mut slab = ladder();
    let removed = slab.lane().cancel_client(1).unwrap();
    assert_eq!((removed.orders, removed.lots), (6, 52));
    assert_eq!(slab.levels(BookSide::Bid), [(9, 9), (8, 8)]);
    assert_eq!(slab.levels(BookSide::Ask), [(21, 9), (22, 8)]);
    assert_sound(&slab);
    let before = slab.clone();
    assert_eq!(slab.lane().cancel_client(1), Err(BookError::OrderNotFound));
    assert_eq!(slab, before);
}

#[test]
fn cancels_up_to_a_price_and_a_number() {
    let (bid, ask) = (BookSide::Bid, BookSide::Ask);
    for (side, limit, most, orders, left) in [
        (bid, 9, u16::MAX, 3, 2),
        (bid, 10, u16::MAX, 1, 4),
        (bid, 11, u16::MAX, 0, 5),
        (bid, 1, u16::MAX, 5, 0),
        (bid, 0, 2, 2, 3),
        (bid, 9, 0, 0, 5),
        (ask, 21, u16::MAX, 3, 2),
        (ask, 20, u16::MAX, 1, 4),
        (ask, 19, u16::MAX, 0, 5),
        (ask, u32::MAX, u16::MAX, 5, 0),
        (ask, u32::MAX, 4, 4, 1),
    ] {
        let mut slab = ladder();
        let worst: Vec<_> = slab.levels(side).split_off(orders);
        let removed = slab.lane().cancel_up_to(side, Ticks(limit), most).unwrap();
        assert_eq!(
            usize::from(removed.orders),
            orders,
            "{side:?} {limit} {most}"
        );
        assert_eq!(slab.levels(side), worst);
        assert_eq!(worst.len(), left);
        assert_eq!(slab.levels(side.opposite()).len(), 5);
        assert_sound(&slab);
    }
}

#[test]
fn cancels_a_side() {
    let mut slab = ladder();
    let removed = slab.lane().cancel_side(BookSide::Ask).unwrap();
    assert_eq!((removed.orders, removed.lots), (5, 43));
    assert_eq!(slab.levels(BookSide::Ask), []);
    assert_eq!(slab.levels(BookSide::Bid).len(), 5);
    assert_sound(&slab);
    slab.lane().cancel_side(BookSide::Bid).unwrap();
    assert_eq!(slab.funds(), [1 << 60, 0, 1 << 60, 0]);
    let none = slab.lane().cancel_side(BookSide::Bid).unwrap();
    assert_eq!(none, Removed::default());
}

#[test]
fn reaps_what_has_expired_and_nothing_else() {
    let mut slab = Slab::rich(1);
    for (price, slot, time) in [
        (5, 0, 0),
        (6, 10, 0),
        (7, 0, 500),
        (8, 10, 500),
        (9, 11, 501),
    ] {
        let bid = NewOrder {
            expiry: Expiry { slot, time },
            ..order(BookSide::Bid, price, 1)
        };
        slab.lane().place(&bid, 0, 2).unwrap();
    }
    let mut reaped = |slot, time| {
        let moment = Moment { slot, time };
        slab.lane().reap(BookSide::Bid, moment).unwrap().orders
    };
    // The last slot and the last second still count.
    assert_eq!(reaped(10, 500), 0);
    assert_eq!(reaped(11, 500), 2);
    assert_eq!(reaped(11, 501), 1);
    assert_eq!(reaped(11, 502), 1);
    assert_eq!(reaped(u64::MAX, i64::MAX), 0);
    assert_eq!(slab.levels(BookSide::Bid), [(5, 1)]);
    assert_sound(&slab);
}

proptest! {
    #[test]
    fn removals_keep_a_lane_sound(
        slab in any_slab(1), side in any_side(), kind in 0u8..4, limit in 80u32..120, most in 0u16..9,
    ) {
        let mut after = slab.clone();
        let removed = match kind {
            0 => after.lane().cancel_client(u64::from(most)).unwrap_or_default(),
            1 => after.lane().cancel_up_to(side, Ticks(limit), most).unwrap(),
            2 => after.lane().cancel_side(side).unwrap(),
            _ => after.lane().reap(side, NOW).unwrap(),
        };
        assert_sound(&after);
        prop_assert_eq!(total([&after]), total([&slab]));
        let count = |slab: &Slab| [BookSide::Bid, BookSide::Ask].map(|side| slab.levels(side).len());
        let (before, left) = (count(&slab), count(&after));
        let gone = before[0] + before[1] - left[0] - left[1];
        prop_assert_eq!(gone, usize::from(removed.orders));
    }

    /// Growing moves no order and no unit; the new room is zeros, and can be used.
    #[test]
    fn growing_keeps_all(slab in any_slab(1), capacity in 9u16..40) {
        let mut grown = slab.clone();
        grown.0.resize(lane_len(capacity) / 8, 0);
        LaneMut::grow(bytemuck::cast_slice_mut(&mut grown.0), capacity).unwrap();
        for side in [BookSide::Bid, BookSide::Ask] {
            prop_assert_eq!(grown.read().orders(side), slab.read().orders(side));
        }
        let mut header = *slab.read().header();
        header.capacity = capacity;
        prop_assert_eq!(grown.read().header(), &header);
        assert_sound(&grown);
        for _ in grown.levels(BookSide::Bid).len()..usize::from(capacity) {
            grown.bid(1, 1);
        }
        prop_assert_eq!(grown.place(BookSide::Bid, 1, 1), Err(BookError::LaneFull));
        prop_assert_eq!(grown.read().orders(BookSide::Ask), slab.read().orders(BookSide::Ask));
        assert_sound(&grown);
    }
}

#[test]
fn growing_is_bounded() {
    let slab = ladder();
    for capacity in [0, 7, 8, 513, u16::MAX] {
        let mut grown = slab.clone();
        grown.0.resize(lane_len(capacity.max(8)) / 8, 0);
        let before = grown.clone();
        let refused = LaneMut::grow(bytemuck::cast_slice_mut(&mut grown.0), capacity);
        assert_eq!(refused, Err(BookError::InvalidCapacity), "{capacity}");
        assert_eq!(grown, before);
    }
    for words in [-1, 1, 12] {
        let mut grown = slab.clone();
        let length = (lane_len(20) / 8).checked_add_signed(words).unwrap();
        grown.0.resize(length, 0);
        let refused = LaneMut::grow(bytemuck::cast_slice_mut(&mut grown.0), 20);
        assert_eq!(refused, Err(BookError::MalformedLane));
    }
    let mut largest = slab;
    largest.0.resize(lane_len(MAX_CAPACITY) / 8, 0);
    LaneMut::grow(bytemuck::cast_slice_mut(&mut largest.0), MAX_CAPACITY).unwrap();
    assert_sound(&largest);
}
