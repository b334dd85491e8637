//! Names: the local chain's tokens, pools, markets and wallets go by name; everything goes by address.

use std::collections::HashMap;

use sealane_sdk::address;
use solana_pubkey::Pubkey;

use crate::{
    failure::{Failure, Result},
    settings::{LocalChain, LocalPool},
};

/// What a name can stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    Token,
    Pool,
    Market,
    Lane,
    Farm,
    Realm,
    Proposal,
    Wallet,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Pool => "pool",
            Self::Market => "market",
            Self::Lane => "lane",
            Self::Farm => "stake pool or farm",
            Self::Realm => "realm",
            Self::Proposal => "proposal",
            Self::Wallet => "wallet",
        }
    }
}

/// Names and what they stand for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Book {
    entries: Vec<(Kind, String, Pubkey)>,
    symbols: HashMap<Pubkey, String>,
}

impl Book {
    /// The names of the local chain.
    pub(crate) fn of(chain: &LocalChain) -> Self {
        let tokens = chain
            .mints
            .iter()
            .map(|m| (Kind::Token, &m.symbol, &m.address));
        let pools = chain
            .pools
            .iter()
            .map(|p| (Kind::Pool, &p.name, &p.address));
        let markets = chain
            .markets
            .iter()
            .map(|m| (Kind::Market, &m.name, &m.address));
        let farms = chain
            .farms
            .iter()
            .map(|f| (Kind::Farm, &f.name, &f.address));
        let realms = chain
            .realms
            .iter()
            .map(|r| (Kind::Realm, &r.name, &r.address));
        let wallets = chain
            .wallets
            .iter()
            .map(|w| (Kind::Wallet, &w.name, &w.address));
        let entries: Vec<_> = tokens
            .chain(pools)
            .chain(markets)
            .chain(farms)
            .chain(realms)
            .chain(wallets)
            .filter_map(|(kind, name, address)| Some((kind, name.clone(), address.parse().ok()?)))
            .collect();
        let symbols = entries
            .iter()
            .filter(|(kind, ..)| *kind == Kind::Token)
            .map(|(_, name, address)| (*address, name.clone()))
            .chain(chain.pools.iter().flat_map(liquidity_tokens))
            .collect();
        Self { entries, symbols }
    }

    /// What a name or an address means.
    pub(crate) fn address(&self, kind: Kind, text: &str) -> Result<Pubkey> {
        match self.named(kind, text) {
            Some(address) => Ok(address),
            None => self.parse(&[kind], text),
        }
    }

    /// What a name means, if it is one.
    pub(crate) fn named(&self, kind: Kind, text: &str) -> Option<Pubkey> {
        self.entries
            .iter()
            .find(|(of, name, _)| *of == kind && name.eq_ignore_ascii_case(text))
            .map(|(.., address)| *address)
    }

    /// Reads an address of something that is one of these, by none of their names.
    pub(crate) fn parse(&self, kinds: &[Kind], text: &str) -> Result<Pubkey> {
        text.parse().map_err(|_| self.unknown(kinds, text))
    }

    fn unknown(&self, kinds: &[Kind], text: &str) -> Failure {
        let known: Vec<&str> = self
            .entries
            .iter()
            .filter(|(kind, ..)| kinds.contains(kind))
            .map(|(_, name, _)| name.as_str())
            .collect();
        let names: Vec<&str> = kinds.iter().map(|kind| kind.name()).collect();
        let what = names.join(" or a ");
        let failure = Failure::usage("UnknownName", format!("`{text}` is no address of a {what}"));
        if known.is_empty() {
            failure.hint("give its address in base 58")
        } else {
            failure.hint(format!(
                "give its address in base 58, or one of the local chain's: {}",
                known.join(", ")
            ))
        }
    }

    /// What to call a token: its name here, or the ends of its address.
    pub(crate) fn symbol(&self, mint: &Pubkey) -> String {
        self.symbols
            .get(mint)
            .cloned()
            .unwrap_or_else(|| short(mint))
    }

    /// What a thing is called here, if it has a name.
    pub(crate) fn name(&self, kind: Kind, address: &Pubkey) -> Option<&str> {
        let mut entries = self.entries.iter();
        let found = entries.find(|(of, _, known)| *of == kind && known == address);
        found.map(|(_, name, _)| name.as_str())
    }

    /// Whether a token has a name here.
    pub(crate) fn knows(&self, mint: &Pubkey) -> bool {
        self.symbols.contains_key(mint)
    }
}

/// The liquidity tokens of a pool's shards, as they are called everywhere.
fn liquidity_tokens(pool: &LocalPool) -> impl Iterator<Item = (Pubkey, String)> {
    let shards = pool.shards.iter().enumerate();
    shards.filter_map(|(index, shard)| {
        let (mint, _) = address::lp_mint(&shard.parse().ok()?);
        Some((mint, format!("LP {} #{index}", pool.name)))
    })
}

/// The ends of an address: enough to tell a few apart, and no more than that.
pub(crate) fn short(address: &Pubkey) -> String {
    let text = address.to_string();
    // Base 58 is one byte a symbol, and no address has fewer than 32.
    format!("{}…{}", &text[..4], &text[text.len() - 4..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{LocalMarket, LocalMint};

    const MINT: &str = "So11111111111111111111111111111111111111112";

    fn book() -> Book {
        Book::of(&LocalChain {
            mints: vec![LocalMint {
                symbol: "tSOL".to_owned(),
                address: MINT.to_owned(),
            }],
            pools: vec![LocalPool {
                name: "tSOL/tUSDC".to_owned(),
                address: "11111111111111111111111111111111".to_owned(),
                shards: vec![MINT.to_owned()],
            }],
            markets: vec![LocalMarket {
                name: "tSOL/tUSDC".to_owned(),
                address: MINT.to_owned(),
            }],
            ..LocalChain::default()
        })
    }

    #[test]
    fn names_and_addresses_mean_the_same() {
        let mint: Pubkey = MINT.parse().unwrap();
        assert_eq!(book().address(Kind::Token, "tSOL").unwrap(), mint);
        assert_eq!(book().address(Kind::Token, "tsol").unwrap(), mint);
        assert_eq!(book().address(Kind::Token, MINT).unwrap(), mint);
        assert_eq!(book().symbol(&mint), "tSOL");
        assert_eq!(Book::default().symbol(&mint), "So11…1112");
    }

    #[test]
    fn an_unknown_name_is_wrong_usage_and_lists_the_known_ones() {
        let failure = book().address(Kind::Token, "tBTC").unwrap_err();
        assert_eq!(failure.code(), "UnknownName");
        assert!(failure.to_string().contains("tBTC"));
        assert!(failure.next_step().unwrap().contains("tSOL"));
        // A pool's name is no token's.
        assert!(book().address(Kind::Token, "tSOL/tUSDC").is_err());
        assert!(book().address(Kind::Pool, "tSOL/tUSDC").is_ok());
        // A pool and a market of one pair share a name and nothing else.
        let market = book().address(Kind::Market, "tSOL/tUSDC").unwrap();
        assert_eq!(market.to_string(), MINT);
    }
}
