//! `replace_all`: a maker's whole ladder from one compact message.

use anchor_lang::prelude::*;
use sealane_core::book::{BookSide, PostOnly, Requote, requote::flag};

use super::{address_of, now, place::Place, refused, report};
use crate::events::orders::{ReplacedRecord, tag};

/// Handler of `replace_all`. The message is described in [`sealane_core::book::requote`].
#[inline(never)]
pub(crate) fn handle(ctx: &mut Context<Place>, levels: &[u8]) -> Result<()> {
    let message = Requote::try_from_bytes(levels).map_err(refused)?;
    let moment = now()?;
    let head = message.head();
    if head.flags & flag::POST_ONLY != 0 {
        require_passive(&ctx.accounts, &message, moment)?;
    }
    let accounts = &mut ctx.accounts;
    let maker_rate = accounts.verify()?;
    let mut lane = accounts.lane.as_mut();
    lane.requote(&message, maker_rate, moment.slot)
        .map_err(refused)?;
    let first = match (head.bids, head.asks) {
        (0, 0) => None,
        (0, _) => lane.best(BookSide::Ask),
        (_, _) => lane.best(BookSide::Bid),
    };
    let first_id = first.map_or(0, |order| order.id.0);
    report(&ReplacedRecord {
        tag: tag::REPLACED,
        bids: head.bids,
        asks: head.asks,
        reserved: [0; 5],
        first_id,
        lane: address_of(&accounts.lane),
    });
    Ok(())
}

/// Fails if the best of the new levels would trade with an order of the lanes shown.
#[inline(never)]
fn require_passive(
    accounts: &Place,
    message: &Requote<'_>,
    moment: sealane_core::book::Moment,
) -> Result<()> {
    let shown = accounts.shown(moment)?;
    for side in [BookSide::Bid, BookSide::Ask] {
        if let Some(best) = message.best_price(side).map_err(refused)? {
            PostOnly::Reject
                .price(side, best, shown.opposite_of(side))
                .map_err(refused)?;
        }
    }
    Ok(())
}
