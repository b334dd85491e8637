//! Who is owed what, and that nobody gains for nothing.

use std::vec::Vec;

use proptest::prelude::*;

use super::world::{SPACING, World, event, fee_terms};
use crate::{
    concentrated::*,
    units::{Bps, FeeRate, Rounding, Side},
};

fn unlimited(base_in: bool, amount: Remaining) -> RangeOrder {
    let (side_in, limit) = if base_in {
        (Side::Base, SqrtPrice::MIN)
    } else {
        (Side::Quote, SqrtPrice::MAX)
    };
    RangeOrder {
        side_in,
        amount,
        limit,
    }
}

fn terms() -> impl Strategy<Value = RangeTerms> {
    (fee_terms(), 0u16..=2_500).prop_map(|(fee, share)| RangeTerms {
        fee,
        protocol_share: Bps::try_new(share).unwrap(),
    })
}

/// Operations so that there are as many as `SEALANE_RANGE_EVENTS` asks for.
fn histories(length: usize) -> u32 {
    let events = std::env::var("SEALANE_RANGE_EVENTS").map_or(40_000, |events| {
        events.parse().expect("SEALANE_RANGE_EVENTS is a number")
    });
    (events as usize).div_ceil(length) as u32
}

const LENGTH: usize = 80;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(histories(LENGTH)))]

    /// Whatever happens, the vaults hold what everybody is owed; who leaves last is paid.
    #[test]
    fn vaults_hold_what_is_owed(
        tick in -1_000i32..1_000,
        terms in terms(),
        events in proptest::collection::vec(event(), LENGTH),
    ) {
        let mut world = World::new(tick, terms);
        for event in events {
            world.happen(event);
        }
        world.end();
    }

    /// There and back costs: no more of what was sent comes back.
    #[test]
    fn there_and_back_does_not_pay(
        tick in -1_000i32..1_000,
        terms in terms(),
        events in proptest::collection::vec(event(), 1..30),
        (base_in, amount) in (any::<bool>(), 1u64..1 << 44),
    ) {
        let mut world = World::new(tick, terms);
        for event in events {
            world.happen(event);
        }
        let Ok(there) = world.swap(&unlimited(base_in, Remaining::In(amount))) else { return Ok(()) };
        if there.amount_out == 0 { return Ok(()) }
        let back = world.swap(&unlimited(!base_in, Remaining::In(there.amount_out))).unwrap();
        prop_assert!(back.amount_out <= there.amount_in);
        world.check();
    }

    /// In two parts a swap is paid no more than at once.
    #[test]
    fn splitting_does_not_pay(
        tick in -1_000i32..1_000,
        terms in terms(),
        events in proptest::collection::vec(event(), 1..30),
        (base_in, first, second) in (any::<bool>(), 1u64..1 << 43, 1u64..1 << 43),
    ) {
        let mut world = World::new(tick, terms);
        for event in events {
            world.happen(event);
        }
        let mut split = world.clone();
        let Ok(whole) = world.swap(&unlimited(base_in, Remaining::In(first + second))) else { return Ok(()) };
        if whole.end != RangeEnd::Complete { return Ok(()) }
        let parts = [first, second].map(|part| {
            split.swap(&unlimited(base_in, Remaining::In(part))).map_or(0, |done| done.amount_out)
        });
        prop_assert!(parts[0] + parts[1] <= whole.amount_out, "{:?} and {:?}", parts, whole);
    }

    /// What is opened and closed without a trade costs at most a unit of each token; after a trade by
    /// somebody else it pays fees only for what was in range.
    #[test]
    fn a_position_earns_in_its_range_only(
        tick in -1_000i32..1_000,
        terms in terms(),
        (amount, trade) in (1u64 << 20..1 << 44, 1u64..1 << 40),
        base_in in any::<bool>(),
    ) {
        let mut world = World::new(tick, terms);
        let spacing = i32::from(SPACING);
        let at = tick.div_euclid(spacing) * spacing;
        let ranges = [(-100, 100), (-100, 100), (110, 200), (-200, -110)];
        for (low, high) in ranges {
            let tick = |by: i32| Tick::try_new(at + by * spacing).unwrap();
            world.positions.push(RangePosition::open(tick(low), tick(high), SPACING).unwrap());
            world.grow(world.positions.len() - 1, [amount, amount]).unwrap();
        }
        let limit = Tick::try_new(at + if base_in { -1_050 } else { 1_050 }).unwrap().sqrt_price();
        let order = RangeOrder { limit, ..unlimited(base_in, Remaining::In(trade)) };
        let done = world.swap(&order).unwrap();
        for who in 0..4 {
            let mut position = world.positions[who];
            let bounds = (world.boundary(position.lower()), world.boundary(position.upper()));
            world.state.settle(&mut position, &bounds.0, &bounds.1).unwrap();
            world.positions[who] = position;
        }
        let earned: Vec<u64> = world.positions.iter().map(|one| one.owed[0] + one.owed[1]).collect();
        prop_assert_eq!(&earned[2..], &[0, 0]);
        prop_assert_eq!(earned[0], earned[1]);
        let all = done.fee - done.protocol_fee;
        prop_assert!(2 * earned[0] <= all && all - 2 * earned[0] <= 2, "{} of {}", earned[0], all);
        world.end();
    }

    /// Fees of volatility stay within their bounds, and a calm price has the lowest.
    #[test]
    fn fees_have_bounds(fee in fee_terms(), moves in proptest::collection::vec((0i64..2_000, -50_000i32..50_000), 1..40)) {
        fee.check().unwrap();
        let (mut volatility, mut now, mut tick) = (Volatility::default(), 1_000_000, 0);
        for (seconds, to) in moves {
            now += seconds;
            volatility = volatility.before_swap(now, tick, &fee);
            let rate = volatility.fee(&fee).get();
            prop_assert!(fee.base_pips <= rate && rate <= fee.max_pips);
            if fee.factor > 0 && seconds >= i64::from(fee.decay_seconds) {
                prop_assert_eq!(rate, fee.base_pips);
            }
            tick = to;
            volatility = volatility.after_swap(now, tick, &fee);
        }
    }
}

