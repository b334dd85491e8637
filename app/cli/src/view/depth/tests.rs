use console::strip_ansi_codes;
use sealane_sdk::{
    book::LaneSnapshot,
    engine_core::book::{Expiry, Key, LaneHeader, LaneMut, NewOrder, lane_len},
};

use super::*;
use crate::venue::tests::venue;

const NOW: Moment = Moment {
    slot: 1_234,
    time: 1_700_000_000,
};

/// A lane with these orders: side, price in hundredths, size in hundredths.
fn lane(owner: &Pubkey, orders: &[(BookSide, u32, u64)]) -> LaneSnapshot {
    const CAPACITY: u16 = 16;
    let header = LaneHeader {
        owner: Key::new(owner.to_bytes()),
        base_free: 1 << 50,
        quote_free: 1 << 50,
        base_lot: 10_000_000,
        tick: 100,
        capacity: CAPACITY,
        ..LaneHeader::default()
    };
    let mut words = vec![0u64; lane_len(CAPACITY) / 8];
    let bytes: &mut [u8] = bytemuck::cast_slice_mut(&mut words);
    bytes[..size_of::<LaneHeader>()].copy_from_slice(bytemuck::bytes_of(&header));
    let mut lane = LaneMut::from_bytes(bytes).unwrap();
    for (side, price, lots) in orders {
        let order = NewOrder {
            side: *side,
            price: Ticks(*price),
            lots: Lots(*lots),
            client_id: 0,
            expiry: Expiry::NEVER,
        };
        lane.place(&order, 0, 1).unwrap();
    }
    LaneSnapshot::from_bytes(bytes).unwrap()
}

fn depth(lanes: &[LaneSnapshot], units: Units, shown: &Shown<'_>) -> DepthView {
    let lanes = lanes.iter().map(|lane| (Pubkey::new_unique(), lane));
    let book = OrderBook::of(lanes, NOW);
    DepthView::of(&venue(units), &book, NOW, shown)
}

fn shown(own: Option<&Pubkey>) -> Shown<'_> {
    Shown {
        group: 1,
        levels: 10,
        own,
    }
}

/// Two makers around 150.01.
fn two_makers() -> (Pubkey, [LaneSnapshot; 2]) {
    use BookSide::{Ask, Bid};
    let [one, other] = [(); 2].map(|()| Pubkey::new_unique());
    let lanes = [
        lane(
            &one,
            &[(Bid, 15_000, 500), (Bid, 14_950, 1_000), (Ask, 15_002, 250)],
        ),
        lane(
            &other,
            &[(Bid, 15_000, 100), (Ask, 15_002, 50), (Ask, 15_060, 1_200)],
        ),
    ];
    (other, lanes)
}

fn drawn(view: &DepthView, width: usize) -> String {
    strip_ansi_codes(&view.draw(width)).into_owned()
}

#[test]
fn asks_stand_above_bids_and_own_orders_are_marked() {
    let (other, lanes) = two_makers();
    let view = depth(&lanes, Units::Whole, &shown(Some(&other)));
    let expected = "\
tSOL/tUSDC · 6 orders · slot 1234
price tUSDC  size tSOL  total  orders  yours
     150.60      12.00  15.00       1  12.00  ████████████████
     150.02       3.00   3.00       2   0.50  ████
── mid 150.01 · spread 0.02 (1.33 bps) ───────────────────────
     150.00       6.00   6.00       2   1.00  ████████
     149.50      10.00  16.00       1         █████████████▎";
    assert_eq!(drawn(&view, 62), expected);
}

#[test]
fn prices_are_added_up_within_steps() {
    let (_, lanes) = two_makers();
    let shown = Shown {
        group: 50,
        ..shown(None)
    };
    let view = depth(&lanes, Units::Whole, &shown);
    let expected = "\
tSOL/tUSDC · 6 orders · slot 1234
price tUSDC  size tSOL  total  orders
      151.0      12.00  15.00       1
      150.5       3.00   3.00       2
── mid 150.01 · spread 0.02 (1.33 bps)
      150.0       6.00   6.00       2
      149.5      10.00  16.00       1";
    // Too narrow for bars.
    assert_eq!(drawn(&view, 30), expected);
}

