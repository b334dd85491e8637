//! Flags of a market's fees.

use clap::Args;
use sealane_sdk::orderbook::state::FeeParams;

/// What takers, makers, referrers and crossers pay or get.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = "Fees")]
pub(super) struct FeeArguments {
    /// The taker's fee, in millionths of the value: 500 is 0.05%; at most 10000
    #[arg(long, value_name = "PIPS")]
    taker_pips: Option<u32>,

    /// The maker's fee, in millionths of the value; negative for a rebate, at most the taker's fee
    #[arg(long, value_name = "PIPS", allow_negative_numbers = true)]
    maker_pips: Option<i32>,

    /// The referrer's part of the taker's fee, in hundredths of a percent of it; at most 5000
    #[arg(long, value_name = "BPS")]
    referrer_share_bps: Option<u16>,

    /// The most that crossing two lanes earns, in millionths of the value; at most 10000
    #[arg(long, value_name = "PIPS")]
    cross_reward_pips: Option<u32>,
}

impl FeeArguments {
    /// Whether no flag was given.
    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The fees: what is not given is as in `otherwise`.
    pub(super) fn over(&self, otherwise: FeeParams) -> FeeParams {
        FeeParams {
            taker_pips: self.taker_pips.unwrap_or(otherwise.taker_pips),
            maker_pips: self.maker_pips.unwrap_or(otherwise.maker_pips),
            referrer_share_bps: self
                .referrer_share_bps
                .unwrap_or(otherwise.referrer_share_bps),
            cross_reward_pips: self
                .cross_reward_pips
                .unwrap_or(otherwise.cross_reward_pips),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse;

    #[test]
    fn what_is_not_given_stays() {
        let present = FeeParams {
            taker_pips: 500,
            maker_pips: -100,
            referrer_share_bps: 2_000,
            cross_reward_pips: 1_000,
        };
        let none = FeeArguments::default();
        assert!(none.is_empty());
        assert_eq!(none.over(present), present);
        let maker = FeeArguments {
            maker_pips: Some(0),
            ..none
        };
        assert!(!maker.is_empty());
        assert_eq!(
            maker.over(present),
            FeeParams {
                maker_pips: 0,
                ..present
            }
        );
    }

    #[test]
    fn a_rebate_is_a_negative_fee() {
        assert!(parse(&["market", "set-fees", "m", "--maker-pips", "-50"]).is_ok());
        assert!(parse(&["market", "set-fees", "m", "--taker-pips", "-50"]).is_err());
    }
}
