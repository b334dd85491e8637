//! Accounts as they change: a subscription that notices when it has missed something.
//!
//! A [`Subscription`] connects to a node's WebSocket, subscribes, and only then fetches the complete
//! state of its [`Scope`]: the lanes of a market, or all of the exchange. What arrives meanwhile is
//! kept and put on top. From then on every change of an account is an [`AccountEvent::Update`]. If
//! the connection breaks, or the node's slots stand still, the caller is told
//! ([`AccountEvent::Stale`]) before anything else happens; then connecting, subscribing and fetching
//! begin again, with growing pauses, until a new state is complete ([`AccountEvent::Resynced`]).
//! Subscriptions to a program's accounts say nothing of one that is closed, which is the program's
//! no more. So lanes and stake positions are watched one by one as well, up to [`MAX_WATCHED`] of
//! them, for that alone; and the list of accounts is fetched again from time to time, which tells of the others
//! ([`AccountEvent::Closed`]).
//!
//! The clock, if it is followed, is asked for where the node does not tell that it goes on.
//!
//! States of one account come in the order of their slots; older ones are dropped. Who reads the
//! events slowly gets fewer of them, never older ones: of two updates of an account that wait, only
//! the later is kept, and a complete state replaces all that waits.
//!
//! ```no_run
//! use sealane_sdk::{client::Client, markets::Markets, subscribe::{self, AccountEvent}};
//! use solana_pubkey::Pubkey;
//!
//! # async fn watch(market: Pubkey) -> Result<(), Box<dyn std::error::Error>> {
//! let client = Client::new("http://127.0.0.1:8899");
//! let config = subscribe::SubscriptionConfig::lanes("ws://127.0.0.1:8900", market);
//! let mut lanes = subscribe::follow(config, client.rpc().clone());
//! let mut markets = Markets::new();
//! while let Some(event) = lanes.next().await {
//!     event.apply_to(&mut markets)?;
//!     match event {
//!         AccountEvent::Stale(reason) => println!("prices may be old: {reason}"),
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

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use solana_commitment_config::CommitmentConfig;
use solana_pubkey::Pubkey;
use thiserror::Error;
use tokio::{sync::watch, task::JoinHandle};

use crate::{
    accounts::{self, DecodeError},
    address::CLOCK_SYSVAR,
    amm,
    engine::world::World,
    governance,
    markets::Markets,
    orderbook,
    pools::AccountUpdate,
    staking,
};

pub use source::{RpcSource, SnapshotSource, SourceError};

/// The exchange's programs.
const PROGRAMS: [Pubkey; 4] = [amm::ID, orderbook::ID, staking::ID, governance::ID];

/// Which accounts a subscription is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Every lane of a market.
    Lanes {
        /// Which market.
        market: Pubkey,
    },
    /// Every account of the exchange's programs: pools and their shards, markets, their vault
    /// shards and lanes, farms with their budgets, shards, positions and records of epochs, realms
    /// with their proposals and votes.
    /// Complete states have the mints and vaults that these name as well, except vaults of stakes,
    /// whose shards say what they hold; between complete states those are not followed.
    Exchange,
}

impl Scope {
    /// Whether an account is one that the scope is about.
    fn lists(&self, account: &AccountState) -> bool {
        match self {
            Self::Lanes { market } => is_lane_of(account, market),
            Self::Exchange => PROGRAMS.contains(&account.owner),
        }
    }

    /// Accounts of the token programs that quotes over these accounts depend on.
    fn depends_on(&self, listed: &[AccountState]) -> BTreeSet<Pubkey> {
        let mut addresses = BTreeSet::new();
        if *self != Self::Exchange {
            return addresses;
        }
        for AccountState { owner, data, .. } in listed {
            if *owner == amm::ID {
                if let Ok(pool) = accounts::decode_pool(data) {
                    addresses.extend([pool.base_mint, pool.quote_mint]);
                }
            } else if *owner == staking::ID {
                addresses.extend(farm_depends_on(data));
            } else if let Ok(market) = accounts::decode_market(data) {
                addresses.extend([market.base_mint, market.quote_mint]);
            } else if let Ok(shard) = accounts::decode_vault_shard(data) {
                addresses.extend([shard.base_vault, shard.quote_vault]);
            }
        }
        addresses
    }
}

