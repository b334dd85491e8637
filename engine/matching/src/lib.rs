//! A price-time order book for markets matched off-chain.

#![forbid(unsafe_code)]

pub mod book;
mod codec;
pub mod command;
pub mod report;
pub mod runtime;
pub mod units;

pub use book::{Book, BookConfig, ConfigError};
pub use codec::DecodeError;
pub use command::{Command, NewOrder, OrderKind, SelfTrade, TimeInForce};
pub use report::{
    CancelReason, Fill, LevelChange, OrderChange, RejectReason, Report, ReportSink, RestingOrder,
};
pub use units::{OrderId, OwnerId, Price, Quantity, Side};
