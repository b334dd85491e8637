//! `add_liquidity`: both tokens, in the shard's proportion.

use anchor_lang::prelude::*;
use sealane_core::{
    pool::add_liquidity,
    units::{BaseAmount, QuoteAmount},
};
use sealane_onchain::token::{self, Authority};

use super::{Liquidity, collect, liquidity::Pair, priced, require_before};
use crate::{errors::AmmError, events, state::pause};

/// Handler of `add_liquidity`.
#[inline(never)]
pub(crate) fn handle(
    ctx: &mut Context<Liquidity>,
    maximum_base: u64,
    maximum_quote: u64,
    minimum_shares: u64,
    deadline: i64,
) -> Result<()> {
    let clock = Clock::get()?;
    require_before(deadline, clock.unix_timestamp)?;
    let accounts = &mut ctx.accounts;
    accounts.pool.require_active(pause::ADD_LIQUIDITY)?;
    let params = priced(&accounts.pool, &mut accounts.shard, clock.unix_timestamp)?;

    let Pair {
        base,
        quote,
        base_fee,
        quote_fee,
    } = accounts.pair(clock.epoch)?;
    let update = add_liquidity(
        &accounts.shard.state(),
        &params,
        BaseAmount::new(base_fee.net_of(maximum_base).map_err(AmmError::from)?),
        QuoteAmount::new(quote_fee.net_of(maximum_quote).map_err(AmmError::from)?),
    )
    .map_err(AmmError::from)?;
    require!(
        update.shares.get() >= minimum_shares,
        AmmError::SlippageExceeded
    );

    collect(
        base,
        accounts.provider_base.account(),
        accounts.base_vault.account(),
        accounts.provider.account(),
        base_fee
            .pre_fee_amount(update.base.get())
            .map_err(AmmError::from)?,
        update.base.get(),
    )?;
    collect(
        quote,
        accounts.provider_quote.account(),
        accounts.quote_vault.account(),
        accounts.provider.account(),
        quote_fee
            .pre_fee_amount(update.quote.get())
            .map_err(AmmError::from)?,
        update.quote.get(),
    )?;
    let seeds = accounts.shard.seeds();
    token::mint_to(
        accounts.lp_token_program.account(),
        accounts.lp_mint.account(),
        accounts.provider_lp.account(),
        Authority::Derived(accounts.shard.account(), &seeds),
        update.shares.get(),
    );
    let shard = &mut accounts.shard;
    shard.store(&update.after);
    events::liquidity_added(
        shard,
        accounts.provider.address(),
        (update.base.get(), update.quote.get()),
        update.shares.get(),
    );
    Ok(())
}
