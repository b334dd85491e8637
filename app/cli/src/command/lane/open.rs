//! `lane open`: a trader's account in a market.

use clap::Args;
use sealane_sdk::{
    address,
    plan::{OpenLaneRequest, open_lane_instructions},
};
use serde::Serialize;
use solana_signer::Signer as _;

use crate::{
    book::Kind,
    failure::{Failure, Result},
    output::{Facts, Report},
    session::Session,
    transaction::Receipt,
    view::LaneView,
};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// In which market
    #[arg(value_name = "MARKET")]
    market: String,

    /// Tells apart the wallet's lanes in the market
    #[arg(long = "lane", value_name = "INDEX", default_value_t = 0)]
    index: u16,

    /// Orders that each side has room for; more cost more rent
    #[arg(long, value_name = "COUNT", default_value_t = 16,
          value_parser = clap::value_parser!(u16).range(8..=512))]
    capacity: u16,

    /// Another owner's lane in the market that gets a part of this lane's taker fees, for good
    #[arg(long, value_name = "LANE")]
    referrer: Option<String>,
}

#[derive(Serialize)]
struct Opened {
    lane: LaneView,
    transaction: Receipt,
}

impl Report for Opened {
    fn text(&self) -> String {
        let lane = &self.lane;
        let mut facts = Facts::under(format!("{} · lane {} opened", lane.name, lane.index));
        facts
            .add("Lane", lane.address.to_string())
            .add("Room for", format!("{0} bids and {0} asks", lane.capacity));
        self.transaction.add_to(&mut facts, lane.venue.units);
        facts.to_string()
    }
}

pub(super) async fn run(session: &mut Session, arguments: &Arguments) -> Result<()> {
    let wallet = session.wallet()?;
    let (opened, market) = {
        let spinner = session.output.working("Fetching the market");
        let venue = session.load_market(&arguments.market).await?;
        let referrer = match &arguments.referrer {
            Some(text) => Some(session.book.parse(&[Kind::Lane], text)?),
            None => None,
        };
        let (market, owner, index) = (venue.address, wallet.pubkey(), arguments.index);
        let (address, _) = address::lane(&market, &owner, index);
        if session.lane(&address).is_some() {
            let message = format!("the wallet has a lane with index {index} in it already");
            return Err(Failure::new("LaneExists", message)
                .hint("use that one, or open another one with --lane INDEX"));
        }
        let plan = open_lane_instructions(&OpenLaneRequest {
            market,
            owner,
            index,
            capacity: arguments.capacity,
            referrer,
        })?;
        spinner.say("Opening the lane");
        let confirmed = session.client.send(&plan.instructions, &wallet).await?;
        let transaction = Receipt::of(&session.client, &confirmed, &owner).await;
        session.client.fetch_market(&market).await?;
        let lane = session.lane(&plan.lane).ok_or_else(|| {
            Failure::new("Unconfirmed", "the node does not show the new lane yet")
                .hint("`sealane lane list` shows it as soon as the node has it")
        })?;
        let lane = LaneView::of(&venue, &plan.lane, lane, session.moment());
        (Opened { lane, transaction }, market)
    };
    session.output.report(&opened);
    session.output.next(&format!(
        "Next, put something into it: sealane deposit {market} --base AMOUNT --quote AMOUNT"
    ));
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::parse;

    #[test]
    fn capacities_are_within_bounds() {
        for (capacity, is_right) in [("8", true), ("512", true), ("7", false), ("513", false)] {
            let line = ["lane", "open", "m", "--capacity", capacity];
            assert_eq!(parse(&line).is_ok(), is_right, "{capacity}");
        }
    }
}
