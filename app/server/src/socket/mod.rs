//! Streams over WebSocket: a snapshot, then numbered diffs.
//!
//! Whoever subscribes to a channel follows a stream, which is one for all that follow the same. Its
//! diffs are numbered without gaps, and the last ones are kept: who was away and names the stream and
//! the last number that they saw gets what they have missed, or a snapshot if that is no longer
//! there. A connection that lets too much wait is dropped and told so: a gap would be worse.

mod changes;
mod connection;
mod content;
mod hub;
mod kind;
mod message;
mod outbox;
mod publish;
mod stream;

pub use hub::Hub;
pub use message::{Channel, ClientMessage, Resume, ServerMessage};
pub(crate) use publish::run as publish;

use axum::{
    extract::{State, WebSocketUpgrade, ws::rejection::WebSocketUpgradeRejection},
    http::StatusCode,
    response::{IntoResponse as _, Response},
};

use crate::{
    error::{ApiError, ErrorDocument},
    state::App,
};

/// The longest message that a client may send, in bytes.
const MAX_MESSAGE: usize = 16 * 1024;

/// Opens a WebSocket. Messages are JSON in text frames: `ClientMessage` one way, `ServerMessage` the
/// other.
#[utoipa::path(
    get, path = "/api/v1/ws", tag = "exchange",
    responses(
        (status = 101, description = "The connection is a WebSocket from here on."),
        (status = 400, body = ErrorDocument), (status = 503, body = ErrorDocument)
    )
)]
pub(crate) async fn connect(
    State(app): State<App>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    let Ok(upgrade) = upgrade else {
        let error = ApiError::bad_request(
            "this path is for WebSockets",
            "connect with a WebSocket client",
        );
        return error.into_response();
    };
    let Some(present) = app.hub.enter() else {
        let error = ApiError::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "too_many_connections",
            "the gateway has as many connections as it may",
            "try again later",
        );
        return error.into_response();
    };
    upgrade
        .max_message_size(MAX_MESSAGE)
        .max_frame_size(MAX_MESSAGE)
        .on_upgrade(move |socket| connection::serve(app, socket, present))
}
