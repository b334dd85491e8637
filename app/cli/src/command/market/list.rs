//! `market list`: all markets of the chain.

use clap::Args;
use serde::Serialize;
use solana_pubkey::Pubkey;

use crate::{
    book::Kind,
    failure::Result,
    output::Report,
    session::Session,
    view::{MarketView, markets_grid},
};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Only markets of this token; twice for markets of both
    #[arg(long, value_name = "TOKEN", num_args = 1)]
    mint: Vec<String>,
}

#[derive(Serialize)]
struct Markets {
    markets: Vec<MarketView>,
}

impl Report for Markets {
    fn text(&self) -> String {
        if self.markets.is_empty() {
            return "There are no such markets.".to_owned();
        }
        markets_grid(&self.markets).to_string()
    }
}

pub(super) async fn run(session: &mut Session, arguments: &Arguments) -> Result<()> {
    let markets = {
        let _spinner = session.output.working("Fetching the markets");
        let mints: Vec<Pubkey> = arguments
            .mint
            .iter()
            .map(|text| session.book.address(Kind::Token, text))
            .collect::<Result<_>>()?;
        session.client.fetch_markets().await?;
        let markets = session.client.markets().markets();
        let addresses: Vec<Pubkey> = markets.map(|entry| entry.address).collect();
        let mut markets = Vec::new();
        for address in &addresses {
            let venue = session.venue(address)?;
            markets.push(MarketView::now(session, &venue));
        }
        let trades =
            |market: &MarketView, mint| market.base.mint == mint || market.quote.mint == mint;
        markets.retain(|market| mints.iter().all(|mint| trades(market, *mint)));
        markets.sort_by(|one, other| (&one.name, one.address).cmp(&(&other.name, other.address)));
        Markets { markets }
    };
    session.output.report(&markets);
    Ok(())
}
