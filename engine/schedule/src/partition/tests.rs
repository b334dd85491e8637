//! What a partition promises, over random batches.

use std::num::NonZeroUsize;

use proptest::prelude::*;

use super::bins::Bins;
use super::union_find::UnionFind;
use super::{Partitioner, Plan};
use crate::access::{Access, Batch};
use crate::testing::{SHAPES, account, any_batch, conflict, fill};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Where a plan has a trade.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Place {
    /// Counted over whole lists and cells.
    list: usize,
    worker: usize,
    /// None in a whole list.
    round: Option<usize>,
}

/// Where each trade of the batch is, checked to be in one list only, and that in order.
fn places(plan: &Plan, trades: usize) -> Vec<Place> {
    let mut places = vec![None; trades];
    let mut lists = 0;
    let mut note = |list: &[u32], worker, round| {
        assert!(list.is_sorted(), "a list is in arrival order");
        for &trade in list {
            let place = places[trade as usize].replace(Place {
                list: lists,
                worker,
                round,
            });
            assert_eq!(place, None, "a trade is in one list");
        }
        lists += 1;
    };
    for worker in 0..plan.workers() {
        plan.whole(worker).for_each(|list| note(list, worker, None));
        (0..plan.rounds()).for_each(|round| note(plan.cell(round, worker), worker, Some(round)));
    }
    places
        .into_iter()
        .map(|place| place.expect("every trade is in a list"))
        .collect()
}

/// Conflicting trades are in one list, or in rounds one after the other.
fn check_order(batch: &Batch, plan: &Plan) {
    let places = places(plan, batch.len());
    for later in 0..batch.len() {
        for earlier in (0..later).filter(|&earlier| conflict(batch, earlier, later)) {
            let (a, b) = (places[earlier], places[later]);
            let in_order = a.list == b.list || a.round.zip(b.round).is_some_and(|(a, b)| a < b);
            assert!(
                in_order,
                "{earlier} at {a:?} is not kept before {later} at {b:?}"
            );
        }
    }
}

/// The groups by comparing every two trades, as the cost of each.
fn groups(batch: &Batch) -> Vec<u64> {
    let mut labels: Vec<usize> = (0..batch.len()).collect();
    for later in 0..batch.len() {
        for earlier in 0..later {
            if conflict(batch, earlier, later) && labels[earlier] != labels[later] {
                let (old, new) = (labels[later], labels[earlier]);
                labels
                    .iter_mut()
                    .filter(|label| **label == old)
                    .for_each(|label| *label = new);
            }
        }
    }
    let mut costs = vec![0; batch.len()];
    labels
        .iter()
        .enumerate()
        .for_each(|(trade, &label)| costs[label] += u64::from(batch.cost(trade)));
    costs.retain(|&cost| cost > 0);
    costs
}

/// The dearest chain by comparing every two trades.
fn critical_path(batch: &Batch) -> u64 {
    let mut ends: Vec<u64> = Vec::new();
    for later in 0..batch.len() {
        let before = (0..later)
            .filter(|&earlier| conflict(batch, earlier, later))
            .map(|earlier| ends[earlier]);
        ends.push(before.max().unwrap_or(0) + u64::from(batch.cost(later)));
    }
    ends.into_iter().max().unwrap_or(0)
}

/// The figures of a plan, and Graham's bound where no group was cut.
fn check_figures(batch: &Batch, plan: &Plan) {
    let costs = groups(batch);
    let total: u64 = costs.iter().sum();
    let workers = plan.workers();
    assert_eq!(plan.groups(), costs.len());
    assert_eq!(plan.total_cost(), total);
    assert_eq!(plan.critical_path(), critical_path(batch));

    let places = places(plan, batch.len());
    let load = |worker: usize, round: Option<usize>| {
        let there = |trade: &usize| {
            places[*trade].worker == worker && (round.is_none() || places[*trade].round == round)
        };
        (0..batch.len())
            .filter(there)
            .map(|trade| u64::from(batch.cost(trade)))
            .sum::<u64>()
    };
    let loads: Vec<u64> = (0..workers).map(|worker| load(worker, None)).collect();
    assert_eq!(
        loads,
        (0..workers)
            .map(|worker| plan.load(worker))
            .collect::<Vec<_>>()
    );
    let balance = plan.balance();
    assert_eq!(
        (balance.max, balance.total),
        (loads.iter().copied().max().unwrap(), total)
    );
    for round in 0..plan.rounds() {
        let loads: Vec<u64> = (0..workers)
            .map(|worker| load(worker, Some(round)))
            .collect();
        let balance = plan.round_balance(round);
        assert_eq!(
            (balance.max, balance.total),
            (loads.iter().copied().max().unwrap(), loads.iter().sum())
        );
    }
    if plan.rounds() == 0 {
        // What every list scheduling keeps to: the mean of the others, and the dearest group.
        let dearest = costs.iter().copied().max().unwrap_or(0);
        let bound = total + dearest * (workers as u64 - 1);
        assert!(
            balance.max * workers as u64 <= bound,
            "{balance:?} with a dearest group of {dearest}"
        );
    }
}

