//! What an epoch pays of one reward token.

use crate::{math::mul_div_u64, stake::StakeError, units::Rounding};

/// Rewards of one token, and the time they are for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Schedule {
    /// Units that ever arrived, less what was swept before it was allotted.
    pub funded: u64,
    /// Units that closed epochs got.
    pub allotted: u64,
    /// When rewards begin, Unix seconds.
    pub start: i64,
    /// When they end.
    pub end: i64,
}

impl Schedule {
    /// Units that no epoch has got yet.
    #[inline]
    #[must_use]
    pub const fn left(&self) -> u64 {
        self.funded.saturating_sub(self.allotted)
    }

    /// Seconds of the schedule from a moment on.
    const fn seconds_from(&self, from: i64) -> u64 {
        let from = if from > self.start { from } else { self.start };
        if from >= self.end {
            return 0;
        }
        // Of opposite signs the difference needs a bit more than an i64 has.
        self.end.wrapping_sub(from) as u64
    }

    /// Seconds of the schedule within a period.
    const fn seconds_within(&self, from: i64, to: i64) -> u64 {
        self.seconds_from(from)
            .saturating_sub(self.seconds_from(to))
    }

    /// Whether any rewards are for a period.
    #[must_use]
    pub const fn covers(&self, from: i64, to: i64) -> bool {
        self.seconds_within(from, to) > 0
    }

    /// The units that are for a period: what is left, times the part of the time that is left,
    /// rounded down. The last period of a schedule gets all that is left.
    ///
    /// # Errors
    /// None that can happen: a part is at most the whole.
    pub fn part(&self, from: i64, to: i64) -> Result<u64, StakeError> {
        let seconds = self.seconds_within(from, to);
        if seconds == 0 {
            return Ok(0);
        }
        mul_div_u64(
            self.left(),
            seconds,
            self.seconds_from(from),
            Rounding::Down,
        )
        .map_err(|_| StakeError::Overflow)
    }

    /// Allots to a period what is for it; tells how much. Periods have to come in order.
    ///
    /// # Errors
    /// As [`Schedule::part`].
    pub fn allot(&mut self, from: i64, to: i64) -> Result<u64, StakeError> {
        let part = self.part(from, to)?;
        // At most what is left.
        self.allotted = self.allotted.wrapping_add(part);
        Ok(part)
    }

    /// More of the reward, over the same time.
    ///
    /// # Errors
    /// [`StakeError::InvalidSchedule`] if it has ended, [`StakeError::Overflow`].
    pub fn top_up(&mut self, amount: u64, now: i64) -> Result<(), StakeError> {
        if self.end <= now {
            return Err(StakeError::InvalidSchedule);
        }
        self.funded = self
            .funded
            .checked_add(amount)
            .ok_or(StakeError::Overflow)?;
        Ok(())
    }

    /// More of the reward over a longer time; one that has ended begins again. `from` is when the
    /// first epoch begins that was not closed.
    ///
    /// # Errors
    /// [`StakeError::InvalidSchedule`] if the new end is not later than the old one and than now;
    /// [`StakeError::RateWouldFall`] if a running schedule would pay less per second than before;
    /// [`StakeError::Overflow`].
    pub fn extend(&mut self, amount: u64, end: i64, from: i64, now: i64) -> Result<(), StakeError> {
        if end <= self.end || end <= now {
            return Err(StakeError::InvalidSchedule);
        }
        let mut longer = *self;
        longer.funded = self
            .funded
            .checked_add(amount)
            .ok_or(StakeError::Overflow)?;
        longer.end = end;
        if self.end <= now {
            longer.start = now;
        } else {
            // Compares left / seconds before and after, crosswise.
            let before = u128::from(self.left()) * u128::from(longer.seconds_from(from));
            let after = u128::from(longer.left()) * u128::from(self.seconds_from(from));
            if after < before {
                return Err(StakeError::RateWouldFall);
            }
        }
        *self = longer;
        Ok(())
    }
}

/// What can be taken back, in two parts.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Sweep {
    /// Allotted to epochs whose grace period is over, and not claimed.
    pub unclaimed: u64,
    /// Never allotted, of a schedule that is over.
    pub never_allotted: u64,
}

/// What can be swept once the grace period of an epoch is over.
///
/// `allotted_through` is what that epoch and those before it got, `settled` what positions were
/// credited with, of any epoch, and `swept` what was taken of the unclaimed before. What positions
/// were credited with stays theirs for ever. So that is the most that they can ever ask for:
/// `settled`, and what later epochs got; what is swept is less than what remains of the funding
/// after that.
#[must_use]
pub fn sweepable(
    schedule: &Schedule,
    allotted_through: u64,
    settled: u64,
    swept: u64,
    epoch_end: i64,
) -> Sweep {
    let is_over = schedule.end <= epoch_end;
    Sweep {
        unclaimed: allotted_through
            .saturating_sub(settled)
            .saturating_sub(swept),
        never_allotted: if is_over { schedule.left() } else { 0 },
    }
}
