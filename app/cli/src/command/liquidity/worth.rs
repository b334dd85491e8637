//! What shares are worth at a shard's price, to compare it with what a one-sided deposit or
//! withdrawal gives. Only for people to read.

use rust_decimal::Decimal;
use sealane_sdk::{Side, amm::state::Shard, amount, engine_core::curve::Curve};

use crate::token::Pair;

/// Decimal places of a percentage.
const PERCENT_PLACES: u32 = 2;

/// What a part of a shard's liquidity is worth in whole tokens of one side, before the trade and
/// without fees.
pub(super) fn of_shares(
    shard: &Shard,
    curve: &Curve,
    pair: &Pair,
    shares: u64,
    side: Side,
) -> Option<Decimal> {
    let price = curve.spot_price(shard.state().reserves).ok()?;
    let price = amount::price(price, pair.base.decimals, pair.quote.decimals);
    let base = amount::to_decimal(shard.base_reserve, pair.base.decimals);
    let quote = amount::to_decimal(shard.quote_reserve, pair.quote.decimals);
    let total = match side {
        Side::Base => base.checked_add(quote.checked_div(price)?)?,
        Side::Quote => quote.checked_add(base.checked_mul(price)?)?,
    };
    let part = Decimal::from(shares).checked_div(Decimal::from(shard.shares))?;
    total.checked_mul(part)
}

/// By how much less is got than given, as a percentage: the price impact and the fees.
pub(super) fn lost(given: Decimal, got: Decimal) -> Option<String> {
    let kept = got.checked_div(given)?;
    let lost = (Decimal::ONE - kept).max(Decimal::ZERO) * Decimal::ONE_HUNDRED;
    Some(format!("{}%", lost.round_dp(PERCENT_PLACES).normalize()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn losses_are_percentages() {
        let decimal = |text: &str| text.parse::<Decimal>().unwrap();
        assert_eq!(lost(decimal("100"), decimal("99.5")).unwrap(), "0.5%");
        assert_eq!(lost(decimal("3"), decimal("2")).unwrap(), "33.33%");
        assert_eq!(lost(decimal("1"), decimal("1.01")).unwrap(), "0%");
        assert_eq!(lost(Decimal::ZERO, Decimal::ONE), None);
    }
}
