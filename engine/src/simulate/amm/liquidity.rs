//! `add_liquidity`, `remove_liquidity`: both tokens, in the shard's proportion.

use sealane_amm::{
    errors::AmmError,
    events::{LiquidityAdded, LiquidityRemoved},
    state::{Shard, pause},
};
use sealane_core::{
    pool::{TransferFee, add_liquidity, remove_liquidity},
    units::{BaseAmount, QuoteAmount, Shares, Side},
};
use solana_pubkey::Pubkey;

use super::{TokenOf, collect, fee_of, pay, priced, require_before, token_of};
use crate::simulate::{
    Event, compute,
    error::{Fault, amm, require},
    frame::{Frame, Ledger, Sink},
    token::{burn, mint_to},
};

const POOL: usize = 0;
const SHARD: usize = 1;
const PROVIDER: usize = 2;
const PROVIDER_BASE: usize = 3;
const PROVIDER_QUOTE: usize = 4;
const PROVIDER_LP: usize = 5;
const BASE_VAULT: usize = 6;
const QUOTE_VAULT: usize = 7;
const LP_MINT: usize = 8;
const BASE_MINT: usize = 9;
const QUOTE_MINT: usize = 10;
const BASE_PROGRAM: usize = 11;
const QUOTE_PROGRAM: usize = 12;

/// Both tokens' verified accounts and the transfer fees in force.
struct Pair {
    base: TokenOf,
    quote: TokenOf,
    base_fee: TransferFee,
    quote_fee: TransferFee,
}

fn pair<L: Ledger, S: Sink>(frame: &Frame<'_, L, S>) -> Result<Pair, Fault> {
    let (pool, shard) = (frame.pool(POOL)?, frame.shard(SHARD)?);
    require(shard.pool == *frame.address(POOL), AmmError::WrongPool)?;
    require(
        *frame.address(BASE_VAULT) == shard.base_vault,
        AmmError::WrongVault,
    )?;
    require(
        *frame.address(QUOTE_VAULT) == shard.quote_vault,
        AmmError::WrongVault,
    )?;
    require(
        *frame.address(LP_MINT) == shard.lp_mint,
        AmmError::WrongLpMint,
    )?;
    let base = token_of(frame, pool, Side::Base, BASE_MINT, BASE_PROGRAM)?;
    let quote = token_of(frame, pool, Side::Quote, QUOTE_MINT, QUOTE_PROGRAM)?;
    Ok(Pair {
        base,
        quote,
        base_fee: fee_of(frame, &base)?,
        quote_fee: fee_of(frame, &quote)?,
    })
}

/// What a deposit may cost at most, and must give at least.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deposit {
    pub(crate) maximum_base: u64,
    pub(crate) maximum_quote: u64,
    pub(crate) minimum_shares: u64,
    pub(crate) deadline: i64,
}

/// Handler of `add_liquidity`.
pub(crate) fn add<L: Ledger, S: Sink>(
    frame: &mut Frame<'_, L, S>,
    deposit: &Deposit,
) -> Result<(), Fault> {
    let (pool, _) = (frame.pool(POOL)?, frame.shard(SHARD)?);
    require_before(deposit.deadline, frame.clock.unix_timestamp)?;
    pool.require_active(pause::ADD_LIQUIDITY)?;
    let params = priced(frame, POOL, SHARD)?;
    frame.charge(compute::add_liquidity(&params.curve));
    let Pair {
        base,
        quote,
        base_fee,
        quote_fee,
    } = pair(frame)?;
    let update = add_liquidity(
        &frame.shard(SHARD)?.state(),
        &params,
        BaseAmount::new(base_fee.net_of(deposit.maximum_base).map_err(amm)?),
        QuoteAmount::new(quote_fee.net_of(deposit.maximum_quote).map_err(amm)?),
    )
    .map_err(amm)?;
    require(
        update.shares.get() >= deposit.minimum_shares,
        AmmError::SlippageExceeded,
    )?;
    for (token, fee, accounts, amount) in [
        (
            base,
            base_fee,
            (PROVIDER_BASE, BASE_VAULT),
            update.base.get(),
        ),
        (
            quote,
            quote_fee,
            (PROVIDER_QUOTE, QUOTE_VAULT),
            update.quote.get(),
        ),
    ] {
        let sent = fee.pre_fee_amount(amount).map_err(amm)?;
        collect(frame, token, accounts, PROVIDER, sent, amount)?;
    }
    let shares = update.shares.get();
    mint_to(frame, (LP_MINT, PROVIDER_LP), SHARD, shares)?;
    frame.shard_mut(SHARD)?.store(&update.after);
    let amounts = (update.base.get(), update.quote.get());
    tell_added(frame, SHARD, PROVIDER, amounts, shares);
    Ok(())
}

