//! `farm`: stake pools and farms.

mod add_reward;
mod add_shard;
mod administer;
mod authority;
mod balance;
mod create;
mod expire;
mod fund;
mod pause;
mod sweep;

use clap::{Args, Subcommand};
use sealane_sdk::{
    farms::{FarmError, farm_view},
    plan::staking::close_epochs_instructions,
    prices::Prices,
    staking::errors::StakingError,
};
use serde::Serialize;
use solana_pubkey::Pubkey;
use solana_signer::Signer as _;

use super::done::Done;
use crate::{
    failure::Result,
    output::{Facts, Report},
    session::Session,
    token::Token,
    view::{FarmReport, counted, farms_grid, text, token_of},
};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// All stake pools and farms
    List,
    /// One of them, with what it pays
    Show(Which),
    /// Create one
    Create(create::Arguments),
    /// Pay into a reward, or make it last longer
    Fund(fund::Arguments),
    /// Close epochs that have ended, so that they can be claimed; anyone may
    CloseEpochs(Which),
    /// Pay another token; up to five
    AddReward(add_reward::Arguments),
    /// Add shards: more stake changes can run side by side
    AddShard(add_shard::Arguments),
    /// Create vaults of rewards that shards lack, after an interruption; anyone may
    AddVaults(Which),
    /// Move rewards between the shards' vaults; anyone may
    Balance(balance::Arguments),
    /// Delete records of epochs that are not to be claimed any more; anyone may
    ExpireEpochs(expire::Arguments),
    /// Get what nobody can claim any more
    Sweep(sweep::Arguments),
    /// Pause actions
    Pause(pause::Arguments),
    /// Let paused actions be done again
    Resume(pause::Arguments),
    /// Propose another authority, who then has to accept
    ProposeAuthority(authority::Arguments),
    /// Take over as the proposed authority
    AcceptAuthority(Which),
}

/// A farm and nothing else.
#[derive(Debug, Args)]
pub(crate) struct Which {
    /// Which stake pool or farm
    #[arg(value_name = "FARM")]
    farm: String,
}

pub(super) async fn run(session: &mut Session, command: Command) -> Result<()> {
    match command {
        Command::List => list(session).await,
        Command::Show(which) => show(session, &which).await,
        Command::Create(arguments) => create::run(session, &arguments).await,
        Command::Fund(arguments) => fund::run(session, &arguments).await,
        Command::CloseEpochs(which) => close_epochs(session, &which).await,
        Command::AddReward(arguments) => add_reward::run(session, &arguments).await,
        Command::AddShard(arguments) => add_shard::run(session, &arguments).await,
        Command::AddVaults(which) => add_shard::add_vaults(session, &which).await,
        Command::Balance(arguments) => balance::run(session, &arguments).await,
        Command::ExpireEpochs(arguments) => expire::run(session, &arguments).await,
        Command::Sweep(arguments) => sweep::run(session, &arguments).await,
        Command::Pause(arguments) => pause::run(session, &arguments, true).await,
        Command::Resume(arguments) => pause::run(session, &arguments, false).await,
        Command::ProposeAuthority(arguments) => authority::propose(session, &arguments).await,
        Command::AcceptAuthority(which) => authority::accept(session, &which).await,
    }
}

/// A farm of the cache, as it is reported.
pub(super) fn report_of(session: &Session, farm: &Pubkey) -> Result<FarmReport> {
    let (farms, now) = (session.client.farms(), session.farm_time());
    let view = farm_view(farms, farm, now)?;
    let market = farms.farm(farm).map(|entry| entry.account.market);
    let market = market.filter(|market| *market != Pubkey::default());
    Ok(FarmReport::of(
        &view,
        market,
        &session.book,
        session.units,
        now,
    ))
}

/// The same with what it returns in a year.
fn priced_report_of(session: &Session, farm: &Pubkey, prices: &Prices) -> Result<FarmReport> {
    let view = farm_view(session.client.farms(), farm, session.farm_time())?;
    Ok(report_of(session, farm)?.with_returns(&view, prices))
}

/// What tokens are worth by all pools of the chain.
async fn prices(session: &mut Session) -> Result<Prices> {
    session.client.fetch_pools().await?;
    Ok(Prices::of(session.client.pools()))
}

/// One of a farm's rewards, which it has to have.
fn reward_token(session: &Session, farm: &Pubkey, reward: u8) -> Result<Token> {
    let view = farm_view(session.client.farms(), farm, session.farm_time())?;
    let known = view.rewards.get(usize::from(reward));
    let known = known.ok_or(FarmError::Refused(StakingError::UnknownReward))?;
    Ok(token_of(&known.token, &session.book))
}

#[derive(Serialize)]
struct FarmList {
    farms: Vec<FarmReport>,
}

impl Report for FarmList {
    fn text(&self) -> String {
        if self.farms.is_empty() {
            return "There are no stake pools and no farms.".to_owned();
        }
        farms_grid(&self.farms).to_string()
    }
}

async fn list(session: &mut Session) -> Result<()> {
    let list = {
        let _spinner = session.output.working("Looking for farms");
        let found = session.client.fetch_farms().await?;
        let prices = prices(session).await?;
        let farms: Result<Vec<FarmReport>> = found
            .iter()
            .map(|farm| priced_report_of(session, farm, &prices))
            .collect();
        let mut farms = farms?;
        farms.sort_by(|one, other| (&one.name, one.farm).cmp(&(&other.name, other.farm)));
        FarmList { farms }
    };
    session.output.report(&list);
    Ok(())
}

async fn show(session: &mut Session, which: &Which) -> Result<()> {
    let report = {
        let _spinner = session.output.working("Fetching the farm");
        let farm = session.load_farm(&which.farm).await?;
        let prices = prices(session).await?;
        priced_report_of(session, &farm, &prices)?
    };
    session.output.report(&report);
    Ok(())
}

/// What was closed.
#[derive(Serialize)]
struct Closed {
    #[serde(serialize_with = "text")]
    farm: Pubkey,
    epochs: Vec<u32>,
    skipped: u32,
}

async fn close_epochs(session: &mut Session, which: &Which) -> Result<()> {
    let done = {
        let spinner = session.output.working("Fetching the farm");
        let wallet = session.wallet()?;
        let farm = session.load_farm(&which.farm).await?;
        let name = report_of(session, &farm)?.name;
        let plan = close_epochs_instructions(session.client.farms(), &farm, &wallet.pubkey())?;
        let executed = session
            .client
            .execute_sequence(plan, &wallet, |done, total| {
                spinner.say(format!("Closing epochs, {done} of {total} transactions"));
            })
            .await?;
        let quote = executed.quote;
        let mut facts = Facts::under(format!("{name} · epochs closed"));
        facts.add("Closed", counted(quote.epochs.len(), "epoch"));
        if quote.skipped > 0 {
            let skipped = counted(quote.skipped as usize, "epoch");
            facts.add("Passed over", format!("{skipped} without rewards"));
        }
        let closed = Closed {
            farm,
            epochs: quote.epochs,
            skipped: quote.skipped,
        };
        Done::by(
            session,
            &executed.confirmed,
            &wallet.pubkey(),
            closed,
            facts,
        )
        .await
    };
    session.output.report(&done);
    Ok(())
}
