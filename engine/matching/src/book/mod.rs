//! The book of one market.
//!
//! - `key`: prices as ranks, so that both sides are one
//! - `slab`, `order`: orders at fixed places, in queues linked through them
//! - `ladder`: a side's levels, in a ring near the touch (`bitmap`) and a tree behind (`radix`)
//! - `index`: from an order's id to its place
//! - `stops`: orders that wait for a price
//! - `enter`, `take`, `change`: what commands do
//! - `depth`: what rests, by price and by order
//! - `state`, `snapshot`: the whole state as a hash and as bytes

mod bitmap;
mod change;
mod config;
mod depth;
mod enter;
mod index;
mod key;
mod ladder;
mod order;
mod radix;
mod slab;
mod snapshot;
mod state;
mod stops;
mod take;
#[cfg(test)]
mod tests;

pub use config::{BookConfig, ConfigError};
pub use snapshot::SnapshotError;

use self::{
    index::{Index, Place},
    ladder::Ladder,
    order::Order,
    slab::Slab,
    stops::Stops,
};
use crate::{
    command::Command,
    report::{RejectReason, Report, ReportSink},
    units::{OrderId, OwnerId, Price, Side},
};

/// One market's orders: price first, then time. One thread writes it.
///
/// All memory is reserved by [`Book::new`]; no command allocates. What a command costs:
///
/// | command | time |
/// |---|---|
/// | place, cancel, replace near the touch | constant |
/// | likewise behind the window, and stops | at most 32 steps down a tree |
/// | trading | constant for each order met |
/// | fill-or-kill | twice that |
/// | a better price than the window holds | moves at most a window of levels |
/// | cancel-all | a pass over the orders' memory, then constant for each order found |
/// | a trade that reaches stops | each stop enters once, in a loop: no recursion |
pub struct Book {
    /// Bids, asks.
    sides: [Ladder; 2],
    orders: Slab<Order>,
    index: Index,
    stops: Box<Stops>,
    /// The last trade's price; zero before the first.
    last: Price,
    config: BookConfig,
    /// Room for the ids that a cancel-all collects.
    collected: Vec<OrderId>,
}

impl Book {
    /// An empty book, with memory for all that it may ever hold.
    pub fn new(config: BookConfig) -> Result<Self, ConfigError> {
        config.check()?;
        let live = config.orders + config.stops;
        Ok(Self {
            sides: Side::BOTH.map(|_| Ladder::new(config.window, config.orders)),
            orders: Slab::new(config.orders),
            index: Index::new(live),
            stops: Box::new(Stops::new(config.stops)),
            last: Price(0),
            config,
            collected: Vec::with_capacity(live as usize),
        })
    }

    /// Carries out one command and reports what has happened.
    ///
    /// A command that can not be carried out is reported as rejected and changes nothing. The same
    /// commands give the same reports, on any machine.
    #[inline]
    pub fn apply(&mut self, command: &Command, sink: &mut impl ReportSink) {
        match *command {
            Command::Place(ref order) => self.place(order, sink),
            Command::Cancel { id, owner } => self.cancel(id, owner, sink),
            Command::CancelAll { owner } => self.cancel_all(owner, sink),
            Command::Replace {
                id,
                owner,
                price,
                quantity,
            } => self.replace(id, owner, price, quantity, sink),
            Command::ReplaceStop {
                id,
                owner,
                trigger,
                limit,
                quantity,
            } => self.replace_stop((id, owner), trigger, limit, quantity, sink),
        }
    }

    /// How it was made.
    #[must_use]
    pub const fn config(&self) -> &BookConfig {
        &self.config
    }

    /// The last trade's price.
    #[must_use]
    pub fn last_price(&self) -> Option<Price> {
        (self.last.0 != 0).then_some(self.last)
    }

    /// How many orders rest.
    #[must_use]
    pub fn orders(&self) -> u32 {
        self.orders.len()
    }

    /// How many stops wait.
    #[must_use]
    pub fn stops(&self) -> u32 {
        self.stops.len()
    }

    /// Where an order lies: its entry in the index, and its place.
    #[inline]
    fn find(&self, id: OrderId) -> Option<(usize, Place)> {
        self.index.find(id.0, |place| match place {
            Place::Order(place) => self.orders[place].id == id,
            Place::Stop(place) => self.stops.get(place).id == id,
        })
    }

    /// Refuses a command.
    #[cold]
    fn reject(id: OrderId, owner: OwnerId, reason: RejectReason, sink: &mut impl ReportSink) {
        sink.report(Report::Rejected { id, owner, reason });
    }
}
