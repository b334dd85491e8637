//! Sealane's gateway: the exchange over HTTP and WebSocket, for integrators who do not write Rust and
//! for the web app, which it serves from the same binary.
//!
//! - [`config`]: a file and the environment, safe by default
//! - [`state`]: what requests share: the followed exchange, the node, the history
//! - [`http`]: the resources of `/api/v1`, each in its own module, with the OpenAPI document made of
//!   the handlers themselves
//! - [`socket`]: streams with a snapshot, numbered diffs and resumption
//! - [`index`]: the programs' transactions, followed and kept exactly once
//! - [`store`]: the database
//! - [`view`]: what is told, as it is told
//! - [`error`]: what is refused, as it is told
//! - [`gateway`]: all of it, started and stopped
//!
//! Prices, routes and instructions come from the SDK and the engine in this process: a quote needs no
//! call to the node. No key is ever held: transactions leave unsigned.

pub mod config;
pub mod error;
pub mod gateway;
pub mod http;
pub mod index;
pub mod socket;
pub mod state;
pub mod store;
mod tables;
pub mod tokens;
pub mod view;

use std::time::{SystemTime, UNIX_EPOCH};

use tokio::sync::watch;

/// The time, Unix seconds.
pub(crate) fn unix_now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs() as i64)
}

/// Waits until the gateway stops.
pub(crate) async fn told_to_stop(stop: &mut watch::Receiver<bool>) {
    // Fails only if who would tell is gone: that is the end as well.
    let _ = stop.wait_for(|stop| *stop).await;
}
