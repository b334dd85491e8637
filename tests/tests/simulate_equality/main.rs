//! The engine's native simulation against the programs' bytecode: the same trades on the same
//! accounts, one by one natively, in groups and in parallel through virtual machines, and in
//! parallel natively. Results, events, fills, balances, fees and every byte of every account must
//! be equal, or the error must.
//!
//! `SEALANE_SIMULATE_TRADES` is how many trades are made; `SEALANE_TEST_SEED` which.

mod arena;
mod book_trades;
mod spoil;
mod tally;
mod trades;

use std::{env, num::NonZeroUsize};

use rand::Rng;
use sealane_engine::simulate::{Batch, Report, Trade, TradeError};
use sealane_exact::{Exact, Programs};
use sealane_schedule::Executor;
use sealane_testkit::{Seeded, deploy_dir};

use arena::Arena;
use tally::Tally;

/// Trades in a run, unless the environment says otherwise.
const TRADES: usize = 50_000;
/// Trades between two looks at all accounts.
const BATCH: usize = 400;
const THREADS: NonZeroUsize = NonZeroUsize::new(2).unwrap();

fn wanted() -> usize {
    env::var("SEALANE_SIMULATE_TRADES").map_or(TRADES, |trades| {
        trades
            .parse()
            .expect("SEALANE_SIMULATE_TRADES must be a number")
    })
}

#[test]
fn native_and_bytecode_agree() {
    let programs = Programs::read(deploy_dir()).unwrap_or_else(|error| panic!("{error}"));
    let exact = Exact::new(&programs).unwrap_or_else(|error| panic!("{error}"));
    let mut seeded = Seeded::new(4);
    let mut arena = Arena::new(&mut seeded.rng);
    let mut tally = Tally::default();
    while tally.trades() < wanted() {
        arena.change(&mut seeded.rng);
        round(&exact, &mut arena, &mut seeded.rng, &mut tally);
    }
    println!("{tally}");
    tally.assert_varied();
}

/// Makes trades and runs them all three ways.
fn round(exact: &Exact, arena: &mut Arena, rng: &mut impl Rng, tally: &mut Tally) {
    let mut parallel = arena.state.copy();
    let mut bytecode = arena.state.copy();
    let (mut trades, mut native) = (Vec::new(), Vec::new());
    while trades.len() < BATCH {
        let (kind, trade) = arena.trade(rng);
        arena.know(&trade);
        let mut batch = Batch::new();
        batch.push(&mut arena.state, &trade).expect("few accounts");
        let result = arena.state.report(&batch).remove(0);
        if let Err(TradeError::Unsupported { what, .. }) = result {
            // Nothing has changed, and what the chain would do is not to be known here.
            tally.unsupported(kind, what);
            continue;
        }
        trades.push((kind, trade));
        native.push(result);
    }
    for (_, trade) in &trades {
        arena.teach(trade, &mut parallel);
        arena.teach(trade, &mut bytecode);
    }
    let list: Vec<Trade> = trades.iter().map(|(_, trade)| trade.clone()).collect();
    let results = exact
        .run(&mut bytecode, &list, THREADS)
        .expect("few accounts");
    let mut batch = Batch::new();
    for trade in &list {
        batch.push(&mut parallel, trade).expect("few accounts");
    }
    let outcomes = parallel.run_parallel(&batch, &mut Executor::new(THREADS));
    for (at, (kind, trade)) in trades.iter().enumerate() {
        let outcome = outcomes[at].as_ref().map(|o| u64::from(o.compute_units));
        let expected = native[at].as_ref().map(|report| report.compute_units);
        assert_eq!(
            outcome,
            expected,
            "{kind} in parallel: {}",
            arena.describe(trade)
        );
        assert_same(kind, || arena.describe(trade), &native[at], &results[at]);
        tally.count(kind, &native[at], &results[at]);
    }
    arena.assert_same_accounts(&bytecode, "the bytecode");
    arena.assert_same_accounts(&parallel, "the parallel run");
    assert_eq!(arena.state.state_hash(), parallel.state_hash());
}

fn assert_same(
    kind: &str,
    trade: impl Fn() -> String,
    native: &Result<Report, TradeError>,
    exact: &Result<Report, TradeError>,
) {
    match (native, exact) {
        (Ok(native), Ok(exact)) => {
            let same = native.events == exact.events
                && native.fills == exact.fills
                && native.balances == exact.balances
                && native.fees == exact.fees
                && native.writable == exact.writable
                && native.price_impact_bps == exact.price_impact_bps;
            assert!(
                same,
                "{kind}: natively {native:#?}\nexactly {exact:#?}\n{}",
                trade()
            );
        }
        _ => assert_eq!(
            native.as_ref().err(),
            exact.as_ref().err(),
            "{kind}: natively left, exactly right; {}",
            trade()
        ),
    }
}
