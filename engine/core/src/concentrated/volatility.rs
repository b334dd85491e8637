//! A fee that follows volatility.
//!
//! Measured is how far the price has moved, in ticks, from where it was some seconds ago; what was
//! measured then fades. That is the volatility accumulator of Trader Joe's Liquidity Book (whitepaper
//! v2, section 4.3), with two changes. The reference is renewed by the clock alone, so that nobody
//! keeps it by trading again and again. And a swap pays by what was before it: its own movement is what
//! the next one pays for, so a quote needs no loop over fees.

use bytemuck::{Pod, Zeroable};

use crate::{
    error::CoreError,
    units::{BPS, FeeRate, PIPS},
};

/// Volatility is counted up to so many ticks: a price more than twenty thousand times another.
pub const MAX_VOLATILITY: u32 = 100_000;
/// The highest fee of a range: 10%.
pub const MAX_RANGE_FEE: FeeRate = FeeRate::new(PIPS / 10);

/// How a fee follows volatility.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Pod, Zeroable)]
#[repr(C)]
pub struct FeeTerms {
    /// The fee of a price that does not move, in pips.
    pub base_pips: u32,
    /// The highest, in pips.
    pub max_pips: u32,
    /// Pips for a thousand ticks of volatility; with the square of it. 0: the fee is flat.
    pub factor: u32,
    /// Seconds after which the reference is renewed.
    pub filter_seconds: u16,
    /// Seconds without a swap after which nothing of the past counts.
    pub decay_seconds: u16,
    /// What is left of volatility when the reference is renewed, in basis points.
    pub reduction_bps: u16,
    /// Zero.
    pub reserved: [u16; 3],
}

const _: () = assert!(size_of::<FeeTerms>() == 24);

impl FeeTerms {
    /// A fee that never changes.
    ///
    /// # Errors
    /// [`CoreError::InvalidFee`] above [`MAX_RANGE_FEE`].
    pub const fn flat(fee: FeeRate) -> Result<Self, CoreError> {
        let terms = Self {
            base_pips: fee.get(),
            max_pips: fee.get(),
            factor: 0,
            filter_seconds: 0,
            decay_seconds: 0,
            reduction_bps: 0,
            reserved: [0; 3],
        };
        match terms.check() {
            Ok(()) => Ok(terms),
            Err(error) => Err(error),
        }
    }

    /// Whether the terms are within their bounds.
    ///
    /// # Errors
    /// [`CoreError::InvalidFee`].
    pub const fn check(&self) -> Result<(), CoreError> {
        let is_fee = self.base_pips <= self.max_pips && self.max_pips <= MAX_RANGE_FEE.get();
        let is_flat = self.factor == 0 && self.base_pips == self.max_pips;
        let follows = self.factor > 0
            && self.filter_seconds > 0
            && self.filter_seconds < self.decay_seconds
            && self.reduction_bps < BPS;
        if is_fee && (is_flat || follows) {
            Ok(())
        } else {
            Err(CoreError::InvalidFee)
        }
    }
}

/// What is known of past prices.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Pod, Zeroable)]
#[repr(C)]
pub struct Volatility {
    /// When the reference was renewed, Unix seconds.
    renewed_at: i64,
    /// When the last swap was.
    swapped_at: i64,
    /// The tick then.
    reference: i32,
    /// What was left of volatility then, in ticks.
    faded: u32,
    /// Volatility after the last swap, in ticks.
    ticks: u32,
    /// Zero.
    reserved: u32,
}

const _: () = assert!(size_of::<Volatility>() == 32);

impl Volatility {
    /// After the last swap, in ticks.
    #[inline]
    #[must_use]
    pub const fn ticks(&self) -> u32 {
        self.ticks
    }

    /// As it is before a swap at a time, at a tick.
    #[must_use]
    pub const fn before_swap(mut self, now: i64, tick: i32, terms: &FeeTerms) -> Self {
        if terms.factor == 0 {
            return self;
        }
        if now.saturating_sub(self.renewed_at) >= terms.filter_seconds as i64 {
            let quiet = now.saturating_sub(self.swapped_at) >= terms.decay_seconds as i64;
            self.faded = if quiet {
                0
            } else {
                // Below 2^17 times below 2^14.
                self.ticks * terms.reduction_bps as u32 / BPS as u32
            };
            self.ticks = self.faded;
            self.reference = tick;
            self.renewed_at = now;
        }
        self.at(tick)
    }

    /// As it is after that swap.
    #[must_use]
    pub const fn after_swap(mut self, now: i64, tick: i32, terms: &FeeTerms) -> Self {
        if terms.factor == 0 {
            return self;
        }
        self.swapped_at = now;
        self.at(tick)
    }

    /// The furthest from the reference that the price has been since it was renewed: a price that
    /// comes back has moved nevertheless.
    const fn at(mut self, tick: i32) -> Self {
        let ticks = self.faded.saturating_add(tick.abs_diff(self.reference));
        if ticks > self.ticks {
            self.ticks = if ticks < MAX_VOLATILITY {
                ticks
            } else {
                MAX_VOLATILITY
            };
        }
        self
    }

    /// The fee: `base + factor · (ticks / 1,000)^2`, at most the highest. The product is below 2^66.
    #[must_use]
    pub const fn fee(&self, terms: &FeeTerms) -> FeeRate {
        if terms.factor == 0 {
            return FeeRate::new(terms.base_pips);
        }
        let ticks = self.ticks as u128;
        let more = ticks * ticks * terms.factor as u128 / 1_000_000;
        let fee = terms.base_pips as u128 + more;
        FeeRate::new(if fee < terms.max_pips as u128 {
            fee as u32
        } else {
            terms.max_pips
        })
    }
}
