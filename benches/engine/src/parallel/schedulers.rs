//! What it costs to schedule a trade, here and in public crates.
//!
//! The same batches go through our queues, through `solana-unified-scheduler-logic` (the state
//! machine with which Agave's validator replays blocks) and through `prio-graph` (with which it
//! has built them). All trades are scheduled first and then descheduled in the order in which they
//! become ready, so that under contention almost all of them wait. Nothing runs and no thread is
//! involved. Made ready beforehand: our batch; the unified scheduler's tasks, which hold a reference
//! to the queue of each account. `prio-graph` looks accounts up by key, for which it gets a number.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use comfy_table::{Cell, CellAlignment, Table, presets::UTF8_FULL_CONDENSED};
use prio_graph::{AccessKind, GraphNode, PrioGraph, TopLevelId};
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sealane_schedule::{Access, AccountId, Batch, Scheduler};
use serde::Serialize;
use solana_instruction::{AccountMeta, Instruction};
use solana_message::{Message, SimpleAddressLoader};
use solana_pubkey::Pubkey;
use solana_runtime_transaction::runtime_transaction::RuntimeTransaction;
use solana_transaction::Transaction;
use solana_transaction::sanitized::{MessageHash, SanitizedTransaction};
use solana_transaction::versioned::VersionedTransaction;
use solana_unified_scheduler_logic::{Capability, SchedulingStateMachine, UsageQueue};

/// How many of the trades want the same account.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Contention {
    /// One in a hundred.
    Low,
    /// One in ten.
    Mid,
    /// All.
    Total,
}

/// What one scheduler took for a batch.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Row {
    /// The scheduler's crate.
    pub(crate) scheduler: &'static str,
    /// Accounts of each trade: one read by all, the others written.
    pub(crate) accounts: usize,
    /// How many of the trades want the same account.
    pub(crate) contention: Contention,
    /// Nanoseconds to schedule and deschedule a trade: median over the rounds.
    pub(crate) median_ns: f64,
    /// The same, of the best round.
    pub(crate) min_ns: f64,
    /// The same, of the worst round.
    pub(crate) max_ns: f64,
}

const ACCOUNTS: [usize; 3] = [2, 5, 10];
const CONTENTIONS: [Contention; 3] = [Contention::Low, Contention::Mid, Contention::Total];

/// The accounts of a trade by number. The first is read, and read by all.
type Trade = Vec<usize>;

/// A pass over a batch, which has been made ready, and how long it took.
type Pass = Box<dyn FnMut() -> Duration>;

