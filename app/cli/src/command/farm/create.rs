//! `farm create`: a new stake pool or farm.

use std::time::Duration;

use clap::Args;
use sealane_sdk::{
    plan::{
        PoolToken, Sequence,
        staking::{CreateFarmRequest, RewardRequest, create_farm_instructions},
    },
    staking::FarmParams,
};
use serde::Serialize;
use solana_pubkey::Pubkey;
use solana_signer::Signer as _;

use super::super::done::Done;
use crate::{
    duration,
    failure::{Failure, Result},
    output::Facts,
    session::Session,
    token::Token,
    view::{counted, text},
};

/// Rewards begin so long after the command, so that it is not too late when it is executed.
pub(super) const HEAD_START_SECONDS: i64 = 30;

const EXAMPLES: &str = "\
Examples:
  sealane farm create SEAL --epoch 1d --cooldown 3d --lock-boost-bps 200 --lock-epochs 200
  sealane farm create 7Np4…LP --epoch 1h --reward SEAL --reward tUSDC --last 30d

Nothing of epochs, cool-down and locks can be changed later. Rewards are paid in with `farm fund`.";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// What is staked
    #[arg(value_name = "TOKEN")]
    stake: String,

    /// Tells apart one creator's farms of a token
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    id: u16,

    /// How long an epoch is: what it pays is shared when it has ended
    #[arg(long, value_name = "SPAN", default_value = "1d", value_parser = duration::parse)]
    epoch: Duration,

    /// How long it takes from unstaking to withdrawing
    #[arg(long, value_name = "SPAN", default_value = "0s", value_parser = duration::parse)]
    cooldown: Duration,

    /// How long an epoch can be claimed at least
    #[arg(long, value_name = "SPAN", default_value = "90d", value_parser = duration::parse)]
    grace: Duration,

    /// What each epoch of a lock adds to the weight, in basis points
    #[arg(long, value_name = "BPS", default_value_t = 0)]
    lock_boost_bps: u16,

    /// The longest lock in epochs; 0 for none
    #[arg(long, value_name = "EPOCHS", default_value_t = 0)]
    lock_epochs: u8,

    /// How many stake changes can run side by side
    #[arg(long, value_name = "COUNT", default_value_t = 4)]
    shards: u8,

    /// A token that it pays; up to five
    #[arg(long = "reward", value_name = "TOKEN")]
    rewards: Vec<String>,

    /// How long it pays them
    #[arg(long, value_name = "SPAN", default_value = "30d", value_parser = duration::parse)]
    last: Duration,

    /// Pay the makers of this market by their volume, instead of stakes
    #[arg(long, value_name = "MARKET")]
    makers_of: Option<String>,

    /// Do not ask before sending
    #[arg(long, short)]
    yes: bool,
}

/// What was created.
#[derive(Serialize)]
struct Created {
    #[serde(serialize_with = "text")]
    farm: Pubkey,
    shards: Vec<String>,
    rewards: Vec<String>,
}

fn seconds(span: Duration) -> Result<u32> {
    u32::try_from(span.as_secs()).map_err(|_| {
        Failure::usage("InvalidEpochs", "a span of time is too long").hint("use at most 388d")
    })
}

pub(super) fn pool_token(token: &Token) -> PoolToken {
    PoolToken {
        mint: token.mint,
        token_program: token.program,
    }
}

pub(super) async fn run(session: &mut Session, arguments: &Arguments) -> Result<()> {
    session.output.require_consent(arguments.yes)?;
    let (wallet, stake, rewards, plan) = {
        let _spinner = session.output.working("Fetching the tokens");
        let wallet = session.wallet()?;
        let stake = session.token(&arguments.stake).await?;
        let mut rewards = Vec::new();
        for reward in &arguments.rewards {
            rewards.push(session.token(reward).await?);
        }
        let market = match &arguments.makers_of {
            Some(market) => Some(session.load_market(market).await?.address),
            None => None,
        };
        let start = session
            .client
            .now()
            .await?
            .saturating_add(HEAD_START_SECONDS);
        let last = i64::try_from(arguments.last.as_secs()).unwrap_or(i64::MAX);
        let plan = create_farm_instructions(&CreateFarmRequest {
            creator: wallet.pubkey(),
            id: arguments.id,
            stake: pool_token(&stake),
            params: FarmParams {
                epoch_seconds: seconds(arguments.epoch)?,
                cooldown_seconds: seconds(arguments.cooldown)?,
                grace_seconds: seconds(arguments.grace)?,
                lock_boost: arguments.lock_boost_bps,
                lock_max_epochs: arguments.lock_epochs,
            },
            market,
            shards: arguments.shards,
            rewards: rewards
                .iter()
                .map(|token| RewardRequest {
                    token: pool_token(token),
                    start,
                    end: start.saturating_add(last),
                })
                .collect(),
        })?;
        (wallet, stake, rewards, plan)
    };
    let names: Vec<&str> = rewards.iter().map(|token| token.symbol.as_str()).collect();
    let mut preview = Facts::under("Create a farm");
    preview
        .add("Stakes", stake.symbol.clone())
        .add_some(
            "Pays",
            Some(names.join(", ")).filter(|names| !names.is_empty()),
        )
        .add("Epochs", duration::format(arguments.epoch.as_secs()))
        .add("Shards", arguments.shards.to_string())
        .add("Transactions", plan.transactions.len().to_string());
    session.output.preview(&preview.to_string());
    session.output.consent(arguments.yes, "Create it?")?;
    let done = {
        let spinner = session.output.working("Creating the farm");
        let sequence = Sequence {
            transactions: plan.transactions,
            quote: (),
        };
        let executed = session
            .client
            .execute_sequence(sequence, &wallet, |done, total| {
                spinner.say(format!("Creating the farm, {done} of {total} transactions"));
            })
            .await?;
        let mut facts = Facts::under("Farm created");
        facts
            .add("Farm", plan.farm.to_string())
            .add("Shards", counted(plan.shards.len(), "shard"));
        let created = Created {
            farm: plan.farm,
            shards: plan.shards.iter().map(ToString::to_string).collect(),
            rewards: rewards.iter().map(|token| token.mint.to_string()).collect(),
        };
        Done::by(
            session,
            &executed.confirmed,
            &wallet.pubkey(),
            created,
            facts,
        )
        .await
    };
    session.output.report(&done);
    if !rewards.is_empty() {
        session
            .output
            .next("Pay into it: sealane farm fund FARM AMOUNT");
    }
    Ok(())
}
