//! Integer arithmetic wider than the machine's.
//!
//! Written for the Solana virtual machine, where a 64-bit operation costs one compute unit, a
//! 128-bit multiplication about 40 and a 128-bit division about 150: every function takes the
//! narrowest path that its arguments allow, and wraps on purpose where the bounds are proven, so
//! that no overflow check is paid for twice.

mod long;
mod mul_div;
mod sqrt;
mod wide;

pub(crate) use mul_div::{mul_div_to_u128, quotient_q64};
pub use mul_div::{mul_div_u64, mul_div_u128};
pub use sqrt::isqrt_u128;
pub use wide::{U256, div_u128_by_u64, wide_mul};

#[cfg(test)]
mod tests;
