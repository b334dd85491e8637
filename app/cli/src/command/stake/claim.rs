//! `stake claim`: what was earned, to the wallet or into the stake.

use clap::Args;
use sealane_sdk::{
    farms::{FarmError, farm_view},
    plan::staking::{ClaimRequest, claim_instructions, restake_instructions},
    staking::errors::StakingError,
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
    /// Earned and not paid, since the farm's vaults hold too little.
    unpaid: u64,
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
        if arguments.restake
            && let Some(sent) = restake(session, &seat, &request, &mut claimed, &spinner).await?
        {
            let staked = seat.stake.amount(session.units, claimed.restaked);
            facts.add("Staked", staked);
            confirmed.extend(sent);
            request.close_due = false;
        }
        let paid = rest(session, &seat, &request, &mut claimed, &spinner).await;
        let paid = paid.map_err(|failure| {
            let staked = seat.stake.amount(session.units, claimed.restaked);
            after_restaking(failure, &staked, &confirmed)
        })?;
        confirmed.extend(paid.unwrap_or_default());
        if confirmed.is_empty() {
            return Err(FarmError::Refused(StakingError::NothingToClaim).into());
        }
        for (token, paid) in tokens(session, &seat, &claimed)? {
            let amount = |units: u64| (units > 0).then(|| token.amount(session.units, units));
            let unpaid = amount(paid.unpaid);
            facts.add_some("Received", amount(paid.received)).add_some(
                "Not paid",
                unpaid.map(|unpaid| format!("{unpaid}: the farm's vaults hold too little")),
            );
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

/// A failure to claim the other rewards, with what was done before it.
fn after_restaking(failure: Failure, staked: &str, confirmed: &[Confirmed]) -> Failure {
    if confirmed.is_empty() {
        return failure;
    }
    let signatures: Vec<String> = confirmed
        .iter()
        .map(|sent| sent.signature.to_string())
        .collect();
    failure.after(format_args!(
        "{staked} were claimed and staked ({}); the other rewards were not claimed, and `sealane stake \
         claim` without --restake gets them",
        signatures.join(", ")
    ))
}

/// A plan, unless there is nothing to be claimed.
fn if_any<T>(planned: std::result::Result<T, FarmError>) -> Result<Option<T>> {
    match planned {
        Ok(plan) => Ok(Some(plan)),
        Err(FarmError::Refused(StakingError::NothingToClaim)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The rewards, with their tokens.
fn tokens<'a>(
    session: &Session,
    seat: &Seat,
    claimed: &'a Claimed,
) -> Result<Vec<(Token, &'a Paid)>> {
    let view = farm_view(session.client.farms(), &seat.farm, session.farm_time())?;
    let rewards = claimed.rewards.iter().filter_map(|paid| {
        let reward = view.rewards.get(usize::from(paid.reward))?;
        Some((token_of(&reward.token, &session.book), paid))
    });
    Ok(rewards.collect())
}

/// Claims what there still is; `None` if that is nothing.
async fn rest(
    session: &mut Session,
    seat: &Seat,
    request: &ClaimRequest,
    claimed: &mut Claimed,
    spinner: &Spinner,
) -> Result<Option<Vec<Confirmed>>> {
    if claimed.restaked > 0 {
        session.client.fetch_position(&seat.position).await?;
    }
    let farms = session.client.farms();
    let planned = claim_instructions(farms, &seat.position, request, &seat.caller());
    let Some(plan) = if_any(planned)? else {
        return Ok(None);
    };
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
            unpaid: quote.unpaid[index],
        }
    });
    claimed.rewards = rewards
        .filter(|paid| paid.paid > 0 || paid.unpaid > 0)
        .collect();
    Ok(Some(executed.confirmed))
}

/// Stakes the reward that is the staked token; `None` if there is nothing of it.
async fn restake(
    session: &Session,
    seat: &Seat,
    request: &ClaimRequest,
    claimed: &mut Claimed,
    spinner: &Spinner,
) -> Result<Option<Vec<Confirmed>>> {
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
    let planned = restake_instructions(farms, &seat.position, own.index, request, &caller);
    let Some(plan) = if_any(planned)? else {
        return Ok(None);
    };
    let executed = session
        .client
        .execute_sequence(plan, &seat.wallet, |done, total| {
            spinner.say(format!("Restaking, {done} of {total} transactions"));
        })
        .await?;
    claimed.restaked = executed.quote.added;
    claimed.epochs += executed.quote.epochs;
    claimed.closed_epochs += executed.quote.closed_epochs;
    Ok(Some(executed.confirmed))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent() -> Confirmed {
        Confirmed {
            signature: [7; 64].into(),
            slot: 1,
            compute_units: None,
            fee: None,
            logs: Vec::new(),
        }
    }

    #[test]
    fn what_was_restaked_is_told_when_the_rest_fails() {
        let failure = || Failure::new("Rpc", "the node is gone").hint("try again");
        let told = after_restaking(failure(), "5 SEAL", &[sent()]);
        let text = told.to_string();
        assert!(
            text.starts_with("the node is gone; before that, 5 SEAL were"),
            "{text}"
        );
        assert!(text.contains(&sent().signature.to_string()), "{text}");
        assert_eq!((told.code(), told.next_step()), ("Rpc", Some("try again")));
        // Nothing was done before.
        let told = after_restaking(failure(), "0 SEAL", &[]);
        assert_eq!(told.to_string(), "the node is gone");
    }

    #[test]
    fn only_nothing_to_claim_is_no_failure() {
        let nothing: std::result::Result<(), _> = Err(StakingError::NothingToClaim.into());
        assert_eq!(if_any(nothing).unwrap(), None);
        assert_eq!(if_any(Ok(3)).unwrap(), Some(3));
        let paused: std::result::Result<(), _> = Err(StakingError::Paused.into());
        assert_eq!(if_any(paused).unwrap_err().code(), "Paused");
    }
}
