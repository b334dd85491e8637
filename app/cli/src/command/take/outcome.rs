//! What a take comes to, for people and for programs.

use rust_decimal::Decimal;
use sealane_sdk::{
    amount,
    engine_core::book::{BookSide, Ended, Lots, Met},
    quote::TakeOutcome,
};
use serde::Serialize;

use crate::{
    output::Facts,
    venue::{Venue, verb},
    view::{self, some_text},
};

/// From this price impact on, it is said aloud.
const HIGH_IMPACT_BPS: u32 = 500;

/// What a take comes to. Amounts are base units; fees are in quote.
#[derive(Clone, Debug, Serialize)]
pub(super) struct OutcomeView {
    side: &'static str,
    base: u64,
    /// Before the fee.
    value: u64,
    fee: u64,
    /// Base that finds no counterparty; none if no size was asked for.
    left: Option<u64>,
    /// Of quote for base, before the fee.
    #[serde(serialize_with = "some_text")]
    average_price: Option<Decimal>,
    /// With the fee.
    #[serde(serialize_with = "some_text")]
    execution_price: Option<Decimal>,
    price_impact_bps: u32,
    #[serde(serialize_with = "some_text")]
    limit: Option<Decimal>,
    limit_ticks: u32,
    orders: usize,
    lanes: usize,
    ended: &'static str,
    /// Whether no other lanes could give more; unknown in very large books.
    proven_best: bool,
}

impl OutcomeView {
    pub(super) fn of(venue: &Venue, outcome: &TakeOutcome, has_size: bool) -> Self {
        Self {
            side: verb(outcome.order.side),
            base: outcome.base,
            value: outcome.value,
            fee: outcome.fee,
            left: has_size.then(|| venue.base_of(outcome.left)),
            average_price: outcome.average_price,
            execution_price: outcome.execution_price,
            price_impact_bps: outcome.price_impact_bps,
            limit: Some(venue.scale.price(outcome.order.limit)),
            limit_ticks: outcome.order.limit.0,
            orders: orders_met(outcome),
            lanes: outcome.lanes.len(),
            ended: ended(outcome.ended),
            proven_best: outcome.is_proven_best == Some(true),
        }
    }
}

fn ended(ended: Ended) -> &'static str {
    match ended {
        Ended::Complete => "complete",
        Ended::Exhausted => "no_more_orders",
        Ended::QuoteSpent => "quote_spent",
        Ended::OrdersMet => "too_many_orders",
    }
}

fn orders_met(outcome: &TakeOutcome) -> usize {
    let traded = outcome.fills.iter();
    traded.filter(|fill| fill.met == Met::Filled).count()
}

/// What would be traded, at which prices and for which fee.
pub(super) fn add_to(facts: &mut Facts, venue: &Venue, outcome: &TakeOutcome) {
    let side = outcome.order.side;
    let fee = venue.quote(outcome.fee);
    match side {
        BookSide::Bid => {
            let paid = venue.quote(outcome.value.saturating_add(outcome.fee));
            facts
                .add("Buy", venue.base(outcome.base))
                .add("Pay", format!("{paid}, {fee} of it the fee"));
        }
        BookSide::Ask => {
            let received = venue.quote(outcome.value.saturating_sub(outcome.fee));
            facts
                .add("Sell", venue.base(outcome.base))
                .add("Receive", format!("{received}, after a fee of {fee}"));
        }
    }
    let average = venue.average_price(outcome.base, outcome.value);
    let range = match (outcome.best_price, outcome.worst_price) {
        (Some(best), Some(worst)) if best != worst => {
            let (best, worst) = (venue.bare_price(best), venue.bare_price(worst));
            format!(", from {best} to {worst}")
        }
        _ => String::new(),
    };
    facts
        .add_some(
            "Average price",
            average.map(|average| format!("{average}{range}")),
        )
        .add_some(
            "With the fee",
            outcome
                .execution_price
                .map(|price| format!("{} {}", view::price(price), venue.pair.price_unit())),
        )
        .add("Price impact", amount::percent(outcome.price_impact_bps))
        .add("Limit", venue.price(outcome.order.limit))
        .add(
            "From",
            format!(
                "{} in {}",
                view::counted(orders_met(outcome), "order"),
                view::counted(outcome.lanes.len(), "lane")
            ),
        );
}

/// What becomes of a size that is not all traded.
pub(super) fn left_text(venue: &Venue, left: Lots, rests: bool, ended: Ended) -> String {
    let size = venue.size(left);
    let why = match ended {
        Ended::QuoteSpent => "the quote is used up",
        Ended::OrdersMet => "one transaction meets no more orders",
        Ended::Complete | Ended::Exhausted => "nobody offers more within the limit",
    };
    if rests {
        format!("{size} rest at the limit: {why}")
    } else {
        format!("{size} are dropped: {why}")
    }
}

/// What to warn of, if anything.
pub(super) fn warning(outcome: &TakeOutcome) -> Option<String> {
    let impact = outcome.price_impact_bps;
    (impact >= HIGH_IMPACT_BPS).then(|| {
        format!(
            "on average this trade is {} worse than the best price: consider a smaller one",
            amount::percent(impact)
        )
    })
}
