//! `market create`: an order book of two tokens.

use clap::Args;
use rust_decimal::{Decimal, prelude::ToPrimitive as _};
use sealane_sdk::{
    accounts::decode_market,
    address, amount,
    client::CreatedMarket,
    orderbook::{MarketParams, state::FeeParams},
    plan::{CreateMarketRequest, PoolToken},
};
use serde::Serialize;
use solana_pubkey::Pubkey;
use solana_signer::Signer as _;

use super::fees::FeeArguments;
use crate::{
    failure::{Failure, Result},
    output::{Facts, Report},
    session::Session,
    token::{Token, Units},
    venue::parse_decimal,
    view::MarketView,
};

const EXAMPLES: &str = "\
Examples:
  sealane market create tSOL tUSDC --lot 0.01 --tick 0.01
  sealane market create tSOL tUSDC --lot 0.1 --tick 0.001 --taker-pips 300 --maker-pips 0 --id 1";

/// 0.05% of takers, a fifth of it for makers; of the rest a fifth for referrers; 0.1% for whoever
/// crosses two lanes.
const DEFAULT_FEES: FeeParams = FeeParams {
    taker_pips: 500,
    maker_pips: -100,
    referrer_share_bps: 2_000,
    cross_reward_pips: 1_000,
};

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The base token: prices are quote per base
    #[arg(value_name = "BASE")]
    base: String,

    /// The quote token
    #[arg(value_name = "QUOTE")]
    quote: String,

    /// The smallest size, in base tokens; all sizes are multiples of it, for good
    #[arg(long, value_name = "SIZE")]
    lot: String,

    /// The smallest difference of prices; all prices are multiples of it, for good
    #[arg(long, value_name = "PRICE")]
    tick: String,

    /// How many vault shards: how many deposits and withdrawals can run side by side
    #[arg(long, value_name = "COUNT", default_value_t = 2,
          value_parser = clap::value_parser!(u8).range(1..=32))]
    vault_shards: u8,

    /// Tells apart markets of one creator and pair
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    id: u16,

    #[command(flatten)]
    fees: FeeArguments,
}

impl Arguments {
    fn params(&self, units: Units, base: &Token, quote: &Token) -> Result<MarketParams> {
        let base_lot = base.parse(units, &self.lot)?;
        if base_lot == 0 {
            let failure = Failure::usage("InvalidSizes", "a lot is more than nothing");
            return Err(failure.hint("give --lot above zero, such as 0.01"));
        }
        let tick = match units {
            Units::Base => self
                .tick
                .parse()
                .ok()
                .filter(|tick| *tick > 0)
                .ok_or_else(|| {
                    let message = format!("`{}` is no whole number above zero", self.tick);
                    Failure::usage("InvalidSizes", message)
                        .hint("with --raw, give --tick as quote units for one lot")
                })?,
            Units::Whole => tick_units(&self.tick, base_lot, base, quote)?,
        };
        Ok(MarketParams {
            base_lot,
            tick,
            fees: self.fees.over(DEFAULT_FEES),
        })
    }
}

/// A tick as what it adds to a lot's price, in quote units: that has to be a whole number.
fn tick_units(written: &str, base_lot: u64, base: &Token, quote: &Token) -> Result<u32> {
    let invalid = |message: String| Failure::usage("InvalidSizes", message);
    let tick = parse_decimal(written)
        .filter(|tick| *tick > Decimal::ZERO)
        .ok_or_else(|| {
            invalid(format!("`{written}` is no price above zero"))
                .hint("give --tick in quote tokens for one base token, such as 0.01")
        })?;
    let lot = amount::to_decimal(base_lot, base.decimals);
    let one = Decimal::from(10u64.checked_pow(quote.decimals.into()).unwrap_or(u64::MAX));
    let exact = tick
        .checked_mul(lot)
        .and_then(|value| value.checked_mul(one))
        .map(|units| units.normalize());
    let whole = exact
        .filter(Decimal::is_integer)
        .and_then(|units| units.to_u32());
    whole.filter(|units| *units > 0).ok_or_else(|| {
        let message = match exact {
            Some(exact) => format!(
                "a tick of {tick} is worth {exact} units of {} on a lot of {lot} {}: that has to \
                 be a whole number of up to 32 bits",
                quote.symbol, base.symbol
            ),
            None => "lot and tick are too large for each other".to_owned(),
        };
        invalid(message).hint("make --lot or --tick larger where it is a fraction, else smaller")
    })
}

/// A market that was created.
#[derive(Serialize)]
struct Created {
    market: MarketView,
    transactions: Vec<Sent>,
    #[serde(skip)]
    units: Units,
}

#[derive(Serialize)]
struct Sent {
    signature: String,
    slot: u64,
    compute_units: Option<u64>,
    fee_lamports: Option<u64>,
}

