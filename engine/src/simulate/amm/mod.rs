//! The pools' instructions: as `sealane_amm`'s handlers, on decoded accounts.

pub(crate) mod liquidity;
pub(crate) mod rebalance;
pub(crate) mod single_sided;
pub(crate) mod swap;

use sealane_amm::{errors::AmmError, state::Pool};
use sealane_core::{
    pool::{PoolParams, TransferFee},
    units::Side,
};

use super::{
    compute,
    error::{Fault, amm, require},
    frame::{Frame, Ledger, Sink, is_spl},
    state::TokenProgram,
    token::{Transfer, transfer},
};

/// Fails once the deadline has passed. Times are Unix seconds.
#[inline(always)]
fn require_before(deadline: i64, now: i64) -> Result<(), Fault> {
    require(now <= deadline, AmmError::DeadlinePassed)
}

/// What pricing needs of the pool now, after bringing the shard's price sums up to now.
fn priced<L: Ledger, S: Sink>(
    frame: &mut Frame<'_, L, S>,
    pool: usize,
    shard: usize,
) -> Result<PoolParams, Fault> {
    let now = frame.clock.unix_timestamp;
    let params = frame.pool(pool)?.params_at(now).map_err(amm)?;
    frame
        .shard_mut(shard)?
        .advance(&params.curve, now)
        .map_err(amm)?;
    Ok(params)
}

/// One token of a pool in an instruction: where its mint is, which program's it is.
#[derive(Clone, Copy, Debug)]
struct TokenOf {
    mint: usize,
    program: TokenProgram,
    decimals: u8,
}

/// One token's accounts, after checking that they are the pool's.
fn token_of<L: Ledger, S: Sink>(
    frame: &Frame<'_, L, S>,
    pool: &Pool,
    side: Side,
    mint: usize,
    program: usize,
) -> Result<TokenOf, Fault> {
    let (expected_mint, expected_program, decimals) = match side {
        Side::Base => (
            &pool.base_mint,
            &pool.base_token_program,
            pool.base_decimals,
        ),
        Side::Quote => (
            &pool.quote_mint,
            &pool.quote_token_program,
            pool.quote_decimals,
        ),
    };
    require(frame.address(mint) == expected_mint, AmmError::WrongMint)?;
    require(
        frame.address(program) == expected_program,
        AmmError::WrongTokenProgram,
    )?;
    let program = match TokenProgram::of(expected_program) {
        Some(program) => program,
        // A pool is created with token programs only.
        None => return Err(AmmError::WrongTokenProgram.into()),
    };
    Ok(TokenOf {
        mint,
        program,
        decimals,
    })
}

/// The fee on transfers of a mint in the present epoch.
fn transfer_fee<L: Ledger, S: Sink>(
    frame: &Frame<'_, L, S>,
    mint: usize,
    is_plain: bool,
) -> Result<TransferFee, Fault> {
    if is_plain {
        return Ok(TransferFee::NONE);
    }
    Ok(frame.mint(mint)?.transfer_fee)
}

fn fee_of<L: Ledger, S: Sink>(
    frame: &Frame<'_, L, S>,
    token: &TokenOf,
) -> Result<TransferFee, Fault> {
    transfer_fee(frame, token.mint, token.program == TokenProgram::Spl)
}

/// Pays tokens out of one of a shard's vaults. Zero moves nothing.
fn pay<L: Ledger, S: Sink>(
    frame: &mut Frame<'_, L, S>,
    token: TokenOf,
    (vault, to): (usize, usize),
    shard: usize,
    amount: u64,
) -> Result<(), Fault> {
    if amount == 0 {
        return Ok(());
    }
    frame.charge(compute::called_transfer(token.program));
    let leg = Transfer {
        program: token.program,
        from: vault,
        to,
        authority: shard,
        amount,
        signed: true,
        writable: (true, true),
        mint: Some((token.mint, token.decimals)),
    };
    transfer(frame, &leg)
}

/// Moves tokens into a vault and fails unless at least `received` of what was sent arrived.
fn collect<L: Ledger, S: Sink>(
    frame: &mut Frame<'_, L, S>,
    token: TokenOf,
    (from, vault): (usize, usize),
    wallet: usize,
    sent: u64,
    received: u64,
) -> Result<(), Fault> {
    let arrived = super::transfer_in(
        frame,
        (token.program, token.mint, token.decimals),
        (from, vault),
        wallet,
        sent,
        AmmError::WrongVault,
        AmmError::TransferMismatch,
    )?;
    require(arrived >= received, AmmError::TransferMismatch)
}

/// Whether both tokens of a pool are SPL Token's, which knows no transfer fees.
#[inline(always)]
fn is_plain(pool: &Pool) -> bool {
    is_spl(&pool.base_token_program) && is_spl(&pool.quote_token_program)
}
