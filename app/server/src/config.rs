//! Configuration: a file, then the environment over it, and defaults that are safe to start with.
//!
//! The file is TOML, named by `--config`. The environment sets single values: `SEALANE_GATEWAY_`,
//! the table, two underscores, the key, as in `SEALANE_GATEWAY_HTTP__LISTEN=0.0.0.0:80`.
//! Unknown keys are refused, so that a misspelt one does not silently leave a default in force.

use std::{net::SocketAddr, path::PathBuf};

use figment::{
    Figment,
    providers::{Env, Format as _, Serialized, Toml},
};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::view::Address;

/// What the environment's names begin with.
const ENVIRONMENT: &str = "SEALANE_GATEWAY_";

/// Why there is no configuration.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// A value is missing, misspelt or of the wrong kind.
    #[error("the configuration cannot be read: {0}")]
    Unreadable(#[from] Box<figment::Error>),
    /// The file that was named is not there.
    #[error("there is no configuration file {}", .0.display())]
    NoFile(PathBuf),
    /// A value that would not work.
    #[error("the configuration's {key} is {value}, and has to be {wanted}")]
    OutOfRange {
        /// Which value, as `table.key`.
        key: &'static str,
        /// What it is.
        value: String,
        /// What it has to be.
        wanted: &'static str,
    },
}

/// All of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// What is served, and to whom.
    pub http: HttpConfig,
    /// The chain.
    pub node: NodeConfig,
    /// Names of tokens.
    pub tokens: TokensConfig,
    /// The history.
    pub index: IndexConfig,
    /// WebSockets.
    pub socket: SocketConfig,
}

/// What is served, and to whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HttpConfig {
    /// Where to listen. Only this machine can reach the default.
    pub listen: SocketAddr,
    /// Origins of web pages that may call from elsewhere, such as `https://example.org`; `*` for
    /// all. None by default: the gateway's own page needs none.
    pub cors_origins: Vec<String>,
    /// The largest body of a request, in bytes.
    pub max_body_bytes: usize,
    /// How long a request may take, in milliseconds.
    pub timeout_ms: u64,
    /// Requests worked on at a time; more are told to come back.
    pub max_concurrent: usize,
    /// Requests per second of one address, on average; 0: no limit.
    pub rate_per_second: u32,
    /// Requests that one address may make at once.
    pub rate_burst: u32,
    /// Whether `X-Forwarded-For` says whose request it is: only behind a proxy that sets it.
    pub trust_forwarded: bool,
    /// The folder with the built web app.
    pub web_root: Option<PathBuf>,
}

impl Default for HttpConfig {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            cors_origins: Vec::new(),
            max_body_bytes: 64 * 1024,
            timeout_ms: 15_000,
            max_concurrent: 512,
            rate_per_second: 100,
            rate_burst: 400,
            trust_forwarded: false,
            web_root: None,
        }
    }
}

/// The chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NodeConfig {
    /// The node's JSON-RPC. Never told to anybody: it may contain a key.
    pub rpc_url: String,
    /// The node's WebSocket.
    pub ws_url: String,
    /// What people call the chain: `localnet`, `devnet`, `mainnet-beta`.
    pub cluster: String,
    /// A page about a transaction, with `{signature}` for its name.
    pub explorer: Option<String>,
    /// Where the faucet answers, on this host.
    pub faucet_path: Option<String>,
    /// Lookup tables that the transactions which are built here may use.
    pub lookup_tables: Vec<Address>,
    /// For how long the node's slots may stand still before its word counts as old, in milliseconds.
    pub max_silence_ms: u64,
}

impl Default for NodeConfig {
    fn default() -> Self {
        Self {
            rpc_url: "http://127.0.0.1:8899".into(),
            ws_url: "ws://127.0.0.1:8900".into(),
            cluster: LOCAL.into(),
            explorer: None,
            faucet_path: None,
            lookup_tables: Vec::new(),
            max_silence_ms: 10_000,
        }
    }
}

/// The cluster on which SOL may be asked of the node.
const LOCAL: &str = "localnet";

impl NodeConfig {
    /// Whether this is a chain of somebody's own.
    #[must_use]
    pub fn is_local(&self) -> bool {
        self.cluster == LOCAL
    }
}

/// Names of tokens.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TokensConfig {
    /// A list of tokens as JSON: either the usual token list, or a local chain's `state.json`.
    pub list: Option<PathBuf>,
}

/// The history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct IndexConfig {
    /// The database: `sqlite://PATH` or `postgres://…`. `{genesis}` becomes the start of the
    /// chain's genesis hash.
    pub database_url: String,
    /// How often the chain is asked for transactions where nothing says that there are any, in
    /// milliseconds.
    pub poll_interval_ms: u64,
    /// Transactions that the node is to list in one call, 1 to 1000. Of a longer list no more than
    /// this is held in memory.
    pub page_size: usize,
    /// Transactions that are fetched at a time.
    pub parallel_fetches: usize,
}

/// Transactions that nodes list in one call, at most.
const MAX_PAGE: usize = 1_000;

impl Default for IndexConfig {
    fn default() -> Self {
        Self {
            database_url: "sqlite://sealane-{genesis}.db".into(),
            poll_interval_ms: 1_000,
            page_size: MAX_PAGE,
            parallel_fetches: 8,
        }
    }
}

