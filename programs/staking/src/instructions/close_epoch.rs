//! `close_epoch`: adds the shards of an epoch up, and fixes what it pays.

use anchor_lang::prelude::*;
use sealane_core::stake::{MAX_REWARDS, Points};
use sealane_onchain::{Loaded, derived::create_loaded, events::log};

use super::require_same;
use crate::{
    errors::StakingError,
    events::EpochClosed,
    state::{Budget, EPOCH_SEED, EpochRecord, Farm, Shard},
};

/// Accounts of `close_epoch`; behind them the next shards of the farm, in order and writable. Anyone
/// may call it.
#[derive(Accounts)]
pub struct CloseEpoch {
    /// Pays the record's rent, if it is the first for this epoch, and gets it back when the record
    /// has expired.
    #[account(mut)]
    pub payer: Signer,
    /// Configuration; read only.
    pub farm: Loaded<Farm>,
    /// The farm's budget.
    #[account(mut)]
    pub budget: Loaded<Budget>,
    /// The epoch's record, at its derived address.
    #[account(mut)]
    pub record: UncheckedAccount,
    /// Creates the account.
    pub system_program: Program<System>,
}

impl CloseEpoch {
    /// The epoch's record, created if this is the first call for it.
    fn record(&self, epoch: u32) -> Result<Loaded<EpochRecord>> {
        let view = *self.record.account();
        if view.owned_by(&crate::ID) {
            // SAFETY: Anchor has checked that no other account of the instruction is this one, and
            // shards behind the declared accounts are of another type.
            let record = unsafe { Loaded::<EpochRecord>::load_mut(view) }?;
            require!(
                record.farm == *self.farm.address() && record.epoch == epoch,
                StakingError::WrongEpochRecord
            );
            return Ok(record);
        }
        let (mut record, bump) = create_loaded::<EpochRecord>(
            self.payer.account(),
            &view,
            &[
                EPOCH_SEED,
                self.farm.address().as_ref(),
                &epoch.to_le_bytes(),
            ],
        )
        .map_err(StakingError::from)?;
        record.farm = *self.farm.address();
        record.opener = *self.payer.address();
        record.epoch = epoch;
        record.rewarded_before = self.budget.rewarded_before;
        record.bump = bump;
        Ok(record)
    }

    /// Fixes the rewards of an epoch to which all shards were added.
    fn finish(&mut self, record: &mut EpochRecord) -> Result<()> {
        let (farm, budget) = (&self.farm, &mut self.budget);
        let (begin, end) = (
            farm.epochs().begin(record.epoch),
            farm.epochs().end(record.epoch),
        );
        let has_points = record.points != [0; 2];
        for reward in 0..usize::from(farm.reward_count).min(MAX_REWARDS) {
            let mut schedule = budget.schedule(reward);
            if has_points {
                record.rewards[reward] = schedule.allot(begin, end).map_err(StakingError::from)?;
                budget.store(reward, &schedule);
            }
            record.allotted[reward] = schedule.allotted;
        }
        // The number of the last epoch is never reached.
        budget.next_epoch = record.epoch + 1;
        if record.rewards != [0; MAX_REWARDS] {
            budget.rewarded_before = budget.next_epoch;
        }
        record.closed = 1;
        log(EpochClosed {
            farm: record.farm,
            record: *self.record.address(),
            points: record.points,
            weight: record.weight,
            rewards: record.rewards,
            epoch: record.epoch,
            reserved: [0; 4],
        });
        Ok(())
    }
}

/// Handler of `close_epoch`. Epochs are closed in order, each once.
#[inline(never)]
pub(crate) fn handle(ctx: &mut Context<CloseEpoch>, epoch: u32) -> Result<()> {
    let shards = ctx
        .remaining_accounts()
        .map_err(|_| StakingError::WrongShard)?;
    let accounts = &mut ctx.accounts;
    let now = Clock::get()?.unix_timestamp;
    require_same(
        &accounts.budget.farm,
        accounts.farm.address(),
        StakingError::WrongFarm,
    )?;
    require!(
        epoch == accounts.budget.next_epoch,
        StakingError::EpochOutOfOrder
    );
    require!(
        accounts.farm.epochs().end(epoch) <= now,
        StakingError::EpochNotOver
    );
    require!(!shards.is_empty(), StakingError::NoShards);
    let mut record = accounts.record(epoch)?;
    for view in shards {
        add_shard(&accounts.farm, &mut record, view)?;
    }
    if record.next_shard == accounts.farm.shard_count {
        accounts.finish(&mut record)?;
    }
    Ok(())
}

/// Adds a shard, which has to be the next in order.
fn add_shard(farm: &Loaded<Farm>, record: &mut EpochRecord, view: AccountView) -> Result<()> {
    // SAFETY: loading refuses an account that is marked as borrowed, as all of this program's are
    // that the instruction has loaded.
    let mut shard = unsafe { Loaded::<Shard>::load_mut(view) }?;
    require_same(&shard.farm, farm.address(), StakingError::WrongFarm)?;
    require!(shard.index == record.next_shard, StakingError::WrongShard);
    let sum = shard
        .stake_mut()
        .sum(record.epoch, &farm.terms(), farm.epoch_seconds)
        .map_err(StakingError::from)?;
    record.points = plus(record.points, sum.points)?;
    record.weight = plus(record.weight, sum.weight)?;
    record.next_shard += 1;
    Ok(())
}

/// The sum of two 128-bit numbers.
fn plus(sum: [u64; 2], more: Points) -> Result<[u64; 2]> {
    let sum: Points = bytemuck::cast(sum);
    let sum = sum
        .get()
        .checked_add(more.get())
        .ok_or(StakingError::Overflow)?;
    Ok(bytemuck::cast(Points::new(sum)))
}
