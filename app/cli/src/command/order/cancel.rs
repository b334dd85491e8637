//! `order cancel` and `order cancel-all`: orders come back, and what they locked is free.

use clap::Args;
use sealane_sdk::{
    engine_core::book::{BookSide, OrderId},
    plan::{cancel_all_instruction, cancel_client_instruction, cancel_instruction},
};
use serde::Serialize;
use solana_instruction::Instruction;

use crate::{
    command::lane::changed::Changed,
    desk::{Desk, LaneArguments, SideArgument},
    failure::{Failure, Result},
    output::Facts,
    session::Session,
    view::{OrderView, counted},
};

/// Orders that are taken back in one transaction.
const MOST_IDS: usize = 16;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// In which market
    #[arg(value_name = "MARKET")]
    market: String,

    /// Which orders, by their ids
    #[arg(value_name = "ORDER", required_unless_present = "client_id", num_args = 1..=MOST_IDS)]
    ids: Vec<u64>,

    /// All orders with this number of your own
    #[arg(long, value_name = "NUMBER", conflicts_with = "ids")]
    client_id: Option<u64>,

    #[command(flatten)]
    lane: LaneArguments,
}

#[derive(Debug, Args)]
pub(crate) struct AllArguments {
    /// In which market
    #[arg(value_name = "MARKET")]
    market: String,

    /// Only orders that buy, or that sell
    #[arg(long, value_enum, value_name = "SIDE")]
    side: Option<SideArgument>,

    #[command(flatten)]
    lane: LaneArguments,
}

/// What came back.
#[derive(Serialize)]
struct Cancelled {
    cancelled: Vec<OrderView>,
}

pub(super) async fn run(session: &mut Session, arguments: &Arguments) -> Result<()> {
    let desk = open(session, &arguments.market, &arguments.lane).await?;
    let orders = desk.view().orders;
    let (lane, signer) = (&desk.lane, desk.signer());
    let (named, instructions): (Vec<OrderView>, Vec<Instruction>) = match arguments.client_id {
        Some(client_id) => {
            let named = orders.into_iter();
            let named = named.filter(|order| order.client_id == client_id).collect();
            let cancel = cancel_client_instruction(lane, &signer, client_id);
            (named, vec![cancel])
        }
        None => {
            let find = |id: &u64| {
                let found = orders.iter().find(|order| order.id == *id);
                found.cloned().ok_or_else(|| not_found(&desk, *id))
            };
            let named = arguments.ids.iter().map(find).collect::<Result<_>>()?;
            let cancel = |id: &u64| cancel_instruction(lane, &signer, OrderId(*id));
            (named, arguments.ids.iter().map(cancel).collect())
        }
    };
    if named.is_empty() {
        return Err(
            Failure::new("OrderNotFound", "the lane has no order with this client id")
                .hint("`sealane order list` shows the orders that there are"),
        );
    }
    cancel(session, &desk, named, &instructions).await
}

pub(super) async fn all(session: &mut Session, arguments: &AllArguments) -> Result<()> {
    let desk = open(session, &arguments.market, &arguments.lane).await?;
    let side: Option<BookSide> = arguments.side.map(BookSide::from);
    let mut named = desk.view().orders;
    named.retain(|order| side.is_none_or(|side| OrderId(order.id).side() == side));
    if named.is_empty() {
        return Err(Failure::new("OrderNotFound", "the lane has no such orders")
            .hint("`sealane order list` shows the orders that there are"));
    }
    let instruction = cancel_all_instruction(&desk.lane, &desk.signer(), side);
    cancel(session, &desk, named, &[instruction]).await
}

async fn open(session: &mut Session, market: &str, lane: &LaneArguments) -> Result<Desk> {
    let _spinner = session.output.working("Fetching the lane");
    Desk::open(session, market, lane).await
}

pub(super) fn not_found(desk: &Desk, id: u64) -> Failure {
    let index = desk.snapshot.header().index;
    let message = format!("lane {index} has no order {id}: it was filled, cancelled or expired");
    Failure::new("OrderNotFound", message)
        .hint("`sealane order list` shows the orders that there are")
}

async fn cancel(
    session: &mut Session,
    desk: &Desk,
    cancelled: Vec<OrderView>,
    instructions: &[Instruction],
) -> Result<()> {
    let changed = {
        let _spinner = session.output.working("Cancelling");
        let confirmed = session.client.send(instructions, &desk.wallet).await?;
        let count = counted(cancelled.len(), "order");
        let mut facts = Facts::under(format!("{count} taken back"));
        for order in &cancelled {
            facts.add(order.id.to_string(), order.sentence(&desk.venue));
        }
        let cancelled = Cancelled { cancelled };
        Changed::after(session, desk, &confirmed, cancelled, facts).await?
    };
    session.output.report(&changed);
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::parse;

    #[test]
    fn orders_are_named_by_ids_or_by_a_number_of_ones_own() {
        assert!(parse(&["order", "cancel", "m"]).is_err());
        assert!(parse(&["order", "cancel", "m", "1", "2"]).is_ok());
        assert!(parse(&["order", "cancel", "m", "--client-id", "7"]).is_ok());
        assert!(parse(&["order", "cancel", "m", "1", "--client-id", "7"]).is_err());
        assert!(parse(&["order", "cancel-all", "m", "--side", "sell"]).is_ok());
    }
}
