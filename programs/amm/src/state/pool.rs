//! `Pool`: the configuration that all shards of a pair share.

use anchor_lang::prelude::*;
use sealane_core::{
    curve::{AmplificationRamp, Curve, StableSwap},
    error::CoreError,
    fee::BoundedRatioFee,
    pool::PoolParams,
    units::{Bps, FeeRate},
};

use crate::errors::AmmError;

/// Seed prefix of pool addresses: `["pool", creator, base mint, quote mint, id as u16 LE]`.
pub const POOL_SEED: &[u8] = b"pool";

/// A pool has at most this many shards.
pub const MAX_SHARDS: u8 = 32;

/// The most of a swap's fee that a pool's authority may take, in basis points of the fee.
pub const MAX_PROTOCOL_SHARE_BPS: u16 = 2_500;

/// `Pool::curve` of a constant product pool.
pub const CURVE_CONSTANT_PRODUCT: u8 = 0;
/// `Pool::curve` of a stable swap pool.
pub const CURVE_STABLE_SWAP: u8 = 1;

/// Actions that a pool's authority can pause, one bit each in [`Pool::paused`].
///
/// Withdrawing liquidity in proportion ([`remove_liquidity`](crate::amm::remove_liquidity)) has
/// no bit: an authority can never lock providers in.
pub mod pause {
    /// Swaps in both directions, exact in and exact out.
    pub const SWAP: u8 = 1 << 0;
    /// Deposits, in proportion and single-sided.
    pub const ADD_LIQUIDITY: u8 = 1 << 1;
    /// Single-sided withdrawals, which contain a swap.
    pub const REMOVE_SINGLE_SIDED: u8 = 1 << 2;
    /// Rebalancing between shards.
    pub const REBALANCE: u8 = 1 << 3;
    /// Every bit that means something.
    pub const ALL: u8 = SWAP | ADD_LIQUIDITY | REMOVE_SINGLE_SIDED | REBALANCE;
}

/// Configuration of a pool. Read-only in swaps; written when created or administered.
///
/// | offset | bytes | field |
/// |---|---|---|
/// | 0 | 8 | discriminator |
/// | 8 | 32 | `creator` |
/// | 40 | 32 | `authority` |
/// | 72 | 32 | `pending_authority` |
/// | 104 | 64 | `base_mint`, `quote_mint` |
/// | 168 | 64 | `base_token_program`, `quote_token_program` |
/// | 232 | 16 | `base_scale`, `quote_scale` |
/// | 248 | 16 | `ramp_start`, `ramp_end` |
/// | 264 | 12 | `fee_min_pips`, `fee_max_pips`, `fee_slope_pips` |
/// | 276 | 8 | `amplification_initial`, `amplification_target` |
/// | 284 | 4 | `id`, `protocol_share_bps` |
/// | 288 | 6 | `curve`, `shard_count`, `paused`, `bump`, `base_decimals`, `quote_decimals` |
/// | 294 | 66 | reserved, zero |
#[account]
#[derive(Debug, PartialEq, Eq)]
pub struct Pool {
    /// Who created the pool and paid for it. Part of the address; has no rights.
    pub creator: Address,
    /// Who may change fees, pause actions, add shards, ramp the amplification, collect protocol fees.
    pub authority: Address,
    /// The authority proposed by the present one, until it accepts. All zero: none.
    pub pending_authority: Address,
    /// Mint of the base token. Prices are quote per base.
    pub base_mint: Address,
    /// Mint of the quote token.
    pub quote_mint: Address,
    /// Token program that owns the base mint: SPL Token or Token-2022.
    pub base_token_program: Address,
    /// Token program that owns the quote mint.
    pub quote_token_program: Address,
    /// Stable swap: what base amounts are multiplied by so that both tokens have the same decimals.
    pub base_scale: u64,
    /// Stable swap: the same for quote amounts.
    pub quote_scale: u64,
    /// Stable swap: when the amplification starts to move, Unix seconds.
    pub ramp_start: i64,
    /// Stable swap: when it has arrived.
    pub ramp_end: i64,
    /// Lowest fee ratio, in millionths of a swap's output.
    pub fee_min_pips: u32,
    /// Fee ratio of an infinitely small swap, in millionths.
    pub fee_max_pips: u32,
    /// How fast the ratio falls with the output's share of the reserve, in millionths; 0 when flat.
    pub fee_slope_pips: u32,
    /// Stable swap: the amplification at `ramp_start`, as A × 100.
    pub amplification_initial: u32,
    /// Stable swap: the amplification from `ramp_end` on, as A × 100.
    pub amplification_target: u32,
    /// Tells apart pools of one creator and pair. Part of the address.
    pub id: u16,
    /// The authority's part of every fee, in basis points of the fee.
    pub protocol_share_bps: u16,
    /// [`CURVE_CONSTANT_PRODUCT`] or [`CURVE_STABLE_SWAP`].
    pub curve: u8,
    /// Shards created so far; their indices are `0..shard_count`.
    pub shard_count: u8,
    /// Bits of [`pause`] that are switched off.
    pub paused: u8,
    /// Bump of the pool's address.
    pub bump: u8,
    /// Decimals of the base mint.
    pub base_decimals: u8,
    /// Decimals of the quote mint.
    pub quote_decimals: u8,
    /// Zero; room for later versions.
    pub reserved: [u8; 66],
}

