//! Rates, latencies, allocations, and whether engines agree.

use std::hint::black_box;

use quanta::Clock;
use rustix::time::{ClockId, clock_gettime};

use super::{
    engines::{Engine, Trade},
    flow::{self, Flow, Message},
    instructions::{self, Only},
};
use crate::allocations;

/// An engine, and what can be measured of it.
pub(crate) struct Contender {
    pub(crate) name: &'static str,
    pub(crate) version: &'static str,
    pub(crate) note: &'static str,
    trades: fn(&Flow) -> Vec<(u32, Trade)>,
    round: fn(&Flow) -> Round,
    pub(crate) latencies: fn(&Flow) -> Latencies,
    pub(crate) allocations: fn(&Flow) -> f64,
    /// By the processor's counter, where the kernel lets it be read.
    pub(crate) counted: fn(&Flow) -> Option<u64>,
    pub(crate) only: fn(&Flow, Only),
}

impl Contender {
    pub(crate) fn of<E: Engine>() -> Self {
        Self {
            name: E::NAME,
            version: E::VERSION,
            note: E::NOTE,
            trades: |flow| flow::trades(&mut warm::<E>(flow), &flow.measured),
            round: round::<E>,
            latencies: latencies::<E>,
            allocations: allocations_per_message::<E>,
            counted: |flow| {
                let mut engine = warm::<E>(flow);
                instructions::count(|| run(&mut engine, &flow.measured))
            },
            only: |flow, only| {
                let mut engine = warm::<E>(flow);
                if only == Only::Measured {
                    run(&mut engine, &flow.measured);
                }
            },
        }
    }
}

/// All about one engine.
pub(crate) struct Measured {
    pub(crate) name: &'static str,
    pub(crate) version: &'static str,
    pub(crate) note: &'static str,
    pub(crate) agreement: Agreement,
    /// Messages a second in each round.
    pub(crate) rates: Vec<f64>,
    pub(crate) latencies: Latencies,
    /// For each message.
    pub(crate) allocations: f64,
    /// For each message, and how they were counted.
    pub(crate) instructions: Option<(f64, &'static str)>,
}

/// Whether an engine's trades are those of the reference, in order.
pub(crate) enum Agreement {
    /// So many, all equal.
    Equal(usize),
    /// From this trade on they are not.
    Differs(usize),
}

struct Round {
    seconds: f64,
    checksum: u64,
}

/// Depends on every trade and on their order.
#[derive(Default)]
struct Checksum(u64);

impl Checksum {
    #[inline]
    fn add(&mut self, trade: Trade) {
        for number in [trade.maker, trade.taker, trade.price, trade.quantity] {
            self.0 = (self.0.rotate_left(5) ^ number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        }
    }
}

/// An engine with full books.
fn warm<E: Engine>(flow: &Flow) -> E {
    // Room for what rests at most, and half as much again.
    let mut engine = E::new(flow.markets, flow.most_orders * 3 / 2);
    run(&mut engine, &flow.warm_up);
    engine
}

/// Carries out messages; a checksum of their trades.
#[inline(never)]
fn run<E: Engine>(engine: &mut E, messages: &[Message]) -> u64 {
    let mut checksum = Checksum::default();
    for message in messages {
        engine.apply(message, &mut |trade| checksum.add(trade));
    }
    black_box(checksum.0)
}

/// What this thread has had of a processor. Engines here neither wait nor start threads, so that on
/// an idle machine this is the time that passes, and on a busy one it does not count others'.
fn processor_seconds() -> f64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

fn round<E: Engine>(flow: &Flow) -> Round {
    let mut engine = warm::<E>(flow);
    let start = processor_seconds();
    let checksum = run(&mut engine, &flow.measured);
    Round {
        seconds: processor_seconds() - start,
        checksum,
    }
}

/// Compares each engine's trades with those of the reference, one by one.
pub(crate) fn agreements(
    contenders: &[Contender],
    reference: &Contender,
    flow: &Flow,
) -> Vec<Agreement> {
    let expected = (reference.trades)(flow);
    let agreement = |contender: &Contender| {
        eprintln!("{}: trades", contender.name);
        let trades = (contender.trades)(flow);
        let differs = trades.iter().zip(&expected).position(|(a, b)| a != b);
        match differs {
            Some(at) => Agreement::Differs(at),
            None if trades.len() == expected.len() => Agreement::Equal(trades.len()),
            None => Agreement::Differs(trades.len().min(expected.len())),
        }
    };
    contenders.iter().map(agreement).collect()
}

/// Messages a second of each engine in each round. In every round each engine starts anew; who
/// starts changes from round to round.
pub(crate) fn rounds(contenders: &[Contender], flow: &Flow, rounds: usize) -> Vec<Vec<f64>> {
    let mut rates = vec![Vec::new(); contenders.len()];
    let mut checksums = vec![None; contenders.len()];
    for number in 0..rounds {
        eprintln!("round {} of {rounds}", number + 1);
        for turn in 0..contenders.len() {
            let at = (turn + number) % contenders.len();
            let round = (contenders[at].round)(flow);
            rates[at].push(flow.measured.len() as f64 / round.seconds);
            let name = contenders[at].name;
            let first = *checksums[at].get_or_insert(round.checksum);
            assert_eq!(first, round.checksum, "{name} trades otherwise each time");
        }
    }
    rates
}

/// Nanoseconds from before a message to after it, the timer's own cost included.
pub(crate) struct Latencies {
    sorted: Vec<u32>,
}

impl Latencies {
    /// The latency that `share` of the messages do not exceed.
    pub(crate) fn quantile(&self, share: f64) -> u32 {
        let last = self.sorted.len() - 1;
        self.sorted[((last as f64 * share).round() as usize).min(last)]
    }
}

fn latencies<E: Engine>(flow: &Flow) -> Latencies {
    let mut engine = warm::<E>(flow);
    let clock = Clock::new();
    let mut raw = vec![(0u64, 0u64); flow.measured.len()];
    let mut checksum = Checksum::default();
    for (message, times) in flow.measured.iter().zip(&mut raw) {
        let start = clock.raw();
        engine.apply(message, &mut |trade| checksum.add(trade));
        *times = (start, clock.raw());
    }
    black_box(checksum.0);
    let nanos = |&(start, end)| u32::try_from(clock.delta_as_nanos(start, end));
    let mut sorted: Vec<u32> = raw
        .iter()
        .map(|times| nanos(times).unwrap_or(u32::MAX))
        .collect();
    sorted.sort_unstable();
    Latencies { sorted }
}

/// Nanoseconds between two readings of the timer, by the median.
pub(crate) fn timer_cost() -> u64 {
    let clock = Clock::new();
    let mut deltas: Vec<u64> = (0..100_001)
        .map(|_| {
            let start = clock.raw();
            clock.delta_as_nanos(start, clock.raw())
        })
        .collect();
    deltas.sort_unstable();
    deltas[deltas.len() / 2]
}

fn allocations_per_message<E: Engine>(flow: &Flow) -> f64 {
    let mut engine = warm::<E>(flow);
    let before = allocations::count();
    run(&mut engine, &flow.measured);
    (allocations::count() - before) as f64 / flow.measured.len() as f64
}
