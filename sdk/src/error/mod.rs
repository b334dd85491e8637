//! What the chain says when it refuses, in words.

mod amm;
mod describe;
mod orderbook;
mod program;

pub use amm::{AmmErrorExt, amm_error_from_code};
pub use orderbook::{OrderbookErrorExt, orderbook_error_from_code};
pub use program::ProgramError;
