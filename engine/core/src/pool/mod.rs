//! A shard's transitions: each function takes a state and returns the state after, with what
//! moved. The caller applies it.
//!
//! Every rounding favours the pool: outputs and minted shares are rounded down, inputs and fees
//! up. What one trade or provider gives up by rounding stays in the reserves, to the benefit of
//! all shares.

mod liquidity;
mod rebalance;
mod single_sided;
mod swap;
pub mod wallet;

pub use liquidity::{LOCKED_SHARES, LiquidityUpdate, add_liquidity, remove_liquidity};
pub use rebalance::{RebalanceUpdate, rebalance};
pub use single_sided::{
    SingleSidedUpdate, add_liquidity_single_sided, remove_liquidity_single_sided,
};
pub use swap::{SwapUpdate, swap_exact_in, swap_exact_out};
pub use wallet::{
    TransferFee, TransferFees, WalletSwap, wallet_swap_exact_in, wallet_swap_exact_out,
};

pub use crate::units::Reserves;
use crate::{
    curve::Curve,
    fee::BoundedRatioFee,
    units::{Bps, Shares},
};

/// What one shard holds.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct ShardState {
    /// What the curve trades with; belongs to the shares.
    pub reserves: Reserves,
    /// All shares, the locked ones included.
    pub shares: Shares,
    /// What trades owe to the protocol; in the vaults, but outside the reserves.
    pub protocol_fees: Reserves,
}

/// What all shards of a pool have in common.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct PoolParams {
    /// The pricing curve.
    pub curve: Curve,
    /// The fee on trades.
    pub fee: BoundedRatioFee,
    /// The protocol's part of the fee, rounded down.
    pub protocol_share: Bps,
}

#[cfg(test)]
mod tests;
