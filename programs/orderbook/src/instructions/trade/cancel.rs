//! `cancel`, `cancel_client`, `cancel_up_to`, `cancel_all`, `reduce`: taking orders back. None of
//! them can be paused, and none needs the market: a lane knows its units.

use anchor_lang::prelude::*;
use sealane_core::book::{BookSide, LaneMut, Lots, Order, OrderId, Removed, Ticks};

use super::{address_of, refused, report, require_trader, side_of};
use crate::{
    errors::OrderbookError,
    events::orders::{OrderRecord, RemovedRecord, tag},
    state::Lane,
};

/// A side's number that stands for both.
pub const BOTH_SIDES: u8 = 2;

/// Accounts of everything that takes orders back.
#[derive(Accounts)]
pub struct Cancel {
    /// The lane in which the orders rest.
    #[account(mut)]
    pub lane: Lane,
    /// The lane's owner or delegate.
    pub authority: Signer,
}

impl Cancel {
    /// The lane, after checking who signs.
    #[inline(always)]
    fn lane(&mut self) -> Result<LaneMut<'_>> {
        require_trader(self.lane.header(), &self.authority)?;
        Ok(self.lane.as_mut())
    }

    #[inline(always)]
    fn report(&self, tag: u8, order: &Order, lots: Lots) {
        report(&OrderRecord {
            tag,
            reserved: [0; 3],
            price: order.price.0,
            id: order.id.0,
            lots: lots.0,
            client_id: order.client_id,
            lane: address_of(&self.lane),
        });
    }

    fn report_removed(&self, tag: u8, removed: Removed) {
        report(&RemovedRecord {
            tag,
            reserved: 0,
            orders: removed.orders,
            reserved_2: 0,
            lots: removed.lots,
            slot: 0,
            time: 0,
            lane: address_of(&self.lane),
        });
    }
}

/// Handler of `cancel`.
#[inline(always)]
pub(crate) fn handle(ctx: &mut Context<Cancel>, id: u64) -> Result<()> {
    let accounts = &mut ctx.accounts;
    let order = accounts.lane()?.cancel(OrderId(id)).map_err(refused)?;
    accounts.report(tag::CANCELLED, &order, order.lots);
    Ok(())
}

/// Handler of `reduce`.
#[inline(never)]
pub(crate) fn handle_reduce(ctx: &mut Context<Cancel>, id: u64, lots: u64) -> Result<()> {
    let accounts = &mut ctx.accounts;
    let (order, left) = accounts
        .lane()?
        .reduce(OrderId(id), Lots(lots))
        .map_err(refused)?;
    accounts.report(tag::REDUCED, &order, left);
    Ok(())
}

/// Handler of `cancel_client`.
#[inline(never)]
pub(crate) fn handle_client(ctx: &mut Context<Cancel>, client_id: u64) -> Result<()> {
    let accounts = &mut ctx.accounts;
    let removed = accounts.lane()?.cancel_client(client_id).map_err(refused)?;
    accounts.report_removed(tag::CANCELLED_CLIENT, removed);
    Ok(())
}

/// Handler of `cancel_up_to`.
#[inline(never)]
pub(crate) fn handle_up_to(
    ctx: &mut Context<Cancel>,
    side: u8,
    limit: u32,
    most: u16,
) -> Result<()> {
    let side = side_of(side)?;
    let accounts = &mut ctx.accounts;
    let removed = accounts
        .lane()?
        .cancel_up_to(side, Ticks(limit), most)
        .map_err(refused)?;
    accounts.report_removed(tag::CANCELLED_UP_TO, removed);
    Ok(())
}

/// Handler of `cancel_all`.
#[inline(never)]
pub(crate) fn handle_all(ctx: &mut Context<Cancel>, side: u8) -> Result<()> {
    require!(side <= BOTH_SIDES, OrderbookError::InvalidChoice);
    let accounts = &mut ctx.accounts;
    let mut lane = accounts.lane()?;
    let mut removed = Removed::default();
    for each in [BookSide::Bid, BookSide::Ask] {
        if side == BOTH_SIDES || side == each as u8 {
            let gone = lane.cancel_side(each).map_err(refused)?;
            removed.orders = removed.orders.wrapping_add(gone.orders);
            removed.lots = removed.lots.wrapping_add(gone.lots);
        }
    }
    accounts.report_removed(tag::CANCELLED_ALL, removed);
    Ok(())
}
