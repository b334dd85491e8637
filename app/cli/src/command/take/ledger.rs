//! Takes from a lane, paid from and to its balances.

use sealane_sdk::{
    book::TakeLimits,
    engine_core::book::{BookSide, Expiry, Lots},
    events::orderbook::BookEvent,
    markets::MarketError,
    orderbook::{TimeInForce, errors::OrderbookError},
    plan::{Caller, Plan, take_instructions},
    quote::{TakeQuote, TakeRequest, quote_take},
    tx::Confirmed,
};
use serde::Serialize;

use super::{Arguments, any_price, outcome, outcome::OutcomeView, worse_by};
use crate::{
    command::{
        lane::changed::Changed,
        order::{self, PlaceArguments},
    },
    desk::Desk,
    failure::{Failure, Result},
    output::Facts,
    session::Session,
    venue::verb,
    view::some_text,
};

/// A take that was executed. Amounts are base units.
#[derive(Serialize)]
struct Taken {
    quote: OutcomeView,
    /// What the program reported; none if the node does not serve the record.
    base: Option<u64>,
    value: Option<u64>,
    fee: Option<u64>,
    /// The order in which the rest rests.
    #[serde(serialize_with = "some_text")]
    rested_id: Option<u64>,
}

pub(super) async fn run(session: &mut Session, arguments: &Arguments) -> Result<()> {
    let (desk, plan) = {
        let _spinner = session.output.working("Asking the lanes");
        let desk = Desk::open(session, &arguments.market, &arguments.lane).await?;
        match plan(session, &desk, arguments)? {
            Some(plan) => (desk, plan),
            None => return only_rest(session, arguments).await,
        }
    };
    let quote = &plan.quote;
    session
        .output
        .preview(&preview(&desk, arguments, quote).to_string());
    if let Some(warning) = outcome::warning(&quote.outcome) {
        session.output.warn(&warning);
    }
    session.output.consent(arguments.yes, "Trade?")?;

    let changed = {
        let _spinner = session.output.working("Trading");
        let executed = session.client.execute(plan, &desk.wallet).await?;
        let taken = taken(&desk, arguments, &executed.quote, &executed.confirmed);
        let facts = facts(&desk, &taken, &executed.quote);
        Changed::after(session, &desk, &executed.confirmed, taken, facts).await?
    };
    session.output.report(&changed);
    Ok(())
}

/// Rests all of it: nobody trades within the limit.
async fn only_rest(session: &mut Session, arguments: &Arguments) -> Result<()> {
    let place = PlaceArguments {
        market: arguments.market.clone(),
        side: arguments.side,
        // Both are required of what may rest.
        size: arguments.size.clone().unwrap_or_default(),
        price: arguments.limit.clone().unwrap_or_default(),
        post_only: None,
        allow_crossing: false,
        expiry: arguments.expiry.clone(),
        lane: arguments.lane.clone(),
        yes: arguments.yes,
    };
    order::place(session, &place).await
}

/// What to send; nothing if nobody trades within the limit and all may rest.
fn plan(session: &Session, desk: &Desk, arguments: &Arguments) -> Result<Option<Plan<TakeQuote>>> {
    let wanted = arguments.wanted(&desk.venue)?;
    let markets = session.client.markets();
    let limits = TakeLimits::default();
    let lots = wanted.lots.unwrap_or(Lots(u64::MAX));
    let mut request = TakeRequest::new(desk.lane, wanted.side, any_price(wanted.side), lots);
    request.max_quote = wanted.max_quote;
    request.time_in_force = if arguments.rest {
        let Expiry { slot, time } = arguments.expiry.at(desk.moment)?;
        TimeInForce::Rest {
            client_id: arguments.expiry.client_id,
            expires_slot: slot,
            expires_at: time,
        }
    } else if arguments.fok {
        TimeInForce::FillOrKill
    } else {
        TimeInForce::ImmediateOrCancel
    };
    let polite = |error| polite(session, desk, &request, error);
    let limit = match wanted.limit {
        Some(limit) => limit,
        None => {
            let quote = quote_take(markets, &request, &limits).map_err(polite)?;
            let worst = quote.outcome.worst_price.unwrap_or(request.limit);
            worse_by(wanted.side, worst, arguments.slippage_bps)
        }
    };
    request.limit = limit;
    let caller = Caller::new(desk.signer());
    match take_instructions(markets, &request, &limits, &caller) {
        Ok(plan) => Ok(Some(plan)),
        Err(MarketError::NoOrders) if arguments.rest => Ok(None),
        Err(error) => Err(self::polite(session, desk, &request, error)),
    }
}

