//! What trades would do: the programs' instructions, executed natively on decoded accounts.
//!
//! A [`Trade`] is a transaction. A [`Batch`] decodes trades once, by the programs' own
//! discriminators and types, into operations on numbered accounts; what each reads and writes is
//! what its instructions' accounts say. A [`State`] holds the accounts and runs batches: in order
//! ([`State::run`]), or in parallel by way of `sealane-schedule` ([`State::run_parallel`]), with the
//! same results, the same accounts and the same [`State::state_hash`] for any number of threads.
//!
//! The handlers check what the programs check, in the same order, and call the same functions of
//! `sealane-core`. A trade that the chain would refuse ends with the error that the chain would
//! report, and has changed nothing: [`TradeError`]. So does one that panics. What is not simulated
//! here says so ([`TradeError::Unsupported`]); the crate `sealane-exact` runs everything, through
//! the programs' bytecode, and returns the same types. A test holds both equal.
//!
//! Not simulated are lamports, rents and the network's fee, and the limit of compute units: what is
//! returned is an estimate. Accounts that the outcome depends on have to be loaded; one that was not
//! is an error ([`TradeError::UnknownAccount`]) and never taken for absent.
//!
//! ```
//! use sealane_engine::{fixtures, simulate::{Batch, State, Trade}};
//!
//! let mut state = State::new(fixtures::clock_now());
//! let mut batch = Batch::new();
//! batch.push(&mut state, &Trade::signed(vec![]))?;
//! assert!(state.run(&batch)[0].is_ok());
//! # Ok::<(), sealane_engine::simulate::BatchError>(())
//! ```

mod amm;
mod book;
mod compute;
mod decode;
mod error;
mod execute;
pub mod fixtures;
mod frame;
mod report;
mod state;
#[cfg(test)]
mod tests;
mod token;

pub use decode::{Batch, BatchError, Trade};
pub use error::{Refusal, TradeError, Unsupported};
pub use report::{Balance, BalanceChange, Before, Event, Fee, FeeKind, Filled, Report, balances};
pub use state::{
    LaneAccount, MintAccount, OtherAccount, Saved, Slot, State, TokenAccount, TokenProgram,
};

use sealane_schedule::Executor;
use solana_pubkey::Pubkey;

use error::{Fault, Refusal as Refused, require};
use frame::{Frame, Ledger, Meter, Sink};
use report::Recorder;

/// What a trade that succeeded cost. [`State::report`] tells the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Compute units, estimated.
    pub compute_units: u32,
    /// Resting orders met.
    pub fills: u16,
}

impl From<Meter> for Outcome {
    fn from(meter: Meter) -> Self {
        Self {
            compute_units: meter.units,
            fills: meter.fills,
        }
    }
}

/// What came of a trade.
pub type TradeResult = Result<Outcome, TradeError>;

/// A state has a slot for every account of its batches.
const DECODED_FOR_IT: &str = "the batch was decoded for this state";

impl State {
    /// Runs a batch in order.
    pub fn run(&mut self, batch: &Batch) -> Vec<TradeResult> {
        let mut results = Vec::new();
        self.run_into(batch, &mut results);
        results
    }

    /// As [`State::run`], into a vector whose memory is used again.
    pub fn run_into(&mut self, batch: &Batch, results: &mut Vec<TradeResult>) {
        let scene = Self::scene(&self.addresses, &self.clock, batch);
        let run = self
            .in_order
            .run_into(&batch.schedule, &mut self.slots, results, scene);
        run.expect(DECODED_FOR_IT);
    }

    /// Runs a batch on the executor's threads, with the results and accounts of [`State::run`].
    pub fn run_parallel(&mut self, batch: &Batch, executor: &mut Executor) -> Vec<TradeResult> {
        let mut results = Vec::new();
        self.run_parallel_into(batch, executor, &mut results);
        results
    }

