//! `open_lane`: a trader's account in a market.

use anchor_lang::prelude::*;
use sealane_core::book::{Key, LaneHeader, MAX_CAPACITY, MIN_CAPACITY};
use sealane_onchain::{
    Loaded,
    derived::{create, write_discriminator},
    events::log,
};

use super::key;
use crate::{
    errors::OrderbookError,
    events::LaneOpened,
    state::{LANE_SEED, Lane, Market, lane_account_len},
};

/// By how many bytes an account can grow in one instruction, its creation included.
pub(super) const MAX_GROWTH: usize = 10_240;

/// Accounts of `open_lane`.
#[derive(Accounts)]
pub struct OpenLane {
    /// The lane's owner; pays the rent, and gets it back when the lane is closed.
    #[account(mut)]
    pub owner: Signer,
    /// The market; read only.
    pub market: Loaded<Market>,
    /// The new lane, at its derived address.
    #[account(mut)]
    pub lane: UncheckedAccount,
    /// Another owner's lane in the same market that gets a part of this lane's taker fees, for as
    /// long as this lane exists.
    pub referrer: Option<Lane>,
    /// Creates the account.
    pub system_program: Program<System>,
}

/// Handler of `open_lane`. `capacity` is orders per side.
#[inline(never)]
pub(crate) fn handle(ctx: &mut Context<OpenLane>, index: u16, capacity: u16) -> Result<()> {
    let accounts = &ctx.accounts;
    let len = lane_account_len(capacity);
    require!(
        (MIN_CAPACITY..=MAX_CAPACITY).contains(&capacity) && len <= MAX_GROWTH,
        OrderbookError::InvalidCapacity
    );
    let market = accounts.market.address();
    let owner = accounts.owner.address();
    let referrer = accounts.referrer()?;
    let bump = create(
        &crate::ID,
        accounts.owner.account(),
        accounts.lane.account(),
        &[
            LANE_SEED,
            market.as_ref(),
            owner.as_ref(),
            &index.to_le_bytes(),
        ],
        len,
        &crate::ID,
    )
    .map_err(OrderbookError::from)?;
    let header = LaneHeader {
        market: key(market),
        owner: key(owner),
        referrer,
        base_lot: accounts.market.base_lot,
        tick: accounts.market.tick,
        capacity,
        index,
        bump,
        ..LaneHeader::default()
    };
    write_header(*accounts.lane.account(), &header)?;
    log(LaneOpened {
        lane: *accounts.lane.address(),
        market: *market,
        owner: *owner,
        referrer: Address::new_from_array(referrer.to_bytes()),
        capacity,
        index,
        reserved: [0; 4],
    });
    Ok(())
}

impl OpenLane {
    /// The referrer's lane, after checking that it can be one. Referring oneself would only be a
    /// lower fee.
    fn referrer(&self) -> Result<Key> {
        let Some(lane) = &self.referrer else {
            return Ok(Key::NONE);
        };
        let header = lane.header();
        require!(
            header.market == key(self.market.address())
                && header.owner != key(self.owner.address()),
            OrderbookError::WrongReferrer
        );
        Ok(key(lane.address()))
    }
}

/// Writes the head of a lane that was just allocated.
fn write_header(mut account: AccountView, header: &LaneHeader) -> Result<()> {
    write_discriminator::<Lane>(&mut account).map_err(OrderbookError::from)?;
    let mut data = account.try_borrow_mut()?;
    let start = Lane::DISCRIMINATOR.len();
    data[start..start + size_of::<LaneHeader>()].copy_from_slice(bytemuck::bytes_of(header));
    Ok(())
}
