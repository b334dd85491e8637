//! Measurements of one design over the windows of a day.

use std::{
    num::NonZero,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use serde::Serialize;

use super::{
    agave::{Limits, SLOT_MS, UNITS_PER_US},
    block::fill,
    day::Window,
    design::{Design, transactions},
    schedule::Block,
    stream::Stream,
};

/// Threads that blocks are scheduled on.
pub(crate) const THREADS: [usize; 7] = [1, 2, 4, 8, 16, 32, 64];

/// One full block of each window: what a leader with a backlog makes.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct FullBlocks {
    /// Of what.
    pub(crate) design: String,
    /// Blocks measured.
    pub(crate) blocks: usize,
    /// Blocks that could not be filled because the window ran out of transactions.
    pub(crate) starved: usize,
    /// Transactions in a block, on average.
    pub(crate) transactions: f64,
    /// Takes and swaps among them.
    pub(crate) trades: f64,
    /// Cost used, of the block's limit.
    pub(crate) filled: f64,
    /// Transactions that an account's limit kept out, for each one in the block.
    pub(crate) held_back: f64,
    /// Cost of those that write the costliest account, of the block's.
    pub(crate) hottest: f64,
    /// The longest chain of conflicts, of the time that all transactions take.
    pub(crate) critical_path: f64,
    /// How many times faster than on one thread, for each number of [`THREADS`].
    pub(crate) speed_up: Vec<f64>,
}

/// The day as it comes: in each slot a block of what arrived and what was left.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Offered {
    /// Of what.
    pub(crate) design: String,
    /// Blocks measured.
    pub(crate) blocks: usize,
    /// Transactions that arrive in a slot on average.
    pub(crate) arriving: f64,
    /// Cost of a block, of the limit.
    pub(crate) filled: f64,
    /// Transactions that miss the block of their slot, of all.
    pub(crate) delayed: f64,
    /// Time of a block on enough threads, in milliseconds at the cost model's 30 units a
    /// microsecond: median.
    pub(crate) median_ms: f64,
    /// The same of the worst in a hundred.
    pub(crate) p99_ms: f64,
    /// Blocks that take longer than a slot, however many threads.
    pub(crate) late: f64,
}

/// What makes a design's initial state.
pub(crate) type Make<'a> = dyn Fn() -> Box<dyn Design> + Sync + 'a;

/// What one full block is.
#[derive(Default)]
struct OneBlock {
    transactions: usize,
    trades: usize,
    cost: u64,
    held_back: usize,
    hottest: u64,
    total: u64,
    critical_path: u64,
    times: Vec<u64>,
    is_starved: bool,
}

fn one_block(stream: &Stream, limits: Limits) -> OneBlock {
    let queue = 0..stream.transactions().len() as u32;
    let filled = fill(stream, queue, limits);
    let block = Block::new(stream, &filled.taken);
    let of = |at: &u32| stream.transactions()[*at as usize];
    let trades = filled.taken.iter().filter(|at| of(at).is_trade);
    OneBlock {
        transactions: filled.taken.len(),
        trades: trades.count(),
        cost: filled.cost,
        held_back: filled.held_back,
        hottest: filled.hottest,
        total: block.total(),
        critical_path: block.critical_path(),
        times: THREADS.map(|threads| block.time(threads)).to_vec(),
        is_starved: filled.left.is_empty(),
    }
}

