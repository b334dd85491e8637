//! The exchange, followed: a world that is as fresh as the node's notifications.
//!
//! An [`Engine`] connects in the background, fetches every pool and market once, and then keeps them
//! up to date over a WebSocket. Whoever asks gets the whole world as of the last notification,
//! without waiting for it and without a copy being made; quotes, routes and simulations over it need
//! no connection. [`Engine::status`] says whether it can be trusted: when notifications stop, the
//! engine says so, goes on serving what it knows, and heals itself.
//!
//! ```no_run
//! use std::time::Duration;
//!
//! use sealane_sdk::{live::{Engine, EngineConfig}, quote::{self, QuoteRequest}};
//!
//! # async fn quote(request: QuoteRequest) -> Result<(), Box<dyn std::error::Error>> {
//! let mut engine = Engine::start(EngineConfig::new("http://127.0.0.1:8899", "ws://127.0.0.1:8900"));
//! engine.ready(Duration::from_secs(10)).await?;
//! let world = engine.world();
//! println!("{}", quote::quote_exact_in(world.pools(), &request)?.received);
//! engine.close().await;
//! # Ok(())
//! # }
//! ```

use std::{sync::Arc, time::Duration};

use sealane_engine::world::{SharedWorld, World};
use solana_rpc_client::nonblocking::rpc_client::RpcClient;
use thiserror::Error;
use tokio::{
    sync::watch,
    task::JoinHandle,
    time::{Instant, timeout},
};

use crate::subscribe::{
    self, AccountEvent, SnapshotSource, StaleReason, Subscription, SubscriptionConfig,
};

/// Which node to follow, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EngineConfig {
    /// The node's HTTP address, such as `http://127.0.0.1:8899`.
    pub url: String,
    /// The subscription, with the node's WebSocket.
    pub subscription: SubscriptionConfig,
}

impl EngineConfig {
    /// The whole exchange, confirmed.
    #[must_use]
    pub fn new(url: impl Into<String>, ws_url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            subscription: SubscriptionConfig::exchange(ws_url),
        }
    }
}

/// How far the world can be trusted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// There is no complete state yet.
    Connecting,
    /// The world is as fresh as the node's notifications.
    Live,
    /// The world is complete but may be old.
    Stale {
        /// Why.
        reason: StaleReason,
        /// Since when.
        since: Instant,
    },
    /// The engine was closed.
    Closed,
}

/// Why an engine is not ready.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum NotReady {
    /// There was no complete state in time.
    #[error("no complete state of the exchange within {} ms; check the node's addresses", .0.as_millis())]
    TimedOut(Duration),
    /// The engine has been closed.
    #[error("the engine was closed before it had a complete state")]
    Closed,
}

/// The exchange in memory, kept up to date. Dropping it ends the connection at once.
#[derive(Debug)]
pub struct Engine {
    world: Arc<SharedWorld>,
    status: watch::Receiver<Status>,
    shutdown: watch::Sender<bool>,
    task: Option<JoinHandle<()>>,
}

impl Engine {
    /// Follows a node's exchange. Connects in the background.
    ///
    /// # Panics
    /// Outside of a Tokio runtime.
    #[must_use]
    pub fn start(config: EngineConfig) -> Self {
        let commitment = config.subscription.commitment;
        let rpc = RpcClient::new_with_commitment(config.url, commitment);
        Self::with_source(config.subscription, Arc::new(rpc))
    }

    /// As [`Engine::start`], with complete states from somewhere else.
    ///
    /// # Panics
    /// Outside of a Tokio runtime.
    #[must_use]
    pub fn with_source(config: SubscriptionConfig, source: impl SnapshotSource) -> Self {
        Self::observed(config, source, |_| {})
    }

    /// As [`Engine::with_source`], and shows every event to `observe` once the world has taken it
    /// in. The next event waits until `observe` returns, so that it had better be quick.
    ///
    /// # Panics
    /// Outside of a Tokio runtime.
    #[must_use]
    pub fn observed(
        config: SubscriptionConfig,
        source: impl SnapshotSource,
        observe: impl FnMut(&AccountEvent) + Send + 'static,
    ) -> Self {
        let world = Arc::new(SharedWorld::new());
        let (told, status) = watch::channel(Status::Connecting);
        let (shutdown, stopped) = watch::channel(false);
        let subscription = subscribe::follow(config, source);
        let task = tokio::spawn(feed(
            subscription,
            Arc::clone(&world),
            told,
            stopped,
            observe,
        ));
        Self {
            world,
            status,
            shutdown,
            task: Some(task),
        }
    }

    /// The exchange as of now. Costs a reference count; never waits.
    #[must_use]
    pub fn world(&self) -> Arc<World> {
        self.world.snapshot()
    }

    /// The world itself, for threads that want to look at it again and again.
    #[must_use]
    pub fn shared(&self) -> &Arc<SharedWorld> {
        &self.world
    }

    /// How far the world can be trusted.
    #[must_use]
    pub fn status(&self) -> Status {
        self.status.borrow().clone()
    }

    /// Waits until there is a complete state.
    ///
    /// # Errors
    /// [`NotReady`] if there is none in time.
    pub async fn ready(&mut self, within: Duration) -> Result<(), NotReady> {
        let complete = |status: &Status| !matches!(status, Status::Connecting);
        let waited = timeout(within, self.status.wait_for(complete)).await;
        match waited.map_err(|_| NotReady::TimedOut(within))? {
            Ok(status) if *status != Status::Closed => Ok(()),
            _ => Err(NotReady::Closed),
        }
    }

    /// Waits until the world or the status has changed; the status then.
    pub async fn changed(&mut self) -> Status {
        match self.status.changed().await {
            Ok(()) => self.status.borrow_and_update().clone(),
            Err(_) => Status::Closed,
        }
    }

    /// Ends the connection and waits until that is done. The world stays readable for whoever holds
    /// it.
    pub async fn close(mut self) {
        // Fails only if the task has ended already.
        let _ = self.shutdown.send(true);
        if let Some(task) = self.task.take() {
            let _ = task.await;
        }
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}

/// Puts what the subscription tells into the world, until one of them ends.
async fn feed(
    mut subscription: Subscription,
    world: Arc<SharedWorld>,
    status: watch::Sender<Status>,
    mut stopped: watch::Receiver<bool>,
    mut observe: impl FnMut(&AccountEvent) + Send,
) {
    loop {
        let event = tokio::select! {
            _ = stopped.wait_for(|stop| *stop) => break,
            event = subscription.next() => event,
        };
        let Some(event) = event else { break };
        // An account that does not decode is one of a later version of the programs, or of a node
        // that sends nonsense: what is known of it stands, and the others are good.
        if let Err(error) = world.change(|world| event.apply_to_world(world)) {
            tracing::warn!(%error, "an account was left out");
        }
        observe(&event);
        let was_stale = matches!(*status.borrow(), Status::Stale { .. });
        let now = match event {
            AccountEvent::Snapshot(_) | AccountEvent::Resynced(_) => Status::Live,
            AccountEvent::Stale(reason) => Status::Stale {
                reason,
                since: Instant::now(),
            },
            // What still waited when the connection broke.
            AccountEvent::Update(_) | AccountEvent::Closed { .. } if was_stale => continue,
            AccountEvent::Update(_) | AccountEvent::Closed { .. } => Status::Live,
        };
        status.send_replace(now);
    }
    status.send_replace(Status::Closed);
    subscription.close().await;
}

#[cfg(test)]
mod tests;
