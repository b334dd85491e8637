//! What a lock is worth.

use super::StakeError;

/// The multiplier of a stake without a lock: weights are in ten-thousandths.
pub const WHOLE: u32 = 10_000;
/// The highest multiplier: five times.
pub const MAX_MULTIPLIER: u32 = 5 * WHOLE;
/// The longest lock, in epochs.
pub const MAX_LOCK_EPOCHS: u32 = 255;

/// What locks add to weight: so much for each epoch that is left, up to a longest lock.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct LockTerms {
    boost: u16,
    max_epochs: u8,
}

/// An amount and until when it is locked.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Stake {
    /// Units of the staked token.
    pub amount: u64,
    /// The first epoch in which it is free; what has passed stands for no lock.
    pub lock_until: u32,
}

impl Stake {
    /// Nothing.
    pub const NONE: Self = Self {
        amount: 0,
        lock_until: 0,
    };

    /// Epochs that the lock has left, the present one included; 0 without a lock.
    #[inline]
    #[must_use]
    pub const fn lock_left(&self, epoch: u32) -> u32 {
        self.lock_until.saturating_sub(epoch)
    }
}

impl LockTerms {
    /// No locks.
    pub const NONE: Self = Self {
        boost: 0,
        max_epochs: 0,
    };

    /// `boost` ten-thousandths more for each epoch that a lock has left, of at most `max_epochs`.
    ///
    /// # Errors
    /// [`StakeError::InvalidLockTerms`] if the longest lock multiplies by more than
    /// [`MAX_MULTIPLIER`].
    pub const fn try_new(boost: u16, max_epochs: u8) -> Result<Self, StakeError> {
        let terms = Self { boost, max_epochs };
        if terms.multiplier(max_epochs as u32) > MAX_MULTIPLIER as u64 {
            return Err(StakeError::InvalidLockTerms);
        }
        Ok(terms)
    }

    /// The same of numbers that were checked before, as an account keeps them.
    #[inline]
    #[must_use]
    pub const fn from_checked_parts(boost: u16, max_epochs: u8) -> Self {
        Self { boost, max_epochs }
    }

    /// Ten-thousandths added by each epoch that is left.
    #[inline]
    #[must_use]
    pub const fn boost(&self) -> u16 {
        self.boost
    }

    /// The longest lock, in epochs.
    #[inline]
    #[must_use]
    pub const fn max_epochs(&self) -> u8 {
        self.max_epochs
    }

    /// The multiplier in ten-thousandths with so many epochs left.
    #[inline]
    const fn multiplier(&self, left: u32) -> u64 {
        WHOLE as u64 + self.boost as u64 * left as u64
    }

    /// The weight of a stake throughout an epoch, in ten-thousandths of a unit. Exact, and below
    /// 2^64 · 2^16 since a lock's multiplier is at most [`MAX_MULTIPLIER`].
    #[inline]
    #[must_use]
    pub const fn weight(&self, stake: &Stake, epoch: u32) -> u128 {
        crate::math::wide_mul(stake.amount, self.multiplier(stake.lock_left(epoch)))
    }

    /// Whether a lock until an epoch may follow the present one.
    ///
    /// # Errors
    /// [`StakeError::InvalidLock`] if it ends no later, or too late.
    pub const fn check(&self, stake: &Stake, until: u32, epoch: u32) -> Result<(), StakeError> {
        let left = until.saturating_sub(epoch);
        if left == 0 || left > self.max_epochs as u32 || until <= stake.lock_until {
            return Err(StakeError::InvalidLock);
        }
        Ok(())
    }
}
