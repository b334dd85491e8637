//! `farm expire-epochs`: deletes the records of epochs that are not to be claimed any more.

use clap::Args;
use sealane_sdk::plan::staking::expire_epochs_instructions;
use serde::Serialize;
use solana_pubkey::Pubkey;
use solana_signer::Signer as _;

use super::{super::done::Done, administer::Administration};
use crate::{
    failure::Result,
    output::Facts,
    session::Session,
    view::{counted, text},
};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Which stake pool or farm
    #[arg(value_name = "FARM")]
    farm: String,

    /// Do not ask before sending
    #[arg(long, short)]
    yes: bool,
}

/// What has expired.
#[derive(Serialize)]
struct Expired {
    #[serde(serialize_with = "text")]
    farm: Pubkey,
    epochs: Vec<u32>,
}

pub(super) async fn run(session: &mut Session, arguments: &Arguments) -> Result<()> {
    session.output.require_consent(arguments.yes)?;
    let (administration, plan) = {
        let _spinner = session.output.working("Fetching the epochs");
        let administration = Administration::unchecked(session, &arguments.farm).await?;
        let farm = administration.farm;
        let first = first_record(session, &administration)?;
        session.client.fetch_epochs(&farm, first).await?;
        let signer = administration.wallet.pubkey();
        let plan = expire_epochs_instructions(session.client.farms(), &farm, &signer)?;
        (administration, plan)
    };
    let Administration { farm, name, wallet } = &administration;
    if !plan.transactions.is_empty() {
        let mut preview = Facts::under(format!("{name} · expire epochs"));
        preview
            .add("Expire", counted(plan.quote.epochs.len(), "epoch"))
            .add("Lost", "what positions have not claimed of them")
            .add("Comes back", "the records' rent, to whoever paid it");
        session.output.preview(&preview.to_string());
        session.output.consent(arguments.yes, "Expire them?")?;
    }
    let done = {
        let spinner = session.output.working("Expiring epochs");
        let executed = session
            .client
            .execute_sequence(plan, wallet, |done, total| {
                spinner.say(format!("Expiring epochs, {done} of {total} transactions"));
            })
            .await?;
        let epochs = executed.quote.epochs;
        let mut facts = Facts::under(format!("{name} · epochs expired"));
        facts.add("Expired", counted(epochs.len(), "epoch"));
        let expired = Expired {
            farm: *farm,
            epochs,
        };
        let sent = &executed.confirmed;
        Done::by(session, sent, &wallet.pubkey(), expired, facts).await
    };
    session.output.report(&done);
    Ok(())
}

/// The first epoch whose record may still be there: those before have expired already.
fn first_record(session: &Session, administration: &Administration) -> Result<u32> {
    let config = administration.config(session)?;
    let budget = session.client.farms().budget(&administration.farm);
    let end = budget.map_or(0, |budget| budget.account.expired_end);
    let next = config.moment(end.max(config.start));
    Ok(next.map_or(0, |next| next.epoch))
}