#[test]
fn only_so_many_levels_are_shown_and_the_best_ones_first() {
    let (_, lanes) = two_makers();
    let shown = Shown {
        levels: 1,
        ..shown(None)
    };
    let view = depth(&lanes, Units::Whole, &shown);
    let text = drawn(&view, 40);
    assert!(text.contains("150.02") && text.contains("150.00"), "{text}");
    assert!(
        !text.contains("150.60") && !text.contains("149.50"),
        "{text}"
    );
    // All orders are counted, shown or not.
    assert!(text.contains("6 orders"), "{text}");
    assert_eq!(drawn(&view.clone().fitting(2), 40), text);
}

#[test]
fn a_screen_of_few_rows_gets_few_levels() {
    let (_, lanes) = two_makers();
    let view = depth(&lanes, Units::Whole, &shown(None)).fitting(8);
    assert_eq!(drawn(&view, 40).lines().count(), 5);
}

#[test]
fn crossed_and_one_sided_and_empty_books_say_so() {
    use BookSide::{Ask, Bid};
    let [one, other] = [(); 2].map(|()| Pubkey::new_unique());
    let crossing = [
        lane(&one, &[(Bid, 15_010, 1)]),
        lane(&other, &[(Ask, 15_000, 1)]),
    ];
    let text = drawn(&depth(&crossing, Units::Whole, &shown(None)), 80);
    assert!(text.contains("crossed by 0.1"), "{text}");
    let bids = [lane(&one, &[(Bid, 15_010, 1)])];
    let text = drawn(&depth(&bids, Units::Whole, &shown(None)), 80);
    assert!(text.contains("── no asks ──"), "{text}");
    let text = drawn(&depth(&[], Units::Whole, &shown(None)), 80);
    assert_eq!(
        text,
        "tSOL/tUSDC · 0 orders · slot 1234\n\nNobody has an order here."
    );
}

#[test]
fn with_raw_prices_are_ticks_and_sizes_base_units() {
    let (_, lanes) = two_makers();
    let text = drawn(&depth(&lanes, Units::Base, &shown(None)), 80);
    assert!(
        text.contains("15002             3000000000   3000000000"),
        "{text}"
    );
    assert!(text.contains(" mid 15001 · spread 2 (1.33 bps) "), "{text}");
}

#[test]
fn programs_read_decimals_and_base_units() {
    let (other, lanes) = two_makers();
    let view = depth(&lanes, Units::Whole, &shown(Some(&other)));
    let json = serde_json::to_value(&view).unwrap();
    assert_eq!(json["asks"][0]["price"], "150.02");
    assert_eq!(json["asks"][0]["price_ticks"], 15_002);
    assert_eq!(json["asks"][0]["size"], 3_000_000_000u64);
    assert_eq!(json["asks"][0]["own"], 500_000_000);
    assert_eq!(json["bids"][1]["total"], 16_000_000_000u64);
    assert_eq!(json["mid"], "150.01");
    assert_eq!(json["spread_bps"], "1.33");
}

#[test]
fn only_the_slot_is_no_change() {
    let (_, lanes) = two_makers();
    let view = depth(&lanes, Units::Whole, &shown(None));
    let mut later = view.clone();
    later.slot += 1;
    assert!(view.shows_the_same(&later));
    later.bids[0].size += 1;
    assert!(!view.shows_the_same(&later));
}

#[test]
fn bars_are_exact_to_an_eighth_and_never_vanish() {
    assert_eq!(bar(8, 8, 4), "████");
    assert_eq!(bar(4, 8, 4), "██");
    assert_eq!(bar(3, 8, 3), "█▏");
    assert_eq!(bar(1, 1_000_000, 4), "▏");
    assert_eq!(bar(1, 2, 0), "");
    assert_eq!(bar(0, 2, 4), "");
    assert_eq!(bar(u64::MAX, u64::MAX, 2), "██");
}
