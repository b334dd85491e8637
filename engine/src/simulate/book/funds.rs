//! `deposit`, `withdraw`: between token accounts and a lane's free balances.

use sealane_core::units::Side;
use sealane_orderbook::{
    errors::OrderbookError,
    events::{Deposited, Withdrawn},
    funds::EVERYTHING,
    state::pause,
};

use super::{TokenOf, balance, is_key, require_owner, token_of};
use crate::simulate::{
    Event, compute,
    error::{Fault, require},
    frame::{Frame, Ledger, Sink},
    token::{Transfer, transfer},
    transfer_in,
};

const MARKET: usize = 0;
const VAULT_SHARD: usize = 1;
const LANE: usize = 2;
const WALLET: usize = 3;
const WALLET_BASE: usize = 4;
const WALLET_QUOTE: usize = 5;
const BASE_VAULT: usize = 6;
const QUOTE_VAULT: usize = 7;
const BASE_MINT: usize = 8;
const QUOTE_MINT: usize = 9;
const BASE_PROGRAM: usize = 10;
const QUOTE_PROGRAM: usize = 11;

/// Checks that the accounts are there, as the framework does.
fn load<L: Ledger, S: Sink>(frame: &Frame<'_, L, S>) -> Result<(), Fault> {
    frame.market(MARKET)?;
    frame.vault_shard(VAULT_SHARD, false)?;
    frame.lane(LANE)?;
    Ok(())
}

/// Checks every account that the token programs will not check.
fn verify<L: Ledger, S: Sink>(frame: &Frame<'_, L, S>) -> Result<(TokenOf, TokenOf), Fault> {
    let (market, shard) = (
        frame.market(MARKET)?,
        frame.vault_shard(VAULT_SHARD, false)?,
    );
    let header = frame.lane(LANE)?.lane().header();
    require(
        is_key(frame.address(MARKET), &header.market),
        OrderbookError::WrongMarket,
    )?;
    require(
        shard.market == *frame.address(MARKET),
        OrderbookError::WrongMarket,
    )?;
    for (vault, expected) in [
        (BASE_VAULT, &shard.base_vault),
        (QUOTE_VAULT, &shard.quote_vault),
    ] {
        require(frame.address(vault) == expected, OrderbookError::WrongVault)?;
    }
    let base = token_of(frame, market, Side::Base, BASE_MINT, BASE_PROGRAM)?;
    let quote = token_of(frame, market, Side::Quote, QUOTE_MINT, QUOTE_PROGRAM)?;
    Ok((base, quote))
}

/// Moves one token into a vault and tells what arrived.
fn collect<L: Ledger, S: Sink>(
    frame: &mut Frame<'_, L, S>,
    token: TokenOf,
    accounts: (usize, usize),
    amount: u64,
) -> Result<u64, Fault> {
    let arrived = transfer_in(
        frame,
        (token.program, token.mint, token.decimals),
        accounts,
        WALLET,
        amount,
        OrderbookError::InvalidTokenAccount,
        OrderbookError::TransferMismatch,
    )?;
    require(
        arrived > 0 || amount == 0,
        OrderbookError::TransferFeeTooHigh,
    )?;
    Ok(arrived)
}

/// Pays one token out of a vault.
fn pay<L: Ledger, S: Sink>(
    frame: &mut Frame<'_, L, S>,
    token: TokenOf,
    (vault, to): (usize, usize),
    amount: u64,
) -> Result<(), Fault> {
    require(
        balance(frame, vault)? >= amount,
        OrderbookError::InsufficientVault,
    )?;
    if amount == 0 {
        return Ok(());
    }
    frame.charge(compute::called_transfer(token.program));
    let leg = Transfer {
        program: token.program,
        from: vault,
        to,
        authority: VAULT_SHARD,
        amount,
        signed: true,
        writable: (true, true),
        mint: Some((token.mint, token.decimals)),
    };
    transfer(frame, &leg)
}

/// Handler of `deposit`. Credits what arrives in the vaults: Token-2022 may have taken a fee.
pub(crate) fn deposit<L: Ledger, S: Sink>(
    frame: &mut Frame<'_, L, S>,
    base: u64,
    quote: u64,
) -> Result<(), Fault> {
    load(frame)?;
    require(base > 0 || quote > 0, OrderbookError::ZeroAmount)?;
    frame.market(MARKET)?.require_active(pause::DEPOSIT)?;
    frame.charge(compute::FUNDS);
    let (base_token, quote_token) = verify(frame)?;
    let base = collect(frame, base_token, (WALLET_BASE, BASE_VAULT), base)?;
    let quote = collect(frame, quote_token, (WALLET_QUOTE, QUOTE_VAULT), quote)?;
    let mut lane = frame.lane_mut(LANE)?.lane_mut();
    let header = lane.header_mut();
    header.credit_base(base)?;
    header.credit_quote(quote)?;
    let (base_free, quote_free) = (header.base_free, header.quote_free);
    frame.tell(|frame| {
        Event::Deposited(Deposited {
            lane: *frame.address(LANE),
            vault_shard: *frame.address(VAULT_SHARD),
            payer: *frame.address(WALLET),
            base,
            quote,
            base_free,
            quote_free,
        })
    });
    Ok(())
}

/// Handler of `withdraw`: only for the owner, and never paused.
pub(crate) fn withdraw<L: Ledger, S: Sink>(
    frame: &mut Frame<'_, L, S>,
    base: u64,
    quote: u64,
) -> Result<(), Fault> {
    load(frame)?;
    require(base > 0 || quote > 0, OrderbookError::ZeroAmount)?;
    require_owner(frame.lane(LANE)?.lane().header(), frame.address(WALLET))?;
    frame.charge(compute::FUNDS);
    let (base_token, quote_token) = verify(frame)?;
    let header = frame.lane(LANE)?.lane().header();
    let (base_free, quote_free) = (header.base_free, header.quote_free);
    let base = available(base, base_free)?;
    let quote = available(quote, quote_free)?;
    pay(frame, base_token, (BASE_VAULT, WALLET_BASE), base)?;
    pay(frame, quote_token, (QUOTE_VAULT, WALLET_QUOTE), quote)?;
    let mut lane = frame.lane_mut(LANE)?.lane_mut();
    let header = lane.header_mut();
    header.debit_base(base)?;
    header.debit_quote(quote)?;
    let (base_free, quote_free) = (header.base_free, header.quote_free);
    frame.tell(|frame| {
        Event::Withdrawn(Withdrawn {
            lane: *frame.address(LANE),
            vault_shard: *frame.address(VAULT_SHARD),
            base,
            quote,
            base_free,
            quote_free,
        })
    });
    Ok(())
}

/// The amount asked for, if so much is free, or all that is.
fn available(amount: u64, free: u64) -> Result<u64, Fault> {
    if amount == EVERYTHING {
        return Ok(free);
    }
    require(amount <= free, OrderbookError::InsufficientFunds)?;
    Ok(amount)
}
