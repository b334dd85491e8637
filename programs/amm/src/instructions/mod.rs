//! One file per instruction, or per pair of instructions that share their accounts: the accounts,
//! their checks, the handler.

pub mod add_liquidity;
pub mod add_shard;
pub mod administer;
pub mod collect_protocol_fees;
pub mod create_pool;
pub mod liquidity;
pub mod observe;
pub mod rebalance;
pub mod remove_liquidity;
pub mod single_sided;
pub mod swap;

// The glob also carries the client modules that the derive puts beside each accounts struct.
pub use add_shard::*;
pub use administer::*;
pub use collect_protocol_fees::*;
pub use create_pool::*;
pub use liquidity::*;
pub use observe::*;
pub use rebalance::*;
pub use single_sided::*;
pub use swap::*;

use anchor_lang::prelude::*;
use sealane_core::{pool::PoolParams as PricingParams, units::Side};
use sealane_onchain::{
    Loaded,
    token::{self, Authority, TokenOf},
};

use crate::{
    errors::AmmError,
    state::{Pool, Shard},
};

/// Fails once the deadline has passed. Times are Unix seconds.
#[inline]
fn require_before(deadline: i64, now: i64) -> Result<()> {
    require!(now <= deadline, AmmError::DeadlinePassed);
    Ok(())
}

/// Fails with `error` unless an account is the expected one.
#[inline(never)]
fn require_same(address: &Address, expected: &Address, error: AmmError) -> Result<()> {
    if address == expected {
        Ok(())
    } else {
        Err(error.into())
    }
}

/// Fails unless the shard belongs to the pool.
#[inline]
fn require_shard_of(shard: &Loaded<Shard>, pool: &Loaded<Pool>) -> Result<()> {
    require_same(&shard.pool, pool.address(), AmmError::WrongPool)
}

/// What pricing needs of the pool now, after bringing the shard's price sums up to now. Call
/// before the shard's reserves change.
#[inline(never)]
fn priced(pool: &Pool, shard: &mut Shard, now: i64) -> Result<PricingParams> {
    let params = pool.params_at(now).map_err(AmmError::from)?;
    shard.advance(&params.curve, now).map_err(AmmError::from)?;
    Ok(params)
}

/// One token's accounts, after checking that they are the pool's.
#[inline(never)]
fn token_of<'a>(
    pool: &Pool,
    side: Side,
    mint: &'a UncheckedAccount,
    program: &'a UncheckedAccount,
) -> Result<TokenOf<'a>> {
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
    require!(mint.address() == expected_mint, AmmError::WrongMint);
    require!(
        program.address() == expected_program,
        AmmError::WrongTokenProgram
    );
    Ok(TokenOf {
        mint: mint.account(),
        program: program.account(),
        decimals,
    })
}

/// Pays tokens out of one of a shard's vaults.
#[inline(never)]
fn pay(
    token: TokenOf<'_>,
    vault: &AccountView,
    to: &AccountView,
    shard: &Loaded<Shard>,
    amount: u64,
) {
    let seeds = shard.seeds();
    let authority = Authority::Derived(shard.account(), &seeds);
    token::transfer(token, vault, to, authority, amount);
}

/// Moves tokens into a vault and fails unless at least `received` of what was sent arrived: unless
/// the transfer fee was computed as the token program computes it. What arrives beyond, by a capped
/// or rounded fee, stays in the vault and belongs to nobody.
#[inline(never)]
fn collect(
    token: TokenOf<'_>,
    from: &AccountView,
    vault: &AccountView,
    wallet: &AccountView,
    sent: u64,
    received: u64,
) -> Result<()> {
    let arrived = token::transfer_in(token, from, vault, wallet, sent).map_err(AmmError::from)?;
    require!(arrived >= received, AmmError::TransferMismatch);
    Ok(())
}
