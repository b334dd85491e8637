//! A tick that ranges begin or end at.

use bytemuck::{Pod, Zeroable};

use super::{GROWTHS, Growth, Liquidity, SqrtPrice, Tick};
use crate::error::CoreError;

/// A tick at which liquidity changes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Pod, Zeroable)]
#[repr(C)]
pub struct Boundary {
    gross: [u64; 2],
    net: [u64; 2],
    price: [u64; 2],
    outside: [Growth; GROWTHS],
}

const _: () = assert!(size_of::<Boundary>() == 48 + 16 * GROWTHS);

const fn words(value: u128) -> [u64; 2] {
    [value as u64, (value >> 64) as u64]
}

const fn number(words: [u64; 2]) -> u128 {
    ((words[1] as u128) << 64) | words[0] as u128
}

impl Boundary {
    /// Whether any range begins or ends here.
    #[inline]
    #[must_use]
    pub const fn is_used(&self) -> bool {
        self.gross[0] | self.gross[1] != 0
    }

    /// Liquidity that ranges which begin or end here have, all together.
    #[inline]
    #[must_use]
    pub const fn gross(&self) -> u128 {
        number(self.gross)
    }

    /// What liquidity changes by where the price rises across it: begins less ends.
    #[inline]
    #[must_use]
    pub const fn net(&self) -> i128 {
        number(self.net) as i128
    }

    /// The root of the tick's price, kept so that a swap need not compute it.
    #[inline]
    #[must_use]
    pub const fn price(&self) -> SqrtPrice {
        SqrtPrice::from_checked_bits(number(self.price))
    }

    /// What grew on the other side.
    #[inline]
    #[must_use]
    pub const fn outside(&self) -> &[Growth; GROWTHS] {
        &self.outside
    }

    /// Counts a range that begins (`is_lower`) or ends here. The first one starts the tick: everything
    /// that grew so far counts as grown below it, by convention.
    ///
    /// # Errors
    /// [`CoreError::Overflow`] if it is more than [`Liquidity::MAX`] in all.
    pub fn add(
        &mut self,
        tick: Tick,
        is_lower: bool,
        liquidity: Liquidity,
        (present, all): (Tick, &[Growth; GROWTHS]),
    ) -> Result<(), CoreError> {
        let gross = Liquidity::try_new(self.gross())?.checked_add(liquidity)?;
        let change = liquidity.get() as i128;
        // Both are below 2^97.
        let net = if is_lower {
            self.net().wrapping_add(change)
        } else {
            self.net().wrapping_sub(change)
        };
        if !self.is_used() {
            self.price = words(tick.sqrt_price().bits());
            self.outside = if tick <= present {
                *all
            } else {
                [Growth::ZERO; GROWTHS]
            };
        }
        self.gross = words(gross.get());
        self.net = words(net as u128);
        Ok(())
    }

    /// Counts liquidity of a range no more; the last one empties the tick.
    ///
    /// # Errors
    /// [`CoreError::Overflow`] if it has less.
    pub fn remove(&mut self, is_lower: bool, liquidity: Liquidity) -> Result<(), CoreError> {
        let gross = Liquidity::try_new(self.gross())?.checked_sub(liquidity)?;
        if gross == Liquidity::ZERO {
            *self = Self::default();
            return Ok(());
        }
        let change = liquidity.get() as i128;
        let net = if is_lower {
            self.net().wrapping_sub(change)
        } else {
            self.net().wrapping_add(change)
        };
        self.gross = words(gross.get());
        self.net = words(net as u128);
        Ok(())
    }

    /// Lets the price cross: what grew outside is from now on what grew on the other side. Tells the
    /// liquidity behind it.
    ///
    /// # Errors
    /// [`CoreError::Overflow`] if there would be less than none, or more than the most.
    #[inline]
    pub fn cross(
        &mut self,
        is_rising: bool,
        liquidity: Liquidity,
        all: &[Growth; GROWTHS],
    ) -> Result<Liquidity, CoreError> {
        for (outside, all) in self.outside.iter_mut().zip(all) {
            *outside = all.since(*outside);
        }
        let net = if is_rising {
            self.net()
        } else {
            self.net().wrapping_neg()
        };
        let change = Liquidity::try_new(net.unsigned_abs())?;
        if net >= 0 {
            liquidity.checked_add(change)
        } else {
            liquidity.checked_sub(change)
        }
    }
}
