//! Reports as records of fixed size.

use super::{CancelReason, Fill, RejectReason, Report};
use crate::{
    codec::{DecodeError, Record, byte_enum, put_u32, put_u64},
    units::{OrderId, OwnerId, Price, Quantity},
};

/// The tag of a report's record.
#[derive(Clone, Copy)]
#[repr(u8)]
enum Tag {
    Accepted = 0,
    Rejected = 1,
    Filled = 2,
    Decremented = 3,
    Cancelled = 4,
    CancelledAll = 5,
    Replaced = 6,
    Triggered = 7,
    StopReplaced = 8,
}

/// A flag in a record.
#[derive(Clone, Copy)]
#[repr(u8)]
enum Flag {
    No = 0,
    Yes = 1,
}

byte_enum!(
    Tag,
    "report",
    [
        Accepted,
        Rejected,
        Filled,
        Decremented,
        Cancelled,
        CancelledAll,
        Replaced,
        Triggered,
        StopReplaced
    ]
);
byte_enum!(Flag, "flag", [No, Yes]);
byte_enum!(
    RejectReason,
    "reason of a rejection",
    [
        ZeroQuantity,
        QuantityTooLarge,
        PriceOutOfRange,
        DuplicateId,
        UnknownOrder,
        NotOwner,
        WouldTake,
        NotFillable,
        BookFull,
        StopsFull,
        IsStop,
        NotStop,
        LimitMismatch
    ]
);
byte_enum!(
    CancelReason,
    "reason of a cancellation",
    [
        Requested,
        AllRequested,
        Unfilled,
        SelfTrade,
        WouldTake,
        NotFillable,
        BookFull
    ]
);

/// Byte offsets in a record. What a report does not use is zero.
mod at {
    pub(super) const TAG: usize = 0;
    /// Reason, side or flag.
    pub(super) const DETAIL: usize = 1;
    /// Whether a replaced stop has a worst price.
    pub(super) const HAS_LIMIT: usize = 2;
    /// Price, trigger, or a count.
    pub(super) const PRICE: usize = 4;
    /// The order, or the maker.
    pub(super) const ID: usize = 8;
    pub(super) const TAKER: usize = 16;
    pub(super) const QUANTITY: usize = 24;
    pub(super) const MAKER_LEFT: usize = 32;
    /// The order's owner, or the maker's.
    pub(super) const OWNER: usize = 40;
    pub(super) const TAKER_OWNER: usize = 44;
    /// A replaced stop's worst price.
    pub(super) const LIMIT: usize = 44;
}

impl Report {
    /// Bytes in a report's record.
    pub const ENCODED_LEN: usize = 48;

    /// Writes the report as a record.
    pub fn encode(&self, out: &mut [u8; Self::ENCODED_LEN]) {
        out.fill(0);
        match *self {
            Self::Accepted {
                id,
                owner,
                quantity,
            } => put(out, Tag::Accepted, 0, id, owner, quantity),
            Self::Rejected { id, owner, reason } => {
                put(out, Tag::Rejected, reason as u8, id, owner, Quantity::ZERO);
            }
            Self::Filled(fill) => {
                let side = fill.taker_side as u8;
                put(
                    out,
                    Tag::Filled,
                    side,
                    fill.maker,
                    fill.maker_owner,
                    fill.quantity,
                );
                put_u32(out, at::PRICE, fill.price.0);
                put_u64(out, at::TAKER, fill.taker.0);
                put_u64(out, at::MAKER_LEFT, fill.maker_left.0);
                put_u32(out, at::TAKER_OWNER, fill.taker_owner.0);
            }
            Self::Decremented {
                maker,
                taker,
                owner,
                quantity,
                maker_left,
            } => {
                put(out, Tag::Decremented, 0, maker, owner, quantity);
                put_u64(out, at::TAKER, taker.0);
                put_u64(out, at::MAKER_LEFT, maker_left.0);
            }
            Self::Cancelled {
                id,
                owner,
                quantity,
                reason,
            } => put(out, Tag::Cancelled, reason as u8, id, owner, quantity),
            Self::CancelledAll { owner, orders } => {
                out[at::TAG] = Tag::CancelledAll as u8;
                put_u32(out, at::OWNER, owner.0);
                put_u32(out, at::PRICE, orders);
            }
            Self::Replaced {
                id,
                owner,
                price,
                quantity,
                kept_priority,
            } => {
                put(
                    out,
                    Tag::Replaced,
                    u8::from(kept_priority),
                    id,
                    owner,
                    quantity,
                );
                put_u32(out, at::PRICE, price.0);
            }
            Self::Triggered {
                id,
                owner,
                quantity,
                last,
            } => {
                put(out, Tag::Triggered, 0, id, owner, quantity);
                put_u32(out, at::PRICE, last.0);
            }
            Self::StopReplaced {
                id,
                owner,
                trigger,
                limit,
                quantity,
                kept_priority,
            } => {
                let kept = u8::from(kept_priority);
                put(out, Tag::StopReplaced, kept, id, owner, quantity);
                put_u32(out, at::PRICE, trigger.0);
                if let Some(limit) = limit {
                    out[at::HAS_LIMIT] = Flag::Yes as u8;
                    put_u32(out, at::LIMIT, limit.0);
                }
            }
        }
    }

