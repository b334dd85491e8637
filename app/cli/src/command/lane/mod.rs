//! `lane`: a trader's account in a market.

pub(super) mod changed;
mod close;
mod delegate;
mod grow;
pub(super) mod list;
mod open;

use clap::{Args, Subcommand};
use sealane_sdk::address;

use crate::{
    desk::{LaneArguments, no_lane},
    failure::Result,
    session::Session,
    view::LaneView,
};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Open a lane in a market, to trade from
    Open(open::Arguments),
    /// Close a lane; its rent comes back
    Close(close::Arguments),
    /// A wallet's lanes in all markets
    List(list::Arguments),
    /// One lane with its orders
    Show(Which),
    /// Make room for more orders
    Grow(grow::Arguments),
    /// Let somebody else trade with a lane, but not withdraw
    Delegate(delegate::Arguments),
}

/// A lane and nothing else.
#[derive(Debug, Args)]
pub(crate) struct Which {
    /// In which market
    #[arg(value_name = "MARKET")]
    market: String,

    #[command(flatten)]
    lane: LaneArguments,
}

pub(super) async fn run(session: &mut Session, command: Command) -> Result<()> {
    match command {
        Command::Open(arguments) => open::run(session, &arguments).await,
        Command::Close(arguments) => close::run(session, &arguments).await,
        Command::List(arguments) => list::run(session, &arguments).await,
        Command::Show(which) => show(session, &which).await,
        Command::Grow(arguments) => grow::run(session, &arguments).await,
        Command::Delegate(arguments) => delegate::run(session, &arguments).await,
    }
}

/// Anybody may look at any lane.
async fn show(session: &mut Session, which: &Which) -> Result<()> {
    let view = {
        let _spinner = session.output.working("Fetching the lane");
        let owner = which.lane.owner(session)?;
        let venue = session.load_market(&which.market).await?;
        let index = which.lane.index;
        let (address, _) = address::lane(&venue.address, &owner, index);
        let lane = session.lane(&address);
        let lane = lane.ok_or_else(|| no_lane(&venue, &owner, index))?;
        LaneView::of(&venue, &address, lane, session.moment())
    };
    session.output.report(&view);
    Ok(())
}
