//! The sum over the positions of a shard.

use bytemuck::{Pod, Zeroable};

use super::{
    LockTerms, MAX_LOCK_EPOCHS, Moment, Points, Stake, StakeError, WHOLE, points,
    position::StakeChange,
};
use crate::math::wide_mul;

/// A shard keeps the sums of so many epochs that have ended.
pub const KEPT_EPOCHS: usize = 32;
/// Locks end in so many different epochs at most, the present one not counted.
pub const EXPIRY_SLOTS: usize = MAX_LOCK_EPOCHS as usize + 1;

/// What an epoch has brought.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Pod, Zeroable)]
#[repr(C)]
pub struct EpochSum {
    /// Points of the epoch.
    pub points: Points,
    /// The weight at its end, before anything changed in the next one.
    pub weight: Points,
}

/// The positions of a shard, added up.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Pod, Zeroable)]
#[repr(C)]
pub struct ShardStake {
    /// Staked in all positions.
    pub staked: u64,
    /// How much of that is locked.
    pub locked: u64,
    /// Locked amounts times the epochs that their locks have left.
    pub lock_epochs: Points,
    /// Points of the present epoch, as far as they are known.
    pub points: Points,
    /// The present epoch: the last one that anybody touched the shard in.
    pub epoch: u32,
    /// The epoch in which the shard was added.
    pub born: u32,
    /// The first epoch that the shard was not summed for.
    pub summed: u32,
    /// Zero.
    pub reserved: u32,
    /// Locked amounts by the epoch in which they become free, modulo the length.
    pub expiring: [u64; EXPIRY_SLOTS],
    /// The epochs that ended last, by their number modulo the length.
    pub ended: [EpochSum; KEPT_EPOCHS],
}

const _: () = assert!(size_of::<ShardStake>() == 64 + 8 * EXPIRY_SLOTS + 32 * KEPT_EPOCHS);

impl ShardStake {
    /// A shard without positions, added in an epoch.
    #[must_use]
    pub fn new(epoch: u32) -> Self {
        let mut shard = Self::zeroed();
        shard.begin(epoch);
        shard
    }

    /// Turns zeros into a shard without positions, added in an epoch.
    pub fn begin(&mut self, epoch: u32) {
        self.epoch = epoch;
        self.born = epoch;
        self.summed = epoch;
    }

    /// The weight of all positions throughout the present epoch from now on, in ten-thousandths.
    #[inline]
    fn weight(&self, terms: &LockTerms) -> u128 {
        // A stake's weight is below 2^80, and all stakes of a shard together fit 64 bits.
        let boosted = self
            .lock_epochs
            .get()
            .wrapping_mul(u128::from(terms.boost()));
        wide_mul(self.staked, u64::from(WHOLE)).wrapping_add(boosted)
    }

    /// Brings the shard to an epoch, if it is behind. `rewards_from` is the first epoch that has to
    /// be closed because rewards may be paid for it.
    ///
    /// # Errors
    /// [`StakeError::EpochsOverdue`] if that would forget an epoch that has to be closed.
    #[inline]
    pub fn roll(
        &mut self,
        to: u32,
        terms: &LockTerms,
        seconds: u32,
        rewards_from: u32,
    ) -> Result<(), StakeError> {
        if self.epoch >= to {
            return Ok(());
        }
        let needed = self.summed.max(rewards_from);
        if needed.saturating_add(KEPT_EPOCHS as u32) < to {
            return Err(StakeError::EpochsOverdue);
        }
        self.roll_on(to, terms, seconds)
    }

    #[inline(never)]
    fn roll_on(&mut self, to: u32, terms: &LockTerms, seconds: u32) -> Result<(), StakeError> {
        while self.epoch < to {
            // Without locks one epoch is like the other, and only the last ones are kept.
            let kept = to.saturating_sub(KEPT_EPOCHS as u32);
            if self.locked == 0 && self.epoch + 1 < kept {
                self.points = Points::new(self.whole_epoch(terms, seconds));
                self.epoch = kept;
            }
            self.end_epoch(terms, seconds)?;
        }
        Ok(())
    }

    fn whole_epoch(&self, terms: &LockTerms, seconds: u32) -> u128 {
        points(self.weight(terms), seconds)
    }

