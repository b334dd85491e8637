//! The commands: one file each, with its arguments, what it does, and its outcome.

mod address;
mod balances;
mod book;
mod cross;
mod done;
mod farm;
mod faucet;
mod funds;
mod gov;
mod lane;
mod liquidity;
mod market;
mod order;
mod pool;
mod quote;
mod stake;
mod swap;
mod table;
mod take;
mod token;
mod twap;

use clap::Subcommand;

use crate::{failure::Result, session::Session};

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// What a swap would bring now
    Quote(quote::Arguments),
    /// Swap one token for another
    Swap(swap::Arguments),
    /// What a wallet holds
    Balances(balances::Arguments),
    /// The wallet's own address
    Address,
    /// Create, look at and run pools
    #[command(subcommand)]
    Pool(pool::Command),
    /// Provide liquidity to pools, and take it back
    #[command(subcommand)]
    Liquidity(liquidity::Command),
    /// Create, look at and run markets: order books
    #[command(subcommand)]
    Market(market::Command),
    /// A market's order book
    Book(book::Arguments),
    /// Open, look at and close lanes: a trader's accounts in markets
    #[command(subcommand)]
    Lane(lane::Command),
    /// Put tokens into a lane
    Deposit(funds::DepositArguments),
    /// Take tokens out of a lane
    Withdraw(funds::WithdrawArguments),
    /// Place orders that rest, look at them, take them back
    #[command(subcommand)]
    Order(order::Command),
    /// Trade at once with the best orders of a market
    Take(take::Arguments),
    /// Let two lanes trade whose prices have crossed, for a reward
    Cross(cross::Arguments),
    /// Stake tokens, lock them, claim what they earn, take them out
    #[command(subcommand)]
    Stake(stake::Command),
    /// Create, look at and run stake pools and farms
    #[command(subcommand)]
    Farm(farm::Command),
    /// Propose, vote, and execute what was voted for
    #[command(subcommand)]
    Gov(gov::Command),
    /// The time-weighted average price of a pool's shard
    Twap(twap::Arguments),
    /// Create, extend and look at lookup tables, for trades that name many accounts
    #[command(subcommand)]
    Table(table::Command),
    /// Create tokens, for local and test chains
    #[command(subcommand)]
    Token(token::Command),
    /// Get SOL and tokens on local and test chains
    #[command(subcommand)]
    Faucet(faucet::Command),
}

/// Does it.
pub(crate) async fn run(command: Command, session: &mut Session) -> Result<()> {
    match command {
        Command::Quote(arguments) => quote::run(session, &arguments).await,
        Command::Swap(arguments) => swap::run(session, &arguments).await,
        Command::Balances(arguments) => balances::run(session, &arguments).await,
        Command::Address => address::run(session),
        Command::Pool(command) => pool::run(session, command).await,
        Command::Liquidity(command) => liquidity::run(session, command).await,
        Command::Market(command) => market::run(session, command).await,
        Command::Book(arguments) => book::run(session, &arguments).await,
        Command::Lane(command) => lane::run(session, command).await,
        Command::Deposit(arguments) => funds::deposit(session, &arguments).await,
        Command::Withdraw(arguments) => funds::withdraw(session, &arguments).await,
        Command::Order(command) => order::run(session, command).await,
        Command::Take(arguments) => take::run(session, &arguments).await,
        Command::Cross(arguments) => cross::run(session, &arguments).await,
        Command::Stake(command) => stake::run(session, command).await,
        Command::Farm(command) => farm::run(session, command).await,
        Command::Gov(command) => gov::run(session, command).await,
        Command::Twap(arguments) => twap::run(session, &arguments).await,
        Command::Table(command) => table::run(session, command).await,
        Command::Token(token::Command::Create(arguments)) => token::run(session, &arguments).await,
        Command::Faucet(command) => faucet::run(session, command).await,
    }
}
