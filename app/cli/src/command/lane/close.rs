//! `lane close`: ends a lane, and its rent comes back.

use clap::Args;
use sealane_sdk::plan::{Caller, close_lane_instructions};
use serde::Serialize;
use solana_pubkey::Pubkey;

use crate::{
    desk::{Desk, LaneArguments},
    failure::{Failure, Result},
    output::{Facts, Report},
    session::Session,
    transaction::Receipt,
    venue::Venue,
    view::{counted, text},
};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// In which market
    #[arg(value_name = "MARKET")]
    market: String,

    #[command(flatten)]
    lane: LaneArguments,

    /// Take all orders back and withdraw everything first
    #[arg(long)]
    empty: bool,
}

/// A lane that was closed. Amounts are base units.
#[derive(Serialize)]
struct Closed {
    #[serde(serialize_with = "text")]
    lane: Pubkey,
    orders_cancelled: usize,
    base_received: u64,
    quote_received: u64,
    transaction: Receipt,
    #[serde(skip)]
    heading: String,
    #[serde(skip)]
    venue: Venue,
}

impl Report for Closed {
    fn text(&self) -> String {
        let mut facts = Facts::under(&self.heading);
        if self.orders_cancelled > 0 {
            facts.add("Orders", format!("{} taken back", self.orders_cancelled));
        }
        if self.base_received > 0 || self.quote_received > 0 {
            facts
                .add("Received", self.venue.base(self.base_received))
                .add("", self.venue.quote(self.quote_received));
        }
        facts.add("Lane", self.lane.to_string());
        self.transaction.add_to(&mut facts, self.venue.units);
        facts.to_string()
    }
}

pub(super) async fn run(session: &mut Session, arguments: &Arguments) -> Result<()> {
    let closed = {
        let spinner = session.output.working("Fetching the lane");
        let desk = Desk::open(session, &arguments.market, &arguments.lane).await?;
        desk.require_owner()?;
        if !arguments.empty {
            require_empty(&desk)?;
        }
        let markets = session.client.markets();
        let plan = close_lane_instructions(markets, &desk.lane, &Caller::new(desk.signer()))?;
        spinner.say("Closing the lane");
        let executed = session.client.execute(plan, &desk.wallet).await?;
        let transaction = Receipt::of(&session.client, &executed.confirmed, &desk.signer()).await;
        let quote = executed.quote;
        let index = desk.snapshot.header().index;
        Closed {
            lane: desk.lane,
            orders_cancelled: quote.orders,
            base_received: quote.withdrawal.base_received,
            quote_received: quote.withdrawal.quote_received,
            transaction,
            heading: format!("{} · lane {index} closed", desk.venue.name()),
            venue: desk.venue,
        }
    };
    session.output.report(&closed);
    Ok(())
}

/// Orders and balances are not swept away by the way.
fn require_empty(desk: &Desk) -> Result<()> {
    let view = desk.view();
    let header = desk.snapshot.header();
    let holds = header.base_free | header.base_locked | header.quote_free | header.quote_locked;
    if view.orders.is_empty() && holds == 0 {
        return Ok(());
    }
    let message = format!(
        "the lane has {}, {} free and {} locked",
        counted(view.orders.len(), "order"),
        view.free(),
        view.locked()
    );
    Err(Failure::new("LaneNotEmpty", message)
        .hint("add --empty to take the orders back and to withdraw everything first"))
}
