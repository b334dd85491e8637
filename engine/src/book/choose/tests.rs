use proptest::prelude::*;
use sealane_core::{
    book::{Expiry, Lots, Met, NewOrder, SelfTrade, Taken, Ticks, take},
    units::{Bps, FeeRate},
};

use super::*;
use crate::book::fixtures::{NOW, SIZES, lane_of, order};

fn fees() -> Fees {
    Fees::try_new(FeeRate::new(500), -100, Bps(1_000), FeeRate::ZERO).unwrap()
}

fn take_order(side: BookSide, limit: u32, lots: u64, max_quote: u64) -> TakeOrder {
    TakeOrder {
        side,
        limit: Ticks(limit),
        lots: Lots(lots),
        max_quote,
        max_orders: u16::MAX,
        self_trade: SelfTrade::Abort,
    }
}

fn limits(max_lanes: usize) -> TakeLimits {
    TakeLimits {
        max_lanes,
        max_compute_units: u32::MAX,
        ..TakeLimits::default()
    }
}

/// What the core makes of a take of these lanes.
fn taken(order: &TakeOrder, lanes: &[&LaneSnapshot]) -> Taken {
    let mut copies: Vec<LaneSnapshot> = lanes.iter().map(|lane| (*lane).clone()).collect();
    let mut makers: Vec<_> = copies.iter_mut().map(LaneSnapshot::lane_mut).collect();
    let taker = key(&Pubkey::default());
    take(&fees(), SIZES, order, &taker, NOW, &mut makers, |_| {}).unwrap()
}

fn choose(order: &TakeOrder, lanes: &[(Pubkey, LaneSnapshot)], limits: &TakeLimits) -> ChosenLanes {
    choose_lanes(
        &fees(),
        SIZES,
        order,
        &Pubkey::default(),
        NOW,
        lanes.iter().map(|(address, lane)| (*address, lane)),
        limits,
    )
}

fn chosen_outcome(
    order: &TakeOrder,
    lanes: &[(Pubkey, LaneSnapshot)],
    chosen: &ChosenLanes,
) -> Taken {
    let find = |address: &Pubkey| {
        lanes
            .iter()
            .find(|(at, _)| at == address)
            .map(|(_, lane)| lane)
    };
    let named: Vec<&LaneSnapshot> = chosen.lanes.iter().filter_map(find).collect();
    assert_eq!(named.len(), chosen.lanes.len());
    let order = TakeOrder {
        max_orders: chosen.max_orders,
        ..*order
    };
    taken(&order, &named)
}

/// More lots, then less paid or more got.
fn score(order: &TakeOrder, taken: &Taken) -> (i128, i128) {
    let (lots, value) = (i128::from(taken.lots.0), i128::from(taken.value));
    match order.side {
        BookSide::Bid => (lots, -value),
        BookSide::Ask => (lots, value),
    }
}

/// What the core makes of every choice of at most so many lanes.
fn every_outcome(
    order: &TakeOrder,
    lanes: &[(Pubkey, LaneSnapshot)],
    max_lanes: usize,
) -> Vec<Taken> {
    let choices = (0u32..1 << lanes.len()).filter(|set| set.count_ones() as usize <= max_lanes);
    choices
        .map(|set| {
            let mut named: Vec<_> = (0..lanes.len())
                .filter(|at| set & (1 << at) != 0)
                .map(|at| &lanes[at])
                .collect();
            named.sort_unstable_by_key(|(address, _)| *address);
            let named: Vec<&LaneSnapshot> = named.into_iter().map(|(_, lane)| lane).collect();
            taken(order, &named)
        })
        .collect()
}

fn maker(orders: &[(u64, NewOrder)]) -> (Pubkey, LaneSnapshot) {
    let owner = Pubkey::new_unique();
    let lane = lane_of(&Pubkey::default(), &owner, 0, orders);
    (Pubkey::new_unique(), lane)
}

fn asks(orders: &[(u32, u64)]) -> (Pubkey, LaneSnapshot) {
    let orders: Vec<_> = orders
        .iter()
        .map(|(price, lots)| (1, order(BookSide::Ask, *price, *lots)))
        .collect();
    maker(&orders)
}

/// Small numbers, to count with.
const CHEAP: ComputeEstimate = ComputeEstimate {
    base: 100,
    per_lane: 10,
    per_order: 50,
    per_expired: 30,
    per_reap: 70,
    per_reaped_order: 5,
    transfers: 0,
};

/// An order that can no longer trade.
fn expired(side: BookSide, price: u32) -> (u64, NewOrder) {
    let expiry = Expiry {
        slot: NOW.slot - 1,
        time: 0,
    };
    let order = NewOrder {
        expiry,
        ..order(side, price, 1)
    };
    (1, order)
}

