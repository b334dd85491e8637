//! A price-time order book for markets matched off-chain.
//!
//! A [`Book`] is told [`Command`]s and says what has happened in [`Report`]s. It reserves all
//! memory when it is made, does no input or output, and does the same on every machine: the
//! commands alone bring its state back, and [`Book::state_hash`] tells whether they have.
//!
//! ```
//! use sealane_matching::*;
//!
//! let mut book = Book::new(BookConfig::default())?;
//! let order = |id, owner, side, quantity| {
//!     Command::Place(NewOrder {
//!         id: OrderId(id),
//!         owner: OwnerId(owner),
//!         side,
//!         quantity: Quantity(quantity),
//!         kind: OrderKind::Limit {
//!             price: Price(100),
//!             time_in_force: TimeInForce::GoodTilCancelled,
//!         },
//!         self_trade: SelfTrade::CancelResting,
//!     })
//! };
//! let mut reports = Vec::new();
//! book.apply(&order(1, 7, Side::Ask, 5), &mut reports);
//! book.apply(&order(2, 8, Side::Bid, 3), &mut reports);
//! assert!(matches!(reports[2], Report::Filled(Fill { quantity: Quantity(3), .. })));
//! assert_eq!(book.best(Side::Ask), Some(Price(100)));
//! # Ok::<(), ConfigError>(())
//! ```

#![forbid(unsafe_code)]

pub mod book;
mod codec;
pub mod command;
pub mod replica;
pub mod report;
pub mod runtime;
pub mod units;

pub use book::{Book, BookConfig, ConfigError};
pub use codec::DecodeError;
pub use command::{Command, NewOrder, OrderKind, SelfTrade, TimeInForce};
pub use replica::{LevelReplica, OrderReplica, ReplicaError};
pub use report::{
    CancelReason, Fill, LevelChange, OrderChange, RejectReason, Report, ReportSink, RestingOrder,
};
pub use units::{OrderId, OwnerId, Price, Quantity, Side};
