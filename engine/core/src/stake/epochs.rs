//! Epochs: time in pieces of equal length.

use super::StakeError;

/// The shortest epoch, in seconds.
pub const MIN_EPOCH_SECONDS: u32 = 60;
/// The longest epoch, in seconds: 388 days.
pub const MAX_EPOCH_SECONDS: u32 = 1 << 25;

/// When epochs begin and end. Epoch 0 begins at `start`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Epochs {
    start: i64,
    seconds: u32,
}

/// A moment, told by its epoch.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Moment {
    /// The epoch.
    pub epoch: u32,
    /// Seconds until it ends: never 0, and all of them at its beginning.
    pub left: u32,
    /// Seconds of an epoch.
    pub seconds: u32,
}

impl Epochs {
    /// Epochs of so many seconds, from a Unix second on.
    ///
    /// # Errors
    /// [`StakeError::InvalidEpochs`] if they are too short or too long.
    pub const fn try_new(start: i64, seconds: u32) -> Result<Self, StakeError> {
        if start < 0 || seconds < MIN_EPOCH_SECONDS || seconds > MAX_EPOCH_SECONDS {
            return Err(StakeError::InvalidEpochs);
        }
        Ok(Self { start, seconds })
    }

    /// The same of numbers that were checked before, as an account keeps them.
    #[inline]
    #[must_use]
    pub const fn from_checked_parts(start: i64, seconds: u32) -> Self {
        Self { start, seconds }
    }

    /// Seconds of an epoch.
    #[inline]
    #[must_use]
    pub const fn seconds(&self) -> u32 {
        self.seconds
    }

    /// The moment of a Unix second.
    ///
    /// # Errors
    /// [`StakeError::Overflow`] before the first epoch, or after the last one with a number.
    #[inline]
    pub const fn moment(&self, now: i64) -> Result<Moment, StakeError> {
        if now < self.start {
            return Err(StakeError::Overflow);
        }
        let passed = now.wrapping_sub(self.start) as u64;
        let seconds = self.seconds as u64;
        let epoch = passed / seconds;
        if epoch >= u32::MAX as u64 {
            return Err(StakeError::Overflow);
        }
        Ok(Moment {
            epoch: epoch as u32,
            left: (seconds - passed % seconds) as u32,
            seconds: self.seconds,
        })
    }

    /// When an epoch begins, Unix seconds.
    #[inline]
    #[must_use]
    pub const fn begin(&self, epoch: u32) -> i64 {
        // Below 2^63: 2^32 epochs of 2^25 seconds, from a start that was the chain's time.
        self.start
            .saturating_add(epoch as i64 * self.seconds as i64)
    }

    /// When an epoch ends and the next begins, Unix seconds.
    #[inline]
    #[must_use]
    pub const fn end(&self, epoch: u32) -> i64 {
        self.begin(epoch).saturating_add(self.seconds as i64)
    }
}
