//! What a new pool is to be like.

use sealane_amm::{
    PoolParams,
    state::{CURVE_CONSTANT_PRODUCT, CURVE_STABLE_SWAP, FeeParams},
};
use sealane_core::fee::BoundedRatioFee;

use crate::MintSpec;

/// What a new pool is to be like. By default: constant product, two SPL Token mints of 9 and 6
/// decimals, the default fees without a protocol share, one shard.
#[derive(Debug, Clone)]
pub struct PoolSpec {
    /// The base mint.
    pub base: MintSpec,
    /// The quote mint.
    pub quote: MintSpec,
    /// Curve and fees.
    pub params: PoolParams,
    /// How many shards.
    pub shards: u8,
}

impl Default for PoolSpec {
    fn default() -> Self {
        Self {
            base: MintSpec::spl(9),
            quote: MintSpec::spl(6),
            params: PoolParams {
                curve: CURVE_CONSTANT_PRODUCT,
                amplification: 0,
                fees: default_fees(0),
            },
            shards: 1,
        }
    }
}

impl PoolSpec {
    /// With other mints.
    #[must_use]
    pub fn mints(mut self, base: MintSpec, quote: MintSpec) -> Self {
        (self.base, self.quote) = (base, quote);
        self
    }

    /// With a number of shards.
    #[must_use]
    pub fn shards(mut self, shards: u8) -> Self {
        self.shards = shards;
        self
    }

    /// With other fees.
    #[must_use]
    pub fn fees(mut self, fees: FeeParams) -> Self {
        self.params.fees = fees;
        self
    }

    /// With the same fee rate for every trade, in millionths.
    #[must_use]
    pub fn flat_fee(self, pips: u32, protocol_share_bps: u16) -> Self {
        self.fees(FeeParams {
            min_pips: pips,
            max_pips: pips,
            slope_pips: 0,
            protocol_share_bps,
        })
    }

    /// With the default fees, of which the authority takes a part.
    #[must_use]
    pub fn protocol_share(self, bps: u16) -> Self {
        self.fees(default_fees(bps))
    }

    /// With the stable swap curve.
    #[must_use]
    pub fn stable(mut self, amplification: u32) -> Self {
        self.params.curve = CURVE_STABLE_SWAP;
        self.params.amplification = amplification;
        self
    }
}

/// The default fees with a protocol share.
fn default_fees(protocol_share_bps: u16) -> FeeParams {
    let fee = BoundedRatioFee::DEFAULT;
    FeeParams {
        min_pips: fee.min().get(),
        max_pips: fee.max().get(),
        slope_pips: fee.slope(),
        protocol_share_bps,
    }
}
