//! Lanes as they change: a subscription that notices when it has missed something.
//!
//! A [`LaneSubscription`] connects to a node's WebSocket, subscribes, and only then fetches all
//! lanes; what arrives meanwhile is kept and put on top. From then on every change of a lane is an
//! [`LaneEvent::Update`]. If the connection breaks, or the node's slots stand still, the caller is
//! told ([`LaneEvent::Stale`]) before anything else happens; then connecting, subscribing and
//! fetching begin again, with growing pauses, until a new state is complete
//! ([`LaneEvent::Resynced`]). Lanes that are closed send no notification, so that the list of lanes
//! is fetched again from time to time ([`LaneEvent::Closed`]).
//!
//! States of one account come in the order of their slots; older ones are dropped. Who reads the
//! events slowly gets fewer of them, never older ones: of two updates of an account that wait, only
//! the later is kept, and a complete state replaces all that waits.
//!
//! ```no_run
//! use sealane_sdk::{client::Client, markets::Markets, subscribe::{self, LaneEvent}};
//! use solana_pubkey::Pubkey;
//!
//! # async fn watch(market: Pubkey) -> Result<(), Box<dyn std::error::Error>> {
//! let client = Client::new("http://127.0.0.1:8899");
//! let config = subscribe::LaneSubscriptionConfig::new("ws://127.0.0.1:8900", market);
//! let mut lanes = subscribe::lanes(config, client.rpc().clone());
//! let mut markets = Markets::new();
//! while let Some(event) = lanes.next().await {
//!     event.apply_to(&mut markets)?;
//!     match event {
//!         LaneEvent::Stale(reason) => println!("prices may be old: {reason}"),
//!         _ => println!("{:?}", markets.book(&market)?.spread_ticks()),
//!     }
//! }
//! # Ok(())
//! # }
//! ```

mod feed;
mod message;
mod outbox;
mod session;
mod source;

use std::{sync::Arc, time::Duration};

use solana_commitment_config::CommitmentConfig;
use solana_pubkey::Pubkey;
use thiserror::Error;
use tokio::{sync::watch, task::JoinHandle};

use crate::{
    accounts::DecodeError, address::CLOCK_SYSVAR, markets::Markets, orderbook, pools::AccountUpdate,
};

pub use source::{RpcSource, SnapshotSource, SourceError};

/// What to subscribe to, and when to become suspicious.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LaneSubscriptionConfig {
    /// The node's WebSocket, such as `ws://127.0.0.1:8900`.
    pub url: String,
    /// The market whose lanes are followed.
    pub market: Pubkey,
    /// Other accounts to follow.
    pub accounts: Vec<Pubkey>,
    /// How certain states are to be. Below `confirmed` they may be taken back by a fork.
    pub commitment: CommitmentConfig,
    /// For how long the node's slots may stand still before the connection counts as lost.
    pub max_silence: Duration,
    /// How often the list of lanes is fetched again.
    pub refresh_interval: Duration,
    /// The first pause before connecting again; each is twice as long as the one before.
    pub min_backoff: Duration,
    /// The longest pause.
    pub max_backoff: Duration,
}

impl LaneSubscriptionConfig {
    /// The lanes of a market, the market itself and the clock, confirmed.
    #[must_use]
    pub fn new(url: impl Into<String>, market: Pubkey) -> Self {
        Self {
            url: url.into(),
            market,
            accounts: vec![market, CLOCK_SYSVAR],
            commitment: CommitmentConfig::confirmed(),
            max_silence: Duration::from_secs(10),
            refresh_interval: Duration::from_secs(30),
            min_backoff: Duration::from_millis(250),
            max_backoff: Duration::from_secs(15),
        }
    }
}

/// An account as of a slot.
#[derive(Clone, PartialEq, Eq)]
pub struct AccountState {
    /// Where it is.
    pub address: Pubkey,
    /// The program that owns it.
    pub owner: Pubkey,
    /// The slot in which it looked like this.
    pub slot: u64,
    /// Its bytes.
    pub data: Vec<u8>,
}

impl AccountState {
    /// For a cache.
    #[must_use]
    pub fn as_update(&self) -> AccountUpdate<'_> {
        AccountUpdate {
            address: self.address,
            owner: self.owner,
            slot: self.slot,
            data: &self.data,
        }
    }
}

impl std::fmt::Debug for AccountState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AccountState")
            .field("address", &self.address)
            .field("owner", &self.owner)
            .field("slot", &self.slot)
            .field("bytes", &self.data.len())
            .finish()
    }
}

