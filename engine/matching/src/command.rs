//! What a book is told to do.

use crate::{
    codec::{ByteEnum, DecodeError, Record, byte_enum, put_u32, put_u64},
    units::{OrderId, OwnerId, Price, Quantity, Side},
};

/// One message to a book.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Command {
    /// A new order.
    Place(NewOrder),
    /// Take a resting order or a waiting stop away.
    Cancel {
        /// The order.
        id: OrderId,
        /// Who asks; must be its owner.
        owner: OwnerId,
    },
    /// Take away all orders and stops of an owner, in the order of their ids.
    CancelAll {
        /// Whose.
        owner: OwnerId,
    },
    /// Give a resting order another price or open quantity.
    ///
    /// At the same price and with a quantity no larger than what is open it keeps its place in the
    /// queue. Otherwise it is taken out and enters anew, trading if it can (a post-only order is
    /// refused then, and stays as it was). A stop that waits is replaced by [`Self::ReplaceStop`].
    Replace {
        /// The order; keeps its id.
        id: OrderId,
        /// Who asks; must be its owner.
        owner: OwnerId,
        /// Its price from now on.
        price: Price,
        /// Its open quantity from now on, without what was filled before.
        quantity: Quantity,
    },
    /// Give a waiting stop another trigger, worst price or quantity.
    ///
    /// At the same trigger and worst price and with a quantity no larger than before it keeps its
    /// place among those that wait for this trigger. Otherwise it is taken out and comes anew: it
    /// waits behind all others, or enters at once if the last trade has reached its trigger.
    ReplaceStop {
        /// The stop; keeps its id, and the order that it stands for all but what is given here.
        id: OrderId,
        /// Who asks; must be its owner.
        owner: OwnerId,
        /// Where it enters from now on.
        trigger: Price,
        /// The worst price from now on of a stop-limit order; a stop order has none.
        limit: Option<Price>,
        /// Its quantity from now on.
        quantity: Quantity,
    },
}

/// An order to enter.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct NewOrder {
    /// Its name.
    pub id: OrderId,
    /// Whose it is.
    pub owner: OwnerId,
    /// Whether it buys or sells.
    pub side: Side,
    /// How much.
    pub quantity: Quantity,
    /// At what price, and when.
    pub kind: OrderKind,
    /// What happens where it would trade with its own owner.
    pub self_trade: SelfTrade,
}

/// At what price an order trades, and when.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum OrderKind {
    /// At `price` or better.
    Limit {
        /// Worst price.
        price: Price,
        /// What becomes of what does not trade at once.
        time_in_force: TimeInForce,
    },
    /// At any price, at once; what finds nobody to trade with is cancelled. With a worst price: a
    /// limit order that is immediate-or-cancel.
    Market,
    /// A market order that waits until the last trade's price reaches `trigger`: rises to it for
    /// bids, falls to it for asks.
    Stop {
        /// Where it enters.
        trigger: Price,
    },
    /// A limit order that waits likewise.
    StopLimit {
        /// Where it enters.
        trigger: Price,
        /// Worst price.
        price: Price,
        /// What becomes of what does not trade at once when it enters.
        time_in_force: TimeInForce,
    },
}

/// What becomes of what does not trade at once.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(u8)]
pub enum TimeInForce {
    /// It rests in the book.
    GoodTilCancelled = 0,
    /// It is cancelled.
    ImmediateOrCancel = 1,
    /// The order trades whole, with others than its owner, or not at all.
    FillOrKill = 2,
    /// The order is refused if any of it would trade at once.
    PostOnly = 3,
}

/// What happens where an incoming order meets a resting one of the same owner. The incoming order's
/// mode counts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(u8)]
pub enum SelfTrade {
    /// The resting order is cancelled, the incoming one goes on.
    CancelResting = 0,
    /// What is left of the incoming order is cancelled.
    CancelTaking = 1,
    /// Both.
    CancelBoth = 2,
    /// Both lose the smaller of their quantities, without a trade.
    Decrement = 3,
}

/// The tag of a command's record.
#[derive(Clone, Copy)]
#[repr(u8)]
enum Tag {
    Place = 0,
    Cancel = 1,
    CancelAll = 2,
    Replace = 3,
    ReplaceStop = 4,
}

/// The tag of an order's kind.
#[derive(Clone, Copy)]
#[repr(u8)]
enum KindTag {
    Limit = 0,
    Market = 1,
    Stop = 2,
    StopLimit = 3,
}

byte_enum!(
    Tag,
    "command",
    [Place, Cancel, CancelAll, Replace, ReplaceStop]
);
byte_enum!(KindTag, "order kind", [Limit, Market, Stop, StopLimit]);
byte_enum!(Side, "side", [Bid, Ask]);
byte_enum!(
    TimeInForce,
    "time in force",
    [GoodTilCancelled, ImmediateOrCancel, FillOrKill, PostOnly]
);
byte_enum!(
    SelfTrade,
    "self-trade mode",
    [CancelResting, CancelTaking, CancelBoth, Decrement]
);

/// Byte offsets in a record. All not listed, and all that a kind does not use, is zero.
mod at {
    pub(super) const TAG: usize = 0;
    pub(super) const SIDE: usize = 1;
    pub(super) const KIND: usize = 2;
    pub(super) const TIME_IN_FORCE: usize = 3;
    pub(super) const SELF_TRADE: usize = 4;
    pub(super) const ID: usize = 8;
    pub(super) const QUANTITY: usize = 16;
    pub(super) const OWNER: usize = 24;
    pub(super) const PRICE: usize = 28;
    pub(super) const TRIGGER: usize = 32;
}

impl Command {
    /// Bytes in a command's record.
    pub const ENCODED_LEN: usize = 40;

