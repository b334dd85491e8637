//! `remove_liquidity`: both tokens, in the shard's proportion. No pause bit stops it.

use anchor_lang::prelude::*;
use sealane_core::{pool::remove_liquidity, units::Shares};

use super::{Liquidity, liquidity::Pair, priced, require_before};
use crate::{
    errors::AmmError,
    events::LiquidityRemoved,
    token::{self, Authority},
};

/// Handler of `remove_liquidity`. The minima are what must arrive, transfer fees deducted.
pub(crate) fn handle(
    ctx: &mut Context<Liquidity>,
    shares: u64,
    minimum_base: u64,
    minimum_quote: u64,
    deadline: i64,
) -> Result<()> {
    let clock = Clock::get()?;
    require_before(deadline, clock.unix_timestamp)?;
    let accounts = &mut ctx.accounts;
    priced(&accounts.pool, &mut accounts.shard, clock.unix_timestamp)?;

    let Pair { base, quote, base_fee, quote_fee } = accounts.pair(clock.epoch)?;
    let update = remove_liquidity(&accounts.shard.state(), Shares::new(shares))
        .map_err(AmmError::from)?;
    let base_received = base_fee.net_of(update.base.get()).map_err(AmmError::from)?;
    let quote_received = quote_fee.net_of(update.quote.get()).map_err(AmmError::from)?;
    require!(
        base_received >= minimum_base && quote_received >= minimum_quote,
        AmmError::SlippageExceeded
    );

    token::burn(
        accounts.lp_token_program.account(),
        accounts.lp_mint.account(),
        accounts.provider_lp.account(),
        accounts.provider.account(),
        shares,
    )?;
    let signer = Authority::Shard(&accounts.shard);
    token::transfer(
        base,
        accounts.base_vault.account(),
        accounts.provider_base.account(),
        signer,
        update.base.get(),
    )?;
    token::transfer(
        quote,
        accounts.quote_vault.account(),
        accounts.provider_quote.account(),
        signer,
        update.quote.get(),
    )?;
    let shard = &mut accounts.shard;
    shard.store(&update.after);
    emit!(LiquidityRemoved {
        shard: *shard.address(),
        provider: *accounts.provider.address(),
        base: update.base.get(),
        quote: update.quote.get(),
        shares,
        base_reserve: shard.base_reserve,
        quote_reserve: shard.quote_reserve,
        total_shares: shard.shares,
        base_protocol_fees: shard.base_protocol_fees,
        quote_protocol_fees: shard.quote_protocol_fees,
    });
    Ok(())
}
