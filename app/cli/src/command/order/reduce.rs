//! `order reduce`: a smaller order that keeps its place in time.

use clap::Args;
use sealane_sdk::{
    engine_core::book::{Lots, OrderId},
    plan::reduce_instruction,
};
use serde::Serialize;

use super::cancel::not_found;
use crate::{
    command::lane::changed::Changed,
    desk::{Desk, LaneArguments},
    failure::Result,
    output::Facts,
    session::Session,
};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// In which market
    #[arg(value_name = "MARKET")]
    market: String,

    /// Which order, by its id
    #[arg(value_name = "ORDER")]
    id: u64,

    /// By how much, in base tokens; all of it or more takes it back
    #[arg(value_name = "SIZE")]
    size: String,

    #[command(flatten)]
    lane: LaneArguments,
}

/// What is left of the order, in base units.
#[derive(Serialize)]
struct Reduced {
    order: String,
    left: u64,
}

pub(super) async fn run(session: &mut Session, arguments: &Arguments) -> Result<()> {
    let changed = {
        let spinner = session.output.working("Fetching the lane");
        let desk = Desk::open(session, &arguments.market, &arguments.lane).await?;
        let (id, by) = (arguments.id, desk.venue.parse_size(&arguments.size)?);
        let orders = desk.view().orders;
        let order = orders.iter().find(|order| order.id == id);
        let order = order.ok_or_else(|| not_found(&desk, id))?;
        let instruction = reduce_instruction(&desk.lane, &desk.signer(), OrderId(id), by);
        spinner.say("Reducing");
        let confirmed = session.client.send(&[instruction], &desk.wallet).await?;
        let left = order.lots.saturating_sub(by.0);
        let mut facts = Facts::under(match left {
            0 => "Order taken back",
            _ => "Order reduced",
        });
        facts
            .add("Order", format!("{id}, {}", order.sentence(&desk.venue)))
            .add("Left", desk.venue.size(Lots(left)));
        let reduced = Reduced {
            order: id.to_string(),
            left: desk.venue.base_of(Lots(left)),
        };
        Changed::after(session, &desk, &confirmed, reduced, facts).await?
    };
    session.output.report(&changed);
    Ok(())
}
