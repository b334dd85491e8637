//! What stands around every request: an id, a line in the log, limits, compression, CORS.

use std::{
    any::Any,
    time::{Duration, Instant},
};

use axum::{
    Router,
    extract::{DefaultBodyLimit, MatchedPath, Request},
    http::{HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse as _, Response},
};
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::{
        CompressionLayer,
        predicate::{NotForContentType, Predicate as _, SizeAbove},
    },
    cors::{AllowOrigin, CorsLayer},
    limit::RequestBodyLimitLayer,
    request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer},
    set_header::SetResponseHeaderLayer,
    timeout::TimeoutLayer,
};

use super::limit::{self, Limits};
use crate::{
    config::Config,
    error::{self, ApiError, REQUEST_ID},
    state::App,
};

/// Answers shorter than this are not worth compressing.
const COMPRESSED_FROM: u64 = 1_400;
/// How long a browser may remember what another origin may do.
const CORS_AGE: Duration = Duration::from_secs(3_600);

/// Puts the layers around: the last one added is the first to see a request.
pub(super) fn around(router: Router<App>, app: &App) -> Router<App> {
    let http = &app.config.http;
    let nosniff = SetResponseHeaderLayer::if_not_present(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    let compressed = SizeAbove::new(COMPRESSED_FROM).and(NotForContentType::IMAGES);
    router
        .layer(from_fn_with_state(Limits::new(http), limit::limit))
        .layer(DefaultBodyLimit::disable())
        .layer(RequestBodyLimitLayer::new(http.max_body_bytes))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::GATEWAY_TIMEOUT,
            Duration::from_millis(http.timeout_ms),
        ))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn(error::finish))
        .layer(CompressionLayer::new().compress_when(compressed))
        .layer(nosniff)
        .layer(cors(&app.config))
        .layer(from_fn(log))
        .layer(PropagateRequestIdLayer::new(REQUEST_ID))
        .layer(SetRequestIdLayer::new(REQUEST_ID, MakeRequestUuid))
        .layer(from_fn(trusted_id))
}

/// A defect of the gateway's own. The message is for the log.
fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let message = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied());
    ApiError::internal(&message.unwrap_or("a request panicked")).into_response()
}

/// An id that comes with a request is kept if it could be one: it ends up in logs.
async fn trusted_id(mut request: Request, next: Next) -> Response {
    const LONGEST: usize = 64;
    let is_good = |id: &HeaderValue| {
        let bytes = id.as_bytes();
        let plain = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-';
        !bytes.is_empty() && bytes.len() <= LONGEST && bytes.iter().all(plain)
    };
    if !request.headers().get(&REQUEST_ID).is_none_or(is_good) {
        request.headers_mut().remove(&REQUEST_ID);
    }
    next.run(request).await
}

/// A line in the log, and a count by path and status.
async fn log(request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let path = request.extensions().get::<MatchedPath>();
    let path = path.map_or("other", MatchedPath::as_str).to_owned();
    let method = request.method().clone();
    let id = request.headers().get(&REQUEST_ID).cloned();
    let response = next.run(request).await;
    let (status, took) = (response.status(), begun.elapsed());
    let labels = [
        ("method", method.to_string()),
        ("path", path.clone()),
        ("status", status.as_u16().to_string()),
    ];
    metrics::counter!("sealane_http_requests_total", &labels).increment(1);
    metrics::histogram!("sealane_http_request_seconds", "path" => path.clone()).record(took);
    let id = id.as_ref().and_then(|id| id.to_str().ok());
    tracing::info!(
        target: "sealane_server::request",
        %method, path, status = status.as_u16(), micros = took.as_micros() as u64, id,
    );
    response
}

fn cors(config: &Config) -> CorsLayer {
    let origins = &config.http.cors_origins;
    let layer = CorsLayer::new()
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([header::CONTENT_TYPE, REQUEST_ID])
        .expose_headers([REQUEST_ID, HeaderName::from_static("retry-after")])
        .max_age(CORS_AGE);
    if origins.iter().any(|origin| origin == "*") {
        return layer.allow_origin(tower_http::cors::Any);
    }
    let origins = origins.iter().filter_map(|origin| origin.parse().ok());
    layer.allow_origin(AllowOrigin::list(origins))
}
