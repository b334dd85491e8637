//! Takes from a wallet, without a lane: one instruction pays, trades and is paid.

use sealane_sdk::{
    book::TakeLimits,
    engine_core::book::{BookSide, Lots, SelfTrade},
    events::orderbook::BookEvent,
    plan::{Caller, Plan, swap_take_instructions},
    quote::{SwapTakeQuote, SwapTakeRequest, quote_swap_take},
    tx::Confirmed,
};
use serde::Serialize;
use solana_signer::Signer as _;

use super::{Arguments, any_price, outcome, outcome::OutcomeView, worse_by};
use crate::{
    balance,
    failure::{Failure, Result},
    output::{Facts, Report},
    session::Session,
    token::Token,
    transaction::Receipt,
    venue::{Venue, verb},
};

/// A take that was executed. Amounts are base units.
#[derive(Serialize)]
struct Taken {
    quote: OutcomeView,
    /// None if the node does not serve the record.
    sent: Option<u64>,
    /// Likewise.
    received: Option<u64>,
    transaction: Receipt,
    #[serde(skip)]
    venue: Venue,
    #[serde(skip)]
    quoted: SwapTakeQuote,
}

/// What is sent, and what is received.
fn tokens(venue: &Venue, side: BookSide) -> (&Token, &Token) {
    match side {
        BookSide::Bid => (&venue.pair.quote, &venue.pair.base),
        BookSide::Ask => (&venue.pair.base, &venue.pair.quote),
    }
}

impl Report for Taken {
    fn text(&self) -> String {
        let (token_in, token_out) = tokens(&self.venue, self.quoted.request.side);
        let units = self.venue.units;
        let mut facts = Facts::under("Traded");
        facts.add_some("Sent", self.sent.map(|sent| token_in.amount(units, sent)));
        let as_quoted =
            self.sent == Some(self.quoted.sent) && self.received == Some(self.quoted.received);
        let suffix = if as_quoted { ", as quoted" } else { "" };
        facts.add_some(
            "Received",
            self.received
                .map(|received| format!("{}{suffix}", token_out.amount(units, received))),
        );
        self.transaction.add_to(&mut facts, units);
        facts.to_string()
    }
}

pub(super) async fn run(session: &mut Session, arguments: &Arguments) -> Result<()> {
    let wallet = session.wallet()?;
    let (venue, plan) = {
        let _spinner = session.output.working("Asking the lanes");
        let venue = session.load_market(&arguments.market).await?;
        let plan = plan(session, &venue, &Caller::new(wallet.pubkey()), arguments)?;
        let (token_in, _) = tokens(&venue, plan.quote.request.side);
        balance::require(session, &wallet.pubkey(), token_in, plan.quote.sent).await?;
        (venue, plan)
    };
    session
        .output
        .preview(&preview(&venue, arguments, &plan.quote).to_string());
    if let Some(warning) = outcome::warning(&plan.quote.outcome) {
        session.output.warn(&warning);
    }
    session.output.consent(arguments.yes, "Trade?")?;

    let taken = {
        let _spinner = session.output.working("Trading");
        let executed = session.client.execute(plan, &wallet).await?;
        let (confirmed, quoted) = (executed.confirmed, executed.quote);
        let transaction = Receipt::of(&session.client, &confirmed, &wallet.pubkey()).await;
        let moved = moved(&confirmed);
        let has_size = arguments.size.is_some();
        Taken {
            quote: OutcomeView::of(&venue, &quoted.outcome, has_size),
            sent: moved.map(|(sent, _)| sent),
            received: moved.map(|(_, received)| received),
            transaction,
            venue,
            quoted,
        }
    };
    session.output.report(&taken);
    Ok(())
}

fn plan(
    session: &Session,
    venue: &Venue,
    caller: &Caller,
    arguments: &Arguments,
) -> Result<Plan<SwapTakeQuote>> {
    let wanted = arguments.wanted(venue)?;
    if wanted.side == BookSide::Ask && wanted.max_quote.is_some() {
        let message = "from a wallet, --quote is what to pay; a sale is given by its SIZE";
        return Err(Failure::usage("Usage", message)
            .hint("give SIZE, or sell from a lane to reach an amount of quote"));
    }
    let markets = session.client.markets();
    let limits = TakeLimits::default();
    let mut request = SwapTakeRequest {
        market: venue.address,
        trader: caller.owner,
        side: wanted.side,
        limit: any_price(wanted.side),
        lots: wanted.lots,
        maximum_sent: wanted.max_quote,
        slippage_tolerance_bps: arguments.slippage_bps,
        whole: arguments.fok,
        self_trade: SelfTrade::Decrement,
        referrer: None,
    };
    request.limit = match wanted.limit {
        Some(limit) => limit,
        None => {
            let quote = quote_swap_take(markets, &request, &limits)?;
            let worst = quote.outcome.worst_price.unwrap_or(request.limit);
            worse_by(wanted.side, worst, arguments.slippage_bps)
        }
    };
    Ok(swap_take_instructions(markets, &request, &limits, caller)?)
}

fn preview(venue: &Venue, arguments: &Arguments, quote: &SwapTakeQuote) -> Facts {
    let outcome = &quote.outcome;
    let side = quote.request.side;
    let mut facts = Facts::under(format!("{} · {} from the wallet", venue.name(), verb(side)));
    outcome::add_to(&mut facts, venue, outcome);
    if arguments.size.is_some() && outcome.left > Lots::ZERO {
        let left = outcome::left_text(venue, outcome.left, false, outcome.ended);
        facts.add("Left", left);
    }
    let (token_in, token_out) = tokens(venue, side);
    facts
        .add(
            "At most",
            format!("{} sent", token_in.amount(venue.units, quote.maximum_sent)),
        )
        .add(
            "At least",
            format!(
                "{} received",
                token_out.amount(venue.units, quote.minimum_received)
            ),
        );
    facts
}

/// What left the wallet and what arrived, as the program reported it.
fn moved(confirmed: &Confirmed) -> Option<(u64, u64)> {
    confirmed
        .book_events()
        .iter()
        .find_map(|event| match event {
            BookEvent::SwapTaken(taken, _) => Some((taken.sent, taken.received)),
            _ => None,
        })
}
