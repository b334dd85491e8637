//! Groups trades by the accounts they write, orders what conflicts, and runs the rest in parallel.
//!
//! Two trades conflict if one writes an account that the other reads or writes. Trades that
//! conflict must run in arrival order; the order of all others does not matter. Everything here
//! follows from that, and nothing here knows what an account holds or what a trade does.
//!
//! # Interface
//!
//! - [`Interner`] turns addresses into dense [`AccountId`]s, and a [`Batch`] holds trades in arrival
//!   order with the accounts of each.
//! - [`Partitioner`] splits a batch into lists that workers can run side by side, a [`Plan`].
//! - [`Scheduler`] says, trade by trade, which may run now.
//! - [`Executor`] runs a batch on threads: results and states are those of running the trades one
//!   after the other, for any number of workers.
#![deny(unsafe_code)]

mod access;
#[cfg(test)]
mod interleavings;
mod partition;
mod run;
mod schedule;
mod stamps;
mod sync;
#[cfg(test)]
mod testing;

pub use access::{
    Access, Accesses, AccountId, Address, Batch, BatchFull, Interner, TooManyAccounts,
};
pub use partition::{Balance, Partitioner, Plan};
pub use run::{AccessError, Accounts, Executor, Failure, Outcome, Restore, RunError, Slot};
pub use schedule::{Ready, Scheduler};
