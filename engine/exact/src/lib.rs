//! The exact mode of the engine's simulation: the same trades on the same accounts, run by the
//! programs' bytecode.
//!
//! `sealane_engine::simulate` executes the exchange's instructions natively. This crate gives the
//! same batch to virtual machines and returns the same types, for instructions that are not
//! simulated natively and to hold the native mode to the programs. Trades that share no account
//! that one of them writes are independent: `sealane-schedule` partitions them into groups, and
//! each list of groups has a machine of its own, on a thread of its own.
//!
//! What differs from a chain:
//! - Signatures are not made and not verified. Who signs is told by [`Trade::signers`]; an
//!   instruction that wants another signature is refused before it runs.
//! - The network's fee is paid by an account of the machine's. Accounts of the state have the
//!   lamports that make them exempt from rent; lamports are not part of the results.
//! - Accounts that were not loaded into the state do not exist.
//!
//! ```no_run
//! use std::num::NonZeroUsize;
//! use sealane_exact::{Exact, Programs};
//! # fn f(state: &mut sealane_engine::simulate::State, trades: &[sealane_engine::simulate::Trade])
//! # -> Result<(), Box<dyn std::error::Error>> {
//! let exact = Exact::new(&Programs::read("target/deploy")?)?;
//! let reports = exact.run(state, trades, NonZeroUsize::new(2).unwrap())?;
//! # Ok(()) }
//! ```
#![forbid(unsafe_code)]

mod logs;
mod machine;
mod programs;

pub use programs::{Programs, ProgramsError};

use std::{num::NonZeroUsize, thread};

use litesvm::LiteSVM;
use sealane_engine::simulate::{Batch, BatchError, Report, State, Trade, TradeError};
use sealane_schedule::{Partitioner, Plan};
use solana_account::Account;
use solana_pubkey::Pubkey;

use machine::Machine;

/// Runs trades through the programs' bytecode.
pub struct Exact {
    /// With the programs and without accounts; copied for each list of trades.
    template: LiteSVM,
}

/// What came of a trade.
pub type ExactResult = Result<Report, TradeError>;

/// What a list of trades came to: results by place in the batch, and accounts afterwards.
struct Ran {
    results: Vec<(usize, ExactResult)>,
    accounts: Vec<(Pubkey, Option<Account>)>,
}

impl Exact {
    /// With these programs, and the token programs of today's mainnet.
    ///
    /// # Errors
    /// [`ProgramsError::Invalid`] if the bytes are no program.
    pub fn new(programs: &Programs) -> Result<Self, ProgramsError> {
        Ok(Self {
            template: machine::template(programs)?,
        })
    }

    /// Runs trades on a state, at the state's clock, by at most so many threads, and leaves the
    /// accounts in it as the programs left them. Results come in the order of the trades, and are
    /// the same for any number of threads.
    ///
    /// # Errors
    /// [`BatchError`]: there are too many accounts or trades; then nothing was run.
    pub fn run(
        &self,
        state: &mut State,
        trades: &[Trade],
        threads: NonZeroUsize,
    ) -> Result<Vec<ExactResult>, BatchError> {
        let mut batch = Batch::new();
        for trade in trades {
            batch.push(state, trade)?;
        }
        let shares = shares(&batch, threads);
        let frozen = &*state;
        let ran = thread::scope(|scope| {
            let workers: Vec<_> = shares
                .iter()
                .map(|share| scope.spawn(|| self.run_share(frozen, trades, share)))
                .collect();
            let joined = workers.into_iter().map(|worker| {
                // A panic here is a defect of the machine: it is handed on.
                worker
                    .join()
                    .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            });
            joined.collect::<Vec<_>>()
        });
        let mut results: Vec<Option<ExactResult>> = trades.iter().map(|_| None).collect();
        for ran in ran.into_iter().flatten() {
            for (trade, result) in ran.results {
                results[trade] = Some(result);
            }
            for (address, account) in ran.accounts {
                machine::store(state, &address, account.as_ref())?;
            }
        }
        let results = results.into_iter();
        Ok(results
            .map(|result| result.expect("every trade is in one list"))
            .collect())
    }

    /// Runs a thread's lists, each in a machine of its own.
    fn run_share(&self, state: &State, trades: &[Trade], lists: &[Vec<usize>]) -> Vec<Ran> {
        let run = |list: &Vec<usize>| {
            let mut machine =
                Machine::new(&self.template, state, list.iter().map(|at| &trades[*at]));
            let results = list.iter().map(|&at| (at, machine.run(&trades[at])));
            Ran {
                results: results.collect(),
                accounts: machine.into_accounts(),
            }
        };
        lists.iter().map(run).collect()
    }
}

/// The lists of independent trades of each thread, none of them cut: machines do not share accounts.
fn shares(batch: &Batch, threads: NonZeroUsize) -> Vec<Vec<Vec<usize>>> {
    let mut partitioner = Partitioner::new();
    let plan = partitioner.partition(batch.schedule(), threads);
    if plan.rounds() == 0 {
        return (0..threads.get())
            .map(|worker| lists(&plan, worker))
            .collect();
    }
    // A group is larger than a share and would be cut. It then sets the pace; the others go to the
    // threads in turn.
    let plan = partitioner.partition(batch.schedule(), NonZeroUsize::MIN);
    let mut shares = vec![Vec::new(); threads.get()];
    for (at, list) in lists(&plan, 0).into_iter().enumerate() {
        shares[at % threads.get()].push(list);
    }
    shares
}

fn lists(plan: &Plan, worker: usize) -> Vec<Vec<usize>> {
    let lists = plan.whole(worker);
    let trades = lists.map(|list| list.iter().map(|&trade| trade as usize).collect());
    trades.collect()
}
