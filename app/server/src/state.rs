//! What requests share.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use metrics_exporter_prometheus::PrometheusHandle;
use sealane_sdk::{
    client::Client,
    engine::world::World,
    live::{Engine, Status},
    tx::TransactorConfig,
};
use solana_rpc_client::nonblocking::rpc_client::RpcClient;

use crate::{
    config::Config, error::ApiError, index::Index, socket::Hub, store::Store, tables::Tables,
    tokens::TokenList,
};

/// What requests share. Cheap to clone.
pub type App = Arc<AppState>;

/// What requests share.
pub struct AppState {
    /// How the gateway was configured.
    pub config: Config,
    /// The followed exchange.
    pub engine: Engine,
    /// The node.
    pub rpc: Arc<RpcClient>,
    /// For what is passed on to the node as it is.
    pub passing: reqwest::Client,
    /// Names of tokens.
    pub tokens: TokenList,
    /// Lookup tables that transactions may use.
    pub(crate) tables: Tables,
    /// What is known once the node has answered.
    pub(crate) chain: OnceLock<Chain>,
    /// The indexer, as others see it.
    pub index: Arc<Index>,
    /// Streams.
    pub hub: Hub,
    /// What is counted.
    pub metrics: PrometheusHandle,
}

/// The chain that the node is on, and its history.
pub(crate) struct Chain {
    pub(crate) genesis_hash: String,
    pub(crate) store: Store,
}

/// How old the index may be before the gateway calls itself unready.
const MAX_INDEX_AGE: Duration = Duration::from_secs(30);

impl AppState {
    /// The exchange as of now.
    ///
    /// # Errors
    /// `not_ready` until there is a complete state. An old one is served: [`AppState::is_live`] says
    /// so.
    pub fn world(&self) -> Result<Arc<World>, ApiError> {
        match self.engine.status() {
            Status::Connecting | Status::Closed => Err(ApiError::not_ready()),
            Status::Live | Status::Stale { .. } => Ok(self.engine.world()),
        }
    }

    /// Whether the node's notifications come in.
    pub fn is_live(&self) -> bool {
        self.engine.status() == Status::Live
    }

    /// Whether the index has everything that the chain had a moment ago.
    pub fn is_indexed(&self) -> bool {
        let is_fresh = self.index.age().is_some_and(|age| age < MAX_INDEX_AGE);
        is_fresh && self.index.is_caught_up()
    }

    /// The history.
    ///
    /// # Errors
    /// `not_ready` until the node has told which chain it is on.
    pub fn store(&self) -> Result<&Store, ApiError> {
        let chain = self.chain.get();
        chain
            .map(|chain| &chain.store)
            .ok_or_else(ApiError::not_ready)
    }

    /// The chain's genesis hash, once the node has told it.
    pub fn genesis_hash(&self) -> Option<&str> {
        self.chain.get().map(|chain| chain.genesis_hash.as_str())
    }

    /// The chain's time, or this machine's while that is unknown.
    pub fn now(&self, world: &World) -> i64 {
        let clock = world.clock().map(|clock| clock.unix_timestamp);
        clock.unwrap_or_else(crate::unix_now)
    }

    /// The SDK's client of the node.
    pub fn client(&self) -> Client {
        Client::from_rpc(Arc::clone(&self.rpc), TransactorConfig::default())
    }
}
