//! Transactions that land, or say why they did not.
//!
//! A `Transactor` simulates first, which tells the compute units and catches refusals before
//! anything is paid. It sets the compute limit to what the simulation used plus a margin, offers a
//! priority fee with a cap, signs, sends, and keeps sending until the transaction is confirmed or
//! its blockhash has expired. It comes with the feature `rpc`; how large a transaction becomes is
//! told without. With lookup tables at hand it sends versioned transactions where that makes them
//! smaller.

#[cfg(feature = "rpc")]
mod confirm;
#[cfg(feature = "rpc")]
mod error;
#[cfg(feature = "rpc")]
mod priority;
mod size;
#[cfg(feature = "rpc")]
mod transactor;

#[cfg(feature = "rpc")]
pub use error::SendError;
#[cfg(feature = "rpc")]
pub use priority::PriorityFee;
pub use size::{
    MAX_TRANSACTION_SIZE, message, pack, transaction_size, transaction_size_with, with_budget,
};
#[cfg(feature = "rpc")]
pub(crate) use transactor::retried;
#[cfg(feature = "rpc")]
pub use transactor::{Confirmed, Simulation, Transactor, TransactorConfig};
