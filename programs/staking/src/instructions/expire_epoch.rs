//! `expire_epoch`: deletes the record of an epoch whose grace period is over.

use anchor_lang::prelude::*;
use sealane_onchain::{Loaded, events::log};

use super::{close_into, require_same};
use crate::{
    errors::StakingError,
    events::EpochExpired,
    state::{Budget, EpochRecord, Farm},
};

/// Accounts of `expire_epoch`. Anyone may call it.
#[derive(Accounts)]
pub struct ExpireEpoch {
    /// Configuration; read only.
    pub farm: Loaded<Farm>,
    /// The farm's budget: remembers what the epoch got, for `sweep`.
    #[account(mut)]
    pub budget: Loaded<Budget>,
    /// The record.
    #[account(mut)]
    pub record: Loaded<EpochRecord>,
    /// Who paid for it; gets the rent.
    #[account(mut)]
    pub opener: UncheckedAccount,
}

/// Handler of `expire_epoch`.
#[inline(never)]
pub(crate) fn handle(ctx: &mut Context<ExpireEpoch>) -> Result<()> {
    let ExpireEpoch {
        farm,
        budget,
        record,
        opener,
    } = &mut ctx.accounts;
    require_same(&budget.farm, farm.address(), StakingError::WrongFarm)?;
    require_same(&record.farm, farm.address(), StakingError::WrongFarm)?;
    require_same(
        opener.address(),
        &record.opener,
        StakingError::WrongAuthority,
    )?;
    // One that was begun may have been skipped.
    require!(
        record.epoch < budget.next_epoch,
        StakingError::EpochNotClosed
    );
    let now = Clock::get()?.unix_timestamp;
    require!(
        now > farm.claimable_until(record.epoch),
        StakingError::GraceNotOver
    );
    if record.is_closed() {
        // Claims go on as long as there is a record, so what this epoch got is given up only when
        // no earlier one can be claimed.
        for (reward, expired) in budget.expired.iter().enumerate() {
            require!(
                record.allotted[reward] - record.rewards[reward] == *expired,
                StakingError::EpochOutOfOrder
            );
        }
        budget.expired = record.allotted;
        budget.expired_end = farm.epochs().end(record.epoch);
    }
    log(EpochExpired {
        farm: *farm.address(),
        opener: *opener.address(),
        epoch: record.epoch,
        reserved: [0; 4],
    });
    let (account, to) = (*record.account(), *opener.account());
    // SAFETY: `record`, which borrows the account's bytes, is not used from here on, and no
    // reference that it handed out is alive.
    unsafe { close_into(account, to) }
}
