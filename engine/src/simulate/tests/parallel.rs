//! Any number of threads against one.

use std::{env, num::NonZeroUsize};

use rand::{Rng, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use sealane_core::book::BookSide;
use sealane_schedule::Executor;

use crate::simulate::{
    Batch, State, Trade, TradeError,
    decode::Operation,
    fixtures::{Exchange, MIDDLE, no_instruction},
};

/// Trades that are run on each number of threads, unless the environment says otherwise.
const TRADES: usize = 40_000;
const BATCH: usize = 5_000;

fn wanted() -> usize {
    env::var("SEALANE_SIMULATE_RANDOM").map_or(TRADES, |trades| {
        trades
            .parse()
            .expect("SEALANE_SIMULATE_RANDOM must be a number")
    })
}

/// A trade of any kind. `spread`: among how many wallets and shards.
fn trade(rng: &mut impl Rng, exchange: &Exchange, spread: usize, shards: usize) -> Trade {
    let wallet = |rng: &mut dyn rand::RngCore| rng.random_range(0..spread);
    let one = wallet(rng);
    let mut steps = Vec::new();
    let count = *[1, 1, 1, 2, 3].choose(rng).unwrap();
    for _ in 0..count {
        let side = *[BookSide::Bid, BookSide::Ask].choose(rng).unwrap();
        steps.push(match rng.random_range(0..10) {
            0..5 => {
                let (shard, amount) = (rng.random_range(0..shards), rng.random_range(0..1_000_000));
                exchange.swap(one, shard, rng.random(), amount)
            }
            5 => exchange.transfer(one, wallet(rng), rng.random_range(0..1_000)),
            6 => {
                let away = rng.random_range(0..10);
                let price = match side {
                    BookSide::Bid => MIDDLE - away,
                    BookSide::Ask => MIDDLE + away,
                };
                exchange.place(one, side, price, rng.random_range(1..100))
            }
            7 if rng.random_bool(0.1) => exchange.cancel_all(one),
            8 if rng.random_bool(0.1) => no_instruction(),
            _ => {
                let limit = match side {
                    BookSide::Bid => MIDDLE + 8,
                    BookSide::Ask => MIDDLE - 8,
                };
                let makers: Vec<usize> = (0..3).map(|_| wallet(rng)).collect();
                exchange.take(one, side, limit, rng.random_range(1..100), &makers)
            }
        });
    }
    Trade::signed(steps)
}

#[test]
fn any_number_of_threads_gives_the_sequential_result() {
    let mut rng = StdRng::seed_from_u64(1);
    let (exchange, mut sequential) = Exchange::new(8, 64);
    let mut parallel: Vec<(Executor, State)> = (1..=8)
        .map(|threads| {
            let executor = Executor::new(NonZeroUsize::new(threads).unwrap());
            (executor, sequential.copy())
        })
        .collect();
    let (mut done, mut succeeded) = (0, 0);
    while done < wanted() {
        // From everybody on one shard to nobody in another's way.
        let (spread, shards) = *[(2, 1), (8, 2), (64, 8), (64, 1)].choose(&mut rng).unwrap();
        let mut batch = Batch::new();
        for _ in 0..BATCH {
            let trade = trade(&mut rng, &exchange, spread, shards);
            batch.push(&mut sequential, &trade).unwrap();
        }
        let expected = sequential.run(&batch);
        succeeded += expected.iter().filter(|result| result.is_ok()).count();
        let hash = sequential.state_hash();
        for (executor, state) in &mut parallel {
            let results = state.run_parallel(&batch, executor);
            let differs = (0..batch.len()).find(|&at| results[at] != expected[at]);
            let threads = executor.workers();
            assert_eq!(differs, None, "{threads} threads, behind {done} trades");
            assert_eq!(
                state.state_hash(),
                hash,
                "{threads} threads, behind {done} trades"
            );
        }
        done += batch.len();
    }
    assert!(succeeded > done / 4, "{succeeded} of {done} succeeded");
}

#[test]
fn panics_are_contained_on_every_thread() {
    let (exchange, mut sequential) = Exchange::new(4, 8);
    let mut other = sequential.copy();
    let mut batch = Batch::new();
    for trade in exchange.swaps(400) {
        batch.push(&mut sequential, &trade).unwrap();
    }
    for at in (0..400).step_by(7) {
        let step = batch.trades[at].steps.start as usize;
        batch.steps[step].operation = Operation::Panic;
    }
    let expected = sequential.run(&batch);
    let panics = |results: &[crate::simulate::TradeResult]| {
        let panicked = results
            .iter()
            .filter(|r| matches!(r, Err(TradeError::Panicked(_))));
        panicked.count()
    };
    assert_eq!(panics(&expected), 58);
    let mut executor = Executor::new(NonZeroUsize::new(4).unwrap());
    let results = other.run_parallel(&batch, &mut executor);
    assert_eq!(results, expected);
    assert_eq!(other.state_hash(), sequential.state_hash());
}
