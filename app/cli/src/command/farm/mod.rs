//! `farm`: stake pools and farms.

mod create;
mod fund;

use clap::{Args, Subcommand};
use sealane_sdk::{farms::farm_view, plan::staking::close_epochs_instructions};
use serde::Serialize;
use solana_pubkey::Pubkey;
use solana_signer::Signer as _;

use super::done::Done;
use crate::{
    failure::Result,
    output::{Facts, Report},
    session::Session,
    view::{FarmReport, counted, farms_grid, text},
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
        let farms: Result<Vec<FarmReport>> =
            found.iter().map(|farm| report_of(session, farm)).collect();
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
        report_of(session, &farm)?
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
