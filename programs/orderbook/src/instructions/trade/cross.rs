//! `cross`: lets two lanes trade whose prices have crossed.

use anchor_lang::prelude::*;
use sealane_core::book;

use super::{KnownMarket, fills::FillLog, now, refused, require_trader};
use crate::{
    errors::OrderbookError,
    events::orders::Crossed,
    state::{Lane, pause},
};

/// Accounts of `cross`. Anyone with a lane in the market may call it, and earns the reward.
#[derive(Accounts)]
pub struct Cross {
    /// Configuration; read only.
    pub market: KnownMarket,
    /// The lane that is credited the reward: neither of the two that trade.
    #[account(mut)]
    pub lane: Lane,
    /// That lane's owner or delegate.
    pub authority: Signer,
    /// The lane with the bids.
    #[account(mut)]
    pub bids: Lane,
    /// The lane with the asks.
    #[account(mut)]
    pub asks: Lane,
}

/// Handler of `cross`: lets at most `most` pairs of orders trade.
#[inline(never)]
pub(crate) fn handle(ctx: &mut Context<Cross>, most: u16) -> Result<()> {
    let moment = now()?;
    let Cross {
        market: account,
        lane,
        authority,
        bids,
        asks,
    } = &mut ctx.accounts;
    require_trader(lane.header(), authority)?;
    let stored = lane.header().market;
    let market = account.of(&stored)?;
    market.require_active(pause::CROSS)?;
    require!(
        bids.header().market == stored && asks.header().market == stored,
        OrderbookError::WrongMarket
    );
    let mut log = FillLog::new(account.address());
    let crossed = book::cross(
        &market.fees(),
        &mut bids.as_mut(),
        &mut asks.as_mut(),
        moment,
        most,
        |fill| log.push_apart(&fill),
    )
    .map_err(refused)?;
    let address = *lane.address();
    lane.as_mut()
        .header_mut()
        .credit_quote(crossed.reward)
        .map_err(refused)?;
    let orders = log.orders();
    log.log(Crossed {
        market: *account.address(),
        lane: address,
        lots: crossed.lots.0,
        value: crossed.value,
        fee: crossed.fee,
        rebates: crossed.rebates,
        reward: crossed.reward,
        orders,
        reserved: [0; 6],
    });
    Ok(())
}
