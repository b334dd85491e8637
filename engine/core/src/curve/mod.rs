//! Pricing curves: what a shard pays for what it is given, before any fee.

mod at;
mod constant_product;
mod ramp;
mod stable_swap;

pub use at::CurveAt;
pub use ramp::{
    AMPLIFICATION_PRECISION, AmplificationRamp, MAX_AMPLIFICATION, MAX_RAMP_FACTOR,
    MIN_AMPLIFICATION, MIN_RAMP_SECONDS,
};
pub use stable_swap::{MAX_SCALED_RESERVE, StableSwap};

use crate::{
    error::CoreError,
    math::isqrt_u128,
    units::{InAmount, OutAmount, PriceQ64, Prices, Reserves, Side},
};

/// How a pool prices its two tokens against each other.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Curve {
    /// The product of the reserves stays constant.
    ConstantProduct,
    /// Near a constant sum while the reserves are balanced, for tokens of one value.
    StableSwap(StableSwap),
}

impl Curve {
    /// What a shard pays out for `amount_in`, rounded down.
    ///
    /// `side_in` is the token that goes in and `reserve_in` the shard's reserve of it.
    #[inline]
    pub fn out_given_in(
        &self,
        side_in: Side,
        reserve_in: u64,
        reserve_out: u64,
        amount_in: InAmount,
    ) -> Result<OutAmount, CoreError> {
        match self {
            Self::ConstantProduct => {
                constant_product::out_given_in(reserve_in, reserve_out, amount_in)
            }
            Self::StableSwap(stable) => {
                stable.out_given_in(side_in, reserve_in, reserve_out, amount_in)
            }
        }
    }

    /// What must go in for the shard to pay out `amount_out`, rounded up.
    #[inline]
    pub fn in_given_out(
        &self,
        side_in: Side,
        reserve_in: u64,
        reserve_out: u64,
        amount_out: OutAmount,
    ) -> Result<InAmount, CoreError> {
        match self {
            Self::ConstantProduct => {
                constant_product::in_given_out(reserve_in, reserve_out, amount_out)
            }
            Self::StableSwap(stable) => {
                stable.in_given_out(side_in, reserve_in, reserve_out, amount_out)
            }
        }
    }

    /// The marginal price: units of quote per unit of base for an infinitely small trade, before
    /// fees, rounded down.
    ///
    /// For the constant product this is exact. For the stable swap it is as accurate as D, which is
    /// an integer, and saturates at [`PriceQ64::MAX`].
    #[inline]
    pub fn spot_price(&self, reserves: Reserves) -> Result<PriceQ64, CoreError> {
        match self {
            Self::ConstantProduct => constant_product::spot_price(reserves),
            Self::StableSwap(stable) => stable.spot_price(reserves),
        }
    }

    /// The marginal prices in both directions, each rounded down.
    pub fn spot_prices(&self, reserves: Reserves) -> Result<Prices, CoreError> {
        match self {
            Self::ConstantProduct => constant_product::spot_prices(reserves),
            Self::StableSwap(stable) => {
                let base = stable.spot_price(reserves)?;
                Ok(Prices {
                    base,
                    quote: base.inverse(),
                })
            }
        }
    }

    /// How much liquidity the reserves are, in a measure that grows in proportion to them: the
    /// geometric mean, or the stable swap's D. Rounded down.
    pub fn liquidity(&self, reserves: Reserves) -> Result<u64, CoreError> {
        match self {
            Self::ConstantProduct => Ok(isqrt_u128(constant_product::product(reserves))),
            Self::StableSwap(stable) => stable.liquidity(reserves),
        }
    }

    /// Whether the invariant of `after` is at least that of `before`.
    ///
    /// Exact for the constant product. For the stable swap both D are found by exact arithmetic and
    /// compared as whole units, rounded up.
    pub fn invariant_not_decreased(
        &self,
        before: Reserves,
        after: Reserves,
    ) -> Result<bool, CoreError> {
        match self {
            Self::ConstantProduct => {
                Ok(constant_product::product(after) >= constant_product::product(before))
            }
            Self::StableSwap(stable) => {
                Ok(stable.exact_liquidity(after)? >= stable.exact_liquidity(before)?)
            }
        }
    }

    /// Refuses reserves that the curve could not compute with afterwards.
    #[inline]
    pub fn check_reserves(&self, reserves: Reserves) -> Result<(), CoreError> {
        match self {
            Self::ConstantProduct => Ok(()),
            Self::StableSwap(stable) => stable.check_reserves(reserves),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
