//! `pool`: create, look at and run pools.

mod accept_authority;
mod add_shard;
mod administer;
mod collect_fees;
mod create;
mod fees;
mod list;
mod pause;
mod propose_authority;
mod ramp;
mod rebalance;
mod set_fees;
mod show;
mod stop_ramp;

use clap::{Args, Subcommand};

use crate::{failure::Result, session::Session};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Create a pool of two tokens; anybody can
    Create(create::Arguments),
    /// All pools of the chain
    List(list::Arguments),
    /// One pool: its shards, curve, fees and authority
    Show(PoolArgument),
    /// Give a pool more shards
    AddShard(add_shard::Arguments),
    /// Let two shards trade with each other until their prices meet; anybody can
    Rebalance(rebalance::Arguments),
    /// Change a pool's fees; what is not given stays
    SetFees(set_fees::Arguments),
    /// Pause actions; liquidity can always be removed
    Pause(pause::Arguments),
    /// Resume actions that were paused
    Resume(pause::Arguments),
    /// Propose another authority, who then has to accept
    ProposeAuthority(propose_authority::Arguments),
    /// Take over as the proposed authority
    AcceptAuthority(PoolArgument),
    /// Move a stable swap pool's amplification
    Ramp(ramp::Arguments),
    /// Stop moving it, where it is
    StopRamp(PoolArgument),
    /// Collect the authority's part of the fees
    CollectFees(collect_fees::Arguments),
}

/// A pool and nothing else.
#[derive(Debug, Args)]
pub(crate) struct PoolArgument {
    /// Which pool
    #[arg(value_name = "POOL")]
    pool: String,
}

pub(super) async fn run(session: &mut Session, command: Command) -> Result<()> {
    match command {
        Command::Create(arguments) => create::run(session, &arguments).await,
        Command::List(arguments) => list::run(session, &arguments).await,
        Command::Show(arguments) => show::run(session, &arguments).await,
        Command::AddShard(arguments) => add_shard::run(session, &arguments).await,
        Command::Rebalance(arguments) => rebalance::run(session, &arguments).await,
        Command::SetFees(arguments) => set_fees::run(session, &arguments).await,
        Command::Pause(arguments) => pause::run(session, &arguments, true).await,
        Command::Resume(arguments) => pause::run(session, &arguments, false).await,
        Command::ProposeAuthority(arguments) => propose_authority::run(session, &arguments).await,
        Command::AcceptAuthority(arguments) => accept_authority::run(session, &arguments).await,
        Command::Ramp(arguments) => ramp::run(session, &arguments).await,
        Command::StopRamp(arguments) => stop_ramp::run(session, &arguments).await,
        Command::CollectFees(arguments) => collect_fees::run(session, &arguments).await,
    }
}
