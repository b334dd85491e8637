//! The orders that instructions of the program bring, read from their data and what they reported.

use anchor_lang::{
    BORSH_CONFIG, Discriminator,
    wincode::{SchemaReadOwned, config::deserialize},
};
use sealane_core::book::{
    BookSide, Expiry, Lots, OrderId, Requote, Ticks,
    requote::{HEAD_LEN, LEVEL_LEN, flag},
};
use sealane_orderbook::{
    BOTH_SIDES, PlaceParams, TakeParams, TimeInForce,
    events::{PlacedManyRecord, ReplacedRecord, Taken, tag},
    instruction as arguments,
};

use super::{ReplicaError, ReplicaOrder};
use crate::events::orderbook::BookEvent;

/// What is left of a take may rest in the taker's lane.
pub(super) fn rested(data: &[u8], taken: &Taken) -> Result<Option<ReplicaOrder>, ReplicaError> {
    if taken.rested_id == 0 {
        return Ok(None);
    }
    let params: TakeParams = read::<arguments::Take, _>(data)?;
    let TimeInForce::Rest {
        client_id,
        expires_slot,
        expires_at,
    } = params.time_in_force
    else {
        return Err(ReplicaError::WrongInstruction);
    };
    Ok(Some(ReplicaOrder {
        id: OrderId(taken.rested_id),
        price: Ticks(params.limit),
        lots: Lots(taken.left),
        client_id,
        expiry: Expiry {
            slot: expires_slot,
            time: expires_at,
        },
    }))
}

pub(super) fn placed_many(
    data: &[u8],
    record: &PlacedManyRecord,
    prices: &[u32],
) -> Result<Vec<ReplicaOrder>, ReplicaError> {
    let placed: Vec<PlaceParams> = read::<arguments::PlaceMany, _>(data)?;
    if placed.len() != prices.len() {
        return Err(ReplicaError::WrongInstruction);
    }
    let numbered = placed.iter().zip(prices).enumerate();
    let orders = numbered.map(|(at, (params, price))| {
        let side = BookSide::from_u8(params.side).ok_or(ReplicaError::WrongInstruction)?;
        Ok(ReplicaOrder {
            id: nth_id(record.first_id, at, side),
            price: Ticks(*price),
            lots: Lots(params.lots),
            client_id: params.client_id,
            expiry: expiry(params),
        })
    });
    orders.collect()
}

/// The sides that are replaced, and the orders that take their place.
pub(super) fn replacement(
    message: &[u8],
    record: &ReplacedRecord,
) -> Result<(Vec<BookSide>, Vec<ReplicaOrder>), ReplicaError> {
    let wrong = |_| ReplicaError::WrongInstruction;
    let head = *Requote::try_from_bytes(message).map_err(wrong)?.head();
    let sides = [(flag::BIDS, BookSide::Bid), (flag::ASKS, BookSide::Ask)];
    let sides = sides.iter().filter(|(bit, _)| head.flags & bit != 0);
    let sides = sides.map(|(_, side)| *side).collect();
    let mut before = (BookSide::Bid, head.reference.0);
    let mut orders = Vec::new();
    for (at, level) in message[HEAD_LEN..].chunks_exact(LEVEL_LEN).enumerate() {
        let side = match at < usize::from(head.bids) {
            true => BookSide::Bid,
            false => BookSide::Ask,
        };
        if before.0 != side {
            before = (side, head.reference.0);
        }
        let [d0, d1, s0, s1, s2, s3] = *level else {
            return Err(ReplicaError::WrongInstruction);
        };
        let distance = u32::from(u16::from_le_bytes([d0, d1]));
        let size = u64::from(u32::from_le_bytes([s0, s1, s2, s3]));
        // The program has refused what does not fit.
        let price = match side {
            BookSide::Bid => before.1.wrapping_sub(distance),
            BookSide::Ask => before.1.wrapping_add(distance),
        };
        before.1 = price;
        orders.push(ReplicaOrder {
            id: nth_id(record.first_id, at, side),
            price: Ticks(price),
            lots: Lots(size.wrapping_mul(u64::from(head.lot_multiple))),
            client_id: head.client_id,
            expiry: head.expiry,
        });
    }
    Ok((sides, orders))
}

/// Whether of the orders that a lane had before an instruction nothing is left: whoever does not
/// know them knows the lane's orders from then on.
#[must_use]
pub fn leaves_nothing(data: &[u8], event: &BookEvent) -> bool {
    match event {
        BookEvent::Replaced(_) => {
            let message: Result<Vec<u8>, _> = read::<arguments::ReplaceAll, _>(data);
            let flags = message.ok().and_then(|message| {
                let requote = Requote::try_from_bytes(&message).ok()?;
                Some(requote.head().flags)
            });
            let both = flag::BIDS | flag::ASKS;
            flags.is_some_and(|flags| flags & both == both)
        }
        BookEvent::Removed(record) if record.tag == tag::CANCELLED_ALL => {
            read::<arguments::CancelAll, u8>(data) == Ok(BOTH_SIDES)
        }
        _ => false,
    }
}

/// Id of one of several orders that were placed together.
fn nth_id(first: u64, at: usize, side: BookSide) -> OrderId {
    OrderId(((first & !1) + 2 * at as u64) | side as u64)
}

/// An instruction's arguments.
pub(super) fn read<I: Discriminator, T: SchemaReadOwned<anchor_lang::BorshConfig, Dst = T>>(
    data: &[u8],
) -> Result<T, ReplicaError> {
    let arguments = data.strip_prefix(I::DISCRIMINATOR);
    let arguments = arguments.ok_or(ReplicaError::WrongInstruction)?;
    deserialize(arguments, BORSH_CONFIG).map_err(|_| ReplicaError::WrongInstruction)
}

pub(super) fn expiry(params: &PlaceParams) -> Expiry {
    Expiry {
        slot: params.expires_slot,
        time: params.expires_at,
    }
}
