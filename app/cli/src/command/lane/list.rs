//! `lane list`: a wallet's lanes in all markets.

use clap::Args;
use serde::Serialize;
use solana_pubkey::Pubkey;
use solana_signer::Signer as _;

use crate::{
    book::Kind,
    failure::Result,
    output::{Grid, Report},
    session::Session,
    view::{LaneView, text},
};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Whose [default: the wallet's own]
    #[arg(value_name = "OWNER")]
    owner: Option<String>,
}

#[derive(Serialize)]
struct Lanes {
    #[serde(serialize_with = "text")]
    owner: Pubkey,
    lanes: Vec<LaneView>,
}

impl Report for Lanes {
    fn text(&self) -> String {
        if self.lanes.is_empty() {
            return format!("{} has no lanes.", self.owner);
        }
        let mut grid = Grid::new(&[
            "market", "#lane", "address", "#free", "", "#locked", "", "#bids", "#asks", "#room",
        ]);
        for lane in &self.lanes {
            let venue = &lane.venue;
            grid.row([
                lane.name.clone(),
                lane.index.to_string(),
                lane.address.to_string(),
                venue.base(lane.base_free),
                venue.quote(lane.quote_free),
                venue.base(lane.base_locked),
                venue.quote(lane.quote_locked),
                lane.bids.to_string(),
                lane.asks.to_string(),
                lane.capacity.to_string(),
            ]);
        }
        format!("{}\n\n{grid}", self.owner)
    }
}

pub(super) async fn run(session: &mut Session, arguments: &Arguments) -> Result<()> {
    let lanes = {
        let _spinner = session.output.working("Looking for lanes");
        let owner = match &arguments.owner {
            Some(text) => session.book.address(Kind::Wallet, text)?,
            None => session.wallet()?.pubkey(),
        };
        Lanes {
            owner,
            lanes: lanes_of(session, &owner).await?,
        }
    };
    session.output.report(&lanes);
    Ok(())
}

/// An owner's lanes in all markets, by market and index.
pub(in crate::command) async fn lanes_of(
    session: &mut Session,
    owner: &Pubkey,
) -> Result<Vec<LaneView>> {
    let addresses = session.client.fetch_lanes_of(owner).await?;
    let moment = session.moment();
    let mut lanes = Vec::new();
    for address in &addresses {
        // One that was closed while its address was on its way is no lane any more.
        let Some(lane) = session.lane(address) else {
            continue;
        };
        let venue = session.venue(&lane.market())?;
        lanes.push(LaneView::of(&venue, address, lane, moment));
    }
    lanes.sort_by(|one, other| {
        (&one.name, one.venue.address, one.index).cmp(&(
            &other.name,
            other.venue.address,
            other.index,
        ))
    });
    Ok(lanes)
}
