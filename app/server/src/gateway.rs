//! All of it, started and stopped.

use std::{
    io,
    net::SocketAddr,
    sync::{Arc, OnceLock},
    time::Duration,
};

use axum::Router;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use sealane_sdk::{
    address::CLOCK_SYSVAR,
    live::Engine,
    subscribe::{AccountEvent, SubscriptionConfig},
};
use solana_commitment_config::CommitmentConfig;
use solana_rpc_client::nonblocking::rpc_client::RpcClient;
use thiserror::Error;
use tokio::{net::TcpListener, sync::watch, task::JoinHandle, time::timeout};

use crate::{
    config::{Config, ConfigError},
    http,
    index::{Index, Indexer, IndexerParts},
    socket::{self, Hub},
    state::{App, AppState, Chain},
    store::{Store, StoreError},
    tables::Tables,
    tokens::{TokenList, TokenListError},
    told_to_stop,
};

/// How long requests may take to end when the gateway stops.
const LAST_REQUESTS: Duration = Duration::from_secs(10);
/// How often a node that is away is asked which chain it is on.
const ASK_AGAIN: Duration = Duration::from_secs(1);
/// How long the node may take for a call.
const NODE_TIMEOUT: Duration = Duration::from_secs(10);

/// Why the gateway does not run, or no longer.
#[derive(Debug, Error)]
pub enum GatewayError {
    /// The configuration could not work.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The token list cannot be used.
    #[error(transparent)]
    Tokens(#[from] TokenListError),
    /// The history cannot be kept.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// Which.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// What calls the node could not be set up.
    #[error("the client for the node cannot be set up: {0}")]
    Client(String),
    /// A task of the gateway has ended by a defect.
    #[error("the gateway broke down: {0}")]
    Broken(String),
}

/// A running gateway. Dropping it ends it at once; [`Gateway::stop`] lets requests end.
pub struct Gateway {
    address: SocketAddr,
    app: App,
    stop: watch::Sender<bool>,
    serving: JoinHandle<Result<(), GatewayError>>,
    following: JoinHandle<Result<(), GatewayError>>,
}

impl Gateway {
    /// Starts to listen, to follow the exchange and to index. Returns as soon as it listens: until
    /// the node has answered, requests are told that the gateway is not ready.
    ///
    /// # Errors
    /// [`GatewayError`].
    pub async fn start(config: Config) -> Result<Self, GatewayError> {
        Self::start_beside(config, Router::new()).await
    }

