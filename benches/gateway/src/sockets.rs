//! Many that follow.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use anyhow::{Context as _, Result};
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::task::JoinHandle;
use tokio_tungstenite::{connect_async, tungstenite::Message};

use crate::setting::Setting;

/// What those who follow were told.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Followed {
    pub(crate) clients: usize,
    /// Diffs, each counted once for each that got it.
    pub(crate) diffs: u64,
    /// Numbers that were left out.
    pub(crate) gaps: u64,
    /// Connections that ended.
    pub(crate) dropped: u64,
}

#[derive(Default)]
struct Counts {
    diffs: AtomicU64,
    gaps: AtomicU64,
    dropped: AtomicU64,
}

/// Those who follow.
pub(crate) struct Sockets {
    tasks: Vec<JoinHandle<()>>,
    counts: Arc<Counts>,
}

/// Lets clients follow: every one a book, every second one trades, every third one candles.
pub(crate) async fn open(setting: &Setting, clients: usize) -> Result<Sockets> {
    let counts = Arc::new(Counts::default());
    let mut tasks = Vec::new();
    for client in 0..clients {
        let (mut stream, _) = connect_async(format!("ws://{}/api/v1/ws", setting.address)).await?;
        for channel in channels(setting, client) {
            stream.send(Message::text(channel.to_string())).await?;
        }
        let counts = Arc::clone(&counts);
        tasks.push(tokio::spawn(async move {
            let mut numbers = Vec::new();
            while let Some(Ok(message)) = stream.next().await {
                if let Message::Text(text) = message {
                    let _ = count(&text, &mut numbers, &counts);
                }
            }
            counts.dropped.fetch_add(1, Ordering::Relaxed);
        }));
    }
    Ok(Sockets { tasks, counts })
}

fn channels(setting: &Setting, client: usize) -> Vec<Value> {
    let market = setting.markets[client % setting.markets.len()].to_string();
    let pool = setting.pools[client % setting.pools.len()].to_string();
    let depth = if client.is_multiple_of(2) { 20 } else { 50 };
    let mut channels = vec![json!({ "channel": "book", "market": market, "depth": depth })];
    if client.is_multiple_of(2) {
        channels.push(json!({ "channel": "trades", "venue": pool }));
    }
    if client.is_multiple_of(3) {
        channels.push(json!({ "channel": "candles", "venue": market, "interval": "1m" }));
    }
    for channel in &mut channels {
        channel["op"] = "subscribe".into();
    }
    channels
}

/// Counts a message. Only what is needed of it is read: this is not what is measured.
fn count(text: &str, numbers: &mut Vec<(u64, u64)>, counts: &Counts) -> Result<()> {
    let is_snapshot = text.starts_with(r#"{"op":"snapshot""#);
    if !is_snapshot && !text.starts_with(r#"{"op":"diff""#) {
        return Ok(());
    }
    let number = |field: &str| -> Result<u64> {
        let (_, rest) = text.split_once(field).context("a number")?;
        let end = rest.find(',').context("its end")?;
        Ok(rest[..end].parse()?)
    };
    let (subscription, seq) = (number(r#""subscription":"#)?, number(r#""seq":"#)?);
    let last = numbers.iter_mut().find(|(known, _)| *known == subscription);
    match last {
        Some((_, last)) => {
            counts
                .gaps
                .fetch_add(u64::from(seq != *last + 1), Ordering::Relaxed);
            *last = seq;
        }
        None => numbers.push((subscription, seq)),
    }
    if !is_snapshot {
        counts.diffs.fetch_add(1, Ordering::Relaxed);
    }
    Ok(())
}

impl Sockets {
    /// Counts from here.
    pub(crate) fn forget(&self) {
        self.counts.diffs.store(0, Ordering::Relaxed);
    }

    pub(crate) async fn close(self) -> Followed {
        let followed = Followed {
            clients: self.tasks.len(),
            diffs: self.counts.diffs.load(Ordering::Relaxed),
            gaps: self.counts.gaps.load(Ordering::Relaxed),
            dropped: self.counts.dropped.load(Ordering::Relaxed),
        };
        for task in self.tasks {
            task.abort();
        }
        followed
    }
}
