//! Requests' parts, refused in this interface's form.

use axum::{
    extract::{
        FromRequest, FromRequestParts, Request,
        rejection::{JsonRejection, PathRejection, QueryRejection},
    },
    http::{StatusCode, request::Parts},
};
use serde::de::DeserializeOwned;

use crate::error::ApiError;

/// What follows the question mark.
#[derive(Debug)]
pub(super) struct Query<T>(pub(super) T);

/// What is in the path.
#[derive(Debug)]
pub(super) struct Path<T>(pub(super) T);

/// A body of JSON.
#[derive(Debug)]
pub(super) struct Json<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let read = axum::extract::Query::from_request_parts(parts, state).await;
        read.map(|query| Self(query.0)).map_err(of_query)
    }
}

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let read = axum::extract::Path::from_request_parts(parts, state).await;
        read.map(|path| Self(path.0)).map_err(of_path)
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let read = axum::Json::from_request(request, state).await;
        read.map(|json| Self(json.0)).map_err(of_json)
    }
}

fn of_query(rejection: QueryRejection) -> ApiError {
    ApiError::bad_request(
        cause(&rejection),
        "/docs lists the parameters and their forms",
    )
}

fn of_path(rejection: PathRejection) -> ApiError {
    ApiError::bad_request(cause(&rejection), "check the address in the path")
}

fn of_json(rejection: JsonRejection) -> ApiError {
    match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => ApiError::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "body_too_large",
            "the request's body is too large",
            "send less at once",
        ),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => ApiError::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "not_json",
            "the request's body is not declared as JSON",
            "set the header `Content-Type: application/json`",
        ),
        _ => ApiError::bad_request(cause(&rejection), "/docs describes the body"),
    }
}

/// The innermost reason: the outer ones only say in which part.
fn cause(error: &dyn std::error::Error) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    let text = innermost.to_string();
    const KEPT: usize = 300;
    text.chars().take(KEPT).collect()
}
