//! The core does what the plain model does: millions of random operations, compared after each.
//!
//! `SEALANE_TEST_SEED` moves all seeds, so that another run tries other sequences.

use std::{
    collections::BTreeMap,
    env,
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    thread,
};

use sealane_testkit::book::{
    generator::sequence,
    lockstep::{Difference, Lockstep},
    on_core::OnCore,
    operation::*,
    shrink::{as_code, shrink},
};

/// Operations in all.
const OPERATIONS: u64 = 5_000_000;
/// Operations of one sequence, on one market.
const LENGTH: usize = 2_000;

/// How often each operation was done, and how often it was refused, by reason.
#[derive(Default)]
struct Tally {
    done: BTreeMap<&'static str, u64>,
    refused: BTreeMap<(&'static str, &'static str), u64>,
    met: u64,
}

impl Tally {
    fn count(&mut self, operation: &Operation, outcome: &Result<Done, BookError>) {
        let name = name(operation);
        match outcome {
            Ok(done) => {
                *self.done.entry(name).or_default() += 1;
                if let Done::Taken { met, .. } | Done::Crossed { met, .. } = done {
                    self.met += met.len() as u64;
                }
            }
            Err(error) => *self.refused.entry((name, error.message())).or_default() += 1,
        }
    }

    fn add(&mut self, other: Self) {
        for (name, count) in other.done {
            *self.done.entry(name).or_default() += count;
        }
        for (why, count) in other.refused {
            *self.refused.entry(why).or_default() += count;
        }
        self.met += other.met;
    }
}

fn name(operation: &Operation) -> &'static str {
    match operation {
        Operation::Advance { .. } => "advance",
        Operation::SetFees(_) => "set_fees",
        Operation::Deposit { .. } => "deposit",
        Operation::Withdraw { .. } => "withdraw",
        Operation::SetDelegate { .. } => "set_delegate",
        Operation::Grow { .. } => "grow",
        Operation::Place { .. } => "place",
        Operation::PlaceMany { .. } => "place_many",
        Operation::Cancel { .. } => "cancel",
        Operation::CancelClient { .. } => "cancel_client",
        Operation::CancelUpTo { .. } => "cancel_up_to",
        Operation::CancelAll { .. } => "cancel_all",
        Operation::ReplaceAll { .. } => "replace_all",
        Operation::Reduce { .. } => "reduce",
        Operation::Take { .. } => "take",
        Operation::SwapTake { .. } => "swap_take",
        Operation::Cross { .. } => "cross",
        Operation::Reap { .. } => "reap",
        Operation::Sweep { .. } => "sweep",
    }
}

/// Runs a sequence, then takes everything out.
fn replay(
    setting: &Setting,
    operations: &[Operation],
    tally: &mut Tally,
) -> Result<(), Difference> {
    let mut both = Lockstep::new(setting, OnCore::new(setting));
    for operation in operations {
        let outcome = both.step(operation)?;
        tally.count(operation, &outcome);
    }
    both.drain()
}

/// Tells the smallest sequence that fails as this one does.
fn report(seed: u64, setting: &Setting, operations: Vec<Operation>, first: &Difference) -> ! {
    let fails = |operations: &[Operation]| replay(setting, operations, &mut Tally::default()).err();
    let least = shrink(operations, |operations| {
        let difference = fails(operations)?;
        // What only shows in the end needs all of them.
        Some((difference.at + 1).min(operations.len()))
    });
    let last = fails(&least).expect("it still fails");
    panic!(
        "seed {seed} fails at {first}\n\nsmallest sequence, which fails at {last}\n\n{}",
        as_code(setting, &least)
    );
}

/// Few lanes mostly, so that they meet; sometimes as many as a take can name.
fn lanes(seed: u64) -> u8 {
    match seed % 16 {
        0 => 33,
        1..4 => 12,
        4..10 => 7,
        _ => 4,
    }
}

#[test]
fn the_core_does_what_the_model_does() {
    let first = env::var("SEALANE_TEST_SEED").map_or(0, |seed| {
        seed.parse::<u64>()
            .expect("SEALANE_TEST_SEED must be a number")
            << 32
    });
    let sequences = OPERATIONS / LENGTH as u64;
    let next = AtomicU64::new(0);
    let failed = AtomicBool::new(false);
    let work = || {
        let mut tally = Tally::default();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= sequences || failed.load(Ordering::Relaxed) {
                return tally;
            }
            let seed = first + number;
            let (setting, operations) = sequence(seed, lanes(seed), LENGTH);
            if let Err(difference) = replay(&setting, &operations, &mut tally)
                && !failed.swap(true, Ordering::Relaxed)
            {
                report(seed, &setting, operations, &difference);
            }
        }
    };
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let mut tally = Tally::default();
    thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        for worker in workers {
            match worker.join() {
                Ok(part) => tally.add(part),
                Err(failure) => std::panic::resume_unwind(failure),
            }
        }
    });
    let (done, refused): (u64, u64) = (tally.done.values().sum(), tally.refused.values().sum());
    println!("{done} done, {refused} refused, {} orders met", tally.met);
    println!("done: {:#?}\nrefused: {:#?}", tally.done, tally.refused);
    assert_eq!(done + refused, OPERATIONS);
    // A test in which nothing happens would show nothing.
    assert!(done > OPERATIONS / 2 && tally.met > OPERATIONS / 10);
}
