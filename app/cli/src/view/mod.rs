//! What is on the chain, as people and programs want to read it.

mod depth;
mod farm;
mod fees;
mod lane;
mod market;
mod order;
mod pool;
mod proposal;
mod shard;

pub(crate) use depth::{DepthView, Shown};
#[cfg(test)]
pub(crate) use farm::paused_names as farm_paused_names;
pub(crate) use farm::{
    FarmReport, PositionReport, farm_name, farms_grid, from_now, positions_grid, times, token_of,
};
pub(crate) use fees::FeeView;
pub(crate) use lane::LaneView;
#[cfg(test)]
pub(crate) use market::market_paused_names;
pub(crate) use market::{MarketFees, MarketView, markets_grid};
pub(crate) use order::{OrderView, grid as orders_grid};
pub(crate) use pool::PoolView;
#[cfg(test)]
pub(crate) use pool::paused_names;
pub(crate) use proposal::{
    ProposalReport, RealmReport, proposals_grid, share, stake_of, state_name, weight_text,
};

use std::fmt::Display;

use rust_decimal::Decimal;
use serde::Serializer;

/// Significant digits of prices that people read.
const PRICE_DIGITS: u32 = 8;

/// Serializes by the text that a value is written as.
pub(crate) fn text<T: Display, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

/// Serializes by the text that a value is written as, if there is one.
pub(crate) fn some_text<T: Display, S: Serializer>(
    value: &Option<T>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match value {
        Some(value) => serializer.collect_str(value),
        None => serializer.serialize_none(),
    }
}

/// A price with as many digits as anybody compares.
pub(crate) fn price(price: Decimal) -> String {
    let rounded = price.round_sf(PRICE_DIGITS).unwrap_or(price);
    rounded.normalize().to_string()
}

/// A number of things: `1 order`, `2 orders`.
pub(crate) fn counted(count: usize, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    }
}

/// Millionths as a percentage: 3,000 is `0.3%`.
pub(crate) fn pips(pips: u32) -> String {
    format!("{}%", Decimal::new(i64::from(pips), 4).normalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_and_rates() {
        assert_eq!(price("149.987654321".parse().unwrap()), "149.98765");
        assert_eq!(
            price("0.000000123456789".parse().unwrap()),
            "0.00000012345679"
        );
        assert_eq!(price("150.000".parse().unwrap()), "150");
        assert_eq!(pips(3_000), "0.3%");
        assert_eq!(pips(12_000), "1.2%");
        assert_eq!(pips(1), "0.0001%");
        assert_eq!(pips(0), "0%");
        assert_eq!(counted(1, "lane"), "1 lane");
        assert_eq!(counted(0, "lane"), "0 lanes");
    }
}
