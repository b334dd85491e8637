//! What a book says has happened.

mod depth;
mod record;

use thiserror::Error;

pub use depth::{LevelChange, OrderChange, RestingOrder};

use crate::units::{OrderId, OwnerId, Price, Quantity, Side};

/// One thing that has happened to an order.
///
/// A placed order is accepted or rejected first; fills follow. An order is gone when it is
/// rejected, cancelled, or has no quantity left after a fill or a decrement.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Report {
    /// The order has entered: it trades, rests or waits for its trigger.
    Accepted {
        /// The order.
        id: OrderId,
        /// Its owner.
        owner: OwnerId,
        /// Its quantity.
        quantity: Quantity,
    },
    /// The command was refused and has changed nothing.
    Rejected {
        /// The order placed, or meant.
        id: OrderId,
        /// Who sent the command.
        owner: OwnerId,
        /// Why.
        reason: RejectReason,
    },
    /// Two orders have traded.
    Filled(Fill),
    /// Two orders of one owner have met and both have lost `quantity` without a trade.
    Decremented {
        /// The resting order.
        maker: OrderId,
        /// The incoming order.
        taker: OrderId,
        /// Whose both are.
        owner: OwnerId,
        /// What each has lost.
        quantity: Quantity,
        /// What is left of the resting order; none: it is gone.
        maker_left: Quantity,
    },
    /// What was left of an order has been taken away.
    Cancelled {
        /// The order.
        id: OrderId,
        /// Its owner.
        owner: OwnerId,
        /// What was left of it.
        quantity: Quantity,
        /// Why.
        reason: CancelReason,
    },
    /// All orders of an owner have been cancelled; a `Cancelled` for each came before.
    CancelledAll {
        /// Whose.
        owner: OwnerId,
        /// How many.
        orders: u32,
    },
    /// An order has another price or quantity. If it has lost its place, fills may follow.
    Replaced {
        /// The order.
        id: OrderId,
        /// Its owner.
        owner: OwnerId,
        /// Its price.
        price: Price,
        /// Its open quantity.
        quantity: Quantity,
        /// Whether it keeps its place in the queue.
        kept_priority: bool,
    },
    /// A waiting stop has another trigger, worst price or quantity. If the last trade has reached
    /// its trigger, a `Triggered` follows.
    StopReplaced {
        /// The order.
        id: OrderId,
        /// Its owner.
        owner: OwnerId,
        /// Where it enters.
        trigger: Price,
        /// Its worst price, if it is a stop-limit order.
        limit: Option<Price>,
        /// Its quantity.
        quantity: Quantity,
        /// Whether it keeps its place among those that wait for its trigger.
        kept_priority: bool,
    },
    /// A stop has been reached and enters as a market or limit order.
    Triggered {
        /// The order.
        id: OrderId,
        /// Its owner.
        owner: OwnerId,
        /// Its quantity.
        quantity: Quantity,
        /// The last trade's price when it entered.
        last: Price,
    },
}

/// Two orders have traded, at the resting order's price.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Fill {
    /// The resting order.
    pub maker: OrderId,
    /// The incoming order.
    pub taker: OrderId,
    /// What both have traded.
    pub quantity: Quantity,
    /// What is left of the resting order; none: it is gone.
    pub maker_left: Quantity,
    /// At what price.
    pub price: Price,
    /// Whose the resting order is.
    pub maker_owner: OwnerId,
    /// Whose the incoming order is.
    pub taker_owner: OwnerId,
    /// Whether the incoming order buys or sells.
    pub taker_side: Side,
}

/// Why a command was refused.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Error)]
#[repr(u8)]
pub enum RejectReason {
    /// No quantity.
    #[error("the quantity is zero: cancel the order instead")]
    ZeroQuantity = 0,
    /// More than the market's largest order.
    #[error("the quantity is above the market's largest: split the order")]
    QuantityTooLarge = 1,
    /// A price or trigger of zero, or above [`Price::MAX`].
    #[error("the price or trigger is zero or above the highest")]
    PriceOutOfRange = 2,
    /// A live order has this id.
    #[error("a live order has this id: choose another")]
    DuplicateId = 3,
    /// No live order has this id.
    #[error("no live order has this id: it was filled, cancelled or never placed")]
    UnknownOrder = 4,
    /// The order is another owner's.
    #[error("the order is another owner's")]
    NotOwner = 5,
    /// A post-only order would trade at once.
    #[error("the post-only order would trade at once: place it behind the touch")]
    WouldTake = 6,
    /// A fill-or-kill order does not find its whole quantity.
    #[error("the fill-or-kill order does not find its whole quantity")]
    NotFillable = 7,
    /// The book holds as many orders as it may.
    #[error("the book is full: place again when orders have gone")]
    BookFull = 8,
    /// As many stops wait as may.
    #[error("no room for another stop: place again when stops have gone")]
    StopsFull = 9,
    /// The order is a stop that waits.
    #[error("the order is a stop that waits: replace it as a stop")]
    IsStop = 10,
    /// The order rests in the book.
    #[error("the order rests in the book and is no stop that waits: replace it as an order")]
    NotStop = 11,
    /// A stop-limit order without a worst price, or a stop order with one.
    #[error(
        "a stop-limit order has a worst price and a stop order has none: give it as it was placed"
    )]
    LimitMismatch = 12,
}

/// Why what was left of an order has been taken away.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(u8)]
pub enum CancelReason {
    /// Its owner cancelled it.
    Requested = 0,
    /// Its owner cancelled all.
    AllRequested = 1,
    /// It may not rest, and found nobody else to trade with.
    Unfilled = 2,
    /// It met an order of its own owner.
    SelfTrade = 3,
    /// A post-only stop would have traded when it entered.
    WouldTake = 4,
    /// A fill-or-kill stop did not find its whole quantity when it entered.
    NotFillable = 5,
    /// The book was full when the stop entered.
    BookFull = 6,
}

/// Takes what a book says. All calls are dispatched statically: what is not overridden costs
/// nothing.
///
/// Three streams: [`report`](Self::report) for the owners of orders, [`level`](Self::level) for
/// depth by price (L2), [`order`](Self::order) for depth by order (L3). Each of the latter two,
/// applied in order to an empty copy, keeps the copy equal to the book after every command.
pub trait ReportSink {
    /// Something has happened to an order.
    fn report(&mut self, report: Report);

    /// The depth at a price is another.
    #[inline]
    fn level(&mut self, _change: LevelChange) {}

    /// A resting order has come, shrunk or gone.
    #[inline]
    fn order(&mut self, _change: OrderChange) {}
}

impl ReportSink for Vec<Report> {
    #[inline]
    fn report(&mut self, report: Report) {
        self.push(report);
    }
}