    /// As [`State::run_parallel`], into a vector whose memory is used again.
    pub fn run_parallel_into(
        &mut self,
        batch: &Batch,
        executor: &mut Executor,
        results: &mut Vec<TradeResult>,
    ) {
        let scene = Self::scene(&self.addresses, &self.clock, batch);
        let run = executor.run_into(&batch.schedule, &mut self.slots, results, scene);
        run.expect(DECODED_FOR_IT);
    }

    /// Runs a batch in order and tells of each trade what it did.
    pub fn report(&mut self, batch: &Batch) -> Vec<Result<Report, TradeError>> {
        let trades = 0..batch.len();
        trades
            .map(|trade| self.report_one(batch, trade, true))
            .collect()
    }

    /// Tells what one trade would do, and leaves the accounts as they are.
    ///
    /// # Errors
    /// [`TradeError`], as the chain would refuse it.
    ///
    /// # Panics
    /// If there are more accounts than can be numbered.
    pub fn preview(&mut self, trade: &Trade) -> Result<Report, TradeError> {
        let mut batch = Batch::new();
        batch
            .push(self, trade)
            .expect("one more trade's accounts can be numbered");
        self.report_one(&batch, 0, false)
    }

    fn report_one(
        &mut self,
        batch: &Batch,
        trade: usize,
        keep: bool,
    ) -> Result<Report, TradeError> {
        let writable = batch.writable(self, trade);
        let before = Before::of(self, writable);
        let (mut recorder, mut saved) = (Recorder::default(), Vec::new());
        let meter = self.run_one(batch, trade, &mut recorder, &mut saved)?;
        let units = u64::from(meter.units);
        let report = before.report(self, recorder.events, recorder.fills, units);
        if !keep {
            execute::Direct::new(&mut self.slots, &mut saved).restore();
        }
        Ok(report)
    }
}

impl Batch {
    /// The addresses that a trade may write, each once, in the order in which it names them.
    ///
    /// # Panics
    /// If there are not so many trades.
    #[must_use]
    pub fn writable(&self, state: &State, trade: usize) -> Vec<Pubkey> {
        let accesses = self.schedule.accesses(trade);
        let written = accesses.into_iter().filter(|access| access.is_write());
        written
            .map(|access| state.addresses[access.account().index()])
            .collect()
    }
}

/// Moves tokens into a vault and tells by how much the vault's balance grew: what was sent, less
/// the fee that Token-2022 took. `token`: program, mint, decimals; `accounts`: payer, vault.
fn transfer_in<L: Ledger, S: Sink, E: Into<Refused>>(
    frame: &mut Frame<'_, L, S>,
    (program, mint, decimals): (TokenProgram, usize, u8),
    (from, vault): (usize, usize),
    wallet: usize,
    sent: u64,
    no_token_account: E,
    mismatch: E,
) -> Result<u64, Fault> {
    if sent == 0 {
        return Ok(0);
    }
    let held = |frame: &Frame<'_, L, S>| match frame.slot(vault) {
        Slot::Token(token) => Some(token.amount()),
        _ => None,
    };
    let before = held(frame);
    if program == TokenProgram::Token2022 {
        if matches!(frame.slot(vault), Slot::Unknown) {
            return Err(Fault::Unknown(*frame.address(vault)));
        }
        require(before.is_some(), no_token_account)?;
    }
    frame.charge(compute::called_transfer(program));
    let leg = token::Transfer {
        program,
        from,
        to: vault,
        authority: wallet,
        amount: sent,
        signed: true,
        writable: (true, true),
        mint: Some((mint, decimals)),
    };
    token::transfer(frame, &leg)?;
    if program == TokenProgram::Spl {
        return Ok(sent);
    }
    let grown = held(frame)
        .zip(before)
        .and_then(|(after, before)| after.checked_sub(before));
    grown.ok_or_else(|| Fault::Refused(mismatch.into()))
}
