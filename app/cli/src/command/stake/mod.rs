//! `stake`: a wallet's positions in stake pools and farms.

mod claim;
mod out;
mod put;

use clap::{Args, Subcommand};
use sealane_sdk::{
    address,
    error::StakingErrorExt as _,
    farms::{farm_view, pending, position_view},
    plan::Caller,
    plan::staking::{close_position_instruction, set_vote_delegate_instruction},
};
use serde::Serialize;
use solana_keypair::Keypair;
use solana_pubkey::Pubkey;
use solana_signer::Signer as _;

use super::done::Done;
use crate::{
    book::Kind,
    failure::{Failure, Result},
    output::{Facts, Report},
    session::Session,
    token::Token,
    view::{PositionReport, positions_grid, text, token_of},
};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Stake tokens, and lock them for more weight
    Add(put::AddArguments),
    /// Lock what is staked, or make its lock longer
    Lock(put::LockArguments),
    /// Take tokens out of the stake; they cool down where the farm has a cool-down
    Unstake(out::UnstakeArguments),
    /// Take out what has cooled down
    Withdraw(Which),
    /// Get what was earned, or stake it
    Claim(claim::Arguments),
    /// Let somebody else vote with a position's weight
    Delegate(DelegateArguments),
    /// Close a position that has nothing; its rent comes back
    Close(Which),
    /// A wallet's positions, and what they have earned
    List(ListArguments),
}

/// A position and nothing else.
#[derive(Debug, Args)]
pub(crate) struct Which {
    /// In which stake pool or farm
    #[arg(value_name = "FARM")]
    farm: String,

    /// Which of the wallet's positions there
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    index: u16,
}

#[derive(Debug, Args)]
pub(crate) struct DelegateArguments {
    #[command(flatten)]
    which: Which,

    /// Who may vote with it, besides the owner
    #[arg(value_name = "DELEGATE", required_unless_present = "revoke")]
    delegate: Option<String>,

    /// Nobody but the owner any more
    #[arg(long, conflicts_with = "delegate")]
    revoke: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ListArguments {
    /// Whose [default: the wallet's own]
    #[arg(value_name = "OWNER")]
    owner: Option<String>,
}

pub(super) async fn run(session: &mut Session, command: Command) -> Result<()> {
    match command {
        Command::Add(arguments) => put::add(session, &arguments).await,
        Command::Lock(arguments) => put::lock(session, &arguments).await,
        Command::Unstake(arguments) => out::unstake(session, &arguments).await,
        Command::Withdraw(which) => out::withdraw(session, &which).await,
        Command::Claim(arguments) => claim::run(session, &arguments).await,
        Command::Delegate(arguments) => delegate(session, &arguments).await,
        Command::Close(which) => close(session, &which).await,
        Command::List(arguments) => list(session, &arguments).await,
    }
}

/// A farm, a wallet, and the wallet's position there, which may not exist yet.
struct Seat {
    farm: Pubkey,
    name: String,
    stake: Token,
    wallet: Keypair,
    position: Pubkey,
}

impl Seat {
    /// Brings the farm into the cache, and the position if there is one.
    async fn take(session: &mut Session, farm: &str, index: u16) -> Result<Self> {
        let wallet = session.wallet()?;
        let farm = session.load_farm(farm).await?;
        session.client.fetch_positions_of(&wallet.pubkey()).await?;
        let now = session.farm_time();
        let view = farm_view(session.client.farms(), &farm, now)?;
        let stake = token_of(&view.stake, &session.book);
        let (position, _) = address::position(&farm, &wallet.pubkey(), index);
        Ok(Self {
            name: crate::view::farm_name(&farm, &stake, &session.book),
            farm,
            stake,
            wallet,
            position,
        })
    }

