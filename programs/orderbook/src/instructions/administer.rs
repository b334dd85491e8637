//! What the authority may change: fees, pauses, itself.

use anchor_lang::prelude::*;
use sealane_onchain::{Loaded, events::log};

use super::require_same;
use crate::{
    errors::OrderbookError,
    events::{AuthorityChanged, AuthorityProposed, FeesChanged, PauseChanged},
    state::{FeeParams, Market, pause},
};

/// No authority.
const NOBODY: Address = Address::new_from_array([0; 32]);

/// What an authority may do with its market, and the proposed one to become it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, SchemaRead, SchemaWrite, IdlType)]
pub enum MarketAction {
    /// Replaces the fees, within the program's bounds. Resting orders keep the maker's fee that
    /// they were placed under.
    SetFees(FeeParams),
    /// Sets which actions are paused; see [`pause`].
    SetPaused(u8),
    /// Proposes another authority; all zero withdraws the proposal. The present authority stays
    /// until the other accepts, so a mistyped address cannot orphan the market.
    ProposeAuthority([u8; 32]),
    /// Takes over as authority; signed by the proposed one.
    AcceptAuthority,
}

/// Accounts of `administer`.
#[derive(Accounts)]
pub struct Administer {
    /// The market.
    #[account(mut)]
    pub market: Loaded<Market>,
    /// The market's authority; for [`MarketAction::AcceptAuthority`] the proposed one.
    pub authority: Signer,
}

/// Handler of `administer`: one instruction for all of it, so that the authority is checked in one
/// place.
#[inline(never)]
pub(crate) fn handle(ctx: &mut Context<Administer>, action: &MarketAction) -> Result<()> {
    let Administer { market, authority } = &mut ctx.accounts;
    let signer = authority.address();
    if !matches!(action, MarketAction::AcceptAuthority) {
        require_same(signer, &market.authority, OrderbookError::WrongAuthority)?;
    }
    match *action {
        MarketAction::SetFees(fees) => set_fees(market, &fees),
        MarketAction::SetPaused(bits) => set_paused(market, bits),
        MarketAction::ProposeAuthority(proposed) => {
            propose_authority(market, Address::new_from_array(proposed));
            Ok(())
        }
        MarketAction::AcceptAuthority => accept_authority(market, signer),
    }
}

fn set_fees(market: &mut Loaded<Market>, fees: &FeeParams) -> Result<()> {
    market.set_fees(fees).map_err(OrderbookError::from)?;
    log(FeesChanged {
        market: *market.address(),
        taker_fee_pips: fees.taker_pips,
        maker_fee_pips: fees.maker_pips,
        cross_reward_pips: fees.cross_reward_pips,
        referrer_share_bps: fees.referrer_share_bps,
        reserved: [0; 2],
    });
    Ok(())
}

fn set_paused(market: &mut Loaded<Market>, bits: u8) -> Result<()> {
    require!(bits & !pause::ALL == 0, OrderbookError::InvalidPauseBits);
    market.paused = bits;
    log(PauseChanged {
        market: *market.address(),
        paused: bits,
    });
    Ok(())
}

fn propose_authority(market: &mut Loaded<Market>, proposed: Address) {
    market.pending_authority = proposed;
    log(AuthorityProposed {
        market: *market.address(),
        pending_authority: proposed,
    });
}

fn accept_authority(market: &mut Loaded<Market>, signer: &Address) -> Result<()> {
    require!(
        market.pending_authority != NOBODY,
        OrderbookError::NoPendingAuthority
    );
    require_same(
        signer,
        &market.pending_authority,
        OrderbookError::WrongAuthority,
    )?;
    market.authority = *signer;
    market.pending_authority = NOBODY;
    log(AuthorityChanged {
        market: *market.address(),
        authority: *signer,
    });
    Ok(())
}