    fn end_epoch(&mut self, terms: &LockTerms, seconds: u32) -> Result<(), StakeError> {
        let next = self.epoch.checked_add(1).ok_or(StakeError::Overflow)?;
        let left = self
            .lock_epochs
            .get()
            .checked_sub(u128::from(self.locked))
            .ok_or(StakeError::Overflow)?;
        let freed = &mut self.expiring[next as usize % EXPIRY_SLOTS];
        self.locked = self
            .locked
            .checked_sub(*freed)
            .ok_or(StakeError::Overflow)?;
        *freed = 0;
        self.lock_epochs = Points::new(left);
        self.ended[self.epoch as usize % KEPT_EPOCHS] = EpochSum {
            points: self.points,
            weight: Points::new(self.weight(terms)),
        };
        self.points = Points::new(self.whole_epoch(terms, seconds));
        self.epoch = next;
        Ok(())
    }

    /// Follows a position's change.
    ///
    /// # Errors
    /// [`StakeError::EpochsOverdue`] as [`ShardStake::roll`]; [`StakeError::Overflow`] if the
    /// position is not one of this shard's.
    pub fn follow(
        &mut self,
        at: &Moment,
        terms: &LockTerms,
        change: &StakeChange,
        rewards_from: u32,
    ) -> Result<(), StakeError> {
        self.roll(at.epoch, terms, at.seconds, rewards_from)?;
        if self.epoch != at.epoch {
            return Err(StakeError::Overflow);
        }
        let StakeChange { before, after, .. } = change;
        let staked = self.staked.checked_sub(before.amount);
        self.staked = staked
            .and_then(|rest| rest.checked_add(after.amount))
            .ok_or(StakeError::Overflow)?;
        if before.lock_left(at.epoch) > 0 || after.lock_left(at.epoch) > 0 {
            self.move_lock(at.epoch, before, after)?;
        }
        // The same as in the position, which is one of those that the points are of.
        let others = self.points.get().checked_sub(change.lost);
        let others = others.ok_or(StakeError::Overflow)?;
        self.points = Points::new(others.wrapping_add(change.gained));
        Ok(())
    }

    #[inline(never)]
    fn move_lock(&mut self, epoch: u32, before: &Stake, after: &Stake) -> Result<(), StakeError> {
        let (old, new) = (before.lock_left(epoch), after.lock_left(epoch));
        if old > 0 {
            let slot = &mut self.expiring[before.lock_until as usize % EXPIRY_SLOTS];
            let sums = (
                slot.checked_sub(before.amount),
                self.locked.checked_sub(before.amount),
                self.lock_epochs
                    .get()
                    .checked_sub(wide_mul(before.amount, u64::from(old))),
            );
            let (Some(expiring), Some(locked), Some(left)) = sums else {
                return Err(StakeError::Overflow);
            };
            (*slot, self.locked, self.lock_epochs) = (expiring, locked, Points::new(left));
        }
        if new > 0 {
            let slot = &mut self.expiring[after.lock_until as usize % EXPIRY_SLOTS];
            // No more than what is staked, which fits 64 bits.
            let sums = (
                slot.checked_add(after.amount),
                self.locked.checked_add(after.amount),
                self.lock_epochs
                    .get()
                    .checked_add(wide_mul(after.amount, u64::from(new))),
            );
            let (Some(expiring), Some(locked), Some(left)) = sums else {
                return Err(StakeError::Overflow);
            };
            (*slot, self.locked, self.lock_epochs) = (expiring, locked, Points::new(left));
        }
        Ok(())
    }

    /// What an epoch that has ended has brought; the shard will not be asked again.
    ///
    /// # Errors
    /// [`StakeError::AlreadySummed`] if it was asked before, or has forgotten;
    /// [`StakeError::Overflow`].
    pub fn sum(
        &mut self,
        epoch: u32,
        terms: &LockTerms,
        seconds: u32,
    ) -> Result<EpochSum, StakeError> {
        if epoch < self.born {
            return Ok(EpochSum::default());
        }
        let next = epoch.checked_add(1).ok_or(StakeError::Overflow)?;
        if epoch < self.summed || self.epoch.saturating_sub(KEPT_EPOCHS as u32) > epoch {
            return Err(StakeError::AlreadySummed);
        }
        // What this forgets lies before an epoch that is closed in order.
        if self.epoch < next {
            self.roll_on(next, terms, seconds)?;
        }
        self.summed = next;
        Ok(self.ended[epoch as usize % KEPT_EPOCHS])
    }
}