/// Asks that have expired above one that has not.
fn poisoned(expired_orders: u32, price: u32, lots: u64) -> (Pubkey, LaneSnapshot) {
    let mut orders: Vec<_> = (0..expired_orders)
        .map(|at| expired(BookSide::Ask, price - 1 - at))
        .collect();
    orders.push((1, order(BookSide::Ask, price, lots)));
    maker(&orders)
}

#[test]
fn names_only_lanes_that_trade() {
    let lanes = [
        asks(&[(103, 5)]),
        asks(&[(101, 5), (102, 5)]),
        asks(&[(101, 5), (110, 5)]),
        asks(&[(120, 50)]),
    ];
    let order = take_order(BookSide::Bid, 110, 12, u64::MAX);
    let chosen = choose(&order, &lanes, &limits(32));
    let mut expected = vec![lanes[1].0, lanes[2].0];
    expected.sort_unstable();
    assert_eq!((chosen.lanes, chosen.is_proven), (expected, true));
    let nothing = choose(
        &take_order(BookSide::Bid, 100, 1, u64::MAX),
        &lanes,
        &limits(32),
    );
    assert!(nothing.lanes.is_empty() && nothing.is_proven);
}

#[test]
fn the_takers_own_lanes_are_left_out() {
    let taker = Pubkey::new_unique();
    let own = lane_of(
        &Pubkey::default(),
        &taker,
        0,
        &[(1, order(BookSide::Ask, 100, 50))],
    );
    let lanes = [(Pubkey::new_unique(), own), asks(&[(105, 5)])];
    let order = take_order(BookSide::Bid, 110, 5, u64::MAX);
    let chosen = choose_lanes(
        &fees(),
        SIZES,
        &order,
        &taker,
        NOW,
        lanes.iter().map(|(address, lane)| (*address, lane)),
        &limits(32),
    );
    assert_eq!(chosen.lanes, [lanes[1].0]);
}

#[test]
fn one_large_lane_beats_many_small_ones() {
    let mut lanes: Vec<_> = (0..6).map(|_| asks(&[(100, 1)])).collect();
    lanes.push(asks(&[(101, 100)]));
    let order = take_order(BookSide::Bid, 110, 50, u64::MAX);
    let chosen = choose(&order, &lanes, &limits(2));
    assert!(chosen.lanes.contains(&lanes[6].0) && chosen.lanes.len() == 2);
    assert_eq!(chosen_outcome(&order, &lanes, &chosen).lots, Lots(50));
}

#[test]
fn compute_units_bound_the_orders() {
    let lanes = [asks(&[(100, 1), (101, 1), (102, 1), (103, 1)])];
    let order = take_order(BookSide::Bid, 110, 4, u64::MAX);
    let compute = ComputeEstimate {
        base: 100,
        per_lane: 10,
        per_order: 50,
        ..CHEAP
    };
    let limits = TakeLimits {
        max_lanes: 1,
        max_compute_units: 260,
        compute,
    };
    let chosen = choose(&order, &lanes, &limits);
    assert_eq!(chosen.max_orders, 3);
    assert_eq!(chosen_outcome(&order, &lanes, &chosen).lots, Lots(3));
    assert_eq!((compute.of(1, 3, 0), chosen.compute_units), (260, 260));
}

#[test]
fn a_lane_that_is_dear_to_enter_is_named_only_if_that_gives_more() {
    let (cheap, dear) = (asks(&[(102, 5), (103, 5)]), poisoned(9, 101, 5));
    let lanes = [cheap.clone(), dear.clone()];
    let names = |lots, max_compute_units, compute| {
        let limits = TakeLimits {
            max_lanes: 32,
            max_compute_units,
            compute,
        };
        let order = take_order(BookSide::Bid, 110, lots, u64::MAX);
        choose(&order, &lanes, &limits)
    };
    // To reap the lane, with its ten orders, costs 120 units, to drop nine orders 270.
    let chosen = names(5, 280, CHEAP);
    assert_eq!(
        (&chosen.lanes, &chosen.reaped),
        (&vec![dear.0], &vec![dear.0])
    );
    assert_eq!(chosen.compute_units, 100 + 10 + 120 + 50);
    let too_few = names(5, 279, CHEAP);
    assert_eq!((too_few.lanes, too_few.reaped), (vec![cheap.0], vec![]));
    // Ten lots need both lanes, or the cheap one's two orders, which cost 210 units.
    let chosen = names(10, 330, CHEAP);
    assert_eq!((chosen.lanes, chosen.max_orders), (vec![cheap.0], 4));
    assert!(chosen.is_proven);
    let chosen = names(10, 340, CHEAP);
    assert_eq!((chosen.lanes.len(), chosen.compute_units), (2, 340));
    // Where reaping costs more, they are dropped.
    let no_reap = ComputeEstimate {
        per_reap: 300,
        ..CHEAP
    };
    let chosen = names(5, 430, no_reap);
    assert_eq!((chosen.lanes, chosen.reaped), (vec![dear.0], vec![]));
    assert_eq!(chosen.compute_units, 100 + 10 + 270 + 50);
}

