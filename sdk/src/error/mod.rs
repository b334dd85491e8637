//! What the chain says when it refuses, in words.

mod explain;
mod program;

pub use explain::Explain;
pub use program::ProgramError;
pub use sealane_engine::error::{
    AmmErrorExt, GovernanceErrorExt, OrderbookErrorExt, StakingErrorExt, amm_error_from_code,
    governance_error_from_code, orderbook_error_from_code, staking_error_from_code,
};