/// Times all schedulers over batches of so many trades. Rounds are interleaved, so that what else
/// the machine does meets all of them.
pub(crate) fn measure(trades: usize, rounds: usize) -> anyhow::Result<Vec<Row>> {
    let mut rows = Vec::new();
    for accounts in ACCOUNTS {
        for contention in CONTENTIONS {
            let batch = generate(trades, accounts, contention);
            let mut passes: [(&'static str, Pass); 3] = [
                ("sealane-schedule", sealane(&batch)?),
                ("solana-unified-scheduler-logic", unified(&batch)?),
                ("prio-graph", prio_graph(batch)),
            ];
            let mut times = [const { Vec::new() }; 3];
            // The first round warms up.
            for round in 0..=rounds {
                for ((_, pass), times) in passes.iter_mut().zip(&mut times) {
                    let time = pass().as_nanos() as f64 / trades as f64;
                    if round > 0 {
                        times.push(time);
                    }
                }
            }
            for ((scheduler, _), mut times) in passes.into_iter().zip(times) {
                times.sort_by(f64::total_cmp);
                let (median_ns, min_ns, max_ns) = (times[rounds / 2], times[0], times[rounds - 1]);
                rows.push(Row {
                    scheduler,
                    accounts,
                    contention,
                    median_ns,
                    min_ns,
                    max_ns,
                });
            }
        }
    }
    Ok(rows)
}

/// The rows as a table.
pub(crate) fn table(rows: &[Row]) -> Table {
    let mut table = Table::new();
    table.load_style(UTF8_FULL_CONDENSED);
    table.set_header([
        "scheduler",
        "accounts",
        "contention",
        "ns/trade",
        "least",
        "most",
    ]);
    let right = |text: String| Cell::new(text).set_alignment(CellAlignment::Right);
    for row in rows {
        table.add_row([
            Cell::new(row.scheduler),
            right(row.accounts.to_string()),
            Cell::new(format!("{:?}", row.contention).to_lowercase()),
            right(format!("{:.1}", row.median_ns)),
            right(format!("{:.1}", row.min_ns)),
            right(format!("{:.1}", row.max_ns)),
        ]);
    }
    table
}

/// Random trades. Account zero is read by all, account one is the wanted one, and all others are
/// the trade's own.
fn generate(trades: usize, accounts: usize, contention: Contention) -> Vec<Trade> {
    let mut rng = ChaCha8Rng::seed_from_u64(11);
    let mut own: Vec<usize> = (2..2 + trades * accounts).collect();
    own.shuffle(&mut rng);
    let trade = |_| {
        let wanted = match contention {
            Contention::Low => rng.random_bool(0.01),
            Contention::Mid => rng.random_bool(0.1),
            Contention::Total => true,
        };
        let mut trade = vec![0];
        trade.extend(wanted.then_some(1));
        trade.extend(own.drain(..accounts - trade.len()));
        trade
    };
    (0..trades).map(trade).collect()
}

fn sealane(trades: &[Trade]) -> anyhow::Result<Pass> {
    let mut batch = Batch::new();
    for trade in trades {
        let access = |(place, &account): (usize, &usize)| {
            let account = AccountId::new(account)?;
            anyhow::Ok(if place == 0 {
                Access::read(account)
            } else {
                Access::write(account)
            })
        };
        let accesses: Vec<_> = trade
            .iter()
            .enumerate()
            .map(access)
            .collect::<anyhow::Result<_>>()?;
        batch.push(1, &accesses)?;
    }
    let mut scheduler = Scheduler::new();
    Ok(Box::new(move || {
        let start = Instant::now();
        let mut running = Vec::with_capacity(batch.len());
        for trade in 0..batch.len() {
            running.extend(scheduler.schedule(trade as u32, batch.accesses(trade)));
        }
        let mut done = running.len();
        running
            .into_iter()
            .for_each(|ready| scheduler.deschedule(ready));
        while let Some(ready) = scheduler.next_ready() {
            scheduler.deschedule(ready);
            done += 1;
        }
        let time = start.elapsed();
        assert_eq!(done, batch.len(), "every trade became ready");
        time
    }))
}

fn prio_graph(trades: Vec<Trade>) -> Pass {
    /// Trades come out in arrival order.
    #[derive(PartialEq, Eq, PartialOrd, Ord)]
    struct Earliest(std::cmp::Reverse<u64>);

    impl TopLevelId<u64> for Earliest {
        fn id(&self) -> u64 {
            self.0.0
        }
    }

    let first = |&id: &u64, _: &GraphNode<u64>| Earliest(std::cmp::Reverse(id));
    let mut graph = PrioGraph::new(first);
    Box::new(move || {
        let start = Instant::now();
        for (id, trade) in trades.iter().enumerate() {
            let access = |(place, &account): (usize, &usize)| {
                (
                    account as u64,
                    if place == 0 {
                        AccessKind::Read
                    } else {
                        AccessKind::Write
                    },
                )
            };
            graph.insert_transaction(id as u64, trade.iter().enumerate().map(access));
        }
        let mut done = 0;
        while let Some(id) = graph.pop() {
            graph.unblock(&id);
            done += 1;
        }
        let time = start.elapsed();
        graph.clear();
        assert_eq!(done, trades.len(), "every trade became ready");
        time
    })
}

fn unified(trades: &[Trade]) -> anyhow::Result<Pass> {
    let key = |account: usize| {
        let mut bytes = [7; 32];
        bytes[..8].copy_from_slice(&(account as u64).to_le_bytes());
        Pubkey::from(bytes)
    };
    let mut queues: HashMap<Pubkey, UsageQueue> = HashMap::new();
    let mut load = |address| {
        queues
            .entry(address)
            .or_insert_with(|| UsageQueue::new(&Capability::FifoQueueing))
            .clone()
    };
    let mut tasks = Vec::with_capacity(trades.len());
    for (number, trade) in trades.iter().enumerate() {
        let [program, payer, others @ ..] = &trade[..] else {
            anyhow::bail!("a trade has two accounts or more")
        };
        let metas = others
            .iter()
            .map(|&account| AccountMeta::new(key(account), false))
            .collect();
        let instruction = Instruction {
            program_id: key(*program),
            accounts: metas,
            data: Vec::new(),
        };
        let message = Message::new(&[instruction], Some(&key(*payer)));
        let transaction = VersionedTransaction::from(Transaction::new_unsigned(message));
        let transaction = RuntimeTransaction::<SanitizedTransaction>::try_create(
            transaction,
            MessageHash::Compute,
            None,
            SimpleAddressLoader::Disabled,
            &HashSet::new(),
            true,
        )?;
        tasks.push(SchedulingStateMachine::create_task(
            transaction,
            number as u128,
            &mut load,
        ));
    }
    Ok(Box::new(move || time_unified(&tasks)))
}

type Task = solana_unified_scheduler_logic::Task;

/// Times a pass on a thread of its own, as the state machine may be made once per thread.
fn time_unified(tasks: &[Task]) -> Duration {
    let pass = || {
        // SAFETY: called once on this thread, which ends with the pass.
        let mut machine = unsafe {
            SchedulingStateMachine::exclusively_initialize_current_thread_for_scheduling(None, None)
        };
        let start = Instant::now();
        let mut running = Vec::with_capacity(tasks.len());
        for task in tasks {
            running.extend(machine.schedule_or_buffer_task(task.clone(), false));
        }
        let mut done = running.len();
        for task in running {
            machine.deschedule_task(&task);
        }
        while let Some(task) = machine.schedule_next_unblocked_task() {
            machine.deschedule_task(&task);
            done += 1;
        }
        let time = start.elapsed();
        assert_eq!(done, tasks.len(), "every trade became ready");
        time
    };
    std::thread::scope(|scope| scope.spawn(pass).join()).expect("the pass does not panic")
}