#[test]
fn expired_orders_are_not_paid_for_without_need() {
    // Both have the same price, and the lane with the expired orders was first.
    let (slot, later) = (9, order(BookSide::Ask, 101, 5));
    let lanes = [poisoned(9, 101, 5), maker(&[(slot, later)])];
    let order = take_order(BookSide::Bid, 110, 5, u64::MAX);
    let chosen = choose(&order, &lanes, &limits(32));
    assert_eq!(chosen.lanes, [lanes[1].0]);
    assert_eq!(chosen_outcome(&order, &lanes, &chosen).lots, Lots(5));
}

#[test]
fn expired_orders_behind_what_is_taken_may_come_into_the_way() {
    let resting = [
        (1, order(BookSide::Ask, 101, 5)),
        expired(BookSide::Ask, 102),
        expired(BookSide::Ask, 103),
    ];
    let lanes = [maker(&resting)];
    let limits = TakeLimits {
        max_lanes: 32,
        max_compute_units: 400,
        compute: CHEAP,
    };
    let of = |lots| {
        choose(
            &take_order(BookSide::Bid, 110, lots, u64::MAX),
            &lanes,
            &limits,
        )
    };
    // Nobody looks behind the last order wanted; still there are units for it.
    assert_eq!(
        (of(5).compute_units, of(5).max_orders),
        (160, 1 + (400 - 160 - 60) / 50)
    );
    assert_eq!(
        (of(6).compute_units, of(6).max_orders),
        (220, 1 + (400 - 220) / 50)
    );
}

#[test]
fn thousands_of_lanes_take_a_moment() {
    let lanes: Vec<_> = (0..2_000u32)
        .map(|at| asks(&[(100 + at % 37, 1 + u64::from(at % 11)), (150 + at % 17, 40)]))
        .collect();
    let order = take_order(BookSide::Bid, 200, 1_500, u64::MAX);
    let started = std::time::Instant::now();
    let chosen = choose(&order, &lanes, &limits(27));
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
    assert_eq!(chosen.lanes.len(), 27);
    // Each lane has at most 51 lots, so no 27 lanes have 1,500: the most there is counts.
    let most = 27 * (40 + 11);
    assert_eq!(chosen_outcome(&order, &lanes, &chosen).lots, Lots(most));
}

prop_compose! {
    fn maker_orders(side: BookSide)(
        orders in prop::collection::vec((0u32..12, 1u64..20, 1u64..4), 0..5),
    ) -> (Pubkey, LaneSnapshot) {
        let orders: Vec<_> = orders
            .into_iter()
            .map(|(price, lots, slot)| (slot, order(side, 100 + price, lots)))
            .collect();
        maker(&orders)
    }
}

