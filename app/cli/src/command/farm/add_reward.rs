//! `farm add-reward`: another token that is paid.

use clap::Args;
use sealane_sdk::plan::{
    Sequence,
    staking::{RewardRequest, add_reward_instructions},
};
use serde::Serialize;
use solana_pubkey::Pubkey;
use solana_signer::Signer as _;

use super::{
    super::done::Done,
    administer::Administration,
    create::{HEAD_START_SECONDS, pool_token},
};
use crate::{
    duration,
    failure::Result,
    output::Facts,
    session::Session,
    view::{from_now, text},
};

const EXAMPLES: &str = "\
Examples:
  sealane farm add-reward 'SEAL stake pool' tUSDC --last 30d

A farm pays up to five tokens, and none of them can be taken away again.";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// Which stake pool or farm
    #[arg(value_name = "FARM")]
    farm: String,

    /// What it is to pay
    #[arg(value_name = "TOKEN")]
    token: String,

    /// How long it pays it
    #[arg(long, value_name = "SPAN", default_value = "30d", value_parser = duration::parse)]
    last: std::time::Duration,

    /// Do not ask before sending
    #[arg(long, short)]
    yes: bool,
}

/// What was added.
#[derive(Serialize)]
struct Added {
    #[serde(serialize_with = "text")]
    farm: Pubkey,
    reward: u8,
    #[serde(serialize_with = "text")]
    mint: Pubkey,
    start: i64,
    end: i64,
}

pub(super) async fn run(session: &mut Session, arguments: &Arguments) -> Result<()> {
    session.output.require_consent(arguments.yes)?;
    let (administration, token, request, reward, transactions) = {
        let _spinner = session.output.working("Fetching the farm");
        let administration = Administration::open(session, &arguments.farm).await?;
        let token = session.token(&arguments.token).await?;
        let start = session.farm_time().saturating_add(HEAD_START_SECONDS);
        let last = i64::try_from(arguments.last.as_secs()).unwrap_or(i64::MAX);
        let request = RewardRequest {
            token: pool_token(&token),
            start,
            end: start.saturating_add(last),
        };
        let (farms, signer) = (session.client.farms(), administration.wallet.pubkey());
        let (reward, transactions) =
            add_reward_instructions(farms, &administration.farm, &request, &signer, &signer)?;
        (administration, token, request, reward, transactions)
    };
    let Administration { farm, name, wallet } = &administration;
    let mut preview = Facts::under(format!("{name} · add a reward"));
    preview
        .add("Pays", &token.symbol)
        .add(
            "Paid until",
            format!("{} from now", from_now(request.end, session.farm_time())),
        )
        .add("Number", format!("{reward}, for good"));
    session.output.preview(&preview.to_string());
    session.output.consent(arguments.yes, "Add it?")?;
    let done = {
        let spinner = session.output.working("Adding the reward");
        let sequence = Sequence {
            transactions,
            quote: (),
        };
        let executed = session
            .client
            .execute_sequence(sequence, wallet, |done, total| {
                spinner.say(format!("Adding the reward, {done} of {total} transactions"));
            })
            .await?;
        let mut facts = Facts::under(format!("{name} · reward added"));
        facts
            .add("Pays", &token.symbol)
            .add("Number", reward.to_string());
        let added = Added {
            farm: *farm,
            reward,
            mint: token.mint,
            start: request.start,
            end: request.end,
        };
        Done::by(session, &executed.confirmed, &wallet.pubkey(), added, facts).await
    };
    session.output.report(&done);
    session.output.next(&format!(
        "Pay into it: sealane farm fund {farm} AMOUNT --reward {reward}"
    ));
    Ok(())
}
