use sealane_core::{
    book::{Fees, Lots, SelfTrade, TakeOrder, Ticks},
    units::{Bps, FeeRate},
};
use sealane_sdk::engine::book::{TakeLimits, choose_lanes, fixtures as lanes};
use solana_pubkey::Pubkey;

use super::*;

fn small() -> Parameters {
    Parameters {
        hours: 2,
        slots: 100,
        rate: 200.0,
        ..Parameters::default()
    }
}

#[test]
fn a_seed_makes_one_day_and_another_another() {
    let text = |parameters: &Parameters| format!("{:?}", parameters.windows());
    let other = Parameters { seed: 2, ..small() };
    assert_eq!(text(&small()), text(&small()));
    assert_ne!(text(&small()), text(&other));
}

#[test]
fn as_much_arrives_as_was_asked_for_in_bursts() {
    let parameters = Parameters {
        hours: 1,
        slots: 2_000,
        ..small()
    };
    let window = &parameters.windows()[0];
    // A cancel of nothing and a take of nothing are left out.
    let expected = parameters.rate * Parameters::busyness(0.0) * 2_000.0;
    let arrived = window.actions.len() as f64;
    assert!(
        (0.9..1.02).contains(&(arrived / expected)),
        "{}",
        arrived / expected
    );
    // Of a Poisson process variance and mean are the same. Of this one, counted over seconds, the
    // variance comes close to 1 / (1 − 0.6)² = 6.25 times the mean.
    let mut counts = vec![0.0; 100];
    for action in &window.actions {
        counts[action.slot as usize / 20] += 1.0;
    }
    let mean = counts.iter().sum::<f64>() / 100.0;
    let variance = counts
        .iter()
        .map(|count| (count - mean).powi(2))
        .sum::<f64>()
        / 99.0;
    assert!(
        (2.0..12.0).contains(&(variance / mean)),
        "{}",
        variance / mean
    );
}

#[test]
fn the_first_market_has_its_share_and_takes_theirs() {
    let parameters = Parameters {
        slots: 400,
        ..small()
    };
    let windows = parameters.windows();
    let books = windows.iter().flat_map(|window| &window.actions);
    let books: Vec<&Action> = books
        .filter(|action| !matches!(action.kind, Kind::Swap { .. }))
        .collect();
    let part = |of: fn(&Action) -> bool| {
        books.iter().filter(|action| of(action)).count() as f64 / books.len() as f64
    };
    let weights: f64 = (1..=40).map(|market| f64::from(market).powf(-1.2)).sum();
    assert!((part(|action| action.place == 0) - 1.0 / weights).abs() < 0.03);
    assert!((part(|action| matches!(action.kind, Kind::Take { .. })) - 0.15).abs() < 0.02);
    assert!((part(|action| matches!(action.kind, Kind::Requote { .. })) - 0.60).abs() < 0.03);
}

#[test]
fn the_first_pools_depth_is_turned_over_as_often_as_was_asked_for() {
    let parameters = Parameters {
        hours: 6,
        slots: 1_000,
        ..small()
    };
    let windows = parameters.windows();
    let actions = windows.iter().flat_map(|window| &window.actions);
    let parts = actions.filter_map(|action| match action.kind {
        Kind::Swap { part, .. } if action.place == 0 => Some(part),
        _ => None,
    });
    let days = 6.0 * 1_000.0 / SLOTS_A_DAY;
    let turnover = parts.sum::<f64>() / days;
    assert!((15.0..25.0).contains(&turnover), "{turnover}");
}

/// A book of three makers, without traders' orders.
fn book() -> (Book, ChaCha8Rng) {
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    (Book::new(Who(100), 3, false, &mut rng), rng)
}

#[test]
fn a_take_meets_orders_by_price_then_time() {
    let (mut book, mut rng) = book();
    let all = book.take(BookSide::Bid, u64::MAX, 0, Who(0));
    assert_eq!(all.fills.len(), book::MOST_FILLS);
    // What was taken is gone.
    for _ in 0..3 {
        book.take(BookSide::Bid, u64::MAX, 0, Who(0));
    }
    assert!(book.take(BookSide::Bid, 1, 0, Who(0)).fills.is_empty());
    // The other side is as it was, and a requote brings quotes back.
    assert!(!book.take(BookSide::Ask, 1, 0, Who(0)).fills.is_empty());
    let maker = book.requote(&mut rng);
    assert_eq!(book.take(BookSide::Bid, 1, 0, Who(0)).fills, [maker]);
    // Nobody takes from itself.
    assert!(book.take(BookSide::Bid, 1, 0, maker).fills.is_empty());
}

/// The SDK's own choice, on lanes with the same orders.
#[test]
fn a_take_names_the_lanes_that_the_sdk_would_name() {
    let none = FeeRate::new(0);
    let fees = Fees::try_new(none, 0, Bps::default(), none).unwrap();
    for seed in 0..40 {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut book = Book::new(Who(0), 6, false, &mut rng);
        let lots = rng.random_range(1..1_500);
        let market = Pubkey::new_unique();
        let mut owned = Vec::new();
        for maker in 0..6u32 {
            let owner = Pubkey::new_unique();
            // In order of time; the slot is the time.
            let orders: Vec<_> = book
                .orders(BookSide::Ask)
                .filter(|(_, who, _)| *who == Who(maker))
                .map(|((away, time), _, lots)| (time, lanes::ask(1_000 + away, lots)))
                .collect();
            owned.push((owner, lanes::lane_of(&market, &owner, 0, &orders)));
        }
        let order = TakeOrder {
            side: BookSide::Bid,
            limit: Ticks(u32::MAX),
            lots: Lots(lots),
            max_quote: u64::MAX,
            max_orders: u16::MAX,
            self_trade: SelfTrade::Decrement,
        };
        let chosen = choose_lanes(
            &fees,
            lanes::SIZES,
            &order,
            &Pubkey::new_unique(),
            lanes::NOW,
            owned.iter().map(|(owner, lane)| (*owner, lane)),
            &TakeLimits::default(),
        );
        let met = book.take(BookSide::Bid, lots, 0, Who(99));
        if met.fills.len() == book::MOST_FILLS {
            continue;
        }
        let mut named: Vec<_> = met
            .named
            .iter()
            .map(|who| owned[who.0 as usize].0)
            .collect();
        let mut expected = chosen.lanes;
        named.sort();
        expected.sort();
        assert_eq!(named, expected, "seed {seed}");
    }
}
