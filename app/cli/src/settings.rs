//! Which chain and which wallet: from flags, the environment, or the local chain of this checkout.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::{
    arguments::Global,
    failure::{Failure, Result},
};

/// Where a chain is when nothing says otherwise.
pub(crate) const DEFAULT_URL: &str = "http://127.0.0.1:8899";

/// Where the local chain of a checkout says what it is.
const STATE_FILE: &str = "target/localnet/state.json";
/// The format of that file which this version reads.
const STATE_VERSION: u32 = 1;

/// What the local chain tells about itself, as far as it is of use here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub(crate) struct LocalChain {
    pub(crate) version: u32,
    pub(crate) rpc_url: String,
    pub(crate) wallets: Vec<LocalWallet>,
    pub(crate) mints: Vec<LocalMint>,
    pub(crate) pools: Vec<LocalPool>,
    /// None of a chain that was started before there were any.
    #[serde(default)]
    pub(crate) markets: Vec<LocalMarket>,
    #[serde(default)]
    pub(crate) farms: Vec<LocalFarm>,
    #[serde(default)]
    pub(crate) realms: Vec<LocalRealm>,
    #[serde(default)]
    pub(crate) ws_url: String,
}

/// A demo wallet.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct LocalWallet {
    pub(crate) name: String,
    pub(crate) address: String,
    pub(crate) keypair: PathBuf,
}

/// A demo token.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct LocalMint {
    pub(crate) symbol: String,
    pub(crate) address: String,
}

/// A demo pool.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub(crate) struct LocalPool {
    pub(crate) name: String,
    pub(crate) address: String,
    #[serde(default)]
    pub(crate) shards: Vec<String>,
}

/// A demo market.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct LocalMarket {
    pub(crate) name: String,
    pub(crate) address: String,
}

/// A demo stake pool or farm.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct LocalFarm {
    pub(crate) name: String,
    pub(crate) address: String,
}

/// A demo realm.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct LocalRealm {
    pub(crate) name: String,
    pub(crate) address: String,
}

impl LocalChain {
    /// The local chain of the checkout that `start` lies in, if it runs one.
    fn find(start: &Path) -> Option<Self> {
        let file = start
            .ancestors()
            .map(|folder| folder.join(STATE_FILE))
            .find(|file| file.is_file())?;
        let text = std::fs::read(&file).ok()?;
        match serde_json::from_slice::<Self>(&text) {
            Ok(chain) if chain.version == STATE_VERSION => Some(chain),
            Ok(chain) => {
                tracing::warn!(file = %file.display(), version = chain.version, "ignored: another version");
                None
            }
            Err(error) => {
                tracing::warn!(file = %file.display(), %error, "ignored: not readable");
                None
            }
        }
    }
}

/// Which chain and which wallet.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// The chain's JSON-RPC address.
    pub(crate) url: String,
    /// The wallet's file; a failure if no place for it is known.
    pub(crate) keypair: Result<PathBuf>,
    /// Set if the chain is the local chain of this checkout.
    pub(crate) local: Option<LocalChain>,
}

impl Settings {
    /// Decides, by the flags and the place where the command runs.
    pub(crate) fn new(global: &Global) -> Self {
        let here = std::env::current_dir().ok();
        let local = here.as_deref().and_then(LocalChain::find);
        let home = std::env::home_dir();
        Self::decide(global, local, home.as_deref())
    }

    fn decide(global: &Global, local: Option<LocalChain>, home: Option<&Path>) -> Self {
        let url = global.url.clone().unwrap_or_else(|| {
            local
                .as_ref()
                .map_or_else(|| DEFAULT_URL.to_owned(), |chain| chain.rpc_url.clone())
        });
        // A demo wallet and demo names belong to their chain and to no other.
        let local = local.filter(|chain| same_node(&chain.rpc_url, &url));
        let demo = local.as_ref().and_then(|chain| chain.wallets.first());
        let keypair = global
            .keypair
            .clone()
            .or_else(|| demo.map(|wallet| wallet.keypair.clone()))
            .or_else(|| home.map(|home| home.join(".config/solana/id.json")))
            .ok_or_else(|| {
                Failure::new("NoKeypair", "no wallet is known: there is no home folder")
                    .hint("name a keypair file with --keypair or SEALANE_KEYPAIR")
            });
        Self {
            url,
            keypair,
            local,
        }
    }
}

impl Settings {
    /// The chain's WebSocket address: as the local chain tells it, or else where nodes have it.
    pub(crate) fn ws_url(&self) -> String {
        match self.local.as_ref().map(|chain| chain.ws_url.as_str()) {
            Some(told) if !told.is_empty() => told.to_owned(),
            _ => ws_url(&self.url),
        }
    }
}

