//! A fee schedule.

use sealane_sdk::{
    amm::state::{FeeParams, Pool},
    amount,
};
use serde::Serialize;

use super::pips;

/// A fee schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct FeeView {
    pub(crate) min_pips: u32,
    pub(crate) max_pips: u32,
    pub(crate) slope_pips: u32,
    pub(crate) protocol_share_bps: u16,
}

impl FeeView {
    /// A pool's.
    pub(crate) fn of(pool: &Pool) -> Self {
        Self {
            min_pips: pool.fee_min_pips,
            max_pips: pool.fee_max_pips,
            slope_pips: pool.fee_slope_pips,
            protocol_share_bps: pool.protocol_share_bps,
        }
    }

    /// As instructions carry it.
    pub(crate) fn params(&self) -> FeeParams {
        FeeParams {
            min_pips: self.min_pips,
            max_pips: self.max_pips,
            slope_pips: self.slope_pips,
            protocol_share_bps: self.protocol_share_bps,
        }
    }

    /// Whether every swap pays the same rate.
    pub(crate) fn is_flat(&self) -> bool {
        self.slope_pips == 0
    }

    /// In a few characters.
    pub(crate) fn short(&self) -> String {
        if self.is_flat() {
            pips(self.max_pips)
        } else {
            format!("{}–{}", pips(self.min_pips), pips(self.max_pips))
        }
    }

    /// In a sentence.
    pub(crate) fn sentence(&self) -> String {
        let authority = amount::percent(self.protocol_share_bps.into());
        let rate = if self.is_flat() {
            format!("{} of what is bought", pips(self.max_pips))
        } else {
            format!(
                "{} down to {} of what is bought, less for trades that are large for their shard \
                 (slope {})",
                pips(self.max_pips),
                pips(self.min_pips),
                amount::format(self.slope_pips.into(), 6)
            )
        };
        format!("{rate}; {authority} of it for the authority")
    }
}

impl From<FeeParams> for FeeView {
    fn from(fees: FeeParams) -> Self {
        Self {
            min_pips: fees.min_pips,
            max_pips: fees.max_pips,
            slope_pips: fees.slope_pips,
            protocol_share_bps: fees.protocol_share_bps,
        }
    }
}

#[cfg(test)]
mod tests {
    use sealane_sdk::plan::{default_fees, flat_fees};

    use super::*;

    #[test]
    fn schedules_read_well() {
        let flat = FeeView::from(flat_fees(3_000, 500));
        assert_eq!(flat.short(), "0.3%");
        assert_eq!(
            flat.sentence(),
            "0.3% of what is bought; 5% of it for the authority"
        );
        let sloped = FeeView::from(default_fees());
        assert_eq!(sloped.short(), "0.1%–1.2%");
        assert!(
            sloped.sentence().contains("slope 1.05"),
            "{}",
            sloped.sentence()
        );
        assert_eq!(sloped.params(), default_fees());
    }
}
