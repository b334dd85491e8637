//! What the programs say when they refuse, in words.

mod amm;
mod describe;
mod governance;
mod orderbook;
mod staking;

pub use amm::{AmmErrorExt, amm_error_from_code};
pub use governance::{GovernanceErrorExt, governance_error_from_code};
pub use orderbook::{OrderbookErrorExt, orderbook_error_from_code};
pub use staking::{StakingErrorExt, staking_error_from_code};
