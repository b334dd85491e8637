use super::*;
use crate::book::requote::{HEAD_LEN, flag};

type Levels<'a> = &'a [(u16, u32)];

fn head(flags: u8, bids: Levels<'_>, asks: Levels<'_>) -> RequoteHead {
    RequoteHead {
        client_id: 77,
        expiry: Expiry {
            slot: 9,
            time: 2_000,
        },
        reference: Ticks(100),
        lot_multiple: 10,
        bids: bids.len() as u8,
        asks: asks.len() as u8,
        flags,
    }
}

fn message(head: &RequoteHead, bids: Levels<'_>, asks: Levels<'_>) -> Vec<u8> {
    let mut bytes = head.to_bytes().to_vec();
    for &(distance, size) in bids.iter().chain(asks) {
        bytes.extend(Level { distance, size }.to_bytes());
    }
    bytes
}

fn both(bids: Levels<'_>, asks: Levels<'_>) -> Vec<u8> {
    message(&head(flag::BIDS | flag::ASKS, bids, asks), bids, asks)
}

fn requote(slab: &mut Slab, bytes: &[u8], maker: i32) -> Result<(), BookError> {
    let message = Requote::try_from_bytes(bytes)?;
    slab.lane().requote(&message, maker, NOW.slot)
}

#[test]
fn a_ladder_around_a_price() {
    let mut slab = Slab::rich(1);
    slab.bid(50, 1);
    slab.ask(200, 1);
    let bytes = both(&[(1, 5), (2, 6)], &[(0, 7), (3, 8), (1, 9)]);
    requote(&mut slab, &bytes, 100).unwrap();
    assert_eq!(slab.levels(BookSide::Bid), [(99, 50), (97, 60)]);
    assert_eq!(
        slab.levels(BookSide::Ask),
        [(100, 70), (103, 80), (104, 90)]
    );
    assert_sound(&slab);
    let bid = *slab.read().best(BookSide::Bid).unwrap();
    assert_eq!(
        (bid.client_id, bid.expires_slot, bid.expires_at),
        (77, 9, 2_000)
    );
    assert_eq!(bid.maker_rate, 100);
    // A pip of 99 · 5 · 50 is 2.475; of 97 · 5 · 60 it is 2.91.
    assert_eq!(slab.funds()[3], 24_750 + 2 + 29_100 + 2);
    // The best of each side is the first.
    let ids = |side| -> Vec<_> {
        let lane = slab.read();
        lane.orders(side)
            .iter()
            .rev()
            .map(|order| order.id.0 & 0xff)
            .collect()
    };
    assert_eq!(
        (ids(BookSide::Bid), ids(BookSide::Ask)),
        (vec![4, 6], vec![9, 11, 13])
    );
}

#[test]
fn a_side_that_is_not_named_stays() {
    let mut slab = Slab::rich(1);
    slab.bid(50, 1);
    slab.ask(200, 1);
    let bids = message(&head(flag::BIDS, &[(1, 1)], &[]), &[(1, 1)], &[]);
    requote(&mut slab, &bids, 0).unwrap();
    assert_eq!(slab.levels(BookSide::Bid), [(99, 10)]);
    assert_eq!(slab.levels(BookSide::Ask), [(200, 1)]);
    // Named and without levels: cancelled.
    let none = message(&head(flag::ASKS, &[], &[]), &[], &[]);
    requote(&mut slab, &none, 0).unwrap();
    assert_eq!(slab.levels(BookSide::Ask), []);
    assert_eq!(slab.levels(BookSide::Bid), [(99, 10)]);
    assert_sound(&slab);
}

#[test]
fn funds_that_the_old_quotes_lock_pay_for_the_new() {
    let mut slab = Slab::new(1, SIZES, 100, 4_950);
    requote(&mut slab, &both(&[(1, 1)], &[(1, 1)]), 0).unwrap();
    assert_eq!(slab.funds(), [0, 100, 0, 4_950]);
    requote(&mut slab, &both(&[(1, 1)], &[(2, 1)]), 0).unwrap();
    assert_eq!(slab.funds(), [0, 100, 0, 4_950]);
    let more = both(&[(0, 1)], &[(2, 1)]);
    assert_eq!(
        requote(&mut slab, &more, 0),
        Err(BookError::InsufficientFunds)
    );
}