/// A refusal with the numbers that explain it.
fn polite(session: &Session, desk: &Desk, request: &TakeRequest, error: MarketError) -> Failure {
    let (venue, header) = (&desk.venue, desk.snapshot.header());
    match error {
        MarketError::NoOrders if request.limit == any_price(request.side) => {
            let nobody = match request.side {
                BookSide::Bid => "nobody else sells",
                BookSide::Ask => "nobody else buys",
            };
            Failure::new("NoOrders", format!("{nobody} in {}", venue.name()))
                .hint("let an order rest with `sealane order place`")
        }
        MarketError::Refused(OrderbookError::InsufficientFunds) => {
            let (free, flag) = match request.side {
                BookSide::Bid => (venue.quote(header.quote_free), "--quote"),
                BookSide::Ask => (venue.base(header.base_free), "--base"),
            };
            let verb = verb(request.side);
            let message = format!("the lane has {free} free, too little to {verb} that much");
            Failure::new("InsufficientFunds", message).hint(format!(
                "take less, or `sealane deposit {} {flag} AMOUNT` first",
                venue.address
            ))
        }
        MarketError::Refused(OrderbookError::NotFilled) => {
            let partly = TakeRequest {
                time_in_force: TimeInForce::ImmediateOrCancel,
                ..*request
            };
            let markets = session.client.markets();
            match quote_take(markets, &partly, &TakeLimits::default()) {
                Ok(quote) => {
                    let (offered, wanted) = (quote.outcome.lots, request.lots);
                    let message = format!(
                        "only {} of the {} can be traded at once within the limit",
                        venue.size(offered),
                        venue.size(wanted)
                    );
                    Failure::new("NotFilled", message)
                        .hint("take less, allow a worse price with --limit, or leave --fok away")
                }
                Err(_) => error.into(),
            }
        }
        error => error.into(),
    }
}

fn preview(desk: &Desk, arguments: &Arguments, quote: &TakeQuote) -> Facts {
    let (venue, outcome) = (&desk.venue, &quote.outcome);
    let mut facts = Facts::under(format!("{} · {}", venue.name(), verb(outcome.order.side)));
    outcome::add_to(&mut facts, venue, outcome);
    if arguments.size.is_some() && outcome.left > Lots::ZERO {
        let rests = quote.rested.is_some();
        let left = outcome::left_text(venue, outcome.left, rests, outcome.ended);
        facts.add("Left", left);
    }
    facts.add(
        "Free then",
        format!(
            "{}, {}",
            venue.base(quote.base_free),
            venue.quote(quote.quote_free)
        ),
    );
    facts
}

/// As the program reported it.
fn taken(desk: &Desk, arguments: &Arguments, quote: &TakeQuote, confirmed: &Confirmed) -> Taken {
    let events = confirmed.book_events();
    let reported = events.iter().find_map(|event| match event {
        BookEvent::Taken(taken, _) => Some(taken),
        _ => None,
    });
    let has_size = arguments.size.is_some();
    Taken {
        quote: OutcomeView::of(&desk.venue, &quote.outcome, has_size),
        base: reported.map(|taken| desk.venue.base_of(Lots(taken.lots))),
        value: reported.map(|taken| taken.value),
        fee: reported.map(|taken| taken.fee),
        rested_id: reported.map(|taken| taken.rested_id).filter(|id| *id != 0),
    }
}

fn facts(desk: &Desk, taken: &Taken, quote: &TakeQuote) -> Facts {
    let venue = &desk.venue;
    let side = quote.outcome.order.side;
    let (base_name, money) = match side {
        BookSide::Bid => ("Bought", "Paid"),
        BookSide::Ask => ("Sold", "Received"),
    };
    let mut facts = Facts::under(format!("{} · traded", venue.name()));
    let (Some(base), Some(value), Some(fee)) = (taken.base, taken.value, taken.fee) else {
        return facts;
    };
    if base == 0 {
        let mut facts = Facts::under(format!("{} · nothing traded", venue.name()));
        facts.add("Why", "the orders were gone when the transaction ran");
        return facts;
    }
    let total = match side {
        BookSide::Bid => value.saturating_add(fee),
        BookSide::Ask => value.saturating_sub(fee),
    };
    let as_quoted =
        (base, value, fee) == (quote.outcome.base, quote.outcome.value, quote.outcome.fee);
    let suffix = if as_quoted { ", as quoted" } else { "" };
    facts
        .add(base_name, venue.base(base))
        .add(money, format!("{}{suffix}", venue.quote(total)))
        .add("Fee", venue.quote(fee))
        .add_some("Average price", venue.average_price(base, value))
        .add_some("Rests as", taken.rested_id.map(|id| format!("order {id}")));
    facts
}
