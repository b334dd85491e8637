//! What the chain says when it refuses, in words.

mod amm;
mod program;

pub use amm::{AmmErrorExt, amm_error_from_code};
pub use program::ProgramError;
