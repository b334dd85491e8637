//! A shard as a place to trade.

use sealane_core::{
    curve::Curve,
    pool::{
        PoolParams, ShardState, TransferFees,
        wallet::{wallet_swap_exact_in, wallet_swap_exact_out},
    },
    units::Side,
};

use crate::quote::SwapKind;

/// Compute units of a swap of SPL tokens, of what a stable swap needs more, and of what a token of
/// Token-2022 does: above the measured maxima.
const SWAP_UNITS: u64 = 4_000;
const STABLE_SWAP_UNITS: u64 = 9_500;
const TOKEN_2022_UNITS: u64 = 4_000;

/// A shard as it is now.
#[derive(Clone, Copy, Debug)]
pub(in crate::route) struct ShardVenue {
    pub(in crate::route) state: ShardState,
    pub(in crate::route) params: PoolParams,
    pub(in crate::route) fees: TransferFees,
    pub(in crate::route) side_in: Side,
    /// How many of its two tokens belong to Token-2022.
    pub(in crate::route) token_2022_count: u64,
}

impl ShardVenue {
    pub(super) fn other(&self, kind: SwapKind, given: u64) -> Option<u64> {
        let Self {
            state,
            params,
            fees,
            side_in,
            ..
        } = self;
        match kind {
            SwapKind::ExactIn => wallet_swap_exact_in(state, params, *fees, *side_in, given)
                .ok()
                .map(|swap| swap.received),
            // What arrives may be more than was asked for, so that the fee does not take it all.
            SwapKind::ExactOut => wallet_swap_exact_out(state, params, *fees, *side_in, given)
                .ok()
                .map(|swap| swap.sent),
        }
    }

    pub(super) fn capacity(&self, kind: SwapKind) -> u64 {
        let reserves = &self.state.reserves;
        match kind {
            SwapKind::ExactIn => u64::MAX - reserves.of(self.side_in),
            // The fee and the last unit stay.
            SwapKind::ExactOut => {
                let reserve = reserves.of(self.side_in.opposite());
                reserve - reserve / 64
            }
        }
    }

    pub(super) fn units(&self) -> u64 {
        let curve = match self.params.curve {
            Curve::ConstantProduct => 0,
            Curve::StableSwap(_) => STABLE_SWAP_UNITS,
        };
        SWAP_UNITS + curve + TOKEN_2022_UNITS * self.token_2022_count
    }
}
