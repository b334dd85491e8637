//! The program's accounts. Each file holds one account, its byte layout, and its transitions.

mod budget;
mod epoch_record;
mod farm;
mod position;
mod shard;

pub use budget::*;
pub use epoch_record::*;
pub use farm::*;
pub use position::*;
pub use shard::*;
