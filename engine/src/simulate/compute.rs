//! How many compute units a trade costs, estimated from measurements.
//!
//! The numbers are medians and least squares over the trades that the equality test runs through
//! the bytecode; it prints how far the estimates are from what it measured. An estimate is no
//! limit: what a trade costs depends on its amounts, most of all on the stable swap curve, where the
//! invariant takes more or fewer rounds.

use sealane_core::curve::Curve;

use super::state::TokenProgram;

/// A compute budget instruction.
pub(super) const BUILTIN: u32 = 150;
/// An associated token account that exists already.
pub(super) const CREATE_ASSOCIATED: u32 = 5_000;
/// `deposit` and `withdraw`, less what the transfers cost.
pub(super) const FUNDS: u32 = 1_270;
pub(super) const PLACE: u32 = 615;
pub(super) const CANCEL: u32 = 363;
pub(super) const REDUCE: u32 = 429;
pub(super) const SET_DELEGATE: u32 = 499;
pub(super) const TAKE: u32 = 1_010;
/// Of resting what a take left over.
pub(super) const REST: u32 = 190;

/// A swap; unless both tokens are SPL Token's, less what the transfers cost.
pub(super) const fn swap(curve: &Curve, plain: bool, exact_in: bool) -> u32 {
    match (curve, plain, exact_in) {
        (Curve::ConstantProduct, true, true) => 2_948,
        (Curve::ConstantProduct, true, false) => 3_170,
        (Curve::ConstantProduct, false, true) => 2_690,
        (Curve::ConstantProduct, false, false) => 2_900,
        (Curve::StableSwap(_), true, true) => 5_350,
        (Curve::StableSwap(_), true, false) => 6_760,
        (Curve::StableSwap(_), false, true) => 5_440,
        (Curve::StableSwap(_), false, false) => 7_700,
    }
}

/// What the stable swap curve costs more.
const fn stable(curve: &Curve, more: u32) -> u32 {
    match curve {
        Curve::ConstantProduct => 0,
        Curve::StableSwap(_) => more,
    }
}

/// Less what the transfers cost, as all that follow.
pub(super) const fn add_liquidity(curve: &Curve) -> u32 {
    3_070 + stable(curve, 1_100)
}

pub(super) const fn remove_liquidity(curve: &Curve) -> u32 {
    2_830 + stable(curve, 1_100)
}

pub(super) const fn add_single_sided(curve: &Curve) -> u32 {
    3_470 + stable(curve, 6_000)
}

pub(super) const fn remove_single_sided(curve: &Curve) -> u32 {
    2_810 + stable(curve, 2_000)
}

pub(super) const fn rebalance(curve: &Curve) -> u32 {
    2_440 + stable(curve, 22_000)
}

/// A transfer that a program of the exchange calls.
pub(super) const fn called_transfer(program: TokenProgram) -> u32 {
    match program {
        TokenProgram::Spl => 1_280,
        TokenProgram::Token2022 => 3_060,
    }
}

/// A transfer that is an instruction of its own.
pub(super) const fn transfer(program: TokenProgram, checked: bool) -> u32 {
    match (program, checked) {
        (TokenProgram::Spl, false) => 76,
        (TokenProgram::Spl, true) => 105,
        (TokenProgram::Token2022, false) => 1_865,
        (TokenProgram::Token2022, true) => 2_600,
    }
}

/// Lanes shown to orders that must not take.
pub(super) const fn shown(lanes: usize) -> u32 {
    125 * lanes as u32
}

pub(super) const fn place_many(orders: usize) -> u32 {
    513 + 260 * orders as u32
}

pub(super) const fn replace_all(levels: usize) -> u32 {
    786 + 67 * levels as u32
}

/// By a client id: every order is looked at.
pub(super) const fn cancel_client(removed: u16) -> u32 {
    678 + 34 * removed as u32
}

pub(super) const fn cancel_up_to(removed: u16) -> u32 {
    334 + 98 * removed as u32
}

pub(super) const fn cancel_all(removed: u16) -> u32 {
    351 + 9 * removed as u32
}

pub(super) const fn reap(resting: u16) -> u32 {
    518 + 39 * resting as u32
}

/// Maker lanes named, and orders met in them.
pub(super) const fn makers(lanes: usize, orders: u16) -> u32 {
    106 * lanes as u32 + 280 * orders as u32
}

pub(super) const fn cross(orders: u16) -> u32 {
    1_110 + 330 * orders as u32
}

/// Less what the transfers cost, unless both tokens are SPL Token's.
pub(super) const fn swap_take(plain: bool, lanes: usize) -> u32 {
    // A lane costs more than where the program walks them itself.
    (if plain { 3_354 } else { 2_540 }) + 55 * lanes as u32
}
