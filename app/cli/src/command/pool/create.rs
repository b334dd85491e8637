//! `pool create`: a pool of two tokens, with its shards.

use clap::Args;
use sealane_sdk::{
    accounts::decode_pool,
    address,
    client::CreatedPool,
    plan::{
        CreatePoolRequest, PoolToken, constant_product_params, default_fees, flat_fees,
        stable_swap_params,
    },
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
    view::PoolView,
};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The base token: prices are quote per base
    #[arg(value_name = "BASE")]
    base: String,

    /// The quote token
    #[arg(value_name = "QUOTE")]
    quote: String,

    /// How many shards: how many swaps can run side by side
    #[arg(long, value_name = "COUNT", default_value_t = 4,
          value_parser = clap::value_parser!(u8).range(1..=32))]
    shards: u8,

    /// For tokens of equal worth: hardly moves the price while balanced, and costs 0.04%
    #[arg(long)]
    stable: bool,

    /// How flat a stable pool's curve is [default: 100]
    #[arg(long, value_name = "A", requires = "stable",
          value_parser = clap::value_parser!(u32).range(1..=10_000))]
    amplification: Option<u32>,

    /// Tells apart pools of one creator and pair
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    id: u16,

    #[command(flatten)]
    fees: FeeArguments,
}

/// What most stable pools use.
const DEFAULT_AMPLIFICATION: u32 = 100;
/// Between tokens of equal worth nobody pays the fee of volatile ones.
const STABLE_FEE_PIPS: u32 = 400;

impl Arguments {
    fn request(&self, creator: Pubkey, base: &Token, quote: &Token) -> Result<CreatePoolRequest> {
        let fees = self.fees.over(if self.stable {
            flat_fees(STABLE_FEE_PIPS, default_fees().protocol_share_bps)
        } else {
            default_fees()
        });
        let token = |token: &Token| PoolToken {
            mint: token.mint,
            token_program: token.program,
        };
        let params = if self.stable {
            let amplification = self.amplification.unwrap_or(DEFAULT_AMPLIFICATION);
            stable_swap_params(amplification, fees)?
        } else {
            constant_product_params(fees)
        };
        Ok(CreatePoolRequest {
            creator,
            id: self.id,
            base: token(base),
            quote: token(quote),
            params,
            shards: self.shards,
        })
    }
}

/// A pool that was created.
#[derive(Serialize)]
struct Created {
    pool: PoolView,
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
    fn new(session: &Session, created: &CreatedPool) -> Result<Self> {
        let sent = created.confirmed.iter().map(|confirmed| Sent {
            signature: confirmed.signature.to_string(),
            slot: confirmed.slot,
            compute_units: confirmed.compute_units,
            fee_lamports: confirmed.fee,
        });
        Ok(Self {
            pool: PoolView::of(session, &created.pool)?,
            transactions: sent.collect(),
            units: session.units,
        })
    }
}

impl Report for Created {
    fn text(&self) -> String {
        let pool = &self.pool;
        let mut facts = Facts::under(format!("Pool {} created", pool.name));
        facts
            .add("Pool", pool.address.to_string())
            .add("Curve", pool.curve_sentence())
            .add("Fees", pool.fees.sentence())
            .add("Shards", pool.shards.len().to_string());
        for sent in &self.transactions {
            facts.add("Signature", &sent.signature);
        }
        let units: Option<u64> = self
            .transactions
            .iter()
            .map(|sent| sent.compute_units)
            .sum();
        let fees: Option<u64> = self.transactions.iter().map(|sent| sent.fee_lamports).sum();
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
        let request = arguments.request(wallet.pubkey(), &base, &quote)?;
        require_new(session, &request).await?;
        let creating = format!("Creating pool {}/{}", base.symbol, quote.symbol);
        let progress =
            |done, total| spinner.say(format!("{creating}: transaction {done} of {total}"));
        let created = session
            .client
            .create_pool(&request, &wallet, progress)
            .await?;
        Created::new(session, &created)?
    };
    let pool = &created.pool;
    if pool.fees.is_flat() && arguments.shards > 1 && !arguments.stable {
        session.output.warn(
            "with a flat fee traders gain by splitting a trade over all shards, which then run no \
             longer side by side: better one shard, or a falling fee",
        );
    }
    session.output.report(&created);
    session.output.next(&format!(
        "Next, fill its shards: sealane liquidity add {} --shard 0 --base AMOUNT --quote AMOUNT",
        pool.address
    ));
    Ok(())
}

/// Fails if the pool exists: sooner than the chain would, and saying where it is.
async fn require_new(session: &Session, request: &CreatePoolRequest) -> Result<()> {
    let (base, quote, id) = (&request.base.mint, &request.quote.mint, request.id);
    let (pool, _) = address::pool(&request.creator, base, quote, id);
    // An account that cannot be read is left to the program to judge.
    let exists = match session.client.rpc().get_account_data(&pool).await {
        Ok(data) => decode_pool(&data).is_ok(),
        Err(_) => false,
    };
    if !exists {
        return Ok(());
    }
    let message = format!("the wallet has a pool of this pair with id {id} already: {pool}");
    Err(Failure::new("PoolExists", message).hint("use that one, or choose another --id"))
}

#[cfg(test)]
mod tests {
    use sealane_sdk::{address::TOKEN_PROGRAM, amm::state::CURVE_STABLE_SWAP};

    use super::*;
    use crate::{command, parse};

    fn request(flags: &[&str]) -> Result<CreatePoolRequest> {
        let line: Vec<&str> = ["pool", "create", "a", "b"]
            .iter()
            .chain(flags)
            .copied()
            .collect();
        let token = || Token {
            mint: Pubkey::new_unique(),
            symbol: String::new(),
            decimals: 6,
            program: TOKEN_PROGRAM,
        };
        match parse(&line).unwrap().1 {
            command::Command::Pool(super::super::Command::Create(arguments)) => {
                arguments.request(Pubkey::new_unique(), &token(), &token())
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_default_is_a_constant_product_of_four_shards() {
        let request = request(&[]).unwrap();
        assert_eq!(request.shards, 4);
        assert_eq!(request.params, constant_product_params(default_fees()));
    }

    #[test]
    fn a_stable_pool_has_an_amplification() {
        let default = request(&["--stable"]).unwrap();
        assert_eq!(default.params.curve, CURVE_STABLE_SWAP);
        assert_eq!(default.params.fees, flat_fees(400, 1_000));
        let given = request(&["--stable", "--amplification", "100"]).unwrap();
        assert_eq!(default.params, given.params);
    }

    #[test]
    fn what_no_pool_can_have_is_refused() {
        for flags in [
            &["--amplification", "100"][..],
            &["--stable", "--amplification", "0"],
            &["--stable", "--amplification", "10001"],
            &["--shards", "0"],
            &["--shards", "33"],
        ] {
            let line: Vec<&str> = ["pool", "create", "a", "b"]
                .iter()
                .chain(flags)
                .copied()
                .collect();
            assert!(parse(&line).is_err(), "{flags:?}");
        }
    }
}
