//! `farm sweep`: what nobody can claim any more, to the authority.

use clap::Args;
use sealane_sdk::plan::{Caller, staking::sweep_instructions};
use serde::Serialize;
use solana_pubkey::Pubkey;
use solana_signer::Signer as _;

use super::{super::done::Done, administer::Administration, reward_token};
use crate::{failure::Result, output::Facts, session::Session, view::text};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Which stake pool or farm
    #[arg(value_name = "FARM")]
    farm: String,

    /// Which of its rewards, counted from 0
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    reward: u8,
}

/// What was swept, in base units.
#[derive(Serialize)]
struct Swept {
    #[serde(serialize_with = "text")]
    farm: Pubkey,
    reward: u8,
    #[serde(serialize_with = "text")]
    mint: Pubkey,
    /// Of epochs that have expired.
    unclaimed: u64,
    /// Of a reward that is over.
    never_allotted: u64,
    received: u64,
}

pub(super) async fn run(session: &mut Session, arguments: &Arguments) -> Result<()> {
    let done = {
        let spinner = session.output.working("Fetching the farm");
        let administration = Administration::open(session, &arguments.farm).await?;
        let Administration { farm, name, wallet } = &administration;
        let reward = arguments.reward;
        let token = reward_token(session, farm, reward)?;
        let caller = Caller::new(wallet.pubkey());
        let plan = sweep_instructions(session.client.farms(), farm, reward, &caller)?;
        spinner.say("Sweeping");
        let executed = session.client.execute(plan, wallet).await?;
        let quote = executed.quote;
        let mut facts = Facts::under(format!("{name} · swept"));
        facts.add("Received", token.amount(session.units, quote.received));
        for (what, units) in [
            ("Not claimed in time", quote.unclaimed),
            ("For no epoch", quote.never_allotted),
        ] {
            let amount = (units > 0).then(|| token.amount(session.units, units));
            facts.add_some(what, amount);
        }
        let swept = Swept {
            farm: *farm,
            reward,
            mint: token.mint,
            unclaimed: quote.unclaimed,
            never_allotted: quote.never_allotted,
            received: quote.received,
        };
        let sent = [executed.confirmed];
        Done::by(session, &sent, &wallet.pubkey(), swept, facts).await
    };
    session.output.report(&done);
    Ok(())
}