#[test]
fn bad_ladders_are_refused() {
    let refused = |bids: Levels<'_>, asks: Levels<'_>, error| {
        let outcome = requote(&mut Slab::rich(1), &both(bids, asks), 0);
        assert_eq!(outcome, Err(error), "{bids:?} {asks:?}");
    };
    refused(&[(1, 1), (0, 1)], &[], BookError::UnsortedLevels);
    refused(&[], &[(1, 1), (0, 1)], BookError::UnsortedLevels);
    refused(&[(1, 0)], &[], BookError::ZeroLots);
    refused(&[], &[(1, 1), (1, 0)], BookError::ZeroLots);
    refused(&[(100, 1)], &[], BookError::ZeroPrice);
    refused(&[(99, 1), (1, 1)], &[], BookError::ZeroPrice);
    refused(&[(0, 1)], &[(0, 1)], BookError::CrossesOwnOrder);
    refused(&[(1, 1); 9], &[], BookError::LaneFull);
    refused(&[], &[(1, 1); 9], BookError::LaneFull);

    let mut large = head(flag::BIDS, &[(1, u32::MAX)], &[]);
    large.lot_multiple = u32::MAX;
    let outcome = requote(
        &mut Slab::rich(1),
        &message(&large, &[(1, u32::MAX)], &[]),
        0,
    );
    assert_eq!(outcome, Err(BookError::Overflow));
    let mut high = head(flag::ASKS, &[], &[(2, 1)]);
    high.reference = Ticks(u32::MAX - 1);
    let outcome = requote(&mut Slab::rich(1), &message(&high, &[], &[(2, 1)]), 0);
    assert_eq!(outcome, Err(BookError::Overflow));
    high.reference = Ticks(0);
    let outcome = requote(&mut Slab::rich(1), &message(&high, &[], &[(0, 1)]), 0);
    assert_eq!(outcome, Err(BookError::ZeroPrice));
}

#[test]
fn malformed_messages_are_refused() {
    let sound = both(&[(1, 1)], &[(1, 1), (1, 1)]);
    assert!(Requote::try_from_bytes(&sound).is_ok());
    let refused = |bytes: &[u8]| {
        let error = Requote::try_from_bytes(bytes).map(|_| ());
        assert_eq!(error, Err(BookError::MalformedLevels), "{bytes:?}");
    };
    for length in 0..sound.len() {
        refused(&sound[..length]);
    }
    refused(&[&sound[..], &[0]].concat());
    refused(&[&sound[..], &[0; 6]].concat());
    let with = |at: usize, byte: u8| {
        let mut bytes = sound.clone();
        bytes[at] = byte;
        bytes
    };
    refused(&with(28, 2));
    refused(&with(29, 1));
    refused(&with(30, flag::ALL + 1));
    // Levels of a side that is not named.
    refused(&with(30, flag::BIDS));
    refused(&with(30, flag::ASKS));
    refused(&with(HEAD_LEN - 1, 1));
}

fn levels() -> impl Strategy<Value = Vec<(u16, u32)>> {
    prop::collection::vec((0u16..5, 0u32..50), 0..9)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn any_bytes_are_read_or_refused(mut bytes: Vec<u8>, fit: bool, flags in 0u8..9) {
        if fit && bytes.len() > HEAD_LEN {
            let levels = (bytes.len() - HEAD_LEN) / 6;
            bytes.truncate(HEAD_LEN + levels * 6);
            bytes[28] = (levels / 2) as u8;
            bytes[29] = (levels - levels / 2) as u8;
            bytes[30] = flags;
            bytes[31] = 0;
        }
        let mut slab = Slab::rich(1);
        if let Ok(message) = Requote::try_from_bytes(&bytes) {
            let _ = message.best_price(BookSide::Bid);
            let _ = message.best_price(BookSide::Ask);
            if slab.lane().requote(&message, 0, 2).is_ok() {
                assert_sound(&slab);
            }
        }
    }

    /// Cancelling the sides named and placing level by level does the same, ids included.
    #[test]
    fn a_requote_is_cancels_and_places(
        slab in any_slab(1), bids in levels(), asks in levels(),
        flags in 0u8..4, maker in -100i32..=5_000,
    ) {
        let named = |flag, levels: Vec<_>| if flags & flag == 0 { Vec::new() } else { levels };
        let (bids, asks) = (named(flag::BIDS, bids), named(flag::ASKS, asks));
        let bytes = message(&head(flags, &bids, &asks), &bids, &asks);
        let mut requoted = slab.clone();
        let outcome = requote(&mut requoted, &bytes, maker);

        let mut placed = slab;
        for (side, flag) in [(BookSide::Bid, flag::BIDS), (BookSide::Ask, flag::ASKS)] {
            if flags & flag != 0 {
                placed.lane().cancel_side(side).unwrap();
            }
        }
        let mut one_by_one = || -> Result<(), BookError> {
            for (side, levels) in [(BookSide::Bid, &bids), (BookSide::Ask, &asks)] {
                let mut price = 100u32;
                for (at, &(distance, size)) in levels.iter().enumerate() {
                    if at > 0 && distance == 0 {
                        return Err(BookError::UnsortedLevels);
                    }
                    price = match side {
                        BookSide::Bid => price - u32::from(distance),
                        BookSide::Ask => price + u32::from(distance),
                    };
                    let new = NewOrder {
                        client_id: 77,
                        expiry: Expiry { slot: 9, time: 2_000 },
                        ..order(side, price, u64::from(size) * 10)
                    };
                    placed.lane().place(&new, maker, NOW.slot)?;
                }
            }
            Ok(())
        };
        let expected = one_by_one();
        prop_assert_eq!(outcome.is_ok(), expected.is_ok(), "{:?} {:?}", outcome, expected);
        if outcome.is_ok() {
            prop_assert_eq!(requoted.read().header(), placed.read().header());
            for side in [BookSide::Bid, BookSide::Ask] {
                prop_assert_eq!(requoted.read().orders(side), placed.read().orders(side));
            }
            assert_sound(&requoted);
        }
    }
}
