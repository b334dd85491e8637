//! A client of the gateway's WebSocket.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::stage::{PATIENCE, Stage, list, text};

/// A connection. Heartbeats are set aside; everything else comes in order.
pub(crate) struct Socket {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    waiting: VecDeque<Value>,
    pub(crate) heartbeats: Vec<Value>,
}

impl Socket {
    pub(crate) async fn open(stage: &Stage) -> Self {
        let url = format!("ws://{}/api/v1/ws", stage.gateway.address());
        let (stream, _) = connect_async(url).await.expect("a WebSocket");
        Self {
            stream,
            waiting: VecDeque::new(),
            heartbeats: Vec::new(),
        }
    }

    pub(crate) async fn say(&mut self, message: &Value) {
        self.say_text(&message.to_string()).await;
    }

    pub(crate) async fn say_text(&mut self, text: &str) {
        self.stream.send(Message::text(text)).await.expect("sent");
    }

    /// The next message that is no heartbeat; `None` once the connection has ended.
    pub(crate) async fn next(&mut self) -> Option<Value> {
        if let Some(first) = self.waiting.pop_front() {
            return Some(first);
        }
        loop {
            let next = timeout(PATIENCE, self.stream.next()).await;
            match next.expect("a message in time") {
                Some(Ok(Message::Text(text))) => {
                    let message: Value = serde_json::from_str(&text).expect("JSON");
                    if message["op"] != "heartbeat" {
                        return Some(message);
                    }
                    self.heartbeats.push(message);
                }
                Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                Some(Ok(_)) => {}
            }
        }
    }

    pub(crate) async fn expect(&mut self, op: &str) -> Value {
        let message = self
            .next()
            .await
            .unwrap_or_else(|| panic!("closed instead of {op}"));
        assert_eq!(message["op"], op, "{message}");
        message
    }

    /// Subscribes; the answer, and the snapshot if one follows.
    pub(crate) async fn subscribe(&mut self, channel: Value) -> (Value, Option<Value>) {
        let mut asked = channel;
        asked["op"] = "subscribe".into();
        asked["id"] = 17.into();
        self.say(&asked).await;
        // Diffs of other subscriptions may come in between.
        let mut between = VecDeque::new();
        let subscribed = loop {
            let message = self.next().await.expect("an answer");
            match text(&message["op"]) {
                "subscribed" => break message,
                "diff" => between.push_back(message),
                _ => panic!("{asked}: {message}"),
            }
        };
        assert_eq!(subscribed["id"], 17);
        let snapshot = match subscribed["resumed"] == true {
            true => None,
            false => Some(self.expect("snapshot").await),
        };
        self.waiting.extend(between);
        (subscribed, snapshot)
    }

    /// Does not read for a while.
    pub(crate) async fn sleep(&mut self, time: Duration) {
        tokio::time::sleep(time).await;
    }

    /// Breaks the connection off without a word.
    pub(crate) fn break_off(self) {
        drop(self);
    }
}

/// A book put together out of a snapshot and diffs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Replayed {
    sides: [BTreeMap<String, (String, u64)>; 2],
    pub(crate) seq: u64,
}

impl Replayed {
    pub(crate) fn of(snapshot: &Value) -> Self {
        let mut replayed = Self {
            seq: snapshot["seq"].as_u64().expect("a number"),
            ..Self::default()
        };
        replayed.put(&snapshot["data"]);
        replayed
    }

    pub(crate) fn apply(&mut self, diff: &Value) {
        assert_eq!(diff["op"], "diff");
        assert_eq!(diff["seq"], self.seq + 1, "no number is left out: {diff}");
        self.seq += 1;
        self.put(&diff["data"]);
    }

    fn put(&mut self, data: &Value) {
        for (side, name) in self.sides.iter_mut().zip(["bids", "asks"]) {
            for level in list(&data[name]) {
                let price = text(&level["price"]).to_owned();
                let orders = level["orders"].as_u64().expect("a number");
                match text(&level["size"]) {
                    "0" => side.remove(&price),
                    size => side.insert(price, (size.to_owned(), orders)),
                };
            }
        }
    }

    /// Whether it is the book that the gateway tells over HTTP.
    pub(crate) fn is(&self, told: &Value) -> bool {
        let mut other = Self {
            seq: self.seq,
            ..Self::default()
        };
        other.put(told);
        *self == other
    }
}

/// A subscription to a book.
pub(crate) fn book(stage: &Stage) -> Value {
    json!({ "channel": "book", "market": stage.world.markets[0].address.to_string(), "depth": 200 })
}
