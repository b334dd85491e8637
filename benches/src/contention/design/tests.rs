use sealane_core::units::Side;

use super::*;
use crate::contention::{
    day::{Kind, Parameters},
    schedule::Block,
};

const UNITS: Units = Units::DOCUMENTED;

fn action(slot: u32, who: u32, kind: Kind) -> Action {
    Action {
        slot,
        place: 0,
        who: Who(who),
        kind,
    }
}

fn take(fills: u32) -> Kind {
    Kind::Take {
        from_wallet: false,
        fills: 0..fills,
        named: 0..fills.min(3),
    }
}

fn window(actions: Vec<Action>) -> Window {
    Window {
        actions,
        makers: (0..16).map(|maker| Who(1_000 + maker % 3)).collect(),
    }
}

/// Whether each waits for the one before.
fn is_chain(stream: &Stream) -> bool {
    let all: Vec<u32> = (0..stream.transactions().len() as u32).collect();
    let block = Block::new(stream, &all);
    block.critical_path() == block.total()
}

fn everything() -> Vec<Action> {
    vec![
        action(0, 1, Kind::Requote { shown: 0..2 }),
        action(0, 2, Kind::Order { shown: 0..2 }),
        action(0, 3, Kind::Cancel),
        action(0, 4, take(2)),
        action(
            0,
            5,
            Kind::Take {
                from_wallet: true,
                fills: 0..1,
                named: 0..1,
            },
        ),
    ]
}

#[test]
fn a_market_of_one_account_does_one_thing_after_the_other() {
    for layout in [PHOENIX, MANIFEST] {
        let mut central = Central::new(layout, Compute::Published);
        let stream = transactions(&mut central, &window(everything()));
        assert_eq!(stream.transactions().len(), 5);
        assert!(is_chain(&stream));
    }
    let mut book = OpenBook::new(1, Compute::Published);
    assert!(is_chain(&transactions(&mut book, &window(everything()))));
}

#[test]
fn lanes_do_the_same_at_once() {
    let day = Parameters {
        markets: 1,
        ..Parameters::default()
    };
    let mut lanes = Lanes::new(&day, UNITS, LanesOptions::default());
    let stream = transactions(&mut lanes, &window(everything()));
    let all: Vec<u32> = (0..5).collect();
    let block = Block::new(&stream, &all);
    assert!(block.critical_path() < block.total());
}

#[test]
fn fills_are_consumed_by_eights_and_the_rest_at_the_end_of_the_slot() {
    let count = |actions| {
        let mut book = OpenBook::new(1, Compute::Published);
        let stream = transactions(&mut book, &window(actions));
        let cranks = stream.transactions().iter().filter(|one| !one.is_trade);
        cranks.count()
    };
    assert_eq!(count(vec![action(0, 1, take(8))]), 1);
    assert_eq!(count(vec![action(0, 1, take(7)), action(0, 2, take(2))]), 2);
    assert_eq!(count(vec![action(0, 1, take(1)), action(1, 2, take(1))]), 2);
    assert_eq!(count(vec![action(0, 1, take(16))]), 2);
    assert_eq!(count(vec![action(0, 1, Kind::Cancel)]), 1);
}

#[test]
fn swaps_of_one_pool_wait_for_each_other() {
    let swap = |who| {
        action(
            0,
            who,
            Kind::Swap {
                side: Side::Base,
                part: 1e-6,
            },
        )
    };
    let swaps = window(vec![swap(1), swap(2), swap(3)]);
    assert!(is_chain(&transactions(
        &mut Cpmm(Compute::Published),
        &swaps
    )));
}

#[test]
fn published_units_and_ours_differ_in_nothing_but_the_cost() {
    let of = |compute| transactions(&mut Central::new(MANIFEST, compute), &window(everything()));
    let (published, same) = (of(Compute::Published), of(Compute::AsSealane(UNITS)));
    for at in 0..5 {
        assert_eq!(published.accesses(at), same.accesses(at));
    }
    let locked = |stream: &Stream, at: usize| stream.transactions()[at].cost.locked;
    assert_eq!(
        locked(&published, 2) - locked(&same, 2),
        3_221 - UNITS.cancel
    );
    assert_eq!(
        locked(&published, 0).abs_diff(locked(&same, 0)),
        3_221 - UNITS.requote
    );
}
