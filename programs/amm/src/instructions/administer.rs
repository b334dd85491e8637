//! What the authority may change: fees, pauses, the amplification, itself.

use anchor_lang::prelude::*;
use sealane_onchain::Loaded;

use super::require_same;
use crate::{
    errors::AmmError,
    events::{
        self, AmplificationRamped, AuthorityChanged, AuthorityProposed, FeesChanged, PauseChanged,
    },
    state::{CURVE_STABLE_SWAP, FeeParams, Pool, pause},
};

/// No authority.
const NOBODY: Address = Address::new_from_array([0; 32]);

/// What an authority may do with its pool, and the proposed one to become it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, SchemaRead, SchemaWrite, IdlType)]
pub enum AdminAction {
    /// Replaces the fee schedule, within the program's bounds.
    SetFees(FeeParams),
    /// Sets which actions are paused; see [`pause`].
    SetPaused(u8),
    /// Proposes another authority; all zero withdraws the proposal. The present authority stays
    /// until the other accepts, so a mistyped address cannot orphan the pool.
    ProposeAuthority([u8; 32]),
    /// Takes over as authority; signed by the proposed one.
    AcceptAuthority,
    /// Moves a stable swap pool's amplification A linearly to `target` until `end`, Unix seconds.
    RampAmplification {
        /// The new A.
        target: u32,
        /// When it is reached.
        end: i64,
    },
    /// Stops a ramp where it is.
    StopRamp,
}

/// Accounts of `administer`.
#[derive(Accounts)]
pub struct Administer {
    /// The pool.
    #[account(mut)]
    pub pool: Loaded<Pool>,
    /// The pool's authority; for [`AdminAction::AcceptAuthority`] the proposed one.
    pub authority: Signer,
}

/// Handler of `administer`: one instruction for all of it, so that the authority is checked in one
/// place.
#[inline(never)]
pub(crate) fn handle(ctx: &mut Context<Administer>, action: &AdminAction) -> Result<()> {
    let Administer { pool, authority } = &mut ctx.accounts;
    let signer = authority.address();
    if !matches!(action, AdminAction::AcceptAuthority) {
        require_same(signer, &pool.authority, AmmError::WrongAuthority)?;
    }
    match *action {
        AdminAction::SetFees(fees) => set_fees(pool, &fees),
        AdminAction::SetPaused(bits) => set_paused(pool, bits),
        AdminAction::ProposeAuthority(proposed) => {
            propose_authority(pool, Address::new_from_array(proposed));
            Ok(())
        }
        AdminAction::AcceptAuthority => accept_authority(pool, signer),
        AdminAction::RampAmplification { target, end } => set_ramp(pool, Some((target, end))),
        AdminAction::StopRamp => set_ramp(pool, None),
    }
}

fn set_fees(pool: &mut Loaded<Pool>, fees: &FeeParams) -> Result<()> {
    pool.set_fees(fees)?;
    events::log(FeesChanged {
        pool: *pool.address(),
        fee_min_pips: fees.min_pips,
        fee_max_pips: fees.max_pips,
        fee_slope_pips: fees.slope_pips,
        protocol_share_bps: fees.protocol_share_bps,
        reserved: [0; 2],
    });
    Ok(())
}

fn set_paused(pool: &mut Loaded<Pool>, bits: u8) -> Result<()> {
    require!(bits & !pause::ALL == 0, AmmError::InvalidPauseBits);
    pool.paused = bits;
    events::log(PauseChanged {
        pool: *pool.address(),
        paused: bits,
    });
    Ok(())
}

fn propose_authority(pool: &mut Loaded<Pool>, proposed: Address) {
    pool.pending_authority = proposed;
    events::log(AuthorityProposed {
        pool: *pool.address(),
        pending_authority: proposed,
    });
}

/// Starts a ramp to a target, or stops the present one.
fn set_ramp(pool: &mut Loaded<Pool>, target: Option<(u32, i64)>) -> Result<()> {
    require!(pool.curve == CURVE_STABLE_SWAP, AmmError::NotStableSwap);
    let now = Clock::get()?.unix_timestamp;
    let ramp = match target {
        Some((target, end)) => pool
            .ramp()
            .retarget(target, now, end)
            .map_err(AmmError::from)?,
        None => pool.ramp().stopped(now),
    };
    pool.set_ramp(ramp);
    events::log(AmplificationRamped {
        pool: *pool.address(),
        start: ramp.start,
        end: ramp.end,
        initial: ramp.initial,
        target: ramp.target,
    });
    Ok(())
}

fn accept_authority(pool: &mut Loaded<Pool>, signer: &Address) -> Result<()> {
    require!(
        pool.pending_authority != NOBODY,
        AmmError::NoPendingAuthority
    );
    require_same(signer, &pool.pending_authority, AmmError::WrongAuthority)?;
    pool.authority = *signer;
    pool.pending_authority = NOBODY;
    events::log(AuthorityChanged {
        pool: *pool.address(),
        authority: *signer,
    });
    Ok(())
}
