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
    error::CoreError,
    fee::BoundedRatioFee,
    units::{BPS, Bps, Shares},
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

impl PoolParams {
    /// Checks what the parts do not check themselves: that a stable swap charges a fee.
    ///
    /// The published stable swap arithmetic may cost the pool up to about one unit a trade. The
    /// fee, which is at least one unit as soon as its rate is not zero, covers that.
    pub const fn try_new(
        curve: Curve,
        fee: BoundedRatioFee,
        protocol_share: Bps,
    ) -> Result<Self, CoreError> {
        if matches!(curve, Curve::StableSwap(_)) && fee.min().get() == 0 {
            return Err(CoreError::InvalidFee);
        }
        if protocol_share.get() > BPS {
            return Err(CoreError::InvalidBps);
        }
        Ok(Self {
            curve,
            fee,
            protocol_share,
        })
    }
}

#[cfg(test)]
mod tests;
