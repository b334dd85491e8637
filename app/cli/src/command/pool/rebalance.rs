//! `pool rebalance`: two shards trade with each other until their prices meet.

use clap::Args;
use sealane_sdk::quote::RebalanceQuote;
use serde::Serialize;
use solana_signer::Signer as _;

use crate::{
    failure::Result,
    output::{Facts, Report},
    session::Session,
    token::{Pair, Units},
    transaction::Receipt,
};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Which pool
    #[arg(value_name = "POOL")]
    pool: String,

    /// One shard
    #[arg(value_name = "SHARD")]
    first: u8,

    /// The other
    #[arg(value_name = "SHARD")]
    second: u8,
}

#[derive(Serialize)]
struct Rebalanced {
    quote: RebalanceQuote,
    transaction: Receipt,
    #[serde(skip)]
    pair: Pair,
    #[serde(skip)]
    units: Units,
}

impl Report for Rebalanced {
    fn text(&self) -> String {
        let quote = &self.quote;
        let (first, second) = (quote.first_index, quote.second_index);
        let (giver, taker) = if quote.first_gives_base {
            (first, second)
        } else {
            (second, first)
        };
        let mut facts = Facts::under(format!(
            "{} · shards {first} and {second} rebalanced",
            self.pair.name()
        ));
        let base = self.pair.base.amount(self.units, quote.base_moved);
        let of_quote = self.pair.quote.amount(self.units, quote.quote_moved);
        facts
            .add(
                "Moved",
                format!("{base} from shard {giver} to shard {taker}"),
            )
            .add("For", of_quote);
        self.transaction.add_to(&mut facts, self.units);
        facts.to_string()
    }
}

pub(super) async fn run(session: &mut Session, arguments: &Arguments) -> Result<()> {
    let wallet = session.wallet()?;
    let rebalanced = {
        let _spinner = session.output.working("Rebalancing");
        let pool = session.load_pool(&arguments.pool).await?;
        let (first, second) = (arguments.first, arguments.second);
        let executed = session
            .client
            .rebalance(&pool, first, second, &wallet)
            .await?;
        Rebalanced {
            transaction: Receipt::of(&session.client, &executed.confirmed, &wallet.pubkey()).await,
            quote: executed.quote,
            pair: session.pair(&pool)?,
            units: session.units,
        }
    };
    session.output.report(&rebalanced);
    Ok(())
}
