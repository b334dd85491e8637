//! Order books of lanes: the engine's views of them, and books rebuilt from events alone.

mod replica;

pub use replica::{BookReplica, Followed, OrderChange, ReplicaError, ReplicaOrder, leaves_nothing};
pub use sealane_engine::book::*;
