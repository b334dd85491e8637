//! The program's accounts. Each file holds one account, its byte layout, and its transitions.

mod pool;
mod shard;

pub use pool::*;
pub use shard::*;
