//! `market add-vault-shard`: more vault shards.

use clap::Args;
use sealane_sdk::plan::add_vault_shard_instructions;
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
    /// Which market
    #[arg(value_name = "MARKET")]
    market: String,

    /// How many vault shards to add
    #[arg(long, value_name = "COUNT", default_value_t = 1,
          value_parser = clap::value_parser!(u8).range(1..=31))]
    count: u8,
}

#[derive(Serialize)]
struct Added {
    #[serde(serialize_with = "text")]
    market: Pubkey,
    vault_shards: Vec<Shard>,
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
        let parts = self.vault_shards.iter().map(|shard| {
            let heading = format!("{} · vault shard {} added", self.name, shard.index);
            let mut facts = Facts::under(heading);
            facts.add("Vault shard", shard.address.to_string());
            shard.transaction.add_to(&mut facts, self.units);
            facts.to_string()
        });
        parts.collect::<Vec<_>>().join("\n\n")
    }
}

pub(super) async fn run(session: &mut Session, arguments: &Arguments) -> Result<()> {
    let added = {
        let spinner = session.output.working("Fetching the market");
        let Administration { venue, wallet } =
            Administration::open(session, &arguments.market).await?;
        let (market, payer) = (venue.address, wallet.pubkey());
        let mut vault_shards: Vec<Shard> = Vec::new();
        for number in 1..=arguments.count {
            spinner.say(format!(
                "Adding vault shard {number} of {}",
                arguments.count
            ));
            let added = add(session, &market, &wallet).await.map_err(|failure| {
                let done: Vec<u8> = vault_shards.iter().map(|shard| shard.index).collect();
                failure.after_shards(&done)
            });
            let (index, address, confirmed) = added?;
            vault_shards.push(Shard {
                index,
                address,
                transaction: Receipt::of(&session.client, &confirmed, &payer).await,
            });
        }
        Added {
            market,
            vault_shards,
            name: venue.name(),
            units: session.units,
        }
    };
    session.output.report(&added);
    Ok(())
}

async fn add(
    session: &mut Session,
    market: &Pubkey,
    wallet: &solana_keypair::Keypair,
) -> Result<(u8, Pubkey, sealane_sdk::tx::Confirmed)> {
    let payer = wallet.pubkey();
    let markets = session.client.markets();
    let (shard, instructions) =
        add_vault_shard_instructions(markets, market, &payer, &payer).map_err(Failure::from)?;
    let confirmed = session.client.send(&instructions, wallet).await?;
    session.client.fetch_market(market).await?;
    Ok((shard.index, shard.vault_shard, confirmed))
}