/// The least that the busiest of some workers can have, by trying everything.
fn optimum(costs: &[u64], loads: &mut [u64]) -> u64 {
    let Some((first, rest)) = costs.split_first() else {
        return loads.iter().copied().max().unwrap_or(0);
    };
    (0..loads.len())
        .map(|worker| {
            loads[worker] += first;
            let best = optimum(rest, loads);
            loads[worker] -= first;
            best
        })
        .min()
        .unwrap_or(0)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn order_is_kept_and_figures_are_true(batch in any_batch(), workers in 1..9usize) {
        let plan = Partitioner::new().partition(&batch, NonZeroUsize::new(workers).unwrap());
        check_order(&batch, &plan);
        check_figures(&batch, &plan);
    }

    #[test]
    fn order_is_kept_whatever_lay_where_before(
        windows in proptest::collection::vec(any_batch(), 1..5),
        workers in 1..9usize,
    ) {
        let mut partitioner = Partitioner::new();
        let mut plan = Plan::default();
        for batch in &windows {
            let workers = NonZeroUsize::new(workers).unwrap();
            partitioner.split(batch, 0..batch.len(), workers, 0, &mut plan);
            check_order(batch, &plan);
        }
    }

    #[test]
    fn the_busiest_worker_has_at_most_four_thirds_of_the_best(
        costs in proptest::collection::vec(1..60u32, 1..8),
        workers in 1..4usize,
    ) {
        let mut batch = Batch::new();
        for (index, &cost) in costs.iter().enumerate() {
            batch.push(cost, &[Access::write(account(index))]).unwrap();
        }
        let plan = Partitioner::new().partition(&batch, NonZeroUsize::new(workers).unwrap());
        let costs: Vec<u64> = costs.into_iter().map(u64::from).collect();
        let best = optimum(&costs, &mut vec![0; workers]);
        // Graham 1969: 4/3 - 1/(3 workers).
        let workers = workers as u64;
        prop_assert!(plan.balance().max * 3 * workers <= best * (4 * workers - 1));
    }

    #[test]
    fn sets_are_those_of_relabelling(pairs in proptest::collection::vec((0..50u32, 0..50u32), 0..80)) {
        let mut sets = UnionFind::default();
        sets.reset(50);
        let mut labels: Vec<u32> = (0..50).collect();
        for (a, b) in pairs {
            sets.union(a, b);
            let (old, new) = (labels[a as usize], labels[b as usize]);
            labels.iter_mut().filter(|label| **label == old).for_each(|label| *label = new);
        }
        for a in 0..50 {
            for b in 0..50 {
                prop_assert_eq!(sets.find(a) == sets.find(b), labels[a as usize] == labels[b as usize]);
            }
        }
    }
}

#[test]
fn all_shapes_keep_their_order_with_memory_that_is_used_again() {
    let mut partitioner = Partitioner::new();
    let mut plan = Plan::default();
    let mut batch = Batch::new();
    let rng = &mut ChaCha8Rng::seed_from_u64(3);
    let mut cut = 0;
    for (turn, shape) in SHAPES
        .into_iter()
        .cycle()
        .take(3 * SHAPES.len())
        .enumerate()
    {
        batch.clear();
        fill(
            &mut batch,
            shape,
            300,
            [1, 60, 300][turn / SHAPES.len()],
            rng,
        );
        let workers = NonZeroUsize::new(2 + turn % 3).unwrap();
        partitioner.partition_into(&batch, 0..batch.len(), workers, &mut plan);
        check_order(&batch, &plan);
        check_figures(&batch, &plan);
        cut += usize::from(plan.rounds() > 0);
    }
    assert!(cut > 3, "rounds were tried {cut} times only");
}

