//! `pool add-shard`: more shards.

use clap::Args;
use serde::Serialize;
use solana_pubkey::Pubkey;
use solana_signer::Signer as _;

use super::administer::Administration;
use crate::{
    failure::{Failure, Result},
    output::{Facts, Report},
    session::Session,
    token::Units,
    transaction::Receipt,
    view::text,
};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Which pool
    #[arg(value_name = "POOL")]
    pool: String,

    /// How many shards to add
    #[arg(long, value_name = "COUNT", default_value_t = 1,
          value_parser = clap::value_parser!(u8).range(1..=31))]
    count: u8,
}

#[derive(Serialize)]
struct Added {
    #[serde(serialize_with = "text")]
    pool: Pubkey,
    shards: Vec<Shard>,
    #[serde(skip)]
    name: String,
    #[serde(skip)]
    units: Units,
}

#[derive(Serialize)]
struct Shard {
    index: u8,
    #[serde(serialize_with = "text")]
    address: Pubkey,
    transaction: Receipt,
}

impl Report for Added {
    fn text(&self) -> String {
        let parts = self.shards.iter().map(|shard| {
            let mut facts = Facts::under(format!("{} · shard {} added", self.name, shard.index));
            facts.add("Shard", shard.address.to_string());
            shard.transaction.add_to(&mut facts, self.units);
            facts.to_string()
        });
        parts.collect::<Vec<_>>().join("\n\n")
    }
}

pub(super) async fn run(session: &mut Session, arguments: &Arguments) -> Result<()> {
    let added = {
        let spinner = session.output.working("Fetching the pool");
        let Administration { pool, wallet } =
            Administration::open(session, &arguments.pool).await?;
        let mut shards: Vec<Shard> = Vec::new();
        for number in 1..=arguments.count {
            spinner.say(format!("Adding shard {number} of {}", arguments.count));
            let (shard, confirmed) =
                session
                    .client
                    .add_shard(&pool, &wallet)
                    .await
                    .map_err(|error| {
                        let done: Vec<u8> = shards.iter().map(|shard| shard.index).collect();
                        Failure::from(error).after_shards(&done)
                    })?;
            shards.push(Shard {
                index: shard.index,
                address: shard.shard,
                transaction: Receipt::of(&session.client, &confirmed, &wallet.pubkey()).await,
            });
        }
        Added {
            pool,
            shards,
            name: session.pair(&pool)?.name(),
            units: session.units,
        }
    };
    session.output.report(&added);
    Ok(())
}
