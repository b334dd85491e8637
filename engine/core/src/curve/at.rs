//! A curve at reserves that stay as they are, for those who try many amounts.

use super::{Curve, constant_product, stable_swap::Invariant};
use crate::{
    error::CoreError,
    units::{InAmount, OutAmount, Reserves, Side},
};

/// A curve and the reserves of one shard, with what does not depend on a trade's amount computed
/// once: the stable swap's D, which is most of the work of a trade.
///
/// Results are those of [`Curve`], to the unit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CurveAt {
    curve: Curve,
    reserves: Reserves,
    invariant: Option<Invariant>,
}

impl Curve {
    /// This curve at a shard's reserves.
    ///
    /// # Errors
    /// [`CoreError`] where the curve cannot compute with them: then it refuses every trade.
    pub fn at(self, reserves: Reserves) -> Result<CurveAt, CoreError> {
        let invariant = match &self {
            Self::ConstantProduct => None,
            Self::StableSwap(stable) => Some(stable.invariant_of(reserves)?),
        };
        Ok(CurveAt {
            curve: self,
            reserves,
            invariant,
        })
    }
}

impl CurveAt {
    /// The reserve of a token.
    #[inline]
    #[must_use]
    pub const fn reserve_of(&self, side: Side) -> u64 {
        self.reserves.of(side)
    }

    /// As [`Curve::out_given_in`].
    ///
    /// # Errors
    /// The same.
    #[inline]
    pub fn out_given_in(&self, side_in: Side, amount_in: InAmount) -> Result<OutAmount, CoreError> {
        let (reserve_in, reserve_out) = self.from(side_in);
        match &self.curve {
            Curve::ConstantProduct => {
                constant_product::out_given_in(reserve_in, reserve_out, amount_in)
            }
            Curve::StableSwap(stable) => {
                stable.out_from(self.invariant, side_in, reserve_in, reserve_out, amount_in)
            }
        }
    }

    /// As [`Curve::in_given_out`].
    ///
    /// # Errors
    /// The same.
    #[inline]
    pub fn in_given_out(
        &self,
        side_in: Side,
        amount_out: OutAmount,
    ) -> Result<InAmount, CoreError> {
        let (reserve_in, reserve_out) = self.from(side_in);
        match &self.curve {
            Curve::ConstantProduct => {
                constant_product::in_given_out(reserve_in, reserve_out, amount_out)
            }
            Curve::StableSwap(stable) => {
                stable.in_from(self.invariant, side_in, reserve_in, reserve_out, amount_out)
            }
        }
    }

    const fn from(&self, side_in: Side) -> (u64, u64) {
        (
            self.reserves.of(side_in),
            self.reserves.of(side_in.opposite()),
        )
    }
}
