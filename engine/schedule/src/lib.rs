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
//!
//! # Algorithm
//!
//! *Partitioning.* Accounts that were traded together stay in one of some bins. Where the trades of a
//! window leave enough bins apart, these are the groups. Otherwise trades that share a written account
//! are joined by union-find, and what is left apart are groups. Groups go to workers, largest first,
//! each to the least loaded, except that small ones go to the worker that had their first account
//! before, while its share lasts. A group larger than a worker's share is cut: each of its trades goes
//! where its busiest account is, and rounds keep the order between workers, as in Aptos' block
//! partitioner. A group that would gain nothing stays whole.
//!
//! *Scheduling.* Each account has a queue, first in, first out; a trade is ready when it heads all
//! queues it waits in, and readers head a queue together. This is how Agave's unified scheduler
//! works: a constant amount of work per account, no retries, and no knowledge of threads.
//!
//! *Running.* A batch is run in windows of up to 2,048 trades: each is partitioned while the one
//! before runs. Workers claim lists of trades, their own first and then each other's, so that a late
//! or slow one holds nobody up; in a list nothing is synchronised, and no lock is held while a trade
//! runs. Rounds meet at a counter, and who waits there runs whole groups. Where there is no
//! parallelism trades run on the calling thread, and ever fewer of them are looked at beforehand.
//! Rounds and not the queues order cut groups: handing one trade to another core costs more (a cache
//! line there and back takes 320 ns on the machine below) than a trade itself.
//!
//! A trade that fails or panics changes nothing: what it writes is saved before ([`Restore`]).
//!
//! # Cost
//!
//! On two virtual cores of an AMD EPYC (Zen 4), in ns per trade:
//!
//! - scheduling and descheduling, 10 accounts: 50 to 62, whether any or all of them conflict
//! - running on one thread: 4 to 9 more than a plain loop over the same states
//! - two threads against a plain loop (`cargo bench --bench run`), where traders keep to their pools:
//!   with trades of 245 ns 1.8 times as fast, with trades of 540 ns 1.8 to 2.0; where any trader
//!   trades in any of thousands of pools 1.5 to 1.7, and 1.9
//! - all on one account: 0.93 of the plain loop with trades of 245 ns, 0.98 with trades of 540 ns
//!
//! # What it does not do
//!
//! It does not price, verify or decode anything, has no priorities (the order is that of arrival),
//! bounds no queue ([`Batch`] and [`Scheduler`] grow as they are filled), pins no thread, and does
//! no I/O.
#![deny(unsafe_code)]

mod access;
#[cfg(test)]
mod interleavings;
mod partition;
pub mod prefetch;
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
pub use run::{AccessError, Accounts, Executor, InOrder, Panicked, Restore, Run, RunError, Slot};
pub use schedule::{Ready, Scheduler};
