//! What a liquidity share is worth must never fall.

use num_bigint::BigUint;
use sealane_core::{
    curve::{AMPLIFICATION_PRECISION, Curve, StableSwap},
    pool::{Reserves, ShardState},
};

/// Binary places of the stable swap's D as it is computed here.
const PLACES: u64 = 64;

/// Fails unless a share is worth at least as much after as it was before, by the curve's own
/// measure: the product of the reserves, or the stable swap's D, computed exactly.
///
/// # Panics
/// If it is worth less.
pub fn assert_share_value_kept(
    curve: &Curve,
    before: &ShardState,
    after: &ShardState,
    context: &str,
) {
    if before.shares.is_zero() || after.shares.is_zero() {
        return;
    }
    let (shares_before, shares_after) = (before.shares.get(), after.shares.get());
    let kept = match curve {
        // sqrt(k) / s must not fall: k' · s² ≥ k · s'².
        Curve::ConstantProduct => {
            product(after) * square(shares_before) >= product(before) * square(shares_after)
        }
        Curve::StableSwap(stable) => {
            let allowed = d(stable, after) + allowance(stable, after);

            allowed * shares_before >= d(stable, before) * shares_after
        }
    };
    assert!(
        kept,
        "{context}: a share lost value on {curve:?}\nbefore: {before:?}\nafter: {after:?}"
    );
}

fn product(state: &ShardState) -> BigUint {
    BigUint::from(state.reserves.base.get()) * state.reserves.quote.get()
}

fn square(number: u64) -> BigUint {
    BigUint::from(number) * number
}

/// By how much D may fall in a trade through the roundings inside the published integer iteration:
/// two units of its own, and one unit of the token that is worth less. No more than that in any
/// state, however uneven.
fn allowance(stable: &StableSwap, state: &ShardState) -> BigUint {
    let with = |base: u64, quote: u64| {
        let reserves = Reserves::new(
            state.reserves.base.get().saturating_add(base),
            state.reserves.quote.get().saturating_add(quote),
        );
        d(stable, &ShardState { reserves, ..*state }) - d(stable, state)
    };
    (BigUint::from(2u32) << PLACES) + with(1, 0).min(with(0, 1))
}

/// D with [`PLACES`] binary places: the root of `D³ + P·(A·n − 1)·D − P·A·n·(x + y)` with
/// P = 4xy, rounded up. The polynomial is convex and x + y lies above the root, so Newton's
/// iteration falls towards it.
fn d(stable: &StableSwap, state: &ShardState) -> BigUint {
    let scaled = |amount: u64, scale: u64| (BigUint::from(amount) * scale) << PLACES;
    let x = scaled(state.reserves.base.get(), stable.base_scale);
    let y = scaled(state.reserves.quote.get(), stable.quote_scale);
    let precision = BigUint::from(AMPLIFICATION_PRECISION);
    let ann = BigUint::from(2 * stable.amplification);
    let product = &x * &y * 4u32;
    let sum = x + y;
    let linear = &product * (&ann - &precision);
    let target = &product * &ann * &sum;
    let mut d = sum;
    loop {
        let square = &d * &d;
        let value = &precision * &square * &d + &linear * &d;
        if value <= target {
            return d;
        }
        let slope = &precision * 3u32 * square + &linear;
        let step = (value - &target) / slope;
        if step == BigUint::ZERO {
            return d;
        }
        d -= step;
    }
}