impl Created {
    fn new(session: &Session, created: &CreatedMarket) -> Result<Self> {
        let sent = created.confirmed.iter().map(|confirmed| Sent {
            signature: confirmed.signature.to_string(),
            slot: confirmed.slot,
            compute_units: confirmed.compute_units,
            fee_lamports: confirmed.fee,
        });
        let venue = session.venue(&created.market)?;
        Ok(Self {
            market: MarketView::now(session, &venue),
            transactions: sent.collect(),
            units: session.units,
        })
    }
}

impl Report for Created {
    fn text(&self) -> String {
        let market = &self.market;
        let mut facts = Facts::under(format!("Market {} created", market.name));
        facts
            .add("Market", market.address.to_string())
            .add("Steps", market.steps())
            .add("Fees", market.fees.sentence())
            .add("Vault shards", market.vault_shards.to_string());
        for sent in &self.transactions {
            facts.add("Signature", &sent.signature);
        }
        let sent = || self.transactions.iter();
        let units: Option<u64> = sent().map(|sent| sent.compute_units).sum();
        let fees: Option<u64> = sent().map(|sent| sent.fee_lamports).sum();
        facts
            .add_some("Compute units", units.map(|units| units.to_string()))
            .add_some("Network fee", fees.map(|fee| self.units.sol(fee)));
        facts.to_string()
    }
}

pub(super) async fn run(session: &mut Session, arguments: &Arguments) -> Result<()> {
    let wallet = session.wallet()?;
    let created = {
        let spinner = session.output.working("Looking at the tokens");
        let base = session.token(&arguments.base).await?;
        let quote = session.token(&arguments.quote).await?;
        let token = |token: &Token| PoolToken {
            mint: token.mint,
            token_program: token.program,
        };
        let request = CreateMarketRequest {
            creator: wallet.pubkey(),
            id: arguments.id,
            base: token(&base),
            quote: token(&quote),
            params: arguments.params(session.units, &base, &quote)?,
            vault_shards: arguments.vault_shards,
        };
        require_new(session, &request).await?;
        let creating = format!("Creating market {}/{}", base.symbol, quote.symbol);
        let progress =
            |done, total| spinner.say(format!("{creating}: transaction {done} of {total}"));
        let created = session
            .client
            .create_market(&request, &wallet, progress)
            .await?;
        Created::new(session, &created)?
    };
    session.output.report(&created);
    session.output.next(&format!(
        "Next, open a lane to trade from: sealane lane open {}",
        created.market.address
    ));
    Ok(())
}

/// Fails if the market exists: sooner than the chain would, and saying where it is.
async fn require_new(session: &Session, request: &CreateMarketRequest) -> Result<()> {
    let (base, quote, id) = (&request.base.mint, &request.quote.mint, request.id);
    let (market, _): (Pubkey, _) = address::market(&request.creator, base, quote, id);
    // An account that cannot be read is left to the program to judge.
    let exists = match session.client.rpc().get_account_data(&market).await {
        Ok(data) => decode_market(&data).is_ok(),
        Err(_) => false,
    };
    if !exists {
        return Ok(());
    }
    let message = format!("the wallet has a market of this pair with id {id} already: {market}");
    Err(Failure::new("MarketExists", message).hint("use that one, or choose another --id"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{command, parse, venue::tests::venue};

    fn params(flags: &[&str]) -> Result<MarketParams> {
        let line: Vec<&str> = ["market", "create", "a", "b"]
            .iter()
            .chain(flags)
            .copied()
            .collect();
        let (global, command) = parse(&line).unwrap();
        let pair = venue(Units::Whole).pair;
        match command {
            command::Command::Market(super::super::Command::Create(arguments)) => {
                arguments.params(Units::new(global.raw), &pair.base, &pair.quote)
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_tick_becomes_what_it_adds_to_a_lots_price() {
        let made = params(&["--lot", "0.01", "--tick", "0.01"]).unwrap();
        assert_eq!((made.base_lot, made.tick), (10_000_000, 100));
        assert_eq!(made.fees, DEFAULT_FEES);
        let coarse = params(&["--lot", "1", "--tick", "0.5", "--taker-pips", "300"]).unwrap();
        assert_eq!((coarse.base_lot, coarse.tick), (1_000_000_000, 500_000));
        assert_eq!(coarse.fees.taker_pips, 300);
        let raw = params(&["--raw", "--lot", "1000", "--tick", "7"]).unwrap();
        assert_eq!((raw.base_lot, raw.tick), (1_000, 7));
    }

    #[test]
    fn a_tick_below_the_smallest_unit_is_refused_with_its_worth() {
        let failure = params(&["--lot", "0.001", "--tick", "0.0001"]).unwrap_err();
        assert_eq!(failure.code(), "InvalidSizes");
        assert!(
            failure.to_string().contains("0.1 units of tUSDC"),
            "{failure}"
        );
        for flags in [
            ["--lot", "0", "--tick", "1"],
            ["--lot", "1", "--tick", "0"],
            ["--lot", "1", "--tick", "x"],
            ["--lot", "1000", "--tick", "1000000"],
        ] {
            assert!(params(&flags).unwrap_err().is_usage(), "{flags:?}");
        }
    }
}
