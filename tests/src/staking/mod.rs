//! Farms, and an SVM with farms in it.

pub mod farm;
pub mod world;

pub use farm::{FarmShard, PARAMS, TestFarm};
pub use world::StakingWorld;