/// Traders who each keep to one of some pools, but for one in so many trades.
fn traders(rng: &mut ChaCha8Rng, strays: f64) -> Batch {
    const POOLS: usize = 40;
    let mut batch = Batch::new();
    for _ in 0..400 {
        let trader = rng.random_range(0..400);
        let pool = if rng.random_bool(strays) {
            rng.random_range(0..POOLS)
        } else {
            trader % POOLS
        };
        let accesses = [
            Access::write(account(16 * pool)),
            Access::read(account(16 * POOLS)),
            Access::write(account(16 * POOLS + 1 + trader)),
        ];
        batch.push(1, &accesses).unwrap();
    }
    batch
}

#[test]
fn bins_are_enough_where_traders_keep_to_their_pools() {
    let rng = &mut ChaCha8Rng::seed_from_u64(5);
    let (mut bins, mut labels, mut groups) = Default::default();
    let mut partitioner = Partitioner::new();
    let mut plan = Plan::default();
    for strays in [0.0, 0.01] {
        for _ in 0..20 {
            let batch = traders(rng, strays);
            let fits = Bins::group(&mut bins, &batch, 0..400, 2, &mut labels, &mut groups);
            assert!(fits, "with {strays} of the trades elsewhere");
            partitioner.split(&batch, 0..400, NonZeroUsize::new(2).unwrap(), 0, &mut plan);
            check_order(&batch, &plan);
            assert!(plan.balance().ratio() < 1.1, "{:?}", plan.balance());
        }
    }
}

#[test]
fn bins_follow_traders_who_go_elsewhere() {
    let rng = &mut ChaCha8Rng::seed_from_u64(6);
    let (mut bins, mut labels, mut groups): (Bins, _, _) = Default::default();
    let mut fits = |batch: &Batch| bins.group(batch, 0..400, 2, &mut labels, &mut groups);
    assert!(!fits(&traders(rng, 1.0)), "everything hangs together");
    // The pause that follows, and then all have to be seen at their own pools again.
    let windows = (0..40).map(|_| fits(&traders(rng, 0.0)));
    let windows: Vec<bool> = windows.collect();
    let settled = windows
        .iter()
        .rposition(|fits| !fits)
        .map_or(0, |at| at + 1);
    assert!(settled < 30, "{windows:?}");
}

#[test]
fn two_pools_tied_by_a_trader_run_side_by_side() {
    let mut batch = Batch::new();
    let (pools, trader) = ([account(0), account(1)], account(2));
    for trade in 0..100 {
        let pool = Access::write(pools[trade % 2]);
        // In the middle one trader trades with both.
        let accesses = if (50..52).contains(&trade) {
            vec![pool, Access::write(trader)]
        } else {
            vec![pool]
        };
        batch.push(1, &accesses).unwrap();
    }
    let plan = Partitioner::new().partition(&batch, NonZeroUsize::new(2).unwrap());
    assert_eq!((plan.groups(), plan.rounds()), (1, 2));
    assert_eq!(plan.balance().ratio(), 1.0);
    // The second of the two waits for the first, and the rest of its pool for it.
    assert_eq!(plan.critical_path(), 51);
    assert_eq!(
        [plan.round_balance(0).total, plan.round_balance(1).total],
        [75, 25]
    );
}

#[test]
fn a_group_that_is_a_chain_is_left_whole() {
    let mut batch = Batch::new();
    for trade in 0..100 {
        batch
            .push(
                1,
                &[
                    Access::write(account(trade)),
                    Access::write(account(trade + 1)),
                ],
            )
            .unwrap();
    }
    let plan = Partitioner::new().partition(&batch, NonZeroUsize::new(2).unwrap());
    assert_eq!(
        (plan.groups(), plan.rounds(), plan.critical_path()),
        (1, 0, 100)
    );
    assert_eq!(plan.balance().max, 100);
    assert!(!plan.is_worth_sharing());
}

#[test]
fn readers_of_what_nobody_writes_are_not_joined() {
    let mut batch = Batch::new();
    for trade in 0..10 {
        batch
            .push(
                1,
                &[Access::read(account(0)), Access::write(account(1 + trade))],
            )
            .unwrap();
    }
    let two = NonZeroUsize::new(2).unwrap();
    assert_eq!(Partitioner::new().partition(&batch, two).groups(), 10);
    batch.push(1, &[Access::write(account(0))]).unwrap();
    assert_eq!(Partitioner::new().partition(&batch, two).groups(), 1);
}
