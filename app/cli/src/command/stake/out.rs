//! `stake unstake` and `stake withdraw`.

use clap::Args;
use sealane_sdk::{
    plan::staking::{
        unstake_and_withdraw_instructions, unstake_instructions, withdraw_stake_instructions,
    },
    staking::EVERYTHING,
};
use serde::Serialize;

use super::{Seat, Which, finish, refusal};
use crate::{failure::Result, output::Facts, session::Session, view::from_now};

const UNSTAKE_EXAMPLES: &str = "\
Examples:
  sealane stake unstake 'SEAL stake pool' 100
  sealane stake unstake 'tSOL/tUSDC liquidity' --all";

#[derive(Debug, Args)]
#[command(after_help = UNSTAKE_EXAMPLES)]
pub(crate) struct UnstakeArguments {
    #[command(flatten)]
    which: Which,

    /// How much
    #[arg(value_name = "AMOUNT", required_unless_present = "all")]
    amount: Option<String>,

    /// Everything
    #[arg(long, conflicts_with = "amount")]
    all: bool,
}

/// What was taken out, in base units.
#[derive(Serialize)]
struct Unstaked {
    unstaked: u64,
    staked: u64,
    cooling: u64,
    cooled_at: Option<i64>,
    received: u64,
}

pub(super) async fn unstake(session: &mut Session, arguments: &UnstakeArguments) -> Result<()> {
    let done = {
        let spinner = session.output.working("Fetching the farm");
        let which = &arguments.which;
        let seat = Seat::take(session, &which.farm, which.index).await?;
        let amount = match &arguments.amount {
            Some(written) => seat.stake.parse(session.units, written)?,
            None => EVERYTHING,
        };
        let text = |units| seat.stake.amount(session.units, units);
        let farms = session.client.farms();
        let has_cooldown = farms
            .farm(&seat.farm)
            .is_some_and(|farm| farm.account.cooldown_seconds > 0);
        spinner.say("Unstaking");
        let mut facts = Facts::under(format!("{} · unstaked", seat.name));
        let caller = seat.caller();
        let (confirmed, what) = if has_cooldown {
            let plan = unstake_instructions(farms, &seat.position, amount, &caller)?;
            let executed = session.client.execute(plan, &seat.wallet).await?;
            let quote = executed.quote;
            let wait = from_now(quote.cooled_at, session.farm_time());
            facts
                .add("Unstaked", text(quote.amount))
                .add("Cools down", format!("{}, for {wait}", text(quote.cooling)))
                .add("Still staked", text(quote.left));
            let what = Unstaked {
                unstaked: quote.amount,
                staked: quote.left,
                cooling: quote.cooling,
                cooled_at: Some(quote.cooled_at),
                received: 0,
            };
            (executed.confirmed, what)
        } else {
            let plan = unstake_and_withdraw_instructions(farms, &seat.position, amount, &caller)?;
            let executed = session.client.execute(plan, &seat.wallet).await?;
            let (unstake, withdrawal) = executed.quote;
            facts
                .add("Received", text(withdrawal.received))
                .add("Still staked", text(unstake.left));
            let what = Unstaked {
                unstaked: unstake.amount,
                staked: unstake.left,
                cooling: 0,
                cooled_at: None,
                received: withdrawal.received,
            };
            (executed.confirmed, what)
        };
        finish(session, &seat, &[confirmed], what, facts).await
    };
    session.output.report(&done);
    Ok(())
}

/// What was paid out, in base units.
#[derive(Serialize)]
struct Withdrawn {
    withdrawn: u64,
    received: u64,
}

pub(super) async fn withdraw(session: &mut Session, which: &Which) -> Result<()> {
    let done = {
        let spinner = session.output.working("Fetching the farm");
        let seat = Seat::take(session, &which.farm, which.index).await?;
        let farms = session.client.farms();
        let now = session.farm_time();
        let known = farms.position(&seat.position);
        // Sooner than the chain would say it, and with the time.
        if let Some(known) = known.filter(|known| known.account.cooling > 0)
            && known.account.cooled_at > now
        {
            let wait = from_now(known.account.cooled_at, now);
            let failure = refusal(sealane_sdk::staking::errors::StakingError::CoolingDown);
            return Err(failure.hint(format!("wait for another {wait}")));
        }
        let plan = withdraw_stake_instructions(farms, &seat.position, &seat.caller())?;
        spinner.say("Withdrawing");
        let executed = session.client.execute(plan, &seat.wallet).await?;
        let quote = executed.quote;
        let mut facts = Facts::under(format!("{} · withdrawn", seat.name));
        facts.add("Received", seat.stake.amount(session.units, quote.received));
        let what = Withdrawn {
            withdrawn: quote.amount,
            received: quote.received,
        };
        finish(session, &seat, &[executed.confirmed], what, facts).await
    };
    session.output.report(&done);
    Ok(())
}
