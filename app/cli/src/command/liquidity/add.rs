//! `liquidity add`: deposit both tokens in a shard's proportion, or one of them.

use clap::{ArgGroup, Args};
use sealane_sdk::{
    Side,
    address::TOKEN_PROGRAM,
    plan::{Plan, add_liquidity_instructions, add_single_sided_instructions},
    quote::{AddLiquidityRequest, AddSingleSidedRequest, quote_add_liquidity, quote_add_single_sided},
};
use solana_keypair::Keypair;
use solana_pubkey::Pubkey;
use solana_signer::Signer as _;

use super::deposit::{Deposit, DepositQuote};
use crate::{
    balance,
    failure::{Failure, Result},
    session::Session,
    transaction::{Receipt, caller},
};

/// Examples: `sealane liquidity add tSOL/tUSDC --base 10`, `… --quote-only 500 --shard 2`
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("deposit").required(true).multiple(true)
    .args(["base", "quote", "base_only", "quote_only"]))]
pub(crate) struct Arguments {
    /// Which pool
    #[arg(value_name = "POOL")]
    pool: String,

    /// The most base to deposit, with as much quote as goes with it
    #[arg(long, value_name = "AMOUNT")]
    base: Option<String>,

    /// The most quote to deposit, with as much base as goes with it
    #[arg(long, value_name = "AMOUNT")]
    quote: Option<String>,

    /// How much base to deposit, and no quote: part of it is swapped on the way
    #[arg(long, value_name = "AMOUNT", conflicts_with_all = ["base", "quote", "quote_only"])]
    base_only: Option<String>,

    /// How much quote to deposit, and no base
    #[arg(long, value_name = "AMOUNT", conflicts_with_all = ["base", "quote"])]
    quote_only: Option<String>,

    /// Into which shard [default: the smallest, which traders use first]
    #[arg(long, value_name = "INDEX")]
    shard: Option<u8>,

    /// How many fewer shares than quoted are accepted, in hundredths of a percent
    #[arg(long, value_name = "BPS", default_value_t = 50,
          value_parser = clap::value_parser!(u16).range(0..=10_000))]
    slippage_bps: u16,

    /// Do not ask before sending
    #[arg(long, short)]
    yes: bool,
}

impl Arguments {
    /// The side of a one-sided deposit, with its amount.
    fn one_sided(&self) -> Option<(Side, &str)> {
        let base = self.base_only.as_deref().map(|text| (Side::Base, text));
        base.or_else(|| self.quote_only.as_deref().map(|text| (Side::Quote, text)))
    }
}

pub(super) async fn run(session: &mut Session, arguments: &Arguments) -> Result<()> {
    let wallet = session.wallet()?;
    let (plan, deposit) = {
        let _spinner = session.output.working("Fetching the pool");
        let pool = session.load_pool(&arguments.pool).await?;
        let plan = match arguments.one_sided() {
            Some((side, amount)) => one(session, arguments, &pool, (side, amount), &wallet).await?,
            None => both(session, arguments, &pool, &wallet).await?,
        };
        let deposit = Deposit::new(session, plan.quote.clone())?;
        let pair = session.pair(&pool)?;
        for (side, amount) in plan.quote.sent() {
            balance::require(session, &wallet.pubkey(), pair.on(side), amount).await?;
        }
        (plan, deposit)
    };
    session.output.preview(&deposit.facts().to_string());
    session.output.consent(arguments.yes, "Deposit?")?;
    let transaction = {
        let _spinner = session.output.working("Depositing");
        let confirmed = session.client.send(&plan.instructions, &wallet).await?;
        Receipt::of(&session.client, &confirmed, &wallet.pubkey()).await
    };
    session.output.report(&deposit.done(transaction));
    Ok(())
}

async fn one(
    session: &Session,
    arguments: &Arguments,
    pool: &Pubkey,
    (side, amount): (Side, &str),
    wallet: &Keypair,
) -> Result<Plan<DepositQuote>> {
    let pair = session.pair(pool)?;
    let token = pair.on(side);
    let request = AddSingleSidedRequest {
        pool: *pool,
        shard: arguments.shard,
        mint_in: token.mint,
        amount: token.parse(session.units, amount)?,
        slippage_tolerance_bps: arguments.slippage_bps,
    };
    let pools = session.client.pools();
    let shard = quote_add_single_sided(pools, &request)?.shard_index;
    let caller = caller_of(session, pool, shard, wallet).await;
    let plan = add_single_sided_instructions(pools, &request, &caller)?;
    Ok(Plan {
        instructions: plan.instructions,
        quote: DepositQuote::One(plan.quote),
    })
}

