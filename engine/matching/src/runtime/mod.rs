//! Many markets over few threads, and nothing lost.
//!
//! ```text
//! producers ──► bounded queue ──► worker: journal, apply ──► bounded ring ──► consumer
//!                  (one per worker)   (its markets only)        (one per consumer)
//! ```
//!
//! Each market belongs to one worker, for ever: the journal says which. A worker drains its queue
//! into a batch, appends it to its journal, makes it as durable as the [journal's
//! policy](sealane_journal::SyncPolicy) asks with one sync, applies it and publishes what the markets
//! say: so nothing is out before its command is as safe as was promised. After a crash the journal
//! is replayed, and what may not have got out is handed to whoever [starts](Runtime::start) it.
//!
//! A market says three things: what happens to orders, its depth by price (L2) and its depth by
//! order (L3). Each consumer [chooses](Subscription) of which markets it wants what; what nobody
//! wants costs nothing. It gets the depth as of when it subscribed, and all changes from then on,
//! each named by its record's place in the journal, so that a copy of the depth
//! ([`DepthReplica`]) is equal to the book after every record.
//!
//! ```
//! # use std::{num::NonZeroUsize, time::{Duration, Instant}};
//! # use sealane_journal::fault::MemoryDisk;
//! # use sealane_matching::{*, runtime::*};
//! let markets = [(MarketId(1), Book::new(BookConfig::default())?)];
//! let storages = vec![MemoryDisk::new().mount()];
//! let Started { runtime, .. } =
//!     Runtime::start(RuntimeConfig::default(), storages, markets, &|_| {})?;
//! let mut consumer = runtime.subscribe(&Subscription {
//!     markets: Selection::All(Streams::LEVELS),
//!     ring: NonZeroUsize::MIN.saturating_add(1_023),
//!     slow: SlowConsumer::Skip,
//! })?;
//! let mut copy = DepthReplica::restore(&consumer.take_depths()[0])?;
//! # let order = Command::Place(NewOrder {
//! #     id: OrderId(1),
//! #     owner: OwnerId(7),
//! #     side: Side::Bid,
//! #     quantity: Quantity(5),
//! #     kind: OrderKind::Limit {
//! #         price: Price(100),
//! #         time_in_force: TimeInForce::GoodTilCancelled,
//! #     },
//! #     self_trade: SelfTrade::CancelResting,
//! # });
//! let deadline = Instant::now() + Duration::from_secs(1);
//! runtime.producer().submit(MarketId(1), order, deadline)?;
//! while !copy.levels().levels(Side::Bid).eq([LevelChange {
//!     side: Side::Bid,
//!     price: Price(100),
//!     quantity: Quantity(5),
//!     orders: 1,
//! }]) {
//!     if let Some(event) = consumer.recv_timeout(Duration::from_secs(1))? {
//!         copy.apply(&event)?;
//!     }
//!     if copy.is_lost() {
//!         copy = DepthReplica::restore(&consumer.resync(MarketId(1))?)?;
//!     }
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! What is promised:
//!
//! - The same commands for a market give the same reports, the same changes of its depth and the
//!   same state hash, whatever the number of workers and however commands fall into batches.
//! - Nothing is dropped unsaid. A full queue gives the command back or makes the producer wait
//!   ([`Producer`]); a full ring makes the worker wait, ends that consumer with a reason, or tells
//!   it of a gap in the depth, for which a snapshot makes up ([`SlowConsumer`]). What a failed
//!   worker had not processed is given back [at the end](Runtime::shutdown).
//! - Once warm, a worker allocates nothing for a command and what it makes, gaps included; taking
//!   snapshots does.
//! - A panic in a market stops its worker, not the process nor other workers. Its journal stays
//!   valid, the command in question is the last one that counts, and replay reports it again.
//!
//! A channel costs some tens of nanoseconds for each command and each event, on top of the market.
//! There is no priority among a worker's markets; a busy one delays those beside it. Markets are
//! not moved between workers and not removed.
//!
//! How threads meet is tried under many interleavings, over a model of threads, locks, atomics,
//! channels and time that chooses who goes on. The channels' own queues are crossbeam's and taken at
//! their word: of what its documentation says there is a model, of its code there is none.
//!
//! - [`market`]: what is run; [`config`]: how
//! - [`producer`], [`consumer`]: the two ends
//! - [`output`], [`subscription`], [`follow`]: what is said, who hears it, and a copy made of it
//! - [`control`]: starting, snapshots, looking into a market, shutting down

pub mod config;
pub mod consumer;
pub mod control;
pub mod error;
pub mod follow;
#[cfg(test)]
mod interleavings;
mod machine;
pub mod market;
mod outcome;
pub mod output;
mod placement;
pub mod producer;
mod ring;
mod start;
pub mod subscription;
mod sync;
#[cfg(test)]
mod tests;
mod worker;

pub use config::RuntimeConfig;
pub use consumer::{Consumer, Ended};
pub use control::Runtime;
pub use error::{ControlError, Refusal, Refused, ReplayError, StartError};
pub use follow::DepthReplica;
pub use market::{BookError, Market, MarketId};
pub use outcome::{FailureReason, WorkerFailure, WorkerSummary};
pub use output::{Depth, DepthOf, Event, EventOf, Outputs, Published, Streams};
pub use producer::Producer;
pub use start::Started;
pub use subscription::{Selection, SlowConsumer, Subscription};
