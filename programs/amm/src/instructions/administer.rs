//! What the authority may change: fees, pauses, the amplification, itself.

use anchor_lang::prelude::*;

use sealane_core::curve::AmplificationRamp;

use crate::{
    errors::AmmError,
    events::{
        AmplificationRamped, AuthorityChanged, AuthorityProposed, FeesChanged, PauseChanged,
    },
    state::{CURVE_STABLE_SWAP, FeeParams, Pool, pause},
};

/// No authority.
const NOBODY: Address = Address::new_from_array([0; 32]);

/// Accounts of the administrative instructions.
#[derive(Accounts)]
pub struct Administer {
    /// The pool.
    #[account(mut)]
    pub pool: Account<Pool>,
    /// The pool's authority; for `accept_authority` the proposed one.
    pub authority: Signer,
}

impl Administer {
    fn require_authority(&self) -> Result<()> {
        require!(*self.authority.address() == self.pool.authority, AmmError::WrongAuthority);
        Ok(())
    }
}

/// Handler of `set_fees`.
pub(crate) fn set_fees(ctx: &mut Context<Administer>, fees: &FeeParams) -> Result<()> {
    ctx.accounts.require_authority()?;
    let pool = &mut ctx.accounts.pool;
    pool.set_fees(fees)?;
    emit!(FeesChanged {
        pool: *pool.address(),
        fee_min_pips: fees.min_pips,
        fee_max_pips: fees.max_pips,
        fee_slope_pips: fees.slope_pips,
        protocol_share_bps: fees.protocol_share_bps,
        reserved: [0; 2],
    });
    Ok(())
}

/// Handler of `set_paused`.
pub(crate) fn set_paused(ctx: &mut Context<Administer>, paused: u8) -> Result<()> {
    ctx.accounts.require_authority()?;
    require!(paused & !pause::ALL == 0, AmmError::InvalidPauseBits);
    let pool = &mut ctx.accounts.pool;
    pool.paused = paused;
    emit!(PauseChanged { pool: *pool.address(), paused });
    Ok(())
}

/// Handler of `propose_authority`. The present authority stays until the other accepts, so a
/// mistyped address cannot orphan the pool.
pub(crate) fn propose_authority(ctx: &mut Context<Administer>, proposed: Address) -> Result<()> {
    ctx.accounts.require_authority()?;
    let pool = &mut ctx.accounts.pool;
    pool.pending_authority = proposed;
    emit!(AuthorityProposed { pool: *pool.address(), pending_authority: proposed });
    Ok(())
}

/// Handler of `accept_authority`.
pub(crate) fn accept_authority(ctx: &mut Context<Administer>) -> Result<()> {
    let authority = *ctx.accounts.authority.address();
    let pool = &mut ctx.accounts.pool;
    require!(pool.pending_authority != NOBODY, AmmError::NoPendingAuthority);
    require!(pool.pending_authority == authority, AmmError::WrongAuthority);
    pool.authority = authority;
    pool.pending_authority = NOBODY;
    emit!(AuthorityChanged { pool: *pool.address(), authority });
    Ok(())
}

/// Handler of `ramp_amplification`. `target` is A × 100.
pub(crate) fn ramp_amplification(ctx: &mut Context<Administer>, target: u32, end: i64) -> Result<()> {
    ctx.accounts.require_authority()?;
    let now = Clock::get()?.unix_timestamp;
    let pool = &mut ctx.accounts.pool;
    require!(pool.curve == CURVE_STABLE_SWAP, AmmError::NotStableSwap);
    let ramp = AmplificationRamp::try_new(amplification_at(pool, now)?, target, now, end)
        .map_err(AmmError::from)?;
    pool.set_ramp(ramp);
    announce(pool);
    Ok(())
}

/// Handler of `stop_ramp`.
pub(crate) fn stop_ramp(ctx: &mut Context<Administer>) -> Result<()> {
    ctx.accounts.require_authority()?;
    let now = Clock::get()?.unix_timestamp;
    let pool = &mut ctx.accounts.pool;
    require!(pool.curve == CURVE_STABLE_SWAP, AmmError::NotStableSwap);
    let ramp = AmplificationRamp::constant(amplification_at(pool, now)?).map_err(AmmError::from)?;
    pool.set_ramp(ramp);
    announce(pool);
    Ok(())
}

/// The amplification in force, as A × 100.
fn amplification_at(pool: &Pool, now: i64) -> Result<u32> {
    Ok(u32::try_from(pool.ramp().at(now)).map_err(|_| AmmError::InvalidAmplification)?)
}

fn announce(pool: &Account<Pool>) {
    emit!(AmplificationRamped {
        pool: *pool.address(),
        start: pool.ramp_start,
        end: pool.ramp_end,
        initial: pool.amplification_initial,
        target: pool.amplification_target,
    });
}
