//! `remove_liquidity`: both tokens, in the shard's proportion. No pause bit stops it.

use anchor_lang::prelude::*;
use sealane_core::{pool::remove_liquidity, units::Shares};
use sealane_onchain::token;

use super::{Liquidity, liquidity::Pair, pay, priced, require_before};
use crate::{errors::AmmError, events};

/// Handler of `remove_liquidity`. The minima are what must arrive, transfer fees deducted.
#[inline(never)]
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
    // Reserves without a price must not keep anybody in. The price history then waits for the next
    // instruction that finds one.
    let _ = priced(&accounts.pool, &mut accounts.shard, clock.unix_timestamp);

    let Pair {
        base,
        quote,
        base_fee,
        quote_fee,
    } = accounts.pair(clock.epoch)?;
    let update =
        remove_liquidity(&accounts.shard.state(), Shares::new(shares)).map_err(AmmError::from)?;
    let base_received = base_fee.after_fee(update.base.get());
    let quote_received = quote_fee.after_fee(update.quote.get());
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
    );
    let shard = &accounts.shard;
    pay(
        base,
        accounts.base_vault.account(),
        accounts.provider_base.account(),
        shard,
        update.base.get(),
    );
    pay(
        quote,
        accounts.quote_vault.account(),
        accounts.provider_quote.account(),
        shard,
        update.quote.get(),
    );
    let shard = &mut accounts.shard;
    shard.store(&update.after);
    events::liquidity_removed(
        shard,
        accounts.provider.address(),
        (update.base.get(), update.quote.get()),
        shares,
    );
    Ok(())
}
