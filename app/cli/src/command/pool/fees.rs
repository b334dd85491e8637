//! Flags of a fee schedule.

use clap::Args;
use sealane_sdk::amm::state::FeeParams;

/// Hundredths of a percent in millionths.
const PIPS_PER_BPS: u32 = 100;

/// A fee schedule: flat, or falling with the size of a trade.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = "Fees")]
pub(super) struct FeeArguments {
    /// One rate for every swap, in hundredths of a percent: for pools of one shard
    #[arg(long, value_name = "BPS", conflicts_with_all = ["fee_min", "fee_max", "fee_slope"],
          value_parser = clap::value_parser!(u16).range(0..=1_000))]
    fee_bps: Option<u16>,

    /// The lowest rate, which large trades pay, in millionths
    #[arg(long, value_name = "PIPS")]
    fee_min: Option<u32>,

    /// The highest rate, which small trades pay, in millionths
    #[arg(long, value_name = "PIPS")]
    fee_max: Option<u32>,

    /// How fast the rate falls with a trade's part of its shard, in millionths
    #[arg(long, value_name = "PIPS")]
    fee_slope: Option<u32>,

    /// The authority's part of every fee, in hundredths of a percent of it
    #[arg(long, value_name = "BPS", value_parser = clap::value_parser!(u16).range(0..=10_000))]
    protocol_share_bps: Option<u16>,
}

impl FeeArguments {
    /// Whether no flag was given.
    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The schedule: what is not given is as in `otherwise`.
    pub(super) fn over(&self, otherwise: FeeParams) -> FeeParams {
        let protocol_share_bps = self
            .protocol_share_bps
            .unwrap_or(otherwise.protocol_share_bps);
        if let Some(bps) = self.fee_bps {
            let pips = u32::from(bps) * PIPS_PER_BPS;
            return FeeParams {
                min_pips: pips,
                max_pips: pips,
                slope_pips: 0,
                protocol_share_bps,
            };
        }
        FeeParams {
            min_pips: self.fee_min.unwrap_or(otherwise.min_pips),
            max_pips: self.fee_max.unwrap_or(otherwise.max_pips),
            slope_pips: self.fee_slope.unwrap_or(otherwise.slope_pips),
            protocol_share_bps,
        }
    }
}

#[cfg(test)]
mod tests {
    use sealane_sdk::plan::{default_fees, flat_fees};

    use super::*;
    use crate::parse;

    #[test]
    fn what_is_not_given_stays() {
        let none = FeeArguments::default();
        assert!(none.is_empty());
        assert_eq!(none.over(default_fees()), default_fees());
        let share = FeeArguments {
            protocol_share_bps: Some(500),
            ..none
        };
        assert_eq!(share.over(flat_fees(3_000, 1)), flat_fees(3_000, 500));
        let flat = FeeArguments {
            fee_bps: Some(30),
            ..none
        };
        assert_eq!(flat.over(default_fees()), flat_fees(3_000, 1_000));
    }

    #[test]
    fn a_flat_fee_excludes_a_falling_one() {
        let line = ["pool", "set-fees", "p", "--fee-bps", "30", "--fee-min", "1"];
        assert!(parse(&line).is_err());
        assert!(parse(&line[..5]).is_ok());
        assert!(parse(&["pool", "set-fees", "p", "--fee-bps", "1001"]).is_err());
    }
}