async fn both(
    session: &Session,
    arguments: &Arguments,
    pool: &Pubkey,
    wallet: &Keypair,
) -> Result<Plan<DepositQuote>> {
    let request = request(session, arguments, pool)?;
    let pools = session.client.pools();
    let shard = quote_add_liquidity(pools, &request)?.shard_index;
    let caller = caller_of(session, pool, shard, wallet).await;
    let plan = add_liquidity_instructions(pools, &request, &caller)?;
    Ok(Plan {
        instructions: plan.instructions,
        quote: DepositQuote::Both(plan.quote),
    })
}

/// A caller whose liquidity token's account is created only where it is missing.
async fn caller_of(
    session: &Session,
    pool: &Pubkey,
    shard: u8,
    wallet: &Keypair,
) -> sealane_sdk::plan::Caller {
    let shard = session.client.pools().shard(pool, shard);
    let lp: Vec<(Pubkey, Pubkey)> = shard
        .map(|entry| (entry.shard.lp_mint, TOKEN_PROGRAM))
        .into_iter()
        .collect();
    caller(&session.client, wallet.pubkey(), &lp).await
}

/// The request; where one amount is left open, with as much of that token as goes with the other.
fn request(session: &Session, arguments: &Arguments, pool: &Pubkey) -> Result<AddLiquidityRequest> {
    let (pair, units) = (session.pair(pool)?, session.units);
    let parse = |text: &Option<String>, side| {
        let parse = |text: &String| pair.on(side).parse(units, text);
        text.as_ref().map(parse).transpose()
    };
    let base = parse(&arguments.base, Side::Base)?;
    let quote = parse(&arguments.quote, Side::Quote)?;
    let request = |maximum_base, maximum_quote| AddLiquidityRequest {
        pool: *pool,
        shard: arguments.shard,
        maximum_base,
        maximum_quote,
        slippage_tolerance_bps: arguments.slippage_bps,
    };
    let pools = session.client.pools();
    let open = |given: u64, side: Side| {
        // Found with plenty of the other token, which a deposit in proportion does not use up.
        let shard = deposit_shard(session, arguments, pool)?;
        let plenty = in_proportion(given, shard, side)?;
        let probe = match side {
            Side::Base => quote_add_liquidity(pools, &request(given, plenty))?.quote,
            Side::Quote => quote_add_liquidity(pools, &request(plenty, given))?.base,
        };
        Ok::<_, Failure>(with_leeway(probe, arguments.slippage_bps))
    };
    Ok(match (base, quote) {
        (Some(base), Some(quote)) => request(base, quote),
        (Some(base), None) => request(base, open(base, Side::Base)?),
        (None, Some(quote)) => request(open(quote, Side::Quote)?, quote),
        // The flags' group does not allow this.
        (None, None) => request(0, 0),
    })
}

/// The reserves of the shard that a deposit goes to, on the given side and on the other.
fn deposit_shard(session: &Session, arguments: &Arguments, pool: &Pubkey) -> Result<(u64, u64)> {
    // The smallest deposit there is tells which shard the SDK chooses; reserves are all that is
    // of interest here, so any shard with liquidity does.
    let pools = session.client.pools();
    if let Some(index) = arguments.shard {
        session.require_shard(pool, index)?;
    }
    let mut shards = pools.shards(pool).filter(|entry| {
        arguments.shard.is_none_or(|index| entry.shard.index == index) && entry.shard.shares > 0
    });
    let shard = shards.next().ok_or_else(|| {
        Failure::usage("NeedsBoth", "the first deposit into a shard sets its price")
            .hint("give both --base and --quote")
    })?;
    Ok((shard.shard.base_reserve, shard.shard.quote_reserve))
}

fn in_proportion(given: u64, reserves: (u64, u64), side: Side) -> Result<u64> {
    todo!()
}

fn with_leeway(amount: u64, bps: u16) -> u64 {
    todo!()
}
