//! Order books of lanes, computed from copies of them.
//!
//! - [`LaneSnapshot`]: one lane as of a moment
//! - [`OrderBook`]: what lanes make together: every order, levels, depth
//! - [`BookUnits`]: prices and sizes as people write them
//! - [`Ladder`]: a maker's quotes as the message that replaces them all
//! - [`choose_lanes`]: which lanes a take had best name

mod choose;
pub mod fixtures;
mod ladder;
mod lane;
mod units;
mod view;

pub use choose::{ChosenLanes, ComputeEstimate, TakeLimits, choose_lanes};
pub use ladder::{Ladder, LadderError, LadderShape, Quoted, SideName};
pub use lane::{LaneSnapshot, key, pubkey};
pub use units::{BookUnits, TickRounding, UnitsError};
pub use view::{BookLevel, BookOrder, Depth, OrderBook};
