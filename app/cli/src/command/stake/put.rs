//! `stake add` and `stake lock`.

use clap::Args;
use sealane_sdk::{
    farms::farm_view,
    plan::staking::{ShardChoice, StakeQuote, StakeRequest, lock_instructions, stake_instructions},
};
use serde::Serialize;
use solana_signer::Signer as _;

use super::{Seat, Which, finish};
use crate::{
    balance,
    failure::Result,
    output::Facts,
    session::Session,
    view::{from_now, times},
};

const ADD_EXAMPLES: &str = "\
Examples:
  sealane stake add 'SEAL stake pool' 1000
  sealane stake add 'SEAL stake pool' 1000 --lock-epochs 100 --yes";

#[derive(Debug, Args)]
#[command(after_help = ADD_EXAMPLES)]
pub(crate) struct AddArguments {
    /// In which stake pool or farm
    #[arg(value_name = "FARM")]
    farm: String,

    /// How much
    #[arg(value_name = "AMOUNT")]
    amount: String,

    /// Which of the wallet's positions there; a new number opens another one
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    index: u16,

    /// Lock the stake for so many epochs, the present one included
    #[arg(long, value_name = "EPOCHS")]
    lock_epochs: Option<u32>,

    /// Which shard counts a new position [default: one that the wallet's address picks]
    #[arg(long, value_name = "INDEX")]
    shard: Option<u8>,

    /// Do not ask before sending
    #[arg(long, short)]
    yes: bool,
}

#[derive(Debug, Args)]
pub(crate) struct LockArguments {
    #[command(flatten)]
    which: Which,

    /// For how many epochs from now, the present one included
    #[arg(long, value_name = "EPOCHS")]
    epochs: u32,

    /// Do not ask before sending
    #[arg(long, short)]
    yes: bool,
}

/// What was staked or locked, in base units.
#[derive(Serialize)]
struct Staked {
    sent: u64,
    added: u64,
    staked: u64,
    lock_until_epoch: Option<u32>,
    lock_ends_at: Option<i64>,
    weight: String,
}

impl Staked {
    fn of(quote: &StakeQuote) -> Self {
        let locked = quote.lock_ends_at.is_some();
        Self {
            sent: quote.sent,
            added: quote.added,
            staked: quote.stake.amount,
            lock_until_epoch: locked.then_some(quote.stake.lock_until),
            lock_ends_at: quote.lock_ends_at,
            weight: quote.weight.to_string(),
        }
    }
}

fn tell(facts: &mut Facts, session: &Session, seat: &Seat, quote: &StakeQuote) {
    let amount = |units| seat.stake.amount(session.units, units);
    if quote.sent > 0 {
        let mut line = amount(quote.sent);
        if quote.added != quote.sent {
            let arrives = amount(quote.added);
            line = format!("{line}, of which {arrives} arrive: the mint keeps a fee");
        }
        facts.add("Stake", line);
    }
    facts.add("Staked then", amount(quote.stake.amount));
    if let Some(end) = quote.lock_ends_at {
        let left = from_now(end, session.farm_time());
        facts.add("Locked for", format!("{left}; it cannot be made shorter"));
    }
    let multiplier = quote.weight / u128::from(quote.stake.amount.max(1));
    let multiplier = u64::try_from(multiplier).unwrap_or(u64::MAX);
    facts.add("Weight", format!("{} of what is staked", times(multiplier)));
}

pub(super) async fn add(session: &mut Session, arguments: &AddArguments) -> Result<()> {
    session.output.require_consent(arguments.yes)?;
    let (seat, plan) = {
        let _spinner = session.output.working("Fetching the farm");
        let seat = Seat::take(session, &arguments.farm, arguments.index).await?;
        let amount = seat.stake.parse(session.units, &arguments.amount)?;
        balance::require(session, &seat.wallet.pubkey(), &seat.stake, amount).await?;
        let farms = session.client.farms();
        let view = farm_view(farms, &seat.farm, session.farm_time())?;
        let request = StakeRequest {
            farm: seat.farm,
            index: arguments.index,
            amount,
            lock_until: arguments
                .lock_epochs
                .map(|epochs| view.epoch.saturating_add(epochs)),
            shard: arguments
                .shard
                .map_or_else(ShardChoice::default, ShardChoice::Index),
        };
        let plan = stake_instructions(farms, &request, &seat.caller())?;
        (seat, plan)
    };
    let mut preview = Facts::under(format!("{} · stake", seat.name));
    tell(&mut preview, session, &seat, &plan.quote);
    session.output.preview(&preview.to_string());
    session.output.consent(arguments.yes, "Stake?")?;
    let done = {
        let _spinner = session.output.working("Staking");
        let executed = session.client.execute(plan, &seat.wallet).await?;
        let mut facts = Facts::under(format!("{} · staked", seat.name));
        facts.add("Position", seat.position.to_string());
        tell(&mut facts, session, &seat, &executed.quote);
        let what = Staked::of(&executed.quote);
        finish(session, &seat, &[executed.confirmed], what, facts).await
    };
    session.output.report(&done);
    Ok(())
}

pub(super) async fn lock(session: &mut Session, arguments: &LockArguments) -> Result<()> {
    session.output.require_consent(arguments.yes)?;
    let (seat, plan) = {
        let _spinner = session.output.working("Fetching the farm");
        let which = &arguments.which;
        let seat = Seat::take(session, &which.farm, which.index).await?;
        let farms = session.client.farms();
        let view = farm_view(farms, &seat.farm, session.farm_time())?;
        let until = view.epoch.saturating_add(arguments.epochs);
        let plan = lock_instructions(farms, &seat.position, until, &seat.caller())?;
        (seat, plan)
    };
    let mut preview = Facts::under(format!("{} · lock", seat.name));
    tell(&mut preview, session, &seat, &plan.quote);
    session.output.preview(&preview.to_string());
    session.output.consent(arguments.yes, "Lock?")?;
    let done = {
        let _spinner = session.output.working("Locking");
        let executed = session.client.execute(plan, &seat.wallet).await?;
        let mut facts = Facts::under(format!("{} · locked", seat.name));
        facts.add("Position", seat.position.to_string());
        tell(&mut facts, session, &seat, &executed.quote);
        let what = Staked::of(&executed.quote);
        finish(session, &seat, &[executed.confirmed], what, facts).await
    };
    session.output.report(&done);
    Ok(())
}
