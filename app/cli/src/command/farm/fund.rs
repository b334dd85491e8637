//! `farm fund`: more of a reward.

use clap::Args;
use sealane_sdk::plan::{
    Caller,
    staking::{FundRequest, fund_instructions},
};
use serde::Serialize;
use solana_pubkey::Pubkey;
use solana_signer::Signer as _;

use super::super::done::Done;
use crate::{
    balance, duration,
    failure::Result,
    output::Facts,
    session::Session,
    view::{from_now, text},
};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Which stake pool or farm
    #[arg(value_name = "FARM")]
    farm: String,

    /// How much
    #[arg(value_name = "AMOUNT")]
    amount: String,

    /// Which of its rewards, counted from 0
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    reward: u8,

    /// Let it last so long from now, such as 30d; only its authority may
    #[arg(long, value_name = "SPAN", value_parser = duration::parse)]
    last: Option<std::time::Duration>,

    /// Do not ask before sending
    #[arg(long, short)]
    yes: bool,
}

/// What was paid in, in base units.
#[derive(Serialize)]
struct Funded {
    #[serde(serialize_with = "text")]
    farm: Pubkey,
    reward: u8,
    sent: u64,
    funded: u64,
    start: i64,
    end: i64,
    closed_epochs: usize,
}

pub(super) async fn run(session: &mut Session, arguments: &Arguments) -> Result<()> {
    session.output.require_consent(arguments.yes)?;
    let (wallet, farm, name, token, plan) = {
        let _spinner = session.output.working("Fetching the farm");
        let wallet = session.wallet()?;
        let farm = session.load_farm(&arguments.farm).await?;
        let name = super::report_of(session, &farm)?.name;
        let now = session.farm_time();
        let token = super::reward_token(session, &farm, arguments.reward)?;
        let amount = token.parse(session.units, &arguments.amount)?;
        balance::require(session, &wallet.pubkey(), &token, amount).await?;
        let last = arguments.last.map(|span| i64::try_from(span.as_secs()));
        let last = last.map(|seconds| now.saturating_add(seconds.unwrap_or(i64::MAX)));
        let request = FundRequest {
            farm,
            reward: arguments.reward,
            amount,
            end: last,
        };
        let caller = Caller::new(wallet.pubkey());
        let plan = fund_instructions(session.client.farms(), &request, &caller)?;
        (wallet, farm, name, token, plan)
    };
    let mut preview = Facts::under(format!("{name} · fund"));
    preview
        .add("Pay in", token.amount(session.units, plan.quote.sent))
        .add(
            "Paid until",
            format!("{} from now", from_now(plan.quote.end, session.farm_time())),
        );
    session.output.preview(&preview.to_string());
    session.output.consent(arguments.yes, "Pay it in?")?;
    let done = {
        let spinner = session.output.working("Paying in");
        let executed = session
            .client
            .execute_sequence(plan, &wallet, |done, total| {
                spinner.say(format!("Paying in, {done} of {total} transactions"));
            })
            .await?;
        let quote = executed.quote;
        let mut facts = Facts::under(format!("{name} · funded"));
        facts.add("Paid in", token.amount(session.units, quote.funded));
        let funded = Funded {
            farm,
            reward: arguments.reward,
            sent: quote.sent,
            funded: quote.funded,
            start: quote.start,
            end: quote.end,
            closed_epochs: quote.closed_epochs,
        };
        Done::by(
            session,
            &executed.confirmed,
            &wallet.pubkey(),
            funded,
            facts,
        )
        .await
    };
    session.output.report(&done);
    Ok(())
}
