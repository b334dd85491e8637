//! `order`: orders that rest in a wallet's lanes.

mod cancel;
mod expiry;
mod list;
mod place;
mod reduce;

pub(super) use expiry::ExpiryArguments;
pub(super) use place::{Arguments as PlaceArguments, run as place};

use clap::Subcommand;

use crate::{failure::Result, session::Session};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Place an order that rests until somebody takes it
    Place(place::Arguments),
    /// Take orders back
    Cancel(cancel::Arguments),
    /// Take all orders of a lane back
    CancelAll(cancel::AllArguments),
    /// Make an order smaller; it keeps its place in time
    Reduce(reduce::Arguments),
    /// A wallet's orders
    List(list::Arguments),
}

pub(super) async fn run(session: &mut Session, command: Command) -> Result<()> {
    match command {
        Command::Place(arguments) => place::run(session, &arguments).await,
        Command::Cancel(arguments) => cancel::run(session, &arguments).await,
        Command::CancelAll(arguments) => cancel::all(session, &arguments).await,
        Command::Reduce(arguments) => reduce::run(session, &arguments).await,
        Command::List(arguments) => list::run(session, &arguments).await,
    }
}
