//! `place`, `place_many`: orders that rest.

use anchor_lang::prelude::*;
use sealane_core::book::{
    BookSide, Expiry, Key, LaneHeader, Lots, MAX_LANES, Moment, NewOrder, OrderId, PostOnly, Ticks,
    best_live_price,
};

use super::{KnownMarket, Trailing, address_of, now, refused, report, require_trader, side_of};
use crate::{
    errors::OrderbookError,
    events::orders::{OrderRecord, PlacedManyRecord, tag},
    state::{Lane, pause},
};

/// The most orders that one instruction places.
pub const MAX_PLACED: usize = 64;

/// Accounts of `place`, `place_many` and `replace_all`. Only the lane is written. Behind them, for
/// post-only orders: up to 32 lanes of the market to look at, not the trader's own one.
#[derive(Accounts)]
pub struct Place {
    /// Configuration; read only.
    pub market: KnownMarket,
    /// The lane in which the orders rest.
    #[account(mut)]
    pub lane: Lane,
    /// The lane's owner or delegate.
    pub authority: Signer,
}

/// A new order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, SchemaRead, SchemaWrite, IdlType)]
pub struct PlaceParams {
    /// 0: bid; 1: ask.
    pub side: u8,
    /// 0: looks at no other lane; 1: is refused if it would trade with an order of the lanes shown;
    /// 2: moves to one tick from the best of them instead.
    pub post_only: u8,
    /// Price in ticks.
    pub price: u32,
    /// Size in lots.
    pub lots: u64,
    /// Whatever the trader wants to know it by.
    pub client_id: u64,
    /// The last slot in which it can trade; 0: no limit.
    pub expires_slot: u64,
    /// The last Unix second in which it can trade; 0: no limit.
    pub expires_at: u32,
}

impl PlaceParams {
    #[inline(always)]
    fn order(&self) -> Result<NewOrder> {
        Ok(NewOrder {
            side: side_of(self.side)?,
            price: Ticks(self.price),
            lots: Lots(self.lots),
            client_id: self.client_id,
            expiry: Expiry {
                slot: self.expires_slot,
                time: self.expires_at,
            },
        })
    }

    #[inline(always)]
    fn post_only(&self) -> Result<PostOnly> {
        PostOnly::from_u8(self.post_only).ok_or(OrderbookError::InvalidChoice.into())
    }
}

/// The best live prices of the lanes shown: of their bids, of their asks.
pub(super) struct Shown {
    pub(super) bid: Option<Ticks>,
    pub(super) ask: Option<Ticks>,
}

impl Shown {
    /// Looks at the lanes shown.
    #[inline(never)]
    pub(super) fn load(declared: [AccountView; 3], market: &Key, moment: Moment) -> Result<Self> {
        let views = Trailing::behind(declared)?;
        require!(views.len() <= MAX_LANES, OrderbookError::WrongLaneCount);
        let mut shown = Self {
            bid: None,
            ask: None,
        };
        views.each(|view| {
            let lane = Lane::load(view)?;
            require!(lane.header().market == *market, OrderbookError::WrongMarket);
            let best = |side| best_live_price([lane.as_ref()], side, moment);
            // `None` is below every bid, and for asks it is not to count.
            shown.bid = shown.bid.max(best(BookSide::Bid));
            shown.ask = match (shown.ask, best(BookSide::Ask)) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            };
            Ok(())
        })?;
        Ok(shown)
    }

    /// The best price that an order of `side` could trade at.
    pub(super) fn opposite_of(&self, side: BookSide) -> Option<Ticks> {
        match side {
            BookSide::Bid => self.ask,
            BookSide::Ask => self.bid,
        }
    }
}

/// Handler of `place`.
#[inline(always)]
pub(crate) fn handle(ctx: &mut Context<Place>, params: &PlaceParams) -> Result<()> {
    let mut order = params.order()?;
    let moment = now()?;
    let post_only = params.post_only()?;
    if post_only != PostOnly::Off {
        let shown = ctx.accounts.shown(moment)?;
        order.price = post_only
            .price(order.side, order.price, shown.opposite_of(order.side))
            .map_err(refused)?;
    }
    let accounts = &mut ctx.accounts;
    let maker_rate = accounts.verify()?;
    let id = accounts
        .lane
        .as_mut()
        .place(&order, maker_rate, moment.slot)
        .map_err(refused)?;
    report(&OrderRecord {
        tag: tag::PLACED,
        reserved: [0; 3],
        price: order.price.0,
        id: id.0,
        lots: order.lots.0,
        client_id: order.client_id,
        lane: address_of(&accounts.lane),
    });
    Ok(())
}

impl Place {
    /// Checks who signs, which market and that nothing is paused; the maker's fee for new orders.
    #[inline(always)]
    pub(super) fn verify(&self) -> Result<i32> {
        let header: &LaneHeader = self.lane.header();
        require_trader(header, &self.authority)?;
        let market = self.market.of(&header.market)?;
        market.require_active(pause::PLACE)?;
        Ok(market.maker_fee_pips)
    }

    /// The best prices of the lanes behind the declared accounts.
    #[inline(always)]
    pub(super) fn shown(&self, moment: Moment) -> Result<Shown> {
        // By value: had the accounts to be in memory for it, all orders would pay for that.
        let declared = [
            *self.market.account(),
            *self.lane.account(),
            *self.authority.account(),
        ];
        Shown::load(declared, &self.lane.header().market, moment)
    }
}

/// Rests an order, where the code for it need not stand in place.
#[inline(never)]
pub(super) fn rest(
    lane: &mut Lane,
    order: &NewOrder,
    maker_rate: i32,
    slot: u64,
) -> Result<OrderId> {
    lane.as_mut()
        .place(order, maker_rate, slot)
        .map_err(refused)
}

/// The record of `place_many` with its prices.
#[derive(Clone, Copy, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(C)]
struct PlacedMany {
    record: PlacedManyRecord,
    prices: [u32; MAX_PLACED],
}

/// Handler of `place_many`: all of them or none.
#[inline(never)]
pub(crate) fn handle_many(ctx: &mut Context<Place>, orders: &[PlaceParams]) -> Result<()> {
    require!(
        (1..=MAX_PLACED).contains(&orders.len()),
        OrderbookError::WrongOrderCount
    );
    let moment = now()?;
    let maker_rate = ctx.accounts.verify()?;
    let mut shown = None;
    let mut placed = PlacedMany {
        record: PlacedManyRecord {
            tag: tag::PLACED_MANY,
            orders: orders.len() as u8,
            reserved: [0; 6],
            first_id: 0,
            lane: address_of(&ctx.accounts.lane),
        },
        prices: [0; MAX_PLACED],
    };
    for (at, params) in orders.iter().enumerate() {
        let mut order = params.order()?;
        let post_only = params.post_only()?;
        if post_only != PostOnly::Off {
            let shown = match &shown {
                Some(shown) => shown,
                None => shown.insert(ctx.accounts.shown(moment)?),
            };
            order.price = post_only
                .price(order.side, order.price, shown.opposite_of(order.side))
                .map_err(refused)?;
        }
        let id = rest(&mut ctx.accounts.lane, &order, maker_rate, moment.slot)?;
        if at == 0 {
            placed.record.first_id = id.0;
        }
        placed.prices[at] = order.price.0;
    }
    let len = size_of::<PlacedManyRecord>() + orders.len() * size_of::<u32>();
    pinocchio::cpi::set_return_data(&bytemuck::bytes_of(&placed)[..len]);
    Ok(())
}
