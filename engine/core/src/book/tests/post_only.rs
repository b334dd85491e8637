use super::*;

fn shown(slabs: &[Slab], side: BookSide) -> Option<Ticks> {
    best_live_price(slabs.iter().map(Slab::read), side, NOW)
}

#[test]
fn only_orders_that_can_trade_are_seen() {
    let mut slabs = [Slab::rich(1), Slab::rich(2)];
    assert_eq!(shown(&slabs, BookSide::Ask), None);
    let expired = NewOrder {
        expiry: Expiry { slot: 1, time: 0 },
        ..order(BookSide::Ask, 90, 1)
    };
    slabs[0].lane().place(&expired, 0, 1).unwrap();
    assert_eq!(shown(&slabs, BookSide::Ask), None);
    slabs[0].ask(110, 1);
    slabs[1].ask(105, 1);
    slabs[1].bid(95, 1);
    slabs[0].bid(80, 1);
    assert_eq!(shown(&slabs, BookSide::Ask), Some(Ticks(105)));
    assert_eq!(shown(&slabs, BookSide::Bid), Some(Ticks(95)));
    assert_eq!(shown(&slabs[..1], BookSide::Ask), Some(Ticks(110)));
}

#[test]
fn rejects_or_slides_where_it_would_take() {
    use PostOnly::{Off, Reject, Slide};
    let (bid, ask) = (BookSide::Bid, BookSide::Ask);
    let refused = Err(BookError::WouldTake);
    for (mode, side, price, best, expected) in [
        (Off, bid, 100, Some(100), Ok(100)),
        (Reject, bid, 99, Some(100), Ok(99)),
        (Reject, bid, 100, Some(100), refused),
        (Reject, ask, 101, Some(100), Ok(101)),
        (Reject, ask, 100, Some(100), refused),
        (Reject, bid, u32::MAX, None, Ok(u32::MAX)),
        (Slide, bid, 99, Some(100), Ok(99)),
        (Slide, bid, 100, Some(100), Ok(99)),
        (Slide, bid, 500, Some(100), Ok(99)),
        (Slide, ask, 100, Some(100), Ok(101)),
        (Slide, ask, 1, Some(100), Ok(101)),
        // No tick to slide to.
        (Slide, bid, 1, Some(1), refused),
        (Slide, ask, u32::MAX, Some(u32::MAX), refused),
        (Slide, ask, 7, None, Ok(7)),
    ] {
        let slid = mode.price(side, Ticks(price), best.map(Ticks));
        assert_eq!(slid, expected.map(Ticks), "{mode:?} {side:?} {price}");
    }
}

#[test]
fn numbers_that_mean_nothing_are_refused() {
    for number in 0..=u8::MAX {
        let known = |kind: Option<u8>| assert_eq!(kind, (number < 3).then_some(number));
        known(PostOnly::from_u8(number).map(|mode| mode as u8));
        known(SelfTrade::from_u8(number).map(|mode| mode as u8));
        let side = BookSide::from_u8(number).map(|side| side as u8);
        assert_eq!(side, (number < 2).then_some(number));
    }
}

proptest! {
    /// What slides rests next to the best price and trades with nothing shown.
    #[test]
    fn what_slides_does_not_take(
        first in any_slab(1), second in any_slab(2), side in any_side(), price in 80u32..120,
    ) {
        let slabs = [first, second];
        let best = shown(&slabs, side.opposite());
        let slid = PostOnly::Slide.price(side, Ticks(price), best).unwrap();
        if let Some(best) = best {
            prop_assert!(!side.accepts(slid, best));
            prop_assert!(slid.0 == price || slid.0.abs_diff(best.0) == 1);
        }
        // Never at a better price for others than was asked for.
        match side {
            BookSide::Bid => prop_assert!(slid.0 <= price),
            BookSide::Ask => prop_assert!(slid.0 >= price),
        }
    }
}
