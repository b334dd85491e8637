//! `add_liquidity_single_sided`, `remove_liquidity_single_sided`: with one token only.

use sealane_amm::{errors::AmmError, state::pause};
use sealane_core::{
    pool::{add_liquidity_single_sided, remove_liquidity_single_sided},
    units::{InAmount, Shares, Side},
};

use super::{
    TokenOf, collect, fee_of,
    liquidity::{tell_added, tell_removed},
    pay, priced, require_before, token_of,
};
use crate::simulate::{
    compute,
    error::{Fault, amm, require},
    frame::{Frame, Ledger, Sink},
    token::{burn, mint_to},
};

const POOL: usize = 0;
const SHARD: usize = 1;
const PROVIDER: usize = 2;
const PROVIDER_TOKEN: usize = 3;
const PROVIDER_LP: usize = 4;
const VAULT: usize = 5;
const LP_MINT: usize = 6;
const MINT: usize = 7;
const PROGRAM: usize = 8;

fn token<L: Ledger, S: Sink>(frame: &Frame<'_, L, S>) -> Result<(Side, TokenOf), Fault> {
    let (pool, shard) = (frame.pool(POOL)?, frame.shard(SHARD)?);
    require(shard.pool == *frame.address(POOL), AmmError::WrongPool)?;
    require(
        *frame.address(LP_MINT) == shard.lp_mint,
        AmmError::WrongLpMint,
    )?;
    let vault = frame.address(VAULT);
    let side = if *vault == shard.base_vault {
        Side::Base
    } else if *vault == shard.quote_vault {
        Side::Quote
    } else {
        return Err(AmmError::WrongVault.into());
    };
    Ok((side, token_of(frame, pool, side, MINT, PROGRAM)?))
}

/// Handler of `add_liquidity_single_sided`.
pub(crate) fn add<L: Ledger, S: Sink>(
    frame: &mut Frame<'_, L, S>,
    amount_in: u64,
    minimum_shares: u64,
    deadline: i64,
) -> Result<(), Fault> {
    let (pool, _) = (frame.pool(POOL)?, frame.shard(SHARD)?);
    require_before(deadline, frame.clock.unix_timestamp)?;
    pool.require_active(pause::ADD_LIQUIDITY)?;
    let params = priced(frame, POOL, SHARD)?;
    frame.charge(compute::add_single_sided(&params.curve));
    let (side, token) = token(frame)?;
    let received = fee_of(frame, &token)?.net_of(amount_in).map_err(amm)?;
    let state = frame.shard(SHARD)?.state();
    let update =
        add_liquidity_single_sided(&state, &params, side, InAmount::new(received)).map_err(amm)?;
    let shares = update.shares.get();
    require(shares >= minimum_shares, AmmError::SlippageExceeded)?;
    collect(
        frame,
        token,
        (PROVIDER_TOKEN, VAULT),
        PROVIDER,
        amount_in,
        received,
    )?;
    mint_to(frame, (LP_MINT, PROVIDER_LP), SHARD, shares)?;
    frame.shard_mut(SHARD)?.store(&update.after);
    tell_added(frame, SHARD, PROVIDER, of_side(side, update.amount), shares);
    Ok(())
}

/// Handler of `remove_liquidity_single_sided`. The minimum is what must arrive.
pub(crate) fn remove<L: Ledger, S: Sink>(
    frame: &mut Frame<'_, L, S>,
    shares: u64,
    minimum_out: u64,
    deadline: i64,
) -> Result<(), Fault> {
    let (pool, _) = (frame.pool(POOL)?, frame.shard(SHARD)?);
    require_before(deadline, frame.clock.unix_timestamp)?;
    pool.require_active(pause::REMOVE_SINGLE_SIDED)?;
    let params = priced(frame, POOL, SHARD)?;
    frame.charge(compute::remove_single_sided(&params.curve));
    let (side, token) = token(frame)?;
    let state = frame.shard(SHARD)?.state();
    let update =
        remove_liquidity_single_sided(&state, &params, Shares::new(shares), side).map_err(amm)?;
    let received = fee_of(frame, &token)?.after_fee(update.amount);
    require(received >= minimum_out, AmmError::SlippageExceeded)?;
    burn(frame, (LP_MINT, PROVIDER_LP), PROVIDER, shares)?;
    pay(frame, token, (VAULT, PROVIDER_TOKEN), SHARD, update.amount)?;
    frame.shard_mut(SHARD)?.store(&update.after);
    tell_removed(frame, SHARD, PROVIDER, of_side(side, update.amount), shares);
    Ok(())
}

/// The amount moved as (base, quote).
fn of_side(side: Side, amount: u64) -> (u64, u64) {
    match side {
        Side::Base => (amount, 0),
        Side::Quote => (0, amount),
    }
}
