//! Placing and cancelling. The signer is the lane's owner or delegate.

use sealane_core::book::{BookSide, Lots, NewOrder, OrderId, PostOnly, Ticks};
use sealane_orderbook::{BOTH_SIDES, PlaceParams, accounts, instruction as arguments};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

use super::{instruction, with_lanes};
use crate::book::{Ladder, LadderError};

/// An order as instructions carry it.
#[must_use]
pub fn order_params(order: &NewOrder, post_only: PostOnly) -> PlaceParams {
    PlaceParams {
        side: order.side as u8,
        post_only: post_only as u8,
        price: order.price.0,
        lots: order.lots.0,
        client_id: order.client_id,
        expires_slot: order.expiry.slot,
        expires_at: order.expiry.time,
    }
}

fn place_accounts(market: &Pubkey, lane: &Pubkey, authority: &Pubkey) -> accounts::Place {
    accounts::Place {
        market: *market,
        lane: *lane,
        authority: *authority,
    }
}

fn cancel_accounts(lane: &Pubkey, authority: &Pubkey) -> accounts::Cancel {
    accounts::Cancel {
        lane: *lane,
        authority: *authority,
    }
}

/// Rests an order. A post-only order looks at the lanes `shown`, at most 32, and at no others.
#[must_use]
pub fn place_instruction(
    market: &Pubkey,
    lane: &Pubkey,
    authority: &Pubkey,
    order: &PlaceParams,
    shown: &[Pubkey],
) -> Instruction {
    let accounts = place_accounts(market, lane, authority);
    let place = instruction(&accounts, &arguments::Place { order: *order });
    with_lanes(place, shown, false)
}

/// Rests up to 64 orders, all of them or none.
#[must_use]
pub fn place_many_instruction(
    market: &Pubkey,
    lane: &Pubkey,
    authority: &Pubkey,
    orders: &[PlaceParams],
    shown: &[Pubkey],
) -> Instruction {
    let accounts = place_accounts(market, lane, authority);
    let orders = orders.to_vec();
    let place = instruction(&accounts, &arguments::PlaceMany { orders });
    with_lanes(place, shown, false)
}

/// Replaces one side or both by these quotes. Post-only ones look at the lanes `shown`.
///
/// # Errors
/// [`LadderError`] for quotes that no message can carry.
pub fn replace_all_instruction(
    market: &Pubkey,
    lane: &Pubkey,
    authority: &Pubkey,
    ladder: &Ladder,
    shown: &[Pubkey],
) -> Result<Instruction, LadderError> {
    let levels = ladder.encode()?;
    let accounts = place_accounts(market, lane, authority);
    let replace = instruction(&accounts, &arguments::ReplaceAll { levels });
    Ok(with_lanes(replace, shown, false))
}

/// Cancels an order.
#[must_use]
pub fn cancel_instruction(lane: &Pubkey, authority: &Pubkey, id: OrderId) -> Instruction {
    let accounts = cancel_accounts(lane, authority);
    instruction(&accounts, &arguments::Cancel { id: id.0 })
}

/// Cancels all orders with a client id.
#[must_use]
pub fn cancel_client_instruction(lane: &Pubkey, authority: &Pubkey, client_id: u64) -> Instruction {
    let accounts = cancel_accounts(lane, authority);
    instruction(&accounts, &arguments::CancelClient { client_id })
}

/// Cancels at most `most` orders of a side, best first, that are priced at `limit` or better.
#[must_use]
pub fn cancel_up_to_instruction(
    lane: &Pubkey,
    authority: &Pubkey,
    side: BookSide,
    limit: Ticks,
    most: u16,
) -> Instruction {
    let arguments = arguments::CancelUpTo {
        side: side as u8,
        limit: limit.0,
        most,
    };
    instruction(&cancel_accounts(lane, authority), &arguments)
}

/// Cancels all orders of a side, or of both.
#[must_use]
pub fn cancel_all_instruction(
    lane: &Pubkey,
    authority: &Pubkey,
    side: Option<BookSide>,
) -> Instruction {
    let side = side.map_or(BOTH_SIDES, |side| side as u8);
    let accounts = cancel_accounts(lane, authority);
    instruction(&accounts, &arguments::CancelAll { side })
}

/// Makes an order smaller by so many lots without losing its place in time.
#[must_use]
pub fn reduce_instruction(lane: &Pubkey, authority: &Pubkey, id: OrderId, by: Lots) -> Instruction {
    let accounts = cancel_accounts(lane, authority);
    let arguments = arguments::Reduce {
        id: id.0,
        lots: by.0,
    };
    instruction(&accounts, &arguments)
}

/// Removes a lane's expired orders; anyone may.
#[must_use]
pub fn reap_instruction(lane: &Pubkey) -> Instruction {
    instruction(&accounts::Reap { lane: *lane }, &arguments::Reap {})
}
