//! `bind_market`: a farm for an order book's makers.

use anchor_lang::prelude::*;
use sealane_onchain::{Loaded, events::log};
use sealane_orderbook::state::Market;

use super::{require_authority, require_same};
use crate::{errors::StakingError, events::MarketBound, state::Farm};

/// Accounts of `bind_market`.
#[derive(Accounts)]
pub struct BindMarket {
    /// The farm's authority.
    pub authority: Signer,
    /// The farm.
    #[account(mut)]
    pub farm: Loaded<Farm>,
    /// The order book.
    pub market: UncheckedAccount,
}

/// Handler of `bind_market`. Without shards a farm has no positions, so none of them ever earned
/// by another measure; and what is measured is in units of the farm's staked token.
#[inline(never)]
pub(crate) fn handle(ctx: &mut Context<BindMarket>) -> Result<()> {
    let BindMarket {
        authority,
        farm,
        market,
    } = &mut ctx.accounts;
    require_authority(farm, authority)?;
    // Checks that the order books' program owns it, and its type.
    let market = Loaded::<Market>::load(*market.account())?;
    let is_new = farm.shard_count == 0 && !farm.is_trading();
    require!(
        is_new && farm.lock_max_epochs == 0 && farm.cooldown_seconds == 0,
        StakingError::FarmInUse
    );
    require_same(
        &market.quote_mint,
        &farm.stake_mint,
        StakingError::WrongMarket,
    )?;
    farm.market = *market.address();
    log(MarketBound {
        farm: *farm.address(),
        market: farm.market,
    });
    Ok(())
}
