//! `liquidity`: provide it, and take it back.

mod add;
mod deposit;
mod portion;
mod proportion;
mod remove;
mod withdrawal;
mod worth;

use clap::Subcommand;

use crate::{failure::Result, session::Session};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Deposit both tokens, or one of them
    Add(add::Arguments),
    /// Withdraw both tokens, or one of them
    Remove(remove::Arguments),
}

pub(super) async fn run(session: &mut Session, command: Command) -> Result<()> {
    match command {
        Command::Add(arguments) => add::run(session, &arguments).await,
        Command::Remove(arguments) => remove::run(session, &arguments).await,
    }
}
