//! `swap_exact_in`, `swap_exact_out`.

use sealane_amm::{
    errors::AmmError,
    events::Swapped,
    state::{Pool, Shard, pause},
};
use sealane_core::{
    pool::{
        TransferFees, WalletSwap,
        wallet::{wallet_swap_exact_in, wallet_swap_exact_out},
    },
    units::Side,
};

use super::{TokenOf, collect, is_plain, pay, require_before, transfer_fee};
use crate::simulate::{
    Event, compute,
    error::{Fault, amm, require},
    frame::{Frame, Ledger, Sink},
    state::TokenProgram,
    token::{Transfer, exchange},
};

const POOL: usize = 0;
const SHARD: usize = 1;
const TRADER: usize = 2;
const TRADER_IN: usize = 3;
const TRADER_OUT: usize = 4;
const VAULT_IN: usize = 5;
const VAULT_OUT: usize = 6;
const MINT_IN: usize = 7;
const MINT_OUT: usize = 8;
const PROGRAM_IN: usize = 9;
const PROGRAM_OUT: usize = 10;

/// What the trader fixed, and the bound on the other amount.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Exact {
    /// Send `amount`, receive at least `minimum`.
    In { amount: u64, minimum: u64 },
    /// Receive `amount`, send at most `maximum`.
    Out { amount: u64, maximum: u64 },
}

/// Handler of both swaps.
#[inline]
pub(crate) fn handle<L: Ledger, S: Sink>(
    frame: &mut Frame<'_, L, S>,
    exact: Exact,
    deadline: i64,
) -> Result<(), Fault> {
    let now = frame.clock.unix_timestamp;
    let (pool, shard) = (frame.pool(POOL)?, frame.shard(SHARD)?);
    require_before(deadline, now)?;
    let side_in = verify(frame, pool, shard)?;
    let params = pool.params_at(now).map_err(amm)?;
    let plain = is_plain(pool);
    let decimals = (pool.base_decimals, pool.quote_decimals);
    let exact_in = matches!(exact, Exact::In { .. });
    frame.charge(compute::swap(&params.curve, plain, exact_in));
    frame
        .shard_mut(SHARD)?
        .advance(&params.curve, now)
        .map_err(amm)?;
    let fees = if plain {
        TransferFees::NONE
    } else {
        transfer_fees(frame)?
    };
    let shard = frame.shard_mut(SHARD)?;
    let before = shard.state();
    let (swap, acceptable) = match exact {
        Exact::In { amount, minimum } => {
            let swap =
                wallet_swap_exact_in(&before, &params, fees, side_in, amount).map_err(amm)?;
            (swap, swap.received >= minimum)
        }
        Exact::Out { amount, maximum } => {
            let swap =
                wallet_swap_exact_out(&before, &params, fees, side_in, amount).map_err(amm)?;
            (swap, swap.sent <= maximum)
        }
    };
    require(acceptable, AmmError::SlippageExceeded)?;
    shard.store(&swap.swap.after);
    if plain {
        exchange_plain(frame, &swap)?;
    } else {
        transfer_each(frame, &swap, decimals)?;
    }
    frame.tell(|frame| swapped(frame, &swap));
    Ok(())
}

/// Checks every account that the token programs will not check; tells the direction.
#[inline(always)]
fn verify<L: Ledger, S: Sink>(
    frame: &Frame<'_, L, S>,
    pool: &Pool,
    shard: &Shard,
) -> Result<Side, Fault> {
    pool.require_active(pause::SWAP)?;
    require(shard.pool == *frame.address(POOL), AmmError::WrongPool)?;
    let side_in = shard
        .side_of(frame.address(VAULT_IN), frame.address(VAULT_OUT))
        .ok_or(AmmError::WrongVault)?;
    let (base, quote) = match side_in {
        Side::Base => ((MINT_IN, PROGRAM_IN), (MINT_OUT, PROGRAM_OUT)),
        Side::Quote => ((MINT_OUT, PROGRAM_OUT), (MINT_IN, PROGRAM_IN)),
    };
    require(
        *frame.address(base.0) == pool.base_mint && *frame.address(quote.0) == pool.quote_mint,
        AmmError::WrongMint,
    )?;
    require(
        *frame.address(base.1) == pool.base_token_program
            && *frame.address(quote.1) == pool.quote_token_program,
        AmmError::WrongTokenProgram,
    )?;
    Ok(side_in)
}

fn transfer_fees<L: Ledger, S: Sink>(frame: &Frame<'_, L, S>) -> Result<TransferFees, Fault> {
    let on = |mint, program| {
        let is_plain = TokenProgram::of(frame.address(program)) == Some(TokenProgram::Spl);
        transfer_fee(frame, mint, is_plain)
    };
    Ok(TransferFees {
        on_in: on(MINT_IN, PROGRAM_IN)?,
        on_out: on(MINT_OUT, PROGRAM_OUT)?,
    })
}

#[inline(always)]
fn exchange_plain<L: Ledger, S: Sink>(
    frame: &mut Frame<'_, L, S>,
    swap: &WalletSwap,
) -> Result<(), Fault> {
    let leg = |from, to, authority, amount| Transfer {
        program: TokenProgram::Spl,
        from,
        to,
        authority,
        amount,
        signed: true,
        writable: (true, true),
        mint: None,
    };
    let legs = [
        leg(TRADER_IN, VAULT_IN, TRADER, swap.sent),
        leg(VAULT_OUT, TRADER_OUT, SHARD, swap.vault_paid.get()),
    ];
    exchange(frame, legs)
}

fn transfer_each<L: Ledger, S: Sink>(
    frame: &mut Frame<'_, L, S>,
    swap: &WalletSwap,
    (base_decimals, quote_decimals): (u8, u8),
) -> Result<(), Fault> {
    let (decimals_in, decimals_out) = match swap.swap.side_in {
        Side::Base => (base_decimals, quote_decimals),
        Side::Quote => (quote_decimals, base_decimals),
    };
    let token = |mint, program, decimals| {
        Ok::<_, Fault>(TokenOf {
            mint,
            program: TokenProgram::of(frame.address(program)).ok_or(AmmError::WrongTokenProgram)?,
            decimals,
        })
    };
    let token_in = token(MINT_IN, PROGRAM_IN, decimals_in)?;
    let token_out = token(MINT_OUT, PROGRAM_OUT, decimals_out)?;
    let received = swap.vault_received.get();
    collect(
        frame,
        token_in,
        (TRADER_IN, VAULT_IN),
        TRADER,
        swap.sent,
        received,
    )?;
    let paid = swap.vault_paid.get();
    pay(frame, token_out, (VAULT_OUT, TRADER_OUT), SHARD, paid)
}

fn swapped<L: Ledger, S: Sink>(frame: &Frame<'_, L, S>, swap: &WalletSwap) -> Event {
    let reserves = &swap.swap.after.reserves;
    Event::Swapped(Swapped {
        shard: *frame.address(SHARD),
        trader: *frame.address(TRADER),
        sent: swap.sent,
        received: swap.received,
        fee: swap.swap.fee.get(),
        protocol_fee: swap.swap.protocol_fee.get(),
        base_reserve: reserves.base.get(),
        quote_reserve: reserves.quote.get(),
        side_in: swap.swap.side_in as u8,
        reserved: [0; 7],
    })
}