/// Handler of `remove_liquidity`. The minima are what must arrive, transfer fees deducted.
pub(crate) fn remove<L: Ledger, S: Sink>(
    frame: &mut Frame<'_, L, S>,
    shares: u64,
    (minimum_base, minimum_quote): (u64, u64),
    deadline: i64,
) -> Result<(), Fault> {
    let _ = (frame.pool(POOL)?, frame.shard(SHARD)?);
    require_before(deadline, frame.clock.unix_timestamp)?;
    // Reserves without a price must not keep anybody in.
    if let Ok(params) = priced(frame, POOL, SHARD) {
        frame.charge(compute::remove_liquidity(&params.curve));
    }
    let Pair {
        base,
        quote,
        base_fee,
        quote_fee,
    } = pair(frame)?;
    let update =
        remove_liquidity(&frame.shard(SHARD)?.state(), Shares::new(shares)).map_err(amm)?;
    let (base_paid, quote_paid) = (update.base.get(), update.quote.get());
    require(
        base_fee.after_fee(base_paid) >= minimum_base
            && quote_fee.after_fee(quote_paid) >= minimum_quote,
        AmmError::SlippageExceeded,
    )?;
    burn(frame, (LP_MINT, PROVIDER_LP), PROVIDER, shares)?;
    pay(frame, base, (BASE_VAULT, PROVIDER_BASE), SHARD, base_paid)?;
    pay(
        frame,
        quote,
        (QUOTE_VAULT, PROVIDER_QUOTE),
        SHARD,
        quote_paid,
    )?;
    frame.shard_mut(SHARD)?.store(&update.after);
    tell_removed(frame, SHARD, PROVIDER, (base_paid, quote_paid), shares);
    Ok(())
}

pub(super) fn tell_added<L: Ledger, S: Sink>(
    frame: &mut Frame<'_, L, S>,
    shard: usize,
    provider: usize,
    amounts: (u64, u64),
    shares: u64,
) {
    frame.tell(|frame| {
        let who = (frame.address(shard), frame.address(provider));
        match frame.shard(shard) {
            Ok(after) => Event::LiquidityAdded(added(who, after, amounts, shares)),
            Err(_) => unreachable!("the handler has just stored it"),
        }
    });
}

pub(super) fn tell_removed<L: Ledger, S: Sink>(
    frame: &mut Frame<'_, L, S>,
    shard: usize,
    provider: usize,
    amounts: (u64, u64),
    shares: u64,
) {
    frame.tell(|frame| {
        let who = (frame.address(shard), frame.address(provider));
        match frame.shard(shard) {
            Ok(after) => Event::LiquidityRemoved(removed(added(who, after, amounts, shares))),
            Err(_) => unreachable!("the handler has just stored it"),
        }
    });
}

fn added(
    (shard, provider): (&Pubkey, &Pubkey),
    after: &Shard,
    (base, quote): (u64, u64),
    shares: u64,
) -> LiquidityAdded {
    LiquidityAdded {
        shard: *shard,
        provider: *provider,
        base,
        quote,
        shares,
        base_reserve: after.base_reserve,
        quote_reserve: after.quote_reserve,
        total_shares: after.shares,
        base_protocol_fees: after.base_protocol_fees,
        quote_protocol_fees: after.quote_protocol_fees,
    }
}

/// Both events have the same fields.
fn removed(event: LiquidityAdded) -> LiquidityRemoved {
    bytemuck::cast(event)
}
