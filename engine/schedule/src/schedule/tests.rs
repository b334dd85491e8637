//! The queues against a model that compares every two trades.

use proptest::prelude::*;

use super::{Ready, Scheduler};
use crate::access::{Access, Batch};
use crate::testing::{account, any_batch, conflict};

/// Which trades may run, by the rule itself: those that conflict with no earlier one that is not
/// done.
struct Model {
    /// Scheduled and not done, in order.
    open: Vec<usize>,
    ready: Vec<usize>,
}

impl Model {
    /// The trades that may run now and could not before.
    fn newly_ready(&mut self, batch: &Batch) -> Vec<usize> {
        let free = |place: usize| {
            !self.open[..place]
                .iter()
                .any(|&before| conflict(batch, before, self.open[place]))
        };
        let now: Vec<usize> = (0..self.open.len())
            .filter(|&place| free(place))
            .map(|place| self.open[place])
            .collect();
        let new = now
            .iter()
            .copied()
            .filter(|trade| !self.ready.contains(trade))
            .collect();
        self.ready = now;
        new
    }
}

/// Schedules and deschedules as the steps say, and compares after each.
fn follow(batch: &Batch, steps: &[(bool, prop::sample::Index)]) -> Result<(), TestCaseError> {
    let mut scheduler = Scheduler::new();
    let mut model = Model {
        open: Vec::new(),
        ready: Vec::new(),
    };
    let mut running: Vec<Ready> = Vec::new();
    let mut next = 0;
    let mut steps = steps.iter().cycle();
    while next < batch.len() || !running.is_empty() {
        let (schedule, which) = steps.next().expect("some steps");
        let mut got = Vec::new();
        if next < batch.len() && (*schedule || running.is_empty()) {
            got.extend(scheduler.schedule(next as u32, batch.accesses(next)));
            model.open.push(next);
            next += 1;
        } else {
            let done = running.swap_remove(which.index(running.len()));
            model.open.retain(|&trade| trade != done.trade() as usize);
            scheduler.deschedule(done);
        }
        got.extend(std::iter::from_fn(|| scheduler.next_ready()));
        let mut trades: Vec<usize> = got.iter().map(|ready| ready.trade() as usize).collect();
        trades.sort_unstable();
        prop_assert_eq!(trades, model.newly_ready(batch));
        prop_assert_eq!(scheduler.len(), model.open.len());
        running.extend(got);
    }
    prop_assert!(scheduler.is_empty());
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn what_is_ready_is_what_conflicts_with_nothing_before(
        batch in any_batch(),
        steps in proptest::collection::vec((prop::bool::weighted(0.6), any::<prop::sample::Index>()), 1..60),
    ) {
        follow(&batch, &steps)?;
    }
}

#[test]
fn a_reader_does_not_overtake_a_writer() {
    let mut batch = Batch::new();
    let pool = account(0);
    for access in [
        Access::read(pool),
        Access::write(pool),
        Access::read(pool),
        Access::read(pool),
    ] {
        batch.push(1, &[access]).unwrap();
    }
    let mut scheduler = Scheduler::new();
    let first = scheduler.schedule(0, batch.accesses(0)).unwrap();
    assert!((1..4).all(|trade| {
        scheduler
            .schedule(trade, batch.accesses(trade as usize))
            .is_none()
    }));
    scheduler.deschedule(first);
    let writer = scheduler.next_ready().unwrap();
    assert_eq!((writer.trade(), scheduler.next_ready()), (1, None));
    scheduler.deschedule(writer);
    let readers = [
        scheduler.next_ready().unwrap(),
        scheduler.next_ready().unwrap(),
    ];
    assert_eq!(readers.each_ref().map(Ready::trade), [2, 3]);
    readers
        .into_iter()
        .for_each(|reader| scheduler.deschedule(reader));
    assert!(scheduler.is_empty());
}

#[test]
fn memory_is_used_again() {
    let mut batch = Batch::new();
    for trade in 0..64 {
        let accesses: Vec<_> = (0..trade)
            .map(|index| Access::write(account(index)))
            .collect();
        batch.push(1, &accesses).unwrap();
    }
    let mut scheduler = Scheduler::new();
    let mut pass = || {
        for trade in 0..64 {
            let ready = scheduler
                .schedule(trade, batch.accesses(trade as usize))
                .unwrap();
            scheduler.deschedule(ready);
        }
        scheduler.tasks.nodes_held()
    };
    let held = pass();
    assert!((0..10).all(|_| pass() == held));
}
