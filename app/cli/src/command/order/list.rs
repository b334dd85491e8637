//! `order list`: a wallet's orders.

use clap::Args;
use serde::Serialize;
use solana_pubkey::Pubkey;
use solana_signer::Signer as _;

use crate::{
    book::Kind,
    command::lane::list::lanes_of,
    failure::Result,
    output::Report,
    session::Session,
    venue::Venue,
    view::{OrderView, orders_grid, text},
};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Only in this market [default: in all]
    #[arg(value_name = "MARKET")]
    market: Option<String>,

    /// Whose [default: the wallet's own]
    #[arg(long, value_name = "OWNER")]
    owner: Option<String>,
}

#[derive(Serialize)]
struct Orders {
    #[serde(serialize_with = "text")]
    owner: Pubkey,
    markets: Vec<InMarket>,
}

#[derive(Serialize)]
struct InMarket {
    #[serde(serialize_with = "text")]
    market: Pubkey,
    name: String,
    orders: Vec<OrderView>,
    #[serde(skip)]
    venue: Venue,
}

impl Report for Orders {
    fn text(&self) -> String {
        if self.markets.is_empty() {
            return format!("{} has no such orders.", self.owner);
        }
        let parts = self.markets.iter().map(|part| {
            let grid = orders_grid(&part.venue, &part.orders);
            format!("{} {}\n\n{grid}", part.name, part.market)
        });
        parts.collect::<Vec<_>>().join("\n\n")
    }
}

pub(super) async fn run(session: &mut Session, arguments: &Arguments) -> Result<()> {
    let orders = {
        let _spinner = session.output.working("Looking for orders");
        let owner = match &arguments.owner {
            Some(text) => session.book.address(Kind::Wallet, text)?,
            None => session.wallet()?.pubkey(),
        };
        let only = match &arguments.market {
            Some(text) => Some(session.load_market(text).await?.address),
            None => None,
        };
        let mut markets: Vec<InMarket> = Vec::new();
        for lane in lanes_of(session, &owner).await? {
            let market = lane.venue.address;
            if lane.orders.is_empty() || only.is_some_and(|only| only != market) {
                continue;
            }
            match markets.last_mut() {
                Some(last) if last.market == market => last.orders.extend(lane.orders),
                _ => markets.push(InMarket {
                    market,
                    name: lane.name,
                    orders: lane.orders,
                    venue: lane.venue,
                }),
            }
        }
        Orders { owner, markets }
    };
    session.output.report(&orders);
    Ok(())
}
