//! The program's accounts. Each file holds one account, its byte layout, and its transitions.

mod config;
mod instruction;
mod proposal;
mod realm;
mod tally;
mod text;
mod vote_record;

pub use config::*;
pub use instruction::*;
pub use proposal::*;
pub use realm::*;
pub use tally::*;
pub use text::*;
pub use vote_record::*;