fn worlds() -> impl Strategy<Value = (BookSide, Vec<(Pubkey, LaneSnapshot)>)> {
    let of = |taker: BookSide| {
        let lanes = prop::collection::vec(maker_orders(taker.opposite()), 0..8);
        lanes.prop_map(move |lanes| (taker, lanes))
    };
    prop_oneof![of(BookSide::Bid), of(BookSide::Ask)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// Against every choice of at most so many lanes, each taken by the core.
    #[test]
    fn no_other_choice_is_better(
        (side, lanes) in worlds(),
        limit in 98u32..114,
        lots in 1u64..80,
        quote in prop_oneof![Just(None), (1u64..60_000).prop_map(Some)],
        max_lanes in 1usize..5,
    ) {
        let quote = quote.filter(|_| side == BookSide::Bid);
        let order = take_order(side, limit, lots, quote.unwrap_or(u64::MAX));
        let chosen = choose(&order, &lanes, &limits(max_lanes));
        prop_assert!(chosen.lanes.len() <= max_lanes);
        prop_assert!(chosen.is_proven);
        let outcome = chosen_outcome(&order, &lanes, &chosen);
        for other in every_outcome(&order, &lanes, max_lanes) {
            prop_assert!(
                score(&order, &outcome) >= score(&order, &other),
                "{outcome:?} of {:?}, {other:?}", chosen.lanes
            );
        }
    }

    /// A seller for quote gets most for as many lots as it sells, or for some more.
    #[test]
    fn selling_for_quote(
        lanes in prop::collection::vec(maker_orders(BookSide::Bid), 0..7),
        limit in 98u32..114,
        quote in 1u64..60_000,
        max_lanes in 1usize..4,
    ) {
        let order = take_order(BookSide::Ask, limit, 1_000, quote);
        let chosen = choose(&order, &lanes, &limits(max_lanes));
        prop_assert!(chosen.lanes.len() <= max_lanes);
        let outcome = chosen_outcome(&order, &lanes, &chosen);
        prop_assert!(outcome.value <= quote);
        let is_best_for = |lots: u64| {
            let order = take_order(BookSide::Ask, limit, lots, u64::MAX);
            let own = score(&order, &chosen_outcome(&order, &lanes, &chosen));
            let others = every_outcome(&order, &lanes, max_lanes);
            others.iter().all(|other| score(&order, other) <= own)
        };
        let sold = outcome.lots.0.max(1);
        prop_assert!(sold == 1 || (sold..sold + 60).any(is_best_for));
    }
}

/// What a take of lanes costs when it ends after so many orders, and what it comes to: the core's
/// fills, counted.
fn costs(
    order: &TakeOrder,
    lanes: &[&LaneSnapshot],
    reaped: &[bool],
    max_orders: u16,
) -> (u64, Taken) {
    let mut copies: Vec<LaneSnapshot> = lanes.iter().map(|lane| (*lane).clone()).collect();
    let mut units = CHEAP.of(lanes.len(), 0, 0);
    for (copy, _) in copies.iter_mut().zip(reaped).filter(|(_, reaped)| **reaped) {
        units += CHEAP.reaping(copy.resting());
        for side in [BookSide::Bid, BookSide::Ask] {
            copy.lane_mut().reap(side, NOW).unwrap();
        }
    }
    let order = TakeOrder {
        max_orders,
        ..*order
    };
    let mut makers: Vec<_> = copies.iter_mut().map(LaneSnapshot::lane_mut).collect();
    let taker = key(&Pubkey::default());
    let taken = take(&fees(), SIZES, &order, &taker, NOW, &mut makers, |fill| {
        units += u64::from(match fill.met {
            Met::Expired => CHEAP.per_expired,
            _ => CHEAP.per_order,
        });
    });
    (units, taken.unwrap())
}

prop_compose! {
    fn maker_with_expired(side: BookSide)(
        orders in prop::collection::vec((0u32..12, 1u64..20, prop::bool::weighted(0.5)), 0..7),
    ) -> (Pubkey, LaneSnapshot) {
        let orders: Vec<_> = orders
            .into_iter()
            .map(|(price, lots, is_expired)| match is_expired {
                true => expired(side, 100 + price),
                false => (1, order(side, 100 + price, lots)),
            })
            .collect();
        maker(&orders)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    /// Against every choice of lanes, of lanes to reap, and of how many orders to meet.
    #[test]
    fn no_other_choice_within_the_units_is_better(
        lanes in prop::collection::vec(maker_with_expired(BookSide::Ask), 1..5),
        lots in 1u64..60,
        max_compute_units in 150u32..900,
    ) {
        let order = take_order(BookSide::Bid, 110, lots, u64::MAX);
        let limits = TakeLimits { max_lanes: 32, max_compute_units, compute: CHEAP };
        let chosen = choose(&order, &lanes, &limits);
        prop_assert!(chosen.is_proven);
        let mut named: Vec<_> = lanes.iter().filter(|lane| chosen.lanes.contains(&lane.0)).collect();
        named.sort_unstable_by_key(|lane| lane.0);
        let reaped: Vec<bool> = named.iter().map(|lane| chosen.reaped.contains(&lane.0)).collect();
        let snapshots: Vec<_> = named.iter().map(|lane| &lane.1).collect();
        let (units, outcome) = costs(&order, &snapshots, &reaped, chosen.max_orders);
        if !chosen.lanes.is_empty() {
            prop_assert_eq!(units, chosen.compute_units);
        }
        prop_assert!(chosen.lanes.is_empty() || units <= u64::from(max_compute_units));
        let mut sorted: Vec<_> = lanes.iter().collect();
        sorted.sort_unstable_by_key(|lane| lane.0);
        // Two bits for each lane: whether it is named, and whether it is reaped.
        for choice in 1u32..1 << (2 * sorted.len()) {
            let bits = |at: usize| choice >> (2 * at) & 3;
            if (0..sorted.len()).any(|at| bits(at) == 2) {
                continue;
            }
            let members: Vec<usize> = (0..sorted.len()).filter(|at| bits(*at) > 0).collect();
            let snapshots: Vec<_> = members.iter().map(|at| &sorted[*at].1).collect();
            let reaped: Vec<bool> = members.iter().map(|at| bits(*at) == 3).collect();
            for max_orders in 1..12 {
                let (units, other) = costs(&order, &snapshots, &reaped, max_orders);
                if units <= u64::from(max_compute_units) {
                    prop_assert!(score(&order, &outcome) >= score(&order, &other), "{members:?}");
                }
            }
        }
    }
}
