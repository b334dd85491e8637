//! `reap`: frees what expired orders still lock.

use anchor_lang::prelude::*;
use sealane_core::book::BookSide;

use super::{address_of, now, refused, report};
use crate::{
    events::orders::{RemovedRecord, tag},
    state::Lane,
};

/// Accounts of `reap`. Anyone may call it.
#[derive(Accounts)]
pub struct Reap {
    /// The lane in which orders may have expired.
    #[account(mut)]
    pub lane: Lane,
}

/// Handler of `reap`: removes every expired order on both sides. None is no error.
#[inline(never)]
pub(crate) fn handle(ctx: &mut Context<Reap>) -> Result<()> {
    let moment = now()?;
    let accounts = &mut ctx.accounts;
    let mut lane = accounts.lane.as_mut();
    let bids = lane.reap(BookSide::Bid, moment).map_err(refused)?;
    let asks = lane.reap(BookSide::Ask, moment).map_err(refused)?;
    report(&RemovedRecord {
        tag: tag::REAPED,
        reserved: 0,
        orders: bids.orders.wrapping_add(asks.orders),
        reserved_2: 0,
        lots: bids.lots.wrapping_add(asks.lots),
        slot: moment.slot,
        time: moment.time,
        lane: address_of(&accounts.lane),
    });
    Ok(())
}