const _: () = assert!(core::mem::size_of::<Pool>() == 360 - 8);

impl Pool {
    /// The curve as it stands at `now` (Unix seconds).
    ///
    /// # Errors
    /// None on accounts that this program wrote; the bounds are checked again nevertheless.
    #[inline]
    pub fn curve_at(&self, now: i64) -> core::result::Result<Curve, CoreError> {
        if self.curve == CURVE_CONSTANT_PRODUCT {
            return Ok(Curve::ConstantProduct);
        }
        self.stable_swap_at(now).map(Curve::StableSwap)
    }

    #[inline(never)]
    fn stable_swap_at(&self, now: i64) -> core::result::Result<StableSwap, CoreError> {
        StableSwap::try_new(self.ramp().at(now), self.base_scale, self.quote_scale)
    }

    /// The amplification's schedule.
    pub fn ramp(&self) -> AmplificationRamp {
        AmplificationRamp {
            initial: self.amplification_initial,
            target: self.amplification_target,
            start: self.ramp_start,
            end: self.ramp_end,
        }
    }

    /// The fee schedule; its bounds were checked when it was set.
    #[inline]
    pub fn fee(&self) -> BoundedRatioFee {
        BoundedRatioFee::from_checked(
            FeeRate(self.fee_min_pips),
            FeeRate(self.fee_max_pips),
            self.fee_slope_pips,
        )
    }

    /// All that pricing needs to know of the pool at `now`.
    ///
    /// # Errors
    /// As [`Pool::curve_at`].
    #[inline]
    pub fn params_at(&self, now: i64) -> core::result::Result<PoolParams, CoreError> {
        Ok(PoolParams {
            curve: self.curve_at(now)?,
            fee: self.fee(),
            protocol_share: Bps(self.protocol_share_bps),
        })
    }

    /// Fails with [`AmmError::Paused`] if any of the actions in `bits` is paused.
    pub fn require_active(&self, bits: u8) -> core::result::Result<(), AmmError> {
        if self.paused & bits == 0 {
            Ok(())
        } else {
            Err(AmmError::Paused)
        }
    }

    /// Checks and stores a fee schedule.
    ///
    /// # Errors
    /// [`AmmError::InvalidFee`] outside the bounds of [`BoundedRatioFee::try_new`] or for a stable
    /// swap pool that may charge nothing,
    /// [`AmmError::ProtocolShareTooHigh`] above [`MAX_PROTOCOL_SHARE_BPS`].
    pub fn set_fees(&mut self, fees: &FeeParams) -> Result<()> {
        BoundedRatioFee::try_new(
            FeeRate::new(fees.min_pips),
            FeeRate::new(fees.max_pips),
            fees.slope_pips,
        )
        .map_err(AmmError::from)?;
        require!(
            fees.protocol_share_bps <= MAX_PROTOCOL_SHARE_BPS,
            AmmError::ProtocolShareTooHigh
        );
        // Its rounded arithmetic can cost a stable swap pool a unit a trade; a fee covers that.
        require!(
            self.curve != CURVE_STABLE_SWAP || fees.min_pips > 0,
            AmmError::InvalidFee
        );
        self.fee_min_pips = fees.min_pips;
        self.fee_max_pips = fees.max_pips;
        self.fee_slope_pips = fees.slope_pips;
        self.protocol_share_bps = fees.protocol_share_bps;
        Ok(())
    }

    /// Stores a schedule of the amplification.
    pub fn set_ramp(&mut self, ramp: AmplificationRamp) {
        self.amplification_initial = ramp.initial;
        self.amplification_target = ramp.target;
        self.ramp_start = ramp.start;
        self.ramp_end = ramp.end;
    }
}

/// A fee schedule as instructions carry it. See [`BoundedRatioFee`] for what the numbers mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, SchemaRead, SchemaWrite, IdlType)]
pub struct FeeParams {
    /// Lowest fee ratio, in millionths of a swap's output.
    pub min_pips: u32,
    /// Fee ratio of an infinitely small swap, in millionths.
    pub max_pips: u32,
    /// How fast the ratio falls with the output's share of the reserve, in millionths; 0 when flat.
    pub slope_pips: u32,
    /// The authority's part of every fee, in basis points of the fee.
    pub protocol_share_bps: u16,
}
