//! One position: what is staked, what cools down, what it has earned.

use bytemuck::{Pod, Zeroable};

use super::{LockTerms, Moment, Points, Stake, StakeError, points};
use crate::farm::{EpochRewards, Part};

/// A farm pays at most this many tokens.
pub const MAX_REWARDS: usize = 5;
/// A position remembers at most so many epochs in which it was changed.
pub const MAX_ENTRIES: usize = 16;

/// An epoch in which a position was changed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Pod, Zeroable)]
#[repr(C)]
pub struct StakeEntry {
    /// Staked after the last change of the epoch.
    pub amount: u64,
    /// Points of this epoch.
    pub points: Points,
    /// The epoch.
    pub epoch: u32,
    /// The first epoch in which the stake is free, after the last change of this one.
    pub lock_until: u32,
}

impl StakeEntry {
    #[inline]
    const fn stake(&self) -> Stake {
        Stake {
            amount: self.amount,
            lock_until: self.lock_until,
        }
    }
}

/// What a position has at stake, over time.
///
/// Entries are of ascending epochs. Between them a position is as the earlier entry left it, so
/// they tell its points in every epoch and its weight at the beginning of every epoch, as far back
/// as they reach: back to `claim_from` always, since an entry is only dropped when no epoch that
/// was not claimed needs it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Pod, Zeroable)]
#[repr(C)]
pub struct PositionStake {
    /// Unstaked, and not withdrawn yet.
    pub cooling: u64,
    /// When that can be withdrawn, Unix seconds.
    pub cooled_at: i64,
    /// Earned in claimed epochs and not paid out, of each reward token.
    pub owed: [u64; MAX_REWARDS],
    /// The first epoch that was not claimed.
    pub claim_from: u32,
    /// The first epoch whose beginning the entries tell the weight at.
    pub history_from: u32,
    /// Entries in use.
    pub entry_count: u32,
    /// Zero.
    pub reserved: u32,
    /// The epochs in which the position was changed.
    pub entries: [StakeEntry; MAX_ENTRIES],
}

const _: () = assert!(size_of::<PositionStake>() == 72 + 32 * MAX_ENTRIES);

/// A stake before and after a change: what the position's shard has to be told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct StakeChange {
    /// Before.
    pub before: Stake,
    /// After.
    pub after: Stake,
    /// Points that the rest of the epoch would have brought.
    pub lost: u128,
    /// Points that it will bring.
    pub gained: u128,
}

impl PositionStake {
    /// A position without a stake, opened in an epoch.
    #[must_use]
    pub fn new(epoch: u32) -> Self {
        Self {
            claim_from: epoch,
            ..Self::zeroed()
        }
    }

    /// The entries in use, oldest first. A count that no position has stands for none.
    #[inline]
    fn known(&self) -> &[StakeEntry] {
        self.entries
            .get(..self.entry_count as usize)
            .unwrap_or_default()
    }

    /// What is staked.
    #[inline]
    #[must_use]
    pub fn stake(&self) -> Stake {
        self.known().last().map_or(Stake::NONE, StakeEntry::stake)
    }

    /// Stakes more, under the lock there is.
    ///
    /// # Errors
    /// [`StakeError::ZeroAmount`], [`StakeError::Overflow`], [`StakeError::ClaimFirst`].
    #[inline]
    pub fn add(
        &mut self,
        at: &Moment,
        terms: &LockTerms,
        amount: u64,
    ) -> Result<StakeChange, StakeError> {
        let before = self.stake();
        if amount == 0 {
            return Err(StakeError::ZeroAmount);
        }
        let amount = before
            .amount
            .checked_add(amount)
            .ok_or(StakeError::Overflow)?;
        self.set(at, terms, Stake { amount, ..before })
    }

