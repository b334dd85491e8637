//! Names of tokens, out of a list.

use std::{
    collections::{HashMap, HashSet},
    fs, io,
    path::Path,
};

use sealane_sdk::{accounts::MintInfo, engine::world::World};
use serde::Deserialize;
use solana_pubkey::Pubkey;
use thiserror::Error;

use crate::view::{Address, TokenView, program_name};

/// Why there are no names.
#[derive(Debug, Error)]
pub enum TokenListError {
    /// The file cannot be read.
    #[error("the token list {path} cannot be read: {source}")]
    File {
        /// Which.
        path: String,
        /// Why.
        source: io::Error,
    },
    /// The file is no token list.
    #[error("{path} is no token list: {source}")]
    Format {
        /// Which.
        path: String,
        /// What is wrong with it.
        source: serde_json::Error,
    },
}

/// Names of a token.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
struct Entry {
    #[serde(alias = "address")]
    mint: Address,
    symbol: String,
    #[serde(default)]
    name: Option<String>,
    #[serde(default, alias = "logoURI", alias = "logo_uri")]
    icon: Option<String>,
}

/// The name of a farm.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
struct FarmEntry {
    #[serde(alias = "address")]
    farm: Address,
    name: String,
}

/// The forms in which lists come: bare, the usual token list, a local chain's state. The latter two
/// may name farms as well.
#[derive(Deserialize)]
#[serde(untagged)]
enum File {
    Bare(Vec<Entry>),
    Named {
        #[serde(alias = "mints")]
        tokens: Vec<Entry>,
        #[serde(default)]
        farms: Vec<FarmEntry>,
    },
}

/// Names of tokens by mint, and of farms.
#[derive(Clone, Debug, Default)]
pub struct TokenList {
    tokens: HashMap<Pubkey, Entry>,
    farms: HashMap<Pubkey, String>,
}

impl TokenList {
    /// Reads a list.
    ///
    /// # Errors
    /// [`TokenListError`].
    pub fn read(path: &Path) -> Result<Self, TokenListError> {
        let named = || path.display().to_string();
        let text = fs::read_to_string(path).map_err(|source| TokenListError::File {
            path: named(),
            source,
        })?;
        Self::parse(&text).map_err(|source| TokenListError::Format {
            path: named(),
            source,
        })
    }

    fn parse(text: &str) -> Result<Self, serde_json::Error> {
        let (tokens, farms) = match serde_json::from_str(text)? {
            File::Bare(tokens) => (tokens, Vec::new()),
            File::Named { tokens, farms } => (tokens, farms),
        };
        let by_mint = tokens.into_iter().map(|entry| (entry.mint.0, entry));
        let by_farm = farms.into_iter().map(|entry| (entry.farm.0, entry.name));
        Ok(Self {
            tokens: by_mint.collect(),
            farms: by_farm.collect(),
        })
    }

    /// What a farm is called, if the list says.
    pub(crate) fn farm_name(&self, farm: &Pubkey) -> Option<String> {
        self.farms.get(farm).cloned()
    }

    /// A token's short name: of the list, or the start of its address.
    #[must_use]
    pub fn symbol(&self, mint: &Pubkey) -> String {
        match self.tokens.get(mint) {
            Some(entry) => entry.symbol.clone(),
            None => mint.to_string().chars().take(4).collect(),
        }
    }

    /// A token's short name, if the list has it.
    pub(crate) fn listed_symbol(&self, mint: &Pubkey) -> Option<String> {
        self.tokens.get(mint).map(|entry| entry.symbol.clone())
    }

    /// A token with its names.
    pub(crate) fn view(&self, address: &Pubkey, mint: &MintInfo, epoch: u64) -> TokenView {
        let entry = self.tokens.get(address);
        let fee = mint.transfer_fee(epoch).unwrap_or_default();
        TokenView {
            mint: address.into(),
            symbol: self.symbol(address),
            name: entry
                .and_then(|entry| entry.name.clone())
                .unwrap_or_else(|| match entry {
                    Some(entry) => entry.symbol.clone(),
                    None => "Unlisted token".to_owned(),
                }),
            icon: entry.and_then(|entry| entry.icon.clone()),
            decimals: mint.decimals,
            program: program_name(mint),
            transfer_fee_bps: fee.bps,
            maximum_transfer_fee: (fee.bps > 0).then(|| fee.maximum.into()),
            supply: mint.supply.into(),
            listed: entry.is_some(),
        }
    }
}

/// The mints that some pool or market trades, or a farm pays or stakes, each once; of pools' own
/// liquidity tokens none.
pub(crate) fn traded_mints(world: &World) -> Vec<Pubkey> {
    let pools = world.pools().pools();
    let pools = pools.flat_map(|entry| [entry.pool.base_mint, entry.pool.quote_mint]);
    let markets = world.markets().markets();
    let markets = markets.flat_map(|entry| [entry.market.base_mint, entry.market.quote_mint]);
    let farms = world.farms().farms().flat_map(|entry| {
        let paid = usize::from(entry.account.reward_count);
        let paid = entry.account.reward_mints.into_iter().take(paid);
        paid.chain([entry.account.stake_mint])
    });
    let all: Vec<Pubkey> = world.pools().pools().map(|pool| pool.address).collect();
    let liquidity = all.iter().flat_map(|pool| world.pools().shards(pool));
    let liquidity: HashSet<Pubkey> = liquidity.map(|entry| entry.shard.lp_mint).collect();
    let farms = farms.filter(|mint| !liquidity.contains(mint));
    let mut mints: Vec<Pubkey> = pools.chain(markets).chain(farms).collect();
    mints.sort_unstable();
    mints.dedup();
    mints
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_any_form_are_read() {
        let mint = "seaMoWGAMSVJUfVmgwWMkREfeHHLKyxRpTAHxER1xjs";
        let usual = format!(
            r#"{{"name": "a list", "tokens": [{{"address": "{mint}", "symbol": "tSOL",
                "name": "Test SOL", "logoURI": "https://example.org/sol.png", "decimals": 9}}]}}"#
        );
        let bare = format!(r#"[{{"mint": "{mint}", "symbol": "tSOL"}}]"#);
        let state =
            format!(r#"{{"version": 1, "mints": [{{"symbol": "tSOL", "address": "{mint}"}}]}}"#);
        for text in [usual, bare, state] {
            let list = TokenList::parse(&text).unwrap();
            assert_eq!(list.symbol(&mint.parse().unwrap()), "tSOL");
        }
        let named = format!(
            r#"{{"mints": [], "farms": [{{"name": "SEAL stake pool", "address": "{mint}"}}]}}"#
        );
        let list = TokenList::parse(&named).unwrap();
        let name = list.farm_name(&mint.parse().unwrap());
        assert_eq!(name.as_deref(), Some("SEAL stake pool"));
        assert!(TokenList::parse("{}").is_err());
        assert_eq!(TokenList::default().symbol(&mint.parse().unwrap()), "seaM");
    }
}
