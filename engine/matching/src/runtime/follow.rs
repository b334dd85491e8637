//! Following a market's depth.

use sealane_journal::Sequence;

use super::output::{DepthOf, Event, EventOf, Published};
use crate::{
    book::Book,
    replica::{LevelReplica, OrderReplica, ReplicaError},
};

/// A consumer's copy of one market's depth: by price, by order, or both, as it subscribed.
///
/// It passes over what its snapshot includes, and knows when it has missed something. What it does
/// not do is ask: after a [gap](Event::Gap), [`resync`](super::Consumer::resync) and
/// [`restore`](Self::restore).
#[derive(Clone, Debug)]
pub struct DepthReplica {
    levels: LevelReplica,
    orders: OrderReplica,
    /// The last record that the copy may include.
    sequence: Sequence,
    /// The snapshot's record.
    since: Sequence,
    is_lost: bool,
    /// Whether all was applied that came of the last record.
    is_whole: bool,
}

impl Default for DepthReplica {
    /// Of a market that is opened after the consumer subscribed.
    fn default() -> Self {
        Self {
            levels: LevelReplica::default(),
            orders: OrderReplica::default(),
            sequence: Sequence(0),
            since: Sequence(0),
            is_lost: false,
            is_whole: true,
        }
    }
}

impl DepthReplica {
    /// Of a market as of a snapshot.
    ///
    /// # Errors
    ///
    /// If the snapshot holds an order twice.
    pub fn restore(snapshot: &DepthOf<Book>) -> Result<Self, ReplicaError> {
        let mut replica = Self {
            sequence: snapshot.sequence,
            since: snapshot.sequence,
            ..Self::default()
        };
        for level in &snapshot.levels {
            replica.levels.apply(level);
        }
        for order in &snapshot.orders {
            replica.orders.apply(order)?;
        }
        Ok(replica)
    }

    /// Takes an event of this market over. Reports change nothing, nor does anything after a gap.
    ///
    /// # Errors
    ///
    /// If a change does not fit: the events are another market's, or some were not applied.
    pub fn apply(&mut self, event: &Published<EventOf<Book>>) -> Result<(), ReplicaError> {
        if event.sequence <= self.since || self.is_lost {
            return Ok(());
        }
        match &event.event {
            Event::Report(_) => {}
            Event::Level(change) => self.levels.apply(change),
            Event::Order(change) => self.orders.apply(change)?,
            Event::Gap => self.is_lost = true,
        }
        self.is_whole = event.is_last;
        self.sequence = event.sequence;
        Ok(())
    }

    /// Whether a gap was told: the copy is old, and stays so until it is
    /// [restored](Self::restore).
    #[must_use]
    pub const fn is_lost(&self) -> bool {
        self.is_lost
    }

    /// Whether it stands between two records: equal to the market as it was after
    /// [`sequence`](Self::sequence).
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        self.is_whole && !self.is_lost
    }

    /// The last record that it includes.
    #[must_use]
    pub const fn sequence(&self) -> Sequence {
        self.sequence
    }

    /// The depth by price.
    #[must_use]
    pub const fn levels(&self) -> &LevelReplica {
        &self.levels
    }

    /// The depth by order.
    #[must_use]
    pub const fn orders(&self) -> &OrderReplica {
        &self.orders
    }
}
