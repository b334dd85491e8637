//! A local chain with the programs deployed, funded wallets, tokens and pools.
//!
//! - [`chain`]: a local chain, embedded in this process or Agave's validator beside it.
//! - [`progress`]: telling somebody what is being done.

pub mod chain;
pub mod progress;

pub use chain::{Backend, Chain, ChainConfig, ChainError, ProgramFile};
pub use progress::Progress;
