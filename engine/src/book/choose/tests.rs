use proptest::prelude::*;
use sealane_core::{
    book::{Lots, NewOrder, SelfTrade, Taken, Ticks, take},
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
        transfers: 0,
    };
    let limits = TakeLimits {
        max_lanes: 1,
        max_compute_units: 260,
        compute,
    };
    let chosen = choose(&order, &lanes, &limits);
    assert_eq!(chosen.max_orders, 3);
    assert_eq!(chosen_outcome(&order, &lanes, &chosen).lots, Lots(3));
    assert_eq!(compute.of(1, 3), 260);
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
