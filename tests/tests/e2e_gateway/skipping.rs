//! A node that denies transactions, as if the blocks that had them were skipped.
//!
//! The local chain cannot fork. What a fork looks like from outside is that the node tells of a
//! transaction no more: that is made here, everything else is the chain's own word.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::extract::State;
use axum::routing::post;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// A node in front of the chain.
pub(crate) struct Skipping {
    pub(crate) address: SocketAddr,
    skipped: Skipped,
    task: JoinHandle<()>,
}

/// The transactions that are denied.
type Skipped = Arc<Mutex<BTreeSet<String>>>;

#[derive(Clone)]
struct Node {
    chain: String,
    skipped: Skipped,
    client: reqwest::Client,
}

impl Skipping {
    pub(crate) async fn in_front_of(chain: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let skipped = Skipped::default();
        let node = Node {
            chain: chain.to_owned(),
            skipped: Arc::clone(&skipped),
            client: reqwest::Client::new(),
        };
        let router = Router::new().route("/", post(answer)).with_state(node);
        let task = tokio::spawn(async move {
            axum::serve(listener, router).await.expect("it serves");
        });
        Self {
            address,
            skipped,
            task,
        }
    }

    /// The block with this transaction is skipped.
    pub(crate) fn skip(&self, signature: &str) {
        lock(&self.skipped).insert(signature.to_owned());
    }

    /// A later block has it.
    pub(crate) fn include(&self, signature: &str) {
        lock(&self.skipped).remove(signature);
    }
}

impl Drop for Skipping {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn lock(skipped: &Skipped) -> std::sync::MutexGuard<'_, BTreeSet<String>> {
    skipped.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn answer(State(node): State<Node>, body: String) -> String {
    let asked: Value = serde_json::from_str(&body).expect("a call");
    let sent = node.client.post(&node.chain);
    let sent = sent.header("content-type", "application/json").body(body);
    let answer = sent.send().await.expect("the chain answers");
    let text = answer.text().await.expect("its answer");
    let mut answer: Value = serde_json::from_str(&text).expect("JSON");
    let skipped = lock(&node.skipped);
    match asked["method"].as_str().unwrap_or_default() {
        "getSignaturesForAddress" => {
            if let Some(listed) = answer["result"].as_array_mut() {
                listed.retain(|one| !skipped.contains(one["signature"].as_str().expect("a name")));
            }
        }
        "getSignatureStatuses" => {
            let names = asked["params"][0].as_array().expect("names");
            let statuses = answer["result"]["value"].as_array_mut().expect("statuses");
            for (name, status) in names.iter().zip(statuses) {
                if skipped.contains(name.as_str().expect("a name")) {
                    *status = Value::Null;
                }
            }
        }
        _ => {}
    }
    answer.to_string()
}