/// A complete state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// The market.
    pub market: Pubkey,
    /// The slot in which the lanes were listed. Single accounts may be newer.
    pub slot: u64,
    /// Every lane of the market.
    pub lanes: Vec<AccountState>,
    /// The other accounts that are followed, as far as they exist.
    pub others: Vec<AccountState>,
}

/// What a subscription tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LaneEvent {
    /// The first complete state.
    Snapshot(Snapshot),
    /// An account is new or changed.
    Update(AccountState),
    /// A lane exists no more.
    Closed {
        /// Which lane.
        lane: Pubkey,
        /// As of which slot.
        slot: u64,
    },
    /// From here on something may be missed, until [`LaneEvent::Resynced`].
    Stale(StaleReason),
    /// The complete state after something may have been missed.
    Resynced(Snapshot),
}

/// Why a subscription may miss something.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum StaleReason {
    /// The node cannot be reached.
    #[error("the node cannot be reached: {0}")]
    Unreachable(String),
    /// The connection broke.
    #[error("the connection broke: {0}")]
    Disconnected(String),
    /// The node's slots stand still.
    #[error("the node has been silent for {} seconds", .0.as_secs())]
    Silent(Duration),
    /// The node refused a subscription.
    #[error("the node refused to subscribe: {0}")]
    Refused(String),
    /// The lanes could not be fetched.
    #[error("the lanes could not be fetched: {0}")]
    NoSnapshot(String),
}

/// A subscription under way. Dropping it ends it at once.
#[derive(Debug)]
pub struct LaneSubscription {
    outbox: Arc<outbox::Outbox>,
    shutdown: watch::Sender<bool>,
    task: Option<JoinHandle<()>>,
}

/// Follows a market's lanes. Connects in the background; what comes of it are events.
///
/// # Panics
/// Outside of a Tokio runtime.
#[must_use]
pub fn lanes(config: LaneSubscriptionConfig, source: impl SnapshotSource) -> LaneSubscription {
    let outbox = Arc::new(outbox::Outbox::default());
    let (shutdown, stopped) = watch::channel(false);
    let task = session::run(config, source, Arc::clone(&outbox), stopped);
    LaneSubscription {
        outbox,
        shutdown,
        task: Some(tokio::spawn(task)),
    }
}

impl LaneSubscription {
    /// The next event; `None` once the subscription has ended. Cancel safe.
    pub async fn next(&mut self) -> Option<LaneEvent> {
        self.outbox.next().await
    }

    /// Ends the subscription: says goodbye to the node and waits until that is done.
    pub async fn close(mut self) {
        // Fails only if the task has ended already.
        let _ = self.shutdown.send(true);
        if let Some(task) = self.task.take() {
            let _ = task.await;
        }
    }
}

impl Drop for LaneSubscription {
    fn drop(&mut self) {
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}

impl LaneEvent {
    /// Feeds a cache. After [`LaneEvent::Stale`] the cache is as it was, and may be old.
    ///
    /// # Errors
    /// [`DecodeError`] if an account of the order books' program does not decode; the others of a
    /// complete state are taken in all the same.
    pub fn apply_to(&self, markets: &mut Markets) -> Result<(), DecodeError> {
        match self {
            Self::Update(account) => markets.apply(account.as_update()).map(drop),
            Self::Closed { lane, slot } => {
                markets.remove_lane(lane, *slot);
                Ok(())
            }
            Self::Stale(_) => Ok(()),
            Self::Snapshot(snapshot) | Self::Resynced(snapshot) => {
                let accounts = snapshot.others.iter().chain(&snapshot.lanes);
                let results: Vec<_> = accounts
                    .map(|account| markets.apply(account.as_update()))
                    .collect();
                let lanes = snapshot.lanes.iter().map(|lane| lane.address).collect();
                markets.retain_lanes(&snapshot.market, snapshot.slot, &lanes);
                results
                    .into_iter()
                    .find_map(Result::err)
                    .map_or(Ok(()), Err)
            }
        }
    }
}

/// Where a lane's account says which market it is of.
const MARKET_OFFSET: usize = 8;

/// Whether an account is one of a market's lanes.
fn is_lane_of(account: &AccountState, market: &Pubkey) -> bool {
    use anchor_lang::Discriminator as _;
    account.owner == orderbook::ID
        && account
            .data
            .starts_with(orderbook::state::Lane::DISCRIMINATOR)
        && account.data[MARKET_OFFSET..].starts_with(market.as_ref())
}

#[cfg(test)]
mod tests;
