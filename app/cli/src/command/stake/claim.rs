//! `stake claim`: what was earned, to the wallet or into the stake.

use clap::Args;
use sealane_sdk::{
    farms::farm_view,
    plan::staking::{ClaimRequest, claim_instructions, restake_instructions},
    tx::Confirmed,
};
use serde::Serialize;
use solana_pubkey::Pubkey;

use super::{Seat, Which, finish};
use crate::{
    failure::{Failure, Result},
    output::{Facts, Spinner},
    session::Session,
    token::Token,
    view::{counted, text, token_of},
};

const EXAMPLES: &str = "\
Examples:
  sealane stake claim 'SEAL stake pool'
  sealane stake claim 'SEAL stake pool' --restake --close-epochs";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    #[command(flatten)]
    which: Which,

    /// Stake the reward that is the staked token, and be paid the others
    #[arg(long)]
    restake: bool,

    /// Close epochs first that have ended and that nobody has closed
    #[arg(long)]
    close_epochs: bool,

    /// Go on where rewards were not claimed in time, and are lost
    #[arg(long)]
    give_up_lost: bool,
}

/// What was claimed.
#[derive(Serialize)]
struct Claimed {
    rewards: Vec<Paid>,
    /// Base units of the staked token that were staked at once.
    restaked: u64,
    /// Epochs whose records were read.
    epochs: usize,
    closed_epochs: usize,
}

#[derive(Serialize)]
struct Paid {
    reward: u8,
    #[serde(serialize_with = "text")]
    mint: Pubkey,
    paid: u64,
    received: u64,
}

pub(super) async fn run(session: &mut Session, arguments: &Arguments) -> Result<()> {
    let done = {
        let spinner = session.output.working("Fetching the farm");
        let which = &arguments.which;
        let seat = Seat::take(session, &which.farm, which.index).await?;
        let mut claimed = Claimed {
            rewards: Vec::new(),
            restaked: 0,
            epochs: 0,
            closed_epochs: 0,
        };
        let mut request = ClaimRequest {
            close_due: arguments.close_epochs,
            give_up_lost: arguments.give_up_lost,
        };
        let mut facts = Facts::under(format!("{} · claimed", seat.name));
        let mut confirmed = Vec::new();
        if arguments.restake {
            confirmed.extend(restake(session, &seat, &request, &mut claimed, &spinner).await?);
            let staked = seat.stake.amount(session.units, claimed.restaked);
            facts.add("Staked", staked);
            session.client.fetch_position(&seat.position).await?;
            request.close_due = false;
        }
        let paid = claim(session, &seat, &request, &mut claimed, &spinner).await;
        match paid {
            Ok(sent) => confirmed.extend(sent),
            // After restaking there may be nothing else.
            Err(failure) if confirmed.is_empty() => return Err(failure),
            Err(_) => {}
        }
        for (token, received) in tokens(session, &seat, &claimed)? {
            facts.add("Received", token.amount(session.units, received));
        }
        facts.add("Epochs", counted(claimed.epochs, "epoch"));
        if claimed.closed_epochs > 0 {
            facts.add("Closed first", counted(claimed.closed_epochs, "epoch"));
        }
        finish(session, &seat, &confirmed, claimed, facts).await
    };
    session.output.report(&done);
    Ok(())
}

/// The rewards that were paid, and how much arrived.
fn tokens(session: &Session, seat: &Seat, claimed: &Claimed) -> Result<Vec<(Token, u64)>> {
    let view = farm_view(session.client.farms(), &seat.farm, session.farm_time())?;
    let paid = claimed.rewards.iter().filter(|paid| paid.received > 0);
    Ok(paid
        .filter_map(|paid| {
            let reward = view.rewards.get(usize::from(paid.reward))?;
            Some((token_of(&reward.token, &session.book), paid.received))
        })
        .collect())
}

async fn claim(
    session: &Session,
    seat: &Seat,
    request: &ClaimRequest,
    claimed: &mut Claimed,
    spinner: &Spinner,
) -> Result<Vec<Confirmed>> {
    let farms = session.client.farms();
    let plan = claim_instructions(farms, &seat.position, request, &seat.caller())?;
    let view = farm_view(farms, &seat.farm, session.farm_time())?;
    let executed = session
        .client
        .execute_sequence(plan, &seat.wallet, |done, total| {
            spinner.say(format!("Claiming, {done} of {total} transactions"));
        })
        .await?;
    let quote = executed.quote;
    claimed.epochs += quote.epochs;
    claimed.closed_epochs += quote.closed_epochs;
    let rewards = view.rewards.iter().map(|reward| {
        let index = usize::from(reward.index);
        Paid {
            reward: reward.index,
            mint: reward.token.mint,
            paid: quote.paid[index],
            received: quote.received[index],
        }
    });
    claimed.rewards = rewards.filter(|paid| paid.paid > 0).collect();
    Ok(executed.confirmed)
}

async fn restake(
    session: &Session,
    seat: &Seat,
    request: &ClaimRequest,
    claimed: &mut Claimed,
    spinner: &Spinner,
) -> Result<Vec<Confirmed>> {
    let farms = session.client.farms();
    let view = farm_view(farms, &seat.farm, session.farm_time())?;
    let mut rewards = view.rewards.iter();
    let own = rewards.find(|reward| reward.token.mint == view.stake.mint);
    let own = own.ok_or_else(|| {
        Failure::usage(
            "NotTheStakedToken",
            "the farm does not pay the token that it stakes",
        )
        .hint("leave --restake away")
    })?;
    let caller = seat.caller();
    let plan = restake_instructions(farms, &seat.position, own.index, request, &caller)?;
    let executed = session
        .client
        .execute_sequence(plan, &seat.wallet, |done, total| {
            spinner.say(format!("Restaking, {done} of {total} transactions"));
        })
        .await?;
    claimed.restaked = executed.quote.added;
    claimed.epochs += executed.quote.epochs;
    claimed.closed_epochs += executed.quote.closed_epochs;
    Ok(executed.confirmed)
}
