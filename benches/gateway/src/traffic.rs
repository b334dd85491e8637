//! A wallet that trades, so that there is something to tell.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use anyhow::{Context as _, Result};
use sealane_sdk::{client::Client, quote::SwapKind, route::RouteRequest};
use solana_signer::Signer as _;
use tokio::{task::JoinHandle, time::sleep};

use crate::setting::Setting;

/// The pause between two trades: a busy market of this size has some a second.
const PAUSE: Duration = Duration::from_millis(200);

/// Somebody who trades.
pub(crate) struct Traffic {
    task: JoinHandle<()>,
    stop: Arc<AtomicBool>,
    done: Arc<AtomicU64>,
}

/// Starts to trade the first two tokens back and forth, which a market and a pool trade.
pub(crate) fn start(setting: &Setting) -> Result<Traffic> {
    let [one, other] = *setting.tokens.first_chunk().context("two tokens")?;
    let (stop, done) = (
        Arc::new(AtomicBool::new(false)),
        Arc::new(AtomicU64::new(0)),
    );
    let mut client = Client::new(setting.rpc_url.clone());
    let trader = setting.trader.insecure_clone();
    let task = {
        let (stop, done) = (Arc::clone(&stop), Arc::clone(&done));
        tokio::spawn(async move {
            let mut pair = (one, other);
            while !stop.load(Ordering::Relaxed) {
                let (from, to) = pair;
                let amount = 10_u64.pow(from.decimals.into()) / 2;
                let owner = trader.pubkey();
                let request =
                    RouteRequest::new(SwapKind::ExactIn, amount, from.mint, to.mint, owner);
                if client.swap_best(&request, &trader).await.is_ok() {
                    done.fetch_add(1, Ordering::Relaxed);
                }
                pair = (to, from);
                sleep(PAUSE).await;
            }
        })
    };
    Ok(Traffic { task, stop, done })
}

impl Traffic {
    /// Counts from here.
    pub(crate) fn forget(&self) {
        self.done.store(0, Ordering::Relaxed);
    }

    /// How many trades were made.
    pub(crate) async fn stop(self) -> u64 {
        let done = self.done.load(Ordering::Relaxed);
        self.stop.store(true, Ordering::Relaxed);
        // The last one may take its time.
        let _ = self.task.await;
        done
    }
}
