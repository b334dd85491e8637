//! Farms, and an SVM with farms in it.

pub mod farm;
pub mod trading;
pub mod world;

pub use farm::{FarmShard, PARAMS, TestFarm};
pub use trading::{Maker, TradingFarm};
pub use world::StakingWorld;