/// Accounts of the token programs that a farm or its shard names.
fn farm_depends_on(data: &[u8]) -> Vec<Pubkey> {
    let mut addresses = Vec::new();
    if let Ok(farm) = accounts::decode_farm(data) {
        addresses.push(farm.stake_mint);
        addresses.extend(farm.reward_mints);
    } else if let Ok(shard) = accounts::decode_farm_shard(data) {
        addresses.extend(shard.reward_vaults);
    }
    addresses.retain(|address| *address != Pubkey::default());
    addresses
}

/// What to subscribe to, and when to become suspicious.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubscriptionConfig {
    /// The node's WebSocket, such as `ws://127.0.0.1:8900`.
    pub url: String,
    /// What is followed.
    pub scope: Scope,
    /// Other accounts to follow.
    pub accounts: Vec<Pubkey>,
    /// How certain states are to be. Below `confirmed` they may be taken back by a fork.
    pub commitment: CommitmentConfig,
    /// For how long the node's slots may stand still before the connection counts as lost.
    pub max_silence: Duration,
    /// How often the complete state is fetched again, to compare.
    pub refresh_interval: Duration,
    /// The first pause before connecting again; each is twice as long as the one before.
    pub min_backoff: Duration,
    /// The longest pause.
    pub max_backoff: Duration,
}

impl SubscriptionConfig {
    /// The lanes of a market, the market itself and the clock, confirmed.
    #[must_use]
    pub fn lanes(url: impl Into<String>, market: Pubkey) -> Self {
        Self::new(url, Scope::Lanes { market }, vec![market, CLOCK_SYSVAR])
    }

    /// The whole exchange and the clock, confirmed.
    #[must_use]
    pub fn exchange(url: impl Into<String>) -> Self {
        Self::new(url, Scope::Exchange, vec![CLOCK_SYSVAR])
    }

