//! Concentrated liquidity: every position's between two prices of its own.
//!
//! After Uniswap v3 (whitepaper, sections 6.1 to 6.3), on Q64.64 square roots of prices as Solana's
//! concentrated pools have them. Integers only, every rounding in the pool's favour.
//!
//! - [`Tick`] and [`SqrtPrice`]: the grid of prices, and back from a price to the grid
//! - [`Liquidity`]: amounts between two prices, prices after an amount
//! - [`Step`]: a swap within one range
//! - [`Boundary`]: a tick that ranges begin or end at; [`Growth`]: what they earn inside
//! - [`TickArray`]: boundaries as accounts keep them; [`KnownArrays`]: those that a swap was given
//! - [`RangeState`]: a shard's, with swaps across boundaries; [`RangePosition`]: an owner's
//! - [`FeeTerms`]: a fee that is flat, or follows [`Volatility`]

mod array;
mod boundary;
mod growth;
mod liquidity;
mod position;
mod price;
mod range;
mod step;
mod swap;
mod tick;
mod volatility;

#[cfg(test)]
mod tests;

pub use array::{ARRAY_TICKS, ArrayMap, Grid, KnownArrays, TickArray, note_array};
pub use boundary::Boundary;
pub use growth::{GROWTHS, Growth, MAX_RANGE_REWARDS, growth_inside};
pub use liquidity::Liquidity;
pub use position::RangePosition;
pub use price::SqrtPrice;
pub use range::{RangeState, RewardRate};
pub use step::{Remaining, Step};
pub use swap::{Boundaries, Next, RangeEnd, RangeOrder, RangeSwap, RangeTerms};
pub use tick::Tick;
pub use volatility::{FeeTerms, MAX_RANGE_FEE, MAX_VOLATILITY, Volatility};
