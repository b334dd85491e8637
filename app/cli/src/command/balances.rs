//! `balances`: what a wallet holds, liquidity included.

use std::collections::HashMap;

use clap::Args;
use sealane_sdk::client::{Balances, TokenBalance};
use serde::Serialize;
use solana_pubkey::Pubkey;
use solana_signer::Signer as _;

use crate::{
    book::Kind,
    failure::Result,
    output::{Grid, Report},
    session::Session,
    token::{Pair, SOL_DECIMALS, Token, Units},
    view::text,
};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Whose [default: the wallet's own]
    #[arg(value_name = "OWNER")]
    owner: Option<String>,

    /// Also token accounts that hold nothing
    #[arg(long)]
    all: bool,
}

/// What a wallet holds. Amounts are base units.
#[derive(Serialize)]
struct Held {
    #[serde(serialize_with = "text")]
    owner: Pubkey,
    lamports: u64,
    tokens: Vec<Line>,
    #[serde(skip)]
    units: Units,
}

#[derive(Serialize)]
struct Line {
    name: String,
    #[serde(flatten)]
    balance: TokenBalance,
}

impl Report for Held {
    fn text(&self) -> String {
        let mut grid = Grid::new(&["token", "#amount", "mint"]);
        let sol = self.units.format(self.lamports, SOL_DECIMALS);
        grid.row(["SOL".to_owned(), sol, String::new()]);
        for line in &self.tokens {
            grid.row([
                line.name.clone(),
                self.units
                    .format(line.balance.amount, line.balance.decimals),
                line.balance.mint.to_string(),
            ]);
        }
        format!("{}\n\n{grid}", self.owner)
    }
}

pub(super) async fn run(session: &mut Session, arguments: &Arguments) -> Result<()> {
    let owner = match &arguments.owner {
        Some(text) => session.book.address(Kind::Wallet, text)?,
        None => session.wallet()?.pubkey(),
    };
    let held = {
        let _spinner = session.output.working("Looking into the wallet");
        let balances = session.client.balances(&owner).await?;
        let names = liquidity_names(session, &balances).await;
        let mut tokens: Vec<Line> = balances
            .tokens
            .into_iter()
            .filter(|balance| arguments.all || balance.amount > 0)
            .map(|balance| Line {
                name: names
                    .get(&balance.mint)
                    .cloned()
                    .unwrap_or_else(|| session.book.symbol(&balance.mint)),
                balance,
            })
            .collect();
        tokens.sort_by(|one, other| {
            let key = |line: &Line| (names.contains_key(&line.balance.mint), line.name.clone());
            key(one).cmp(&key(other))
        });
        Held {
            owner,
            lamports: balances.lamports,
            tokens,
            units: session.units,
        }
    };
    session.output.report(&held);
    Ok(())
}

/// Names of liquidity tokens, which only the pools can tell. Without them there are addresses.
async fn liquidity_names(session: &mut Session, balances: &Balances) -> HashMap<Pubkey, String> {
    let unknown = |balance: &TokenBalance| !session.book.knows(&balance.mint);
    if !balances.tokens.iter().any(unknown) {
        return HashMap::new();
    }
    if let Err(error) = session.client.fetch_pools().await {
        tracing::warn!(%error, "liquidity tokens go by address");
        return HashMap::new();
    }
    let pools = session.client.pools();
    let mut names = HashMap::new();
    for entry in pools.pools() {
        let pair = Pair::of(entry.pool, &session.book);
        for shard in pools.shards(&entry.address) {
            let token = Token::liquidity(shard.shard.lp_mint, &pair, shard.shard.index);
            names.insert(token.mint, token.symbol);
        }
    }
    names
}
