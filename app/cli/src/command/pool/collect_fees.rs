//! `pool collect-fees`: the authority's part of the fees.

use clap::Args;
use sealane_sdk::{amm::errors::AmmError, quote::CollectedFees, quote::QuoteError};
use serde::Serialize;
use solana_pubkey::Pubkey;
use solana_signer::Signer as _;

use super::administer::Administration;
use crate::{
    failure::{Failure, Result},
    output::{Facts, Report},
    session::Session,
    token::{Pair, Units},
    transaction::Receipt,
    view::text,
};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Which pool
    #[arg(value_name = "POOL")]
    pool: String,

    /// From which shard [default: from all that owe any]
    #[arg(long, value_name = "INDEX")]
    shard: Option<u8>,
}

/// What was collected. Amounts are base units.
#[derive(Serialize)]
struct Collected {
    #[serde(serialize_with = "text")]
    pool: Pubkey,
    base: u64,
    quote: u64,
    shards: Vec<Part>,
    #[serde(skip)]
    pair: Pair,
    #[serde(skip)]
    units: Units,
}

#[derive(Serialize)]
struct Part {
    #[serde(flatten)]
    fees: CollectedFees,
    transaction: Receipt,
}

impl Part {
    fn shard_index(&self) -> u8 {
        self.fees.shard_index
    }
}

impl Report for Collected {
    fn text(&self) -> String {
        let mut facts = Facts::under(format!("{} · fees collected", self.pair.name()));
        facts
            .add("Received", self.pair.base.amount(self.units, self.base))
            .add("", self.pair.quote.amount(self.units, self.quote));
        for part in &self.shards {
            let signature = &part.transaction.signature;
            facts.add(format!("Shard {}", part.fees.shard_index), signature);
        }
        facts.to_string()
    }
}

pub(super) async fn run(session: &mut Session, arguments: &Arguments) -> Result<()> {
    let spinner = session.output.working("Fetching the pool");
    let Administration { pool, wallet } = Administration::open(session, &arguments.pool).await?;
    let owing = match arguments.shard {
        Some(index) => vec![index],
        None => owing(session, &pool)?,
    };
    let mut shards: Vec<Part> = Vec::new();
    for index in owing {
        spinner.say(format!("Collecting from shard {index}"));
        let executed = session
            .client
            .collect_protocol_fees(&pool, index, &wallet)
            .await
            .map_err(|error| {
                let done: Vec<u8> = shards.iter().map(Part::shard_index).collect();
                Failure::from(error).after_shards(&done)
            })?;
        shards.push(Part {
            transaction: Receipt::of(&session.client, &executed.confirmed, &wallet.pubkey()).await,
            fees: executed.quote,
        });
    }
    drop(spinner);
    session.output.report(&Collected {
        pool,
        base: shards.iter().map(|part| part.fees.base).sum(),
        quote: shards.iter().map(|part| part.fees.quote).sum(),
        shards,
        pair: session.pair(&pool)?,
        units: session.units,
    });
    Ok(())
}

/// The shards with fees to collect.
fn owing(session: &Session, pool: &Pubkey) -> Result<Vec<u8>> {
    let shards = session.client.pools().shards(pool);
    let owing: Vec<u8> = shards
        .map(|entry| entry.shard)
        .filter(|shard| shard.base_protocol_fees > 0 || shard.quote_protocol_fees > 0)
        .map(|shard| shard.index)
        .collect();
    if owing.is_empty() {
        return Err(QuoteError::Refused {
            error: AmmError::NothingToCollect,
            shard_index: None,
        }
        .into());
    }
    Ok(owing)
}