/// Measures full blocks.
pub(crate) fn full_blocks(
    name: &str,
    windows: &[Window],
    make: &Make<'_>,
    limits: Limits,
) -> FullBlocks {
    let blocks = over(windows, |window| {
        one_block(&transactions(&mut *make(), window), limits)
    });
    let sum = |part: fn(&OneBlock) -> u64| blocks.iter().map(part).sum::<u64>() as f64;
    let count = blocks.len() as f64;
    let (cost, total) = (sum(|one| one.cost), sum(|one| one.total));
    let transactions = sum(|one| one.transactions as u64);
    let times = (0..THREADS.len()).map(|at| blocks.iter().map(|one| one.times[at]).sum::<u64>());
    FullBlocks {
        design: name.to_owned(),
        blocks: blocks.len(),
        starved: blocks.iter().filter(|one| one.is_starved).count(),
        transactions: transactions / count,
        trades: sum(|one| one.trades as u64) / count,
        filled: cost / (count * limits.block as f64),
        held_back: sum(|one| one.held_back as u64) / transactions,
        hottest: sum(|one| one.hottest) / cost,
        critical_path: sum(|one| one.critical_path) / total,
        speed_up: times.map(|time| total / time as f64).collect(),
    }
}

/// Plays the day.
pub(crate) fn offered(name: &str, windows: &[Window], make: &Make<'_>, limits: Limits) -> Offered {
    let played = over(windows, |window| {
        let stream = transactions(&mut *make(), window);
        let blocks = play(&stream, limits);
        (stream.transactions().len(), blocks)
    });
    let arrived: usize = played.iter().map(|(arrived, _)| arrived).sum();
    let blocks: Vec<&Played> = played.iter().flat_map(|(_, blocks)| blocks).collect();
    let count = blocks.len() as f64;
    let mut times: Vec<f64> = blocks
        .iter()
        .map(|block| block.critical_path as f64 / UNITS_PER_US as f64 / 1e3)
        .collect();
    times.sort_by(f64::total_cmp);
    let cost: u64 = blocks.iter().map(|block| block.cost).sum();
    let delayed: usize = blocks.iter().map(|block| block.delayed).sum();
    Offered {
        design: name.to_owned(),
        blocks: blocks.len(),
        arriving: arrived as f64 / count,
        filled: cost as f64 / (count * limits.block as f64),
        delayed: delayed as f64 / arrived as f64,
        median_ms: quantile(&times, 0.5),
        p99_ms: quantile(&times, 0.99),
        late: times.iter().filter(|time| **time > SLOT_MS).count() as f64 / count,
    }
}

struct Played {
    cost: u64,
    /// Transactions that arrived in this slot and are not in its block.
    delayed: usize,
    critical_path: u64,
}

/// A block for each slot.
fn play(stream: &Stream, limits: Limits) -> Vec<Played> {
    let slot_of = |at: u32| stream.transactions()[at as usize].slot;
    let mut blocks = Vec::new();
    let (mut left, mut next) = (Vec::new(), 0u32);
    let end = stream.transactions().len() as u32;
    let slots = stream.transactions().last().map_or(0, |one| one.slot + 1);
    for slot in 0..slots {
        let first = next;
        while next < end && slot_of(next) <= slot {
            next += 1;
        }
        let filled = fill(stream, left.into_iter().chain(first..next), limits);
        blocks.push(Played {
            cost: filled.cost,
            delayed: filled.left.iter().filter(|at| **at >= first).count(),
            critical_path: Block::new(stream, &filled.taken).critical_path(),
        });
        left = filled.left;
    }
    blocks
}

/// The least of sorted values that this part is not above.
pub(crate) fn quantile(sorted: &[f64], part: f64) -> f64 {
    let at = (part * sorted.len() as f64).ceil() as usize;
    sorted.get(at.saturating_sub(1)).copied().unwrap_or(0.0)
}

/// Works on all windows, as many at a time as there are processors.
pub(crate) fn over<T: Send>(windows: &[Window], work: impl Fn(&Window) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let workers = thread::available_parallelism().map_or(1, NonZero::get);
    let worker = || {
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(window) = windows.get(at) else {
                return done;
            };
            done.push((at, work(window)));
        }
    };
    let mut done: Vec<(usize, T)> = thread::scope(|scope| {
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(worker)).collect();
        let done = workers.into_iter().map(|worker| worker.join());
        done.flat_map(|done| done.expect("a worker that did not panic"))
            .collect()
    });
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}
