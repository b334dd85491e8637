//! The program's bytecode does what the plain model does: the sequences of `book_model`, one
//! transaction for each operation, compared after each. The markets keep their tokens in up to four
//! vault shards, some of them of mints that take a fee on transfers, and takes name up to 32 lanes.
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
    on_program::{Custody, Moves, OnProgram},
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
    /// Takes that traded and named more lanes than fit a transaction without a lookup table.
    wide: u64,
    moves: Moves,
}

impl Tally {
    fn add(&mut self, other: &Self) {
        self.done += other.done;
        self.refused += other.refused;
        self.met += other.met;
        self.sent += other.sent;
        self.wide += other.wide;
        self.moves.balanced += other.moves.balanced;
        self.moves.split += other.moves.split;
        self.moves.unpayable += other.moves.unpayable;
    }
}

/// What a sequence runs on.
#[derive(Clone, Copy)]
struct Case<'a> {
    world: &'a BookWorld,
    setting: &'a Setting,
    custody: Custody,
}

/// Runs a sequence, then takes everything out, closes all lanes and collects the fees.
fn replay(case: Case<'_>, operations: &[Operation]) -> Result<Tally, Difference> {
    let Case {
        world,
        setting,
        custody,
    } = case;
    let mut tally = Tally::default();
    let exchange = OnProgram::with_custody(world, setting, custody);
    let mut both = Lockstep::new(setting, exchange);
    for operation in operations {
        match both.step(operation)? {
            Ok(Done::Taken { met, .. } | Done::Crossed { met, .. }) => {
                tally.met += met.len() as u64;
                tally.done += 1;
                tally.wide += u64::from(!met.is_empty() && lanes_named(operation) > 28);
            }
            Ok(_) => tally.done += 1,
            Err(_) => tally.refused += 1,
        }
    }
    both.drain()?;
    tally.sent = both.exchange.sent;
    tally.moves = both.exchange.moves;
    close(&mut both.exchange, setting.lanes.len() as u8);
    Ok(tally)
}

fn lanes_named(operation: &Operation) -> usize {
    match operation {
        Operation::Take { order, .. } | Operation::SwapTake { order, .. } => order.makers.len(),
        _ => 0,
    }
}

/// Closes every lane; the vaults then hold exactly the fees, and nothing once those are collected.
fn close(exchange: &mut OnProgram, lanes: u8) {
    let market = exchange.market.clone();
    let shards = market.vaults.len();
    for lane in 0..lanes {
        let (owner, address) = (exchange.owner(lane), exchange.address(lane));
        let close = market.close_lane(owner, address, usize::from(lane) % shards, None);
        exchange.world.execute(&[close]);
        assert!(exchange.world.lane(&address).is_none());
    }
    let fees = exchange.collected();
    assert_eq!(exchange.vaults(), (0, fees));
    let creator = market.creator;
    exchange.world.fund(&market, &creator, 0, 0);
    let transfer_fee = exchange.custody.fee(Side::Quote);
    let mut paid = 0;
    for shard in 0..shards {
        if exchange.custody.has_fee == [false; 2] {
            // Where the fees are counted need not be where the tokens lie.
            for from in (0..shards).filter(|from| *from != shard) {
                let gather = market.balance_vaults(from, shard, u64::MAX, u64::MAX);
                exchange.world.execute(&[gather]);
            }
        }
        let counted = exchange.world.vault_shard(&market, shard).protocol_fees;
        let held = exchange
            .world
            .world
            .balance(&market.vaults[shard].of(Side::Quote));
        if counted.min(held) > 0 {
            exchange
                .world
                .execute(&[market.collect_protocol_fees(shard, creator)]);
            paid += u128::from(transfer_fee.after_fee(counted.min(held)));
        }
    }
    let account = market.mint(Side::Quote).account_of(&creator);
    assert_eq!(u128::from(exchange.world.world.balance(&account)), paid);
    // Of a token with a transfer fee, what is counted in one shard may lie in another.
    assert_eq!(exchange.vaults(), (0, exchange.collected()));
    if exchange.custody.has_fee == [false; 2] {
        assert_eq!((paid, exchange.vaults()), (fees, (0, 0)));
    }
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
fn report(case: Case<'_>, seed: u64, operations: Vec<Operation>, first: &Difference) -> ! {
    let fails = |operations: &[Operation]| replay(case, operations).err();
    let least = shrink(operations, |operations| {
        let difference = fails(operations)?;
        Some((difference.at + 1).min(operations.len()))
    });
    let last = fails(&least).expect("it still fails");
    panic!(
        "seed {seed}, {:?}, fails at {first}\n\nsmallest sequence, which fails at {last}\n\n{}",
        case.custody,
        as_code(case.setting, &least)
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
            let lanes = match number % 8 {
                0 => 36,
                4 => 10,
                _ => 5,
            };
            let (setting, mut operations) = sequence(seed, lanes, LENGTH);
            for operation in &mut operations {
                within_wallets(&setting, operation);
            }
            let case = Case {
                world: &world,
                setting: &setting,
                // Lanes and custody in every combination.
                custody: Custody::of(number + number / 8),
            };
            match replay(case, &operations) {
                Ok(tally) => sum.add(&tally),
                Err(difference) if !failed.swap(true, Ordering::Relaxed) => {
                    report(case, seed, operations, &difference);
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
                Ok(part) => sum.add(&part),
                Err(failure) => std::panic::resume_unwind(failure),
            }
        }
    });
    println!(
        "{} done, {} refused, {} orders met, {} transactions, {} wide takes, {:?}",
        sum.done, sum.refused, sum.met, sum.sent, sum.wide, sum.moves
    );
    assert_eq!(sum.done + sum.refused, OPERATIONS);
    // A test in which nothing happens would show nothing.
    assert!(sum.done > OPERATIONS / 2 && sum.met > OPERATIONS / 10 && sum.sent >= 50_000);
    let moves = sum.moves;
    assert!(sum.wide > 50 && moves.balanced > 100 && moves.split > 100);
    assert!(moves.unpayable < OPERATIONS / 1_000, "{moves:?}");
}