    fn caller(&self) -> Caller {
        Caller::new(self.wallet.pubkey())
    }
}

/// A position, as all commands about one report it.
#[derive(Serialize)]
struct Changed<T: Serialize> {
    #[serde(serialize_with = "text")]
    farm: Pubkey,
    #[serde(serialize_with = "text")]
    position: Pubkey,
    #[serde(flatten)]
    what: T,
}

/// Nothing besides.
#[derive(Serialize)]
struct Nothing {}

async fn delegate(session: &mut Session, arguments: &DelegateArguments) -> Result<()> {
    let delegate = match &arguments.delegate {
        Some(text) => Some(session.book.address(Kind::Wallet, text)?),
        None => None,
    };
    let done = {
        let _spinner = session.output.working("Changing the delegate");
        let which = &arguments.which;
        let seat = Seat::take(session, &which.farm, which.index).await?;
        let owner = seat.wallet.pubkey();
        let change =
            set_vote_delegate_instruction(&seat.farm, &seat.position, &owner, delegate.as_ref());
        let sent = session.client.send(&[change], &seat.wallet).await?;
        let mut facts = Facts::under(format!("{} · delegate changed", seat.name));
        let who = delegate.map_or_else(|| "nobody".to_owned(), |who| who.to_string());
        facts
            .add("Position", seat.position.to_string())
            .add("May vote", who);
        finish(session, &seat, &[sent], Nothing {}, facts).await
    };
    session.output.report(&done);
    Ok(())
}

async fn close(session: &mut Session, which: &Which) -> Result<()> {
    let done = {
        let _spinner = session.output.working("Closing the position");
        let seat = Seat::take(session, &which.farm, which.index).await?;
        let farms = session.client.farms();
        let close = close_position_instruction(farms, &seat.position, &seat.caller())?;
        let sent = session.client.send(&[close], &seat.wallet).await?;
        let mut facts = Facts::under(format!("{} · position closed", seat.name));
        facts.add("Position", seat.position.to_string());
        finish(session, &seat, &[sent], Nothing {}, facts).await
    };
    session.output.report(&done);
    Ok(())
}

async fn finish<T: Serialize>(
    session: &Session,
    seat: &Seat,
    confirmed: &[sealane_sdk::tx::Confirmed],
    what: T,
    facts: Facts,
) -> Done<Changed<T>> {
    let changed = Changed {
        farm: seat.farm,
        position: seat.position,
        what,
    };
    Done::by(session, confirmed, &seat.wallet.pubkey(), changed, facts).await
}

#[derive(Serialize)]
struct Positions {
    #[serde(serialize_with = "text")]
    owner: Pubkey,
    positions: Vec<PositionReport>,
}

impl Report for Positions {
    fn text(&self) -> String {
        if self.positions.is_empty() {
            return format!("{} has nothing staked.", self.owner);
        }
        format!("{}\n\n{}", self.owner, positions_grid(&self.positions))
    }
}

async fn list(session: &mut Session, arguments: &ListArguments) -> Result<()> {
    let positions = {
        let _spinner = session.output.working("Looking for positions");
        let owner = match &arguments.owner {
            Some(text) => session.book.address(Kind::Wallet, text)?,
            None => session.wallet()?.pubkey(),
        };
        Positions {
            owner,
            positions: positions_of(session, &owner).await?,
        }
    };
    session.output.report(&positions);
    Ok(())
}

/// An owner's positions, by farm and number.
async fn positions_of(session: &mut Session, owner: &Pubkey) -> Result<Vec<PositionReport>> {
    let addresses = session.client.fetch_positions_of(owner).await?;
    let (farms, now) = (session.client.farms(), session.farm_time());
    let mut positions = Vec::new();
    for address in &addresses {
        // One that was closed while its address was on its way is no position any more.
        if farms.position(address).is_none() {
            continue;
        }
        let view = position_view(farms, address, now)?;
        let farm = farm_view(farms, &view.farm, now)?;
        let pending = pending(farms, address, now)?;
        let at = (session.units, now);
        let report = PositionReport::of(&view, &farm, &pending, &session.book, at);
        positions.push((view.farm, view.index, report));
    }
    positions.sort_by_key(|(farm, index, _)| (*farm, *index));
    Ok(positions.into_iter().map(|(.., report)| report).collect())
}

/// The program's refusal by its name.
fn refusal(error: sealane_sdk::staking::errors::StakingError) -> Failure {
    Failure::new(error.name(), error.message()).hint(error.hint())
}

#[cfg(test)]
mod tests {
    use crate::parse;

    #[test]
    fn somebody_is_named_or_the_delegate_is_revoked() {
        assert!(parse(&["stake", "delegate", "f"]).is_err());
        assert!(parse(&["stake", "delegate", "f", "who"]).is_ok());
        assert!(parse(&["stake", "delegate", "f", "--revoke"]).is_ok());
        assert!(parse(&["stake", "delegate", "f", "who", "--revoke"]).is_err());
    }

    #[test]
    fn how_much_is_taken_out_has_to_be_said() {
        assert!(parse(&["stake", "unstake", "f"]).is_err());
        assert!(parse(&["stake", "unstake", "f", "1"]).is_ok());
        assert!(parse(&["stake", "unstake", "f", "--all"]).is_ok());
        assert!(parse(&["stake", "unstake", "f", "1", "--all"]).is_err());
    }
}
