//! Amplification that changes slowly.

use crate::{
    error::CoreError,
    math::{div_u128_by_u64, wide_mul},
};

/// Amplifications are stored a hundredfold, so that ramps move in small steps.
pub const AMPLIFICATION_PRECISION: u32 = 100;
/// The least amplification, A = 1, in stored form.
pub const MIN_AMPLIFICATION: u32 = AMPLIFICATION_PRECISION;
/// The largest amplification, A = 10,000, in stored form.
pub const MAX_AMPLIFICATION: u32 = 10_000 * AMPLIFICATION_PRECISION;
/// One ramp changes the amplification at most by this factor.
pub const MAX_RAMP_FACTOR: u32 = 10;
/// One ramp takes at least a day: a jump would let a trader take the difference from providers.
pub const MIN_RAMP_SECONDS: i64 = 86_400;

/// An amplification that moves in a straight line from one value to another.
///
/// The fields are in stored form, that is A · [`AMPLIFICATION_PRECISION`], because a ramp may
/// start in the middle of another one. Constructors take A itself.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct AmplificationRamp {
    /// Stored amplification until `start`.
    pub initial: u32,
    /// Stored amplification from `end` on.
    pub target: u32,
    /// When the ramp starts, in seconds.
    pub start: i64,
    /// When the ramp ends, in seconds.
    pub end: i64,
}

impl AmplificationRamp {
    /// An amplification A that stays as it is.
    pub const fn constant(amplification: u32) -> Result<Self, CoreError> {
        match stored(amplification) {
            Ok(amplification) => Ok(Self {
                initial: amplification,
                target: amplification,
                start: 0,
                end: 0,
            }),
            Err(error) => Err(error),
        }
    }

    /// A ramp from one amplification A to another, within the bounds of this module.
    pub const fn try_new(
        initial: u32,
        target: u32,
        start: i64,
        end: i64,
    ) -> Result<Self, CoreError> {
        match Self::constant(initial) {
            Ok(ramp) => ramp.retarget(target, start, end),
            Err(error) => Err(error),
        }
    }

    /// A ramp from where this one stands now to an amplification A, within the bounds of this
    /// module.
    pub const fn retarget(&self, target: u32, now: i64, end: i64) -> Result<Self, CoreError> {
        let target = match stored(target) {
            Ok(target) => target,
            Err(error) => return Err(error),
        };
        let initial = self.stored_at(now);
        // Both are at most a million, so ten times either fits.
        if target > initial * MAX_RAMP_FACTOR || initial > target * MAX_RAMP_FACTOR {
            return Err(CoreError::InvalidRamp);
        }
        match end.checked_sub(now) {
            Some(seconds) if seconds >= MIN_RAMP_SECONDS => Ok(Self {
                initial,
                target,
                start: now,
                end,
            }),
            _ => Err(CoreError::InvalidRamp),
        }
    }

    /// The ramp ended where it stands now.
    #[must_use]
    pub const fn stopped(&self, now: i64) -> Self {
        let amplification = self.stored_at(now);
        Self {
            initial: amplification,
            target: amplification,
            start: now,
            end: now,
        }
    }

    /// The stored amplification at a moment. The part of the way that has been gone is rounded
    /// down, whichever direction it goes.
    #[inline]
    #[must_use]
    pub const fn at(&self, now: i64) -> u64 {
        self.stored_at(now) as u64
    }

    const fn stored_at(&self, now: i64) -> u32 {
        let (initial, target) = (self.initial, self.target);
        if now >= self.end || self.initial == self.target {
            return target;
        }
        if now <= self.start {
            return initial;
        }
        // start < now < end, so the differences are positive; as unsigned numbers they fit even
        // where the two moments have opposite signs.
        let elapsed = now.wrapping_sub(self.start) as u64;
        let duration = self.end.wrapping_sub(self.start) as u64;
        if target > initial {
            initial + way(target - initial, elapsed, duration)
        } else {
            initial - way(initial - target, elapsed, duration)
        }
    }
}

/// `floor(distance · elapsed / duration)`, at most `distance`.
const fn way(distance: u32, elapsed: u64, duration: u64) -> u32 {
    div_u128_by_u64(wide_mul(distance as u64, elapsed), duration).0 as u32
}

/// Checks A and brings it into stored form.
const fn stored(amplification: u32) -> Result<u32, CoreError> {
    if amplification == 0 || amplification > MAX_AMPLIFICATION / AMPLIFICATION_PRECISION {
        return Err(CoreError::InvalidAmplification);
    }
    Ok(amplification * AMPLIFICATION_PRECISION)
}
