//! The exchange in memory: what the chain's accounts say, what trades would do to them, and which
//! route is best.
//!
//! Nothing here does I/O: bytes and values go in, values come out, and a pipeline keeps its journal in
//! the storage that it is given. The arithmetic is the programs' own ([`engine_core`]), so that a
//! quote equals the execution to the last unit.
//!
//! - [`accounts`], [`address`]: accounts from their bytes, and where they are
//! - [`pools`], [`markets`], [`farms`], [`realms`]: caches of what has been fed
//! - [`world`]: all of them and token balances, and snapshots for readers while a writer goes on
//! - [`book`]: order books seen over lanes, and which lanes a take had best name
//! - [`quote`]: what one instruction would do
//! - [`simulate`]: what transactions would do, one or many, in order or in parallel
//! - [`pipeline`]: transactions in, outcomes out, at speed, and nothing lost by a crash
//! - [`route`]: which trades serve a wallet best
//! - [`error`]: the programs' errors in words
//! - [`amount`]: numbers as people write them
//! - [`fixtures`]: well-formed accounts for tests

pub mod accounts;
pub mod address;
pub mod amount;
pub mod book;
pub mod error;
pub mod farms;
pub mod fixtures;
pub mod lookup;
pub mod markets;
pub mod pipeline;
pub mod pools;
pub mod quote;
pub mod realms;
pub mod route;
pub mod serialize;
pub mod simulate;
mod versioned;
pub mod world;

pub use sealane_amm as amm;
pub use sealane_core as engine_core;
pub use sealane_core::units::Side;
pub use sealane_governance as governance;
pub use sealane_orderbook as orderbook;
pub use sealane_staking as staking;
