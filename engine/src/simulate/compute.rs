//! How many compute units a trade costs, estimated from measurements.
//!
//! The medians of `cargo xtask bench cu` and of the trades that the equality test runs through the
//! bytecode. An estimate is not a limit: what a trade costs depends on amounts as well.

use sealane_core::curve::Curve;

use super::state::TokenProgram;

/// A simple estimate's parts. Of a compute budget instruction:
pub(super) const BUILTIN: u32 = 150;
/// Of an associated token account that exists already.
pub(super) const CREATE_ASSOCIATED: u32 = 5_000;
pub(super) const ADD_LIQUIDITY: u32 = 5_962;
pub(super) const REMOVE_LIQUIDITY: u32 = 5_760;
pub(super) const ADD_SINGLE_SIDED: u32 = 7_000;
pub(super) const REMOVE_SINGLE_SIDED: u32 = 7_000;
pub(super) const REBALANCE: u32 = 5_837;
pub(super) const FUNDS: u32 = 2_000;
pub(super) const PLACE: u32 = 645;
pub(super) const CANCEL: u32 = 383;
pub(super) const REDUCE: u32 = 450;
pub(super) const SET_DELEGATE: u32 = 300;
pub(super) const TAKE: u32 = 900;
/// Of resting what a take left over.
pub(super) const REST: u32 = 250;

pub(super) fn swap(curve: &Curve, plain: bool) -> u32 {
    let curve = match curve {
        Curve::ConstantProduct => 3_126,
        Curve::StableSwap(_) => 7_296,
    };
    curve + if plain { 0 } else { 7_135 }
}

pub(super) const fn transfer(program: TokenProgram) -> u32 {
    match program {
        TokenProgram::Spl => 1_200,
        TokenProgram::Token2022 => 2_500,
    }
}

pub(super) const fn shown(lanes: usize) -> u32 {
    125 * lanes as u32
}

pub(super) const fn place_many(orders: usize) -> u32 {
    500 + 200 * orders as u32
}

pub(super) const fn replace_all(levels: usize) -> u32 {
    600 + 76 * levels as u32
}

pub(super) const fn cancel_many(orders: u16) -> u32 {
    400 + 60 * orders as u32
}

pub(super) const fn cancel_all(orders: u16) -> u32 {
    400 + 15 * orders as u32
}

pub(super) const fn reap(resting: u16) -> u32 {
    400 + 15 * resting as u32
}

pub(super) const fn makers(lanes: usize, orders: u16) -> u32 {
    156 * lanes as u32 + 331 * orders as u32
}

pub(super) const fn cross(orders: u16) -> u32 {
    900 + 440 * orders as u32
}

pub(super) const fn swap_take(plain: bool) -> u32 {
    if plain { 3_350 } else { 6_000 }
}
