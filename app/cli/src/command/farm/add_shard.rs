//! `farm add-shard` and `farm add-vaults`: more shards, and the vaults that shards lack.

use clap::Args;
use sealane_sdk::{
    plan::{
        Sequence,
        staking::{add_farm_shard_instructions, add_reward_vault_instruction},
    },
    tx,
};
use serde::Serialize;
use solana_pubkey::Pubkey;
use solana_signer::Signer as _;

use super::{super::done::Done, Which, administer::Administration};
use crate::{
    failure::{Failure, Result},
    output::Facts,
    session::Session,
    view::{counted, text},
};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Which stake pool or farm
    #[arg(value_name = "FARM")]
    farm: String,

    /// How many shards to add
    #[arg(long, value_name = "COUNT", default_value_t = 1,
          value_parser = clap::value_parser!(u8).range(1..=15))]
    count: u8,
}

/// The shards that were added.
#[derive(Serialize)]
struct Added {
    #[serde(serialize_with = "text")]
    farm: Pubkey,
    shards: Vec<String>,
}

pub(super) async fn run(session: &mut Session, arguments: &Arguments) -> Result<()> {
    let done = {
        let spinner = session.output.working("Fetching the farm");
        let administration = Administration::open(session, &arguments.farm).await?;
        let Administration { farm, name, wallet } = &administration;
        let signer = wallet.pubkey();
        let (mut confirmed, mut added) = (Vec::new(), Vec::new());
        for number in 1..=arguments.count {
            spinner.say(format!("Adding shard {number} of {}", arguments.count));
            let farms = session.client.farms();
            let shard = match add_farm_shard_instructions(farms, farm, &signer, &signer) {
                Ok((shard, instructions)) => {
                    let sequence = Sequence {
                        transactions: tx::pack(&signer, instructions),
                        quote: shard,
                    };
                    let client = &session.client;
                    let executed = client.execute_sequence(sequence, wallet, |_, _| {}).await;
                    executed.map_err(Failure::from)
                }
                Err(error) => Err(error.into()),
            };
            let shard = shard.map_err(|failure| after(failure, &added))?;
            confirmed.extend(shard.confirmed);
            added.push(shard.quote.to_string());
            let fetched = session.client.fetch_farm(farm).await;
            fetched.map_err(|error| after(error.into(), &added))?;
        }
        let mut facts = Facts::under(format!("{name} · {} added", counted(added.len(), "shard")));
        for shard in &added {
            facts.add("Shard", shard);
        }
        let added = Added {
            farm: *farm,
            shards: added,
        };
        Done::by(session, &confirmed, &signer, added, facts).await
    };
    session.output.report(&done);
    Ok(())
}

fn after(failure: Failure, added: &[String]) -> Failure {
    if added.is_empty() {
        return failure;
    }
    failure.after(format_args!("shards were added: {}", added.join(", ")))
}

/// The vaults that were created.
#[derive(Serialize)]
struct Vaults {
    #[serde(serialize_with = "text")]
    farm: Pubkey,
    vaults: Vec<Vault>,
}

#[derive(Serialize)]
struct Vault {
    shard: u8,
    reward: u8,
}

/// Creates what an interrupted `add-shard` or `add-reward` left out.
pub(super) async fn add_vaults(session: &mut Session, which: &Which) -> Result<()> {
    let done = {
        let spinner = session.output.working("Fetching the farm");
        let administration = Administration::unchecked(session, &which.farm).await?;
        let Administration { farm, name, wallet } = &administration;
        let vaults = missing_vaults(session, &administration)?;
        let (farms, signer) = (session.client.farms(), wallet.pubkey());
        let instructions: std::result::Result<Vec<_>, _> = vaults
            .iter()
            .map(|lacking| {
                add_reward_vault_instruction(farms, farm, lacking.shard, lacking.reward, &signer)
            })
            .collect();
        let sequence = Sequence {
            transactions: tx::pack(&signer, instructions?),
            quote: (),
        };
        let executed = session
            .client
            .execute_sequence(sequence, wallet, |done, total| {
                spinner.say(format!("Adding vaults, {done} of {total} transactions"));
            })
            .await?;
        let mut facts = Facts::under(format!("{name} · vaults added"));
        facts.add("Added", counted(vaults.len(), "vault"));
        let vaults = Vaults {
            farm: *farm,
            vaults,
        };
        Done::by(session, &executed.confirmed, &signer, vaults, facts).await
    };
    session.output.report(&done);
    Ok(())
}

fn missing_vaults(session: &Session, administration: &Administration) -> Result<Vec<Vault>> {
    let rewards = administration.config(session)?.reward_count;
    let shards = session.client.farms().shards(&administration.farm);
    let missing = shards.flat_map(|shard| {
        let (index, vaults) = (shard.account.index, shard.account.reward_vaults);
        let lacks = move |reward: &u8| vaults[usize::from(*reward)] == Pubkey::default();
        (0..rewards).filter(lacks).map(move |reward| Vault {
            shard: index,
            reward,
        })
    });
    Ok(missing.collect())
}