    /// Who sends it.
    #[must_use]
    pub const fn owner(&self) -> OwnerId {
        match *self {
            Self::Place(NewOrder { owner, .. })
            | Self::Cancel { owner, .. }
            | Self::CancelAll { owner }
            | Self::Replace { owner, .. }
            | Self::ReplaceStop { owner, .. } => owner,
        }
    }

    /// Writes the command as a record.
    pub fn encode(&self, out: &mut [u8; Self::ENCODED_LEN]) {
        out.fill(0);
        put_u32(out, at::OWNER, self.owner().0);
        match *self {
            Self::Place(order) => order.encode(out),
            Self::Cancel { id, .. } => {
                out[at::TAG] = Tag::Cancel as u8;
                put_u64(out, at::ID, id.0);
            }
            Self::CancelAll { .. } => out[at::TAG] = Tag::CancelAll as u8,
            Self::Replace {
                id,
                price,
                quantity,
                ..
            } => {
                out[at::TAG] = Tag::Replace as u8;
                put_u64(out, at::ID, id.0);
                put_u64(out, at::QUANTITY, quantity.0);
                put_u32(out, at::PRICE, price.0);
            }
            Self::ReplaceStop {
                id,
                trigger,
                limit,
                quantity,
                ..
            } => {
                out[at::TAG] = Tag::ReplaceStop as u8;
                out[at::KIND] = KindTag::Stop as u8;
                put_u64(out, at::ID, id.0);
                put_u64(out, at::QUANTITY, quantity.0);
                put_u32(out, at::TRIGGER, trigger.0);
                if let Some(price) = limit {
                    out[at::KIND] = KindTag::StopLimit as u8;
                    put_u32(out, at::PRICE, price.0);
                }
            }
        }
    }

    /// Reads a command back. Whether it makes sense (prices in range, known orders) is the book's
    /// business: this checks that the bytes are the record of some command.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut record = Record::<{ Self::ENCODED_LEN }>::new(bytes)?;
        let owner = OwnerId(record.u32(at::OWNER));
        let command = match record.variant::<Tag>(at::TAG)? {
            Tag::Place => Self::Place(NewOrder {
                id: OrderId(record.u64(at::ID)),
                owner,
                side: record.variant(at::SIDE)?,
                quantity: Quantity(record.u64(at::QUANTITY)),
                kind: OrderKind::decode(&mut record)?,
                self_trade: record.variant(at::SELF_TRADE)?,
            }),
            Tag::Cancel => Self::Cancel {
                id: OrderId(record.u64(at::ID)),
                owner,
            },
            Tag::CancelAll => Self::CancelAll { owner },
            Tag::Replace => Self::Replace {
                id: OrderId(record.u64(at::ID)),
                owner,
                price: Price(record.u32(at::PRICE)),
                quantity: Quantity(record.u64(at::QUANTITY)),
            },
            Tag::ReplaceStop => Self::ReplaceStop {
                id: OrderId(record.u64(at::ID)),
                owner,
                trigger: Price(record.u32(at::TRIGGER)),
                limit: match record.variant(at::KIND)? {
                    KindTag::Stop => None,
                    KindTag::StopLimit => Some(Price(record.u32(at::PRICE))),
                    other => {
                        return Err(DecodeError::Unknown {
                            field: "kind of stop",
                            at: at::KIND,
                            found: other as u8,
                        });
                    }
                },
                quantity: Quantity(record.u64(at::QUANTITY)),
            },
        };
        record.finish(command)
    }
}

impl NewOrder {
    fn encode(&self, out: &mut [u8; Command::ENCODED_LEN]) {
        out[at::TAG] = Tag::Place as u8;
        out[at::SIDE] = self.side as u8;
        out[at::SELF_TRADE] = self.self_trade as u8;
        put_u64(out, at::ID, self.id.0);
        put_u64(out, at::QUANTITY, self.quantity.0);
        self.kind.encode(out);
    }
}

impl OrderKind {
    fn encode(&self, out: &mut [u8; Command::ENCODED_LEN]) {
        match *self {
            Self::Limit {
                price,
                time_in_force,
            } => {
                out[at::KIND] = KindTag::Limit as u8;
                out[at::TIME_IN_FORCE] = time_in_force as u8;
                put_u32(out, at::PRICE, price.0);
            }
            Self::Market => out[at::KIND] = KindTag::Market as u8,
            Self::Stop { trigger } => {
                out[at::KIND] = KindTag::Stop as u8;
                put_u32(out, at::TRIGGER, trigger.0);
            }
            Self::StopLimit {
                trigger,
                price,
                time_in_force,
            } => {
                out[at::KIND] = KindTag::StopLimit as u8;
                out[at::TIME_IN_FORCE] = time_in_force as u8;
                put_u32(out, at::PRICE, price.0);
                put_u32(out, at::TRIGGER, trigger.0);
            }
        }
    }

    fn decode(record: &mut Record<{ Command::ENCODED_LEN }>) -> Result<Self, DecodeError> {
        Ok(match record.variant::<KindTag>(at::KIND)? {
            KindTag::Limit => Self::Limit {
                price: Price(record.u32(at::PRICE)),
                time_in_force: record.variant(at::TIME_IN_FORCE)?,
            },
            KindTag::Market => Self::Market,
            KindTag::Stop => Self::Stop {
                trigger: Price(record.u32(at::TRIGGER)),
            },
            KindTag::StopLimit => Self::StopLimit {
                trigger: Price(record.u32(at::TRIGGER)),
                price: Price(record.u32(at::PRICE)),
                time_in_force: record.variant(at::TIME_IN_FORCE)?,
            },
        })
    }
}

/// The variant a stored byte names.
pub(crate) fn variant<E: ByteEnum>(byte: u8) -> Option<E> {
    E::ALL.get(usize::from(byte)).copied()
}
