//! `take`: a lane trades with the lanes it names.

use anchor_lang::prelude::*;
use sealane_core::book::{Expiry, Lots, NewOrder, OrderId, TakeOrder, Ticks};

use super::{
    KnownMarket, Trailing, fills::FillLog, makers::Makers, now, place::rest, refused,
    require_trader, self_trade_of, side_of,
};
use crate::{
    errors::OrderbookError,
    events::orders::Taken,
    state::{Lane, Market, pause},
};

/// Accounts of `take`. Behind them: the maker lanes, 1 to 32, writable, each once and none of them
/// the taker's own one. Nothing else is written.
#[derive(Accounts)]
pub struct Take {
    /// Configuration; read only.
    pub market: KnownMarket,
    /// The taker's lane.
    #[account(mut)]
    pub lane: Lane,
    /// The lane's owner or delegate.
    pub authority: Signer,
}

/// What becomes of lots that find no counterparty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, SchemaRead, SchemaWrite, IdlType)]
pub enum TimeInForce {
    /// They are dropped. If that is all of them, the take succeeds all the same: orders seen when
    /// it was sent may be gone when it runs, and its event says so.
    ImmediateOrCancel,
    /// The take fails unless it trades all lots.
    FillOrKill,
    /// They rest in the taker's lane at the limit, unless the take ended by `max_quote` or
    /// `max_orders`: then there may still be a better order among the lanes named, and they are
    /// dropped.
    Rest {
        /// Client id of the order.
        client_id: u64,
        /// The last slot in which it can trade; 0: no limit.
        expires_slot: u64,
        /// The last Unix second in which it can trade; 0: no limit.
        expires_at: u32,
    },
}

/// What a taker wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, SchemaRead, SchemaWrite, IdlType)]
pub struct TakeParams {
    /// 0: buys base; 1: sells base.
    pub side: u8,
    /// About orders of the taker's own: 0 makes both smaller by what they would have traded; 1
    /// cancels them; 2 fails.
    pub self_trade: u8,
    /// At most so many resting orders are traded with; `u16::MAX`: no limit.
    pub max_orders: u16,
    /// The worst price, in ticks.
    pub limit: u32,
    /// At most so many lots.
    pub lots: u64,
    /// At most so much quote: paid, fee included, or sold for, before the fee. `u64::MAX`: no
    /// limit.
    pub max_quote: u64,
    /// Fails after this Unix second.
    pub deadline: i64,
    /// What becomes of lots left over.
    pub time_in_force: TimeInForce,
}

impl TakeParams {
    #[inline(always)]
    fn order(&self) -> Result<TakeOrder> {
        Ok(TakeOrder {
            side: side_of(self.side)?,
            limit: Ticks(self.limit),
            lots: Lots(self.lots),
            max_quote: self.max_quote,
            max_orders: self.max_orders,
            self_trade: self_trade_of(self.self_trade)?,
        })
    }
}

/// Checks who signs, which market and that nothing is paused.
#[inline(always)]
fn verify<'a>(
    market: &'a KnownMarket,
    lane: &Lane,
    authority: &Signer,
    time_in_force: TimeInForce,
) -> Result<&'a Market> {
    let header = lane.header();
    require_trader(header, authority)?;
    let market = market.of(&header.market)?;
    let bits = match time_in_force {
        TimeInForce::Rest { .. } => pause::TAKE | pause::PLACE,
        _ => pause::TAKE,
    };
    market.require_active(bits)?;
    Ok(market)
}

/// Handler of `take`.
#[inline(always)]
pub(crate) fn handle(ctx: &mut Context<Take>, params: &TakeParams) -> Result<()> {
    let moment = now()?;
    require!(
        moment.time <= params.deadline,
        OrderbookError::DeadlinePassed
    );
    let order = params.order()?;
    let Take {
        market: account,
        lane: taker,
        authority,
    } = &mut ctx.accounts;
    let market = verify(account, taker, authority, params.time_in_force)?;
    let fees = market.fees();
    let mut makers = Makers::new();
    let declared = [*account.account(), *taker.account(), *authority.account()];
    makers.add_trailing(Trailing::behind(declared)?, &taker.header().market)?;
    let mut log = FillLog::new(account.address());
    let owner = &taker.header().owner;
    let taken = makers.take((&fees, market.sizes()), &order, owner, moment, &mut log)?;
    if params.time_in_force == TimeInForce::FillOrKill {
        require!(taken.is_whole(&order), OrderbookError::NotFilled);
    }
    let mut lane = taker.as_mut();
    let owed = lane.header().referrer_fees;
    lane.settle_taker(&fees, order.side, &taken)
        .map_err(refused)?;
    // What was owed has only grown.
    let referrer_fee = lane.header().referrer_fees.wrapping_sub(owed);
    let rested = match params.time_in_force {
        TimeInForce::Rest {
            client_id,
            expires_slot: slot,
            expires_at: time,
        } if taken.left > Lots::ZERO && taken.may_rest() => {
            let left = NewOrder {
                side: order.side,
                price: order.limit,
                lots: taken.left,
                client_id,
                expiry: Expiry { slot, time },
            };
            rest(taker, &left, fees.maker, moment.slot)?
        }
        _ => OrderId(0),
    };
    let orders = log.orders();
    log.log(Taken {
        lane: *taker.address(),
        lots: taken.lots.0,
        value: taken.value,
        fee: taken.fee,
        rebates: taken.rebates,
        referrer_fee,
        left: taken.left.0,
        rested_id: rested.0,
        side: params.side,
        ended: taken.ended as u8,
        orders,
        reserved: [0; 4],
    });
    Ok(())
}
