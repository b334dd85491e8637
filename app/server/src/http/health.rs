//! Whether the gateway works, and what it counts.

use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{error::ErrorDocument, state::App};

/// How the gateway is.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Health {
    /// Whether prices are as fresh as the node's notifications.
    live: bool,
    /// Whether the history has everything that the chain had a moment ago.
    indexed: bool,
    /// The chain's slot, as far as it is followed.
    slot: Option<u64>,
    /// The slot of the last transaction in the history.
    index_slot: u64,
    /// Open WebSockets.
    connections: usize,
}

impl Health {
    fn of(app: &App) -> Self {
        let world = app.engine.world();
        Self {
            live: app.is_live(),
            indexed: app.is_indexed(),
            slot: world.clock().map(|clock| clock.slot),
            index_slot: app.index.slot(),
            connections: app.hub.connections(),
        }
    }
}

/// Whether the process runs.
#[utoipa::path(get, path = "/health/live", tag = "operation", responses((status = 200, body = Health)))]
pub(super) async fn live(State(app): State<App>) -> axum::Json<Health> {
    axum::Json(Health::of(&app))
}

/// Whether what it says can be trusted: prices are fresh and the history is complete.
#[utoipa::path(
    get, path = "/health/ready", tag = "operation",
    responses((status = 200, body = Health), (status = 503, body = Health))
)]
pub(super) async fn ready(State(app): State<App>) -> Response {
    let health = Health::of(&app);
    let status = match health.live && health.indexed {
        true => StatusCode::OK,
        false => StatusCode::SERVICE_UNAVAILABLE,
    };
    (status, axum::Json(health)).into_response()
}

/// What the gateway counts, as Prometheus reads it.
#[utoipa::path(
    get, path = "/metrics", tag = "operation",
    responses((status = 200, body = String, content_type = "text/plain"), (status = 500, body = ErrorDocument))
)]
pub(super) async fn metrics(State(app): State<App>) -> Response {
    let health = Health::of(&app);
    metrics::gauge!("sealane_live").set(f64::from(u8::from(health.live)));
    metrics::gauge!("sealane_indexed").set(f64::from(u8::from(health.indexed)));
    metrics::gauge!("sealane_socket_connections").set(health.connections as f64);
    metrics::gauge!("sealane_index_slot").set(health.index_slot as f64);
    metrics::gauge!("sealane_slot").set(health.slot.unwrap_or_default() as f64);
    let kind = [(
        header::CONTENT_TYPE,
        "text/plain; version=0.0.4; charset=utf-8",
    )];
    (kind, app.metrics.render()).into_response()
}
