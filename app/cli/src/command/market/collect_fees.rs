//! `market collect-fees`: the authority's part of the fees, which lie in the lanes in which they
//! accrued until they are swept.

use sealane_sdk::plan::{Caller, collect_market_fees_instructions, sweep_fees_instruction};
use serde::Serialize;
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_pubkey::Pubkey;
use solana_signer::Signer as _;

use super::{MarketArgument, administer::Administration};
use crate::{
    failure::{Failure, Result},
    output::{Facts, Report},
    session::Session,
    transaction::Receipt,
    venue::Venue,
    view::{counted, text},
};

/// Lanes that are swept in one transaction: what its size allows, with room for referrers.
const LANES_IN_ONE: usize = 8;

/// What was collected. Amounts are base units of the quote token.
#[derive(Serialize)]
struct Collected {
    #[serde(serialize_with = "text")]
    market: Pubkey,
    quote: u64,
    lanes_swept: usize,
    vault_shards: Vec<Part>,
    sweeps: Vec<Receipt>,
    transaction: Receipt,
    #[serde(skip)]
    venue: Venue,
}

#[derive(Serialize)]
struct Part {
    #[serde(serialize_with = "text")]
    vault_shard: Pubkey,
    quote: u64,
}

impl Report for Collected {
    fn text(&self) -> String {
        let mut facts = Facts::under(format!("{} · fees collected", self.venue.name()));
        facts.add("Received", self.venue.quote(self.quote)).add(
            "From",
            format!(
                "{} just swept, {}",
                counted(self.lanes_swept, "lane"),
                counted(self.vault_shards.len(), "vault shard")
            ),
        );
        self.transaction.add_to(&mut facts, self.venue.units);
        facts.to_string()
    }
}

pub(super) async fn run(session: &mut Session, arguments: &MarketArgument) -> Result<()> {
    let collected = {
        let spinner = session.output.working("Fetching the market");
        let Administration { venue, wallet } =
            Administration::open(session, &arguments.market).await?;
        let owing = owing(session, &venue.address)?;
        let mut sweeps = Vec::new();
        for chunk in owing.chunks(LANES_IN_ONE) {
            let (done, total) = (sweeps.len() * LANES_IN_ONE, owing.len());
            spinner.say(format!("Sweeping lanes: {done} of {total}"));
            sweeps.push(send(session, chunk, &wallet).await?);
        }
        spinner.say("Collecting");
        session.client.fetch_market(&venue.address).await?;
        let caller = Caller::new(wallet.pubkey());
        let markets = session.client.markets();
        let plan = collect_market_fees_instructions(markets, &venue.address, &caller)?;
        let executed = session.client.execute(plan, &wallet).await?;
        let receipt = Receipt::of(&session.client, &executed.confirmed, &wallet.pubkey()).await;
        let part = |(vault_shard, quote): &(Pubkey, u64)| Part {
            vault_shard: *vault_shard,
            quote: *quote,
        };
        Collected {
            market: venue.address,
            quote: executed.quote.quote,
            lanes_swept: owing.len(),
            vault_shards: executed.quote.parts.iter().map(part).collect(),
            sweeps,
            transaction: receipt,
            venue,
        }
    };
    session.output.report(&collected);
    Ok(())
}

/// The instructions that sweep every lane in which fees lie.
fn owing(session: &Session, market: &Pubkey) -> Result<Vec<Instruction>> {
    let markets = session.client.markets();
    let owing = markets.lanes(market).filter(|entry| {
        let header = entry.lane.header();
        header.protocol_fees > 0 || header.referrer_fees > 0
    });
    owing
        .map(|entry| sweep_fees_instruction(markets, &entry.address).map_err(Failure::from))
        .collect()
}

async fn send(session: &Session, sweeps: &[Instruction], wallet: &Keypair) -> Result<Receipt> {
    let confirmed = session.client.send(sweeps, wallet).await?;
    Ok(Receipt::of(&session.client, &confirmed, &wallet.pubkey()).await)
}
