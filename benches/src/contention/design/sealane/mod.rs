//! Sealane, with the SDK's instructions.

mod lanes;
mod shards;
#[cfg(test)]
mod tests;

pub(crate) use lanes::{Lanes, LanesOptions};
pub(crate) use shards::{Choice, DEPTH, Executed, Shards, ShardsOptions};