/// Where boundaries are not known a swap ends, and goes on from there when they are.
#[test]
fn a_swap_ends_where_nothing_is_known() {
    let fee = FeeTerms::flat(FeeRate::new(3_000)).unwrap();
    let protocol_share = Bps::try_new(1_000).unwrap();
    let mut world = World::new(
        0,
        RangeTerms {
            fee,
            protocol_share,
        },
    );
    let tick = |at: i32| Tick::try_new(at).unwrap();
    for (low, high) in [(-1_000, 1_000), (-2_000, -500), (500, 700)] {
        world
            .positions
            .push(RangePosition::open(tick(low), tick(high), SPACING).unwrap());
        world
            .grow(world.positions.len() - 1, [1 << 40, 1 << 40])
            .unwrap();
    }
    let mut known = world.clone();
    world.ticks.known = Some((-640, 640));
    let order = unlimited(true, Remaining::In(1 << 42));
    let whole = known.swap(&order).unwrap();
    assert_eq!((whole.end, whole.crossed), (RangeEnd::Exhausted, 3));
    let first = world.swap(&order).unwrap();
    assert_eq!((first.end, first.crossed), (RangeEnd::Unknown, 1));
    assert_eq!(world.state.price(), tick(-640).sqrt_price());
    world.ticks.known = None;
    let left = Remaining::In((1 << 42) - first.amount_in);
    let second = world.swap(&unlimited(true, left)).unwrap();
    assert_eq!((second.end, second.crossed), (RangeEnd::Exhausted, 2));
    assert_eq!(world.state.tick(), known.state.tick());
    // Each end rounds once for the pool.
    assert!(whole.amount_out - (first.amount_out + second.amount_out) <= 1);
    world.end();
}

/// A reward is paid to whatever is in range while it runs, and no more than was set aside.
#[test]
fn rewards_go_to_what_is_in_range() {
    let fee = FeeTerms::flat(FeeRate::ZERO).unwrap();
    let protocol_share = Bps::try_new(0).unwrap();
    let mut world = World::new(
        0,
        RangeTerms {
            fee,
            protocol_share,
        },
    );
    let tick = |at: i32| Tick::try_new(at).unwrap();
    let rate = RewardRate::spread(1_000_003, 1_000, 1_000).unwrap();
    world.state.set_reward(1, rate, 1_000).unwrap();
    assert!(world.state.set_reward(3, rate, 1_000).is_err());
    for (low, high) in [(-100, 100), (-100, 100), (200, 300)] {
        world
            .positions
            .push(RangePosition::open(tick(low), tick(high), SPACING).unwrap());
        world
            .grow(world.positions.len() - 1, [1 << 30, 1 << 30])
            .unwrap();
    }
    world.now += 400;
    // All of the first two ranges are bought: the third begins to earn.
    let up = unlimited(false, Remaining::In(1 << 33));
    let limit = tick(250).sqrt_price();
    world.swap(&RangeOrder { limit, ..up }).unwrap();
    world.now += 10_000;
    world.state.accrue(world.now).unwrap();
    for who in 0..3 {
        let mut position = world.positions[who];
        let bounds = (
            world.boundary(position.lower()),
            world.boundary(position.upper()),
        );
        world
            .state
            .settle(&mut position, &bounds.0, &bounds.1)
            .unwrap();
        world.positions[who] = position;
    }
    let earned: Vec<u64> = world.positions.iter().map(|one| one.owed[3]).collect();
    assert_eq!(earned, [200_000, 200_000, 600_001]);
    assert_eq!(rate.left(1_400), 600_001);
    assert_eq!(world.state.tick_seconds(), 250 * 10_000);
    let held = world.positions[2].liquidity();
    let amounts = world.state.amounts(
        (tick(200).sqrt_price(), tick(300).sqrt_price()),
        held,
        Rounding::Down,
    );
    assert!(amounts.unwrap().iter().all(|amount| *amount > 0));
}
