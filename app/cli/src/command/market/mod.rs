//! `market`: create, look at and run markets.

mod add_vault_shard;
mod administer;
mod authority;
mod collect_fees;
mod create;
mod fees;
mod list;
mod pause;
mod set_fees;
mod show;

use clap::{Args, Subcommand};

use crate::{failure::Result, session::Session};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Create a market of two tokens; the wallet becomes its authority
    Create(create::Arguments),
    /// All markets of the chain
    List(list::Arguments),
    /// One market
    Show(MarketArgument),
    /// Add vault shards: more deposits and withdrawals can run side by side
    AddVaultShard(add_vault_shard::Arguments),
    /// Set other fees
    SetFees(set_fees::Arguments),
    /// Pause actions
    Pause(pause::Arguments),
    /// Let paused actions be done again
    Resume(pause::Arguments),
    /// Propose another authority, who then has to accept
    ProposeAuthority(authority::Arguments),
    /// Take over as the proposed authority
    AcceptAuthority(MarketArgument),
    /// Collect the authority's part of the fees
    CollectFees(MarketArgument),
}

/// A market and nothing else.
#[derive(Debug, Args)]
pub(crate) struct MarketArgument {
    /// Which market
    #[arg(value_name = "MARKET")]
    market: String,
}

pub(super) async fn run(session: &mut Session, command: Command) -> Result<()> {
    match command {
        Command::Create(arguments) => create::run(session, &arguments).await,
        Command::List(arguments) => list::run(session, &arguments).await,
        Command::Show(arguments) => show::run(session, &arguments).await,
        Command::AddVaultShard(arguments) => add_vault_shard::run(session, &arguments).await,
        Command::SetFees(arguments) => set_fees::run(session, &arguments).await,
        Command::Pause(arguments) => pause::run(session, &arguments, true).await,
        Command::Resume(arguments) => pause::run(session, &arguments, false).await,
        Command::ProposeAuthority(arguments) => authority::propose(session, &arguments).await,
        Command::AcceptAuthority(arguments) => authority::accept(session, &arguments).await,
        Command::CollectFees(arguments) => collect_fees::run(session, &arguments).await,
    }
}
