//! `cross`: two lanes whose prices have crossed trade, and who lets them earns a part.

use clap::Args;
use sealane_sdk::{
    book::OrderBook,
    events::orderbook::BookEvent,
    plan::{Caller, CrossQuote, cross_instructions},
};
use serde::Serialize;
use solana_pubkey::Pubkey;

use super::lane::changed::Changed;
use crate::{
    desk::{Desk, LaneArguments},
    failure::{Failure, Result},
    output::Facts,
    session::Session,
    view::text,
};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// In which market
    #[arg(value_name = "MARKET")]
    market: String,

    /// Pairs of orders that trade at most
    #[arg(long, value_name = "COUNT", default_value_t = 8,
          value_parser = clap::value_parser!(u16).range(1..=32))]
    most: u16,

    #[command(flatten)]
    lane: LaneArguments,
}

/// What was crossed. Amounts are base units.
#[derive(Serialize)]
struct Settled {
    #[serde(serialize_with = "text")]
    bids: Pubkey,
    #[serde(serialize_with = "text")]
    asks: Pubkey,
    base: u64,
    value: u64,
    /// What the wallet's lane earned, in quote.
    reward: u64,
}

pub(super) async fn run(session: &mut Session, arguments: &Arguments) -> Result<()> {
    let changed = {
        let spinner = session.output.working("Fetching the book");
        let desk = Desk::open(session, &arguments.market, &arguments.lane).await?;
        let (bids, asks) = crossed_lanes(session, &desk)?;
        let plan = cross_instructions(
            session.client.markets(),
            &desk.lane,
            (&bids, &asks),
            arguments.most,
            &Caller::new(desk.signer()),
        )?;
        spinner.say("Crossing");
        let executed = session.client.execute(plan, &desk.wallet).await?;
        let events = executed.confirmed.book_events();
        let settled = settled(&desk, &executed.quote, &events);
        let mut facts = Facts::under(format!("{} · crossed", desk.venue.name()));
        facts
            .add("Traded", desk.venue.base(settled.base))
            .add("For", desk.venue.quote(settled.value))
            .add("Earned", desk.venue.quote(settled.reward));
        Changed::after(session, &desk, &executed.confirmed, settled, facts).await?
    };
    session.output.report(&changed);
    Ok(())
}

/// The two lanes that cross by most, the wallet's own aside: it gets the reward and cannot trade.
fn crossed_lanes(session: &Session, desk: &Desk) -> Result<(Pubkey, Pubkey)> {
    let lanes = session.client.markets().lanes(&desk.venue.address);
    let others = lanes.filter(|entry| entry.address != desk.lane);
    let book = OrderBook::of(others.map(|entry| (entry.address, entry.lane)), desk.moment);
    match book.crossed() {
        Some((bid, ask)) => Ok((bid.lane, ask.lane)),
        None => Err(
            Failure::new("NotCrossed", "no two other lanes' prices cross").hint(format!(
                "`sealane book {}` shows when they do",
                desk.venue.name()
            )),
        ),
    }
}

/// As the program reported it, or else as it was quoted.
fn settled(desk: &Desk, quote: &CrossQuote, events: &[BookEvent]) -> Settled {
    let reported = events.iter().find_map(|event| match event {
        BookEvent::Crossed(crossed, _) => Some((crossed.lots, crossed.value, crossed.reward)),
        _ => None,
    });
    let crossed = &quote.crossed;
    let (lots, value, reward) = reported.unwrap_or((crossed.lots.0, crossed.value, crossed.reward));
    Settled {
        bids: quote.bids,
        asks: quote.asks,
        base: desk
            .venue
            .base_of(sealane_sdk::engine_core::book::Lots(lots)),
        value,
        reward,
    }
}
