//! One place to trade, as a function from the given amount to the other one.
//!
//! These functions are what the search calls thousands of times. They are the core's own
//! arithmetic, prepared so far that a call takes well below a microsecond, and a route's quotes are
//! made by [`quote`](crate::quote) again once it is found.

mod ladder;
mod shard;

pub(super) use ladder::{Ladder, LadderTerms, Notches, any_price};
pub(super) use shard::ShardVenue;

use crate::quote::SwapKind;

/// A place to trade.
#[derive(Debug)]
pub(super) enum Venue {
    /// A shard of a pool.
    Shard(ShardVenue),
    /// A market's orders on one side.
    Market(Ladder),
}

impl Venue {
    /// The other amount: what is received for an amount sent, or what has to be sent for an amount
    /// received. `None` where the venue cannot do it.
    pub(super) fn other(&self, kind: SwapKind, given: u64) -> Option<u64> {
        match (self, kind) {
            (Self::Shard(shard), _) => shard.other(kind, given),
            (Self::Market(ladder), SwapKind::ExactIn) => ladder.received_for(given),
            (Self::Market(ladder), SwapKind::ExactOut) => ladder.sent_for(given),
        }
    }

    /// The given amount of which the other one is as wanted: sent, the least that brings as much;
    /// received, the most that costs no more. `None` where that is above `most`. Best near an amount
    /// of which the other one is `known`.
    pub(super) fn given(
        &self,
        kind: SwapKind,
        other: u64,
        known: (u64, u64),
        most: u64,
    ) -> Option<u64> {
        // The last amount of which the other one is too little, or not too much.
        let is_low = |given, now: Option<u64>| match (now, kind) {
            (Some(now), SwapKind::ExactIn) => now < other,
            (Some(now), SwapKind::ExactOut) => now <= other,
            (None, _) => given < most / 2,
        };
        let (mut low, mut high) = match is_low(known.0, Some(known.1)) {
            true => (known.0.min(most), most),
            false => (0, known.0.min(most)),
        };
        let (mut before, mut last) = ((0, 0), known);
        for turn in 0.. {
            if high - low <= 1 {
                break;
            }
            let guess = match turn < MAX_SECANTS {
                true => secant(before, last, other),
                false => None,
            };
            let guess = guess.map_or(low + (high - low) / 2, |at| at.clamp(low + 1, high - 1));
            let now = self.other(kind, guess);
            if is_low(guess, now) {
                low = guess;
            } else {
                high = guess;
            }
            if let Some(now) = now {
                (before, last) = (last, (guess, now));
            }
        }
        let given = match kind {
            SwapKind::ExactIn => high,
            SwapKind::ExactOut => low,
        };
        (given > 0 && given < most).then_some(given)
    }

    /// About the largest given amount that the venue can do.
    pub(super) fn capacity(&self, kind: SwapKind) -> u64 {
        match self {
            Self::Shard(shard) => shard.capacity(kind),
            Self::Market(ladder) => ladder.capacity(kind),
        }
    }

    /// Compute units of a trade, from measured programs; an upper estimate.
    pub(super) fn units(&self, kind: SwapKind, given: u64) -> u64 {
        match self {
            Self::Shard(shard) => shard.units(),
            Self::Market(ladder) => ladder.units(kind, given),
        }
    }

    /// How near an amount is to bringing more, in parts of 2^16: a book trades whole lots.
    pub(super) fn spare(&self, kind: SwapKind, given: u64) -> u64 {
        match self {
            Self::Shard(_) => 0,
            Self::Market(ladder) => ladder.spare(kind, given),
        }
    }

    /// Whether it trades whole lots.
    pub(super) fn has_notches(&self) -> bool {
        matches!(self, Self::Market(_))
    }

    /// The lots of a trade, if it trades in lots and can do it.
    pub(super) fn lots(&self, kind: SwapKind, given: u64) -> Option<u64> {
        match self {
            Self::Shard(_) => None,
            Self::Market(ladder) => ladder.lots(kind, given),
        }
    }

    /// Given amounts near this one at which nothing is wasted: a book trades whole lots.
    pub(super) fn notches(&self, kind: SwapKind, given: u64) -> Notches {
        match self {
            Self::Shard(_) => Notches::new(),
            Self::Market(ladder) => ladder.notches(kind, given),
        }
    }
}

/// Lines tried before what is left is halved: where amounts are rounded to steps, no line leads on.
const MAX_SECANTS: usize = 6;

/// Where a line through two points comes to a value, and a little beyond, so that what is looked for
/// lies between there and the last point.
fn secant(before: (u64, u64), last: (u64, u64), value: u64) -> Option<u64> {
    const BEYOND: i128 = 64;
    let rise = i128::from(last.1) - i128::from(before.1);
    let run = i128::from(last.0) - i128::from(before.0);
    let step = (i128::from(value) - i128::from(last.1))
        .checked_mul(run)?
        .checked_div(rise)?;
    let at = i128::from(last.0) + step + step / BEYOND + step.signum();
    u64::try_from(at).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use sealane_core::{
        curve::Curve,
        fee::BoundedRatioFee,
        pool::{PoolParams, Reserves, ShardState, TransferFee, TransferFees},
        units::{Bps, Shares, Side},
    };

    use super::*;

    fn shard(base: u64, quote: u64, fee_bps: u16) -> Venue {
        let state = ShardState {
            reserves: Reserves::new(base, quote),
            shares: Shares::new(1),
            protocol_fees: Reserves::ZERO,
        };
        let params = PoolParams {
            curve: Curve::ConstantProduct,
            fee: BoundedRatioFee::DEFAULT,
            protocol_share: Bps::ZERO,
        };
        let on_in = TransferFee {
            bps: fee_bps,
            maximum: u64::MAX,
        };
        let fees = TransferFees {
            on_in,
            on_out: TransferFee::NONE,
        };
        Venue::Shard(ShardVenue::new(&state, &params, fees, Side::Base, 0).unwrap())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(5_000))]

        #[test]
        fn the_given_amount_is_the_first_that_brings_and_the_last_that_costs(
            (base, quote) in (1_000u64..1 << 44, 1_000u64..1 << 44),
            fee_bps in prop_oneof![Just(0u16), 0u16..500],
            (part, wanted) in (0.0..0.4f64, 0.0..2.0f64),
        ) {
            let venue = shard(base, quote, fee_bps);
            for (kind, reserve) in [(SwapKind::ExactIn, base), (SwapKind::ExactOut, quote)] {
                let at = (reserve as f64 * part) as u64;
                let most = at * 2;
                let Some(own) = venue.other(kind, at).filter(|own| *own > 0) else {
                    continue;
                };
                let wanted = (own as f64 * wanted) as u64;
                let Some(found) = venue.given(kind, wanted, (at, own), most) else {
                    continue;
                };
                let other = |given| venue.other(kind, given);
                match kind {
                    SwapKind::ExactIn => {
                        prop_assert!(other(found).is_some_and(|now| now >= wanted));
                        prop_assert!(other(found - 1).is_none_or(|now| now < wanted));
                    }
                    SwapKind::ExactOut => {
                        prop_assert!(other(found).is_some_and(|now| now <= wanted));
                        prop_assert!(other(found + 1).is_none_or(|now| now > wanted));
                    }
                }
            }
        }
    }
}
