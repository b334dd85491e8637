//! The program's bytecode does what the plain model does: the sequences of `book_model`, one
//! transaction for each operation, compared after each.
//!
//! `SEALANE_TEST_SEED` moves all seeds, so that another run tries other sequences.

use std::{
    env,
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    thread,
};

use sealane_core::units::Side;
use sealane_testkit::book::{
    generator::sequence,
    lockstep::{Difference, Lockstep},
    on_program::OnProgram,
    operation::*,
    shrink::{as_code, shrink},
    world::BookWorld,
};

/// Operations in all.
const OPERATIONS: u64 = 120_000;
/// Operations of one sequence, on one market.
const LENGTH: usize = 1_500;
/// What a wallet's take may move at most. Wallets cannot run out of tokens so, which the model
/// does not know.
const MOST_SWAPPED: u64 = 1 << 52;

/// What happened in all sequences.
#[derive(Default)]
struct Tally {
    done: u64,
    refused: u64,
    met: u64,
    sent: u64,
}

/// Runs a sequence, then takes everything out, closes all lanes and collects the fees.
fn replay(
    world: &BookWorld,
    setting: &Setting,
    operations: &[Operation],
) -> Result<Tally, Difference> {
    let mut tally = Tally::default();
    let mut both = Lockstep::new(setting, OnProgram::new(world, setting));
    for operation in operations {
        match both.step(operation)? {
            Ok(Done::Taken { met, .. } | Done::Crossed { met, .. }) => {
                tally.met += met.len() as u64;
                tally.done += 1;
            }
            Ok(_) => tally.done += 1,
            Err(_) => tally.refused += 1,
        }
    }
    both.drain()?;
    tally.sent = both.exchange.sent;
    close(&mut both.exchange, setting.lanes.len() as u8);
    Ok(tally)
}

/// Closes every lane; the vaults then hold exactly the fees, and nothing once those are collected.
fn close(exchange: &mut OnProgram, lanes: u8) {
    let market = exchange.market.clone();
    for lane in 0..lanes {
        let (owner, address) = (exchange.owner(lane), exchange.address(lane));
        let close = market.close_lane(owner, address, 0, None);
        exchange.world.execute(&[close]);
        assert!(exchange.world.lane(&address).is_none());
    }
    let fees = exchange.collected();
    assert_eq!(exchange.vaults(), (0, fees));
    if fees > 0 {
        let creator = market.creator;
        exchange.world.fund(&market, &creator, 0, 0);
        let collect = market.collect_protocol_fees(0, creator);
        exchange.world.execute(&[collect]);
        let paid = market.mint(Side::Quote).account_of(&creator);
        assert_eq!(u128::from(exchange.world.world.balance(&paid)), fees);
    }
    assert_eq!(exchange.vaults(), (0, 0));
}

/// Keeps wallets' takes within what wallets have.
fn within_wallets(setting: &Setting, operation: &mut Operation) {
    if let Operation::SwapTake { order, .. } = operation {
        match order.side {
            BookSide::Bid => order.max_quote = order.max_quote.min(MOST_SWAPPED),
            BookSide::Ask => order.lots = order.lots.min(MOST_SWAPPED / setting.base_lot),
        }
    }
}

/// Tells the smallest sequence that fails as this one does.
fn report(
    world: &BookWorld,
    seed: u64,
    setting: &Setting,
    operations: Vec<Operation>,
    first: &Difference,
) -> ! {
    let fails = |operations: &[Operation]| replay(world, setting, operations).err();
    let least = shrink(operations, |operations| {
        let difference = fails(operations)?;
        Some((difference.at + 1).min(operations.len()))
    });
    let last = fails(&least).expect("it still fails");
    panic!(
        "seed {seed} fails at {first}\n\nsmallest sequence, which fails at {last}\n\n{}",
        as_code(setting, &least)
    );
}

#[test]
fn the_program_does_what_the_model_does() {
    let first = env::var("SEALANE_TEST_SEED").map_or(0, |seed| {
        seed.parse::<u64>()
            .expect("SEALANE_TEST_SEED must be a number")
            << 32
    });
    let world = BookWorld::new();
    let sequences = OPERATIONS / LENGTH as u64;
    let next = AtomicU64::new(0);
    let failed = AtomicBool::new(false);
    let work = || {
        let mut sum = Tally::default();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= sequences || failed.load(Ordering::Relaxed) {
                return sum;
            }
            let seed = first + number;
            let lanes = if seed.is_multiple_of(8) { 10 } else { 5 };
            let (setting, mut operations) = sequence(seed, lanes, LENGTH);
            for operation in &mut operations {
                within_wallets(&setting, operation);
            }
            match replay(&world, &setting, &operations) {
                Ok(tally) => {
                    sum.done += tally.done;
                    sum.refused += tally.refused;
                    sum.met += tally.met;
                    sum.sent += tally.sent;
                }
                Err(difference) if !failed.swap(true, Ordering::Relaxed) => {
                    report(&world, seed, &setting, operations, &difference);
                }
                // The other thread has one already.
                Err(_) => {}
            }
        }
    };
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let mut sum = Tally::default();
    thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        for worker in workers {
            match worker.join() {
                Ok(part) => {
                    sum.done += part.done;
                    sum.refused += part.refused;
                    sum.met += part.met;
                    sum.sent += part.sent;
                }
                Err(failure) => std::panic::resume_unwind(failure),
            }
        }
    });
    println!(
        "{} done, {} refused, {} orders met, {} transactions",
        sum.done, sum.refused, sum.met, sum.sent
    );
    assert_eq!(sum.done + sum.refused, OPERATIONS);
    // A test in which nothing happens would show nothing.
    assert!(sum.done > OPERATIONS / 2 && sum.met > OPERATIONS / 10 && sum.sent >= 50_000);
}
