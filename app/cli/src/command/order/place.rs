//! `order place`: an order that rests.

use clap::{Args, ValueEnum};
use sealane_sdk::{
    engine_core::book::{BookSide, NewOrder, PostOnly, Ticks, market::lock},
    events::orderbook::BookEvent,
    orderbook::events::OrderRecord,
    plan::{lanes_that_fit, order_params, place_instruction},
    tx::Confirmed,
};
use serde::Serialize;
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

use super::ExpiryArguments;
use crate::{
    command::lane::changed::Changed,
    desk::{Desk, LaneArguments, SideArgument},
    failure::{Failure, Result},
    output::Facts,
    session::Session,
    transaction::Receipt,
    venue::verb,
    view::{OrderView, some_text},
};

const EXAMPLES: &str = "\
Examples:
  sealane order place tSOL/tUSDC buy 1.5 149.9
  sealane order place tSOL/tUSDC sell 2 150.5 --post-only slide --expires-in 10m

With --raw, sizes are base units and prices are ticks.";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// In which market
    #[arg(value_name = "MARKET")]
    pub(in crate::command) market: String,

    /// Buy or sell the base token
    #[arg(value_enum, value_name = "SIDE")]
    pub(in crate::command) side: SideArgument,

    /// How much, in base tokens: a multiple of the market's lot
    #[arg(value_name = "SIZE")]
    pub(in crate::command) size: String,

    /// At which price, in quote tokens for one base token: a multiple of the market's tick
    #[arg(value_name = "PRICE")]
    pub(in crate::command) price: String,

    /// What to do if it would trade at once: be refused, or move to one tick from the best price
    #[arg(long, value_enum, value_name = "POLICY")]
    pub(in crate::command) post_only: Option<Policy>,

    /// Let it rest even where it crosses the book: anybody may then settle it
    #[arg(long, conflicts_with = "post_only")]
    pub(in crate::command) allow_crossing: bool,

    #[command(flatten)]
    pub(in crate::command) expiry: ExpiryArguments,

    #[command(flatten)]
    pub(in crate::command) lane: LaneArguments,

    /// Do not ask before sending
    #[arg(long, short)]
    pub(in crate::command) yes: bool,
}

/// What becomes of a post-only order that would trade.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::command) enum Policy {
    /// It is refused
    Reject,
    /// It moves to one tick from the best price on the other side
    Slide,
}

/// The order as the program reported it; none if the node does not serve the record.
#[derive(Serialize)]
struct Placed {
    #[serde(serialize_with = "some_text")]
    order_id: Option<u64>,
    /// Where a post-only order slid, another one than was asked for.
    price_ticks: Option<u32>,
    /// None if it was taken before it could be looked at.
    order: Option<OrderView>,
}

pub(in crate::command) async fn run(session: &mut Session, arguments: &Arguments) -> Result<()> {
    session.output.require_consent(arguments.yes)?;
    let (desk, order) = {
        let _spinner = session.output.working("Fetching the lane");
        let desk = Desk::open(session, &arguments.market, &arguments.lane).await?;
        let order = new_order(&desk, arguments)?;
        (desk, order)
    };
    if arguments.post_only.is_none() && !arguments.allow_crossing {
        require_not_crossing(session, &desk, &order)?;
    }
    let rate = desk.venue.market.maker_fee_pips;
    let locked = lock(
        desk.venue.scale.sizes,
        order.side,
        order.price,
        order.lots,
        rate,
    )
    .map_err(|_| {
        Failure::usage(
            "Overflow",
            "size times price is more than any account can hold",
        )
        .hint("use a smaller size")
    })?;
    let next = format!(
        "use less, take orders back, or put more in with `sealane deposit {}`",
        desk.venue.address
    );
    desk.require_free(order.side, locked, &next)?;
    let preview = preview(&desk, &order, locked, arguments.post_only);
    session.output.preview(&preview.to_string());
    session.output.consent(arguments.yes, "Place?")?;

    let changed = {
        let _spinner = session.output.working("Placing");
        let place = instruction(session, &desk, &order, arguments.post_only);
        let confirmed = session.client.send(&[place], &desk.wallet).await?;
        let transaction = Receipt::of(&session.client, &confirmed, &desk.signer()).await;
        let lane = desk.view_now(session).await?;
        let record = placed_record(&confirmed);
        let id = record.map(|record| record.id);
        let facts = facts(&desk, &order, record.as_ref());
        let placed = Placed {
            order_id: id,
            price_ticks: record.map(|record| record.price),
            order: lane
                .orders
                .iter()
                .find(|order| Some(order.id) == id)
                .cloned(),
        };
        Changed::new(lane, transaction, placed, facts)
    };
    session.output.report(&changed);
    Ok(())
}

