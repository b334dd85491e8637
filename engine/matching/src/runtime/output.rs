//! What markets say, and how it is named.

use std::fmt;

use sealane_journal::Sequence;

use super::market::{Market, MarketId};

/// Which of a market's three streams are wanted.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Streams {
    /// What happens to orders, for their owners.
    pub reports: bool,
    /// Depth by price (L2).
    pub levels: bool,
    /// Depth by order (L3).
    pub orders: bool,
}

impl Streams {
    /// None.
    pub const NONE: Self = Self {
        reports: false,
        levels: false,
        orders: false,
    };
    /// What happens to orders.
    pub const REPORTS: Self = Self {
        reports: true,
        ..Self::NONE
    };
    /// Depth by price.
    pub const LEVELS: Self = Self {
        levels: true,
        ..Self::NONE
    };
    /// Depth by order.
    pub const ORDERS: Self = Self {
        orders: true,
        ..Self::NONE
    };
    /// All.
    pub const ALL: Self = Self {
        reports: true,
        levels: true,
        orders: true,
    };

    /// What is in either.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self {
            reports: self.reports || other.reports,
            levels: self.levels || other.levels,
            orders: self.orders || other.orders,
        }
    }
}

/// One thing that a market says.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Event<R, L, O> {
    /// Something has happened to an order.
    Report(R),
    /// The depth at a price is another (L2).
    Level(L),
    /// A resting order has come, shrunk or gone (L3).
    Order(O),
    /// From this record on changes of the market's depth were left out, and all are until the
    /// consumer [takes a snapshot](super::Consumer::resync). Told at once, before what is in the
    /// ring.
    Gap,
}

/// What a market of this kind says.
pub type EventOf<M> =
    Event<<M as Market>::Report, <M as Market>::LevelChange, <M as Market>::OrderChange>;

/// An event on its way out.
///
/// Worker, sequence, stream and index name it for good: what is said again after a crash has the
/// same.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Published<E> {
    /// The market's worker.
    pub worker: usize,
    /// The market.
    pub market: MarketId,
    /// The record of the command, or of the market's opening, in the worker's journal.
    pub sequence: Sequence,
    /// Which of the record's events in this stream it is, from 0.
    pub index: u32,
    /// Whether it is the last that this consumer gets of the record: a copy that all were applied to
    /// is equal to the market.
    pub is_last: bool,
    /// What is said.
    pub event: E,
}

/// A market's depth between two records: the changes that make an empty copy equal to it.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Depth<L, O> {
    /// The market's worker.
    pub worker: usize,
    /// The market.
    pub market: MarketId,
    /// The last record of the worker's journal that it includes: changes of later ones follow on
    /// it.
    pub sequence: Sequence,
    /// By price, best first, if that was asked for.
    pub levels: Vec<L>,
    /// By order, first to trade first, if that was asked for.
    pub orders: Vec<O>,
}

/// The depth of a market of this kind.
pub type DepthOf<M> = Depth<<M as Market>::LevelChange, <M as Market>::OrderChange>;

/// Where an event comes from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Source {
    pub(super) worker: usize,
    pub(super) market: MarketId,
    pub(super) sequence: Sequence,
}

/// Takes what a market says of one record. What nobody wants is dropped.
pub struct Outputs<M: Market> {
    wanted: Streams,
    reports: Vec<M::Report>,
    levels: Vec<M::LevelChange>,
    orders: Vec<M::OrderChange>,
}

impl<M: Market> fmt::Debug for Outputs<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outputs")
            .field("reports", &self.reports)
            .field("levels", &self.levels)
            .field("orders", &self.orders)
            .finish()
    }
}

impl<M: Market> Outputs<M> {
    /// Empty, for these streams.
    #[must_use]
    pub const fn new(wanted: Streams) -> Self {
        Self {
            wanted,
            reports: Vec::new(),
            levels: Vec::new(),
            orders: Vec::new(),
        }
    }

    /// What was said of orders.
    #[must_use]
    pub fn reports(&self) -> &[M::Report] {
        &self.reports
    }

    /// What was said of the depth by price.
    #[must_use]
    pub fn levels(&self) -> &[M::LevelChange] {
        &self.levels
    }

    /// What was said of the depth by order.
    #[must_use]
    pub fn orders(&self) -> &[M::OrderChange] {
        &self.orders
    }

    /// Something has happened to an order.
    #[inline]
    pub fn report(&mut self, report: M::Report) {
        if self.wanted.reports {
            self.reports.push(report);
        }
    }

    /// The depth at a price is another.
    #[inline]
    pub fn level(&mut self, change: M::LevelChange) {
        if self.wanted.levels {
            self.levels.push(change);
        }
    }

    /// A resting order has come, shrunk or gone.
    #[inline]
    pub fn order(&mut self, change: M::OrderChange) {
        if self.wanted.orders {
            self.orders.push(change);
        }
    }

    /// Forgets the last record.
    pub(super) fn begin(&mut self, wanted: Streams) {
        self.wanted = wanted;
        self.reports.clear();
        self.levels.clear();
        self.orders.clear();
    }

    /// Takes a market's whole depth, as changes to nothing.
    pub(super) fn opened(&mut self, market: &M, wanted: Streams) {
        self.begin(wanted);
        depth(market, wanted, &mut self.levels, &mut self.orders);
    }

    /// Sends what is among `streams`, one stream after the other, until `send` says no; whether it
    /// never did.
    pub(super) fn send(
        &self,
        streams: Streams,
        source: Source,
        mut send: impl FnMut(Published<EventOf<M>>) -> bool,
    ) -> bool {
        let reports = chosen(streams.reports, &self.reports);
        let levels = chosen(streams.levels, &self.levels);
        let orders = chosen(streams.orders, &self.orders);
        let mut left = reports.len() + levels.len() + orders.len();
        let mut send = |(index, event)| {
            left -= 1;
            send(Published {
                worker: source.worker,
                market: source.market,
                sequence: source.sequence,
                index,
                is_last: left == 0,
                event,
            })
        };
        let mut reports = (0..).zip(reports.iter().copied().map(Event::Report));
        let mut levels = (0..).zip(levels.iter().copied().map(Event::Level));
        let mut orders = (0..).zip(orders.iter().copied().map(Event::Order));
        reports.all(&mut send) && levels.all(&mut send) && orders.all(&mut send)
    }
}

fn chosen<T>(is_chosen: bool, all: &[T]) -> &[T] {
    if is_chosen { all } else { &[] }
}

/// Appends a market's depth, by price and by order as wanted.
pub(super) fn depth<M: Market>(
    market: &M,
    wanted: Streams,
    levels: &mut Vec<M::LevelChange>,
    orders: &mut Vec<M::OrderChange>,
) {
    if wanted.levels {
        market.levels(levels);
    }
    if wanted.orders {
        market.orders(orders);
    }
}
