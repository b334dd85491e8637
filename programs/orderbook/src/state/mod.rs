//! The program's accounts. Each file holds one account, its byte layout, and its transitions.

mod lane;
mod market;
mod vault_shard;

pub use lane::*;
pub use market::*;
pub use vault_shard::*;
