//! Calls passed on to the chain's node, so that a page needs no other origin and the node's address,
//! which may contain a key, does not leave the gateway.

use axum::{
    body::Body,
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use serde_json::{Value, json};

use super::extract::Json;
use crate::{
    error::{ApiError, ErrorDocument},
    state::App,
};

/// Where.
pub(super) const PATH: &str = "/rpc";
/// What may be called: what a wallet needs, and nothing that makes a node work hard.
const METHODS: [&str; 15] = [
    "getAccountInfo",
    "getBalance",
    "getBlockHeight",
    "getEpochInfo",
    "getFeeForMessage",
    "getGenesisHash",
    "getLatestBlockhash",
    "getMinimumBalanceForRentExemption",
    "getMultipleAccounts",
    "getRecentPrioritizationFees",
    "getSignatureStatuses",
    "getSlot",
    "getTokenAccountsByOwner",
    "sendTransaction",
    "simulateTransaction",
];
/// And this, where SOL is worth nothing.
const LOCAL_METHODS: [&str; 1] = ["requestAirdrop"];
/// Calls in one request.
const MAX_BATCH: usize = 16;
/// The largest answer that is passed back, in bytes.
const MAX_ANSWER: usize = 8 * 1024 * 1024;
/// What JSON-RPC calls a method that there is not.
const METHOD_NOT_FOUND: i32 = -32_601;
/// What JSON-RPC calls a request that is none.
const INVALID_REQUEST: i32 = -32_600;

/// Passes a JSON-RPC call on to the chain's node. Only what a wallet needs may be called.
#[utoipa::path(
    post, path = PATH, tag = "operation",
    request_body(content = Value, description = "A JSON-RPC 2.0 request, or a batch of up to 16."),
    responses(
        (status = 200, body = Value, description = "The node's answer, or why it was not asked."),
        (status = 400, body = ErrorDocument), (status = 413, body = ErrorDocument),
        (status = 415, body = ErrorDocument), (status = 503, body = ErrorDocument)
    )
)]
pub(super) async fn pass(
    State(app): State<App>,
    Json(asked): Json<Value>,
) -> Result<Response, ApiError> {
    if let Some(refusal) = refusal(&asked, app.config.node.is_local()) {
        return Ok(axum::Json(refusal).into_response());
    }
    let away = |error: &dyn std::fmt::Display| ApiError::node("the call that was passed on", error);
    let body = serde_json::to_vec(&asked).map_err(|error| ApiError::internal(&error))?;
    let sent = app
        .passing
        .post(&app.config.node.rpc_url)
        .header(header::CONTENT_TYPE.as_str(), "application/json")
        .body(body)
        .send()
        .await;
    // Its text would contain the node's address.
    let mut answer = sent.map_err(|error| away(&error.without_url()))?;
    let mut bytes = Vec::new();
    loop {
        let part = answer.chunk().await;
        let part = part.map_err(|error| away(&error.without_url()))?;
        let Some(part) = part else { break };
        bytes.extend_from_slice(&part);
        if bytes.len() > MAX_ANSWER {
            return Err(ApiError::new(
                axum::http::StatusCode::UNPROCESSABLE_ENTITY,
                "answer_too_large",
                "the node's answer is too large to be passed back",
                "ask for less at once",
            ));
        }
    }
    if serde_json::from_slice::<serde::de::IgnoredAny>(&bytes).is_err() {
        return Err(away(&"the answer is not JSON"));
    }
    let mut response = Response::new(Body::from(bytes));
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    Ok(response)
}

/// Why a request is not passed on, as the node would say it.
fn refusal(asked: &Value, is_local: bool) -> Option<Value> {
    match asked {
        Value::Array(calls) if calls.is_empty() || calls.len() > MAX_BATCH => Some(error(
            &Value::Null,
            INVALID_REQUEST,
            &format!("a batch has 1 to {MAX_BATCH} calls"),
        )),
        Value::Array(calls) => {
            let is_refused = |call: &Value| refusal_of_call(call, is_local).is_some();
            // All or none: half of a batch is of no use to anybody.
            calls.iter().any(is_refused).then(|| {
                let answers = calls.iter().map(|call| {
                    refusal_of_call(call, is_local).unwrap_or_else(|| {
                        let text = "not called, because another call of the batch is refused";
                        error(&call["id"], INVALID_REQUEST, text)
                    })
                });
                Value::Array(answers.collect())
            })
        }
        call => refusal_of_call(call, is_local),
    }
}

fn refusal_of_call(call: &Value, is_local: bool) -> Option<Value> {
    let Some(method) = call.get("method").and_then(Value::as_str) else {
        let text = "this is no JSON-RPC call: it has no method";
        return Some(error(
            call.get("id").unwrap_or(&Value::Null),
            INVALID_REQUEST,
            text,
        ));
    };
    let is_allowed = METHODS.contains(&method) || (is_local && LOCAL_METHODS.contains(&method));
    let shown: String = method.chars().take(60).collect();
    (!is_allowed).then(|| {
        let text = format!("the gateway does not pass on {shown}");
        error(&call["id"], METHOD_NOT_FOUND, &text)
    })
}

fn error(id: &Value, code: i32, message: &str) -> Value {
    json!({ "jsonrpc": "2.0", "id": id, "error": { "code": code, "message": message } })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(method: &str) -> Value {
        json!({ "jsonrpc": "2.0", "id": 7, "method": method })
    }

    #[test]
    fn only_what_is_listed_is_passed_on() {
        assert_eq!(refusal(&call("getSlot"), false), None);
        assert_eq!(refusal(&call("requestAirdrop"), true), None);
        for (method, is_local) in [
            ("requestAirdrop", false),
            ("getProgramAccounts", true),
            ("surfnet_setAccount", true),
            ("", true),
        ] {
            let refused = refusal(&call(method), is_local).unwrap();
            assert_eq!(refused["error"]["code"], METHOD_NOT_FOUND, "{method}");
            assert_eq!(refused["id"], 7);
        }
        for nonsense in [
            json!(5),
            json!({}),
            json!([]),
            json!({ "method": 3 }),
            Value::Null,
        ] {
            assert!(refusal(&nonsense, true).is_some(), "{nonsense}");
        }
    }

    #[test]
    fn a_batch_is_passed_on_as_a_whole_or_not() {
        let good = json!([call("getSlot"), call("getBalance")]);
        assert_eq!(refusal(&good, false), None);
        let bad = json!([call("getSlot"), call("getProgramAccounts")]);
        assert_eq!(refusal(&bad, false).unwrap().as_array().unwrap().len(), 2);
        let long = Value::Array(vec![call("getSlot"); MAX_BATCH + 1]);
        assert!(refusal(&long, false).is_some());
    }
}
