//! `lane grow`: room for more orders.

use clap::Args;
use sealane_sdk::plan::grow_lane_instructions;

use super::changed::change;
use crate::{
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

    /// Orders that each side is to have room for
    #[arg(value_name = "CAPACITY", value_parser = clap::value_parser!(u16).range(9..=512))]
    capacity: u16,

    #[command(flatten)]
    lane: LaneArguments,
}

pub(super) async fn run(session: &mut Session, arguments: &Arguments) -> Result<()> {
    let desk = {
        let _spinner = session.output.working("Fetching the lane");
        Desk::open(session, &arguments.market, &arguments.lane).await?
    };
    desk.require_owner()?;
    let (present, wanted) = (desk.snapshot.header().capacity, arguments.capacity);
    let instructions = grow_lane_instructions(&desk.signer(), &desk.lane, present, wanted)?;
    let mut facts = Facts::under(format!("{} · lane grown", desk.venue.name()));
    facts.add("Lane", desk.lane.to_string()).add(
        "Room for",
        format!("{wanted} orders each side, before {present}"),
    );
    change(session, &desk, &instructions, facts).await
}