/// Where a node has its WebSocket by convention: at the port after that of JSON-RPC, or, behind a
/// proxy, which is what an address without a port is, at the same address.
fn ws_url(url: &str) -> String {
    let swapped = match url.strip_prefix("https://") {
        Some(rest) => format!("wss://{rest}"),
        None => format!("ws://{}", url.strip_prefix("http://").unwrap_or(url)),
    };
    let start = swapped.find("//").map_or(0, |at| at + 2);
    let end = swapped[start..]
        .find(['/', '?'])
        .map_or(swapped.len(), |at| start + at);
    let next = swapped[start..end]
        .rsplit_once(':')
        .and_then(|(host, port)| Some((host, port.parse::<u16>().ok()?.checked_add(1)?)));
    match next {
        Some((host, port)) => format!("{}{host}:{port}{}", &swapped[..start], &swapped[end..]),
        None => swapped,
    }
}

/// Whether two addresses name one node, as far as their text tells.
fn same_node(one: &str, other: &str) -> bool {
    let normal = |url: &str| {
        url.trim_end_matches('/')
            .replace("//localhost", "//127.0.0.1")
    };
    normal(one) == normal(other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse;

    const LOCAL_URL: &str = "http://127.0.0.1:9999";

    fn local() -> LocalChain {
        LocalChain {
            version: STATE_VERSION,
            rpc_url: LOCAL_URL.to_owned(),
            wallets: vec![LocalWallet {
                name: "maker".to_owned(),
                address: "11111111111111111111111111111111".to_owned(),
                keypair: "/keys/maker.json".into(),
            }],
            ..LocalChain::default()
        }
    }

    fn decide(flags: &[&str], local: Option<LocalChain>) -> Settings {
        let line: Vec<&str> = flags.iter().copied().chain(["pool", "list"]).collect();
        let (mut global, _) = parse(&line).unwrap();
        // What the tester's environment says is not to matter.
        if !flags.contains(&"--url") {
            global.url = None;
        }
        if !flags.contains(&"--keypair") {
            global.keypair = None;
        }
        Settings::decide(&global, local, Some(Path::new("/home/me")))
    }

    #[test]
    fn without_a_local_chain_the_usual_places() {
        let settings = decide(&[], None);
        assert_eq!(settings.url, DEFAULT_URL);
        assert_eq!(
            settings.keypair.unwrap(),
            Path::new("/home/me/.config/solana/id.json")
        );
        assert!(settings.local.is_none());
    }

    #[test]
    fn the_local_chain_brings_its_url_and_wallet() {
        let settings = decide(&[], Some(local()));
        assert_eq!(settings.url, LOCAL_URL);
        assert_eq!(settings.keypair.unwrap(), Path::new("/keys/maker.json"));
        assert!(settings.local.is_some());
    }

    #[test]
    fn the_websocket_is_where_nodes_have_it() {
        for (url, ws) in [
            ("http://127.0.0.1:8899", "ws://127.0.0.1:8900"),
            ("http://127.0.0.1:8899/", "ws://127.0.0.1:8900/"),
            (
                "https://node.example/key?a=b:1",
                "wss://node.example/key?a=b:1",
            ),
            ("http://[::1]:8899", "ws://[::1]:8900"),
        ] {
            assert_eq!(ws_url(url), ws);
        }
        let told = LocalChain {
            ws_url: "ws://127.0.0.1:1".to_owned(),
            ..local()
        };
        assert_eq!(decide(&[], Some(told)).ws_url(), "ws://127.0.0.1:1");
        assert_eq!(decide(&[], Some(local())).ws_url(), "ws://127.0.0.1:10000");
    }

    #[test]
    fn flags_win() {
        let settings = decide(&["--keypair", "mine.json"], Some(local()));
        assert_eq!(settings.keypair.unwrap(), Path::new("mine.json"));
        let same = decide(&["--url", "http://localhost:9999/"], Some(local()));
        assert!(same.local.is_some());
    }

    #[test]
    fn a_demo_wallet_never_signs_on_another_chain() {
        let settings = decide(&["--url", "https://node.example"], Some(local()));
        assert!(settings.local.is_none());
        assert_eq!(
            settings.keypair.unwrap(),
            Path::new("/home/me/.config/solana/id.json")
        );
    }

    #[test]
    fn the_state_is_found_from_any_folder_of_the_checkout() {
        let root = std::env::temp_dir().join(format!("sealane-cli-{}", std::process::id()));
        let (inner, state) = (root.join("app/cli"), root.join(STATE_FILE));
        std::fs::create_dir_all(&inner).unwrap();
        assert_eq!(LocalChain::find(&inner), None);
        std::fs::create_dir_all(state.parent().unwrap()).unwrap();
        let text = |version| {
            format!(
                r#"{{"version": {version}, "rpc_url": "{LOCAL_URL}", "ws_url": "", "wallets": [],
                    "mints": [{{"symbol": "tSOL", "address": "a", "decimals": 9}}], "pools": []}}"#
            )
        };
        std::fs::write(&state, text(STATE_VERSION)).unwrap();
        let found = LocalChain::find(&inner).unwrap();
        assert_eq!(found.mints[0].symbol, "tSOL");
        std::fs::write(&state, text(STATE_VERSION + 1)).unwrap();
        assert_eq!(LocalChain::find(&inner), None);
        std::fs::write(&state, "half a fi").unwrap();
        assert_eq!(LocalChain::find(&inner), None);
        std::fs::remove_dir_all(&root).unwrap();
    }
}
