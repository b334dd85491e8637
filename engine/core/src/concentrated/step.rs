//! One step of a swap: within one range of liquidity, up to its end or as far as the amount goes
//! (Uniswap v3 whitepaper, section 6.2.3).

use super::{Liquidity, SqrtPrice};
use crate::{
    error::CoreError,
    math::mul_div_u64,
    units::{FeeRate, PIPS, Rounding, Side},
};

/// What is left to be traded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Remaining {
    /// So much goes in, its fee included.
    In(u64),
    /// So much is to come out.
    Out(u64),
}

/// What a step does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Step {
    /// The price after it.
    pub price: SqrtPrice,
    /// What goes in, without the fee; rounded up.
    pub amount_in: u64,
    /// What comes out; rounded down.
    pub amount_out: u64,
    /// The fee, of what goes in besides; rounded up.
    pub fee: u64,
}

impl Step {
    /// From a price towards another one, which is where the liquidity ends: below it if base goes in,
    /// above it if quote does.
    ///
    /// # Errors
    /// [`CoreError::InvalidFee`] for a fee of everything; [`CoreError::Overflow`].
    pub fn compute(
        side_in: Side,
        price: SqrtPrice,
        target: SqrtPrice,
        liquidity: Liquidity,
        remaining: Remaining,
        fee: FeeRate,
    ) -> Result<Self, CoreError> {
        let (rate, side_out) = (fee.get(), side_in.opposite());
        if rate >= PIPS {
            return Err(CoreError::InvalidFee);
        }
        if liquidity == Liquidity::ZERO {
            return Ok(Self {
                price: target,
                amount_in: 0,
                amount_out: 0,
                fee: 0,
            });
        }
        let net = match remaining {
            Remaining::In(amount) => {
                let kept = u64::from(PIPS - rate);
                mul_div_u64(amount, kept, u64::from(PIPS), Rounding::Down)?
            }
            Remaining::Out(amount) => amount,
        };
        let after = match remaining {
            Remaining::In(_) => liquidity.price_after_in(side_in, price, net),
            Remaining::Out(_) => liquidity.price_after_out(side_out, price, net),
        };
        // What is refused would go beyond every price, and so beyond the target.
        let within = after.ok().filter(|after| match side_in {
            Side::Base => *after > target,
            Side::Quote => *after < target,
        });
        let Some(after) = within else {
            return Self::to_target(side_in, price, target, liquidity, rate);
        };
        let (amount_in, amount_out) = match remaining {
            // The price is rounded so that it moves for no more than that.
            Remaining::In(_) => {
                let out = liquidity.amount(side_out, price, after, Rounding::Down)?;
                (net, out)
            }
            // And here so that it moves for no less.
            Remaining::Out(_) => {
                let paid = liquidity.amount(side_in, price, after, Rounding::Up)?;
                (paid, net)
            }
        };
        let fee = match remaining {
            Remaining::In(amount) => amount.wrapping_sub(net),
            Remaining::Out(_) => fee_on(amount_in, rate)?,
        };
        Ok(Self {
            price: after,
            amount_in,
            amount_out,
            fee,
        })
    }

    /// All the way.
    fn to_target(
        side_in: Side,
        price: SqrtPrice,
        target: SqrtPrice,
        liquidity: Liquidity,
        rate: u32,
    ) -> Result<Self, CoreError> {
        let amount_in = liquidity.amount(side_in, price, target, Rounding::Up)?;
        Ok(Self {
            price: target,
            amount_in,
            amount_out: liquidity.amount(side_in.opposite(), price, target, Rounding::Down)?,
            fee: fee_on(amount_in, rate)?,
        })
    }
}

/// The fee on what goes in without it, rounded up: `in · rate / (1 - rate)`.
fn fee_on(amount_in: u64, rate: u32) -> Result<u64, CoreError> {
    mul_div_u64(
        amount_in,
        u64::from(rate),
        u64::from(PIPS - rate),
        Rounding::Up,
    )
}