    fn new(url: impl Into<String>, scope: Scope, accounts: Vec<Pubkey>) -> Self {
        Self {
            url: url.into(),
            scope,
            accounts,
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
    /// Of what.
    pub scope: Scope,
    /// The slot in which the accounts were listed. Single accounts may be newer.
    pub slot: u64,
    /// Every account that the scope is about.
    pub listed: Vec<AccountState>,
    /// The other accounts that are followed, as far as they exist.
    pub others: Vec<AccountState>,
}

/// What a subscription tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccountEvent {
    /// The first complete state.
    Snapshot(Snapshot),
    /// An account is new or changed.
    Update(AccountState),
    /// An account exists no more.
    Closed {
        /// Where it was.
        address: Pubkey,
        /// As of which slot.
        slot: u64,
    },
    /// From here on something may be missed, until [`AccountEvent::Resynced`].
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
    /// The accounts could not be fetched.
    #[error("the accounts could not be fetched: {0}")]
    NoSnapshot(String),
}

/// A subscription under way. Dropping it ends it at once.
#[derive(Debug)]
pub struct Subscription {
    outbox: Arc<outbox::Outbox>,
    shutdown: watch::Sender<bool>,
    task: Option<JoinHandle<()>>,
}

/// Follows what the configuration says. Connects in the background; what comes of it are events.
///
/// # Panics
/// Outside of a Tokio runtime.
#[must_use]
pub fn follow(config: SubscriptionConfig, source: impl SnapshotSource) -> Subscription {
    let outbox = Arc::new(outbox::Outbox::default());
    let (shutdown, stopped) = watch::channel(false);
    let task = session::run(config, source, Arc::clone(&outbox), stopped);
    Subscription {
        outbox,
        shutdown,
        task: Some(tokio::spawn(task)),
    }
}

impl Subscription {
    /// The next event; `None` once the subscription has ended. Cancel safe.
    pub async fn next(&mut self) -> Option<AccountEvent> {
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

impl Drop for Subscription {
    fn drop(&mut self) {
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}

impl AccountEvent {
    /// Feeds a cache of markets. After [`AccountEvent::Stale`] the cache is as it was, and may be
    /// old.
    ///
    /// # Errors
    /// [`DecodeError`] if an account of the order books' program does not decode; the others of a
    /// complete state are taken in all the same.
    pub fn apply_to(&self, markets: &mut Markets) -> Result<(), DecodeError> {
        match self {
            Self::Update(account) => markets.apply(account.as_update()).map(drop),
            Self::Closed { address, slot } => {
                markets.remove_lane(address, *slot);
                Ok(())
            }
            Self::Stale(_) => Ok(()),
            Self::Snapshot(snapshot) | Self::Resynced(snapshot) => {
                let applied = first_error(snapshot.accounts(), |account| {
                    markets.apply(account.as_update()).map(drop)
                });
                snapshot.retain_lanes(markets);
                applied
            }
        }
    }

    /// Feeds a world, otherwise as [`AccountEvent::apply_to`].
    ///
    /// # Errors
    /// As [`AccountEvent::apply_to`], of either program.
    pub fn apply_to_world(&self, world: &mut World) -> Result<(), DecodeError> {
        match self {
            Self::Update(account) => world.apply(account.as_update()).map(drop),
            Self::Snapshot(snapshot) | Self::Resynced(snapshot) => {
                let applied = first_error(snapshot.accounts(), |account| {
                    world.apply(account.as_update()).map(drop)
                });
                snapshot.retain_lanes(world.markets_mut());
                snapshot.retain_positions(world);
                applied
            }
            Self::Closed { address, slot } => {
                world.remove(address, *slot);
                Ok(())
            }
            Self::Stale(_) => Ok(()),
        }
    }
}

impl Snapshot {
    /// All accounts: mints and vault shards before the vaults that are known by them.
    fn accounts(&self) -> impl Iterator<Item = &AccountState> {
        self.listed.iter().chain(&self.others)
    }

    /// Closes the lanes that are known from before and are not listed.
    fn retain_lanes(&self, markets: &mut Markets) {
        let listed = self.listed.iter().map(|state| state.address).collect();
        match self.scope {
            Scope::Lanes { market } => markets.retain_lanes(&market, self.slot, &listed),
            Scope::Exchange => {
                let all: Vec<Pubkey> = markets.markets().map(|entry| entry.address).collect();
                for market in all {
                    markets.retain_lanes(&market, self.slot, &listed);
                }
            }
        }
    }

    /// Closes what stakers and voters have that is known from before and is not listed.
    fn retain_positions(&self, world: &mut World) {
        if self.scope == Scope::Exchange {
            let listed = self.listed.iter().map(|state| state.address).collect();
            world.farms_mut().retain(self.slot, &listed);
            world.realms_mut().retain(self.slot, &listed);
        }
    }
}

/// Applies to all, and tells the first error.
fn first_error<'a>(
    accounts: impl Iterator<Item = &'a AccountState>,
    mut apply: impl FnMut(&AccountState) -> Result<(), DecodeError>,
) -> Result<(), DecodeError> {
    let mut first = Ok(());
    for account in accounts {
        let applied = apply(account);
        if first.is_ok() {
            first = applied;
        }
    }
    first
}

/// How many lanes and positions are watched one by one for being closed. Nodes allow a connection only so many
/// subscriptions; what is closed beyond these shows when the list is fetched again.
pub const MAX_WATCHED: usize = 1_000;

/// Whether an account is a lane, of whichever market.
fn is_lane(account: &AccountState) -> bool {
    use anchor_lang::Discriminator as _;
    account.owner == orderbook::ID
        && account
            .data
            .starts_with(orderbook::state::Lane::DISCRIMINATOR)
}

/// Where a lane's account says which market it is of.
const MARKET_OFFSET: usize = 8;

/// Whether an account is one that its owner closes, which its program's subscription does not tell.
fn is_closable(account: &AccountState) -> bool {
    use anchor_lang::Discriminator as _;
    let is_position = account.owner == staking::ID
        && account
            .data
            .starts_with(staking::state::Position::DISCRIMINATOR);
    is_position || is_lane(account)
}

/// Whether an account is one of a market's lanes.
fn is_lane_of(account: &AccountState, market: &Pubkey) -> bool {
    is_lane(account) && account.data[MARKET_OFFSET..].starts_with(market.as_ref())
}

#[cfg(test)]
pub(crate) mod tests;
