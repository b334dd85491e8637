//! The built web app, and its first page for every path that is nothing else.

use std::path::Path;

use axum::{
    Router,
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    middleware::{Next, from_fn},
    response::Response,
};
use tower_http::services::{ServeDir, ServeFile};

/// Files whose names change with what is in them.
const FOREVER: &str = "public, max-age=31536000, immutable";
/// Everything else is asked for again.
const ASK_AGAIN: &str = "no-cache";
/// What the page may load: its own, pictures of tokens, and WebAssembly.
const POLICY: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; \
    style-src 'self' 'unsafe-inline'; img-src 'self' data: https:; connect-src 'self'; \
    object-src 'none'; base-uri 'self'; frame-ancestors 'none'";

/// Serves a folder, or nothing.
pub(super) fn service(root: Option<&Path>) -> Router {
    let Some(root) = root else {
        return Router::new().fallback(|| async { StatusCode::NOT_FOUND });
    };
    let first_page = ServeFile::new(root.join("index.html"));
    let files = ServeDir::new(root)
        .precompressed_gzip()
        .precompressed_br()
        .fallback(first_page);
    Router::new()
        .fallback_service(files)
        .layer(from_fn(headers))
}

async fn headers(request: Request, next: Next) -> Response {
    let is_named_by_content = request.uri().path().starts_with("/assets/");
    let mut response = next.run(request).await;
    let is_page = {
        let kind = response.headers().get(header::CONTENT_TYPE);
        kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
    };
    let keep = match is_named_by_content && !is_page && response.status().is_success() {
        true => FOREVER,
        false => ASK_AGAIN,
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(POLICY),
    );
    headers.insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    );
    response
}
