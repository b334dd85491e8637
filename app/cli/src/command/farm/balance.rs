//! `farm balance`: moves rewards between the shards' vaults.

use clap::Args;
use sealane_sdk::{plan::staking::balance_rewards_instruction, staking::EVERYTHING};
use serde::Serialize;
use solana_pubkey::Pubkey;
use solana_signer::Signer as _;

use super::{super::done::Done, administer::Administration, reward_token};
use crate::{
    failure::{Failure, Result},
    output::Facts,
    session::Session,
    view::text,
};

const EXAMPLES: &str = "\
Examples:
  sealane farm balance 'SEAL stake pool' --from 0 --to 2 1000
  sealane farm balance 'SEAL stake pool' --from 1 --to 2 --all --reward 1

Claims do this themselves where a vault holds too little. Anyone may.";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// Which stake pool or farm
    #[arg(value_name = "FARM")]
    farm: String,

    /// How much
    #[arg(value_name = "AMOUNT", required_unless_present = "all")]
    amount: Option<String>,

    /// All that the vault holds
    #[arg(long, conflicts_with = "amount")]
    all: bool,

    /// The shard that gives
    #[arg(long, value_name = "INDEX")]
    from: u8,

    /// The shard that gets
    #[arg(long, value_name = "INDEX")]
    to: u8,

    /// Which of the farm's rewards, counted from 0
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    reward: u8,
}

/// What was moved, in base units, and what the vaults hold now.
#[derive(Serialize)]
struct Moved {
    #[serde(serialize_with = "text")]
    farm: Pubkey,
    reward: u8,
    #[serde(serialize_with = "text")]
    mint: Pubkey,
    from: Vault,
    to: Vault,
}

#[derive(Serialize)]
struct Vault {
    shard: u8,
    held: u64,
}

pub(super) async fn run(session: &mut Session, arguments: &Arguments) -> Result<()> {
    if arguments.from == arguments.to {
        return Err(Failure::usage("SameShard", "a shard cannot give to itself")
            .hint("choose another --to"));
    }
    let done = {
        let spinner = session.output.working("Fetching the farm");
        let administration = Administration::unchecked(session, &arguments.farm).await?;
        let Administration { farm, name, wallet } = &administration;
        let (from, to, reward) = (arguments.from, arguments.to, arguments.reward);
        let token = reward_token(session, farm, reward)?;
        let amount = match &arguments.amount {
            Some(amount) => token.parse(session.units, amount)?,
            None => EVERYTHING,
        };
        let held = vault(session, farm, from, reward)?.held;
        vault(session, farm, to, reward)?;
        if held == 0 || amount != EVERYTHING && amount > held {
            return Err(too_little(&token.amount(session.units, held), from));
        }
        let farms = session.client.farms();
        let instruction = balance_rewards_instruction(farms, farm, reward, (from, to), amount)?;
        spinner.say("Moving");
        let sent = session.client.send(&[instruction], wallet).await?;
        session.client.fetch_farm(farm).await?;
        let (from, to) = (
            vault(session, farm, from, reward)?,
            vault(session, farm, to, reward)?,
        );
        let mut facts = Facts::under(format!("{name} · rewards moved"));
        for vault in [&from, &to] {
            let holds = token.amount(session.units, vault.held);
            facts.add(format!("Shard {}", vault.shard), holds);
        }
        let moved = Moved {
            farm: *farm,
            reward,
            mint: token.mint,
            from,
            to,
        };
        Done::by(session, &[sent], &wallet.pubkey(), moved, facts).await
    };
    session.output.report(&done);
    Ok(())
}

fn too_little(held: &str, shard: u8) -> Failure {
    let message = format!("the vault of shard {shard} holds {held}");
    Failure::new("InsufficientFunds", message).hint("move less, or from another shard with --from")
}

/// A shard's vault of a reward.
fn vault(session: &Session, farm: &Pubkey, shard: u8, reward: u8) -> Result<Vault> {
    let held = session
        .client
        .farms()
        .reward_vault(farm, shard, usize::from(reward));
    let held = held.ok_or_else(|| {
        let message = format!("shard {shard} has no vault for reward {reward}");
        Failure::new("NoVault", message).hint(
            "`sealane farm show` tells how many shards and which rewards there are; `sealane farm \
             add-vaults` adds missing vaults",
        )
    })?;
    Ok(Vault { shard, held })
}

#[cfg(test)]
mod tests {
    use crate::parse;

    #[test]
    fn how_much_is_moved_and_where_has_to_be_said() {
        let balance = |rest: &[&str]| parse(&[&["farm", "balance", "f"], rest].concat());
        assert!(balance(&["1", "--from", "0", "--to", "1"]).is_ok());
        assert!(balance(&["--all", "--from", "0", "--to", "1"]).is_ok());
        assert!(balance(&["--from", "0", "--to", "1"]).is_err());
        assert!(balance(&["1", "--all", "--from", "0", "--to", "1"]).is_err());
        assert!(balance(&["1", "--from", "0"]).is_err());
    }
}
