//! Any bytes at all: operations refuse or compute nonsense, but end, and do not panic.

use super::*;

/// A lane's worth of words: anything, or small numbers, behind a head whose counts fit.
fn any_words() -> impl Strategy<Value = Vec<u64>> {
    let word = prop_oneof![
        any::<u64>(),
        0u64..4,
        Just(u64::MAX),
        (0u64..1 << 20).prop_map(|low| low << 32 | low),
    ];
    (
        0u16..12,
        any::<(u16, u16)>(),
        prop::collection::vec(word, 28 + 12 * 24),
    )
        .prop_map(|(capacity, (bids, asks), mut words)| {
            words.truncate(lane_len(capacity) / 8);
            let head = &mut words[..size_of::<LaneHeader>() / 8];
            let header: &mut LaneHeader = bytemuck::from_bytes_mut(bytemuck::cast_slice_mut(head));
            header.capacity = capacity;
            header.bid_count = bids % (capacity + 1);
            header.ask_count = asks % (capacity + 1);
            words
        })
}

#[test]
fn lanes_of_the_wrong_size_are_none() {
    let sound = Slab::rich(1);
    let bytes: &[u8] = bytemuck::cast_slice(&sound.0);
    let refused = |bytes: &[u8]| {
        assert_eq!(
            LaneRef::from_bytes(bytes).map(|_| ()).err(),
            Some(BookError::MalformedLane)
        );
    };
    for length in 0..bytes.len() {
        refused(&bytes[..length]);
    }
    let longer = [&sound.0[..], &[0; 6]].concat();
    refused(bytemuck::cast_slice(&longer));
    let with = |change: &dyn Fn(&mut LaneHeader)| {
        let mut slab = sound.clone();
        change(slab.header());
        let bytes = bytemuck::cast_slice_mut(&mut slab.0);
        assert_eq!(
            LaneRef::from_bytes(bytes).is_ok(),
            LaneMut::from_bytes(bytes).is_ok()
        );
        LaneMut::from_bytes(bytes).map(|_| ())
    };
    assert_eq!(with(&|_| {}), Ok(()));
    let refused = Err(BookError::MalformedLane);
    assert_eq!(with(&|header| header.capacity = 7), refused);
    assert_eq!(with(&|header| header.capacity = 9), refused);
    assert_eq!(with(&|header| header.capacity = u16::MAX), refused);
    assert_eq!(with(&|header| header.bid_count = 9), refused);
    assert_eq!(with(&|header| header.ask_count = u16::MAX), refused);
    assert_eq!(with(&|header| header.ask_count = 8), Ok(()));
    // Bytes that do not lie where words do.
    let words = vec![0u64; lane_len(8) / 8 + 1];
    let bytes: &[u8] = bytemuck::cast_slice(&words);
    let shifted = LaneRef::from_bytes(&bytes[4..4 + lane_len(8)]).map(|_| ());
    assert_eq!(shifted.err(), Some(BookError::MalformedLane));
}

fn run_all(words: &[u64], number: u64, side: BookSide, moment: Moment) {
    let fresh = || Slab(words.to_vec());
    let price = number as u32;
    let new = order(side, price, number);
    let _ = fresh().lane().place(&new, number as i32, number);
    let _ = fresh().lane().cancel(OrderId(number));
    let _ = fresh().lane().cancel_client(number);
    let _ = fresh()
        .lane()
        .cancel_up_to(side, Ticks(price), price as u16);
    let _ = fresh().lane().cancel_side(side);
    let _ = fresh().lane().reap(side, moment);
    let _ = best_live_price([fresh().read()], side, moment);
    if let Some(id) = fresh().read().orders(side).first().map(|order| order.id) {
        let _ = fresh().lane().cancel(id);
        let _ = fresh().lane().reduce(id, Lots(number));
        let _ = fresh().lane().reduce(id, Lots(1));
    }
    let mut grown = fresh();
    let capacity = (number % 30) as u16;
    grown.0.resize(lane_len(capacity) / 8, number);
    let _ = LaneMut::grow(bytemuck::cast_slice_mut(&mut grown.0), capacity);
}

fn trade_all(words: [&[u64]; 2], number: u64, side: BookSide, moment: Moment) {
    let fees = Fees::try_new(FeeRate(10_000), -10_000, Bps(5_000), FeeRate(10_000)).unwrap();
    let [mut first, mut second] = words.map(|words| Slab(words.to_vec()));
    let (mut bids, mut asks) = (first.clone(), second.clone());
    let crossed = cross(
        &fees,
        &mut bids.lane(),
        &mut asks.lane(),
        moment,
        40,
        |_| {},
    );
    let _ = crossed;
    let wanted = TakeOrder {
        side,
        limit: Ticks((number >> 32) as u32),
        lots: Lots(number),
        max_quote: if number.is_multiple_of(2) {
            u64::MAX
        } else {
            number
        },
        max_orders: u16::MAX,
        self_trade: SelfTrade::from_u8((number % 3) as u8).unwrap(),
    };
    let (sizes, owner) = (first.read().header().sizes(), Key([number % 4; 4]));
    let taken = {
        let mut lanes = [first.lane(), second.lane()];
        take(&fees, sizes, &wanted, &owner, moment, &mut lanes, |_| {})
    };
    if let Ok(taken) = taken {
        let _ = first.lane().settle_taker(&fees, side, &taken);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn operations_on_any_lane_end(
        words in any_words(), number in prop_oneof![any::<u64>(), 0u64..100],
        side in any_side(), slot: u64, time: i64,
    ) {
        run_all(&words, number, side, Moment { slot, time });
    }

    #[test]
    fn trades_on_any_lanes_end(
        first in any_words(), second in any_words(),
        number in prop_oneof![any::<u64>(), 0u64..100], side in any_side(), slot: u64, time: i64,
    ) {
        trade_all([&first, &second], number, side, Moment { slot, time });
    }

    #[test]
    fn any_bytes_are_a_lane_or_not(words: Vec<u64>, cut in 0usize..8) {
        let bytes: &[u8] = bytemuck::cast_slice(&words);
        let bytes = &bytes[..bytes.len().saturating_sub(cut)];
        if let Ok(lane) = LaneRef::from_bytes(bytes) {
            let _ = (lane.orders(BookSide::Bid), lane.best(BookSide::Ask));
        }
    }
}