/// WebSockets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SocketConfig {
    /// Connections at a time.
    pub max_connections: usize,
    /// Subscriptions of one connection.
    pub max_subscriptions: usize,
    /// Messages that may wait for a connection; whoever lets more wait is dropped.
    pub queue: usize,
    /// Diffs of a stream that are kept for those who come back.
    pub resume_depth: usize,
    /// How often changes are told, in milliseconds.
    pub publish_interval_ms: u64,
    /// How often a connection hears that it is alive, in milliseconds.
    pub heartbeat_ms: u64,
}

impl Default for SocketConfig {
    fn default() -> Self {
        Self {
            max_connections: 2_000,
            max_subscriptions: 64,
            queue: 512,
            resume_depth: 1_024,
            publish_interval_ms: 50,
            heartbeat_ms: 10_000,
        }
    }
}

impl Config {
    /// Reads the file, if one is named, and the environment.
    ///
    /// # Errors
    /// [`ConfigError`], which names the value.
    pub fn load(file: Option<PathBuf>) -> Result<Self, ConfigError> {
        let mut figment = Figment::from(Serialized::defaults(Self::default()));
        if let Some(file) = file {
            if !file.is_file() {
                return Err(ConfigError::NoFile(file));
            }
            figment = figment.merge(Toml::file(file));
        }
        let figment = figment.merge(Env::prefixed(ENVIRONMENT).split("__"));
        let config: Self = figment.extract().map_err(Box::new)?;
        config.check()?;
        Ok(config)
    }

    /// Refuses what could not work.
    ///
    /// # Errors
    /// [`ConfigError::OutOfRange`].
    pub fn check(&self) -> Result<(), ConfigError> {
        let positive: [(&'static str, u64); 10] = [
            ("http.max_body_bytes", self.http.max_body_bytes as u64),
            ("http.timeout_ms", self.http.timeout_ms),
            ("http.max_concurrent", self.http.max_concurrent as u64),
            ("http.rate_burst", self.http.rate_burst.into()),
            ("index.poll_interval_ms", self.index.poll_interval_ms),
            ("index.parallel_fetches", self.index.parallel_fetches as u64),
            ("socket.queue", self.socket.queue as u64),
            ("socket.resume_depth", self.socket.resume_depth as u64),
            (
                "socket.publish_interval_ms",
                self.socket.publish_interval_ms,
            ),
            ("socket.heartbeat_ms", self.socket.heartbeat_ms),
        ];
        if let Some((key, value)) = positive.into_iter().find(|(_, value)| *value == 0) {
            return Err(ConfigError::OutOfRange {
                key,
                value: value.to_string(),
                wanted: "at least 1",
            });
        }
        if !(1..=MAX_PAGE).contains(&self.index.page_size) {
            return Err(ConfigError::OutOfRange {
                key: "index.page_size",
                value: self.index.page_size.to_string(),
                wanted: "between 1 and 1000",
            });
        }
        let urls = [
            ("node.rpc_url", &self.node.rpc_url, ["http://", "https://"]),
            ("node.ws_url", &self.node.ws_url, ["ws://", "wss://"]),
        ];
        for (key, url, schemes) in urls {
            if !schemes.iter().any(|scheme| url.starts_with(scheme)) {
                return Err(ConfigError::OutOfRange {
                    key,
                    value: format!("{url:?}"),
                    wanted: "a URL that begins with http(s):// or ws(s)://, respectively",
                });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(toml: &str) -> Result<Config, Box<figment::Error>> {
        let defaults = Figment::from(Serialized::defaults(Config::default()));
        defaults
            .merge(Toml::string(toml))
            .extract()
            .map_err(Box::new)
    }

    #[test]
    fn defaults_are_for_this_machine_alone() {
        let config = Config::default();
        assert!(config.http.listen.ip().is_loopback());
        assert!(config.http.cors_origins.is_empty());
        assert!(!config.http.trust_forwarded);
        config.check().unwrap();
    }

    #[test]
    fn a_file_changes_what_it_names() {
        let config = read("[http]\nlisten = '127.0.0.1:1'\n[node]\ncluster = 'devnet'").unwrap();
        assert_eq!(config.http.listen.port(), 1);
        assert!(!config.node.is_local());
        assert_eq!(config.index, IndexConfig::default());
    }

    #[test]
    fn what_is_misspelt_is_named() {
        let error = read("[http]\nlissten = '127.0.0.1:1'").unwrap_err();
        assert!(error.to_string().contains("lissten"), "{error}");
        let error = read("[http]\nlisten = 'nowhere'").unwrap_err();
        assert!(error.to_string().contains("listen"), "{error}");
    }

    #[test]
    fn what_could_not_work_is_refused() {
        let mut config = Config::default();
        config.socket.queue = 0;
        let error = config.check().unwrap_err();
        assert!(error.to_string().contains("socket.queue"), "{error}");
        let mut config = Config::default();
        config.node.ws_url = "http://127.0.0.1".into();
        let error = config.check().unwrap_err();
        assert!(error.to_string().contains("node.ws_url"), "{error}");
        let missing = Config::load(Some("/nonexistent/gateway.toml".into()));
        assert!(matches!(missing, Err(ConfigError::NoFile(_))));
    }
}
