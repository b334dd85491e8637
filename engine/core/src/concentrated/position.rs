//! One owner's liquidity between two ticks.

use bytemuck::{Pod, Zeroable};

use super::{GROWTHS, Growth, Liquidity, Tick};
use crate::error::CoreError;

/// A position, as an account keeps it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Pod, Zeroable)]
#[repr(C)]
pub struct RangePosition {
    liquidity: [u64; 2],
    lower: i32,
    upper: i32,
    inside: [Growth; GROWTHS],
    /// Earned and not paid out: fees of base and quote, then the rewards.
    pub owed: [u64; GROWTHS],
}

const _: () = assert!(size_of::<RangePosition>() == 24 + 24 * GROWTHS);

impl RangePosition {
    /// A position without liquidity between two ticks, which lie on the pool's grid.
    ///
    /// # Errors
    /// [`CoreError::InvalidTick`] if they do not, or are not in order.
    pub fn open(lower: Tick, upper: Tick, spacing: u16) -> Result<Self, CoreError> {
        let on_grid = |tick: Tick| spacing > 0 && tick.get() % i32::from(spacing) == 0;
        if lower >= upper || !on_grid(lower) || !on_grid(upper) {
            return Err(CoreError::InvalidTick);
        }
        Ok(Self {
            lower: lower.get(),
            upper: upper.get(),
            ..Self::zeroed()
        })
    }

    /// Where it begins.
    #[inline]
    #[must_use]
    pub const fn lower(&self) -> Tick {
        Tick::from_checked(self.lower)
    }

    /// Where it ends.
    #[inline]
    #[must_use]
    pub const fn upper(&self) -> Tick {
        Tick::from_checked(self.upper)
    }

    /// Its liquidity.
    #[inline]
    #[must_use]
    pub const fn liquidity(&self) -> Liquidity {
        Liquidity::from_checked(((self.liquidity[1] as u128) << 64) | self.liquidity[0] as u128)
    }

    pub(super) fn set_liquidity(&mut self, liquidity: Liquidity) {
        let value = liquidity.get();
        self.liquidity = [value as u64, (value >> 64) as u64];
    }

    /// Credits what its liquidity has earned up to a reading of what grew inside of it. The reading
    /// has no meaning of its own: a position without liquidity only notes it.
    pub(super) fn earn(&mut self, inside: &[Growth; GROWTHS]) -> Result<(), CoreError> {
        let liquidity = self.liquidity();
        let mut owed = self.owed;
        if liquidity != Liquidity::ZERO {
            for (at, owed) in owed.iter_mut().enumerate() {
                let earned = inside[at].since(self.inside[at]).share(liquidity)?;
                *owed = owed.checked_add(earned).ok_or(CoreError::Overflow)?;
            }
        }
        self.owed = owed;
        self.inside = *inside;
        Ok(())
    }

    /// Whether nothing would be lost with it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.liquidity() == Liquidity::ZERO && self.owed == [0; GROWTHS]
    }
}