    /// Locks what is staked until an epoch.
    ///
    /// # Errors
    /// [`StakeError::ZeroAmount`] without a stake, [`StakeError::InvalidLock`],
    /// [`StakeError::ClaimFirst`].
    pub fn lock(
        &mut self,
        at: &Moment,
        terms: &LockTerms,
        until: u32,
    ) -> Result<StakeChange, StakeError> {
        let before = self.stake();
        if before.amount == 0 {
            return Err(StakeError::ZeroAmount);
        }
        terms.check(&before, until, at.epoch)?;
        let after = Stake {
            lock_until: until,
            ..before
        };
        self.set(at, terms, after)
    }

    /// Earns points that no stake brings: what somebody has done, such as a maker's volume. They
    /// count in the present epoch.
    ///
    /// # Errors
    /// [`StakeError::ZeroAmount`], [`StakeError::Overflow`], [`StakeError::ClaimFirst`].
    pub fn earn(
        &mut self,
        at: &Moment,
        terms: &LockTerms,
        earned: u64,
    ) -> Result<StakeChange, StakeError> {
        if earned == 0 {
            return Err(StakeError::ZeroAmount);
        }
        // Nothing but that changes, so the stake loses and gains the same.
        let mut change = self.set(at, terms, self.stake())?;
        change.gained = change.gained.wrapping_add(u128::from(earned));
        let last = (self.entry_count as usize).checked_sub(1);
        let entry = last.and_then(|last| self.entries.get_mut(last));
        let entry = entry.ok_or(StakeError::Overflow)?;
        // 2^64 times the highest number fits.
        entry.points = Points::new(entry.points.get().wrapping_add(u128::from(earned)));
        Ok(change)
    }

    /// Unstakes: the amount weighs no more from now on and can be withdrawn at `cooled_at`. So can
    /// what cools down already: there is one cool-down for all of it.
    ///
    /// # Errors
    /// [`StakeError::ZeroAmount`], [`StakeError::Locked`], [`StakeError::InsufficientStake`],
    /// [`StakeError::ClaimFirst`].
    pub fn unstake(
        &mut self,
        at: &Moment,
        terms: &LockTerms,
        amount: u64,
        cooled_at: i64,
    ) -> Result<StakeChange, StakeError> {
        let before = self.stake();
        if amount == 0 {
            return Err(StakeError::ZeroAmount);
        }
        if before.lock_left(at.epoch) > 0 {
            return Err(StakeError::Locked);
        }
        let left = before
            .amount
            .checked_sub(amount)
            .ok_or(StakeError::InsufficientStake)?;
        let cooling = self
            .cooling
            .checked_add(amount)
            .ok_or(StakeError::Overflow)?;
        let after = Stake {
            amount: left,
            lock_until: 0,
        };
        let change = self.set(at, terms, after)?;
        self.cooling = cooling;
        self.cooled_at = cooled_at;
        Ok(change)
    }

    /// Takes out what has cooled down; tells how much.
    ///
    /// # Errors
    /// [`StakeError::CoolingDown`] if nothing has.
    pub fn withdraw(&mut self, now: i64) -> Result<u64, StakeError> {
        if self.cooling == 0 || now < self.cooled_at {
            return Err(StakeError::CoolingDown);
        }
        Ok(core::mem::take(&mut self.cooling))
    }

    /// Changes the stake at a moment.
    fn set(
        &mut self,
        at: &Moment,
        terms: &LockTerms,
        after: Stake,
    ) -> Result<StakeChange, StakeError> {
        let before = self.stake();
        let mut last = self.known().last().copied().unwrap_or_default();
        if self.entry_count > 0 && last.epoch > at.epoch {
            return Err(StakeError::Overflow);
        }
        let old = terms.weight(&before, at.epoch);
        let lost = points(old, at.left);
        let gained = points(terms.weight(&after, at.epoch), at.left);
        // What is taken off was added before, for the same seconds.
        let others = if self.entry_count > 0 && last.epoch == at.epoch {
            last.points.get().wrapping_sub(lost)
        } else {
            self.make_room()?;
            last.epoch = at.epoch;
            points(old, at.seconds - at.left)
        };
        last.points = Points::new(others.wrapping_add(gained));
        last.amount = after.amount;
        last.lock_until = after.lock_until;
        let count = self.entry_count.max(1) as usize;
        *self
            .entries
            .get_mut(count - 1)
            .ok_or(StakeError::Overflow)? = last;
        self.entry_count = count as u32;
        Ok(StakeChange {
            before,
            after,
            lost,
            gained,
        })
    }