    /// Reads a report back.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut record = Record::<{ Self::ENCODED_LEN }>::new(bytes)?;
        let record = &mut record;
        let owner = OwnerId(record.u32(at::OWNER));
        let report = match record.variant(at::TAG)? {
            Tag::Accepted => Self::Accepted {
                id: id(record),
                owner,
                quantity: quantity(record),
            },
            Tag::Rejected => Self::Rejected {
                id: id(record),
                owner,
                reason: record.variant(at::DETAIL)?,
            },
            Tag::Filled => Self::Filled(Fill {
                maker: id(record),
                taker: OrderId(record.u64(at::TAKER)),
                quantity: quantity(record),
                maker_left: Quantity(record.u64(at::MAKER_LEFT)),
                price: price(record),
                maker_owner: owner,
                taker_owner: OwnerId(record.u32(at::TAKER_OWNER)),
                taker_side: record.variant(at::DETAIL)?,
            }),
            Tag::Decremented => Self::Decremented {
                maker: id(record),
                taker: OrderId(record.u64(at::TAKER)),
                owner,
                quantity: quantity(record),
                maker_left: Quantity(record.u64(at::MAKER_LEFT)),
            },
            Tag::Cancelled => Self::Cancelled {
                id: id(record),
                owner,
                quantity: quantity(record),
                reason: record.variant(at::DETAIL)?,
            },
            Tag::CancelledAll => Self::CancelledAll {
                owner,
                orders: record.u32(at::PRICE),
            },
            Tag::Replaced => Self::Replaced {
                id: id(record),
                owner,
                price: price(record),
                quantity: quantity(record),
                kept_priority: matches!(record.variant(at::DETAIL)?, Flag::Yes),
            },
            Tag::Triggered => Self::Triggered {
                id: id(record),
                owner,
                quantity: quantity(record),
                last: price(record),
            },
            Tag::StopReplaced => Self::StopReplaced {
                id: id(record),
                owner,
                trigger: price(record),
                limit: match record.variant(at::HAS_LIMIT)? {
                    Flag::No => None,
                    Flag::Yes => Some(Price(record.u32(at::LIMIT))),
                },
                quantity: quantity(record),
                kept_priority: matches!(record.variant(at::DETAIL)?, Flag::Yes),
            },
        };
        record.finish(report)
    }
}

type Reading<'a> = Record<'a, { Report::ENCODED_LEN }>;

fn id(record: &mut Reading<'_>) -> OrderId {
    OrderId(record.u64(at::ID))
}

fn quantity(record: &mut Reading<'_>) -> Quantity {
    Quantity(record.u64(at::QUANTITY))
}

fn price(record: &mut Reading<'_>) -> Price {
    Price(record.u32(at::PRICE))
}

/// The fields that most reports have.
fn put(
    out: &mut [u8; Report::ENCODED_LEN],
    tag: Tag,
    detail: u8,
    id: OrderId,
    owner: OwnerId,
    quantity: Quantity,
) {
    out[at::TAG] = tag as u8;
    out[at::DETAIL] = detail;
    put_u64(out, at::ID, id.0);
    put_u32(out, at::OWNER, owner.0);
    put_u64(out, at::QUANTITY, quantity.0);
}
