//! `liquidity remove`: withdraw both tokens in a shard's proportion, or one of them.

use clap::{ArgGroup, Args, ValueEnum};
use sealane_sdk::{
    Side,
    amm::state::LP_DECIMALS,
    plan::{Caller, Plan, remove_liquidity_instructions, remove_single_sided_instructions},
    quote::{RemoveLiquidityRequest, RemoveSingleSidedRequest},
};
use solana_pubkey::Pubkey;
use solana_signer::Signer as _;

use super::{
    portion::{self, Part, Portion},
    withdrawal::{Removed, RemovedPart, Withdrawal, WithdrawalQuote},
};
use crate::{
    failure::{Failure, Result},
    session::Session,
    token::Units,
    transaction::{Receipt, caller},
};

const EXAMPLES: &str = "\
Examples:
  sealane liquidity remove tSOL/tUSDC --all                    all that the wallet has there
  sealane liquidity remove tSOL/tUSDC --percent 50 --to quote  half of it, as tUSDC";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
#[command(group = ArgGroup::new("portion").required(true).args(["shares", "all", "percent"]))]
pub(crate) struct Arguments {
    /// Which pool
    #[arg(value_name = "POOL")]
    pool: String,

    /// How many liquidity shares to give back
    #[arg(value_name = "SHARES")]
    shares: Option<String>,

    /// All of them
    #[arg(long)]
    all: bool,

    /// So many percent of them
    #[arg(long, value_name = "PERCENT", value_parser = portion::percent)]
    percent: Option<u64>,

    /// From which shard [default: from all in which the wallet has liquidity]
    #[arg(long, value_name = "INDEX")]
    shard: Option<u8>,

    /// Take out one token only: the other one's part is swapped on the way
    #[arg(long, value_enum, value_name = "SIDE")]
    to: Option<To>,

    /// How much less than quoted is accepted, in hundredths of a percent: 50 is 0.5%
    #[arg(long, value_name = "BPS", default_value_t = 50,
          value_parser = clap::value_parser!(u16).range(0..=10_000))]
    slippage_bps: u16,

    /// Do not ask before sending
    #[arg(long, short)]
    yes: bool,
}

/// The token to take out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum To {
    /// The base token
    Base,
    /// The quote token
    Quote,
}

impl To {
    fn side(self) -> Side {
        match self {
            Self::Base => Side::Base,
            Self::Quote => Side::Quote,
        }
    }
}

impl Arguments {
    fn portion(&self, units: Units) -> Result<Portion> {
        if let Some(bps) = self.percent {
            return Ok(Portion::Bps(bps));
        }
        match &self.shares {
            Some(text) => Ok(Portion::Shares(units.parse(text, LP_DECIMALS)?)),
            None => Ok(Portion::ALL),
        }
    }
}

pub(super) async fn run(session: &mut Session, arguments: &Arguments) -> Result<()> {
    session.output.require_consent(arguments.yes)?;
    let wallet = session.wallet()?;
    let owner = wallet.pubkey();
    let portion = arguments.portion(session.units)?;
    let (plans, withdrawal) = {
        let _spinner = session.output.working("Fetching the pool");
        let pool = session.load_pool(&arguments.pool).await?;
        let parts = portion::parts(session, &pool, &owner, arguments.shard, portion).await?;
        let caller = receiver(session, &pool, owner).await?;
        let plans = parts
            .iter()
            .map(|part| plan(session, arguments, &pool, *part, &caller));
        let plans: Vec<Plan<WithdrawalQuote>> = plans.collect::<Result<_>>()?;
        (plans, Withdrawal::new(session, &pool)?)
    };
    let previews = plans
        .iter()
        .map(|plan| withdrawal.facts(session, &plan.quote).to_string());
    let previews: Vec<String> = previews.collect();
    session.output.preview(&previews.join("\n\n"));
    session.output.consent(arguments.yes, "Withdraw?")?;

    let mut parts: Vec<RemovedPart> = Vec::new();
    {
        let spinner = session.output.working("Withdrawing");
        for plan in plans {
            spinner.say(format!(
                "Withdrawing from shard {}",
                plan.quote.shard_index()
            ));
            let confirmed = session.client.send(&plan.instructions, &wallet).await;
            let confirmed = confirmed.map_err(|error| {
                let done: Vec<u8> = parts.iter().map(RemovedPart::shard_index).collect();
                Failure::from(error).after_shards(&done)
            })?;
            parts.push(RemovedPart {
                quote: plan.quote,
                transaction: Receipt::of(&session.client, &confirmed, &owner).await,
            });
        }
    }
    session.output.report(&Removed::new(withdrawal, parts));
    Ok(())
}

/// The wallet, whose accounts of the pool's tokens are created only where one is missing.
async fn receiver(session: &Session, pool: &Pubkey, owner: Pubkey) -> Result<Caller> {
    let pair = session.pair(pool)?;
    let tokens = [&pair.base, &pair.quote].map(|token| (token.mint, token.program));
    Ok(caller(&session.client, owner, &tokens).await)
}

fn plan(
    session: &Session,
    arguments: &Arguments,
    pool: &Pubkey,
    part: Part,
    caller: &Caller,
) -> Result<Plan<WithdrawalQuote>> {
    let pools = session.client.pools();
    let Part { shard, shares } = part;
    let Some(to) = arguments.to else {
        let request = RemoveLiquidityRequest {
            pool: *pool,
            shard,
            shares,
            slippage_tolerance_bps: arguments.slippage_bps,
        };
        let plan = remove_liquidity_instructions(pools, &request, caller)?;
        return Ok(Plan {
            instructions: plan.instructions,
            quote: WithdrawalQuote::Both(plan.quote),
        });
    };
    let request = RemoveSingleSidedRequest {
        pool: *pool,
        shard,
        mint_out: session.pair(pool)?.on(to.side()).mint,
        shares,
        slippage_tolerance_bps: arguments.slippage_bps,
    };
    let plan = remove_single_sided_instructions(pools, &request, caller)?;
    Ok(Plan {
        instructions: plan.instructions,
        quote: WithdrawalQuote::One(plan.quote),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{command, parse};

    fn portion(flags: &[&str]) -> Option<Portion> {
        let line: Vec<&str> = ["liquidity", "remove", "p"]
            .iter()
            .chain(flags)
            .copied()
            .collect();
        match parse(&line).ok()?.1 {
            command::Command::Liquidity(super::super::Command::Remove(arguments)) => {
                arguments.portion(Units::Whole).ok()
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn exactly_one_way_to_say_how_much() {
        assert_eq!(portion(&["1.5"]), Some(Portion::Shares(1_500_000)));
        assert_eq!(portion(&["--all", "--to", "base"]), Some(Portion::ALL));
        assert_eq!(portion(&["--percent", "25"]), Some(Portion::Bps(2_500)));
        assert_eq!(portion(&[]), None);
        assert_eq!(portion(&["1", "--all"]), None);
        assert_eq!(portion(&["--percent", "50", "--all"]), None);
        assert_eq!(portion(&["--all", "--to", "both"]), None);
    }
}