    /// Room for another entry: counts it.
    fn make_room(&mut self) -> Result<(), StakeError> {
        if (self.entry_count as usize) < MAX_ENTRIES {
            self.entry_count += 1;
            return Ok(());
        }
        // From its own epoch on the second entry tells all that is asked about.
        let second = self.entries[1].epoch;
        if second > self.claim_from {
            return Err(StakeError::ClaimFirst);
        }
        self.entries.copy_within(1.., 0);
        self.history_from = second + 1;
        Ok(())
    }

    /// The last entry of an epoch up to this one.
    #[inline]
    fn entry_at(&self, epoch: u32) -> Option<&StakeEntry> {
        self.known().iter().rev().find(|entry| entry.epoch <= epoch)
    }

    /// The points of an epoch that has ended and was not claimed.
    #[must_use]
    pub fn points_in(&self, epoch: u32, terms: &LockTerms, seconds: u32) -> u128 {
        match self.entry_at(epoch) {
            None => 0,
            Some(entry) if entry.epoch == epoch => entry.points.get(),
            Some(entry) => points(terms.weight(&entry.stake(), epoch), seconds),
        }
    }

    /// The weight at the very beginning of an epoch, before anything changed in it, in
    /// ten-thousandths of a unit: what a vote counts.
    ///
    /// # Errors
    /// [`StakeError::HistoryTooShort`] if the entries do not reach back so far.
    pub fn weight_at(&self, epoch: u32, terms: &LockTerms) -> Result<u128, StakeError> {
        if epoch < self.history_from {
            return Err(StakeError::HistoryTooShort);
        }
        let Some(before) = epoch.checked_sub(1) else {
            return Ok(0);
        };
        let stake = self.entry_at(before).map_or(Stake::NONE, StakeEntry::stake);
        Ok(terms.weight(&stake, epoch))
    }

    /// Earns its share of a closed epoch, of every reward token: rounded down, so that all shares
    /// together are at most the rewards, and each leaves less than a unit behind.
    ///
    /// # Errors
    /// [`StakeError::AlreadyClaimed`]; [`StakeError::OutOfOrder`] if an epoch before this one has
    /// rewards that were not claimed; [`StakeError::Overflow`].
    #[inline]
    pub fn settle(
        &mut self,
        closed: &EpochRewards,
        terms: &LockTerms,
        seconds: u32,
    ) -> Result<[u64; MAX_REWARDS], StakeError> {
        if closed.epoch < self.claim_from {
            return Err(StakeError::AlreadyClaimed);
        }
        if closed.after > self.claim_from {
            return Err(StakeError::OutOfOrder);
        }
        let points = self.points_in(closed.epoch, terms, seconds);
        let mut shares = [0; MAX_REWARDS];
        if points > 0 {
            let part = Part::try_new(points, closed.points)?;
            for (index, reward) in closed.rewards.iter().enumerate() {
                if *reward == 0 {
                    continue;
                }
                let share = part.of(*reward);
                if self.owed[index].checked_add(share).is_none() {
                    return Err(StakeError::Overflow);
                }
                shares[index] = share;
            }
            for (owed, share) in self.owed.iter_mut().zip(&shares) {
                *owed = owed.wrapping_add(*share);
            }
        }
        self.claim_from = closed.epoch + 1;
        Ok(shares)
    }

    /// Gives up what was earned before an epoch and not claimed.
    pub fn forfeit(&mut self, before: u32) {
        self.claim_from = self.claim_from.max(before);
    }

    /// Whether nothing would be lost with the position.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let claimed = match self.known().last() {
            None => true,
            Some(last) => last.amount == 0 && last.epoch < self.claim_from,
        };
        claimed && self.cooling == 0 && self.owed == [0; MAX_REWARDS]
    }
}