    /// As [`Gateway::start`], with pages of somebody else's on the same address, such as a faucet:
    /// the same limits hold for them.
    ///
    /// # Errors
    /// [`GatewayError`].
    ///
    /// # Panics
    /// If one of them has a path that the gateway serves.
    pub async fn start_beside(config: Config, beside: Router) -> Result<Self, GatewayError> {
        config.check()?;
        let address = config.http.listen;
        let listen = |source| GatewayError::Listen { address, source };
        let listener = TcpListener::bind(address).await.map_err(listen)?;
        let address = listener.local_addr().map_err(listen)?;
        let app = app(config)?;
        let (stop, stopped) = watch::channel(false);
        let following = tokio::spawn(follow(app.clone(), stopped.clone()));
        let serving = tokio::spawn(serve(app.clone(), beside, listener, stopped));
        tracing::info!(%address, "listening");
        Ok(Self {
            address,
            app,
            stop,
            serving,
            following,
        })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What its requests share.
    #[must_use]
    pub fn app(&self) -> &App {
        &self.app
    }

    /// Waits until something ends that should not.
    ///
    /// # Errors
    /// Why it ended.
    pub async fn failed(&mut self) -> Result<(), GatewayError> {
        tokio::select! {
            ended = &mut self.serving => flat(ended),
            ended = &mut self.following => flat(ended),
        }
    }

    /// Lets requests end, stores what is under way, and stops.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        self.app.hub.stop();
        for task in [&mut self.serving, &mut self.following] {
            if !task.is_finished() && timeout(LAST_REQUESTS, &mut *task).await.is_err() {
                tracing::warn!("something did not end in time");
                task.abort();
            }
        }
        if let Some(chain) = self.app.chain.get() {
            chain.store.close().await;
        }
        tracing::info!("stopped");
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.serving.abort();
        self.following.abort();
    }
}

fn flat(
    ended: Result<Result<(), GatewayError>, tokio::task::JoinError>,
) -> Result<(), GatewayError> {
    ended.unwrap_or_else(|error| Err(GatewayError::Broken(error.to_string())))
}

/// What requests share, and the followed exchange.
fn app(config: Config) -> Result<App, GatewayError> {
    let tokens = match &config.tokens.list {
        Some(path) => TokenList::read(path)?,
        None => TokenList::default(),
    };
    let rpc = RpcClient::new_with_timeout_and_commitment(
        config.node.rpc_url.clone(),
        NODE_TIMEOUT,
        CommitmentConfig::confirmed(),
    );
    let rpc = Arc::new(rpc);
    let passing = reqwest::Client::builder().timeout(NODE_TIMEOUT).build();
    let passing = passing.map_err(|error| GatewayError::Client(error.to_string()))?;
    let index = Arc::new(Index::default());
    let hub = Hub::new(config.socket.clone());
    let subscription = SubscriptionConfig {
        max_silence: Duration::from_millis(config.node.max_silence_ms),
        max_backoff: Duration::from_secs(3),
        ..SubscriptionConfig::exchange(config.node.ws_url.clone())
    };
    let observe = {
        let (hub, index) = (hub.clone(), Arc::clone(&index));
        move |event: &AccountEvent| {
            hub.observe(event);
            if !is_clock(event) {
                index.poke();
            }
        }
    };
    let engine = Engine::observed(subscription, Arc::clone(&rpc), observe);
    let tables = config.node.lookup_tables.iter().map(|table| table.0);
    Ok(Arc::new(AppState {
        metrics: metrics(),
        tables: Tables::new(tables.collect()),
        config,
        engine,
        rpc,
        passing,
        tokens,
        chain: OnceLock::new(),
        index,
        hub,
    }))
}

/// Whether nothing but time has passed.
fn is_clock(event: &AccountEvent) -> bool {
    matches!(event, AccountEvent::Update(state) if state.address == CLOCK_SYSVAR)
}

/// What is counted is counted once per process.
fn metrics() -> PrometheusHandle {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    let install = || {
        let recorder = PrometheusBuilder::new().build_recorder();
        let handle = recorder.handle();
        if metrics::set_global_recorder(recorder).is_err() {
            tracing::warn!("something else in this process counts already");
        }
        handle
    };
    HANDLE.get_or_init(install).clone()
}

async fn serve(
    app: App,
    beside: Router,
    listener: TcpListener,
    mut stopped: watch::Receiver<bool>,
) -> Result<(), GatewayError> {
    let router = http::router(app, beside).into_make_service_with_connect_info::<SocketAddr>();
    let ended = async move {
        told_to_stop(&mut stopped).await;
    };
    axum::serve(listener, router)
        .with_graceful_shutdown(ended)
        .await
        .map_err(|error| GatewayError::Broken(error.to_string()))
}

/// Learns which chain this is, then keeps its history and its streams.
async fn follow(app: App, mut stopped: watch::Receiver<bool>) -> Result<(), GatewayError> {
    let publishing = tokio::spawn(socket::publish(app.clone(), stopped.clone()));
    let genesis_hash = loop {
        match app.rpc.get_genesis_hash().await {
            Ok(hash) => break hash.to_string(),
            Err(error) => tracing::warn!(%error, "the node does not tell which chain it is on"),
        }
        tokio::select! {
            () = told_to_stop(&mut stopped) => return Ok(()),
            () = tokio::time::sleep(ASK_AGAIN) => {}
        }
    };
    let store = Store::open(&app.config.index.database_url, &genesis_hash).await?;
    let mut claim = store.claim().await?;
    let parts = IndexerParts {
        config: app.config.index.clone(),
        store: store.clone(),
        rpc: Arc::clone(&app.rpc),
        world: Arc::clone(app.engine.shared()),
        index: Arc::clone(&app.index),
    };
    let indexer = Indexer::open(parts).await?;
    // Set here and nowhere else.
    let _ = app.chain.set(Chain {
        genesis_hash,
        store,
    });
    tokio::select! {
        () = indexer.run(stopped) => {}
        error = claim.lost() => return Err(error.into()),
    }
    let ended = publishing.await;
    ended.map_err(|error| GatewayError::Broken(error.to_string()))
}
