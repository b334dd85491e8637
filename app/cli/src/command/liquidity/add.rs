//! `liquidity add`: deposit both tokens in a shard's proportion, or one of them.

use clap::{ArgGroup, Args};
use sealane_sdk::{
    Side,
    address::TOKEN_PROGRAM,
    plan::{Caller, Plan, add_liquidity_instructions, add_single_sided_instructions},
    quote::{
        AddLiquidityRequest, AddSingleSidedRequest, quote_add_liquidity, quote_add_single_sided,
    },
};
use solana_pubkey::Pubkey;
use solana_signer::Signer as _;

use super::{
    deposit::{Deposit, DepositQuote},
    proportion,
};
use crate::{
    balance,
    failure::Result,
    session::Session,
    transaction::{Receipt, caller},
};

const EXAMPLES: &str = "\
Examples:
  sealane liquidity add tSOL/tUSDC --base 10  10 tSOL, and the tUSDC that go with it
  sealane liquidity add tSOL/tUSDC --quote-only 500 --shard 2";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
#[command(group = ArgGroup::new("deposit").required(true).multiple(true)
    .args(["base", "quote", "base_only", "quote_only"]))]
pub(crate) struct Arguments {
    /// Which pool
    #[arg(value_name = "POOL")]
    pool: String,

    /// The most base to deposit; alone, with as much quote as goes with it
    #[arg(long, value_name = "AMOUNT")]
    base: Option<String>,

    /// The most quote to deposit; alone, with as much base as goes with it
    #[arg(long, value_name = "AMOUNT")]
    quote: Option<String>,

    /// How much base to deposit, and no quote: a part is swapped on the way
    #[arg(long, value_name = "AMOUNT", conflicts_with_all = ["base", "quote", "quote_only"])]
    base_only: Option<String>,

    /// How much quote to deposit, and no base: a part is swapped on the way
    #[arg(long, value_name = "AMOUNT", conflicts_with_all = ["base", "quote"])]
    quote_only: Option<String>,

    /// Into which shard [default: the smallest, which traders use first]
    #[arg(long, value_name = "INDEX")]
    shard: Option<u8>,

    /// How many fewer shares than quoted are accepted, in hundredths of a percent: 50 is
    /// 0.5%
    #[arg(long, value_name = "BPS", default_value_t = 50,
          value_parser = clap::value_parser!(u16).range(0..=10_000))]
    slippage_bps: u16,

    /// Do not ask before sending
    #[arg(long, short)]
    yes: bool,
}

pub(super) async fn run(session: &mut Session, arguments: &Arguments) -> Result<()> {
    session.output.require_consent(arguments.yes)?;
    let wallet = session.wallet()?;
    let owner = wallet.pubkey();
    let (instructions, deposit) = {
        let _spinner = session.output.working("Fetching the pool");
        let pool = session.load_pool(&arguments.pool).await?;
        let plan = match arguments.one_sided() {
            Some((side, amount)) => one(session, arguments, &pool, side, amount, owner).await?,
            None => both(session, arguments, &pool, owner).await?,
        };
        let deposit = Deposit::new(session, plan.quote)?;
        for (token, amount) in deposit.sent() {
            balance::require(session, &owner, token, amount).await?;
        }
        (plan.instructions, deposit)
    };
    session.output.preview(&deposit.facts().to_string());
    session.output.consent(arguments.yes, "Deposit?")?;
    let transaction = {
        let _spinner = session.output.working("Depositing");
        let confirmed = session.client.send(&instructions, &wallet).await?;
        Receipt::of(&session.client, &confirmed, &owner).await
    };
    session.output.report(&deposit.done(transaction));
    Ok(())
}

impl Arguments {
    /// The side of a one-sided deposit, with its amount.
    fn one_sided(&self) -> Option<(Side, &str)> {
        let base = self.base_only.as_deref().map(|text| (Side::Base, text));
        base.or_else(|| self.quote_only.as_deref().map(|text| (Side::Quote, text)))
    }

    /// A deposit of both tokens; an amount left open is filled in.
    fn request(&self, session: &Session, pool: &Pubkey) -> Result<AddLiquidityRequest> {
        let (pair, units) = (session.pair(pool)?, session.units);
        let parse = |text: &Option<String>, side| {
            let text = text.as_ref();
            text.map(|text| pair.on(side).parse(units, text))
                .transpose()
        };
        let base = parse(&self.base, Side::Base)?;
        let quote = parse(&self.quote, Side::Quote)?;
        let request = AddLiquidityRequest {
            pool: *pool,
            shard: self.shard,
            maximum_base: base.unwrap_or(0),
            maximum_quote: quote.unwrap_or(0),
            slippage_tolerance_bps: self.slippage_bps,
        };
        match (base, quote) {
            (Some(_), None) => proportion::complete(session, request, Side::Base),
            (None, Some(_)) => proportion::complete(session, request, Side::Quote),
            _ => Ok(request),
        }
    }
}

async fn one(
    session: &Session,
    arguments: &Arguments,
    pool: &Pubkey,
    side: Side,
    amount: &str,
    owner: Pubkey,
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
    let caller = provider(session, pool, shard, owner).await;
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
    owner: Pubkey,
) -> Result<Plan<DepositQuote>> {
    let request = arguments.request(session, pool)?;
    let pools = session.client.pools();
    let shard = quote_add_liquidity(pools, &request)?.shard_index;
    let caller = provider(session, pool, shard, owner).await;
    let plan = add_liquidity_instructions(pools, &request, &caller)?;
    Ok(Plan {
        instructions: plan.instructions,
        quote: DepositQuote::Both(plan.quote),
    })
}

/// The wallet, whose account of the liquidity token is created only where it is missing.
async fn provider(session: &Session, pool: &Pubkey, shard: u8, owner: Pubkey) -> Caller {
    let shard = session.client.pools().shard(pool, shard);
    let lp: Vec<_> = shard
        .map(|entry| (entry.shard.lp_mint, TOKEN_PROGRAM))
        .into_iter()
        .collect();
    caller(&session.client, owner, &lp).await
}

#[cfg(test)]
mod tests {
    use crate::parse;

    fn is_valid(flags: &[&str]) -> bool {
        let line: Vec<&str> = ["liquidity", "add", "p"]
            .iter()
            .chain(flags)
            .copied()
            .collect();
        parse(&line).is_ok()
    }

    #[test]
    fn both_tokens_or_one_of_them() {
        assert!(is_valid(&["--base", "1", "--quote", "2"]));
        assert!(is_valid(&["--base", "1"]));
        assert!(is_valid(&["--quote-only", "2", "--shard", "3"]));
        assert!(!is_valid(&[]));
        assert!(!is_valid(&["--shard", "3"]));
        assert!(!is_valid(&["--base", "1", "--quote-only", "2"]));
        assert!(!is_valid(&["--base-only", "1", "--quote-only", "2"]));
    }
}