fn new_order(desk: &Desk, arguments: &Arguments) -> Result<NewOrder> {
    Ok(NewOrder {
        side: arguments.side.into(),
        price: desk.venue.parse_price(&arguments.price)?,
        lots: desk.venue.parse_size(&arguments.size)?,
        client_id: arguments.expiry.client_id,
        expiry: arguments.expiry.at(desk.moment)?,
    })
}

/// Fails if somebody's order could be taken at once: resting there would give away the difference.
fn require_not_crossing(session: &Session, desk: &Desk, order: &NewOrder) -> Result<()> {
    let book = session.order_book(&desk.venue.address);
    let opposite = book.orders(order.side.opposite());
    let Some(best) = opposite.iter().find(|best| best.owner != desk.owner) else {
        return Ok(());
    };
    if !order.side.accepts(order.price, best.price) {
        return Ok(());
    }
    let (side, price) = match order.side {
        BookSide::Bid => ("ask", desk.venue.price(best.price)),
        BookSide::Ask => ("bid", desk.venue.price(best.price)),
    };
    let message =
        format!("the book's best {side} is {price}: this order would not rest, it would cross it");
    Err(Failure::new("WouldCross", message).hint(format!(
        "trade at once with `sealane take {} {} … --rest`, or add --post-only slide",
        desk.venue.name(),
        verb(order.side)
    )))
}

fn instruction(
    session: &Session,
    desk: &Desk,
    order: &NewOrder,
    policy: Option<Policy>,
) -> Instruction {
    let (market, signer) = (desk.venue.address, desk.signer());
    let post_only = match policy {
        None => PostOnly::Off,
        Some(Policy::Reject) => PostOnly::Reject,
        Some(Policy::Slide) => PostOnly::Slide,
    };
    let params = order_params(order, post_only);
    let bare = place_instruction(&market, &desk.lane, &signer, &params, &[]);
    if policy.is_none() {
        return bare;
    }
    // The lanes with the best prices on the other side; a lane can be shown once.
    let book = session.order_book(&market);
    let most = lanes_that_fit(&[bare], &signer);
    let mut shown: Vec<Pubkey> = Vec::new();
    for other in book.orders(order.side.opposite()) {
        if shown.len() == most {
            break;
        }
        if other.lane != desk.lane && !shown.contains(&other.lane) {
            shown.push(other.lane);
        }
    }
    place_instruction(&market, &desk.lane, &signer, &params, &shown)
}

/// What an order does, in a sentence.
fn sentence(desk: &Desk, order: &NewOrder) -> String {
    let venue = &desk.venue;
    let (size, price) = (venue.size(order.lots), venue.price(order.price));
    format!("{} {size} at {price}", verb(order.side))
}

fn preview(desk: &Desk, order: &NewOrder, locked: u64, policy: Option<Policy>) -> Facts {
    let venue = &desk.venue;
    let value = venue.scale.sizes.value(order.price, order.lots);
    let value = value.map_or(u64::MAX, |value| value.get());
    let locked = match order.side {
        BookSide::Bid => venue.quote(locked),
        BookSide::Ask => venue.base(locked),
    };
    let mut facts = Facts::under(format!("{} · order", venue.name()));
    facts
        .add("Order", sentence(desk, order))
        .add("Worth", venue.quote(value))
        .add("Locks", locked)
        .add_some(
            "If it crosses",
            policy.map(|policy| match policy {
                Policy::Reject => "it is refused",
                Policy::Slide => "it moves to one tick from the best price",
            }),
        )
        .add("Lane", desk.lane.to_string());
    facts
}

/// What the program returned about the new order.
fn placed_record(confirmed: &Confirmed) -> Option<OrderRecord> {
    confirmed
        .book_events()
        .into_iter()
        .find_map(|event| match event {
            BookEvent::Placed(record) => Some(record),
            _ => None,
        })
}

fn facts(desk: &Desk, order: &NewOrder, record: Option<&OrderRecord>) -> Facts {
    let mut facts = Facts::under("Placed");
    facts.add("Order", sentence(desk, order));
    if let Some(record) = record {
        if record.price != order.price.0 {
            facts.add("Slid to", desk.venue.price(Ticks(record.price)));
        }
        facts.add("Id", record.id.to_string());
    }
    facts
}

#[cfg(test)]
mod tests {
    use crate::parse;

    #[test]
    fn an_order_has_a_side_a_size_and_a_price() {
        let line = ["order", "place", "m", "buy", "1", "150"];
        assert!(parse(&line).is_ok());
        assert!(parse(&line[..5]).is_err());
        assert!(parse(&["order", "place", "m", "hold", "1", "150"]).is_err());
    }

    #[test]
    fn post_only_and_crossing_exclude_each_other() {
        let line = [
            "order",
            "place",
            "m",
            "buy",
            "1",
            "150",
            "--post-only",
            "slide",
        ];
        assert!(parse(&line).is_ok());
        let both: Vec<&str> = line.iter().copied().chain(["--allow-crossing"]).collect();
        assert!(parse(&both).is_err());
    }
}
