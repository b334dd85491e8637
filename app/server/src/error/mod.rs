//! Errors as they leave: a code for programs, a sentence, and what to do next.
//!
//! A handler returns an [`ApiError`]; the layer [`finish`] writes it down, because only it knows
//! the request's id. It also gives this form to what other layers refuse.

mod chain;

use std::borrow::Cow;

use axum::{
    extract::Request,
    http::{HeaderName, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

/// The header with a request's id.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// An error, as it is sent.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ErrorDocument {
    /// What was wrong.
    pub error: ErrorBody,
}

/// What was wrong.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ErrorBody {
    /// A name for programs. Never renamed.
    #[schema(examples("no_route"))]
    pub code: String,
    /// What was wrong, in a sentence.
    pub message: String,
    /// What to do next.
    pub hint: String,
    /// The number of the on-chain program's error, where it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<u32>,
    /// To find the request in the gateway's log.
    pub request_id: String,
}

/// Why a request was not served.
#[derive(Clone, Debug)]
pub struct ApiError {
    /// The status.
    pub status: StatusCode,
    /// A name for programs.
    pub code: Cow<'static, str>,
    /// What was wrong.
    pub message: String,
    /// What to do next.
    pub hint: Cow<'static, str>,
    /// The on-chain program's number.
    pub number: Option<u32>,
}

impl ApiError {
    /// An error.
    pub fn new(
        status: StatusCode,
        code: impl Into<Cow<'static, str>>,
        message: impl Into<String>,
        hint: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            status,
            code: code.into(),
            message: message.into(),
            hint: hint.into(),
            number: None,
        }
    }

    /// The request cannot be understood.
    pub fn bad_request(message: impl Into<String>, hint: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad_request", message, hint)
    }

    /// There is no such thing.
    pub fn not_found(
        code: &'static str,
        message: impl Into<String>,
        hint: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self::new(StatusCode::NOT_FOUND, code, message, hint)
    }

    /// The chain's state is not known yet.
    pub fn not_ready() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "not_ready",
            "the gateway does not know the exchange's state yet",
            "try again in some seconds; /health/ready tells when",
        )
    }

    /// A defect, or trouble with the gateway's own storage. The log says more than the answer.
    pub fn internal(error: &dyn std::fmt::Display) -> Self {
        tracing::error!(%error, "a request failed");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "the gateway failed to answer",
            "try again; if it stays, tell whoever runs it the request's id",
        )
    }

    /// As it is sent.
    pub fn body(&self, request_id: &str) -> ErrorBody {
        ErrorBody {
            code: self.code.clone().into_owned(),
            message: self.message.clone(),
            hint: self.hint.clone().into_owned(),
            number: self.number,
            request_id: request_id.to_owned(),
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Writes errors down.
pub async fn finish(request: Request, next: Next) -> Response {
    let id = request.headers().get(&REQUEST_ID);
    let id = id.and_then(|id| id.to_str().ok()).unwrap_or("").to_owned();
    let mut response = next.run(request).await;
    let error = match response.extensions_mut().remove::<ApiError>() {
        Some(error) => error,
        None if is_unwritten(&response) => plain(response.status()),
        None => return response,
    };
    let document = ErrorDocument {
        error: error.body(&id),
    };
    let mut written = (error.status, axum::Json(document)).into_response();
    // What the layers below had to say besides, such as when to come back.
    for name in [header::RETRY_AFTER, header::ALLOW] {
        if let Some(value) = response.headers().get(&name) {
            written.headers_mut().insert(name, value.clone());
        }
    }
    written
}

/// Whether another layer refused, in its own form.
fn is_unwritten(response: &Response) -> bool {
    let status = response.status();
    let kind = response.headers().get(header::CONTENT_TYPE);
    let is_json = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    (status.is_client_error() || status.is_server_error()) && !is_json
}

/// What a status says by itself.
fn plain(status: StatusCode) -> ApiError {
    let (code, message, hint) = match status {
        StatusCode::NOT_FOUND => (
            "not_found",
            "there is nothing at this path",
            "/docs lists what there is",
        ),
        StatusCode::METHOD_NOT_ALLOWED => (
            "method_not_allowed",
            "this path does not know that method",
            "the header `Allow` lists those it knows",
        ),
        StatusCode::PAYLOAD_TOO_LARGE => (
            "body_too_large",
            "the request's body is too large",
            "send less at once",
        ),
        StatusCode::REQUEST_TIMEOUT | StatusCode::GATEWAY_TIMEOUT => (
            "timeout",
            "the request took too long",
            "ask for less, or try again",
        ),
        status if status.is_client_error() => (
            "bad_request",
            "the request cannot be understood",
            "/docs describes what it has to look like",
        ),
        _ => (
            "internal",
            "the gateway failed to answer",
            "try again; if it stays, tell whoever runs it the request's id",
        ),
    };
    ApiError::new(status, code, message, hint)
}
