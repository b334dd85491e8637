//! What the authority may change: pauses, itself.

use anchor_lang::prelude::*;
use sealane_onchain::{Loaded, events::log};

use super::require_same;
use crate::{
    errors::StakingError,
    events::{AuthorityChanged, AuthorityProposed, PauseChanged},
    state::{Farm, pause},
};

/// No authority.
const NOBODY: Address = Address::new_from_array([0; 32]);

/// What an authority may do with its farm, and the proposed one to become it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, SchemaRead, SchemaWrite, IdlType)]
pub enum FarmAction {
    /// Sets which actions are paused; see [`pause`].
    SetPaused(u8),
    /// Proposes another authority; all zero withdraws the proposal. The present authority stays
    /// until the other accepts, so a mistyped address cannot orphan the farm.
    ProposeAuthority([u8; 32]),
    /// Takes over as authority; signed by the proposed one.
    AcceptAuthority,
}

/// Accounts of `administer`.
#[derive(Accounts)]
pub struct Administer {
    /// The farm.
    #[account(mut)]
    pub farm: Loaded<Farm>,
    /// The farm's authority; for [`FarmAction::AcceptAuthority`] the proposed one.
    pub authority: Signer,
}

/// Handler of `administer`: one instruction for all of it, so that the authority is checked in one
/// place.
#[inline(never)]
pub(crate) fn handle(ctx: &mut Context<Administer>, action: &FarmAction) -> Result<()> {
    let Administer { farm, authority } = &mut ctx.accounts;
    let signer = authority.address();
    if !matches!(action, FarmAction::AcceptAuthority) {
        require_same(signer, &farm.authority, StakingError::WrongAuthority)?;
    }
    match *action {
        FarmAction::SetPaused(bits) => set_paused(farm, bits),
        FarmAction::ProposeAuthority(proposed) => {
            propose_authority(farm, Address::new_from_array(proposed));
            Ok(())
        }
        FarmAction::AcceptAuthority => accept_authority(farm, signer),
    }
}

fn set_paused(farm: &mut Loaded<Farm>, bits: u8) -> Result<()> {
    require!(bits & !pause::ALL == 0, StakingError::InvalidPauseBits);
    farm.paused = bits;
    log(PauseChanged {
        farm: *farm.address(),
        paused: bits,
    });
    Ok(())
}

fn propose_authority(farm: &mut Loaded<Farm>, proposed: Address) {
    farm.pending_authority = proposed;
    log(AuthorityProposed {
        farm: *farm.address(),
        pending_authority: proposed,
    });
}

fn accept_authority(farm: &mut Loaded<Farm>, signer: &Address) -> Result<()> {
    require!(
        farm.pending_authority != NOBODY,
        StakingError::NoPendingAuthority
    );
    require_same(
        signer,
        &farm.pending_authority,
        StakingError::WrongAuthority,
    )?;
    farm.authority = *signer;
    farm.pending_authority = NOBODY;
    log(AuthorityChanged {
        farm: *farm.address(),
        authority: *signer,
    });
    Ok(())
}
