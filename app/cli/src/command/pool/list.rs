//! `pool list`: all pools of the chain.

use clap::Args;
use serde::Serialize;
use solana_pubkey::Pubkey;

use crate::{
    book::Kind,
    failure::Result,
    output::{Grid, Report},
    session::Session,
    view::PoolView,
};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Only pools of this token; twice for pools of both
    #[arg(long, value_name = "TOKEN", num_args = 1)]
    mint: Vec<String>,
}

#[derive(Serialize)]
struct Pools {
    pools: Vec<PoolView>,
}

impl Report for Pools {
    fn text(&self) -> String {
        if self.pools.is_empty() {
            return "There are no such pools.".to_owned();
        }
        let mut grid = Grid::new(&["pool", "address", "curve", "fee", "#shards", "#holds", ""]);
        for pool in &self.pools {
            let held = format!("{} {}", pool.tvl_text(), pool.quote.symbol);
            grid.row([
                pool.name.clone(),
                pool.address.to_string(),
                pool.curve_sentence(),
                pool.fees.short(),
                pool.shards.len().to_string(),
                held,
                if pool.paused.is_empty() {
                    String::new()
                } else {
                    format!("paused: {}", pool.paused.join(", "))
                },
            ]);
        }
        grid.to_string()
    }
}

pub(super) async fn run(session: &mut Session, arguments: &Arguments) -> Result<()> {
    let pools = {
        let _spinner = session.output.working("Fetching the pools");
        let mints: Vec<Pubkey> = arguments
            .mint
            .iter()
            .map(|text| session.book.address(Kind::Token, text))
            .collect::<Result<_>>()?;
        session.client.fetch_pools().await?;
        let addresses: Vec<Pubkey> = session
            .client
            .pools()
            .pools()
            .map(|entry| entry.address)
            .collect();
        let views: Vec<PoolView> = addresses
            .iter()
            .map(|address| PoolView::of(session, address))
            .collect::<Result<_>>()?;
        let trades = |pool: &PoolView, mint| pool.base.mint == mint || pool.quote.mint == mint;
        let mut pools: Vec<PoolView> = views
            .into_iter()
            .filter(|pool| mints.iter().all(|mint| trades(pool, *mint)))
            .collect();
        // The cache has no order.
        pools.sort_by(|one, other| (&one.name, one.address).cmp(&(&other.name, other.address)));
        Pools { pools }
    };
    session.output.report(&pools);
    Ok(())
}
